--- Reading past what cannot be read, by a map (docs/copy.md).
-- @module discrecorder.rescue

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new

local rescue = {}

-- Two rounds of FNV-1a, 64 bits each: it tells discs apart, and proves nothing.
local function digits_of(text)
  local sums = {}
  for round = 1, 2 do
    local sum = 0xCBF29CE484222325 ~ round
    for i = 1, #text do
      sum = (sum ~ text:byte(i)) * 0x100000001B3
    end
    sums[round] = ("%016x"):format(sum)
  end
  return table.concat(sums)
end

--- What tells a disc from others, and every drive tells alike: its tracks,
-- where they begin, and how far it can be read.
-- @tparam table medium as `medium()` gives it
-- @treturn string 32 hexadecimal digits
function rescue.disc_id(medium)
  local words = {tostring(medium.readable_blocks)}
  for _, track in ipairs(medium.tracks) do
    table.insert(words, ("%d %s %d"):format(track.number, track.kind,
      track.start))
  end
  return digits_of(table.concat(words, "\n"))
end

--- How many bytes there are of a file that a map tells of: what a damaged disc
-- says of itself may be another thing the next time.
-- @tparam string path
-- @tparam string map
-- @treturn integer|nil
function rescue.begun(path, map)
  local file <close> = core.stat(map) and core.input(path)
  return file and file:seek "end" or nil
end

local function check_paths(path, map)
  if type(map) ~= "string" or map == "" then
    error("read: the map is a path", 4)
  elseif map == path then
    return new_failure("file_access",
      "the map and what is read go to the same file")
  end
  return true
end

--- Start to read.
-- @tparam Recorder rec
-- @tparam table what `file`, `map` (paths), `medium`, `block` (bytes: 2048,
-- 2352), `blocks` (of the file), `pieces` ({start, blocks, offset in bytes,
-- audio}, in the file's order), `retries`, `speed`, `offset`, `twice`
-- @treturn[1] Job its result: `pieces` ({sha256}), `resumed`, `seconds`,
-- `warnings`; of a failure `report` has besides `bad` ({start, blocks}, a
-- thousand at most), `bad_blocks`, `left_blocks` (those not tried, too)
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: generic (some blocks cannot be read), bad_file (the
-- map), wrong_disc (it is another's), file_exists (without a map), file_access
function rescue.start(rec, what)
  local ok, failure, code = check_paths(what.file, what.map)
  if not ok then
    return nil, failure, code
  end
  local pieces = {}
  for i, piece in ipairs(what.pieces) do
    pieces[i] = {
      start = piece.start, blocks = piece.blocks, audio = piece.audio,
      at = (piece.offset or 0) // what.block,
    }
  end
  return core.rescue_start(rec, {
    file = what.file, map = what.map, disc = rescue.disc_id(what.medium),
    block = what.block, blocks = what.blocks, pieces = pieces,
    retries = what.retries, speed = what.speed, offset = what.offset,
    twice = what.twice,
  })
end

return rescue

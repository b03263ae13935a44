--- What a CD says of itself: its tracks with their pregaps and index points,
-- the codes in its sub-channel, its CD-TEXT.
--
-- The table of contents tells where index 1 of each track is. The rest stands
-- in sub-channel Q of every block: where the pregap of the next track begins
-- and where an index does is searched for there.
-- @module discrecorder.contents

local cdtext = require "discrecorder.cdtext"
local check = require("discrecorder.options").check
local extent = require "discrecorder.extent"
local fields = require "discrecorder.fields"
local new_failure = require("discrecorder.failure").new
local units = require "discrecorder.sheet.units"

local contents = {}

-- Blocks that are read for one position: MCN and ISRC stand in place of it in
-- one of a hundred, at most two side by side.
local NEAR <const> = 3

-- Places that are tried where blocks are damaged.
local TRIES <const> = 5

local DAMAGED <const> = {[3] = true, [8] = true} -- sense keys
local REFUSED <const> = 5

-- === positions ===

local function key_of(failure)
  return failure and failure.sense and failure.sense.key
end

-- A few blocks' Q, or where what follows the first is refused the first one's.
local function read_near(rec, at, count)
  local list, failure, code = rec:read_q(at, count)
  if list or key_of(failure) ~= REFUSED or count == 1 then
    return list, failure, code
  end
  list, failure, code = rec:read_q(at, 1)
  if list and not (list[1] and list[1].track) then
    list[1] = {track = 0, index = 0, absolute = at} -- it is before that
  end
  return list, failure, code
end

-- The first position that Q tells from a block on, and its block; or "refused"
-- (nothing that READ CD reads), "unknown"; or nil, failure, code.
local function position(rec, lba, last)
  for at = lba, math.min(last, lba + (TRIES - 1) * NEAR), NEAR do
    local list, failure, code = read_near(rec, at, math.min(NEAR,
      last - at + 1))
    if key_of(failure) == REFUSED then
      return "refused"
    elseif not list and not DAMAGED[key_of(failure)] then
      return nil, failure, code
    end
    for i, q in ipairs(list or {}) do
      if q and q.track then
        return q, at + i - 1
      end
    end
  end
  return "unknown"
end

-- Drives are off by a block or two in Q: where it is true of, if that can be.
local function place_of(q, block, low, high)
  return q.absolute > low and q.absolute < high and q.absolute or block
end

-- The first block after `low`, up to `high`, of which `is` holds by its Q: it
-- does not of `low` and does of `high`. A block without a position is as the
-- one after it, and one that is refused is of what comes next. False: unknown.
local function search(rec, low, high, is)
  while high - low > 1 do
    local middle = (low + high) // 2
    local q, block, code = position(rec, middle, high - 1)
    if not q then
      return nil, block, code
    elseif q == "unknown" then
      return false
    elseif q == "refused" then
      high = middle
    elseif is(q) then
      high = block == middle and place_of(q, middle, low, high) or middle
    else
      low = place_of(q, block, low, high)
    end
  end
  return high
end

-- Pauses are two seconds as a rule.
local USUAL <const> = 150

-- The same as `search`, from `high` backwards in growing strides: what is
-- sought is near, and a drive's long strokes take time.
local function search_back(rec, low, high, is)
  local stride = 1
  while high - stride > low do
    local at = high - stride
    local q, block, code = position(rec, at, math.min(at + NEAR, high) - 1)
    if not q then
      return nil, block, code
    elseif q == "unknown" then
      return search(rec, low, high, is)
    elseif q ~= "refused" and not is(q) then
      return search(rec, place_of(q, block, low, high), high, is)
    end
    high = at
    stride = stride == 1 and USUAL or 2 * stride
  end
  return search(rec, low, high, is)
end

-- === the parts of a track ===

-- The index that the end of a track has, as far as it can be read.
local function last_index(rec, track, last)
  for at = last, math.max(track.start, last - TRIES), -1 do
    local q, failure, code = position(rec, at, at)
    if not q then
      return nil, failure, code
    elseif q.track == track.number then
      return q.index
    end
  end
  return 1
end

-- Where index 2, 3, ... begin, counted from index 1.
local function indexes(rec, track)
  local list, last = {}, track.start + track.blocks - 1
  local most, unread, reason = last_index(rec, track, last)
  if not most then
    return nil, unread, reason
  end
  local low = track.start
  for index = 2, most do
    local at, failure, why = search(rec, low, last, function(there)
      return there.track > track.number or there.index >= index
    end)
    if at == nil then
      return nil, failure, why
    elseif not at or at <= low then
      break
    end
    table.insert(list, at - track.start)
    low = at
  end
  return list
end

local SLICE <const> = 750

-- A pause that is only silence, or cannot be read, need not be kept in a file.
local function is_silent(rec, from, blocks)
  for at = from, from + blocks - 1, SLICE do
    local data = rec:read(at, math.min(SLICE, from + blocks - at), "audio")
    if not data then
      return true
    elseif data:find "[^\0]" then
      return false
    end
  end
  return true
end

-- The pregap of a track that follows another in its session. Drives count it to
-- that one, some of them: it ends where this begins. After audio the pregap is
-- kept in any case, since nobody hears where it begins. What follows data is a
-- pause from where the drive says that they end, run-out and all.
local function split(rec, before, track, warnings)
  local at, failure, code = search_back(rec, before.start, track.start,
    function(q)
      return q.track >= track.number
    end)
  if at == nil then
    return nil, failure, code
  elseif not at then
    table.insert(warnings, {
      code = "pregap_unknown",
      message = ("track %d: its pregap cannot be found"):format(track.number),
    })
    at = track.start
  end
  if before.kind == "audio" and track.kind == "audio" then
    track.pregap, track.from = track.start - at, at
    before.blocks = at - before.start
    return true
  end
  before.blocks = math.min(before.blocks, at - before.start)
  at = math.min(math.max(at, before.stop), track.start)
  track.pregap = track.start - at
  if track.kind == "audio" and not is_silent(rec, at, track.pregap) then
    track.from = at
  end
  return true
end

-- A first track of a disc or session, and how many blocks of it are before its
-- index 1 besides the 150 that all begin with: it may be a hidden track.
local function set_own_pregap(rec, track, blocks)
  track.pregap = blocks
  if track.kind == "audio" and not is_silent(rec, track.start - blocks,
    blocks) then
    track.from = track.start - blocks
  end
end

-- Where one session ends and the next one's first track would begin: drives
-- that make the track end where the next begins are put right.
local function begin_session(rec, before, track)
  local border = units.border(before.session)
  local stop = track.start - border
  if stop > before.start and stop < before.stop then
    before.stop = stop
    before.blocks = math.min(before.blocks, stop - before.start)
  end
  local own = stop - before.stop
  if own > 0 then
    set_own_pregap(rec, track, own)
  end
  track.pregap = track.pregap + units.PREGAP
end

local function begin(rec, before, track)
  if before then
    begin_session(rec, before, track)
  elseif track.kind == "audio" and track.start > 0 then
    set_own_pregap(rec, track, track.start)
  end
end

local function bound(rec, disc)
  for i, track in ipairs(disc.tracks) do
    local before = disc.tracks[i - 1]
    if before and before.session == track.session then
      local done, failure, code = split(rec, before, track, disc.warnings)
      if not done then
        return nil, failure, code
      end
    else
      begin(rec, before, track)
    end
  end
  for _, track in ipairs(disc.tracks) do
    local failure, code
    if track.kind == "audio" then
      track.indexes, failure, code = indexes(rec, track)
    end
    if not track.indexes then
      return nil, failure, code
    end
  end
  return true
end

-- === what is written in it ===

-- Drives that know no such command have nothing to tell.
local function is_told(value, failure)
  return value ~= nil or (failure.sense and failure.sense.key == REFUSED)
end

local function read_codes(rec, disc)
  local mcn, failure, code = rec:mcn()
  if not is_told(mcn, failure) then
    return nil, failure, code
  end
  disc.mcn = mcn or nil
  for _, track in ipairs(disc.tracks) do
    if track.kind == "audio" then
      local isrc, unread, why = rec:isrc(track.number)
      if not is_told(isrc, unread) then
        return nil, unread, why
      end
      track.isrc = isrc or nil
    end
  end
  return true
end

-- Blocks in which the copy bit of a copy (SCMS) changes, every fourth time.
local COPY_BLOCKS <const>, COPY <const> = 16, 2

local function is_copy(rec, track)
  local list, failure, code = rec:read_q(track.start,
    math.min(COPY_BLOCKS, track.blocks))
  local key = key_of(failure)
  if not list and key ~= REFUSED and not DAMAGED[key] then
    return nil, failure, code
  end
  local seen = {}
  for _, q in ipairs(list or {}) do
    if q and q.track == track.number and q.control then
      seen[q.control & COPY] = true
    end
  end
  return seen[0] and seen[COPY] or false
end

-- Not every drive tells of copies.
local function find_copies(rec, disc)
  for _, track in ipairs(disc.tracks) do
    if track.kind == "audio" and not track.flags.scms then
      local copied, failure, code = is_copy(rec, track)
      if copied == nil then
        return nil, failure, code
      end
      track.flags.scms = copied or nil
    end
  end
  return true
end

local function read_text(rec, disc)
  local packs, failure, code = rec:cd_text()
  if packs == nil then
    return nil, failure, code
  elseif packs then
    disc.packs = packs
    local texts = cdtext.decode(packs, {lenient = true})
    if texts then
      cdtext.attach(disc, texts)
      table.move(texts.warnings or {}, 1, #(texts.warnings or {}),
        #disc.warnings + 1, disc.warnings)
    end
  end
  return true
end

local function mode_of(track)
  if track.kind == "audio" then
    return "audio", "audio"
  elseif track.mode == 2 then
    return "data2", "mode2/2352"
  end
  return "data", "mode1/2352"
end

-- A drive's words are not to be trusted: tracks follow each other, and have
-- something in them.
local function are_plausible(tracks)
  for i, track in ipairs(tracks) do
    local before = tracks[i - 1]
    if track.blocks < 1 or track.start < 0
      or before and track.start < before.start + 1 then
      return new_failure("disc_info",
        ("the drive tells of a track %d that cannot be"):format(track.number))
    end
  end
  return true
end

--- Read what a CD says of itself.
-- @tparam Recorder rec
-- @tparam[opt] table options `quick`: true leaves out what takes time: index
-- points, pregaps, and copies (SCMS) that the drive does not tell of
-- @treturn[1] table a disc as docs/sheets.md describes it, without files:
-- `mcn`, `text`, `packs`, `tracks` (`number`, `session`, `kind`, `mode`,
-- `flags`, `isrc`, `text`, `pregap`, `indexes`, `blocks`, and `start`, its
-- first block, and `from`, the first one that is worth reading: with its
-- pregap, where there is audio in it), `warnings` (`pregap_unknown`,
-- `bad_cd_text`)
-- @treturn[1] table the medium
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image (nothing on it),
-- disc_info (tracks that cannot be), ...
function contents.read(rec, options)
  options = options or {}
  check("contents.read", options, {quick = "boolean"})
  local tracks, medium, code = extent.all_tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  local good, implausible, what = are_plausible(tracks)
  if not good then
    return nil, implausible, what
  end
  local disc = {
    files = {}, tracks = {}, text = {}, translations = {}, warnings = {},
  }
  for i, track in ipairs(tracks) do
    local kind, mode = mode_of(track)
    disc.tracks[i] = {
      number = track.number, session = track.session, kind = kind, mode = mode,
      flags = fields.copy(track.flags), start = track.start, from = track.start,
      stop = track.start + track.size, blocks = track.blocks, pregap = 0,
      indexes = {}, text = {},
    }
  end
  for _, ask in ipairs {
    read_codes, read_text, table.unpack(options.quick and {} or {
      bound, find_copies,
    }),
  } do
    local done, failure, why = ask(rec, disc)
    if not done then
      return nil, failure, why
    end
  end
  return disc, medium
end

return contents

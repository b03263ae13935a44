--- Checking a disc against an image that shows what a session showed: how
-- @{discrecorder.verify} prepares that.
--
-- Such an image (@{discrecorder.sessions.image_of}) begins with the disc's
-- first block, and is longer than the session's own track.
-- @module discrecorder.verify_session

local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"

local verify_session = {}

-- Does the file have the session's descriptors where a reader looks for them?
local function has_bytes(path, over)
  local file <close> = core.input(path)
  return file and file:seek("set", over.offset)
    and file:read(#over.bytes) == over.bytes
end

-- What is to be compared of the blocks of a piece from one up to another.
local function add(list, path, piece, first, stop)
  first = math.max(first, piece.start)
  local blocks = math.min(stop, piece.start + piece.blocks) - first
  if blocks < 1 then
    return true
  end
  local part, failure, code =
    source.sectors(path, "mode1/2048", first * extent.BLOCK, blocks)
  if not part then
    return nil, failure, code
  end
  table.insert(list, {start = first, blocks = blocks, against = part})
  return true
end

--- Prepare the comparison with an image that shows a session.
-- @tparam Recorder rec
-- @int number of the session
-- @string path
-- @int length of the image in bytes
-- @treturn[1] table|boolean a check, as discrecorder.verify runs it; false: no
-- image of this session is as long
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: verify_failed, bad_file
function verify_session.by_image(rec, number, path, length)
  local pieces, over, blocks = sessions.image_of(rec, number)
  if not (pieces and over and blocks * extent.BLOCK == length) then
    return false
  elseif not has_bytes(path, over) then
    return new_failure("verify_failed",
      ("the image shows another tree than session %d"):format(number))
  end
  local list = {}
  local first = over.offset // extent.BLOCK
  local behind = first + #over.bytes // extent.BLOCK
  for _, piece in ipairs(pieces) do
    for _, range in ipairs {{0, first}, {behind, blocks}} do
      local added, failure, code =
        add(list, path, piece, range[1], range[2])
      if not added then
        return nil, failure, code
      end
    end
  end
  return {kind = "image", pieces = list}
end

return verify_session

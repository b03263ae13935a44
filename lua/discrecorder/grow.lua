--- Discs whose blocks can be overwritten, as those that add to them see them:
-- what stands at their start, and where more can go (docs/append.md).
-- @module discrecorder.grow

local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new

local grow = {}

local BLOCK <const> = extent.BLOCK

-- Blocks that are replaced to lead to a new tree, and the least ones a volume
-- starts at so that it has descriptors of its own besides (as libisofs has it).
local HEAD <const> = 32

-- What is looked at to see whether a disc is empty: file systems begin in these
-- blocks; UDF has its anchor at 256 (ECMA-167 3/8.4.2.1).
local START <const>, ANCHOR <const> = 64, 256

-- A drive's words for what was never written: out of range, blank check.
local REFUSED <const>, BLANK <const>, RANGE <const> = 5, 8, 0x21

local ZEROS <const> = ("\0"):rep(BLOCK)

local function is_never_written(failure)
  local sense = failure.sense
  return sense and (sense.key == BLANK
    or sense.key == REFUSED and sense.asc == RANGE and sense.ascq == 0)
end

local function read_block(rec, block)
  local data, failure, code = rec:read(block, 1)
  if data then
    return data
  elseif is_never_written(failure) then
    return ZEROS
  end
  return nil, failure, code
end

-- Blocks from the first one on; what was never written is zeros.
local function read_start(rec, count)
  local whole, unread, why = rec:read(0, count)
  if whole then
    return whole
  elseif not is_never_written(unread) then
    return nil, unread, why
  end
  local list = {}
  for block = 0, count - 1 do
    local data, failure, code = read_block(rec, block)
    if not data then
      return nil, failure, code
    end
    list[#list + 1] = data
  end
  return table.concat(list)
end

local function block_of(bytes, block)
  return bytes:sub(block * BLOCK + 1, (block + 1) * BLOCK)
end

-- The volume recognition sequence of UDF (ECMA-167 3/9.1).
local function is_udf(start)
  for block = extent.DESCRIPTORS, START - 1 do
    local name = block_of(start, block):sub(2, 6)
    if name == "NSR02" or name == "NSR03" then
      return true
    end
  end
  return false
end

-- growisofs leaves libisofs' MD5 tag behind the descriptors that it replaces:
-- of a tree that is not shown any more, and no other can be checked by it.
local function stale_tag(rec, start)
  local tree = require "discrecorder.tree"
  for block = extent.DESCRIPTORS, HEAD - 1 do
    local tag = tree.md5_tag(block_of(start, block))
    if tag and tag.type == extent.RELOCATED_TAG then
      local own = rec:read(tag.next + extent.DESCRIPTORS, 1)
      local shown = block_of(start, extent.DESCRIPTORS)
      return not (own and extent.root_of(own) == extent.root_of(shown))
        and block or nil
    end
  end
end

local function is_empty(start, anchor)
  return not (start .. anchor):find "[^\0]"
end

--- The first block behind a volume that a further one can be put at.
-- @tparam integer blocks of the volume, from the disc's first one on
-- @treturn integer
function grow.behind(blocks)
  return math.max(HEAD, (blocks + HEAD - 1) // HEAD * HEAD)
end

--- What stands at the start of a disc.
-- @tparam Recorder rec
-- @treturn[1] table `head`: its first 32 blocks; `descriptor`: block 16;
-- `volume`: how many blocks the ISO 9660 volume there says it has, nil on an
-- empty disc; `at`: where a tree can be added; `stale`: a block whose MD5 tag
-- is of another tree, or nil
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: invalid_image (it holds something else),
-- unsupported (the volume is UDF too), generic (cannot be read)
function grow.look(rec)
  local start, failure, code = read_start(rec, START)
  if not start then
    return nil, failure, code
  end
  local anchor, unread, why = read_block(rec, ANCHOR)
  if not anchor then
    return nil, unread, why
  end
  local descriptor = block_of(start, extent.DESCRIPTORS)
  local volume = extent.volume_size(descriptor)
  if volume and is_udf(start) then
    return new_failure("unsupported",
      "what is on the disc is UDF too, and that would show no new files", {
        culprit = "medium",
        advice = "Burn all of it anew with `as_needed`, or use another disc.",
      })
  elseif not volume and not is_empty(start, anchor) then
    return new_failure("invalid_image",
      "the disc holds something that is no ISO 9660 tree, and would be lost", {
        culprit = "medium",
        advice = "Burn with `as_needed` to overwrite it, or use another disc.",
      })
  end
  return {
    head = start:sub(1, HEAD * BLOCK),
    descriptor = descriptor,
    volume = volume,
    at = grow.behind(volume or 0),
    stale = volume and stale_tag(rec, start) or nil,
  }
end

--- What an unformatted disc will have at its start.
-- @treturn table as @{grow.look} gives it
function grow.nothing()
  return {head = ZEROS:rep(HEAD), at = HEAD}
end

return grow

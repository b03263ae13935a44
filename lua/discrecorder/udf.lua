--- What a UDF volume says of itself (ECMA-167, part 3 and 4; OSTA UDF):
-- docs/udf.md. Nothing that it says is trusted.
-- @module discrecorder.udf

local charset = require "discrecorder.charset"

local udf = {}

local BLOCK <const> = 2048

-- Tag identifiers (ECMA-167 3/7.2.1).
local PRIMARY <const>, ANCHOR <const>, POINTER <const> = 1, 2, 3
local PARTITION <const>, LOGICAL <const>, TERMINATOR <const> = 5, 6, 8

-- Where the first anchor stands (UDF 2.2.3), and in how many blocks behind all
-- else the last one is looked for: N and N - 256, and what alignment takes.
local ANCHOR_BLOCK <const>, TAIL <const> = 256, 512

-- The volume recognition sequence: from this block, in so many at most.
local RECOGNITION <const>, RECOGNITION_MOST <const> = 16, 64

-- Descriptors that are read of one volume descriptor sequence at most.
local SEQUENCE_MOST <const> = 64

-- Blocks that mkudffs and others make, and no disc has.
local OTHER_BLOCKS <const> = {512, 1024, 4096}

-- Is a block, or what begins there, a descriptor that belongs to this place
-- (ECMA-167 3/7.2)?
-- @treturn integer|nil its tag's identifier
function udf.tag(data, location)
  if not data or #data < 16 then
    return nil
  end
  local id, sum, there = string.unpack("<I2xxBxxxxxxxI4", data)
  local total = 0
  for i = 1, 16 do
    total = total + (i == 5 and 0 or data:byte(i))
  end
  return id ~= 0 and total & 0xFF == sum and there == location and id or nil
end

local ENCODINGS <const> = {
  [8] = "iso-8859-1", [254] = "iso-8859-1", [16] = "utf-16be",
  [255] = "utf-16be",
}

-- Text of 8 or 16 bits a character, as its first byte says (OSTA CS0, UDF
-- 2.1.1).
-- @treturn string UTF-8
function udf.characters(data)
  local encoding = ENCODINGS[data:byte(1)]
  return encoding and charset.decode(data:sub(2), encoding) or ""
end

-- A field of fixed size whose last byte is its length (UDF 2.1.3).
local function dstring(data, offset, size)
  local length = math.min(data:byte(offset + size), size - 1)
  return udf.characters(data:sub(offset + 1, offset + length))
end

-- ECMA-167 1/7.3, as a person reads it.
local function timestamp(data, offset)
  local year, month, day, hour, minute, second =
    string.unpack("<I2BBBBB", data, offset + 3)
  return ("%04d-%02d-%02d %02d:%02d:%02d"):format(
    year, month, day, hour, minute, second)
end

-- Is there an NSR descriptor among those that say what there is (ECMA-167 2/8)?
local function is_recognised(read)
  for block = RECOGNITION, RECOGNITION + RECOGNITION_MOST - 1 do
    local data = read(block)
    local name = data and data:sub(2, 6)
    if name == "NSR02" or name == "NSR03" then
      return true
    elseif name ~= "CD001" and name ~= "BEA01" and name ~= "BOOT2"
      and name ~= "CDW02" then
      return false
    end
  end
  return false
end

-- The first anchor: where both sequences are.
local function read_anchor(read)
  local data = read(ANCHOR_BLOCK)
  if udf.tag(data, ANCHOR_BLOCK) ~= ANCHOR then
    return nil
  end
  local main_bytes, main, reserve_bytes, reserve =
    string.unpack("<I4I4I4I4", data, 17)
  return {
    words = data:sub(17, 32),
    {start = main, blocks = main_bytes // BLOCK},
    {start = reserve, blocks = reserve_bytes // BLOCK},
  }
end

-- Of two descriptors that say the same thing the one with the higher number
-- prevails (ECMA-167 3/8.4.3).
local function take(found, key, number, data)
  local before = found[key]
  if not before or before.number < number then
    found[key] = {number = number, data = data}
  end
end

local function key_of(id, data)
  if id == PARTITION then
    return "partition" .. string.unpack("<I2", data, 23)
  end
  return id
end

local function read_sequence(read, extent)
  local found = {}
  local block, last = extent.start, extent.start + extent.blocks
  for _ = 1, SEQUENCE_MOST do
    local data = block < last and read(block)
    local id = udf.tag(data, block)
    if not id or id == TERMINATOR then
      break
    elseif id == POINTER then
      local bytes, start = string.unpack("<I4I4", data, 21)
      block, last = start, start + bytes // BLOCK
    else
      take(found, key_of(id, data), string.unpack("<I4", data, 17), data)
      block = block + 1
    end
  end
  return found[LOGICAL] and found[PRIMARY] and found
end

local MAP_NAMES <const> = {
  ["*UDF Virtual Partition"] = "virtual",
  ["*UDF Sparable Partition"] = "sparable",
  ["*UDF Metadata Partition"] = "metadata",
}

-- One partition map (ECMA-167 3/10.7, UDF 2.2.8 to 2.2.10).
local function read_map(data, at)
  local kind = data:byte(at)
  if kind == 1 then
    return {kind = "plain", number = string.unpack("<I2", data, at + 4)}
  end
  local name = data:sub(at + 5, at + 27):gsub("\0.*", "")
  local map = {
    kind = MAP_NAMES[name] or "unknown",
    number = string.unpack("<I2", data, at + 38),
  }
  if map.kind == "metadata" then
    map.file = string.unpack("<I4", data, at + 40)
  elseif map.kind == "sparable" then
    map.tables = {}
    local count, bytes = string.unpack("<BxI4", data, at + 42)
    for i = 1, math.min(count, 4) do
      map.tables[i] = {
        start = string.unpack("<I4", data, at + 44 + 4 * i),
        blocks = (bytes + BLOCK - 1) // BLOCK,
      }
    end
  end
  return map
end

local FIRST_MAP <const>, MAP_LEAST <const>, MAP_MOST <const> = 441, 6, 64

-- The partitions in the order in which addresses name them.
local function read_maps(data, found)
  local list, at = {}, FIRST_MAP
  for i = 1, string.unpack("<I4", data, 269) do
    local size = at + MAP_MOST <= BLOCK and data:byte(at + 1) or 0
    if size < MAP_LEAST then
      return nil
    end
    local map = read_map(data, at)
    local partition = found["partition" .. map.number]
    if not partition then
      return nil
    end
    map.start, map.blocks = string.unpack("<I4I4", partition.data, 189)
    list[i] = map
    at = at + size
  end
  return #list > 0 and list or nil
end

-- The first block behind all that the descriptors name.
local function end_of(anchor, logical, partitions)
  local after = ANCHOR_BLOCK + 1
  local function reach(start, blocks)
    after = math.max(after, start + blocks)
  end
  reach(anchor[1].start, anchor[1].blocks)
  reach(anchor[2].start, anchor[2].blocks)
  local bytes, start = string.unpack("<I4I4", logical, 433)
  reach(start, bytes // BLOCK)
  for _, partition in ipairs(partitions) do
    reach(partition.start, partition.blocks)
    for _, one in ipairs(partition.tables or {}) do
      reach(one.start, one.blocks)
    end
  end
  return after
end

local function is_anchor(read, block, words)
  local data = read(block)
  return data, udf.tag(data, block) == ANCHOR and data:sub(17, 32) == words
end

-- The last anchor is the last block (ECMA-167 3/8.4.2.1). Where another volume
-- says so too, that is believed: behind it may be what was overwritten.
local function find_end(read, after, last, words, least)
  local found = after
  if after == least and select(2, is_anchor(read, after - 1, words)) then
    return after
  end
  for block = after, math.min(after + TAIL, last) - 1 do
    local data, here = is_anchor(read, block, words)
    if here then
      found = block + 1
    elseif not data then -- what cannot be read belongs to nothing
      break
    end
  end
  return found
end

local function is_virtual(partitions)
  for _, partition in ipairs(partitions) do
    if partition.kind == "virtual" then
      return true
    end
  end
  return false
end

--- The UDF volume that begins with block 0 of what is read.
-- @tparam function read block number to 2048 bytes, or nil
-- @int last how many blocks there are at most
-- @int[opt=0] least how far another volume on the same blocks reaches
-- @treturn[1] table `id`, `revision` ("1.02"), `created`, `blocks` (nil: it
-- ends with its track, or does not fit), `virtual` (has a VAT), `partitions`
-- ({kind, start, blocks}), `root`: where its file set is
-- @treturn[2] nil there is none
function udf.volume(read, last, least)
  if not is_recognised(read) then
    return nil
  end
  local anchor = read_anchor(read)
  local found = anchor
    and (read_sequence(read, anchor[1]) or read_sequence(read, anchor[2]))
  if not found then
    return nil
  end
  local logical, primary = found[LOGICAL].data, found[PRIMARY].data
  local partitions = read_maps(logical, found)
  local block_size, revision = string.unpack("<I4", logical, 213),
    string.unpack("<I2", logical, 241)
  if not partitions or block_size ~= BLOCK then
    return nil
  end
  local volume = {
    id = dstring(logical, 84, 128),
    created = timestamp(primary, 376),
    revision = ("%x.%02x"):format(revision >> 8, revision & 0xFF),
    virtual = is_virtual(partitions),
    partitions = partitions,
    root = {
      block = string.unpack("<I4", logical, 253),
      partition = string.unpack("<I2", logical, 257),
    },
  }
  local after = math.max(end_of(anchor, logical, partitions), least or 0)
  if not volume.virtual and after <= last then
    volume.blocks = find_end(read, after, last, anchor.words, least)
  end
  return volume
end

--- The size of a UDF volume's blocks where it is none that a disc has: nobody
-- can mount it from there.
-- @tparam function read block number to 2048 bytes, or nil
-- @treturn integer|nil bytes
function udf.other_block_size(read)
  for _, size in ipairs(OTHER_BLOCKS) do
    local data = read(ANCHOR_BLOCK * size // BLOCK)
    if udf.tag(data, ANCHOR_BLOCK) == ANCHOR then
      return size
    end
  end
end

return udf

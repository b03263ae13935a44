--- The files of a UDF volume (ECMA-167 part 4, OSTA UDF 2.3): docs/udf.md says
-- what is read, and why by code of our own. Nothing on a disc is trusted: every
-- address is checked, every folder entered once.
-- @module discrecorder.udf_tree

local new_failure = require("discrecorder.failure").new
local udf = require "discrecorder.udf"

local udf_tree = {}

local BLOCK <const> = 2048

-- Tag identifiers (ECMA-167 4/7.2.1).
local FILE_SET <const>, FILE_IDENTIFIER <const> = 256, 257
local EXTENT_DESCRIPTORS <const>, FILE <const>, EXTENDED <const> =
  258, 261, 266

-- ICB file types (4/14.6.6) that are told apart.
local FOLDER <const>, REGULAR <const>, LINK <const> = 4, 5, 12

-- Characteristics of a name (4/14.4.3).
local DELETED <const>, PARENT <const> = 4, 8

-- A folder, a link and the list of a file's extents may have so many bytes,
-- bytes, blocks.
local FOLDER_MOST <const>, LINK_MOST <const>, LIST_MOST <const> =
  16 << 20, 1 << 16, 4096

local function refuse(message, ...)
  error({failure = {new_failure("invalid_image",
    ("the disc's UDF: " .. message):format(...))}})
end

local volume = {}
volume.__index = volume

-- The block of the disc behind an address within a partition.
function volume:block(partition, block)
  local there = self.partitions[partition + 1]
  if not there or block >= there.blocks then
    refuse("an address outside of its partition")
  end
  return there.start + block
end

function volume:read(partition, block)
  local data, failure, code = self.read_block(self:block(partition, block))
  if not data then
    error({failure = {nil, failure, code}})
  end
  return data
end

-- A descriptor whose tag says so; its location counts within the partition.
function volume:descriptor(partition, block, ...)
  local data = self:read(partition, block)
  local id = udf.tag(data, block)
  for _, wanted in ipairs{...} do
    if id == wanted then
      return data, id
    end
  end
  refuse("block %d of partition %d is not what it should be", block, partition)
end

-- One short (4/14.14.1) or long (4/14.14.2) allocation descriptor.
local function read_extent(data, at, kind, partition)
  local length, block = string.unpack("<I4I4", data, at)
  return {
    kind = length >> 30, -- 0: recorded, 1 and 2: not, 3: more descriptors
    bytes = length & 0x3FFFFFFF,
    block = block,
    partition = kind == 1 and string.unpack("<I2", data, at + 8) or partition,
  }
end

-- All extents of a file, from its entry and from where it goes on.
function volume:extents(data, kind, partition)
  local list, size, chained = {}, kind == 1 and 16 or 8, 0
  local at = 1
  while at + size - 1 <= #data do
    local extent = read_extent(data, at, kind, partition)
    at = at + size
    if extent.bytes == 0 then
      break
    elseif extent.kind == 3 then
      chained = chained + 1
      if chained > LIST_MOST then
        refuse("a list of extents without end")
      end
      local more = self:descriptor(extent.partition, extent.block,
        EXTENT_DESCRIPTORS)
      local length = math.min(string.unpack("<I4", more, 21), BLOCK - 24)
      data, at = more:sub(25, 24 + length), 1
    else
      list[#list + 1] = extent
    end
  end
  return list
end

-- What an entry says: type, size, and its extents or its data.
function volume:entry(partition, block)
  local data, id = self:descriptor(partition, block, FILE, EXTENDED)
  local fixed = id == EXTENDED and 216 or 176
  local attributes, length = string.unpack("<I4I4", data, fixed - 7)
  local from = fixed + attributes + 1
  local kind = string.unpack("<I2", data, 35) & 7
  local entry = {
    type = data:byte(28),
    size = string.unpack("<I8", data, 57),
  }
  if from - 1 + length > BLOCK or entry.size < 0 then
    refuse("an entry longer than its block")
  end
  local body = data:sub(from, from - 1 + length)
  if kind == 3 then
    entry.data = body:sub(1, entry.size)
  elseif kind <= 1 then
    entry.extents = self:extents(body, kind, partition)
  else
    refuse("allocation descriptors of kind %d", kind)
  end
  return entry
end

-- The bytes of something small: a folder, a link.
function volume:content(entry)
  local is_link = entry.type == LINK
  if entry.data then
    return entry.data
  elseif entry.size > (is_link and LINK_MOST or FOLDER_MOST) then
    refuse("a %s of %d bytes", is_link and "link" or "folder", entry.size)
  end
  local parts, left = {}, entry.size
  for _, extent in ipairs(entry.extents) do
    for i = 0, (math.min(extent.bytes, left) + BLOCK - 1) // BLOCK - 1 do
      parts[#parts + 1] = extent.kind == 0
        and self:read(extent.partition, extent.block + i)
        or ("\0"):rep(BLOCK)
    end
    left = math.max(0, left - extent.bytes)
  end
  return table.concat(parts):sub(1, entry.size)
end

-- The names in a folder (4/14.4): {name, partition, block}.
local function names_of(data)
  local list, at = {}, 1
  while at + 37 <= #data do
    local flags, length, block, partition, more =
      string.unpack("<BBxxxxI4I2xxxxxxI2", data, at + 18)
    if string.unpack("<I2", data, at) ~= FILE_IDENTIFIER then
      refuse("a folder that is none")
    end
    if flags & (DELETED | PARENT) == 0 then
      local from = at + 38 + more
      list[#list + 1] = {
        name = udf.characters(data:sub(from, from + length - 1)),
        partition = partition,
        block = block,
      }
    end
    at = at + (38 + more + length + 3) // 4 * 4
  end
  return list
end

-- Where a link leads: path components (4/14.16.1).
local function target_of(data)
  local parts, at = {}, 1
  while at + 3 <= #data do
    local kind, length = data:byte(at), data:byte(at + 1)
    local name = udf.characters(data:sub(at + 4, at + 3 + length))
    parts[#parts + 1] = kind == 2 and "" or kind == 3 and ".."
      or kind == 4 and "." or name
    at = at + 4 + length
  end
  local path = table.concat(parts, "/")
  return path == "" and #parts > 0 and "/" or path
end

-- As the tree of an ISO 9660 volume is told: where a file's bytes are, its
-- extents one by one. What was never recorded is zeros.
function volume:sections(entry)
  local sections, left = {}, entry.size
  for _, extent in ipairs(entry.extents) do
    local bytes = math.min(extent.bytes, left)
    if bytes > 0 and extent.kind ~= 0 then
      table.insert(sections, {bytes = bytes, hole = true})
    elseif bytes > 0 then
      table.insert(sections, {
        start = self:block(extent.partition, extent.block),
        bytes = bytes,
      })
      self:block(extent.partition, extent.block + (bytes - 1) // BLOCK)
    end
    left = left - bytes
  end
  if left > 0 then
    refuse("a file longer than its extents")
  end
  return sections
end

function volume:describe(path, entry)
  if entry.type == FOLDER then
    return {path = path, kind = "dir"}
  elseif entry.type == LINK then
    return {path = path, kind = "link", target = target_of(self:content(entry))}
  elseif entry.type ~= REGULAR and entry.type ~= 0 then
    return {path = path, kind = "special"}
  end
  local found = {path = path, kind = "file", size = entry.size}
  if entry.data then
    found.data = entry.data
  else
    found.sections = self:sections(entry)
  end
  return found
end

-- Everything below a folder; folders found wait in a list, so that a deep tree
-- takes no deep stack.
function volume:list(root)
  local list, work, seen = {}, {{path = "", entry = root}}, {}
  while #work > 0 do
    local folder = table.remove(work)
    for _, one in ipairs(names_of(self:content(folder.entry))) do
      local path = folder.path .. "/" .. one.name
      local entry = self:entry(one.partition, one.block)
      list[#list + 1] = self:describe(path, entry)
      if entry.type == FOLDER then
        local at = self:block(one.partition, one.block)
        if seen[at] then
          refuse("a folder within itself: %s", path)
        end
        seen[at] = true
        work[#work + 1] = {path = path, entry = entry}
      end
    end
  end
  return list
end

-- A sparing table with replacements in it would lead elsewhere (UDF 2.2.11).
local FREE <const> = 0xFFFFFFF0

local function has_replacements(read, place)
  local data = read(place.start)
  if not data then
    return true
  end
  local count = string.unpack("<I2", data, 49)
  for i = 1, math.min(count, (BLOCK - 56) // 8) do
    if string.unpack("<I4", data, 49 + 8 * i) < FREE then
      return true
    end
  end
  return false
end

local function check_partitions(read, found)
  for _, partition in ipairs(found.partitions) do
    local kind = partition.kind
    if kind == "sparable" and partition.tables[1]
      and not has_replacements(read, partition.tables[1]) then
      kind = "plain"
    end
    if kind ~= "plain" then
      return new_failure("unsupported",
        ("files in a %s partition of UDF cannot be listed"):format(kind),
        {advice = "Compare with the image that was burned."})
    end
  end
  return true
end

--- All that is in a UDF volume, in the form of discrecorder.tree's import.
-- @tparam function read block of the volume to 2048 bytes, or nil, failure,
-- code
-- @tparam table found as @{discrecorder.udf.volume} gives it
-- @treturn[1] {table,...} `path`, `kind` (`"file"`, `"dir"`, `"link"`,
-- `"special"`), `size`, `target`; of a file `sections` ({start, bytes} or
-- {bytes, hole}), or `data` where it stands in its entry
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (partitions that are not read),
-- invalid_image, and those of `read`
function udf_tree.list(read, found)
  local good, failure, code = check_partitions(read, found)
  if not good then
    return nil, failure, code
  end
  local self = setmetatable(
    {read_block = read, partitions = found.partitions}, volume)
  local ok, result = pcall(function()
    local set = self:descriptor(found.root.partition, found.root.block,
      FILE_SET)
    local block, partition = string.unpack("<I4I2", set, 405)
    return self:list(self:entry(partition, block))
  end)
  if ok then
    return result
  elseif type(result) == "table" and result.failure then
    return table.unpack(result.failure, 1, 3)
  end
  error(result, 0)
end

return udf_tree

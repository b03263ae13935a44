--- File systems on a disc: what `info` tells of any, and what UDF has in it. An
-- input is a count of blocks and then some of these, the others are zeros:
--
--     block (2), how, length (2), bytes
--
-- `how` says whether a UDF tag there is put right.

-- libisofs, which `grow` asks for its MD5 tags, is not here.
package.preload["discrecorder.tree"] = function()
  return {md5_tag = function() end}
end

local console = require "discrecorder.cli.console"
local extent = require "discrecorder.extent"
local given = require "fuzz.given"
local grow = require "discrecorder.grow"
local info = require("discrecorder.cli.info")[1]
local sessions = require "discrecorder.sessions"
local udf = require "discrecorder.udf"
local udf_tree = require "discrecorder.udf_tree"

local BLOCK <const> = 2048
local ZEROS <const> = ("\0"):rep(BLOCK)
local READS_MOST <const> = 100000

local SUM <const>, PLACE <const>, UNREADABLE <const> = 1, 2, 4

-- The sum of a tag, and where it stands (ECMA-167 3/7.2).
local function right(data, block, how)
  if how & PLACE ~= 0 then
    data = data:sub(1, 12) .. string.pack("<I4", block) .. data:sub(17)
  end
  local sum = 0
  for i = 1, 16 do
    sum = sum + (i == 5 and 0 or data:byte(i))
  end
  return data:sub(1, 4) .. string.char(sum & 0xFF) .. data:sub(6)
end

local function blocks_of(bytes, at)
  local blocks = {}
  while at + 4 <= #bytes do
    local block, how, length = string.unpack(">I2BI2", bytes, at)
    local data = bytes:sub(at + 5, at + 4 + math.min(length, BLOCK))
    data = data .. ZEROS:sub(#data + 1)
    if how & UNREADABLE ~= 0 then
      data = false
    elseif how & (SUM | PLACE) ~= 0 then
      data = right(data, block, how)
    end
    blocks[block] = data
    at = at + 5 + length
  end
  return blocks
end

local function unreadable(lba)
  return nil, {code = "generic", message = "it cannot be read", lba = lba,
    sense = {key = 3, asc = 0x11, ascq = 0}}, "generic"
end

-- A drive with a disc that begins with a track of data, and may have another.
local function recorder_of(blocks, last, second)
  local rec = {reads = 0}
  local profile = second == 0 and "dvd+rw" or "cd-r"
  local tracks = {{number = 1, session = 1, kind = "data", mode = 1, start = 0,
    state = "complete", blocks = second > 0 and second or last}}
  if second > 0 then
    tracks[2] = {number = 2, session = 2, kind = "data", mode = 1,
      state = "complete", start = second, blocks = last - second}
  end
  function rec.medium()
    return {profile = profile, tracks = tracks, speeds = {}, write = {},
      state = second == 0 and "overwritable" or "complete"}
  end
  function rec.read(_, lba, count)
    rec.reads = rec.reads + count
    assert(rec.reads < READS_MOST, "it reads for ever")
    local list = {}
    for i = 1, count do
      local data = blocks[lba + i - 1]
      if data == false or lba < 0 or lba + i > last then
        return unreadable(lba + i - 1)
      end
      list[i] = data or ZEROS
    end
    return table.concat(list)
  end
  local names = {
    get_path = "virtual:x", get_recorder_guid = "", get_recorder_type = "cdr",
    get_recorder_state = "idle",
  }
  for name, value in pairs(names) do
    rec[name] = function() return value end
  end
  function rec.get_display_names()
    return "vendor", "product", "1"
  end
  return rec
end

-- What is told is text, for programs and for people.
local function check_info(rec)
  local told
  local session = {
    recorder = function() return rec end,
    console = {
      result = function(_, value)
        told = console.encode(value)
      end,
      say = function(_, pattern, ...)
        pattern:format(...)
      end,
    },
  }
  assert(info.run(session))
  assert(utf8.len(told))
end

-- Each file has all of its bytes, and they are on the disc.
local function check_tree(list)
  for _, entry in ipairs(list) do
    assert(entry.path:sub(1, 1) == "/" and utf8.len(entry.path) and entry.kind)
    assert(utf8.len(entry.target or ""))
    local left = entry.size or 0
    for _, section in ipairs(entry.sections or {}) do
      left = left - section.bytes
      assert(section.hole or section.start >= 0)
    end
    assert(left == 0 or entry.data and #entry.data <= entry.size)
  end
end

local function check_udf(rec, last)
  local read = extent.block_reader(rec, last)
  local found = udf.volume(read, last)
  if not found then
    return
  end
  assert(not found.blocks or found.blocks <= last)
  local list = given(udf_tree.list(read, found))
  if list then
    check_tree(list)
  end
end

return function(bytes)
  if #bytes < 4 then
    return
  end
  local last, second, at = string.unpack(">I2I2", bytes)
  second = second < last and second or 0
  local rec = recorder_of(blocks_of(bytes, at), last + 1, second)
  check_info(rec)
  check_udf(rec, last + 1)
  given(grow.look(rec))
  local list = sessions.list(rec)
  for _, session in ipairs(list or {}) do
    sessions.descriptors(rec, session)
  end
  for _, track in ipairs(rec.medium().tracks) do
    local size = extent.volume_blocks(rec, track)
    assert(not size or size >= 1 and size <= track.blocks)
  end
  udf.other_block_size(extent.block_reader(rec, last + 1))
end

-- List the files on a disc, by reading its ISO 9660 file system block by block.
--
--     lua5.4 examples/files.lua ADDRESS
local disc = require "discrecorder"

local BLOCK <const> = 2048

if not arg[1] then
  io.stderr:write("usage: files.lua ADDRESS\n")
  os.exit(2)
end
local recorder = assert(disc.recorder(arg[1]))

-- Rock Ridge's name in the part of a record that follows ISO 9660's, if any.
local function rock_ridge_name(extra)
  local name, at = nil, 1
  while at + 4 <= #extra do
    local kind, length = extra:sub(at, at + 1), extra:byte(at + 2)
    if length < 4 then
      break
    elseif kind == "NM" then
      name = (name or "") .. extra:sub(at + 5, at + length - 1)
    end
    at = at + length
  end
  return name
end

-- A directory record: where it starts, how long it is, what it is called.
local function decode(record)
  local start, size = string.unpack("<I4", record, 3),
    string.unpack("<I4", record, 11)
  local length = record:byte(33)
  local name = record:sub(34, 33 + length)
  local extra = record:sub(34 + length + (length + 1) % 2)
  return {
    start = start,
    size = size,
    is_folder = record:byte(26) & 2 ~= 0,
    is_link = name == "\0" or name == "\1", -- to itself or its parent
    name = rock_ridge_name(extra) or name:gsub(";1$", ""),
  }
end

local function list(folder, path)
  local blocks = folder.size // BLOCK
  local data = assert(recorder:read(folder.start, blocks))
  for block = 0, blocks - 1 do
    local at = block * BLOCK + 1
    while at <= (block + 1) * BLOCK and data:byte(at) > 0 do
      local entry = decode(data:sub(at, at + data:byte(at) - 1))
      local full = path .. entry.name
      if entry.is_folder and not entry.is_link then
        list(entry, full .. "/")
      elseif not entry.is_link then
        print(("%12d  %s"):format(entry.size, full))
      end
      at = at + data:byte(at)
    end
  end
end

local medium = assert(recorder:medium())
local last = medium.tracks[#medium.tracks]
local descriptor = assert(recorder:read(last.start + 16, 1))
assert(descriptor:sub(2, 6) == "CD001", "there is no ISO 9660 on this disc")
list(decode(descriptor:sub(157, 190)), "/")

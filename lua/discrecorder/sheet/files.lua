--- The files that a sheet names: where they are, what is in them, how long.
-- @module discrecorder.sheet.files

local core = require "discrecorder.core"
local fault = require "discrecorder.sheet.fault"
local model = require "discrecorder.sheet.model"

local files = {}

-- The path in parts, or nil when it leaves the folder it counts from.
local function stays_inside(path)
  if path:find "^[/\\]" or path:find "^%a:" then
    return false
  end
  local depth = 0
  for part in path:gmatch "[^/\\]+" do
    if part == ".." then
      depth = depth - 1
    elseif part ~= "." then
      depth = depth + 1
    end
    if depth < 0 then
      return false
    end
  end
  return true
end

-- Is there a file to read? Else why not.
local function is_file(path)
  local there, reason = core.stat(path)
  if there and there.kind ~= "file" then
    return false, there.kind == "folder" and "it is a folder"
      or "it is no regular file"
  elseif not there then
    return false, reason
  end
  local file <close>, unopened = core.input(path)
  return file ~= nil, unopened and unopened:sub(#path + 3)
end

local OTHER_ENDINGS <const> = {"flac", "wav", "aiff", "aif", "mp3", "ogg"}

-- The names under which a file may be there: as it is written, with the
-- separators of this system, and with the bytes of a sheet in Latin-1.
local function spellings(name)
  local list = {name}
  local slashes = name:gsub("\\", "/")
  if slashes ~= name then
    table.insert(list, slashes)
  end
  for i = 1, #list do
    local latin = require("discrecorder.charset").encode(list[i],
      "windows-1252")
    if latin and latin ~= list[i] then
      table.insert(list, latin)
    end
  end
  return list
end

-- Is what a path leads to in the folder, all links followed?
local function leads_inside(folder, path)
  local real = core.realpath(folder)
  local found = core.realpath(path)
  if not real or not found then
    return false
  elseif real:sub(-1) ~= "/" then
    real = real .. "/"
  end
  return found:sub(1, #real) == real
end

local function join(folder, name)
  return name:find "^/" and name or folder .. "/" .. name
end

-- The path; or nil, and what is wrong with the name as it is written.
local function find(folder, name)
  local why
  for _, spelling in ipairs(spellings(name)) do
    local path = join(folder, spelling)
    local found, reason = is_file(path)
    if found then
      return path
    end
    why = why or reason
  end
  return nil, why
end

-- The same recording with another ending: sheets name WAVs that are FLAC now.
local function find_other(folder, name)
  local stem = name:match "^(.+)%.%w+$"
  for _, ending in ipairs(stem and OTHER_ENDINGS or {}) do
    local path = find(folder, stem .. "." .. ending)
    if path then
      return path
    end
  end
end

-- What is in a file ----------------------------------------------------------

local RATE <const> = 44100

local function to_samples(frames, rate)
  if rate <= 0 or frames < 0 then
    return nil
  end
  return rate == RATE and frames or frames * RATE // rate
end

-- The chunks of RIFF and AIFF: id, size, and where its data begins.
local function chunks(file, size, format)
  local at = 12
  return function()
    if at + 8 > size or not file:seek("set", at) then
      return nil
    end
    local head = file:read(8)
    if not head or #head < 8 then
      return nil
    end
    local id, length = string.unpack(format, head)
    local data = at + 8
    at = data + length + length % 2
    return id, length, data
  end
end

-- How sound is stored in a WAVE: PCM is 1, and what "extensible" says may be.
local function wave_format(file)
  local head = file:read(16) or ""
  if #head < 16 then
    return nil
  end
  local tag, channels, rate, _, frame, bits = string.unpack("<I2I2I4I4I2I2",
    head)
  return {
    frame = frame,
    rate = rate,
    of_cd = tag == 1 and channels == 2 and rate == RATE and bits == 16,
  }
end

local function wave(file, size)
  local format
  for id, length, data in chunks(file, size, "<c4I4") do
    if id == "fmt " then
      format = wave_format(file)
    elseif id == "data" and format and format.frame > 0 then
      -- Programs that write to a pipe leave the length at 0 or at its most.
      local there = size - data
      if length == 0 or length > there then
        length = there
      end
      return to_samples(length // format.frame, format.rate),
        format.of_cd and data or nil
    end
  end
end

-- The rate of AIFF is an 80-bit floating point number.
local function extended(bytes)
  local exponent, mantissa = string.unpack(">I2I8", bytes)
  local shift = 63 - (exponent - 16383)
  if shift < 32 or shift > 63 then
    return 0
  end
  return mantissa >> shift
end

local function aiff(file, size)
  for id, length in chunks(file, size, ">c4I4") do
    if id == "COMM" and length >= 18 then
      local head = file:read(18) or ""
      if #head < 18 then
        return nil
      end
      return to_samples(string.unpack(">I4", head, 3),
        extended(head:sub(9, 18)))
    end
  end
end

local function flac(file)
  file:seek("set", 18)
  local head = file:read(8) or ""
  if #head < 8 then
    return nil
  end
  local word = string.unpack(">I8", head)
  local rate, frames = word >> 44, word & 0xFFFFFFFFF
  return frames > 0 and to_samples(frames, rate) or nil
end

-- By the first bytes; the length where it stands in the head.
local kinds <const> = {
  {"^RIFF....WAVE", "wave", wave},
  {"^FORM....AIF[FC]", "aiff", aiff},
  {"^fLaC", "flac", flac},
  {"^OggS", "ogg"},
  {"^ID3", "mp3"},
  {"^\xFF[\xE2-\xFF]", "mp3"},
}

local function look(path, said)
  local file <close> = assert(core.input(path))
  local size = file:seek "end"
  if model.is_raw(said) then
    return said.type, size
  end
  file:seek("set", 0)
  local head = file:read(12) or ""
  for _, row in ipairs(kinds) do
    if head:find(row[1]) then
      local samples, pcm
      if row[3] then
        samples, pcm = row[3](file, size)
      end
      return row[2], size, samples, pcm
    end
  end
  return said.type == "mp3" and "mp3" or nil, size
end

--- Find a file of a sheet and look at it: fills in `path`, `contents`, `bytes`,
-- `samples`, and `pcm`: where they begin in a WAVE that has a CD's format.
-- Stops the reading when it is missing, is nothing that it is said to be, or
-- stands outside the folder.
-- @tparam table file `name`, `type`
-- @tparam table place `folder`, `outside`, `files` (false: look at none),
-- `warnings` (a list to add to)
-- @tparam ?integer line for failures
function files.resolve(file, place, line)
  local name = file.name
  if name == "" or name:find "%z" then
    fault.at(line, "'%s' is no name of a file", name)
  elseif not place.outside and not stays_inside(name) then
    fault.advised("Put it beside the sheet, or allow it (`outside`).", line,
      "'%s' is outside the folder of the sheet", name)
  end
  file.path = join(place.folder, name)
  if not place.files then
    return
  end
  local path, why = find(place.folder, name)
  if not path and not model.is_raw(file) then
    path = find_other(place.folder, name)
    if path then
      table.insert(place.warnings, {
        code = "other_file",
        message = ("%s is missing: %s is taken"):format(name, path),
      })
    end
  end
  if not path then
    fault.with("file_access", line, "'%s' cannot be opened: %s", name, why)
  end
  if not place.outside and not leads_inside(place.folder, path) then
    fault.advised("Put the file itself there, or allow it (`outside`).", line,
      "'%s' is a link that leads outside the folder of the sheet", name)
  end
  file.path = path
  file.contents, file.bytes, file.samples, file.pcm = look(path, file)
  if not file.contents then
    fault.at(line, "'%s' is no sound file", name)
  end
end

--- The bytes of a file that stands beside a sheet.
-- @tparam table file `path`
-- @tparam integer most how many bytes it may have
-- @tparam ?integer line for failures
-- @treturn string
function files.slurp(file, most, line)
  local handle <close> = core.input(file.path)
  local bytes, unread
  if handle then
    bytes, unread = handle:read(most + 1)
  end
  if not handle or unread then
    fault.with("file_access", line, "'%s' cannot be read", file.name)
  elseif bytes and #bytes > most then
    fault.at(line, "'%s' is too long", file.name)
  end
  return bytes or ""
end

return files

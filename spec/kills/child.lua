-- One program of programs.lua, in a process that is killed meanwhile:
--     lua5.4 spec/kills/child.lua PROGRAM FOLDER IMAGES
-- What is done is told by files in FOLDER: told.0, the disc is made; told.N,
-- step N is done, with what it says of it; told.N.BLOCKS, so many are flushed.
local discrecorder = require "discrecorder"
local disc = require "spec.support.disc"
local images = require "spec.kills.images"
local programs = require "spec.kills.programs"

local number, folder, where = tonumber(arg[1]), arg[2], arg[3]
local program = programs[number]

-- By a rename, which is seen from beneath.
local function tell(name, text)
  local path = ("%s/told.%s"):format(folder, name)
  local file = assert(io.open(path .. ".new", "w"))
  assert(file:write(text or ""))
  assert(file:close())
  assert(os.rename(path .. ".new", path))
end

local rec = assert(discrecorder.recorder(("virtual:%s/disc?medium=%s"):format(
  folder, program.medium)))
tell "0"

local steps = {}

function steps.burn(image, options)
  local job = {tracks = images.tracks(where, image), packet = 65536}
  for key, value in pairs(options) do
    job[key] = value
  end
  local report = assert(rec:burn(job))
  return tostring(report.tracks[1].start)
end

local function opened(name, ...)
  assert(rec:open_exclusive())
  assert(rec[name](rec, ...))
  rec:close()
end

function steps.erase(full)
  opened("erase", full)
end

function steps.format(kind)
  opened("format", kind)
end

function steps.flush(image, blocks, step)
  assert(rec:open_exclusive())
  local start = assert(rec:medium()).next_writable
  local content = images.bytes(image)
  for at = 0, blocks - 1, 32 do
    assert(disc.write(rec, start + at, content:sub(at * images.BLOCK + 1,
      (at + 32) * images.BLOCK)) == "good")
    disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
    tell(("%d.%d"):format(step, at + 32), tostring(start))
  end
  assert(rec:finish "session")
  rec:close()
  return tostring(start)
end

for i, step in ipairs(program.steps) do
  local arguments = table.pack(table.unpack(step, 2))
  arguments[3] = i
  tell(tostring(i), steps[step[1]](table.unpack(arguments, 1, 3)))
end

--- Discs that are read to files while the program is killed or the power fails:
-- what is there under a file's name is whole, and the same command again makes
-- it so.
local burning = require "spec.support.burning"
local discrecorder = require "discrecorder"
local export = require "discrecorder.export"
local images = require "spec.kills.images"
local open = require "spec.kills.open"
local read = require "discrecorder.read"
local run = require "spec.support.run"

local readings = {}

-- Blocks of the disc of data: more than a map is written for at once (32 MiB).
local BLOCKS <const> = 17000
-- What cannot be read while the program is killed; then it can.
local DAMAGED <const> = {{lba = 300, sense = {3, 0x11, 5}},
  {lba = 420, sense = {3, 0x11, 5}}}

local function reads(rec, folder, options)
  return read.run(rec, folder .. "/out.iso", options)
end

local function exports(ending)
  return function(rec, folder, options)
    return export.run(rec, folder .. "/out." .. ending, options)
  end
end

readings.list = {
  {name = "read", disc = "data", files = {"out.iso"}, run = reads},
  {name = "read with a map", disc = "data", files = {"out.iso"}, run = reads,
    map = true},
  {name = "read with a map, damaged", disc = "data", files = {"out.iso"},
    run = reads, map = true, faults = DAMAGED},
  {name = "export, ISO", disc = "data", files = {"out.iso"},
    run = exports "iso"},
  {name = "export, BIN with CUE", disc = "audio",
    files = {"out.bin", "out.cue"}, run = exports "cue"},
  {name = "export, BIN with CUE and a map", disc = "audio",
    files = {"out.bin", "out.cue"}, run = exports "cue", map = true},
  {name = "export with a map, damaged", disc = "audio",
    files = {"out.bin", "out.cue"}, run = exports "cue", map = true,
    faults = DAMAGED},
}

--- The discs that are read, in a folder.
function readings.make(folder)
  local path = folder .. "/image"
  local file <close> = assert(io.open(path, "wb"))
  for i = 1, BLOCKS do
    assert(file:write(("<I4"):pack(i):rep(images.BLOCK // 4)))
  end
  assert(file:close())
  for name, job in pairs {
    data = burning.job(path, {verify = false}),
    audio = {tracks = images.tracks(folder, "audio"), verify = false},
  } do
    local rec <close> = assert(discrecorder.recorder(
      ("virtual:%s/%s?medium=cd-r"):format(folder, name)))
    assert(rec:burn(job))
  end
  os.remove(path)
end

--- Read once.
-- @tparam integer number in the list
-- @tparam string where the discs are
-- @tparam string folder of the files
-- @tparam[opt] boolean damaged with what cannot be read
function readings.read(number, where, folder, damaged)
  local one = readings.list[number]
  local rec <close> = assert(open(
    ("virtual:%s/%s"):format(where, one.disc),
    {faults = damaged and one.faults or nil}))
  return one.run(rec, folder, {map = one.map and folder .. "/map" or nil})
end

local function is_there(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

local function compare(one, folder, whole, must)
  local there = 0
  for _, name in ipairs(one.files) do
    if is_there(folder .. "/" .. name) then
      there = there + 1
      assert(run("cmp", "-s", folder .. "/" .. name, whole .. "/" .. name)
        .status == 0, name .. " is not what it should be")
    else
      assert(not must, name .. " is not there")
    end
  end
  return there
end

-- A sheet is written last, and is small: half of it is told by its name being
-- there already, and it is removed by hand.
local function without_sheet(number, where, folder, power)
  local result, failure, code = readings.read(number, where, folder)
  if not result and code == "file_exists" and power
    and tostring(failure):find "%.cue exists" then
    os.remove(folder .. "/out.cue")
    return readings.read(number, where, folder)
  end
  return result, failure, code
end

--- Are the files as they may be, and whole after the same again?
-- @tparam integer number in the list
-- @tparam string where the discs are
-- @tparam string folder of the files
-- @tparam string whole the folder of a run that nobody killed
-- @tparam boolean power it failed
-- @treturn string what was found
function readings.judge(number, where, folder, whole, power)
  local one = readings.list[number]
  if one.map then
    assert(without_sheet(number, where, folder, power))
    compare(one, folder, whole, true)
    return "gone on with"
  end
  -- The file of the disc is whole under its name; its sheet comes after it.
  local there = compare({files = {one.files[1]}}, folder, whole)
  if there == 0 then
    assert(without_sheet(number, where, folder, power))
    compare(one, folder, whole, true)
    return "none"
  end
  local result, failure, code = readings.read(number, where, folder)
  assert(not result and code == "file_exists", tostring(failure))
  return "whole"
end

return readings

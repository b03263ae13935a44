-- One reading of readings.lua, in a process that is killed meanwhile:
--     lua5.4 spec/kills/read_child.lua NUMBER DISCS FOLDER
-- That some blocks could not be read is no failure here.
local readings = require "spec.kills.readings"

local number = tonumber(arg[1])
local result, failure = readings.read(number, arg[2], arg[3], true)
assert(result or readings.list[number].faults, failure)

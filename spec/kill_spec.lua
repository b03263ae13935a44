-- A sample of the kill tests (spec/kills/README.md): each program and reading
-- killed once, and cut off from its power once.
local kills = require "spec.kills.kills"
local programs = require "spec.kills.programs"
local readings = require "spec.kills.readings"

local SEED <const> = 20261123

local bench

setup(function()
  bench = kills.new()
end)

teardown(function()
  bench:remove()
end)

for number, program in ipairs(programs) do
  describe("a program on " .. program.name, function()
    it("that is killed leaves a disc as a real one could be", function()
      assert.is_string(bench:kill(number, SEED + number))
    end)

    it("whose host loses its power leaves such a disc too", function()
      assert.is_string(bench:cut(number, SEED + number))
    end)
  end)
end

for number, one in ipairs(readings.list) do
  describe("a program in the course of " .. one.name, function()
    it("that is killed leaves whole files, or goes on to them", function()
      assert.is_string(bench:kill_reading(number, SEED + number))
    end)

    it("whose host loses its power does so too", function()
      assert.is_string(bench:cut_reading(number, SEED + number))
    end)
  end)
end

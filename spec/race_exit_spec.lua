-- A sample of the races (spec/races/README.md): an interpreter that is left in
-- the middle of any work. (Burns in particular: exit_spec.lua.)
local races = require "spec.races.races"

local SEED <const> = 20261123
local EXITS <const> = 24

describe("a script that leaves in the middle of some work", function()
  it("never crashes or hangs, and its discs are true", function()
    local bench = races.new()
    for i = 1, EXITS do
      assert.is_string(bench:exit(SEED + i))
    end
    bench:remove()
  end)
end)

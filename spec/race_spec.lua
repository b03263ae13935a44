-- A sample of the races (spec/races/README.md): works broken off at moments
-- that a seed draws. It runs no other Lua, for the thread sanitizer.
local races = require "spec.races.races"

local SEED <const> = 20261123
local ROUNDS <const> = 12
local SERIES <const> = 12

describe("work that is broken off at any moment", function()
  local bench

  setup(function()
    bench = races.new()
  end)

  teardown(function()
    bench:remove()
  end)

  for i = 1, SERIES do
    it(("leaves nothing behind, and true discs (%d)"):format(i), function()
      for round = 1, ROUNDS do
        assert.is_string(bench:round(SEED + i * ROUNDS + round))
      end
    end)
  end
end)

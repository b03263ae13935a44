-- All of the kill tests (README.md): `make kills`.
local kills = require "spec.kills.kills"
local programs = require "spec.kills.programs"
local readings = require "spec.kills.readings"

local SEED <const> = math.tointeger(os.getenv "SEED") or os.time()
local COUNT <const> = math.tointeger(os.getenv "COUNT") or 30

local bench = kills.new()
local passed, failed = 0, 0

local function series(title, list, f)
  for number, one in ipairs(list) do
    local states = {}
    for i = 1, COUNT do
      local seed = SEED + 1000 * number + i
      local good, said = xpcall(f, function(message)
        return os.getenv "TRACE" and debug.traceback(message) or message
      end, bench, number, seed)
      if good then
        passed = passed + 1
        states[said] = (states[said] or 0) + 1
      else
        failed = failed + 1
        print(("FAILED: %s, %s, seed %d: %s"):format(one.name, title, seed,
          said))
      end
    end
    local found = {}
    for state, times in pairs(states) do
      table.insert(found, ("%s %d"):format(state, times))
    end
    table.sort(found)
    print(("%-32s %-6s %s"):format(one.name, title,
      table.concat(found, ", ")))
  end
end

print(("seed %d"):format(SEED))
local start = os.time()
series("killed", programs, kills.kill)
series("cut", programs, kills.cut)
series("killed", readings.list, kills.kill_reading)
series("cut", readings.list, kills.cut_reading)
print(("%d seconds"):format(os.time() - start))
print(("%d passed, %d failed, 0 skipped"):format(passed, failed))
bench:remove()
os.exit(failed == 0, true)

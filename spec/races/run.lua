-- All of the races (README.md): `make races`.
local races = require "spec.races.races"
local run = require "spec.support.run"

local SEED <const> = math.tointeger(os.getenv "SEED") or os.time()
local ROUNDS <const> = math.tointeger(os.getenv "COUNT") or 9000
local EXITS <const> = ROUNDS // 9

local bench = races.new()
local passed, failed = 0, 0

-- Two processes that want all of two processors.
local busy = {}
for i = 1, 2 do
  busy[i] = run.start("sh", "-c", "while :; do :; done")
end

local function series(title, count, f)
  local met = {}
  for i = 1, count do
    local seed = SEED + i
    local good, said = xpcall(f, function(message)
      message = tostring(message)
      return os.getenv "TRACE" and debug.traceback(message) or message
    end, bench, seed)
    if good then
      passed = passed + 1
      met[said] = (met[said] or 0) + 1
    else
      failed = failed + 1
      print(("FAILED: %s, seed %d: %s"):format(title, seed, said))
      bench:forget()
    end
  end
  local kinds = 0
  for _ in pairs(met) do
    kinds = kinds + 1
  end
  print(("%s: %d, of %d kinds"):format(title, count, kinds))
end

print(("seed %d"):format(SEED))
local start = os.time()
series("broken off", ROUNDS, bench.round)
series("left", EXITS, bench.exit)
for _, process in ipairs(busy) do
  process.signal "KILL"
  process.wait()
end

local phases = {}
for phase, times in pairs(bench.met) do
  table.insert(phases, ("%s %d"):format(phase, times))
end
table.sort(phases)
print("broken off in: " .. table.concat(phases, ", "))
print(("%d seconds"):format(os.time() - start))
print(("%d passed, %d failed, 0 skipped"):format(passed, failed))
bench:remove()
os.exit(failed == 0, true)

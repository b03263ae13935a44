-- All of the races (README.md): `make races`.
local races = require "spec.races.races"
local run = require "spec.support.run"

local SEED <const> = math.tointeger(os.getenv "SEED") or os.time()
local FULL <const> = 9000
local ROUNDS <const> = math.tointeger(os.getenv "COUNT") or FULL
local EXITS <const> = ROUNDS // 9

-- Rounds that aim at a phase which no other was broken off in.
local AIMED <const> = 30

local bench = races.new()
local passed, failed = 0, 0

-- One round; what it was, if all was well.
local function try(title, f, seed, aim)
  local good, said = xpcall(f, function(message)
    message = tostring(message)
    return os.getenv "TRACE" and debug.traceback(message) or message
  end, bench, seed, aim)
  if good then
    passed = passed + 1
    return said
  end
  failed = failed + 1
  print(("FAILED: %s, seed %d: %s"):format(title, seed, said))
  bench:forget()
end

local function series(title, count, f)
  local met = {}
  for i = 1, count do
    local said = try(title, f, SEED + i)
    if said then
      met[said] = (met[said] or 0) + 1
    end
  end
  local kinds = 0
  for _ in pairs(met) do
    kinds = kinds + 1
  end
  print(("%s: %d, of %d kinds"):format(title, count, kinds))
end

-- Aim at what was not met by chance.
local function aim()
  for _, missed in ipairs(bench:missed()) do
    for i = 1, AIMED do
      try(("%s in %s"):format(missed.name, missed.phase), bench.round,
        SEED + ROUNDS + i, missed)
    end
  end
end

print(("seed %d"):format(SEED))
local start = os.time()
bench:learn()

-- Two processes that want all of two processors.
local busy = {}
for i = 1, 2 do
  busy[i] = run.start("sh", "-c", "while :; do :; done")
end

series("broken off", ROUNDS, bench.round)
series("left", EXITS, bench.exit)
aim()
for _, process in ipairs(busy) do
  process.signal "KILL"
  process.wait()
end

print "broken off in:"
for _, line in ipairs(bench:lines()) do
  print("  " .. line)
end
for _, missed in ipairs(bench:missed()) do
  local demanded = ROUNDS >= FULL
  failed = failed + (demanded and 1 or 0)
  print(("%s: %s was never broken off in %s"):format(
    demanded and "FAILED" or "missed", missed.name, missed.phase))
end
print(("%d seconds"):format(os.time() - start))
print(("%d passed, %d failed, 0 skipped"):format(passed, failed))
bench:remove()
os.exit(failed == 0, true)

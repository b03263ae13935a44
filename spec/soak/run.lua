-- A soak (`make soak`): rounds of burning, checking, reading, copying,
-- cancelling and erasing in one process, on four discs by turns. What the
-- process holds at the end is compared with what it held after a tenth of the
-- rounds. Prints figures, and one line at the end as the specs do. The C
-- library is told to have one arena, and no caches of threads: what is in them
-- counts as used.
--
--     lua5.4 spec/soak/run.lua [ROUNDS [SEED]]
local burn = require "discrecorder.burn"
local copy = require "discrecorder.copy"
local core = require "discrecorder.core"
local disc = require "discrecorder"
local heap = require "spec.heap"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local ROUNDS <const> = math.tointeger(arg[1] or 1000)
local SEED <const> = math.tointeger(arg[2] or 1)
local WARM <const> = math.max(ROUNDS // 10, 1)

-- What may come after the warm rounds, in KiB: of the heap less than fifty
-- bytes for each of a thousand rounds; of what is resident pieces that do not
-- fit into each other, too.
local HEAP_MOST <const>, RESIDENT_MOST <const> = 48, 4096

local MEDIA <const> = {"cd-rw", "dvd-rw", "dvd+rw", "bd-re"}
local LENGTH <const> = 2048 * 320 -- of what is cancelled
local KEPT <const> = 25 -- rounds with the same recorder objects

math.randomseed(SEED)

local folder = run.folder(run.memory())
local recorders = {}

-- {=== what the process holds

local function word(name)
  return math.tointeger(run.slurp("/proc/self/status"):match(
    name .. ":%s*(%d+)"))
end

local function held()
  -- A job's thread ends a moment after the job.
  local threads
  for _ = 1, 5000 do
    threads = #core.folder "/proc/self/task"
    if threads == 1 then
      break
    end
  end
  -- Finalizers make garbage, and what a stack held is let go later.
  local used = math.maxinteger
  for _ = 1, 20 do
    collectgarbage()
    used = math.min(used, heap())
  end
  return {
    resident = word "VmRSS", heap = used // 1024,
    descriptors = #core.folder "/proc/self/fd", threads = threads,
  }
end

local function tell(round, now)
  print(("round %4d: heap %d KiB, resident %d KiB, %d descriptors, %d threads")
    :format(round, now.heap, now.resident, now.descriptors, now.threads))
end

-- ===}

-- {=== a round

local function recorder_of(medium)
  if not recorders[medium] then
    recorders[medium] = assert(disc.recorder(
      ("virtual:%s/%s?medium=%s"):format(folder, medium, medium)))
  end
  return recorders[medium]
end

local function let_go()
  recorders = {}
  collectgarbage()
  collectgarbage()
end

-- With a volume on it: of what can be overwritten only that is read.
local function make_image(path)
  local made <close> = assert(source.tree {paths = {"docs"}})
  assert(made:save(path))
  return run.slurp(path)
end

local volume

-- The image of a round: some bytes at its end are its own.
local function image(seed)
  local path = folder .. "/image"
  volume = volume or make_image(folder .. "/volume")
  return run.spit(path, volume:sub(1, -9) .. string.pack("<I8", seed))
end

local function check(rec, path, report)
  assert(verify.run(rec, {against = path}))
  assert(verify.run(rec, {report = report}))
end

local function read_back(rec, path)
  local out = folder .. "/out"
  os.remove(out)
  assert(read.run(rec, out))
  assert(run.slurp(out) == run.slurp(path))
end

-- Onto a new CD-R.
local function copy_to_new(rec)
  local path = folder .. "/new"
  os.remove(path)
  local to <close> = assert(disc.recorder("virtual:" .. path
    .. "?medium=cd-r"))
  assert(copy.run(rec, to))
end

-- A burn that is told to end somewhere; it may have ended before.
local function cancel(rec)
  local made = assert(source.push(LENGTH, LENGTH))
  local job <close> = assert(rec:burn_start {
    tracks = {{source = made}}, as_needed = true, buffer = 1 << 18,
  })
  if math.random(2) == 1 then
    assert(made:write(("x"):rep(math.random(LENGTH - 1))))
  end
  job:cancel()
  local report, _, code = job:wait()
  assert(not report and code == "user_abort", code)
end

local function burn_tree(rec)
  assert(burn.tree(rec, "docs", {as_needed = true, manifest = true}))
  assert(verify.run(rec, {against = "docs"}))
end

local function make_blank(rec, medium)
  assert(rec:open_exclusive())
  if medium:find "^[cd][dv]d?%-rw" then
    assert(rec:erase())
  else
    assert(rec:format())
  end
  assert(rec:close())
end

local function round(number)
  local medium = MEDIA[(number - 1) % #MEDIA + 1]
  local rec = recorder_of(medium)
  local path = image(number)
  local report = assert(burn.image(rec, path, {as_needed = true}))
  assert(report.verified)
  check(rec, path, report)
  if number % 5 == 0 then
    read_back(rec, path)
  end
  if number % 7 == 0 then
    copy_to_new(rec)
  end
  if number % 11 == 0 then
    cancel(rec)
  end
  if number % 13 == 0 then
    burn_tree(rec)
  end
  make_blank(rec, medium)
  if number % KEPT == 0 then
    let_go()
  end
end

-- ===}

local passed, failed = 0, 0

local function count(good, message)
  passed = passed + (good and 1 or 0)
  failed = failed + (good and 0 or 1)
  if not good then
    print("FAILED: " .. tostring(message))
  end
end

-- What is held when no recorder is, and the stacks hold nothing of them.
local function at_rest()
  let_go()
  held()
  return held()
end

local function soak()
  local warm
  for number = 1, ROUNDS do
    -- On a stack of its own, which holds nothing afterwards.
    local good, message = coroutine.resume(coroutine.create(round), number)
    count(good, ("round %d: %s"):format(number, message))
    if number == WARM then
      warm = at_rest()
    end
    if number % WARM == 0 then
      tell(number, held())
    end
  end
  return warm, at_rest()
end

print("seed " .. SEED)
local started = os.clock()
local warm, last = soak()
run.remove(folder)

print(("%d rounds, %.1f seconds of the processor"):format(ROUNDS,
  os.clock() - started))
local function flat(name, most)
  local grown = last[name] - warm[name]
  print(("%s: %+d KiB since round %d, at most %+d"):format(name, grown, WARM,
    most))
  count(grown <= most, name .. " grows")
end

flat("heap", HEAP_MOST)
flat("resident", RESIDENT_MOST)
count(last.descriptors == warm.descriptors, "descriptors are left")
count(last.threads == 1, "threads are left")
print(("%d passed, %d failed, 0 skipped"):format(passed, failed))
os.exit(failed == 0, true)

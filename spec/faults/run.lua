--- Faults at every packet: `make faults`. What is tried and demanded stands in
-- README.md beside this file and in docs/faults-outcomes.md.
--
-- In the environment: SEED (the time); JOBS, names of jobs or patterns, with
-- spaces between; STEP, only every n-th run; WORKERS (as many as there are
-- processors). One run alone: JOB, PACKET, FAULT; or SEED and RUN.
local benches = require "spec.faults.bench"
local jobs = require "spec.faults.jobs"
local leaks = require "spec.faults.leaks"
local lfs = require "lfs"
local outcomes = require "spec.faults.outcomes"
local run = require "spec.support.run"

local SECONDS <const> = 300 -- that a run may take, by the machine's clock
local GROWTH <const> = 4096 -- KiB that a worker may grow after a quarter

local function given(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

-- {=== one run

local function show(bench, one)
  local trace = run.build .. "/faults/trace"
  os.execute("mkdir -p " .. run.quote(run.build .. "/faults"))
  os.remove(trace)
  bench.shop.trace = trace
  print(benches.line(one))
  print(("%s at packet %d, %s (%s): %s is expected"):format(one.fault,
    one.packet.number, one.packet.opcode, one.packet.kind,
    outcomes.word(one.fault, one.packet, one.job,
      bench.cleans[one.job.name])))
  local done = bench:try(one)
  print(("%s, after %.1f s; the trace is %s"):format(done.outcome,
    done.took or 0, trace))
  print(done.failure or "")
  for _, wrong in ipairs(done.wrong) do
    print("WRONG: " .. wrong)
  end
  bench:remove()
  local bad = #done.wrong > 0
  print(bad and "0 passed, 1 failed, 0 skipped"
    or "1 passed, 0 failed, 0 skipped")
  os.exit(not bad, true)
end

local function one_named(name, number, fault)
  local job = jobs.by_name[name]
  local bench = job and benches.new(name)
  local packet = bench and bench.cleans[name].by_number[tonumber(number)]
  if not packet or not fault then
    if bench then
      bench:remove()
    end
    io.stderr:write("JOB, PACKET and FAULT name a run: no such one\n")
    os.exit(2)
  end
  show(bench, {job = job, packet = packet, fault = fault})
end

-- ===}

-- {=== a worker

-- Its share of the plan as one string: as tables a hundred thousand runs would
-- make each look of the collector long.
local function share_of(bench, index, count, seed)
  local plan, step, lines = bench:plan(seed), tonumber(given "STEP" or 1), {}
  for i = 1 + index * step, #plan, step * count do
    local one = plan[i]
    lines[#lines + 1] = ("%d\t%s\t%d\t%s\t%s\n"):format(i, one.job.name,
      one.packet.number, one.class, one.fault)
  end
  return table.concat(lines), #lines
end

local function make(bench, log, number, one)
  log:write(("begin\t%d\t%s\n"):format(number, benches.line(one)))
  local begun = os.clock()
  local done = bench:try(one)
  log:write(("end\t%d\t%s\t%s\t%s\t%s\t%.0f\n"):format(number,
    one.job.kind, one.class, done.outcome, done.word,
    (os.clock() - begun) * 1000))
  for _, wrong in ipairs(done.wrong) do
    log:write(("wrong\t%d\t%s\t%s\n"):format(number, benches.line(one),
      (wrong:gsub("\n", " // "))))
  end
end

-- It tells each run before it begins it: what hung or crashed is known.
local function work(index, count, seed, after, path)
  local bench = benches.new(given "JOBS")
  local lines, most = share_of(bench, index, count, seed)
  local log <close> = assert(io.open(path, "a"))
  log:setvbuf "line"
  local made, first = 0, nil
  for number, name, at, class, fault in
    lines:gmatch "(%d+)\t([^\t]+)\t(%d+)\t([^\t]+)\t([^\n]+)\n" do
    if tonumber(number) > after then
      make(bench, log, tonumber(number), {
        job = bench.by_name[name], class = class, fault = fault,
        packet = bench.cleans[name].by_number[tonumber(at)],
      })
    end
    made = made + 1
    if made == most // 4 then
      first = leaks.memory()
    end
  end
  log:write(("memory\t%d\n"):format(first and leaks.memory() - first or 0))
  bench:remove()
end

-- ===}

-- {=== all of them

local tally = {runs = 0, failed = 0, classes = {}, kinds = {}, outcomes = {},
  words = {}, grown = 0}

local function count(name, key)
  tally[name][key] = (tally[name][key] or 0) + 1
end

local function surprise(line, message)
  tally.failed = tally.failed + 1
  print(("%s\n    %s"):format(line, (message:gsub(" // ", "\n    "))))
end

-- What a worker has told of its runs.
local function gather(path)
  local open, bad
  local function ended_in_it()
    if open then
      tally.runs = tally.runs + 1
      surprise(open, "it ended the process, or hung")
    end
  end
  for text in io.lines(path) do
    local word, rest = text:match "^(%a+)\t(.*)$"
    if word == "begin" then
      ended_in_it()
      open, bad = rest:match "^%d+\t(.*)$", false
    elseif word == "end" then
      local kind, class, outcome, states = rest:match
        "^%d+\t(.-)\t(.-)\t(.-)\t(.-)\t"
      open, tally.runs = nil, tally.runs + 1
      count("kinds", kind)
      count("classes", class)
      count("outcomes", outcome)
      count("words", states)
    elseif word == "wrong" then
      local line, message = rest:match "^%d+\t(.-)\t(.*)$"
      if bad then
        print("    " .. message)
      else
        surprise(line, message)
      end
      bad = true
    elseif word == "memory" then
      tally.grown = math.max(tally.grown, tonumber(rest))
    end
  end
  ended_in_it()
end

-- The number of the run that a worker began last.
local function last_begun(path)
  local last = 0
  for text in io.lines(path) do
    last = tonumber(text:match "^begin\t(%d+)") or last
  end
  return last
end

-- A worker; it ends with us, however we end.
local function start(worker)
  os.remove(worker.path .. ".status")
  local line = ("setpriv --pdeathsig TERM lua5.4 spec/faults/run.lua worker"
    .. " %d %d %d %d %s >%s 2>&1 & echo $!; wait $!; echo $? >%s"):format(
    worker.index, worker.count, worker.seed, worker.after,
    run.quote(worker.path), run.quote(worker.path .. ".said"),
    run.quote(worker.path .. ".status"))
  worker.pipe = assert(io.popen("exec setpriv --pdeathsig TERM sh -c "
    .. run.quote(line)))
  worker.pid, worker.begun = worker.pipe:read "n", os.time()
end

-- Has it ended? One that hangs is ended; one that ended in a run goes on behind
-- it. What ends before its first run ends everything.
local function has_ended(worker)
  local file = io.open(worker.path .. ".status", "r")
  if not file then
    local told = lfs.attributes(worker.path, "modification") or worker.begun
    if os.time() - math.max(told, worker.begun) > SECONDS then
      os.execute("kill -9 " .. worker.pid)
    end
    return false
  end
  local status = file:read "n"
  file:close()
  if not status then
    return false -- not written yet
  end
  worker.pipe:close()
  local last = last_begun(worker.path)
  if status == 0 then
    return true
  elseif last <= worker.after then
    print(run.slurp(worker.path .. ".said"))
    tally.failed = tally.failed + 1
    return true
  end
  worker.after = last
  start(worker)
  return false
end

local function table_of(title, counts)
  local names = {}
  for name in pairs(counts) do
    table.insert(names, name)
  end
  table.sort(names)
  print(title)
  for _, name in ipairs(names) do
    print(("  %7d  %s"):format(counts[name], name))
  end
end

-- Of the runs, those of which the table states one outcome.
local function share_fixed()
  local fixed, all_of_them = 0, 0
  for word, runs in pairs(tally.words) do
    all_of_them = all_of_them + runs
    fixed = fixed + (outcomes.is_fixed(word) and runs or 0)
  end
  return 100 * fixed / math.max(all_of_them, 1)
end

local function all(seed)
  local count_of = tonumber(given "WORKERS")
    or tonumber(run.output "nproc") or 1
  local folder = run.build .. "/faults"
  run.output("mkdir", "-p", folder)
  print(("seed %d, %d workers"):format(seed, count_of))
  local begun, running = os.time(), {}
  for i = 0, count_of - 1 do
    local path = ("%s/%d"):format(folder, i)
    run.spit(path, "")
    running[i] = {index = i, count = count_of, seed = seed, after = 0,
      path = path}
    start(running[i])
  end
  while next(running) do
    os.execute "sleep 0.5"
    for i, worker in pairs(running) do
      if has_ended(worker) then
        running[i] = nil
      end
    end
  end
  for i = 0, count_of - 1 do
    gather(("%s/%d"):format(folder, i))
  end
  table_of("by kind of job", tally.kinds)
  table_of("by class of fault", tally.classes)
  table_of("by outcome", tally.outcomes)
  table_of("by what the table states", tally.words)
  print(("one outcome only: %.1f %%"):format(share_fixed()))
  if tally.grown > GROWTH then
    surprise("memory", ("a worker grew by %d KiB"):format(tally.grown))
  end
  print(("seed %d: %d runs in %d s, memory grew by %d KiB"):format(seed,
    tally.runs, os.time() - begun, tally.grown))
  print(("%d passed, %d failed, 0 skipped"):format(
    math.max(tally.runs - tally.failed, 0), tally.failed))
  os.exit(tally.failed == 0, true)
end

-- ===}

local chosen, unknown = benches.choose(given "JOBS")
if not chosen then
  io.stderr:write(("JOBS: no job is named %s, or like it\n"):format(unknown))
  os.exit(2)
end
local seed = tonumber(given "SEED" or os.time())
if arg[1] == "worker" then
  work(tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5]),
    arg[6])
elseif given "JOB" then
  one_named(given "JOB", given "PACKET", given "FAULT")
elseif given "RUN" then
  local bench = benches.new(given "JOBS")
  show(bench, bench:plan(seed)[tonumber(given "RUN")])
else
  all(seed)
end

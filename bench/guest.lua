--- Writing 64 MiB onto a served CD-R, DVD+R and BD-RE against other people's
-- programs, in User-Mode Linux (spec/kernel/README.md). What runs there is
-- bench/inside.lua.
--
-- CPU seconds are those of the whole guest, seen from outside: the program, the
-- kernel's work for it, and the served recorder's, which is the same for all.
-- What wait4 tells in the guest stands beside them; there a clock of 100 Hz
-- looks who is running, and time that this machine took away counts too.
local measure = require "measure"
local run = require "spec.support.run"
local uml = require "spec.kernel.uml"

local SECONDS <const> = "900" -- for the guest, at most

local function read_numbers(path, format)
  local file = io.open(path, "r")
  local text = file and file:read("a") or ""
  if file then
    file:close()
  end
  return text:match(format)
end

-- Nanoseconds that a process has had a processor.
local function had(pid)
  return tonumber(read_numbers(("/proc/%s/schedstat"):format(pid), "^%d+")) or 0
end

-- Seconds of the guest's kernel, and of its processes: each is a child of it.
local function cpu_seconds(pid)
  local user, system = read_numbers(("/proc/%s/stat"):format(pid),
    "^.*%)" .. (" %S+"):rep(13) .. " (%d+) (%d+)")
  local sum = had(pid)
  local children =
    read_numbers(("/proc/%s/task/%s/children"):format(pid, pid), ".*") or ""
  for child in children:gmatch "%d+" do
    sum = sum + had(child)
  end
  return sum / 1e9 + (user + system) / 100
end

local function write_job(share, kind)
  run.spit(share .. "/job", ([[
#!/bin/sh
cd '%s'
export DISCRECORDER_BUILD='%s'
export LUA_PATH_5_4='./?.lua;./bench/?.lua;./lua/?.lua;./lua/?/init.lua;;'
export LUA_CPATH_5_4='%s/?.so;;'
lua5.4 bench/inside.lua '%s' %s
]]):format(run.root, run.build, run.build, share, kind))
  run.output("chmod", "+x", share .. "/job")
end

-- The guest says "measure NAME" on its console and waits for a file to appear
-- each time that the time of its processes is to be read.
local function attend(console, pid_file, share)
  local samples = {}
  for line in console:lines() do
    local name = line:match "^measure (%S+)"
    if name then
      local pid = read_numbers(pid_file, "%d+")
      samples[name] = cpu_seconds(pid)
      run.spit(share .. "/" .. name, "")
    end
  end
  return samples
end

local function boot(share)
  local name = "discrecorder-bench-" .. run.output("sh", "-c", "echo $PPID")
  local command = uml.command(name, share)
  local line = {"TMPDIR=" .. command.env.TMPDIR, "exec timeout -k 5", SECONDS}
  for _, word in ipairs(command) do
    table.insert(line, run.quote(word))
  end
  local console = assert(
    io.popen(table.concat(line, " ") .. " </dev/null 2>&1", "r"))
  local samples = attend(console, ("/dev/shm/%s/pid"):format(name), share)
  console:close()
  return samples
end

-- What is told of each program, by its name: lists of seconds.
local function gather(results, samples)
  local all = {}
  for name, number, wall, own in results:gmatch "(%S+) (%d+) (%S+) (%S+)\n" do
    local of = all[name] or {wall = {}, cpu = {}, own = {}}
    local one = ("%s.%s."):format(name, number)
    table.insert(of.wall, tonumber(wall))
    table.insert(of.own, tonumber(own))
    table.insert(of.cpu, samples[one .. "2"] - samples[one .. "1"])
    all[name] = of
  end
  return all
end

-- The medians of that: {wall =, cpu =, own =}.
local function evaluate(results, samples)
  local figures, all = {}, gather(results, samples)
  local names = {}
  for name in pairs(all) do
    table.insert(names, name)
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local of = all[name]
    local runs = #of.wall
    for key, values in pairs(of) do
      of[key] = measure.median(values)
    end
    print(("# %-13s %d runs: %.3f s, CPU %.3f s (by wait4 %.2f s)")
      :format(name, runs, of.wall, of.cpu, of.own))
    figures[name] = of
  end
  return figures
end

-- Why there is nothing to measure, or nil.
local function missing(programs)
  local system, machine = run.output("uname", "-s"), run.output("uname", "-m")
  if system ~= "Linux" or machine ~= "x86_64" then
    return ("User-Mode Linux runs on Linux on x86-64, not on %s on %s")
      :format(system, machine)
  end
  for _, program in ipairs(programs) do
    if run("sh", "-c", "command -v " .. program).status ~= 0 then
      return program .. " is not installed (`make kernel` does that)"
    end
  end
  local ready, why = uml.ready()
  return not ready and why or nil
end

-- Boot a guest and let all of them write onto discs of a kind: the figures, or
-- nil and why there are none.
local function measured(kind, programs)
  local why = missing(programs)
  if why then
    return nil, why
  end
  local share = run.root .. "/build/bench/guest_" .. kind
  run.output("rm", "-rf", share)
  run.output("mkdir", "-p", share)
  write_job(share, kind)
  local samples = boot(share)
  local status = read_numbers(share .. "/status", "%d+")
  if not status and run("test", "-e", share .. "/output").status ~= 0 then
    return nil, "User-Mode Linux does not start here"
  elseif status ~= "0" then
    error("the guest did not come to its end:\n" ..
      run.slurp(share .. "/output"), 0)
  end
  return evaluate(run.slurp(share .. "/results"), samples)
end

-- One figure of ours against the best of theirs.
local function compare(figures, ours, key, peers)
  local best, name
  for _, peer in ipairs(peers) do
    local of = figures[peer]
    if of and (not best or of[key] < best) then
      best, name = of[key], peer
    end
  end
  local mine = figures[ours][key]
  return mine / best, ("%.3f s against %.3f s of %s"):format(mine, best, name)
end

-- A group for bench/run.lua: what is written on, by which programs, and rows
-- {NAME, TARGET, ours, key, peers}.
local function group(kind, programs, rows)
  local figures
  local made = {rows = {}}
  function made.prepare()
    local why
    figures, why = measured(kind, programs)
    return figures and true, why
  end
  for i, row in ipairs(rows) do
    local name, target, ours, key, peers = table.unpack(row)
    made.rows[i] = {name, target, function()
      return compare(figures, ours, key, peers)
    end}
  end
  return made
end

local CD <const> = {"cdrskin", "wodim", "xorriso", "xorriso_fs64m"}
local CD_32K <const> = {"cdrskin", "wodim_32k", "xorriso", "xorriso_fs64m"}
local DVD <const> = {"growisofs", "cdrskin", "cdrskin_fs64m", "xorriso",
  "xorriso_fs64m"}

return {
  group("cd", {"cdrskin", "wodim", "xorriso"}, {
    {"guest_write_cpu", 1.0, "ours_32k", "cpu", CD_32K},
    {"guest_write_wall", 1.0, "ours_32k", "wall", CD_32K},
    {"guest_write_large_wall", 0.5, "ours", "wall", CD},
  }),
  group("dvd", {"growisofs", "cdrskin", "xorriso"}, {
    {"guest_dvd_write_cpu", 1.0, "ours_32k", "cpu", DVD},
    {"guest_dvd_write_wall", 1.0, "ours_32k", "wall", DVD},
  }),
  group("bd", {"growisofs", "cdrskin", "xorriso"}, {
    {"guest_bd_write_cpu", 1.0, "ours_32k", "cpu", DVD},
    {"guest_bd_write_wall", 1.0, "ours_32k", "wall", DVD},
  }),
}

--- Writing 64 MiB onto a served CD-R against other people's programs, in
-- User-Mode Linux (spec/kernel/README.md): bench/inside.lua is what runs there.
--
-- CPU seconds are those of the whole guest, seen from outside: the program, the
-- kernel's work for it, and the served recorder's, which is the same for all.
-- What wait4 tells in the guest stands beside them; there a clock of 100 Hz
-- looks who is running, and time that this machine took away counts too.
local measure = require "measure"
local run = require "spec.support.run"
local uml = require "spec.kernel.uml"

local guest = {}

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

local function write_job(share)
  run.spit(share .. "/job", ([[
#!/bin/sh
cd '%s'
export DISCRECORDER_BUILD='%s'
export LUA_PATH_5_4='./?.lua;./bench/?.lua;./lua/?.lua;./lua/?/init.lua;;'
export LUA_CPATH_5_4='%s/?.so;;'
lua5.4 bench/inside.lua '%s'
]]):format(run.root, run.build, run.build, share))
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

--- Boot the guest and let all of them write.
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] string why there is nothing to measure
function guest.prepare()
  local system, machine = run.output("uname", "-s"), run.output("uname", "-m")
  if system ~= "Linux" or machine ~= "x86_64" then
    return nil, ("User-Mode Linux runs on Linux on x86-64, not on %s on %s")
      :format(system, machine)
  end
  for _, program in ipairs{"cdrskin", "wodim", "xorriso"} do
    if run("sh", "-c", "command -v " .. program).status ~= 0 then
      return nil, program .. " is not installed (`make kernel` does that)"
    end
  end
  local ready, why = uml.ready()
  if not ready then
    return nil, why
  end
  local share = run.root .. "/build/bench/guest"
  run.output("rm", "-rf", share)
  run.output("mkdir", "-p", share)
  write_job(share)
  local samples = boot(share)
  local status = read_numbers(share .. "/status", "%d+")
  if not status and run("test", "-e", share .. "/output").status ~= 0 then
    return nil, "User-Mode Linux does not start here"
  elseif status ~= "0" then
    error("the guest did not come to its end:\n" ..
      run.slurp(share .. "/output"), 0)
  end
  guest.figures = evaluate(run.slurp(share .. "/results"), samples)
  return true
end

local PEERS <const> = {"cdrskin", "wodim", "xorriso", "xorriso_fs64m"}
local PEERS_32K <const> = {"cdrskin", "wodim_32k", "xorriso", "xorriso_fs64m"}

-- Our figure against the best of theirs.
local function against(ours, key, peers)
  return function()
    local best, name
    for _, peer in ipairs(peers) do
      local of = guest.figures[peer]
      if of and (not best or of[key] < best) then
        best, name = of[key], peer
      end
    end
    local mine = guest.figures[ours][key]
    return mine / best, ("%.3f s against %.3f s of %s"):format(mine, best, name)
  end
end

guest.rows = {
  {"guest_write_cpu", 1.0, against("ours_32k", "cpu", PEERS_32K)},
  {"guest_write_wall", 1.0, against("ours_32k", "wall", PEERS_32K)},
  {"guest_write_large_wall", 0.5, against("ours", "wall", PEERS)},
}

return guest

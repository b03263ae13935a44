--- Boots kernels with our recorders as /dev/sr0 and up, and runs other people's
-- programs on them: `make kernel`. Everything that comes of it stands in
-- build/kernel/GROUP/: what the programs said (output), traces, the kernel's
-- own words (console).
--
--     lua5.4 spec/kernel/run.lua [GROUP...]
--
-- In the environment: ROWS, only those rows whose name has these words in it;
-- KIND, what a guest is: uml (when it says nothing) or qemu.
local run = require "spec.support.run"

local GROUPS <const> = {
  "serve", "transports", "trouble", "cdrskin", "xorriso", "wodim", "readers",
  "cdrdao", "equal", "equal_sequence", "equal_overwrite", "equal_audio",
  "engine", "dvd", "dvd_minus", "dvd_rw", "dvd_dl", "bd", "bd_re", "overwrite",
  "append", "append_plus", "grow", "mediainfo", "udf", "quirks_cdrskin",
  "quirks_wodim", "audio", "copy", "mode_2",
}
local KINDS <const> = {uml = "spec.kernel.uml", qemu = "spec.kernel.qemu"}

local function output(...)
  local r = run(...)
  return r.status == 0 and (r.stdout:gsub("\n$", "")) or nil
end

local function exists(path)
  return run("test", "-e", path).status == 0
end

-- Nothing failed, nothing was found out: say why.
local function skip(reason)
  print(reason)
  print("0 passed, 0 failed, 1 skipped")
  os.exit(0)
end

-- The kind of guest that is asked for, ready to start.
local function kind_of_guest()
  local name = os.getenv "KIND" or ""
  local module = KINDS[name == "" and "uml" or name]
  if not module then
    io.stderr:write(("KIND=%s: there are uml and qemu\n"):format(name))
    os.exit(2)
  end
  local system, machine = output("uname", "-s"), output("uname", "-m")
  if system ~= "Linux" or machine ~= "x86_64" then
    skip(("make kernel runs on Linux on x86-64, not on %s on %s")
      :format(system, machine))
  end
  local kind = require(module)
  local ok, why = kind.ready()
  if not ok then
    skip(why)
  end
  return kind
end

-- {=== guests ===

-- What `make coverage GUEST=1` wants of a guest: that what ran there is told in
-- its share, since all else that it writes is lost.
local function for_coverage(share)
  if not os.getenv "DISCRECORDER_LINES" then
    return ""
  end
  assert(run("mkdir", share .. "/lines").status == 0)
  return ([[
export GCOV_PREFIX='%s/gcov'
export DISCRECORDER_LINES='%s/lines'
export LUA_INIT_5_4=%s
]]):format(share, share, run.quote(os.getenv "LUA_INIT_5_4"))
end

-- Its root is this machine's, so programs and this checkout are just there.
local function boot(kind, group)
  local share = ("%s/build/kernel/%s"):format(run.root, group)
  assert(run("rm", "-rf", share).status == 0)
  assert(run("mkdir", "-p", share).status == 0)
  run.spit(share .. "/job", ([[
#!/bin/sh
cd '%s'
export ROWS='%s'
export LUA_PATH_5_4='./?.lua;./lua/?.lua;./lua/?/init.lua;;'
export LUA_CPATH_5_4='%s/?.so;;'
%slua5.4 spec/kernel/guest.lua '%s' '%s'
status=$?
dmesg >'%s/dmesg'
exit $status
]]):format(run.root, (os.getenv "ROWS" or ""):gsub("'", ""), run.build,
    for_coverage(share), group, share, share))
  run("chmod", "+x", share .. "/job")
  local name = ("discrecorder-%s-%s"):format(output("sh", "-c", "echo $PPID"),
    group)
  local command = kind.command(name, share)
  -- It ends with us, however we end: timeout hands the signal on.
  local limit = {
    "setpriv", "--pdeathsig", "TERM",
    "timeout", "-k", "5", tostring(kind.seconds),
  }
  table.move(command, 1, #command, #limit + 1, limit)
  limit.env = command.env
  return run.start(limit), share
end

local counts = {pass = 0, fail = 0, skip = 0}

local function tell(word, name, reason)
  counts[word] = counts[word] + 1
  print(("%s  %s%s"):format(word, name,
    reason ~= "" and word == "skip" and ": " .. reason or ""))
  if word == "fail" then
    print("      " .. reason:gsub("\\n", "\n      "))
  end
end

-- What came of a guest: its rows, and whether it came to its end.
local function gather(group, guest, share)
  local r = guest.wait()
  run.spit(share .. "/console", r.stdout .. r.stderr)
  if exists(share .. "/results") then
    for line in run.slurp(share .. "/results"):gmatch "[^\n]+" do
      tell(line:match "^(%a+)\t([^\t]*)\t(.*)$")
    end
  end
  local status = exists(share .. "/status") and
    run.slurp(share .. "/status"):match "%d+"
  if status ~= "0" then
    local said = exists(share .. "/output") and run.slurp(share .. "/output") or
      r.stdout .. r.stderr
    tell("fail", group .. ": the guest runs to its end", said:sub(-2000))
  end
end

local function check_groups(groups)
  for _, group in ipairs(groups) do
    if not exists(("%s/spec/kernel/rows/%s.lua"):format(run.root, group)) then
      io.stderr:write(("there is no group %s; there are: %s\n"):format(group,
        table.concat(GROUPS, " ")))
      os.exit(2)
    end
  end
end

local function run_all(groups)
  local kind = kind_of_guest()
  local most = kind.most(tonumber(output("nproc")) or 1)
  local running = {}
  local function finish_first()
    local one = table.remove(running, 1)
    gather(one.group, one.guest, one.share)
  end
  for _, group in ipairs(groups) do
    if #running >= most then
      finish_first()
    end
    local guest, share = boot(kind, group)
    table.insert(running, {group = group, guest = guest, share = share})
  end
  while #running > 0 do
    finish_first()
  end
end

-- ===}

local groups = #arg > 0 and arg or GROUPS
check_groups(groups)
run_all(groups)
print(("%d passed, %d failed, %d skipped")
  :format(counts.pass, counts.fail, counts.skip))
if counts.pass + counts.fail + counts.skip == 0 then
  io.stderr:write(("no row has \"%s\" in its name\n")
    :format(os.getenv "ROWS" or ""))
  os.exit(2)
end
os.exit(counts.fail == 0 and 0 or 1)

--- Boots kernels with our recorders as /dev/sr0 and up, and runs other people's
-- programs on them: `make kernel`. Everything that comes of it stands in
-- build/kernel/GROUP/: what the programs said (output), traces, the kernel's
-- own words (console).
--
--     lua5.4 spec/kernel/run.lua [GROUP...]
--
-- ROWS in the environment: only those rows whose name has these words in it.
local run = require "spec.support.run"

local GROUPS <const> = {
  "serve", "transports", "cdrskin", "xorriso", "wodim", "readers", "cdrdao",
  "equal", "dvd", "quirks_cdrskin", "quirks_wodim",
}
local SECONDS <const> = 400 -- for one guest
local UML <const> = "build/uml"

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

-- {=== the kernel ===

-- Debian's package, unpacked into the build folder and not installed.
local function fetch()
  local r = run{"sh", "-c", [[
    rm -rf build/uml.new && mkdir -p build/uml.new && cd build/uml.new &&
    { apt-get -qq download user-mode-linux ||
      { apt-get -qq update && apt-get -qq download user-mode-linux; }; } &&
    dpkg -x user-mode-linux_*.deb . && rm user-mode-linux_*.deb &&
    cd .. && rm -rf uml && mv uml.new uml]]}
  return r.status == 0, r.stderr
end

-- The program and its modules.
local function kernel()
  local system, machine = output("uname", "-s"), output("uname", "-m")
  if system ~= "Linux" or machine ~= "x86_64" then
    skip(("make kernel runs on Linux on x86-64, not on %s on %s")
      :format(system, machine))
  end
  local root = run.root .. "/" .. UML
  if exists "/usr/bin/linux.uml" then
    root = ""
  elseif not exists(root .. "/usr/bin/linux.uml") then
    print("Fetching User-Mode Linux into " .. UML ..
      ": apt-get download user-mode-linux")
    local ok, why = fetch()
    if not ok then
      skip("make kernel needs Debian's package user-mode-linux:\n" .. why)
    end
  end
  local modules = output("sh", "-c", "ls -d " .. root ..
    "/usr/lib/uml/modules/*")
  return root .. "/usr/bin/linux.uml", modules
end

-- ===}

-- {=== guests ===

-- Its root is this machine's, so programs and this checkout are just there.
local function boot(linux, modules, group)
  local share = ("%s/build/kernel/%s"):format(run.root, group)
  assert(run("rm", "-rf", share).status == 0)
  assert(run("mkdir", "-p", share).status == 0)
  run.spit(share .. "/job", ([[
#!/bin/sh
cd '%s'
export ROWS='%s'
export LUA_PATH_5_4='./?.lua;./lua/?.lua;./lua/?/init.lua;;'
export LUA_CPATH_5_4='%s/?.so;;'
lua5.4 spec/kernel/guest.lua '%s' '%s'
status=$?
dmesg >'%s/dmesg'
exit $status
]]):format(run.root, (os.getenv "ROWS" or ""):gsub("'", ""), run.build,
    group, share, share))
  run("chmod", "+x", share .. "/job")
  local name = ("discrecorder-%s-%s"):format(output("sh", "-c", "echo $PPID"),
    group)
  return run.start{
    "timeout", "-k", "5", tostring(SECONDS), linux,
    "mem=768M", "root=/dev/root", "rootfstype=hostfs", "hostfs=/", "ro",
    "quiet", "con=null", "con0=null,fd:1",
    "umid=" .. name, "uml_dir=/dev/shm/",
    "init=" .. run.root .. "/spec/kernel/init.sh",
    "SHARE=" .. share, "MODULES=" .. modules, "JOB=" .. share .. "/job",
    env = {TMPDIR = "/dev/shm"},
  }, share
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

-- Twice as many guests side by side as there are processors: what runs in them
-- waits a lot.
local function run_all(groups)
  local linux, modules = kernel()
  local most = 2 * (tonumber(output("nproc")) or 1)
  local running = {}
  local function finish_first()
    local one = table.remove(running, 1)
    gather(one.group, one.guest, one.share)
  end
  for _, group in ipairs(groups) do
    if #running >= most then
      finish_first()
    end
    local guest, share = boot(linux, modules, group)
    table.insert(running, {group = group, guest = guest, share = share})
  end
  while #running > 0 do
    finish_first()
  end
end

-- ===}

run_all(#arg > 0 and arg or GROUPS)
print(("%d passed, %d failed, %d skipped")
  :format(counts.pass, counts.fail, counts.skip))
os.exit(counts.fail == 0 and 0 or 1)

-- Keeping the machine awake: by systemd-inhibit, here one of our own on PATH.

local core = require "discrecorder.core"
local inhibitor = require "discrecorder.inhibitor"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local tgt = require "spec.support.tgt"

-- The sanitizer that our interpreter may run with is not for other programs.
local SHELL <const> = "#!/bin/sh\nunset LD_PRELOAD\n"

local s, log, target

before_each(function()
  s = scratch.new()
  log = s:path "log"
end)

after_each(function()
  if target then
    target:stop()
    target = nil
  end
  s:remove()
end)

-- The environment of a program for which systemd-inhibit is this script.
local function environment(script)
  local folder = s:path "bin"
  run.output("mkdir", "-p", folder)
  if script then
    run.spit(folder .. "/systemd-inhibit", SHELL .. script)
    run.output("chmod", "+x", folder .. "/systemd-inhibit")
  end
  local env = {
    PATH = folder .. ":" .. os.getenv "PATH",
    DBUS_SYSTEM_BUS_ADDRESS = "unix:path=" .. folder .. "/bus",
  }
  for name, value in pairs(run.lua_env) do
    env[name] = value
  end
  return env
end

-- What systemd's does, as far as we see it: it runs the program behind its
-- options, and the inhibition lasts until that ends.
local function good()
  return ([[
echo "held $@" >>%q
while [ "${1#--}" != "$1" ]; do shift; done
"$@"
echo released >>%q
]]):format(log, log)
end

-- A script with 'inhibitor' and 'log' in it.
local function lua(env, text)
  return run {"lua5.4", "-e", ([[
    local inhibitor = require "discrecorder.inhibitor"
    local function log()
      local file = io.open(%q)
      return file and file:read "a" or ""
    end
    %s]]):format(log, text), env = env}
end

local function outcome(env, options)
  local r = lua(env, ([[
    local held, failure, code = inhibitor.hold("a test", %s)
    print(held, code, failure)]]):format(options or "{}"))
  assert.are.equal(0, r.status, r.stderr)
  return r.stdout
end

-- A log line comes from another process: wait for it.
local function wait_for(word)
  for _ = 1, 500 do
    local file = io.open(log)
    local text = file and file:read "a" or ""
    if file then
      file:close()
    end
    if text:find(word, 1, true) then
      return text
    end
    os.execute "sleep 0.02"
  end
  error("never logged: " .. word)
end

describe("an inhibitor", function()
  it("blocks sleep, shutdown and idle by the time it is there", function()
    local r = lua(environment(good()), [[
      local held <close> = assert(inhibitor.hold "burning a disc")
      io.write(log())]])
    assert.are.equal(
      "held --what=sleep:shutdown:idle --mode=block --who=discrecorder "
      .. "--why=burning a disc cat\n", r.stdout, r.stderr)
  end)

  for name, text in pairs {
    ["when it is released"] = "held:release()",
    ["once, however often it is released"] = "held:release() held:release()",
    ["at the end of its block"] = "do local block <close> = held end",
    ["when it is collected"] = "held = nil collectgarbage()",
  } do
    it("lets go " .. name, function()
      -- The program that it ran is gone when it says so.
      local r = lua(environment(([[
echo $$ >>%q
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
]]):format(log)), ([[
        local held = assert(inhibitor.hold "a test")
        local pid = log():match "%%d+"
        local function lives()
          return os.execute("kill -0 " .. pid .. " 2>/dev/null") == true
        end
        local before = lives()
        %s
        print(before, lives())]]):format(text))
      assert.are.equal("true\tfalse\n", r.stdout, r.stderr)
    end)
  end

  it("lets go when the process ends", function()
    lua(environment(good()), [[
      held = assert(inhibitor.hold "a test")
      os.exit(0, false)]])
    wait_for "released"
  end)

  it("lets go when the process is killed", function()
    -- Nobody writes into the FIFO.
    run.output("mkfifo", s:path "fifo")
    local process = run.start {"lua5.4", "-e", ([[
      held = assert(require("discrecorder.inhibitor").hold "a test")
      io.open(%q):read "a"]]):format(s:path "fifo"), env = environment(good())}
    wait_for "held"
    process.signal "KILL"
    process.wait()
    wait_for "released"
  end)

  it("is not ended by the Ctrl-C that ends a burn", function()
    -- A group of its own: what the terminal signals does not reach it.
    local r = lua(environment(([[
ps -o pgid= -p $$ >>%q
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
]]):format(log)), [[
      local held <close> = assert(inhibitor.hold "a test")
      local pipe = io.popen "unset LD_PRELOAD; ps -o pgid= -p $$"
      print(pipe:read "n" ~= tonumber(log()))]])
    assert.are.equal("true\n", r.stdout, r.stderr)
  end)

  it("leaves no child behind, and no descriptor", function()
    local r = lua(environment(good()), [[
      local function count(command)
        local pipe = io.popen("unset LD_PRELOAD; " .. command)
        local n = pipe:read "n"
        pipe:close()
        return n
      end
      local function both() -- the shell that counts is one itself
        return count "ls /proc/$PPID/fd | wc -l",
          count "ps --ppid $PPID | wc -l"
      end
      local files, children = both()
      for _ = 1, 20 do
        assert(inhibitor.hold "a test"):release()
      end
      local files_after, children_after = both()
      -- popen's own pipe may be seen with both of its ends.
      print(math.abs(files_after - files) < 5, children_after - children)]])
    assert.are.equal("true\t0\n", r.stdout, r.stderr)
  end)
end)

describe("no inhibitor", function()
  it("is unsupported without the program", function()
    local env = environment()
    local lua_path = run.output("sh", "-c", "command -v lua5.4")
    env.PATH = s:path "bin"
    local r = run {lua_path, "-e", [[
      print(require("discrecorder.inhibitor").hold "a test")]], env = env,
      ours = true}
    assert.matches("^nil\t.*does not run.*\tunsupported\n$", r.stdout, r.stderr)
  end)

  it("is unsupported without a system bus, and nothing is started", function()
    if os.execute "test -e /run/dbus/system_bus_socket" then
      pending "this machine has a system bus"
    end
    local env = environment(good())
    env.DBUS_SYSTEM_BUS_ADDRESS = nil
    local r = lua(env, 'print(inhibitor.hold "a test") print(log() == "")')
    assert.matches("^nil\t.*no system bus.*\tunsupported\ntrue\n$", r.stdout,
      r.stderr)
  end)

  it("is a failure with what the program said", function()
    local there = os.execute "test -d /run/systemd/system"
    local said = outcome(environment
      "echo 'Failed to inhibit: Access denied' >&2\nexit 1\n")
    assert.matches("Failed to inhibit: Access denied", said, 1, true)
    assert.matches("^nil\t" .. (there and "generic" or "unsupported") .. "\t",
      said)
  end)

  it("is one without words too", function()
    assert.matches("^nil\t%l+\tsuspend cannot be inhibited",
      outcome(environment "exit 0\n"))
  end)

  it("is busy where the program hangs, which then is gone", function()
    local said = outcome(environment(("echo $$ >%q\nsleep 600\n"):format(log)),
      "{patience = 0.5}")
    assert.matches("^nil\tbusy\t.*does not answer", said)
    local pid = run.slurp(log):match "%d+"
    assert.are_not.equal(0, run("kill", "-0", pid).status)
  end)

  it("raises for what no caller means", function()
    assert.has_error(function() inhibitor.hold() end,
      "inhibitor: why is a string")
    assert.has_error(function() inhibitor.hold("x", {wait = 1}) end,
      "inhibitor: unknown key 'wait'")
    assert.has_error(function() inhibitor.hold("x", {patience = "1"}) end,
      "inhibitor: patience is a number of seconds")
    for _, bad in ipairs {-1, 1e9, 0 / 0} do
      assert.has_error(function() core.inhibit("x", bad) end)
    end
    assert.has_error(function() inhibitor.hold "a\0b" end)
  end)
end)

describe("the command", function()
  local function command(...)
    local words = {run.root .. "/bin/discrecorder", ...}
    words.env = environment(good())
    return run(words)
  end

  it("keeps the machine awake for a drive, by all that changes a disc",
    function()
      local missing = tgt.missing()
      if missing then
        pending(missing)
      end
      target = tgt.start()
      local address = target:disc()
      local r = command("write", address, s:image(100), "--keep-open")
      assert.are.equal(0, r.status, r.stderr)
      assert.matches("--why=discrecorder: burning a disc", wait_for "held", 1,
        true)
      os.remove(log)
      command("finish", address, "disc")
      assert.matches("--why=discrecorder: closing a disc", wait_for "held", 1,
        true)
      os.remove(log)
      command("erase", address)
      assert.matches("--why=discrecorder: erasing a disc", wait_for "held", 1,
        true)
      os.remove(log)
      command("read", address, s:path "out.iso")
      assert.is_nil((io.open(log)))
    end)

  it("lets a machine sleep over a virtual recorder", function()
    local r = command("write", s:address(), s:image(300))
    assert.are.equal(0, r.status, r.stderr)
    assert.is_nil((io.open(log)))
  end)

  it("doctor says whether it can", function()
    assert.matches("suspend while burning: held off",
      command("doctor").stdout, 1, true)
    local r = run {run.root .. "/bin/discrecorder", "doctor",
      env = environment "echo 'Access denied' >&2\nexit 1\n"}
    assert.matches("suspend while burning: .*Access denied", r.stdout)
  end)
end)


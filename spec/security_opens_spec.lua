-- docs/security.md: which files, devices and programs are opened: those that
-- were asked for, and what the system's libraries read for themselves.
local each = require "spec.support.each"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local s = each(scratch.new)

-- What the loader, the locale, iconv, OpenSSL, the time zone, and Lua's own
-- search for modules read.
local SYSTEM <const> = {
  "^/etc/ld%.so%.", "^/lib", "^/usr/lib", "^/usr/local/lib/", "^/usr/share/",
  "^/usr/local/share/lua/", "^/etc/localtime$", "^/etc/ssl/",
  "^/etc/glibc", "^/usr/bin/", "^/proc/sys/", "^/sys/devices/system/cpu",
  "^/sys/fs/cgroup", "^/proc/self/cgroup$", "^/etc/malloc",
}

local function is_system(path)
  for _, pattern in ipairs(SYSTEM) do
    if path:find(pattern) then
      return true
    end
  end
  return path:find(run.root .. "/", 1, true) == 1
    or path:find(run.build .. "/", 1, true) == 1
end

-- Run under strace: the calls, one a line, or nil where that cannot be.
local function calls(...)
  local log = s:path "strace"
  run.output("mkdir", "-p", s:path "home")
  local arguments = {
    "strace", "-f", "-qq", "-s", "4096", "-o", log, "-e",
    "trace=open,openat,openat2,creat,execve,execveat,socket,connect,unlink,"
      .. "unlinkat,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,"
      .. "symlink,mknod,mknodat",
    cwd = s.folder,
    env = {
      HOME = s:path "home", XDG_CONFIG_HOME = s:path "home/.config",
      DISCRECORDER_BUILD = run.build,
      LUA_PATH_5_4 = run.lua_env.LUA_PATH_5_4,
      LUA_CPATH_5_4 = run.lua_env.LUA_CPATH_5_4,
      DISCRECORDER_ADDRESSES = "virtual:listed",
    },
  }
  table.move({...}, 1, select("#", ...), #arguments + 1, arguments)
  local r = run(arguments)
  assert.are.equal(0, r.status, r.stderr)
  return run.slurp(log)
end

-- Of what is no system's: what was opened, each once, sorted; and all paths
-- that were tried.
local function opened(log)
  local seen, list, tried = {}, {}, {}
  for line in log:gmatch "[^\n]+" do
    local call, path = line:match '^%d+ +(%l%w*)%(.-"(.-)"'
    if path and call:find "^open" then
      table.insert(tried, path)
      path = path:gsub("^" .. s.folder:gsub("%p", "%%%0") .. "/", "")
      if not line:find "ENOENT" and not is_system(path) and not seen[path] then
        seen[path] = true
        table.insert(list, path)
      end
    end
  end
  table.sort(list)
  return list, tried
end

-- How many processes were started: the command itself, by env and Lua, is one.
local function programs(log)
  local seen = {}
  for path in log:gmatch 'execve%("([^\n]-)", [^\n]- = 0\n' do
    seen[path:match "[^/]*$"] = true
  end
  return seen
end

local function no_home(tried)
  assert.is_true(#tried > 10)
  for _, path in ipairs(tried) do
    assert.is_nil(path:find(s:path "home", 1, true), path)
  end
end

-- A spec for which strace must run; the sanitizers do not run under it.
local function traced(f)
  return function()
    if run.build:find "/address$" or run.build:find "/thread$" then
      pending "sanitizers do not run under strace"
      return
    elseif run("strace", "-qq", "-o", "/dev/null", "true").status ~= 0 then
      pending "strace is not installed, or may not trace here"
      return
    end
    f()
  end
end

local command = run.root .. "/bin/discrecorder"

describe("what is opened", function()
  it("by require is no device, no file besides the code, and no program is "
    .. "started", traced(function()
    local log = calls("lua5.4", "-e", 'for _, name in ipairs{"", ".burn", '
      .. '".verify", ".read", ".inhibitor", ".serve", ".source", ".master"} do '
      .. 'require("discrecorder" .. name) end')
    local list, tried = opened(log)
    assert.are.same({}, list)
    no_home(tried)
    assert.are.same({["lua5.4"] = true}, programs(log))
    assert.is_nil(log:find "socket%(")
  end))

  it("by a burn is the disc file, its folder and the files", traced(function()
    s:file("files/a.txt", "a")
    local log = calls(command, "burn", "virtual:d?medium=cd-rw", "files",
      "--report", "r.json", "--trace", "t")
    local list, tried = opened(log)
    assert.are.same({
      ".", "/proc/self/fd/N", "d", "files", "files/a.txt", "r.json", "t",
    }, (function()
      for i, path in ipairs(list) do
        list[i] = path:gsub("^(/proc/self/fd/)%d+$", "%1N")
      end
      return list
    end)())
    no_home(tried)
    assert.are.same({discrecorder = true, ["lua5.4"] = true}, programs(log))
    assert.is_nil(log:find "socket%(")
  end))

  it("by info is the disc file alone", traced(function()
    assert.are.equal(0, run.command("format", s:address "medium=dvd+rw").status)
    local log = calls(command, "info", "virtual:disc1")
    local list, tried = opened(log)
    assert.are.equal("disc1", list[#list])
    assert.matches("^/proc/self/fd/%d+$", list[1])
    assert.are.equal(2, #list)
    no_home(tried)
    assert.are.same({discrecorder = true, ["lua5.4"] = true}, programs(log))
  end))

  it("by list is what libcdio asks, this machine's drives, and what the "
    .. "environment names", traced(function()
    local log = calls(command, "list")
    local list, tried = opened(log)
    for _, path in ipairs(list) do
      assert.is_truthy(path == "/etc/fstab" or path == "/etc/mtab"
        or path:find "^/proc/%w+/mounts$" or path:find "^/dev/s[rg]%d+$"
        or path:find "^/dev/cdrom" or path:find "^/dev/dvd"
        or path:find "^/dev/disk" or path:find "^/sys/", path)
    end
    assert.is_truthy(log:find('"[^"]*listed"'))
    no_home(tried)
    assert.are.same({discrecorder = true, ["lua5.4"] = true}, programs(log))
  end))
end)

describe("code in the current folder", function()
  it("is not loaded by the command", function()
    for _, name in ipairs{
      "argparse.lua", "dkjson.lua", "lpeg.lua", "discrecorder/core.lua",
      "discrecorder/core/init.lua", "discrecorder/tree.lua",
    } do
      s:file("here/" .. name, 'io.open("loaded", "w"):close() os.exit(3)')
    end
    local r = run.command{"cd-text", s:file("x.cue",
      'TITLE "T"\nFILE "a" WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'), "--json",
      cwd = s:path "here",
    }
    assert.are.equal(0, r.status, r.stderr)
    assert.is_nil(io.open(s:path "here/loaded"))
  end)
end)

-- docs/security.md: all but serve is done without root.
local each = require "spec.support.each"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local sheets = require "spec.support.sheets"

local NOBODY <const> = "65534"

-- The user who runs the specs, unless that is root: then one who may nothing.
local is_root = run.output("id", "-u") == "0"

-- A folder of that user's, with a copy of what it runs: the checkout may be
-- where nobody else may look.
local function new()
  local s = scratch.new()
  run.output("mkdir", "-p", s:path "own", s:path "build")
  run.output("cp", "-rL", run.root .. "/lua", run.root .. "/bin", s.folder)
  run.output("cp", "-rL", run.build .. "/discrecorder", s:path "build")
  run.output("chmod", "-R", "a+rX", s.folder)
  if is_root then
    run.output("chown", NOBODY .. ":" .. NOBODY, s:path "own")
  end
  return s
end

local s = each(new)

-- How a program ends as that user, in the folder.
local function ended(...)
  local arguments = {ours = true, cwd = s:path "own", env = {
    DISCRECORDER_BUILD = s:path "build", HOME = "/nonexistent",
    LUA_PATH_5_4 = ("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(s.folder,
      s.folder),
    LUA_CPATH_5_4 = s.folder .. "/build/?.so;;",
    LUA_INIT_5_4 = "", -- what hooks the specs may not be his to load
  }}
  if is_root then
    table.move({"setpriv", "--reuid", NOBODY, "--regid", NOBODY,
      "--clear-groups", "--no-new-privs", "--bounding-set=-all"}, 1, 8, 1,
      arguments)
  end
  table.move({...}, 1, select("#", ...), #arguments + 1, arguments)
  return run(arguments)
end

-- What it said; it must end well.
local function as_user(...)
  local r = ended(...)
  assert.are.equal(0, r.status, r.stdout .. r.stderr)
  return r.stdout
end

local function command(...)
  return as_user(s:path "bin/discrecorder", ...)
end

local function is_his(name)
  assert.are.equal(is_root and NOBODY or run.output("id", "-u"),
    run.output("stat", "-c", "%u", s:path("own/" .. name)))
end

describe("an ordinary user", function()
  it("is one", function()
    assert.are_not.equal("0\n", as_user("id", "-u"))
  end)

  it("burns, verifies, reads, appends and erases", function()
    s:files()
    command("burn", "virtual:d?medium=cd-rw", s:path "files", "--keep-open",
      "--report", "report.json", "--trace", "trace")
    command("verify", "virtual:d", "--report", "report.json")
    command("verify", "virtual:d", "--against", s:path "files")
    command("append", "virtual:d", s:path "files")
    command("read", "virtual:d", "d.iso", "--map", "d.map")
    command("export", "virtual:d", "e.iso")
    assert.matches("sessions +2", command("info", "virtual:d"))
    command("erase", "virtual:d")
    for _, name in ipairs{
      "d", "report.json", "trace", "d.iso", "d.map", "e.iso",
    } do
      is_his(name)
    end
  end)

  it("burns an album, exports and copies it", function()
    s:file("in/one.wav", sheets.wave(20 * 75))
    s:file("in/two.wav", sheets.wave(6 * 75))
    s:file("in/album.cue", sheets.ALBUM)
    command("audio", "virtual:a?medium=cd-r", s:path "in/album.cue")
    command("export", "virtual:a", "a.cue")
    command("copy", "a.cue", "virtual:b?medium=cd-r")
    command("verify", "virtual:b", "--against", "a.cue")
    command("copy", "virtual:a", "virtual:c?medium=cd-r")
    is_his "a.bin"
  end)

  it("formats and overwrites what can be", function()
    command("burn", "virtual:r?medium=dvd+rw", s:files(), "--as-needed")
    command("verify", "virtual:r", "--against", s:path "files")
  end)

  it("lists, and is told that serve is for root", function()
    command "list"
    command("burn", "virtual:d?medium=cd-rw", s:files())
    local r = ended(s:path "bin/discrecorder", "serve", "virtual:d")
    assert.are.equal(1, r.status)
    assert.matches("only root may make devices", r.stderr)
  end)
end)

-- docs/security.md: files are made anew with safe modes, and not through links
-- that somebody has put where they go.
local album = require "spec.support.album_disc"
local cdtext = require "discrecorder.cdtext"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local export = require "discrecorder.export"
local file = require "discrecorder.file"
local read = require "discrecorder.read"
local refused = require("spec.support.burning").refused
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"
local source = require "discrecorder.source"

local d = each(disc.new)
local NOBODY <const> = 65534
local is_root = run.output("id", "-u") == "0"

-- A link to something that is not there, and must not be made.
local function trap(name)
  local path = d:path(name)
  run.output("ln", "-s", d:path "prey", path)
  return path
end

local function untouched()
  assert.is_false(file.exists(d:path "prey"))
end

-- A trap that another user has set.
local function others_trap(name)
  local path = trap(name)
  run.output("chown", "-h", tostring(NOBODY), path)
  return path
end

local function only_root(f)
  return function()
    if not is_root then
      pending "only root can make links that are another's"
      return
    end
    f()
  end
end

local function data_disc(blocks)
  do
    local rec <close> = d:opened "medium=cd-r"
    disc.tao(rec, {blocks or 300})
  end
  collectgarbage()
  collectgarbage()
  return assert(discrecorder.recorder("virtual:" .. d.last))
end

local function audio_disc(packs)
  do
    local rec <close> = d:opened "medium=cd-r"
    album.record(rec, {packs = packs, tracks = {{blocks = 300}}})
  end
  collectgarbage()
  collectgarbage()
  return assert(discrecorder.recorder("virtual:" .. d.last))
end

-- What cannot be told in a CUE sheet, so that a file of packs goes beside it.
local function two_languages()
  return cdtext.encode{
    first_track = 1,
    blocks = {
      {language = 9, encoding = "iso-8859-1", disc = {title = "A"},
        tracks = {{title = "B"}}},
      {language = 8, encoding = "iso-8859-1", disc = {title = "C"},
        tracks = {{title = "D"}}},
    },
  }
end

describe("a link where a new file is to go", function()
  it("is refused, and nothing is made where it leads, for images", function()
    refused("file_exists", read.run(data_disc(), trap "out.iso"))
    refused("file_exists", export.run(data_disc(), trap "more.iso"))
    refused("file_exists", source.file(d:image(10)):save(trap "saved.iso"))
    untouched()
  end)

  it("is refused for what a CD becomes: raw file, sheet and packs", function()
    local rec = audio_disc(two_languages())
    for _, name in ipairs{"a.bin", "b.cue", "c.cdt"} do
      trap(name)
      refused("file_exists", export.run(rec, d:path(name:sub(1, 1) .. ".cue")))
    end
    untouched()
  end)

  it("is refused for sheets, NRG images and packs", function()
    d:file("one.wav", sheets.wave(20 * 75))
    d:file("two.wav", sheets.wave(6 * 75))
    local found = assert(sheet.read(d:file("x.cue", sheets.ALBUM)))
    for _, name in ipairs{"y.cue", "y.toc", "y.nrg"} do
      refused("file_exists", sheet.write(trap(name), found))
    end
    local r = run.command("cd-text", d:path "x.cue", "--output", trap "y.cdt")
    assert.are.equal(1, r.status)
    assert.matches("exists already", r.stderr)
    untouched()
  end)

  it("is refused where it was put after one has looked", function()
    refused("file_exists", file.create(trap "late", "bytes"))
    untouched()
    assert.is_true(file.create(d:path "new", "bytes"))
    refused("file_exists", file.create(d:path "new", "other"))
    assert.are.equal("bytes", run.slurp(d:path "new"))
  end)

  it("is refused for a new disc file", function()
    local _, _, code = discrecorder.recorder("virtual:" .. trap "disc"
      .. "?medium=cd-r")
    assert.is_string(code)
    untouched()
  end)

  it("is refused for the file of a map, and is no way for the map's fresh copy",
    function()
      local rec = data_disc()
      refused("file_exists",
        read.run(rec, trap "out.iso", {map = d:path "out.map"}))
      assert.is_false(file.exists(d:path "out.map"))
      trap "more.map.new"
      assert.is_table(
        read.run(rec, d:path "more.iso", {map = d:path "more.map"}))
      assert.matches("^# Mapfile", run.slurp(d:path "more.map"))
      assert.is_false(file.exists(d:path "more.map.new"))
      untouched()
    end)
end)

describe("what a reading goes on with", function()
  local rec, out, map

  before_each(function()
    rec, out, map = data_disc(), d:path "out.iso", d:path "out.map"
    assert(read.run(rec, out, {map = map}))
  end)

  it("is not written to through a link, though all was read", function()
    assert(os.rename(out, d:path "prey"))
    local before = run.slurp(d:path "prey")
    trap "out.iso"
    refused("file_access", read.run(rec, out, {map = map}))
    assert.is_true(before == run.slurp(d:path "prey"))
  end)

  it("is told by a map where a link of one's own leads", function()
    assert(os.rename(map, d:path "prey"))
    trap "out.map"
    assert.is_true(assert(read.run(rec, out, {map = map})).resumed)
  end)

  it("is told by no map through a link of another user", only_root(function()
    assert(os.rename(map, d:path "prey"))
    others_trap "out.map"
    assert.matches("Too many levels of symbolic links",
      refused("file_access", read.run(rec, out, {map = map})).message)
  end))
end)

describe("a file that cannot be written to its end", function()
  it("is taken away when it was new, and a device stays", function()
    assert.matches("No space left",
      refused("file_access", file.write("/dev/full", "x")).message)
    assert.is_true(file.exists "/dev/full")
    refused("file_access", file.create(d:path "none/x", "x"))
  end)
end)

describe("a report", function()
  local function burn(path)
    return run.command("burn", d:address(), d:files(), "--report", path,
      "--quiet")
  end

  it("goes where a link of one's own leads, if that is a report", function()
    local path = trap "report.json"
    assert.are.equal(0, burn(path).status)
    assert.matches('"ok":true', run.slurp(d:path "prey"))
    assert.are.equal(0, burn(path).status)
    d:file("prey", "precious")
    local r = burn(path)
    assert.are.equal(1, r.status)
    assert.matches("is no report", r.stderr)
    assert.are.equal("precious", run.slurp(d:path "prey"))
  end)

  it("goes to what /dev/stdout leads to", function()
    local r = burn "/dev/stdout"
    assert.are.equal(0, r.status, r.stderr)
    assert.matches('"ok":true', r.stdout)
  end)

  it("does not go through a link of another user", only_root(function()
    local path = others_trap "report.json"
    local r = burn(path)
    assert.are.equal(1, r.status)
    assert.matches("Too many levels of symbolic links", r.stderr)
    untouched()
    d:file("prey", "")
    assert.are.equal(1, burn(path).status)
    assert.are.equal("", run.slurp(d:path "prey"))
  end))
end)

describe("what goes on over what is there", function()
  it("does not go through a link of another user", only_root(function()
    d:file("prey", "precious")
    refused("file_access", file.write(others_trap "x", "bytes"))
    assert.are.equal("precious", run.slurp(d:path "prey"))
  end))
end)

describe("a new file", function()
  local function mode(name)
    return run.output("stat", "-c", "%a", d:path(name))
  end

  -- The command, under a umask.
  local function masked(mask, ...)
    local r = run{"sh", "-c", 'umask "$1" && shift && exec "$@"', "sh", mask,
      run.root .. "/bin/discrecorder", ours = true, ...}
    assert.are.equal(0, r.status, r.stderr)
  end

  it("has the mode that the umask leaves, and a trace is its user's alone",
    function()
      local address = "virtual:" .. d:path "d"
      masked("0", "burn", address .. "?medium=cd-rw", d:files(), "--report",
        d:path "report", "--trace", d:path "trace")
      masked("0", "export", address, d:path "a.iso")
      masked("27", "read", address, d:path "b.iso", "--map", d:path "b.map")
      masked("77", "read", address, d:path "c.iso")
      assert.are.equal("666", mode "d")
      assert.are.equal("666", mode "report")
      assert.are.equal("600", mode "trace")
      assert.are.equal("666", mode "a.iso")
      assert.are.equal("640", mode "b.iso")
      assert.are.equal("640", mode "b.map")
      assert.are.equal("600", mode "c.iso")
    end)

  it("of a sheet is no other", function()
    local out = d:path "x.cdt"
    masked("27", "cd-text", d:file("x.cue", 'TITLE "T"\nFILE "a" WAVE\n'
      .. 'TRACK 1 AUDIO\nINDEX 1 0:0:0\n'), "--output", out)
    assert.are.equal("640", mode "x.cdt")
  end)
end)

-- The command cd-text: what it lists, prints, writes and refuses.

local cdtext = require "discrecorder.cdtext"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheets = require "spec.support.sheets"

local folder = each(sheets.folder)

local CUE <const> = [[
CATALOG 4006381333931
TITLE "Älbum"
GENRE "Jazz"
FILE "gone.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    ISRC USABC9912345
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Second"
    INDEX 01 00:08:00
]]

local function cd_text(status, ...)
  local r = run.command("cd-text", ...)
  assert.are.equal(status, r.status, r.stderr)
  return r.stdout, r.stderr
end

describe("discrecorder cd-text", function()
  it("lists the texts of a sheet, whose files need not be there", function()
    assert.are.equal([[
English, iso-8859-1
disc
  title       Älbum
  genre       Jazz
  upc_ean     4006381333931
track 1
  title       First
  isrc        USABC9912345
track 2
  title       Second
]], cd_text(0, folder:file("x.cue", CUE)))
  end)

  it("prints packs in hex, writes them to a file, and lists those", function()
    local path, out = folder:file("x.cue", CUE), folder:path "x.cdt"
    local lines = cd_text(0, path, "--hex")
    assert.matches("^80 00 00 00 c4 6c 62 75 6d 00 46 69 72 73 74 00 ", lines)
    assert.matches("Wrote 9 packs", cd_text(0, path, "--output", out))
    local packs = run.slurp(out)
    assert.are.equal("Älbum", cdtext.decode(packs).blocks[1].disc.title)
    assert.are.equal(lines, cd_text(0, out, "--hex"))
    assert.are.equal(cd_text(0, path), cd_text(0, out))
    local _, said = cd_text(1, path, "--output", out)
    assert.matches("exists already", said)
    _, said = cd_text(1, path, "--output", folder:path "none/x")
    assert.matches("No such file", said)
  end)

  it("gives all of it as JSON", function()
    local json = cd_text(0, folder:file("x.cue", CUE), "--json")
    local said = dkjson.decode(json)
    assert.is_true(said.ok)
    assert.are.equal(9, #said.packs)
    assert.are.equal("English", said.blocks[1].language_name)
    assert.are.equal("Second", said.blocks[1].tracks[2].title)
  end)

  it("adds the addresses when asked, and when they can be known", function()
    local path = folder:file("x.cue", CUE)
    local _, said = cd_text(1, path, "--toc")
    assert.matches("'gone.wav' cannot be opened", said)
    folder:file("gone.wav", sheets.wave(1200))
    local lines = cd_text(0, path, "--toc", "--hex")
    assert.matches("\n88 00 03 00 01 02 00 00 12 00 ", lines)
    assert.matches("\n88 01 04 00 00 02 00 00 0a 00 ", lines)
    folder:file("gone.wav", "OggS but no more of it")
    _, said = cd_text(1, path, "--toc")
    assert.matches("cannot be known", said)
  end)

  it("warns of packs that are wrong, and shows what can be read", function()
    local packs = assert(cdtext.encode{blocks = {{
      disc = {title = "Album"}, tracks = {{title = "A title for track one"}},
    }}})
    local path = folder:file("x.cdt", packs:sub(1, 33) .. "?" .. packs:sub(35))
    local texts, said = cd_text(0, path)
    assert.matches("title +Album", texts)
    assert.matches("warning: pack 1: its CRC is wrong", said)
  end)

  it("fails where there is nothing to show", function()
    local function fails(pattern, path)
      local _, said = cd_text(1, path)
      assert.matches(pattern, said)
    end
    fails("line 2: 'NONSENSE' is no command",
      folder:file("a.cue", "REM\nNONSENSE\n"))
    fails("there is no CD%-TEXT in it", folder:file("b.cue",
      'FILE "x" WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'))
    fails("no whole packs", folder:file("c.cdt", "xyz"))
    fails("d.wav is neither a sheet", folder:file("d.wav", ("x"):rep(40000)))
    fails("No such file", folder:path "none.cdt")
    fails("Is a directory", folder.folder)
    fails("outside the folder", folder:file("d.cue", 'FILE "../x" WAVE\n'))
  end)
end)

-- CUE sheets that are written: what they cannot say, and who reads them.

local refused = require("spec.support.burning").refused
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local judged = sheets.judged

local folder = each(sheets.folder)

local function parse(text, options)
  return sheets.parse("cue", text, options)
end

local function album()
  return folder:album()
end

describe("what a CUE sheet cannot say", function()
  local function cannot(pattern, change)
    local disc = album()
    change(disc)
    assert.matches(pattern, refused("unsupported",
      sheet.format(disc, "cue")).message)
  end

  it("is not written", function()
    cannot("several languages", function(disc)
      disc.translations = {{language = 8, disc = {}, tracks = {}}}
    end)
    cannot("several lines", function(disc)
      disc.text.title = "a\nb"
    end)
    cannot("cut within a block", function(disc)
      disc.tracks[1].parts[1].length = 8 * 44100 - 1
      disc.tracks[2].parts[1].from = 8 * 44100 - 1
    end)
    cannot("ends before its file does", function(disc)
      disc.tracks[2].parts[1].length = 5 * 44100
    end)
    cannot("silence in the midst", function(disc)
      table.insert(disc.tracks[2].parts, {silence = true, length = 588})
      table.insert(disc.tracks[2].parts, {file = 2, from = 0, length = 588})
    end)
    cannot("without an index there", function(disc)
      table.insert(disc.tracks[2].parts, {
        file = 2, from = 0, length = 6 * 44100,
      })
    end)
    cannot("silence after its index 1", function(disc)
      disc.tracks[3].pregap = 0
    end)
  end)

  it("is not known where the files were not looked at", function()
    local disc = assert(parse [[
FILE "a.wav" WAVE
  TRACK 01 AUDIO
    INDEX 00 00:00:00
FILE "b.wav" WAVE
    INDEX 01 00:00:00
]])
    assert.is_nil(disc.tracks[1].pregap)
    for _, format in ipairs{"cue", "toc"} do
      local failure = refused("unsupported", sheet.format(disc, format))
      assert.matches("not known", failure.message)
    end
    refused("unsupported", sheet.write(folder:path "x.nrg", disc))
  end)

  it("is a caller's mistake where it is no disc", function()
    local function wrong(pattern, change)
      local disc = album()
      change(disc)
      assert.error_matches(function()
        sheet.format(disc, "cue")
      end, pattern)
    end
    wrong("is no ISRC", function(disc)
      disc.tracks[1].isrc = "X"
    end)
    wrong("is no catalogue number", function(disc)
      disc.mcn = "1"
    end)
    wrong("its number is not 2", function(disc)
      disc.tracks[2].number = 5
    end)
    wrong("no such mode", function(disc)
      disc.tracks[2].mode = "mode9"
    end)
    wrong("it has no parts", function(disc)
      disc.tracks[2].parts = {}
    end)
    wrong("no such file", function(disc)
      disc.tracks[2].parts[1].file = 9
    end)
    wrong("out of order", function(disc)
      disc.tracks[1].indexes = {5, 5}
    end)
    wrong("has tracks and files", function(disc)
      disc.tracks = {}
    end)
    assert.error_matches(function()
      sheet.read(folder:path "x.cue", {outsid = true})
    end, "unknown key 'outsid'")
    assert.error_matches(function()
      sheet.parse("", "cue", {encoding = "klingon"})
    end, "unknown encoding")
  end)
end)

describe("a CUE sheet that was written", function()
  -- A disc whose every sector tells its number, and its sheet.
  local function written()
    local data = {}
    for i = 0, 1199 do
      data[i + 1] = string.pack("<I4", i):rep(588)
    end
    folder:file("x.bin", table.concat(data))
    local disc = assert(folder:read("x.toc", [[
CD_DA
CATALOG "4006381333931"
TRACK AUDIO
COPY
ISRC "USABC9912345"
FILE "x.bin" SWAP 0 0:8:0
TRACK AUDIO
PRE_EMPHASIS
FILE "x.bin" SWAP #1411200 0
START 0:2:0
]]))
    disc.text = {title = "Album", performer = "Somebody"}
    disc.tracks[2].text = {title = "Second"}
    assert(sheet.write(folder:path "x.cue", disc))
    return folder:path "x.cue"
  end

  it("is what cd-info takes it for", judged("cd-info", function()
    local said = run{"cd-info", "--no-header", "--cue-file", written(),
      cwd = folder.folder}.stdout
    assert.matches("MCN%): 4006381333931", said)
    assert.matches("1: 00:02:00  000000 audio  false  yes   2        no", said)
    assert.matches("2: 00:12:00  000750 audio  false  no    2        yes",
      said)
    assert.matches("170: 00:18:00  001200 leadout", said)
    assert.matches("for Disc:\n\tTITLE: Album\n\tPERFORMER: Somebody\n", said)
    assert.matches("Track  2:\n\tTITLE: Second\n", said)
  end))

  it("leads cd-read to the tracks' samples", judged("cd-read", function()
    local out = folder:path "sector"
    run{"cd-read", "--mode", "audio", "--start", "750", "--number", "1",
      "--cue-file", written(), "--output-file", out, cwd = folder.folder}
    assert.is_true(string.pack("<I4", 750):rep(588) == run.slurp(out))
  end))

  it("is written beside it when a virtual disc is exported", function()
    local bench = require("spec.support.burning").bench()
    local rec = bench:recorder()
    assert(require("discrecorder.burn").image(rec, bench:image(300)))
    local path = bench:path "disc.cue"
    assert(require("discrecorder.export").run(rec, path))
    local disc = assert(sheet.read(path))
    assert.are.equal("mode1/2352", disc.tracks[1].mode)
    assert.are.equal(450, disc.tracks[1].blocks)
    assert.are.equal(run.slurp(path), assert(sheet.format(disc, "cue")))
    bench:remove()
  end)
end)

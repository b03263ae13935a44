-- Discs with audio as BIN and CUE, or as BIN and cdrdao's TOC, judged by
-- libcdio's and cdrdao's programs.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local cdtext = require "discrecorder.cdtext"
local disc = require "spec.support.disc"
local export = require "discrecorder.export"
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"

local RAW <const> = 2352

local d, rec

before_each(function()
  d = disc.new()
end)

after_each(function()
  rec = nil
  d:remove()
end)

local function recorded(job, query)
  rec = d:opened(query or "medium=cd-r")
  return album.record(rec, job)
end

local function with_everything()
  return recorded{
    mcn = "0123456789012",
    packs = assert(cdtext.encode{blocks = {{
      disc = {title = "Album", performer = "Band"},
      tracks = {
        {title = "One", songwriter = "Somebody"}, {title = "Two"},
        {title = "Three", message = "Déjà vu"},
      },
    }}}),
    tracks = {
      {pregap = 33, blocks = 400, isrc = "DEABC0600001", index = {100, 250}},
      {blocks = 301, control = 2},
      {pregap = 77, blocks = 333, control = 1, isrc = "DEABC0600003"},
    },
  }
end

local function cd_info(cue)
  return run.output("cd-info", "--no-header", "--cue-file", cue)
end

describe("a CD of audio as BIN and CUE", function()
  local cue, bin

  before_each(function()
    cue, bin = d:path "out.cue", d:path "out.bin"
  end)

  it("has all its samples, pregaps too", function()
    with_everything()
    local result = assert(export.run(rec, cue))
    assert.is_true(audio.blocks(0, 1144) == run.slurp(bin))
    assert.same({bin, d:path "out.cdt", cue}, result.files)
    assert.equal("0123456789012", result.mcn)
    assert.same({400, 301, 333}, {result.tracks[1].blocks,
      result.tracks[2].blocks, result.tracks[3].blocks})
    assert.same({33, 0, 77}, {result.tracks[1].pregap,
      result.tracks[2].pregap, result.tracks[3].pregap})
  end)

  it("has a sheet with all that the disc has", function()
    with_everything()
    assert(export.run(rec, cue))
    assert.equal([[
CATALOG 0123456789012
CDTEXTFILE "out.cdt"
TITLE "Album"
PERFORMER "Band"
FILE "out.bin" BINARY
  TRACK 01 AUDIO
    TITLE "One"
    SONGWRITER "Somebody"
    ISRC DEABC0600001
    INDEX 00 00:00:00
    INDEX 01 00:00:33
    INDEX 02 00:01:58
    INDEX 03 00:03:58
  TRACK 02 AUDIO
    TITLE "Two"
    FLAGS DCP
    INDEX 01 00:05:58
  TRACK 03 AUDIO
    TITLE "Three"
    MESSAGE "Déjà vu"
    FLAGS PRE
    ISRC DEABC0600003
    INDEX 00 00:09:59
    INDEX 01 00:10:61
]], run.slurp(cue))
  end)

  it("is the same disc to cd-info", function()
    with_everything()
    assert(export.run(rec, cue))
    local text = cd_info(cue)
    for _, line in ipairs {
      "1: 00:02:33  000033 audio  false  no    2        no",
      "2: 00:07:58  000433 audio  false  yes   2        no",
      "3: 00:12:61  000811 audio  false  no    2        yes",
      "170: 00:17:19  001144 leadout",
      "Media Catalog Number (MCN): 0123456789012",
      "TITLE: Album", "PERFORMER: Band", "TITLE: Two", "SONGWRITER: Somebody",
    } do
      assert.is_truthy(text:find(line, 1, true), line)
    end
  end)

  it("has codes and pregaps for cdrdao, too", function()
    recorded{
      mcn = "0123456789012",
      packs = assert(cdtext.encode{blocks = {{
        disc = {title = "Album", upc_ean = "0123456789012"},
        tracks = {{title = "One", isrc = "DEABC0600001"}, {title = "Two"}},
      }}}),
      tracks = {
        {blocks = 400, isrc = "DEABC0600001", index = {100}},
        {pregap = 77, blocks = 333},
      },
    }
    assert(export.run(rec, cue))
    local text = run{"cdrdao", "show-toc", "out.cue", cwd = d:path "."}.stdout
    for _, line in ipairs {
      "CATALOG NUMBER: 0123456789012", "ISRC DE ABC 06 00001",
      "INDEX  2 00:01:25(   100)", "END    00:05:25(   400)",
      "PREGAP 00:01:02(    77)", "END    00:10:60(   810)",
    } do
      assert.is_truthy(text:find(line, 1, true), line)
    end
    assert.equal("0123456789012", assert(sheet.read(cue)).mcn)
    assert.not_matches("UPC_EAN", run.slurp(cue))
    assert.is_nil(io.open(d:path "out.cdt", "rb"), "packs besides")
  end)

  it("is read by cd-read, sample by sample", function()
    with_everything()
    assert(export.run(rec, cue))
    run.output("cd-read", "--no-header", "-m", "audio", "-s", "700", "-n",
      "200", "--cue-file", cue, "-o", d:path "part")
    assert.is_true(audio.blocks(700, 200) == run.slurp(d:path "part"))
  end)

  it("is read back by our own sheets", function()
    with_everything()
    assert(export.run(rec, cue))
    local found = assert(sheet.read(cue))
    assert.equal("0123456789012", found.mcn)
    for i, want in ipairs {{33, 400, {100, 250}}, {0, 301, {}}, {77, 333, {}}}
    do
      local track = found.tracks[i]
      assert.same(want, {track.pregap, track.blocks, track.indexes})
    end
    assert.equal("Three", found.tracks[3].text.title)
  end)

  it("has its CD-TEXT of several languages in a file of packs", function()
    local packs = assert(cdtext.encode{blocks = {
      {disc = {title = "Sky"}, tracks = {{title = "One"}}},
      {language = "german", disc = {title = "Himmel"},
        tracks = {{title = "Eins"}}},
    }})
    recorded{packs = packs, tracks = {{blocks = 300}}}
    local result = assert(export.run(rec, cue))
    assert.same({bin, d:path "out.cdt", cue}, result.files)
    assert.is_true(packs == run.slurp(d:path "out.cdt"))
    assert.matches('CDTEXTFILE "out.cdt"', run.slurp(cue), 1, true)
    assert.is_true(packs == sheet.read(cue).packs)
  end)

  it("needs no packs where the texts of the sheet become them", function()
    recorded{packs = assert(cdtext.encode{blocks = {{
      disc = {title = "Album"}, tracks = {{title = "One"}},
    }}}), tracks = {{blocks = 300}}}
    assert.same({bin, cue}, assert(export.run(rec, cue)).files)
    assert.is_nil(io.open(d:path "out.cdt"))
  end)

  it("has no texts that no sheet can have, but a file of packs", function()
    local packs = assert(cdtext.encode{blocks = {{
      disc = {title = "Two\nlines"}, tracks = {{title = "One"}},
    }}})
    recorded{packs = packs, tracks = {{blocks = 300}}}
    local result = assert(export.run(rec, cue))
    assert.equal("cd_text_left_out", result.warnings[1].code)
    assert.is_true(packs == run.slurp(d:path "out.cdt"))
    assert.not_matches("TITLE", run.slurp(cue))
    assert(export.run(rec, d:path "other.toc"))
    assert.is_true(audio.blocks(0, 300) == run.slurp(d:path "other.bin"))
  end)

  it("leaves out codes that no sheet can have, and says so", function()
    recorded{mcn = "0123456789013", tracks = {
      {blocks = 300, isrc = "123450600001"}, {blocks = 300},
    }}
    local result = assert(export.run(rec, cue))
    assert.same({"code_left_out", "code_left_out"},
      {result.warnings[1].code, result.warnings[2].code})
    assert.matches("0123456789013", result.warnings[1].message)
    assert.not_matches("CATALOG", run.slurp(cue))
    assert.not_matches("ISRC", run.slurp(cue))
    assert.is_true(audio.blocks(0, 600) == run.slurp(bin))
  end)

  it("is not written over a sheet or a file of packs", function()
    recorded{tracks = {{blocks = 300}}}
    run.spit(cue, "precious")
    disc.fails("file_exists", export.run(rec, cue))
    assert.is_nil(io.open(bin))
    assert.equal("precious", run.slurp(cue))
    os.remove(cue)
    run.output("mkdir", cue)
    disc.fails("file_exists", export.run(rec, cue))
    assert.is_nil(io.open(bin))
  end)

  it("is not left half", function()
    rec = d:opened("medium=cd-r", {faults = {
      {opcode = "READ CD", lba = 250, sense = {3, 0x11, 5}},
    }})
    album.record(rec, {tracks = {{blocks = 400}}})
    assert.equal(250, disc.fails("generic", export.run(rec, cue)).lba)
    assert.is_nil(io.open(bin))
    assert.is_nil(io.open(cue))
  end)

  it("is in its place when the drive's offset is told", function()
    recorded({tracks = {{blocks = 300}, {blocks = 300}}},
      "medium=cd-r&quirk=read-offset")
    local result = assert(export.run(rec, cue, {offset = 30}))
    local bytes = run.slurp(bin)
    assert.equal(600 * RAW, #bytes)
    assert.is_true(audio.blocks(0, 600):sub(1, -121) == bytes:sub(1, -121))
    assert.equal(("\0"):rep(120), bytes:sub(-120)) -- of the lead-out: no drive
    assert.equal(30, result.offset)
    assert.same({nil, 30}, {result.tracks[1].unread, result.tracks[2].unread})
  end)
end)

describe("a CD of data and audio as BIN and CUE", function()
  it("is the same disc to cd-info and our own sheets", function()
    recorded{tracks = {
      {data = true, blocks = 400}, {pregap = 150, pause = true, blocks = 400},
      {pregap = 150, blocks = 300},
    }}
    local cue = d:path "mixed.cue"
    assert(export.run(rec, cue))
    assert.equal([[
FILE "mixed.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:05:25
  TRACK 03 AUDIO
    INDEX 00 00:10:50
    INDEX 01 00:12:50
]], run.slurp(cue))
    local text = cd_info(cue)
    assert.matches("CD%-ROM Mixed", text)
    assert.matches("1: 00:02:00  000000 data", text)
    local raw = run.slurp(d:path "mixed.bin")
    assert.equal(1250 * RAW, #raw)
    assert.equal("\0" .. ("\xFF"):rep(10) .. "\0", raw:sub(1, 12))
    assert.is_true(disc.block(7) == raw:sub(7 * RAW + 17, 7 * RAW + 2064))
    assert.is_true(audio.blocks(550, 400)
      == raw:sub(400 * RAW + 1, 800 * RAW))
  end)

  it("goes into no ISO", function()
    recorded{tracks = {{data = true, blocks = 400},
      {pregap = 150, blocks = 300}}}
    local failure = disc.fails("unsupported", export.run(rec, d:path "x.iso"))
    assert.matches("cue", failure.advice)
  end)

  it("says where sessions begin", function()
    recorded{multi = true, tracks = {{blocks = 300}, {blocks = 300}}}
    disc.one_track(rec, 300)
    disc.close_session(rec)
    assert(export.run(rec, d:path "extra.cue"))
    assert.equal([[
FILE "extra.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 01 00:04:00
REM SESSION 02
  TRACK 03 MODE1/2352
    PREGAP 00:02:00
    INDEX 01 00:08:00
]], run.slurp(d:path "extra.cue"))
  end)

  it("says that mode 2 is mode 2", function()
    rec = d:opened "medium=cd-r"
    disc.one_track(rec, 300, {[4] = 0x0A, [8] = 0x20, [50] = 0x08})
    disc.close_session(rec)
    assert(export.run(rec, d:path "xa.cue"))
    assert.matches("TRACK 01 MODE2/2352", run.slurp(d:path "xa.cue"), 1, true)
    assert.matches("1: 00:02:00  000000 XA", cd_info(d:path "xa.cue"))
  end)
end)

describe("a CD as BIN and cdrdao's TOC", function()
  it("is the same disc to cdrdao", function()
    with_everything()
    local toc = d:path "out.toc"
    assert(export.run(rec, toc))
    local text = run.output("cdrdao", "show-toc", toc)
    for _, line in ipairs {
      "CATALOG NUMBER: 0123456789012", "ISRC DE ABC 06 00001",
      "PREGAP 00:00:33(    33)", "START  00:00:33(    33)",
      "INDEX  2 00:01:58(   133)", "INDEX  3 00:03:58(   283)",
      "START  00:05:58(   433)", "COPY PERMITTED", "PRE-EMPHASIS",
      "PREGAP 00:01:02(    77)", "END    00:15:19(  1144)",
    } do
      assert.is_truthy(text:find(line, 1, true), line)
    end
    local said = run("cdrdao", "read-test", toc)
    assert.equal(0, said.status, said.stdout .. said.stderr)
  end)

  it("is the samples, low byte first, as it says", function()
    with_everything()
    assert(export.run(rec, d:path "out.toc"))
    assert.is_true(audio.blocks(0, 1144) == run.slurp(d:path "out.bin"))
    assert.matches('FILE "out.bin" SWAP 0 ', run.slurp(d:path "out.toc"), 1,
      true)
  end)
end)

describe("exporting", function()
  it("takes an offset of audio alone, that can be one", function()
    recorded{tracks = {{data = true, blocks = 300}}}
    assert.error_matches(function()
      export.run(rec, d:path "x.iso", {offset = 30})
    end, "no audio")
    assert.error_matches(function()
      export.run(rec, d:path "x.cue", {offset = 2941})
    end, "offset is out of range")
    assert.error_matches(function()
      export.run(rec, d:path "x.cue", {shift = 30})
    end, "shift")
  end)
end)

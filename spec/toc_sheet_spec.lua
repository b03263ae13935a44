-- The TOC files of cdrdao: read, refused, written, and read by cdrdao.

local refused = require("spec.support.burning").refused
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local judged = sheets.judged

local SECOND <const> = 75

local folder = each(sheets.folder)

local function parse(text)
  return sheets.parse("toc", text)
end

local function bad(...)
  sheets.bad("toc", ...)
end

local ALBUM <const> = [[
CD_DA
CATALOG "4006381333931"
CD_TEXT {
  LANGUAGE_MAP {
    0 : EN
    1 : 8
  }
  LANGUAGE 0 {
    TITLE "The \"Album\""
    PERFORMER "Caf\351"
    GENRE { 0, 14, 0 }
    SIZE_INFO { 1, 2, 3 }
  }
  LANGUAGE 1 {
    TITLE "Das Album"
  }
}

// the first
TRACK AUDIO
COPY
PRE_EMPHASIS
FOUR_CHANNEL_AUDIO
ISRC "USABC9912345"
CD_TEXT {
  LANGUAGE 0 {
    TITLE "First"
    PERFORMER ""
  }
  LANGUAGE 1 {
    TITLE "Erstes"
  }
}
FILE "one.wav" 0 0:8:0
SILENCE 0:2:0
FILE "one.wav" 352801 44100
INDEX 0:4:0
INDEX 0:6:0

TRACK AUDIO
NO COPY
NO PRE_EMPHASIS
TWO_CHANNEL_AUDIO
FILE "two.wav" 0
START 0:3:0

TRACK AUDIO
PREGAP 0:2:0
AUDIOFILE "raw.cdr" SWAP #2352 44100
]]

local function album()
  folder:file("one.wav", sheets.wave(20 * SECOND))
  folder:file("two.wav", sheets.wave(9 * SECOND))
  folder:file("raw.cdr", ("\1\2\3\4"):rep(588 * 400))
  return assert(folder:read("album.toc", ALBUM))
end

describe("a TOC file", function()
  it("tells what is on the disc and on each track", function()
    local disc = album()
    assert.are.equal("cd_da", disc.type)
    assert.are.equal("4006381333931", disc.mcn)
    local first = disc.tracks[1]
    assert.are.equal("USABC9912345", first.isrc)
    assert.are.same(
      {copy = true, pre_emphasis = true, four_channels = true}, first.flags)
    assert.are.same({}, disc.tracks[2].flags)
  end)

  it("splices tracks by the sample", function()
    local one, two, three = table.unpack(album().tracks)
    assert.are.same({
      {file = 1, from = 0, length = 8 * 44100},
      {silence = true, length = 2 * 44100},
      {file = 1, from = 352801, length = 44100},
    }, one.parts)
    assert.are.equal(11 * SECOND, one.blocks)
    assert.are.same({4 * SECOND, 6 * SECOND}, one.indexes)
    assert.are.equal(3 * SECOND, two.pregap)
    assert.are.equal(6 * SECOND, two.blocks)
    assert.are.same({
      {silence = true, length = 2 * 44100},
      {file = 3, offset = 2352 + 44100 * 4, length = 588 * 399 - 44100},
    }, three.parts)
    assert.are.equal(2 * SECOND, three.pregap)
  end)

  it("has CD-TEXT in several languages", function()
    local disc = album()
    assert.are.same({
      title = 'The "Album"', performer = "Café", genre_code = 14,
    }, disc.text)
    assert.are.equal(9, disc.language)
    assert.are.same({title = "First"}, disc.tracks[1].text)
    assert.are.equal(8, disc.translations[1].language)
    assert.are.same({title = "Das Album"}, disc.translations[1].disc)
    assert.are.same({title = "Erstes"}, disc.translations[1].tracks[1])
  end)

  it("has data tracks", function()
    folder:file("a.iso", ("\0"):rep(2048 * 400 + 1))
    local disc = assert(folder:read("x.toc", [[
CD_ROM
TRACK MODE1
DATAFILE "a.iso"
ZERO 00:02:00
TRACK MODE1
ZERO MODE1 150
DATAFILE "a.iso" #2048 204800
]]))
    local one, two = table.unpack(disc.tracks)
    assert.are.equal("data", one.kind)
    assert.are.same({
      {file = 1, offset = 0, length = 401}, {silence = true, length = 150},
    }, one.parts)
    assert.are.same({
      {silence = true, length = 1}, {file = 1, offset = 2048, length = 100},
    }, two.parts)
  end)

  it("knows every mode of a track", function()
    local modes = {
      MODE1 = "mode1/2048", MODE1_RAW = "mode1/2352", MODE2 = "mode2/2336",
      MODE2_RAW = "mode2/2352", MODE2_FORM1 = "mode2/2048",
      MODE2_FORM2 = "mode2/2324", MODE2_FORM_MIX = "mode2/2336",
    }
    for word, mode in pairs(modes) do
      local disc = assert(parse("CD_ROM_XA TRACK " .. word
        .. ' DATAFILE "x" 00:04:00'))
      assert.are.equal(mode, disc.tracks[1].mode)
      assert.matches("TRACK " .. (word == "MODE2" and "MODE2_FORM_MIX" or word)
        .. "\n", (sheet.format(disc, "toc")))
    end
    local disc = assert(parse 'CD_DA TRACK AUDIO RW FILE "x" 0 00:04:00')
    assert.are.equal("cdg/2448", disc.tracks[1].mode)
  end)

  it("ends a track where END says", function()
    folder:file("two.wav", sheets.wave(9 * SECOND))
    local disc = assert(folder:read("x.toc",
      'CD_DA TRACK AUDIO FILE "two.wav" 0 SILENCE 588 END 0:5:0'))
    assert.are.same({{file = 1, from = 0, length = 5 * 44100}},
      disc.tracks[1].parts)
  end)

  it("is the same again when it is written", function()
    local disc = album()
    local text = assert(sheet.format(disc, "toc"))
    assert.are.same(disc, assert(folder:read("again.toc", text)))
  end)

  it("is the same again by way of a CUE sheet, where that can say it",
    function()
      folder:file("one.wav", sheets.wave(20 * SECOND))
      local cue = [[
CATALOG 4006381333931
TITLE "Album"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    FLAGS DCP
    ISRC USABC9912345
    PREGAP 00:01:00
    INDEX 00 00:00:00
    INDEX 01 00:02:00
    INDEX 02 00:05:00
  TRACK 02 AUDIO
    INDEX 01 00:10:00
    POSTGAP 00:02:00
]]
      local disc = assert(folder:read("x.cue", cue))
      local toc = assert(folder:read("x.toc", assert(sheet.format(disc,
        "toc"))))
      assert.are.equal(cue, assert(sheet.format(toc, "cue")))
    end)
end)

describe("a TOC file is refused", function()
  it("with a file that is missing, or too short", function()
    local failure = refused("file_access", folder:read("x.toc", ALBUM))
    assert.matches("'one.wav' cannot be opened", failure.message)
    folder:file("one.wav", sheets.wave(7 * SECOND))
    folder:file("two.wav", sheets.wave(9 * SECOND))
    folder:file("raw.cdr", ("\0"):rep(2352 * 400))
    failure = refused("bad_file", folder:read("x.toc", ALBUM))
    assert.matches("'one.wav' is too short", failure.message)
  end)

  it("with an index that is out of order or beyond the end", function()
    local head = 'CD_DA TRACK AUDIO FILE "x" 0 0:10:0\n'
    bad(2, head .. "INDEX 0:5:0 INDEX 0:4:0", "index 3 of track 1 comes")
    bad(2, head .. "INDEX 0:10:0", "index 2 of track 1 is beyond its end")
    bad(2, head .. "INDEX 0:99:0", "is no time")
    bad(1, 'CD_DA TRACK AUDIO FILE "x" 0 0:10:0 START 0:10:0',
      "index 1 of track 1 is beyond")
  end)

  it("with a track that is over 99, or empty", function()
    bad(1, "CD_DA " .. ('TRACK AUDIO FILE "x" 0 0:5:0 '):rep(100),
      "no track 100")
    bad(1, "CD_DA TRACK AUDIO", "track 1 is empty")
    bad(nil, "CD_DA", "there is no track")
  end)

  it("with an ISRC or a catalogue number that cannot be one", function()
    bad(1, 'CATALOG "4006381333932"', "check digit")
    bad(1, 'CD_DA TRACK AUDIO ISRC "X"', "is no ISRC")
  end)

  it("with a word that is none", function()
    bad(2, "CD_DA\nFROBNICATE", "'FROBNICATE' is no command")
    bad(2, "CD_DA TRACK AUDIO\nFROBNICATE", "'FROBNICATE' is no command")
    bad(1, "CD_DA TRACK AUDIOS", "'AUDIOS' is no mode")
    bad(1, "CD_DA TRACK AUDIO NO FILE", "NO stands before")
    bad(1, "CD_TEXT { TITLE }", "'TITLE' is no part of CD_TEXT")
    bad(1, "CD_TEXT { LANGUAGE 0 { FOO \"x\" } }", "is no CD%-TEXT item")
    bad(1, "CD_TEXT { LANGUAGE 9 { } }", "no language 9")
    bad(1, "CD_TEXT { LANGUAGE 0 { TITLE { 256 } } }", "256 is no byte")
    bad(1, "CD_TEXT { LANGUAGE_MAP { 0 : 300 } }", "its code none")
    bad(1, "CD_DA TRACK AUDIO SILENCE }", "a number expected, '}' found")
    bad(1, "CD_DA TRACK MODE1 SILENCE 5", "SILENCE is for audio")
    bad(1, 'CD_DA TRACK MODE1 FILE "x" 0', "AUDIOFILE is for audio")
    bad(1, "CD_DA ;", "is no word of a TOC")
    bad(1, "CD_DA TRACK AUDIO SILENCE 99999999999999999999", "too large")
    bad(1, "CD_DA TRACK AUDIO PREGAP 0:1:0 START", "told twice")
    bad(1, "CD_DA TRACK AUDIO SILENCE 588 PREGAP 0:1:0", "behind data")
    bad(1, 'CD_DA TRACK AUDIO FILE "x.wav" #4 0', "is for raw files")
  end)

  it("with a quote that is left open", function()
    bad(2, 'CD_DA\nCATALOG "400\n', "a quote is left open")
    bad(1, 'CATALOG "400\\', "a quote is left open")
  end)

  it("with a source that is not there yet", function()
    refused("unsupported", parse 'CD_DA TRACK AUDIO FIFO "x" 0:4:0')
    refused("unsupported", parse "CD_ROM TRACK MODE1 RW")
  end)

  it("when it points outside its folder, unless that is asked for", function()
    folder:file("x.wav", sheets.wave(300))
    local text = 'CD_DA\nTRACK AUDIO\nFILE "../x.wav" 0\n'
    local failure = refused("bad_file", folder:read("sub/x.toc", text))
    assert.are.equal(3, failure.line)
    assert(folder:read("sub/x.toc", text, {outside = true}))
  end)

  it("when it is garbage", function()
    refused("bad_file", parse(("\xF0\x01{:\""):rep(200000)))
    refused("bad_file", parse(("CD_DA "):rep(170000)))
    refused("bad_file", parse(("1"):rep(1 << 20)))
    refused("bad_file", parse(("\""):rep(1 << 20)))
  end)
end)

describe("what a TOC file cannot say", function()
  local function cannot(pattern, change)
    local disc = album()
    change(disc)
    assert.matches(pattern, refused("unsupported",
      sheet.format(disc, "toc")).message)
  end

  it("is not written", function()
    cannot("the first track is number 5", function(disc)
      for i, track in ipairs(disc.tracks) do
        track.number = i + 4
      end
    end)
    cannot("several sessions", function(disc)
      disc.tracks[2].session = 2
    end)
    cannot("SCMS", function(disc)
      disc.tracks[2].flags.scms = true
    end)
    cannot("'日' in it", function(disc)
      disc.text.title = "日"
    end)
    cannot("ms%-jis", function(disc)
      disc.encoding = "ms-jis"
    end)
  end)
end)

describe("a TOC file that was written", function()
  local function show(disc)
    assert(sheet.write(folder:path "out.toc", disc))
    local r = run{"cdrdao", "show-toc", "out.toc", cwd = folder.folder}
    assert.are.equal(0, r.status, r.stderr)
    return r.stdout .. r.stderr
  end

  it("is what cdrdao takes it for", judged("cdrdao", function()
    local text = show(album())
    assert.matches("CATALOG NUMBER: 4006381333931", text)
    assert.matches("ISRC US ABC 99 12345", text)
    assert.matches("FOUR CHANNEL AUDIO", text)
    assert.matches("INDEX  2 00:04:00%(   300%)", text)
    assert.matches("END    00:11:00%(   825%)", text)
    assert.matches("PREGAP 00:03:00%(   225%)", text)
    assert.matches("START  00:14:00%(  1050%)", text)
    assert.not_matches("WARNING", text)
    -- It finds all the samples, too.
    local r = run{"cdrdao", "read-test", "out.toc", cwd = folder.folder}
    assert.are.equal(0, r.status, r.stderr)
    assert.not_matches("ERROR", r.stdout .. r.stderr)
  end))

  it("has tracks of mixed kinds for cdrdao", judged("cdrdao", function()
    folder:file("a.bin", ("\0"):rep(2352 * 1200))
    local disc = assert(folder:read("x.cue", [[
FILE "a.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:08:00
]]))
    local text = show(disc)
    assert.matches("TOC TYPE: CD_ROM\n", text)
    assert.matches("TRACK  1  Mode MODE1_RAW", text)
    assert.matches("START  00:10:00%(   750%)", text)
    assert.matches("END    00:18:00%(  1350%)", text)
  end))
end)

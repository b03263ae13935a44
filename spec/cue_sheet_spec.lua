-- CUE sheets: what they say and what is refused. Those that are written are in
-- cue_sheet_write_spec.lua.

local refused = require("spec.support.burning").refused
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local ALBUM <const> = sheets.ALBUM
local SECOND <const> = 75

local folder = each(sheets.folder)

local function parse(text, options)
  return sheets.parse("cue", text, options)
end

local function bad(...)
  sheets.bad("cue", ...)
end

local function album()
  return folder:album()
end

describe("a CUE sheet", function()
  it("tells what is on the disc and on each track", function()
    local disc = album()
    assert.are.equal("cue", disc.format)
    assert.are.equal("cd_da", disc.type)
    assert.are.equal("4006381333931", disc.mcn)
    assert.are.same({title = "The Album", performer = "Somebody"}, disc.text)
    assert.are.same({"GENRE Rock"}, disc.remarks)
    assert.are.equal(3, #disc.tracks)
    local first = disc.tracks[1]
    assert.are.equal("USABC9912345", first.isrc)
    assert.are.same({copy = true, pre_emphasis = true}, first.flags)
    assert.are.same({title = "First", composer = "A"}, first.text)
    assert.are.same({four_channels = true}, disc.tracks[3].flags)
  end)

  it("gives each track its stretch of a file, and its length", function()
    local one, two, three = table.unpack(album().tracks)
    assert.are.same({{file = 1, from = 0, length = 8 * 44100}}, one.parts)
    assert.are.equal(8 * SECOND, one.blocks)
    assert.are.same({5 * SECOND}, one.indexes)
    assert.are.same({{file = 1, from = 8 * 44100, length = 12 * 44100}},
      two.parts)
    assert.are.equal(2 * SECOND, two.pregap)
    assert.are.equal(10 * SECOND, two.blocks)
    assert.are.same({
      {silence = true, length = 2 * 44100},
      {file = 2, from = 0, length = 6 * 44100},
      {silence = true, length = 44100},
    }, three.parts)
    assert.are.equal(2 * SECOND, three.pregap)
    assert.are.equal(7 * SECOND, three.blocks)
  end)

  it("may have a pregap in the file before the track's own", function()
    folder:file("a.wav", sheets.wave(10 * SECOND))
    folder:file("b.wav", sheets.wave(5 * SECOND))
    local text = [[
FILE "a.wav" WAVE
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 00 00:07:00
FILE "b.wav" WAVE
    INDEX 01 00:00:00
    INDEX 02 00:01:00
]]
    local disc = assert(folder:read("x.cue", text))
    local second = disc.tracks[2]
    assert.are.equal(3 * SECOND, second.pregap)
    assert.are.equal(5 * SECOND, second.blocks)
    assert.are.same({SECOND}, second.indexes)
    assert.are.equal(2, #second.parts)
    assert.are.equal(text, sheet.format(disc, "cue"))
  end)

  it("is not looked at any further with files = false", function()
    local disc = assert(parse(ALBUM))
    assert.is_nil(disc.tracks[3].blocks)
    assert.are.equal(10 * SECOND, disc.tracks[2].parts[1].from // 588 + 150)
  end)

  it("has blocks of all sizes in one raw file", function()
    local disc = assert(parse [[
FILE "x.bin" BINARY
  TRACK 01 MODE1/2048
    INDEX 01 00:00:00
  TRACK 02 MODE2/2352
    INDEX 00 00:04:00
    INDEX 01 00:06:00
  TRACK 03 AUDIO
    INDEX 01 00:10:00
]])
    assert.are.equal("cd_rom_xa", disc.type)
    local one, two, three = table.unpack(disc.tracks)
    assert.are.equal("data", one.kind)
    assert.are.equal("mode1/2048", one.mode)
    assert.are.same({{file = 1, offset = 0, length = 300}}, one.parts)
    assert.are.same({{file = 1, offset = 300 * 2048, length = 450}}, two.parts)
    assert.are.equal("data2", two.kind)
    assert.are.same({{file = 1, offset = 300 * 2048 + 450 * 2352}},
      three.parts)
  end)

  it("tells sessions by a remark", function()
    local disc = assert(parse [[
FILE "x.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:00
REM SESSION 02
  TRACK 02 MODE1/2352
    INDEX 01 00:10:00
]])
    assert.are.equal(1, disc.tracks[1].session)
    assert.are.equal(2, disc.tracks[2].session)
  end)

  it("may be in Latin-1, in UTF-8 with a mark, in UTF-16, in MS-JIS", function()
    local rest = '\r\nFILE "x" WAVE\r\nTRACK 1 AUDIO\r\nINDEX 1 0:0:0\r\n'
    local expected = {title = "Café “x”"}
    for _, line in ipairs{
      'TITLE "Caf\xE9 \x93x\x94"', 'TITLE "Café “x”"',
      '\u{FEFF}TITLE "Café “x”"',
    } do
      assert.are.same(expected, assert(parse(line .. rest)).text)
    end
    local wide = ("\u{FEFF}TITLE Wide" .. rest):gsub(utf8.charpattern,
      function(c)
        return string.pack("<I2", utf8.codepoint(c))
      end)
    assert.are.same({title = "Wide"}, assert(parse(wide)).text)
    local unmarked = wide:sub(3)
    assert.are.same({title = "Wide"}, assert(parse(unmarked)).text)
    assert.are.same({title = "Wide"},
      assert(parse((unmarked:gsub("(.)(.)", "%2%1")))).text)
    local jis = 'TITLE "\x93\xFA\x96\x7B"' .. rest
    assert.are.same({title = "日本"},
      assert(parse(jis, {encoding = "ms-jis"})).text)
  end)

  it("has every CD-TEXT field, for the disc and for a track", function()
    local fields = {
      title = "a", performer = "b", songwriter = "c", composer = "d",
      arranger = "e", message = "f", genre = "g", disc_id = "h",
      upc_ean = "i",
    }
    local lines = {}
    for key, value in pairs(fields) do
      table.insert(lines, ('%s "%s"'):format(key:upper(), value))
    end
    local texts = table.concat(lines, "\n") .. "\n"
    local disc = assert(parse(texts .. 'FILE "x" MP3\nTRACK 1 AUDIO\n' .. texts
      .. "INDEX 1 0:0:0\n"))
    assert.are.same(fields, disc.text)
    assert.are.same(fields, disc.tracks[1].text)
  end)

  it("knows WAVE, AIFF and FLAC, and how long they are", function()
    folder:file("a.flac", sheets.flac(441000))
    folder:file("b.aiff", sheets.aiff(44100 * 5))
    folder:file("c.wav", sheets.wave(400, 22050))
    local text = ""
    for i, name in ipairs{"a.flac", "b.aiff", "c.wav"} do
      text = text .. ('FILE "%s" WAVE\nTRACK %d AUDIO\nINDEX 1 0:0:0\n'):format(
        name, i)
    end
    local disc = assert(folder:read("x.cue", text))
    assert.are.equal(10 * SECOND, disc.tracks[1].blocks)
    assert.are.equal(5 * SECOND, disc.tracks[2].blocks)
    assert.are.equal(800, disc.tracks[3].blocks)
    assert.are.equal("flac", disc.files[1].contents)
    assert.are.equal("aiff", disc.files[2].contents)
    assert.is_nil(disc.files[3].pcm)
  end)

  it("takes the FLAC where its WAV is gone, and says so", function()
    folder:file("a.flac", sheets.flac(441000))
    local disc = assert(folder:read("x.cue",
      'FILE "a.wav" WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'))
    assert.matches("/a.flac$", disc.files[1].path)
    assert.are.equal("other_file", disc.warnings[1].code)
  end)

  it("brings the packs of its CDTEXTFILE", function()
    folder:file("x.cdt", "packs")
    folder:file("a.bin", ("\0"):rep(2352 * 300))
    local disc = assert(folder:read("x.cue", 'CDTEXTFILE "x.cdt"\n'
      .. 'FILE "a.bin" BINARY\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'))
    assert.are.equal("packs", disc.packs)
    assert.matches('^CDTEXTFILE "x.cdt"\n', (sheet.format(disc, "cue")))
  end)

  it("is the same again when it is written", function()
    local disc = album()
    local text = assert(sheet.format(disc, "cue"))
    assert.are.same(disc, assert(folder:read("again.cue", text)))
    assert.is_true(sheet.write(folder:path "new.cue", disc))
    assert.are.equal(text, folder:slurp "new.cue")
    refused("file_exists", sheet.write(folder:path "new.cue", disc))
  end)
end)

describe("a CUE sheet is refused", function()
  local HEAD <const> = 'FILE "x" WAVE\nTRACK 01 AUDIO\n'

  it("with a file that is missing", function()
    local failure = refused("file_access", folder:read("x.cue", ALBUM))
    assert.are.equal(5, failure.line)
    assert.matches("'one.wav' cannot be opened: No such file",
      failure.message)
  end)

  it("with a folder for a file, or a pipe that nobody writes to", function()
    run.output("mkdir", folder:path "one.wav")
    local failure = refused("file_access", folder:read("x.cue", ALBUM))
    assert.matches("it is a folder", failure.message)
    run.output("rmdir", folder:path "one.wav")
    run.output("mkfifo", folder:path "one.wav")
    failure = refused("file_access", folder:read("x.cue", ALBUM))
    assert.matches("it is no regular file", failure.message)
  end)

  it("with a file that is too short for its index", function()
    folder:file("one.wav", sheets.wave(9 * SECOND))
    folder:file("two.wav", sheets.wave(6 * SECOND))
    local failure = refused("bad_file", folder:read("x.cue", ALBUM))
    assert.are.equal(15, failure.line)
    assert.matches("index 1 of track 2 is beyond its end", failure.message)
    folder:file("one.wav", sheets.wave(7 * SECOND))
    failure = refused("bad_file", folder:read("y.cue", ALBUM))
    assert.matches("'one.wav' is too short for track 1", failure.message)
  end)

  it("with a sound file that is none", function()
    folder:file("x", "This is a text.\n")
    local failure = refused("bad_file", folder:read("x.cue",
      HEAD .. "INDEX 01 00:00:00\n"))
    assert.matches("'x' is no sound file", failure.message)
  end)

  it("with an index that is out of order", function()
    bad(4, HEAD .. "INDEX 01 00:10:00\nINDEX 02 00:05:00\n", "index 2 comes")
    bad(4, HEAD .. "INDEX 01 00:10:00\nINDEX 03 00:15:00\n", "index 3 is out")
    bad(3, HEAD .. "INDEX 02 00:10:00\n", "index 2 is out of order")
    bad(3, HEAD .. "INDEX 100 00:10:00\n", "00 to 99")
    bad(3, HEAD .. "INDEX 01 00:60:00\n", "is no time")
    bad(3, HEAD .. "INDEX 01 00:00:75\n", "is no time")
    bad(2, HEAD .. "INDEX 00 00:00:00\n", "track 1 has no INDEX 01")
  end)

  it("with a track that is over 99, or out of order", function()
    bad(2, 'FILE "x" WAVE\nTRACK 100 AUDIO\n', "no track 100")
    bad(2, 'FILE "x" WAVE\nTRACK 00 AUDIO\n', "no track 0")
    bad(2, 'FILE "x" WAVE\nTRACK 99999999999999999999 AUDIO\n', "a number")
    bad(4, HEAD .. "INDEX 1 0:0:0\nTRACK 3 AUDIO\nINDEX 1 0:9:0\n",
      "track 3 follows track 1")
    bad(1, "TRACK 1 AUDIO\n", "before the first FILE")
    bad(2, 'FILE "x" WAVE\nTRACK 1 AUDIOS\n', "needs a number and a mode")
  end)

  it("with an ISRC or a catalogue number that cannot be one", function()
    bad(3, HEAD .. "ISRC USABC991234\n", "is no ISRC")
    bad(3, HEAD .. "ISRC U1ABC9912345\n", "is no ISRC")
    bad(1, "CATALOG 4006381333932\n", "check digit should be 1")
    bad(1, "CATALOG 400638133393\n", "not 13 digits")
  end)

  it("with a command, a flag or a type that is none", function()
    bad(2, "TITLE x\nFROBNICATE y\n", "'FROBNICATE' is no command")
    bad(3, HEAD .. "FLAGS DCP XYZ\n", "'XYZ' is no flag")
    bad(1, 'FILE "x" WAV\n', "a name and a type")
    bad(1, "INDEX 01 00:00:00\n", "before the first TRACK")
    bad(3, HEAD .. "POSTGAP 00:02:00\n", "behind the track's INDEX")
    bad(4, HEAD .. "INDEX 1 0:0:0\nPREGAP 00:02:00\n", "before the track's")
  end)

  it("with a quote that is left open", function()
    bad(1, 'TITLE "abc\n', "a quote is left open")
    bad(1, 'FILE "abc WAVE\n', "a quote is left open")
    bad(1, 'TITLE "abc" def\n', "'def' stands behind the text")
  end)

  it("when there is nothing in it, or garbage", function()
    bad(nil, "", "there is no track")
    bad(nil, "REM only\n", "there is no track")
    local bytes, state = {}, 1
    for i = 1, 1 << 20 do
      state = state * 1103515245 + 12345 & 0x7FFFFFFF
      bytes[i] = string.char(state >> 16 & 0xFF)
    end
    refused("bad_file", parse(table.concat(bytes)))
    refused("bad_file", parse(("\0"):rep(1 << 20)))
    bad(2, "REM\nTITLE x" .. (" "):rep(1 << 20) .. "y\n", "is too long")
    refused("bad_file", parse((" "):rep((4 << 20) + 1)))
  end)

  it("when it points outside its folder, unless that is asked for", function()
    folder:file("x.wav", sheets.wave(300))
    for _, name in ipairs{
      "../x.wav", "/x.wav", "a/../../x.wav", "..\\x.wav", "C:\\x.wav",
      folder:path "x.wav",
    } do
      local text = ('FILE "%s" WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'):format(
        name)
      local failure = refused("bad_file", folder:read("sub/x.cue", text))
      assert.are.equal(1, failure.line)
      assert.matches("outside the folder", failure.message)
    end
    local text = 'FILE "../x.wav" WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'
    assert(folder:read("sub/x.cue", text, {outside = true}))
    bad(1, 'FILE "a\0b" WAVE\n', "is no name of a file")
  end)

  it("when it cannot be opened, or is called otherwise", function()
    refused("file_access", sheet.read(folder:path "none.cue"))
    refused("unsupported", sheet.read(folder:path "none.txt"))
    refused("file_access", sheet.read(folder.folder .. "/none/x.cue"))
    refused("file_access", sheet.write(folder:path "none/x.cue", album()))
    refused("unsupported", sheet.write(folder:path "x.txt", album()))
  end)
end)

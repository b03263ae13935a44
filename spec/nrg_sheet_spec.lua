-- Nero's images: written, read again, read by libcdio; of both versions.

local cdtext = require "discrecorder.cdtext"
local refused = require("spec.support.burning").refused
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local judged = sheets.judged

local folder = each(sheets.folder)

local function chunk(id, ...)
  local data = table.concat{...}
  return id .. string.pack(">I4", #data) .. data
end

local function album()
  folder:file("one.wav", sheets.wave(1500))
  return assert(folder:read("x.cue", [[
CATALOG 4006381333931
TITLE "Album"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    ISRC USABC9912345
    FLAGS DCP
    INDEX 00 00:00:00
    INDEX 01 00:01:00
    INDEX 02 00:05:00
  TRACK 02 AUDIO
    FLAGS PRE
    INDEX 00 00:08:00
    INDEX 01 00:10:00
    POSTGAP 00:02:00
]]))
end

describe("an NRG image", function()
  it("that was written says what the sheet said", function()
    local disc = album()
    assert(sheet.write(folder:path "x.nrg", disc))
    local back = assert(sheet.read(folder:path "x.nrg"))
    assert.are.equal("nrg", back.format)
    assert.are.equal("4006381333931", back.mcn)
    assert.are.same({title = "Album", upc_ean = "4006381333931"}, back.text)
    for i, track in ipairs(back.tracks) do
      local was = disc.tracks[i]
      for _, key in ipairs{
        "number", "kind", "mode", "pregap", "blocks", "indexes", "flags",
        "isrc",
      } do
        assert.are.same(was[key], track[key])
      end
    end
    assert.are.equal("First", back.tracks[1].text.title)
  end)

  it("holds the tracks' samples", function()
    local disc = album()
    assert(sheet.write(folder:path "x.nrg", disc))
    local back = assert(sheet.read(folder:path "x.nrg"))
    local bytes, wave = folder:slurp "x.nrg", folder:slurp "one.wav"
    local first, second = back.tracks[1].parts[1], back.tracks[2].parts[1]
    assert.are.equal(150 * 2352, first.offset)
    assert.is_true(bytes:sub(first.offset + 1, second.offset)
      == wave:sub(45, 44 + 600 * 2352))
    assert.is_true(bytes:sub(second.offset + 1, second.offset + 900 * 2352)
      == wave:sub(45 + 600 * 2352))
    assert.are.equal(900 * 588 + 150 * 588, second.length)
  end)

  it("of three sessions says so, and where on a disc each one begins",
    function()
      folder:file("one.wav", sheets.wave(1500))
      local disc = assert(folder:read("x.cue", [[
FILE "one.wav" WAVE
REM SESSION 01
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 01 00:05:00
REM SESSION 02
  TRACK 03 AUDIO
    INDEX 01 00:10:00
REM SESSION 03
  TRACK 04 AUDIO
    INDEX 01 00:15:00
]]))
      assert(sheet.write(folder:path "x.nrg", disc))
      local back = assert(sheet.read(folder:path "x.nrg"))
      for i, session in ipairs {1, 1, 2, 3} do
        local track = back.tracks[i]
        assert.are.same({i, session, 0, 375},
          {track.number, track.session, track.pregap, track.blocks})
        assert.are.equal((375 * (i - 1) + 150 * session) * 2352,
          track.parts[1].offset)
      end
      local found = {}
      for entry in folder:slurp("x.nrg"):gmatch "CUEX....(......-)DAOX" do
        for at = 1, #entry, 8 do
          local control, number, index, address =
            (">BBBxi4"):unpack(entry, at)
          assert.are.equal(1, control)
          table.insert(found, ("%02X.%X %d"):format(number, index, address))
        end
      end
      -- 750 + 11400 and, behind it, 375 + 6900.
      assert.are.same({
        "00.0 -150", "01.0 -150", "01.1 0", "02.0 375", "02.1 375", "AA.1 750",
        "00.0 12000", "03.0 12000", "03.1 12150", "AA.1 12525",
        "00.0 19275", "04.0 19275", "04.1 19425", "AA.1 19800",
      }, found)
    end)

  it("holds samples whose high byte came first, turned round", function()
    folder:file("x.cdr", ("\1\2\3\4"):rep(588 * 300))
    local disc = assert(folder:read("x.toc",
      'CD_DA TRACK AUDIO FILE "x.cdr" 0'))
    assert(sheet.write(folder:path "x.nrg", disc))
    assert.are.equal("\2\1\4\3\2\1\4\3",
      folder:slurp("x.nrg"):sub(150 * 2352 + 1, 150 * 2352 + 8))
  end)

  it("has data tracks beside audio", function()
    folder:file("x.bin", ("d"):rep(2352 * 300) .. ("a"):rep(2352 * 300))
    local disc = assert(folder:read("x.cue", [[
FILE "x.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:04:00
]]))
    assert(sheet.write(folder:path "x.nrg", disc))
    local back = assert(sheet.read(folder:path "x.nrg"))
    assert.are.equal("mode1/2352", back.tracks[1].mode)
    assert.are.equal(300, back.tracks[1].blocks)
    assert.are.equal(150, back.tracks[2].pregap)
    local part = back.tracks[2].parts[1]
    assert.are.equal("\0a", folder:slurp("x.nrg"):sub(part.offset + 150 * 2352,
      part.offset + 150 * 2352 + 1))
  end)

  it("of version 1, track at once, is read", function()
    local data = ("\0"):rep(2048 * 300 + 2352 * 300)
    folder:file("x.nrg", data
      .. chunk("ETNF", string.pack(">I4I4I4I4I4", 0, 2048 * 300, 0, 0, 0),
        string.pack(">I4I4I4I4I4", 2048 * 300, 2352 * 300, 7, 452, 0))
      .. chunk("SINF", string.pack(">I4", 2)) .. chunk "END!"
      .. "NERO" .. string.pack(">I4", #data))
    local disc = assert(sheet.read(folder:path "x.nrg"))
    assert.are.equal("cd_rom", disc.type)
    assert.are.equal(300, disc.tracks[1].blocks)
    assert.are.same({{file = 1, offset = 2048 * 300, length = 300 * 588}},
      disc.tracks[2].parts)
  end)

  it("of version 1, disc at once, is read, and one of two sessions", function()
    local data = ("\0"):rep(2352 * 1200)
    local function session(number, from, address)
      local function entry(index, sectors)
        return string.pack(">BBBBBBBB", 0x21, number, index, 0, 0,
          sectors // 4500, sectors // 75 % 60, sectors % 75)
      end
      return chunk("CUES", string.pack(">BBBBI4", 1, 0, 0, 0, 0),
          entry(0, address), entry(1, address + 150), entry(2, address + 250))
        .. chunk("DAOI", ("\0"):rep(20), string.char(number, number),
          string.pack(">c12I2I2I2I4I4I4", "", 2352, 0x0700, 1, from,
            from + 150 * 2352, from + 600 * 2352))
        .. chunk("SINF", string.pack(">I4", 1))
    end
    folder:file("x.nrg", data .. session(1, 0, 0)
      .. session(2, 600 * 2352, 12000) .. chunk "END!" .. "NERO"
      .. string.pack(">I4", #data))
    local disc = assert(sheet.read(folder:path "x.nrg"))
    assert.are.equal(2, disc.tracks[2].session)
    for _, track in ipairs(disc.tracks) do
      assert.are.equal(0, track.pregap)
      assert.are.equal(450, track.blocks)
      assert.are.same({100}, track.indexes)
      assert.are.same({copy = true}, track.flags)
    end
  end)

  it("is read by libcdio", judged("cd-info", function()
    folder:file("one.wav", sheets.wave(1500))
    -- libcdio 2.1.0 knows no further indexes.
    local disc = assert(folder:read("x.cue", [[
CATALOG 4006381333931
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    FLAGS DCP
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 00 00:08:00
    INDEX 01 00:10:00
]]))
    assert(sheet.write(folder:path "x.nrg", disc))
    local said = run("cd-info", "--no-header", "--nrg-file",
      folder:path "x.nrg").stdout
    assert.matches("1: 00:02:00  000000 audio", said)
    assert.matches("2: 00:12:00  000750 audio", said)
    assert.matches("MCN%): 4006381333931", said)
  end))
end)

describe("an NRG image is refused", function()
  local function bad(pattern, bytes)
    local failure = refused("bad_file", sheet.read(folder:file("bad.nrg",
      bytes)))
    assert.matches(pattern, failure.message)
  end

  it("when it is none", function()
    bad("does not end", "")
    bad("does not end", ("x"):rep(1 << 20))
    bad("not where it says", "NER5" .. string.pack(">i8", -5))
    bad("not where it says", "NER5" .. string.pack(">i8", 1 << 40))
    bad("cut off", "xxxxNER5" .. string.pack(">i8", 0))
    bad("no track", chunk "END!" .. "NER5" .. string.pack(">i8", 0))
    bad("cut off", "CUEX\xFF\xFF\xFF\xFF" .. "NER5" .. string.pack(">i8", 0))
  end)

  it("with tracks that are not in it", function()
    local function one(from, size, mode)
      return chunk("ETN2", string.pack(">i8i8I4I4I8", from, size, mode, 0, 0))
        .. chunk "END!" .. "NER5" .. string.pack(">i8", 0)
    end
    bad("is too short for track 1", one(0, 2352 * 300, 7))
    bad("does not begin and end with whole blocks", one(0, 2351, 7))
    bad("does not begin and end with whole blocks", one(-2352, 2352, 7))
    refused("unsupported", sheet.read(folder:file("mode.nrg",
      one(0, 2352, 99))))
  end)

  it("with anything changed in it, but never brings the program down",
    function()
      assert(sheet.write(folder:path "x.nrg", album()))
      local bytes = folder:slurp "x.nrg"
      local at = string.unpack(">I8", bytes, #bytes - 7)
      -- What is before the description is left out: it is not looked at.
      local tail = bytes:sub(at + 1, -9)
      local state = 77
      local function random(most)
        state = state * 6364136223846793005 + 1442695040888963407
        return (state >> 33) % most
      end
      for _ = 1, 1500 do
        local wrong = tail
        for _ = 0, random(3) do
          local place = random(#wrong)
          wrong = wrong:sub(1, place) .. string.char(random(256))
            .. wrong:sub(place + 2)
        end
        local path = run.spit(folder:path "y.nrg", wrong
          .. string.pack(">I8", 0))
        local disc, failure = sheet.read(path)
        assert.is_truthy(disc or failure.message)
      end
    end)
end)

describe("an NRG image cannot be made", function()
  local function cannot(pattern, disc)
    local failure = refused("unsupported", sheet.write(folder:path "new.nrg",
      disc))
    assert.matches(pattern, failure.message)
    assert.is_nil(io.open(folder:path "new.nrg"))
  end

  it("of sound that has to be decoded first", function()
    folder:file("x.flac", sheets.flac(588 * 400))
    cannot("'x.flac' is no WAVE", assert(folder:read("x.cue",
      'FILE "x.flac" FLAC\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n')))
  end)

  it("of SCMS, or of texts that do not fit", function()
    local disc = album()
    disc.tracks[2].flags.scms = true
    cannot("SCMS", disc)
    disc = album()
    disc.text.message = ("x"):rep(4000)
    cannot("packs; CD%-TEXT has room for", disc)
  end)

  it("when a file is gone meanwhile", function()
    local disc = album()
    os.remove(folder:path "one.wav")
    refused("file_access", sheet.write(folder:path "new.nrg", disc))
    assert.is_nil(io.open(folder:path "new.nrg"))
  end)

  it("with packs that came along taken as they are", function()
    local disc = album()
    disc.packs = assert(cdtext.encode{blocks = {{
      disc = {title = "Other"}, tracks = {{}, {title = "Second"}},
    }}})
    assert(sheet.write(folder:path "new.nrg", disc))
    local back = assert(sheet.read(folder:path "new.nrg"))
    assert.are.equal("Other", back.text.title)
    assert.are.equal("Second", back.tracks[2].text.title)
  end)
end)

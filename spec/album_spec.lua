-- Albums: jobs from sheets and from sound files, and what is on the disc then.
local album = require "discrecorder.album"
local audio = require "spec.support.audio"
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local cdtext = require "discrecorder.cdtext"
local run = require "spec.support.run"
local sheets = require "spec.support.sheets"
local source = require "discrecorder.source"

local BLOCK <const> = 2352

local bench, rec, folder

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
  folder = sheets.folder()
end)

after_each(function()
  rec = nil
  bench:remove()
  folder:remove()
end)

-- A WAVE of samples.
local function wave(name, samples)
  return folder:file(name, "RIFF" .. string.pack("<I4", #samples + 36)
    .. "WAVEfmt " .. string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, 44100, 176400, 4,
      16) .. "data" .. string.pack("<I4", #samples) .. samples)
end

local function flac(name, samples)
  local path = wave("to-flac.wav", samples)
  return audio.convert(path, folder:path(name))
end

local function burned(what, options)
  local report = assert(album.burn(rec, what, options))
  assert.is_true(report.verified)
  return report, burn_audio.look(bench)
end

local function refused(code, what, options)
  local trace = bench:path "trace"
  local traced <close> = bench:recorder {trace = trace}
  local before = #burning.packets(trace)
  local failure = burning.refused(code, album.burn(traced, what, options))
  assert.are.equal(before, #burning.packets(trace), "a packet was sent")
  return failure
end

describe("an album of a CUE sheet", function()
  it("is on the disc as the sheet says", function()
    local all, last = burn_audio.pcm(1200, 1), burn_audio.pcm(400, 2)
    flac("side.flac", all)
    wave("last.wav", last)
    local report, look = burned(folder:file("album.cue", [[
      CATALOG 4006381333931
      TITLE "Das Album"
      PERFORMER "Jemand"
      FILE "side.flac" WAVE
        TRACK 01 AUDIO
          TITLE "Eins"
          FLAGS DCP
          ISRC DEABC0600001
          INDEX 00 00:00:00
          INDEX 01 00:02:00
        TRACK 02 AUDIO
          TITLE "Zwei"
          INDEX 00 00:07:00
          INDEX 01 00:08:00
          INDEX 02 00:10:00
      FILE "last.wav" WAVE
        TRACK 03 AUDIO
          PREGAP 00:01:00
          INDEX 01 00:00:00
    ]]))
    assert.are.equal("sao", report.mode)
    assert.are.same({}, report.warnings)
    assert.are.same({150, 600, 1275}, {report.tracks[1].start,
      report.tracks[2].start, report.tracks[3].start})
    assert.is_true(all == look.samples(0, 1200))
    assert.is_true(look.silent(1200, 75))
    assert.is_true(last == look.samples(1275, 400))
    assert.are.same({1, 0}, {look.position(0)})
    assert.are.same({2, 0}, {look.position(525)})
    assert.are.same({2, 2}, {look.position(750)})
    assert.are.equal("4006381333931", look.mcn())
    assert.are.equal("DEABC0600001", look.isrc(1))
    assert.are.equal(2, look.control(1))
    local texts = assert(cdtext.decode(look.text()))
    assert.are.equal("Das Album", texts.blocks[1].disc.title)
    assert.are.equal("Zwei", texts.blocks[1].tracks[2].title)
    look.close()
  end)

  it("is spliced to the sample, wherever its files end", function()
    local one, two = burn_audio.pcm(400.3, 1), burn_audio.pcm(400.7, 2)
    wave("1.wav", one)
    flac("2.flac", two)
    local report, look = burned(folder:file("album.cue", [[
      FILE "1.wav" WAVE
        TRACK 01 AUDIO
          INDEX 01 00:00:00
        TRACK 02 AUDIO
          INDEX 00 00:04:50
      FILE "2.flac" WAVE
          INDEX 01 00:00:00
    ]]))
    assert.are.same({0, 401}, {report.tracks[1].start, report.tracks[2].start})
    local all = one .. two
    assert.is_true(all == look.samples(0, 801):sub(1, #all))
    look.close()
  end)

  it("may be without its texts, or with others", function()
    wave("1.wav", burn_audio.pcm(300, 1))
    local path = folder:file("album.cue", [[
      TITLE "Sheet"
      FILE "1.wav" WAVE
        TRACK 01 AUDIO
          INDEX 01 00:00:00
    ]])
    local _, look = burned(path, {cd_text = false})
    assert.are.equal("5/24/00", select(2, look.text()))
    look.close()
    _, look = burned(path, {cd_text = {title = "Other"}, as_needed = true})
    assert.are.equal("Other",
      cdtext.decode(look.text()).blocks[1].disc.title)
    look.close()
  end)

  it("keeps all that plays when it is burned track at once", function()
    local all = burn_audio.pcm(1200, 1)
    wave("side.wav", all)
    local report, look = burned(folder:file("album.cue", [[
      TITLE "Text"
      FILE "side.wav" WAVE
        TRACK 01 AUDIO
          INDEX 00 00:00:00
          INDEX 01 00:02:00
        TRACK 02 AUDIO
          INDEX 00 00:07:00
          INDEX 01 00:08:00
          INDEX 02 00:10:00
    ]]), {mode = "tao"})
    assert.are.equal("tao", report.mode)
    assert.are.equal("not_at_once", report.warnings[1].code)
    assert.matches("pregaps.*index.*CD%-TEXT", report.warnings[1].message)
    assert.are.same({600, 600},
      {report.tracks[1].blocks, report.tracks[2].blocks})
    assert.is_true(all:sub(1, 600 * BLOCK) == look.samples(0, 600))
    assert.is_true(all:sub(600 * BLOCK + 1) ==
      look.samples(report.tracks[2].start, 600))
    look.close()
  end)

  it("may begin with data out of a BIN", function()
    local user, raw = {}, {}
    for i = 1, 300 do
      user[i] = string.pack("<I4", i):rep(512)
      raw[i] = ("\1"):rep(16) .. user[i] .. ("\2"):rep(288)
    end
    local samples = burn_audio.pcm(400, 1)
    folder:file("mixed.bin", table.concat(raw) .. samples)
    local report, look = burned(folder:file("mixed.cue", [[
      FILE "mixed.bin" BINARY
        TRACK 01 MODE1/2352
          INDEX 01 00:00:00
        TRACK 02 AUDIO
          PREGAP 00:02:00
          INDEX 01 00:04:00
    ]]))
    assert.are.equal("data", report.medium.tracks[1].kind)
    bench:has(report.tracks[1], table.concat(user))
    assert.are.equal(600, report.tracks[2].start)
    assert.is_true(samples == look.samples(600, 400))
    look.close()
  end)

  it("may be a TOC file", function()
    local all = burn_audio.pcm(700, 1)
    wave("side.wav", all)
    local report, look = burned(folder:file("album.toc", [[
      CD_DA
      CATALOG "4006381333931"
      TRACK AUDIO
      FILE "side.wav" 0 00:04:50
      TRACK AUDIO
      PRE_EMPHASIS
      SILENCE 00:01:00
      START 00:01:00
      FILE "side.wav" 00:04:50
    ]]))
    assert.are.same({0, 425}, {report.tracks[1].start, report.tracks[2].start})
    assert.is_true(all:sub(350 * BLOCK + 1) == look.samples(425, 350))
    assert.are.equal(1, look.control(2))
    look.close()
  end)
end)

describe("an album of files", function()
  it("has a track of each, without gaps or with them", function()
    local one, two = burn_audio.pcm(400, 1), burn_audio.pcm(333, 2)
    local list = {flac("1.flac", one), wave("2.wav", two)}
    local report, look = burned(list)
    assert.is_true(one .. two == look.samples(0, 733))
    assert.are.equal("sao", report.mode)
    look.close()
    report, look = burned(list, {gap = 150, as_needed = true})
    assert.are.equal(550, report.tracks[2].start)
    assert.is_true(two == look.samples(550, 333))
    look.close()
  end)

  it("has its files' titles and artists as CD-TEXT when asked to", function()
    local list = {}
    for i, title in ipairs {"Größe", "Second"} do
      local path = wave(i .. ".wav", burn_audio.pcm(300, i))
      list[i] = folder:path(i .. ".flac")
      run.output("flac", "-s", "--tag=TITLE=" .. title, "--tag=ARTIST=She",
        "--tag=ALBUM=Both", "-o", list[i], path)
    end
    assert.are.equal("Größe", source.audio(list[1]).audio.title)
    local _, look = burned(list, {cd_text = "tags"})
    local block = assert(cdtext.decode(look.text())).blocks[1]
    assert.are.same({"Both", "She"}, {block.disc.title, block.disc.performer})
    assert.are.same({"Größe", "Second"},
      {block.tracks[1].title, block.tracks[2].title})
    look.close()
    local report = burned(list,
      {cd_text = "tags", mode = "tao", as_needed = true})
    assert.are.same({"not_at_once",
      "track at once the disc has no CD-TEXT"},
      {report.warnings[1].code, report.warnings[1].message})
  end)

  it("has no CD-TEXT where its files have no tags, and says so", function()
    local report, look = burned({wave("1.wav", burn_audio.pcm(300, 1))},
      {cd_text = "tags"})
    assert.are.equal("no_tags", report.warnings[1].code)
    assert.is_nil((look.text()))
    look.close()
  end)

  it("may come from any rate and any format", function()
    local tone = audio.tone {frames = 48000 * 5, rate = 48000, channels = 1}
    local path = audio.wav(folder:path "48.wav", tone)
    local list = {path, audio.convert(path, folder:path "48.ogg")}
    local report, look = burned(list)
    assert.are.same({375, 375},
      {report.tracks[1].blocks, report.tracks[2].blocks})
    local decoded = audio.read(assert(source.audio(list[2])))
    assert.is_true(decoded == look.samples(375, 375):sub(1, #decoded))
    look.close()
  end)

  it("reads back as its files are, however the buffer is", function()
    local list, all = {}, {}
    for i = 1, 5 do
      all[i] = burn_audio.pcm(310 + i, i)
      list[i] = wave(i .. ".wav", all[i])
    end
    local report, look = burned(list, {buffer = 131072, packet = 32768})
    assert.are.equal(5, #report.tracks)
    assert.is_true(table.concat(all) == look.samples(0, #table.concat(all) //
      BLOCK))
    look.close()
  end)
end)

describe("an album is refused before the first packet", function()
  local function good(name)
    return wave(name, burn_audio.pcm(300, 1))
  end

  it("when a file is missing, or no audio", function()
    refused("bad_file", {good "1.wav", folder:path "none.wav"})
    refused("bad_file",
      {good "1.wav", folder:file("text.wav", "No sound at all.\n")})
    refused("bad_file", {good "1.wav", wave("empty.wav", "")})
  end)

  it("when a file is too short for an index", function()
    good "1.wav"
    local failure = refused("bad_file", folder:file("album.cue", [[
FILE "1.wav" WAVE
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 01 00:05:00]]))
    assert.are.equal(3, failure.line)
    assert.matches("too short", failure.message)
  end)

  it("when a track is over 99, an ISRC or an MCN is none", function()
    good "1.wav"
    for _, text in ipairs {
      'FILE "1.wav" WAVE\nTRACK 100 AUDIO\nINDEX 01 00:00:00',
      'CATALOG 123\nFILE "1.wav" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00',
      'FILE "1.wav" WAVE\nTRACK 01 AUDIO\nISRC ABC\nINDEX 01 00:00:00',
    } do
      refused("bad_file", folder:file("album.cue", text))
    end
    local many = {}
    for i = 1, 100 do
      many[i] = folder:path "1.wav"
    end
    refused("unsupported", many)
  end)

  it("when its texts are longer than fits", function()
    good "1.wav"
    local text = ("0123456789abcdef"):rep(10)
    local lines = {}
    for _, key in ipairs {"TITLE", "PERFORMER", "SONGWRITER"} do
      table.insert(lines, key .. ' "' .. text:rep(12) .. '"')
    end
    local failure = refused("unsupported", folder:file("album.cue",
      table.concat(lines, "\n") .. '\nFILE "1.wav" WAVE\nTRACK 01 AUDIO\n'
      .. "INDEX 01 00:00:00"))
    assert.matches("pack", failure.message)
  end)

  it("when its packs of CD-TEXT are none", function()
    local file = good "1.wav"
    local packs = assert(cdtext.encode {blocks = {{disc = {title = "x"},
      tracks = {{title = "y"}}}}})
    local function with(bytes)
      folder:file("album.cdt", bytes)
      return album.job(folder:file("album.cue", 'CDTEXTFILE "album.cdt"\n'
        .. 'FILE "1.wav" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00'))
    end
    for _, bytes in ipairs {"", "five!", ("x"):rep(36), packs .. "more"} do
      burning.refused("bad_file", with(bytes))
      burning.refused("bad_file", album.job({file}, {cd_text = bytes}))
    end
    -- As programs write them, and as a scratch leaves them.
    assert.are.equal(packs, assert(with(packs .. "\0")).text)
    local head = string.pack(">I2I2", #packs + 2, 0)
    assert.are.equal(packs, assert(with(head .. packs)).text)
    local job, warnings = assert(with(("x"):rep(18) .. packs))
    assert.are.equal(packs, job.text)
    assert.are.equal("bad_cd_text", warnings[1].code)
    assert.matches("pack 0 ", warnings[1].message)
  end)

  it("when a sheet names a file outside its folder", function()
    local path = folder:file("album.cue",
      'FILE "../1.wav" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00')
    refused("bad_file", path)
    refused("file_access", path, {outside = true})
  end)

  it("when its tracks are of several sessions, track at once, or of CD-I",
    function()
    good "1.wav"
    folder:file("data.bin", ("\0"):rep(2352 * 300))
    refused("unsupported", folder:file("album.cue", [[
      REM SESSION 01
      FILE "1.wav" WAVE
      TRACK 01 AUDIO
      INDEX 01 00:00:00
      REM SESSION 02
      FILE "data.bin" BINARY
      TRACK 02 MODE1/2352
      INDEX 01 00:00:00]]), {mode = "tao"})
    refused("unsupported", folder:file("album.cue", [[
      FILE "data.bin" BINARY
      TRACK 01 CDI/2352
      INDEX 01 00:00:00]]))
  end)

  it("and mistakes of the caller raise", function()
    for _, arguments in ipairs {
      {{}}, {7}, {{"x.wav"}, {gapp = 1}}, {{"x.wav"}, {gap = -1}},
      {{"x.wav"}, {gap = 1.5}}, {"x.cue", {cd_text = "tags"}},
      {{"x.wav"}, {keepopen = true}},
    } do
      assert.has_error(function()
        album.job(arguments[1], arguments[2])
      end)
    end
  end)
end)

describe("a CD-Extra", function()
  it("has an album, and data in a second session", function()
    local append = require "discrecorder.append"
    local one = burn_audio.pcm(400, 1)
    local report, look = burned({wave("1.wav", one)}, {keep_open = true})
    look.close()
    assert.are.equal("appendable", report.medium.state)
    folder:file("notes.txt", "Liner notes.\n")
    report = assert(append.tree(rec, folder:path "notes.txt",
      {keep_open = false}))
    assert.is_true(report.verified)
    assert.are.same({"audio", "data"}, {report.medium.tracks[1].kind,
      report.medium.tracks[2].kind})
    assert.are.same({"complete", 2},
      {report.medium.state, report.medium.sessions})
    look = burn_audio.look(bench)
    assert.is_true(one == look.samples(0, 400))
    look.close()
    local list = assert(require("discrecorder.sessions").list(rec))
    assert.are.same({"audio", "iso9660"}, {list[1].kind, list[2].volume.kind})
    -- The root directory names the file.
    local volume = assert(rec:read(list[2].start + 16, 1))
    local root = string.unpack("<I4", volume, 159)
    assert.matches("NOTES%.TXT", assert(rec:read(root, 1)))
  end)
end)

describe("a damaged file among them", function()
  it("ends the burn with its name, and the disc tells the truth", function()
    local path = flac("bad.flac", burn_audio.pcm(2000, 1))
    local bytes = run.slurp(path)
    local at = #bytes // 2
    run.spit(path, bytes:sub(1, at) .. ("\x55"):rep(2000) ..
      bytes:sub(at + 2001))
    local failure = burning.refused("bad_file", album.burn(rec,
      {wave("1.wav", burn_audio.pcm(300, 2)), path}))
    assert.matches("bad%.flac", failure.message)
    assert.are.equal(2, #failure.report.tracks)
    assert.is_true(failure.report.tracks[2].blocks < 2000)
    local look = burn_audio.look(bench)
    assert.is_true(burn_audio.pcm(300, 2) == look.samples(0, 300))
    look.close()
  end)
end)

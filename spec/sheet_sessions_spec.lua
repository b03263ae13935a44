-- Sheets of several sessions: read, written by an export, burned, compared.
local album = require "discrecorder.album"
local burn_audio = require "spec.support.burn_audio"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local export = require "discrecorder.export"
local run = require "spec.support.run"
local several = require "spec.support.several"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"
local verify = require "discrecorder.verify"

local RAW <const> = 2352
local parse, bad = sheets.parse, sheets.bad
local pcm = burn_audio.pcm

local d = each(disc.new)

local function blank(query)
  return d:recorder(query or "medium=cd-rw")
end

-- So many whole sectors of mode 1, which say that they begin at a block.
local function sectors(blocks, at)
  local list = {}
  local function bcd(n)
    return n // 10 << 4 | n % 10
  end
  for i = 1, blocks do
    local frames = at + i - 1 + 150
    list[i] = "\0" .. ("\xFF"):rep(10) .. "\0" .. string.char(
      bcd(frames // 4500), bcd(frames // 75 % 60), bcd(frames % 75), 1)
      .. string.pack("<I4", i):rep((RAW - 16) // 4)
  end
  return table.concat(list)
end

-- An album of two tracks and data that was on a disc at a block, each in its
-- file, as DiscImageCreator writes them.
local function extra(at, more)
  d:file("one.bin", pcm(400, 1))
  d:file("two.bin", pcm(333, 2))
  d:file("data.bin", sectors(310, at))
  return d:file("extra.cue", ([[
CATALOG 0123456789012
TITLE "Sky"
REM SESSION 01
FILE "one.bin" BINARY
  TRACK 01 AUDIO
    ISRC DEABC0600001
    INDEX 01 00:00:00
FILE "two.bin" BINARY
  TRACK 02 AUDIO
    INDEX 01 00:00:00
%sREM LEAD-OUT 01:30:00
REM SESSION 02
REM LEAD-IN 01:00:00
REM PREGAP 00:02:00
FILE "data.bin" BINARY
  TRACK 03 MODE1/2352
    INDEX 01 00:00:00
]]):format(more or ""))
end

local START <const> = 733 + 11400

describe("a CUE sheet of several sessions", function()
  local function bin(between, first)
    return assert(parse("cue", ([[
FILE "x.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:00
    INDEX 02 00:02:00
%s
REM SESSION 02
  TRACK 02 MODE1/2352
    %s
    INDEX 01 00:20:00
]]):format(between, first or "")))
  end

  it("says where in its file a session ends", function()
    local read = bin "REM LEAD-OUT 00:10:30"
    assert.same({{file = 1, offset = 0, length = 780 * 588}},
      read.tracks[1].parts)
    assert.same({{file = 1, offset = 1500 * RAW}}, read.tracks[2].parts)
    assert.same({1, 2}, {read.tracks[1].session, read.tracks[2].session})
  end)

  it("may say how long a lead-out is, or where it is on the disc", function()
    for _, line in ipairs {
      "REM LEAD-OUT 01:30:00", "REM LEAD-OUT 00:30:00", "REM LEAD-OUT 48:13:52",
      "REM LEAD-OUT 00:01:00", "REM LEAD-OUT soon", "",
    } do
      assert.equal(1500 * 588, bin(line).tracks[1].parts[1].length)
    end
    local read = bin "REM LEAD-IN 01:00:00\nREM PREGAP 00:02:00"
    assert.same({}, read.tracks[1].remarks)
    assert.equal(0, read.tracks[2].pregap)
  end)

  it("may say the two seconds that a session begins with, or more", function()
    for line, pregap in pairs {
      ["PREGAP 00:02:00"] = 0, ["PREGAP 00:03:00"] = 75,
      ["INDEX 00 00:18:00"] = 0, ["INDEX 00 00:17:25"] = 50,
    } do
      local second = bin("", line).tracks[2]
      assert.equal(pregap, second.pregap)
      local first = second.parts[1]
      assert.equal(first.silence and pregap, first.silence and first.length)
      assert.equal(not first.silence and (1500 - pregap) * RAW,
        not first.silence and first.offset)
    end
  end)

  it("may be of sound files", function()
    d:file("one.wav", sheets.wave(300))
    d:file("two.wav", sheets.wave(600))
    local read = assert(sheet.read(d:file("x.cue", [[
FILE "one.wav" WAVE
TRACK 01 AUDIO
INDEX 01 00:00:00
REM SESSION 02
FILE "two.wav" WAVE
TRACK 02 AUDIO
INDEX 00 00:00:00
INDEX 01 00:02:10
]])))
    local second = read.tracks[2]
    assert.same({10, 440}, {second.pregap, second.blocks})
    assert.same({{file = 2, from = 150 * 588, length = 450 * 588}},
      second.parts)
  end)

  it("has them in their order", function()
    bad("cue", 1, "REM SESSION 00", "no session 00")
    bad("cue", 2, "REM SESSION 02\nREM SESSION 01", "session 1 follows")
  end)

  it("is burned, session after session", function()
    local rec = blank()
    local report = assert(album.burn(rec, extra(START)))
    assert.same({"complete", 2}, {report.medium.state, report.medium.sessions})
    assert.is_true(report.verified)
    assert.equal(START, report.tracks[3].start)
    assert.equal(0, report.tracks[3].padding)
    assert.is_true(pcm(400, 1) .. pcm(333, 2) == rec:read(0, 733, "audio"))
    assert.equal(sectors(310, START):sub(17, 2064), rec:read(START, 1))
    assert.equal("0123456789012", rec:mcn())
    assert.equal("DEABC0600001", rec:isrc(1))
    assert.is_truthy(rec:cd_text():find("Sky", 1, true))
  end)

  it("is left open when that is said", function()
    local rec = blank()
    assert(album.burn(rec, extra(START), {keep_open = true}))
    assert.equal("appendable", rec:medium().state)
  end)

  it("is refused before the first byte where its data was elsewhere",
    function()
      local rec = blank()
      local failure = disc.fails("unsupported",
        album.burn(rec, extra(START + 2)))
      assert.matches("session 2 of 2: track 1 would begin at block 12133",
        failure.message)
      assert.equal("blank", rec:medium().state)
      assert(album.burn(rec, extra(START + 2, "POSTGAP 00:00:02\n")))
    end)

  it("has data with silence behind it, as POSTGAP", function()
    local rec = blank()
    d:file("data.bin", sectors(310, 0))
    local report = assert(album.burn(rec, d:file("x.cue", [[
FILE "data.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
    POSTGAP 00:00:07
]])))
    assert.equal(7, report.tracks[1].padding)
  end)

  it("has a pregap of silence and of sectors, and is left as it was read",
    function()
      d:file("data.bin", sectors(310, 0))
      local read = assert(sheet.read(d:file("x.cue", [[
FILE "data.bin" BINARY
  TRACK 01 MODE1/2352
    PREGAP 00:00:10
    INDEX 00 00:00:00
    INDEX 01 00:00:05
    POSTGAP 00:00:07
]])))
      for _ = 1, 2 do
        local track = assert(album.job(read)).tracks[1]
        assert.same({15, 305, 7},
          {track.pregap, track.source.blocks, track.padding})
      end
    end)

  it("has data in the mode that it says, whatever others are to have",
    function()
      local rec = blank()
      assert(album.burn(rec, extra(START), {data_mode = 2}))
      assert.equal(1, rec:medium().tracks[3].mode)
      assert.equal(sectors(310, START):sub(17, 2064), rec:read(START, 1))
    end)
end)

describe("an export of several sessions", function()
  it("is a sheet that is burned to the same CD-Extra", function()
    local from, to = several.cd_extra(d), blank()
    assert(export.run(from, d:path "out.cue"))
    assert.is_true(assert(copy.run(d:path "out.cue", to)).verified)
    several.same_disc(from, to)
    assert.matches("sheet",
      assert(verify.run(from, {against = d:path "out.cue"})).verified)
  end)

  it("has what is behind a session's last track as POSTGAP", function()
    local from, to = several.two_trees(d), blank()
    assert(export.run(from, d:path "out.cue"))
    assert.equal([[
FILE "out.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
    POSTGAP 00:00:02
REM SESSION 02
  TRACK 02 MODE1/2352
    PREGAP 00:02:00
    INDEX 01 00:04:00
]], run.slurp(d:path "out.cue"))
    assert(copy.run(d:path "out.cue", to))
    several.same_disc(from, to)
  end)

  it("has a later session's own pregap, and what sounds in it", function()
    local from, to = blank "medium=cd-r", blank()
    local track = burn_audio.track
    assert(from:burn {keep_open = true, tracks = {track(pcm(310, 1))}})
    assert(from:burn {append = true, mode = "sao", tracks = {
      track(pcm(320, 2), {pregap_source =
        assert(require("discrecorder.source").bytes(pcm(33, 3)))}),
    }})
    assert(export.run(from, d:path "out.cue"))
    assert(copy.run(d:path "out.cue", to))
    several.same_disc(from, to)
  end)

  it("reads well to libcdio", sheets.judged("cd-info", function()
    assert(export.run(several.cd_extra(d), d:path "out.cue"))
    local said = run.output("cd-info", "--no-cddb", "--cue-file",
      d:path "out.cue")
    assert.matches("1: 00:02:00  000000 audio", said)
    assert.matches("3: [%d:]+  %d+ data", said)
  end))

  it("goes into no TOC file", function()
    local failure = disc.fails("unsupported",
      export.run(several.two_trees(d), d:path "out.toc"))
    assert.matches("OUT%.cue", failure.advice)
    assert.is_nil(io.open(d:path "out.bin"))
  end)
end)

describe("an NRG image of several sessions", function()
  local function chunk(id, ...)
    local body = table.concat {...}
    return id .. string.pack(">I4", #body) .. body
  end

  local function session(number, from)
    return chunk("DAOI", ("\0"):rep(20), string.char(number, number),
        string.pack(">c12I2I2I2I4I4I4", "", RAW, 0x0700, 1, from,
          from + 150 * RAW, from + 600 * RAW))
      .. chunk("SINF", string.pack(">I4", 1))
  end

  it("is burned with each of them", function()
    local bytes = ("\0"):rep(150 * RAW) .. pcm(450, 1) .. ("\0"):rep(150 * RAW)
      .. pcm(450, 2)
    d:file("x.nrg", bytes .. session(1, 0) .. session(2, 600 * RAW)
      .. chunk "END!" .. "NERO" .. string.pack(">I4", #bytes))
    local rec = blank()
    local report = assert(copy.run(d:path "x.nrg", rec))
    assert.equal(2, #report.sessions)
    assert.is_true(pcm(450, 1) == rec:read(0, 450, "audio"))
    assert.is_true(pcm(450, 2) == rec:read(450 + 11400, 450, "audio"))
    assert(verify.run(rec, {against = d:path "x.nrg"}))
  end)
end)

describe("a disc against a sheet of several sessions", function()
  local function burned()
    local rec = blank "medium=cd-r"
    assert(album.burn(rec, extra(START), {keep_open = true}))
    return rec
  end

  it("is compared in all of them, or in one", function()
    local rec = burned()
    local path = d:path "extra.cue"
    assert.equal("sheet", assert(verify.run(rec, {against = path})).verified)
    assert(verify.run(rec, {against = path, session = 2}))
    local failure = disc.fails("unsupported",
      verify.run(rec, {against = path, session = 3}))
    assert.matches("in the sheet", failure.message)
    assert(require("discrecorder.append").tree(rec,
      several.file(d, "more.txt"), {how = "independent"}))
    local result = assert(verify.run(rec, {against = path}))
    assert.equal("more_on_disc", result.warnings[1].code)
  end)

  it("is found different in the second", function()
    local rec = burned()
    d:file("data.bin", sectors(309, START) .. sectors(1, START + 7))
    local failure = disc.fails("verify_failed",
      verify.run(rec, {against = d:path "extra.cue"}))
    assert.equal(START + 309, failure.lba)
    assert(verify.run(rec, {against = d:path "extra.cue", session = 1}))
  end)

  it("is told from one that has fewer", function()
    local rec = blank()
    d:file("one.bin", pcm(400, 1))
    assert(album.burn(rec, d:file("one.cue",
      'FILE "one.bin" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n')))
    disc.fails("verify_failed", verify.run(rec, {against = extra(START)}))
  end)
end)

describe("the command", function()
  it("burns, copies and checks sheets of several sessions", function()
    local one, two = d:address "medium=cd-rw", d:address "medium=cd-rw"
    local function well(...)
      local r = run.command(...)
      assert.equal(0, r.status, r.stderr)
      return r
    end
    assert.matches("3 tracks", well("audio", one, extra(START)).stdout)
    well("verify", one, "--against", d:path "extra.cue")
    well("copy", one, d:path "out.cue")
    well("copy", d:path "out.cue", two)
    well("copy", one, two, "--as-needed")
    well("verify", two, "--against", d:path "extra.cue")
  end)
end)

-- Checking discs with audio: by report, against a sheet, or only that they can
-- be read; on drives that read audio off its place.
local audio = require "spec.support.audio_disc"
local burn_audio = require "spec.support.burn_audio"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local RAW <const> = audio.BLOCK

local d = each(disc.new)

local function job()
  return {
    mcn = "0123456789012",
    text = {title = "Album"},
    tracks = {
      burn_audio.track(burn_audio.pcm(400, 1), {isrc = "DEABC0600001",
        text = {title = "One"}}),
      burn_audio.track(burn_audio.pcm(310.5, 2), {
        pregap_source = burn_audio.track(burn_audio.pcm(20, 3)).source,
        text = {title = "Two"},
      }),
    },
  }
end

-- A burned disc: its report, as JSON keeps it, and its path.
local function burned(work)
  local report
  do
    local rec <close> = d:recorder "medium=cd-r"
    report = assert(rec:burn(work or job()))
  end
  collectgarbage()
  collectgarbage()
  return dkjson.decode(dkjson.encode(report)), d.last
end

local function drive(path, query, options)
  return assert(discrecorder.recorder("virtual:" .. path .. (query or ""),
    options))
end

-- Where a disc file has its sectors of 2352 bytes (docs/disc-file.md), and how
-- much of that is looked through. The file is two gigabytes, of holes.
local SECTORS <const>, MOST <const> = 1 << 30, 4 << 20

-- Change a byte of audio in the disc file, wherever it stands.
local function spoil(path, sample)
  local file <close> = assert(io.open(path, "r+b"))
  assert(file:seek("set", SECTORS))
  local at = assert(file:read(MOST):find(sample, 1, true))
  assert(file:seek("set", SECTORS + at - 1))
  assert(file:write(string.char(sample:byte() ~ 1)))
end

describe("verifying audio by its report", function()
  it("finds that it is as it was burned", function()
    local report, path = burned()
    local result = assert(verify.run(drive(path), {report = report}))
    assert.equal("report", result.verified)
    assert.equal(0, result.offset)
    assert.equal(2, #result.stretches)
  end)

  it("finds it with another drive's offset", function()
    local report, path = burned()
    local result = assert(verify.run(drive(path, "?quirk=read-offset"),
      {report = report}))
    assert.equal(30, result.offset)
    -- Half of the last block is silence that was no sample.
    assert.is_nil(result.stretches[2].unread)
  end)

  it("finds that it is not", function()
    local report, path = burned()
    report.tracks[2].sha256 = report.tracks[1].sha256
    local failure = disc.fails("verify_failed",
      verify.run(drive(path), {report = report}))
    assert.matches("track 2", failure.message)
  end)

  it("does without a sample, on the drive that burned it", function()
    local report, path = burned()
    for _, sample in ipairs {
      false, "x", {}, {track = 9, frame = 0, data = "00"},
      {track = 1, frame = -1, data = "00000000"},
      {track = 1, frame = 0, data = "0000000"},
      {track = 1, frame = 0, data = "xxxxxxxx"},
      {track = 1, frame = 0, data = ("00"):rep(5000)},
      {track = 1, frame = 0x7FFFFFFF, data = "00000000"},
      {track = 1, frame = 5, data = "0123456789abcdef"},
    } do
      report.sample = sample or nil
      assert(verify.run(drive(path), {report = report}))
    end
  end)
end)

describe("verifying audio against a sheet", function()
  local path, cue

  before_each(function()
    path, cue = select(2, burned()), d:path "out.cue"
    assert(copy.run(drive(path), cue))
  end)

  it("compares every sample, codes and texts", function()
    local result = assert(verify.run(drive(path), {against = cue}))
    assert.equal("sheet", result.verified)
    assert.equal(0, result.offset)
  end)

  it("compares at the drive's offset", function()
    collectgarbage()
    collectgarbage()
    local result = assert(verify.run(drive(path, "?quirk=read-offset"),
      {against = cue}))
    assert.equal(30, result.offset)
  end)

  it("names the block that differs", function()
    local bin = d:path "out.bin"
    local bytes = run.slurp(bin)
    for _, block in ipairs {0, 250, 410, 500} do
      local at = block * RAW + 100
      run.spit(bin, bytes:sub(1, at) .. "\xEE\xEE" .. bytes:sub(at + 3))
      local failure = disc.fails("verify_failed",
        verify.run(drive(path), {against = cue}))
      assert.equal(block, failure.lba)
    end
  end)

  it("says what else is not the sheet's", function()
    local text = run.slurp(cue):gsub("CDTEXTFILE[^\n]*\n", "")
    run.spit(cue, text)
    assert(verify.run(drive(path), {against = cue}))
    for pattern, change in pairs {
      ["CATALOG 0123456789012"] = "CATALOG 4006381333931",
      ["ISRC DEABC0600001"] = "ISRC DEABC0600002",
      ['TITLE "One"'] = 'TITLE "Won"',
      ["  TRACK 02.*"] = "",
    } do
      run.spit(cue, (text:gsub(pattern, change)))
      disc.fails("verify_failed", verify.run(drive(path), {against = cue}))
    end
  end)

  it("does not take what it cannot ask for a difference", function()
    for _, opcode in ipairs {"READ SUB-CHANNEL", "READ TOC/PMA/ATIP"} do
      local rec = drive(path, "", {faults = {
        {opcode = opcode, sense = {4, 0x3E, 2}},
      }})
      local result, failure, code = verify.run(rec, {against = cue})
      assert.is_nil(result)
      assert.equal("4/3E/02", disc.sense_of(failure))
      assert.are_not.equal("verify_failed", code)
    end
    local silent = drive(path, "", {faults = {
      {opcode = "READ SUB-CHANNEL", sense = {5, 0x20, 0}},
    }})
    disc.fails("verify_failed", verify.run(silent, {against = cue}))
  end)
end)

describe("verifying audio by itself", function()
  it("reads all of it", function()
    local _, path = burned()
    local result = assert(verify.run(drive(path)))
    assert.equal("readable", result.verified)
    assert.equal(2, #result.stretches)
  end)

  it("names a block that cannot be read", function()
    local _, path = burned()
    local failure = disc.fails("generic", verify.run(drive(path, nil,
      {faults = {{opcode = "READ CD", lba = 333, sense = {3, 0x11, 5}}}})))
    assert.equal(333, failure.lba)
  end)

  it("is not compared with what has no audio", function()
    local _, path = burned()
    disc.fails("unsupported", verify.run(drive(path),
      {against = d:path "x.iso"}))
    disc.fails("unsupported", verify.run(drive(path), {session = 1}))
    disc.fails("file_access", verify.run(drive(path),
      {against = d:path "none.cue"}))
  end)
end)

describe("a burn's proof of audio", function()
  it("fails where the disc has other samples", function()
    local report, path = burned()
    spoil(path, burn_audio.pcm(400, 1):sub(100 * RAW + 1, 100 * RAW + 64))
    local failure = disc.fails("verify_failed",
      verify.run(drive(path), {report = report}))
    assert.matches("track 1", failure.message)
  end)
end)

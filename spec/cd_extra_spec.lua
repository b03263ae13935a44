-- Discs with audio and data: a CD-Extra (an album, then data in a second
-- session) and mixed mode (data, then audio). What is read and checked of them.
local append = require "discrecorder.append"
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local copy = require "discrecorder.copy"
local discrecorder = require "discrecorder"
local dkjson = require "dkjson"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BLOCK <const> = 2048

local refused = burning.refused

local bench, rec, out, notes

before_each(function()
  bench = burning.bench("medium=cd-r")
  rec = bench:recorder()
  out, notes = bench:path "out.iso", bench:path "notes.txt"
  run.spit(notes, "Liner notes.\n" .. ("."):rep(5000))
end)

after_each(function()
  rec = nil
  bench:remove()
end)

local function album()
  return assert(rec:burn {
    keep_open = true, tracks = {burn_audio.track(burn_audio.pcm(320, 1))},
  })
end

-- An album and the notes; the report of the notes.
local function cd_extra(options)
  album()
  local job = {keep_open = false}
  for key, value in pairs(options or {}) do
    job[key] = value
  end
  return assert(append.tree(rec, notes, job))
end

-- Notes, then audio, in one session.
local function mixed_mode(mode, more)
  local tree <close> = assert(source.tree {paths = {notes}})
  return assert(rec:burn {
    mode = mode or "sao",
    tracks = {
      {source = tree}, burn_audio.track(burn_audio.pcm(320, 1), more),
    },
  })
end

-- A file in an image, as xorriso extracts it.
local function extracted(image, name)
  local path = bench:path "extracted"
  run.output("xorriso", "-osirrox", "on", "-indev", "stdio:" .. image,
    "-extract", "/" .. name, path)
  return run.slurp(path)
end

local function warnings_of(result)
  local codes = {}
  for i, warning in ipairs(result.warnings) do
    codes[i] = warning.code
  end
  return codes
end

describe("a CD-Extra", function()
  it("whose data is to be in mode 2 has a session of type XA", function()
    local report = cd_extra {data_mode = 2}
    assert.are.same({true, "data2"}, {report.verified, report.tracks[1].kind})
    local medium = rec:medium()
    assert.are.same({2, "complete", 2},
      {medium.sessions, medium.state, medium.tracks[2].mode})
    local toc = assert(rec:command("\x43\0\2\0\0\0\0\4\0\0", "in", 1024))
    local types = {}
    for at = 5, #toc - 10, 11 do
      if toc:byte(at + 3) == 0xA0 then
        table.insert(types, toc:byte(at + 9))
      end
    end
    assert.are.same({0x00, 0x20}, types)
    assert(read.run(rec, out))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
    assert.are.equal("files",
      assert(verify.run(rec, {against = notes})).verified)
    assert.is_true(verify.run(rec, {report = report}).ok)
    assert.is_true(verify.run(rec).ok)
  end)

  it("is listed as audio and a session with a volume", function()
    local report = cd_extra {volume_id = "NOTES"}
    local list = assert(sessions.list(rec))
    assert.are.equal(2, #list)
    assert.are.equal("audio", list[1].kind)
    assert.is_nil(list[1].volume)
    assert.are.equal("data", list[2].kind)
    assert.are.equal(report.tracks[1].start, list[2].start)
    assert.are.equal("NOTES", list[2].volume.id)
  end)

  it("is read to an image that shows its data", function()
    cd_extra()
    local result = assert(read.run(rec, out))
    assert.are.equal(2, result.session)
    assert.are.same({"audio_left_out"}, warnings_of(result))
    assert.are.equal(result.blocks * BLOCK, #run.slurp(out))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
  end)

  it("has zeros in that image where the audio is", function()
    local start = cd_extra().tracks[1].start
    assert(read.run(rec, out))
    local before = run.slurp(out):sub(17 * BLOCK + 1, start * BLOCK)
    local descriptors = assert(rec:read(start + 17, 4))
    assert.is_nil(before:sub(#descriptors + 1):find "[^\0]")
  end)

  it("has its data read by the number of the session or track", function()
    local start = cd_extra().tracks[1].start
    local result = assert(read.run(rec, out, {session = 2}))
    assert.are.same({}, result.warnings)
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
    result = assert(read.run(rec, bench:path "track", {track = 2}))
    assert.are.same({2, start}, {result.track, result.start})
    assert.are.same({}, result.warnings)
  end)

  it("has no audio read to an image", function()
    cd_extra()
    local failure = refused("unsupported", read.run(rec, out, {session = 1}))
    assert.matches("session 1 is audio", failure.message)
    assert.matches("OUT%.cue", failure.advice)
    refused("unsupported", read.run(rec, out, {track = 1}))
    refused("unsupported", read.run(rec, out, {session = 3}))
    assert.is_nil(io.open(out))
  end)

  it("without its data is refused as an image", function()
    album()
    local failure = refused("unsupported", read.run(rec, out))
    assert.matches("only audio", failure.message)
    assert.matches("OUT%.cue", failure.advice)
  end)

  it("is read with a map", function()
    cd_extra()
    assert(read.run(rec, out, {map = bench:path "map"}))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
  end)

  it("is checked by the reports of its burns", function()
    local reports = {album()}
    reports[2] = assert(append.tree(rec, notes, {keep_open = false}))
    for _, report in ipairs(reports) do
      report = dkjson.decode(dkjson.encode(report))
      assert.are.equal("report",
        assert(verify.run(rec, {report = report})).verified)
      report.tracks[1].sha256 = ("0"):rep(64)
      refused("verify_failed", verify.run(rec, {report = report}))
    end
  end)

  it("is checked against the files in its data session", function()
    cd_extra()
    for _, number in ipairs {false, 2} do
      local result = assert(verify.run(rec,
        {against = {notes}, session = number or nil}))
      assert.are.same({"files", 1}, {result.verified, result.files})
    end
    run.spit(notes, "Liner votes.\n" .. ("."):rep(5000))
    local failure = refused("verify_failed",
      verify.run(rec, {against = {notes}}))
    assert.matches("notes%.txt", failure.message)
  end)

  it("is checked against the image of its data session", function()
    album()
    local path = bench:image(320)
    assert(rec:burn {append = true, tracks = {{source = assert(
      source.file(path))}}})
    assert.are.equal("image", assert(verify.run(rec,
      {against = path})).verified)
    assert.are.equal("image", assert(verify.run(rec,
      {against = path, session = 2})).verified)
    local list = assert(sessions.list(rec))
    rec = nil
    collectgarbage()
    collectgarbage()
    bench:flip(list[2].start + 33)
    local again <close> = bench:recorder()
    local failure = refused("verify_failed",
      verify.run(again, {against = path}))
    assert.are.equal(list[2].start + 33, failure.lba)
  end)

  it("is checked against the image that was read of it", function()
    cd_extra()
    assert(read.run(rec, out))
    local bytes = run.slurp(out)
    for _, number in ipairs {false, 2} do
      assert.are.equal("image", assert(verify.run(rec,
        {against = out, session = number or nil})).verified)
    end
    -- In the last block, and in what stands for the session's descriptors.
    for _, at in ipairs {#bytes, 16 * BLOCK + 42} do
      run.spit(out, bytes:sub(1, at - 1) .. "\xEE" .. bytes:sub(at + 1))
      refused("verify_failed", verify.run(rec, {against = out}))
    end
  end)

  it("is not as long as a longer image", function()
    cd_extra()
    local path = bench:path "long.iso"
    run.spit(path, ("\0"):rep(16 * BLOCK) .. "\1CD001"
      .. ("\0"):rep(5000 * BLOCK - 6))
    local failure = refused("verify_failed", verify.run(rec, {against = path}))
    assert.matches("first data track", failure.message)
  end)

  it("is checked by the tags on it, and its audio read", function()
    local start = cd_extra().tracks[1].start
    local result = assert(verify.run(rec))
    assert.are.equal("tags", result.verified)
    assert.are.equal(0, result.stretches[1].start)
    assert.are.equal(start, result.stretches[2].start)
  end)

  it("has its data session checked alone", function()
    local start = cd_extra().tracks[1].start
    local result = assert(verify.run(rec, {session = 2}))
    assert.are.equal("tags", result.verified)
    assert.are.equal(start, result.stretches[1].start)
    local failure = refused("unsupported", verify.run(rec, {session = 1}))
    assert.matches("report of its burn", failure.advice)
  end)

  it("is found damaged by its tags", function()
    local start = cd_extra().tracks[1].start
    rec = nil
    collectgarbage()
    collectgarbage()
    bench:flip(start + 31, 5)
    local again <close> = bench:recorder()
    refused("verify_failed", verify.run(again))
    refused("verify_failed", verify.run(again, {session = 2}))
  end)

  it("is checked against the sheet of its album", function()
    bench.scratch:file("album.bin", burn_audio.pcm(320, 1))
    local cue = bench.scratch:file("album.cue", [[
      FILE "album.bin" BINARY
      TRACK 01 AUDIO
      INDEX 01 00:00:00]])
    cd_extra()
    local result = assert(verify.run(rec, {against = cue}))
    assert.are.equal("sheet", result.verified)
    assert.are.same({"more_on_disc"}, warnings_of(result))
    result = assert(verify.run(rec, {against = cue, session = 1}))
    assert.are.same({}, result.warnings)
    refused("verify_failed", verify.run(rec, {against = cue, session = 2}))
    refused("unsupported", verify.run(rec, {against = cue, session = 3}))
  end)

  it("takes a further session, merged with its data", function()
    cd_extra {keep_open = true}
    local more = run.spit(bench:path "more.txt", "More.\n")
    assert(append.tree(rec, more, {keep_open = false}))
    assert.are.equal(3, assert(read.run(rec, out)).session)
    assert.are.equal("More.\n", extracted(out, "more.txt"))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
    assert.are.equal("image", assert(verify.run(rec,
      {against = out})).verified)
    assert.are.equal(2, assert(verify.run(rec,
      {against = {notes, more}})).files)
    assert(verify.run(rec, {against = {notes}, session = 2}))
  end)

  it("is copied to an image of its data, and to another disc", function()
    cd_extra()
    assert(copy.run(rec, out))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
    local other <close> = assert(discrecorder.recorder(
      ("virtual:%s?medium=cd-r"):format(bench:path "other")))
    assert.is_true(assert(copy.run(rec, other)).verified)
    assert.are.equal("tags", assert(verify.run(other, {session = 2})).verified)
    assert(read.run(other, bench:path "other.iso"))
    assert.are.equal(run.slurp(notes),
      extracted(bench:path "other.iso", "notes.txt"))
  end)

  it("is read and checked by the command", function()
    cd_extra()
    rec = nil
    collectgarbage()
    collectgarbage()
    local address = "virtual:" .. bench.disc_path
    local r = run.command("read", address, out)
    assert.are.equal(0, r.status, r.stderr)
    assert.matches("the disc has audio too", r.stderr)
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
    r = run.command("verify", address, "--against", notes)
    assert.are.equal(0, r.status, r.stderr)
  end)
end)

describe("a mixed mode CD", function()
  it("is read to the image that was burned", function()
    mixed_mode()
    local result = assert(read.run(rec, out))
    assert.are.same({1, 0, false},
      {result.track, result.start, result.whole})
    assert.are.same({"audio_left_out"}, warnings_of(result))
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
  end)

  it("shows its data by the number of the session, too", function()
    mixed_mode()
    assert.are.equal("iso9660", assert(sessions.list(rec))[1].volume.kind)
    local result = assert(read.run(rec, out, {session = 1}))
    assert.are.same({1, {}}, {result.session, result.warnings})
    assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
  end)

  it("is checked against files, and by the tags on it", function()
    mixed_mode()
    assert.are.equal(1, assert(verify.run(rec, {against = {notes}})).files)
    assert.are.equal("tags", assert(verify.run(rec)).verified)
    assert.are.equal("tags", assert(verify.run(rec, {session = 1})).verified)
  end)

  for mode, audio in pairs {sao = {pregap = 150}, tao = {}} do
    it("ends its data before the pause, written with " .. mode, function()
      local report = mixed_mode(mode, audio)
      assert(read.run(rec, out, {whole = true}))
      assert.are.equal(run.slurp(notes), extracted(out, "notes.txt"))
      assert(verify.run(rec, {report = report}))
      assert.are.equal("tags", assert(verify.run(rec)).verified)
      assert.are.equal("tags", assert(verify.run(rec, {session = 1})).verified)
    end)
  end

  it("is checked against the image that was read of it", function()
    mixed_mode()
    assert(read.run(rec, out))
    assert.are.equal("image",
      assert(verify.run(rec, {against = out})).verified)
  end)
end)

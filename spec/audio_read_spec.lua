-- Reading audio: block by block, to a file, and against what it should be, also
-- where a drive reads it some samples off.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local core = require "discrecorder.core"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = audio.BLOCK

local d = each(disc.new)

-- A disc with tracks of audio.
local function recorded(query, ...)
  local rec = d:opened(query)
  for _, blocks in ipairs {...} do
    audio.track(rec, blocks)
  end
  assert.equal("good", disc.close_session(rec))
  return rec
end

local function scan(rec, options, piece)
  piece.audio = true
  options.pieces = {piece}
  local job = assert(core.scan_start(rec, options))
  local found, failure, code = job:wait()
  job:close()
  return found, failure, code
end

local function against(rec, start, bytes, offset)
  return scan(rec, {offset = offset or "find"}, {
    start = start,
    blocks = (#bytes + BLOCK - 1) // BLOCK,
    bytes = #bytes,
    against = assert(source.bytes(bytes)),
  })
end

describe("reading audio", function()
  it("gives the samples of any blocks", function()
    local rec = recorded("medium=cd-r", 400)
    assert.is_true(audio.blocks(3, 90) == rec:read(3, 90, "audio"))
    assert.is_true(audio.blocks(0, 1) == rec:read(0, 1, "audio"))
  end)

  it("is refused of data, and names the block", function()
    local rec = d:opened "medium=cd-r"
    disc.tao(rec, {300})
    local failure = disc.fails("generic", rec:read(7, 1, "audio"))
    assert.equal(7, failure.lba)
    assert.equal("5/64/00", disc.sense_of(failure))
  end)

  it("goes to a file as it is", function()
    local rec = recorded("medium=cd-r", 400)
    local found = assert(scan(rec, {file = d:path "out"},
      {start = 10, blocks = 300, store = true}))
    assert.is_true(audio.blocks(10, 300) == run.slurp(d:path "out"))
    assert.equal(0, found.offset)
    assert.is_nil(found.pieces[1].unread)
  end)

  it("goes to a file in its place when the drive's offset is told", function()
    local rec = recorded("medium=cd-r&quirk=read-offset", 400)
    local found = assert(scan(rec, {file = d:path "out", offset = 30},
      {start = 0, blocks = 400, store = true}))
    assert.is_true(audio.blocks(0, 400) == run.slurp(d:path "out"))
    assert.equal(30, found.offset)
  end)

  it("is silence where the drive does not reach, at either end", function()
    local rec = d:opened "medium=cd-r"
    album.record(rec, {tracks = {
      {data = true, blocks = 400}, {pregap = 150, blocks = 300},
    }})
    local function read(start, blocks, offset)
      os.remove(d:path "out")
      local found = assert(scan(rec, {file = d:path "out", offset = offset},
        {start = start, blocks = blocks, store = true}))
      return run.slurp(d:path "out"), found.pieces[1].unread
    end
    -- After 400 blocks of data, and up to the lead-out.
    local whole = audio.blocks(400, 450)
    for _, frames in ipairs {1, 30, 588, 1000, 2940} do
      local bytes, unread = read(400, 450, -frames)
      assert.is_true(("\0"):rep(4 * frames) .. whole:sub(1, -4 * frames - 1)
        == bytes)
      assert.equal(frames, unread)
      bytes, unread = read(400, 450, frames)
      assert.is_true(whole:sub(4 * frames + 1) .. ("\0"):rep(4 * frames)
        == bytes)
      assert.equal(frames, unread)
      assert.is_nil(select(2, read(500, 100, -frames)))
    end
  end)

  it("names the block that cannot be read", function()
    local rec = d:opened("medium=cd-r", {
      faults = {{lba = 123, sense = {3, 0x11, 0}, opcode = "READ CD"}},
    })
    audio.track(rec, 300)
    disc.close_session(rec)
    local failure = disc.fails("generic", scan(rec, {file = d:path "out"},
      {start = 0, blocks = 300, store = true}))
    assert.equal(123, failure.lba)
    assert.is_nil(io.open(d:path "out"))
  end)

  it("takes true for whole sectors, and no other word than 'audio'", function()
    local rec = recorded("medium=cd-r", 300)
    assert.is_true(audio.block(5) == rec:read(5, 1, true))
    assert.has_error(function()
      rec:read(5, 1, "music")
    end)
    assert.has_error(function()
      scan(rec, {offset = 2941}, {start = 0, blocks = 1})
    end)
  end)
end)

describe("comparing audio", function()
  it("finds that it is as it should be", function()
    local rec = recorded("medium=cd-r", 400)
    assert.equal(0, assert(against(rec, 0, audio.blocks(0, 400))).offset)
  end)

  it("finds the offset of a drive, and compares all samples there", function()
    local rec = recorded("medium=cd-r&quirk=read-offset", 400)
    local found = assert(against(rec, 0, audio.blocks(0, 400)))
    assert.equal(30, found.offset)
    assert.is_nil(found.pieces[1].unread)
  end)

  it("finds it where the music begins late", function()
    local rec = d:opened "medium=cd-r&quirk=read-offset"
    local bytes = ("\0"):rep(500 * BLOCK + 1000) .. audio.blocks(77, 299)
      .. ("\0"):rep(BLOCK - 1000)
    disc.select(rec, audio.page())
    for at = 0, 799, 10 do
      assert(audio.write(rec, at, bytes:sub(at * BLOCK + 1, (at + 10) * BLOCK))
        == "good")
    end
    disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
    disc.close_session(rec)
    assert.equal(30, assert(against(rec, 0, bytes)).offset)
  end)

  it("cannot tell of silence, and needs not", function()
    local rec = d:opened "medium=cd-r&quirk=read-offset"
    disc.select(rec, audio.page())
    assert(audio.write(rec, 0, ("\0"):rep(10 * BLOCK)) == "good")
    disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
    disc.close_session(rec)
    assert.equal(0, assert(against(rec, 0, ("\0"):rep(10 * BLOCK))).offset)
  end)

  it("does not find one where the disc holds something else", function()
    local rec = recorded("medium=cd-r", 400)
    local failure = disc.fails("verify_failed",
      against(rec, 0, audio.blocks(10, 300)))
    assert.equal(0, failure.lba)
  end)

  it("names the block that differs, by its place and not the drive's",
    function()
      local rec = recorded("medium=cd-r&quirk=read-offset", 400)
      local bytes = audio.blocks(0, 250) .. ("?"):rep(BLOCK)
        .. audio.blocks(251, 149)
      local failure = disc.fails("verify_failed", against(rec, 0, bytes))
      assert.equal(250, failure.lba)
      assert.equal(30, failure.report.offset)
    end)

  it("leaves out what the drive cannot reach, and says how much", function()
    local rec = d:opened "medium=cd-r&quirk=read-offset"
    audio.track(rec, 300)
    disc.one_track(rec, 300)
    disc.close_session(rec)
    -- Two blocks of run-out are silence for a reader; further on is no audio.
    local bytes = audio.blocks(0, 300) .. ("\0"):rep(2 * BLOCK)
    local found = assert(against(rec, 0, bytes))
    assert.equal(30, found.offset)
    assert.equal(30, found.pieces[1].unread)
  end)
end)

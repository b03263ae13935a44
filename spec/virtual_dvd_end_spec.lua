-- How a DVD+R ends in the virtual recorder, by raw packets: full, with all
-- sessions that it may have, or broken off; and what is in its file then.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packets = require "spec.support.packets"
local run = require "spec.support.run"
local sequence = require "spec.support.sequence"

local CAPACITY <const> = 2295104
local GAP <const> = 2048
local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd+r")
local SYNC <const> = s.SYNC
local sense, good, write, read, holds, close =
  s.sense, s.good, s.write, s.read, s.holds, s.close
local reserve, session, capacity, reload =
  s.reserve, s.session, s.capacity, s.reload

describe("the end of a DVD+R", function()
  it("is where the disc is full", function()
    assert.are.equal("good", reserve(CAPACITY - 64))
    assert.are.equal("good", close(1, 1))
    local start = CAPACITY - 48
    assert.are.equal(start, disc.track(s.rec, NEXT).next)
    assert.are.equal("5/21/00", write(start, 49))
    assert.are.equal("good", write(start, 32))
    assert.are.equal("good", write(start + 32, 16))
    assert.is_false(disc.track(s.rec, NEXT).has_next)
    assert.are.equal("5/21/00", write(CAPACITY, 16))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    -- There is no room for another session, so the drive finalises.
    assert.are.equal(2, disc.information(s.rec).status)
    assert.are.equal(CAPACITY - 1, capacity())
    holds(start, 48)
    local r = disc.ask(s.rec, "43 02 00 00 00 00 00 0014 00", 20)
    assert.are.same({0xAA, 0, 255, 59, 74},
      {r:byte(15), r:byte(17, 20)})
  end)

  it("is 153 sessions", function()
    for _ = 1, 152 do
      session(1)
    end
    assert.are.equal(1, disc.information(s.rec).status)
    session(1)
    local info = disc.information(s.rec)
    assert.are.same({2, 153, 153},
      {info.status, info.sessions, info.last_of_last})
    reload()
    assert.are.equal(152 * (16 + GAP), disc.track(s.rec, 153).start)
  end)
end)

describe("a DVD+R that was broken off", function()
  local function check(blocks)
    local info = disc.information(s.rec)
    assert.are.same({1, 2}, {info.status, info.last_session})
    local track = disc.track(s.rec, NEXT)
    assert.is_true(track.damaged and not track.has_next)
    assert.are.equal("5/21/02", write(track.start + track.size, 16))
    assert.are.equal("5/72/03", close(2))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    assert.are.equal(0, disc.information(s.rec).last_session)
    holds(0, blocks)
  end

  it("is damaged until it is closed: disc pulled out", function()
    assert.are.equal("good", write(0, 64))
    assert(s.rec:operator():remove())
    assert(s.rec:operator():insert(s.d.last))
    disc.ready(s.rec)
    check(64)
  end)

  it("keeps what was flushed before: power", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    assert.are.equal("good", write(64, 7))
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
    disc.ready(s.rec)
    check(71)
    assert.are.equal(80, disc.track(s.rec, 1).size)
  end)

  it("keeps it too when the process was killed", function()
    local path = s.d:path "killed"
    local child = disc.child([[
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      for lba = 0, 624, 16 do
        disc.write(rec, lba, disc.block(lba):rep(16))
      end
      disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
      for lba = 640, 1248, 16 do
        disc.write(rec, lba, disc.block(lba):rep(16))
      end
      ready()
      forever()
    ]], "virtual:" .. path .. "?medium=dvd+r")
    child.kill()
    s.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(s.rec:open_exclusive())
    local track = disc.track(s.rec, NEXT)
    assert.is_true(track.damaged)
    assert.is_true(track.size >= 640 + 512)
    check(0)
    assert.is_true(read(640, 16) == disc.block(640):rep(16))
  end)

  it("keeps no more than the laser had come to when it was killed", function()
    local path = s.d:path "killed"
    local child = disc.child([[
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      for lba = 0, 496, 16 do
        assert(disc.write(rec, lba, disc.blocks(lba, 16)) == "good")
      end
      ready()
      forever()
    ]], "virtual:" .. path .. "?medium=dvd+r&pace=1")
    child.kill()
    s.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(s.rec:open_exclusive())
    -- A third of it was in the buffer still: the bus is that much faster.
    local size = disc.track(s.rec, NEXT).size
    assert.is_true(size > 256 and size < 400, tostring(size))
    holds(0, size // 16 * 16)
  end)

  it("is whole when the last program just let go", function()
    assert.are.equal("good", write(0, 40))
    local path = s.d.last
    s.rec = nil
    collectgarbage()
    s.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(s.rec:open_exclusive())
    local track = disc.track(s.rec, NEXT)
    assert.are.same({48, false}, {track.next, track.damaged})
    holds(0, 40)
  end)

  it("has what reached it when the buffer lied", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    s.rec:close()
    s.rec = assert(discrecorder.recorder("virtual:" .. s.d.last, {
      faults = {{opcode = "WRITE(10)", nth = 1, lost_write = true}},
    }))
    assert(s.rec:open_exclusive())
    assert.are.equal("good", write(64, 64))
    good(SYNC)
    assert.are.equal("good", close(1, 1))
    assert.are.equal("good", close(2))
    holds(64, 64)
    reload()
    assert.are.equal(64, disc.track(s.rec, NEXT).next)
    assert.are.equal("5/21/00", sense("28 00 00000040 00 0001 00", 2048))
  end)
end)

describe("a disc file with a DVD+R", function()
  it("has its sectors where the others have them, as far as it takes",
    function()
      assert.are.equal("good", reserve(2290000))
      assert.are.equal("good", close(1, 1))
      local start = disc.track(s.rec, NEXT).next
      assert.are.equal("good", write(start, 16))
      good(SYNC)
      local file = assert(io.open(s.d.last, "rb"))
      file:seek("set", 1048576 + (start + 3) * disc.BLOCK)
      assert.are.equal(disc.block(start + 3), file:read(disc.BLOCK))
      file:close()
      local used = tonumber(run.output("stat", "-c", "%b", s.d.last))
      assert.is_true(used < 10000, "it is not sparse")
    end)
end)

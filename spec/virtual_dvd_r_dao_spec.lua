-- DVD-R recorded disc-at-once in the virtual recorder, by raw packets; what is
-- left of one that was broken off, either way; and one elsewhere.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local CAPACITY <const> = 2298496
local FIRST <const> = 93952 -- where a second session begins at the least
local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd-r")

local function good(said)
  assert.are.equal("good", said)
end

describe("disc-at-once recording of a DVD-R", function()
  before_each(function()
    good(s.select(2))
  end)

  it("wants a reservation first", function()
    assert.are.equal("5/2C/00", s.write(0, 16))
    assert.are.equal("5/24/00", s.reserve(0))
    assert.are.equal("5/21/00", s.reserve(CAPACITY + 1))
    good(s.reserve(100))
    assert.are.equal("5/72/05", s.reserve(100))
    local t = s.track(1)
    assert.are.same({112, 112, true, true},
      {t.size, t.free, t.reserved, t.blank})
    assert.is_false(s.track_more(1).incremental)
    assert.are.equal("5/21/02", s.write(16, 16))
    assert.are.equal(0, s.information().status)
  end)

  it("takes as much as was reserved, and the disc is complete", function()
    good(s.reserve(100))
    good(s.write(0, 100))
    assert.are.same({1, 1},
      {s.information().status, s.information().last_session})
    assert.are.equal("5/21/00", s.write(100, 13))
    assert.are.equal("5/2C/00", s.close(2))
    assert.are.equal(1, s.information().last_of_last)
    assert.are.equal("5/24/00", s.sense("52 01 000000FF 00 0024 00", 36))
    s.good(s.SYNC)
    local info = s.information()
    assert.are.same({2, 3, 1}, {info.status, info.last_session, info.sessions})
    assert.are.equal(111, s.capacity())
    assert.are.equal(112, s.track(1).size)
    assert.is_false(s.track_more(1).incremental)
    s.reload()
    s.holds(0, 100)
    s.zeros(100, 12)
  end)

  it("fills up what was not written", function()
    good(s.reserve(2000))
    good(s.write(0, 16))
    s.good(s.SYNC)
    assert.are.equal(1999, s.capacity())
    s.zeros(1984, 16)
  end)

  it("has the whole disc", function()
    assert.are.equal(CAPACITY, s.track(1).free)
    good(s.reserve(CAPACITY))
    good(s.write(0, 16))
    s.good(s.SYNC)
    assert.are.equal(CAPACITY - 1, s.capacity())
    s.reload()
    s.holds(0, 16)
  end)

  it("takes long where the disc is short", function()
    s.rec = nil
    collectgarbage()
    s.rec = s.d:opened "medium=dvd-r&pace=100"
    good(s.select(2))
    good(s.reserve(16))
    good(s.write(0, 16))
    s.good "35 02 00 00 00 00 00 00 00 00"
    assert.are.equal("2/04/08", s.sense "00 00 00 00 00 00")
    assert.are.equal("2/04/08", s.sense "00 00 00 00 00 00")
    disc.ready(s.rec)
    assert.are.equal(2, s.information().status)
  end)

  it("wants a reservation of its own after a test write", function()
    good(s.select(2, {test = true}))
    good(s.reserve(64))
    good(s.write(0, 64))
    s.good(s.SYNC)
    assert.are.equal(0, s.information().status)
    good(s.select(2))
    assert.are.equal("5/2C/00", s.write(0, 16))
    good(s.reserve(16))
    good(s.write(0, 16))
  end)

  it("is for blank discs only", function()
    good(s.select(0, {multi = true}))
    s.session(16)
    good(s.select(2))
    assert.are.equal("5/64/00", s.reserve(16))
    assert.are.equal("5/64/00", s.write(FIRST, 16))
  end)

  it("is not mixed with the other way", function()
    good(s.reserve(64))
    good(s.select(0))
    assert.are.equal("5/64/00", s.write(0, 16))
    good(s.select(2))
    good(s.write(0, 16))
    good(s.select(0))
    assert.are.equal("5/64/00", s.write(16, 16))
  end)

  it("forgets a reservation that nothing was written into", function()
    good(s.reserve(64))
    s.reload()
    assert.is_false(s.track(1).reserved)
    assert.are.equal(0, s.information().status)
  end)

  it("that is broken off leaves what can be closed", function()
    good(s.reserve(64))
    good(s.write(0, 32))
    assert(s.rec:operator():remove())
    assert(s.rec:operator():insert(s.d.last))
    disc.ready(s.rec)
    local t = s.track(1)
    assert.is_true(t.damaged and not t.has_next)
    assert.are.equal(2, s.information().last_session)
    assert.are.equal("5/64/00", s.sense "58 00 00 00 0001 00 00 00 00")
    assert.are.equal("5/72/03", s.close(2))
    good(s.close(1, 1))
    good(s.close(2))
    assert.are.equal(2, s.information().status)
    s.holds(0, 32)
    s.zeros(32, 32)
  end)
end)

describe("a DVD-R that was broken off", function()
  local function broken(act)
    good(s.write(0, 40))
    s.good(s.SYNC)
    good(s.write(48, 7))
    act()
    disc.ready(s.rec)
    local info = s.information()
    assert.are.same({1, 2}, {info.status, info.last_session})
    assert.is_true(s.track(NEXT).damaged and not s.track(NEXT).has_next)
    assert.are.equal("5/21/02", s.write(55, 16))
  end

  local function power()
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
  end

  it("goes on after REPAIR TRACK", function()
    broken(power)
    assert.are.equal("5/24/00", s.sense "58 00 00 00 0002 00 00 00 00")
    s.good "58 00 00 00 0001 00 00 00 00"
    local t = s.track(NEXT)
    assert.are.same({64, true, false}, {t.next, t.has_next, t.damaged})
    good(s.write(64, 16))
    s.holds(0, 40)
    s.holds(48, 7)
    s.zeros(55, 9)
    s.holds(64, 16)
  end)

  it("is brought back by closing, too", function()
    broken(function()
      assert(s.rec:operator():remove())
      assert(s.rec:operator():insert(s.d.last))
    end)
    assert.are.equal("5/72/03", s.close(2))
    good(s.close(1, NEXT))
    good(s.close(2))
    s.holds(48, 7)
  end)

  it("keeps what was written when the process was killed", function()
    local path = s.d:path "killed"
    local child = disc.child([[
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      for lba = 0, 1024, 16 do
        disc.write(rec, lba, disc.block(lba):rep(16))
      end
      ready()
      forever()
    ]], "virtual:" .. path .. "?medium=dvd-r")
    child.kill()
    s.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(s.rec:open_exclusive())
    local t = s.track(NEXT)
    assert.is_true(t.damaged)
    assert.is_true(s.track_more(1).last >= 1023)
    assert.is_true(s.read(1008, 16) == disc.block(1008):rep(16))
  end)

  it("by an underrun has a damaged RZone", function()
    s.rec = nil
    collectgarbage()
    s.rec = s.d:opened "medium=dvd-r&pace=1000&buffer=64K"
    good(s.select(0, {[2] = 0x00}))
    good(s.write(0, 16))
    for _ = 1, 3 do
      s.holds(0, 16) -- meanwhile the buffer runs empty
    end
    assert.are.equal("3/0C/09", s.write(16, 16))
    assert.is_true(s.track(NEXT).damaged)
  end)
end)

describe("a DVD-R elsewhere", function()
  it("is unreadable to a CD drive", function()
    local path = s.d.last
    s.rec = nil
    collectgarbage()
    s.rec = assert(discrecorder.recorder("virtual:" .. path .. "?model=cd-rw"))
    assert.are.equal("2/30/00", s.sense "51 00 00 00 00 00 00 0022 00")
  end)

  it("is not written when write-protected", function()
    s.rec:operator():write_protect(true)
    for _, cdb in ipairs{"53 00 00 00 00 00000010 00",
      "5B 00 02 00 0000 00 00 00 00", "58 00 00 00 0001 00 00 00 00"} do
      assert.are.equal("7/27/00", s.sense(cdb))
    end
    assert.are.equal("7/27/00", s.write(0, 16))
  end)
end)

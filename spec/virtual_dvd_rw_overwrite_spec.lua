-- DVD-RW formatted for restricted overwriting in the virtual recorder, by raw
-- packets: quickly and wholly, grown, broken off.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local MOST <const> = 2297888

local s = packets(sequence, "medium=dvd-rw")
local blank, profile, state = s.blank, s.profile, s.state

local function good(said)
  assert.are.equal("good", said)
end

describe("a DVD-RW formatted quickly", function()
  before_each(function()
    good(s.format(0x15, 0))
  end)

  it("is in its intermediate state", function()
    assert.are.same({0x13, 1, 1}, state())
    local features = s.configuration()
    assert.is_true(features[0x2C].current and features[0x23].current)
    assert.is_false(features[0x21].current or features[0x2F].current)
    assert.are.equal(3, features[0x2C].data:byte())
    local now, offered = s.formats()
    assert.are.same({3, MOST}, now)
    assert.are.same({"00(800) " .. MOST, "10(10) " .. MOST, "15(10) " .. MOST},
      offered)
    local t = s.track(1)
    assert.are.same({0, 0, MOST, MOST, true},
      {t.start, t.next, t.free, t.size, t.has_next})
    local more = s.track_more(1)
    assert.is_true(more.fixed and more.incremental)
    assert.are.same({16}, {more.packet, more.last})
    assert.are.equal(0, s.capacity())
    assert.are.equal("5/24/00", s.sense("43 00 00 00 00 00 00 0324 00", 804))
    assert.are.equal("5/24/00", s.sense("52 01 00000002 00 0024 00", 36))
  end)

  it("grows in sequence, and what is written can be overwritten", function()
    assert.are.equal("5/21/02", s.write(16, 16))
    good(s.write(0, 64))
    assert.are.equal("good", disc.write(s.rec, 16, disc.block(7):rep(16)))
    assert.is_true(s.read(16, 16) == disc.block(7):rep(16))
    assert.are.equal("good", disc.write(s.rec, 48, disc.block(9):rep(32)))
    assert.are.equal(80, s.track(1).next)
    s.good(s.SYNC)
    s.reload()
    assert.are.same({0x13, 1, 1}, state())
    assert.are.equal(79, s.track_more(1).last)
    s.holds(0, 16)
    good(s.write(80, 16))
    assert.is_true(s.read(48, 32) == disc.block(9):rep(32))
  end)

  it("takes whole packets only, within the disc", function()
    assert.are.equal("5/64/01", s.write(0, 8))
    good(s.write(0, 32))
    assert.are.equal("5/64/01", s.write(8, 16))
    assert.are.equal("5/64/01", s.write(0, 17))
    assert.are.equal("5/21/00", s.write(MOST, 16))
    assert.are.equal("5/64/00", s.reserve(16))
    assert.are.equal("5/30/05", s.sense "58 00 00 00 0001 00 00 00 00")
  end)

  it("is formatted when its border is closed", function()
    good(s.write(0, 64))
    for _, func in ipairs{0, 1, 3, 4, 5, 6, 7} do
      assert.are.equal("5/24/00", s.close(func, 1))
    end
    good(s.close(2))
    assert.are.same({0x13, 2, 3}, state())
    assert.are.equal(63, s.capacity())
    local now, offered = s.formats()
    assert.are.same({2, 64}, now)
    local rest = MOST - 64
    assert.are.same({"00(800) " .. MOST, "10(10) " .. MOST, "15(10) " .. MOST,
      "13(10) " .. rest, "11(10) " .. rest}, offered)
    assert.are.same({64, false}, {s.track(1).size, s.track(1).has_next})
    assert.are.equal("5/21/00", s.write(64, 16))
    good(s.write(0, 32))
    s.good(s.SYNC)
    good(s.close(2)) -- does no harm
    s.reload()
    s.holds(0, 64)
  end)

  it("has at least one packet when it is closed", function()
    good(s.close(2))
    assert.are.equal(15, s.capacity())
    s.zeros(0, 16)
  end)

  it("can be as large as was asked for, and grow further", function()
    good(s.format(0x15, 640))
    good(s.write(320, 32))
    good(s.write(640, 16))
    assert.are.equal("5/21/02", s.write(672, 16))
    s.zeros(0, 16)
    good(s.close(2))
    assert.are.equal(655, s.capacity())
  end)

  it("asks nothing of page 05h", function()
    assert.are.equal("good", disc.select(s.rec, disc.write_page()))
    good(s.write(0, 16))
    s.holds(0, 16)
  end)
end)

describe("a formatted DVD-RW", function()
  before_each(function()
    good(s.format(0x10, 1600))
  end)

  it("is overwritten anywhere, and nothing else", function()
    assert.are.same({0x13, 2, 3}, state())
    assert.are.equal(1599, s.capacity())
    s.zeros(1584, 16)
    good(s.write(1584, 16))
    good(s.write(160, 32))
    assert.are.equal("5/21/00", s.write(1600, 16))
    assert.are.equal("5/21/00", s.write(1584, 32))
    s.good(s.SYNC)
    s.reload()
    s.holds(160, 32)
    s.holds(1584, 16)
    assert.are.equal("5/21/00", s.sense("28 00 00000640 00 0001 00", 2048))
  end)

  it("grows quickly: its border opens again, and keeps its data", function()
    good(s.write(0, 1600))
    good(s.format(0x13, 0))
    assert.are.same({0x13, 1, 1}, state())
    assert.are.equal(1600, s.track(1).next)
    s.holds(0, 1600)
    good(s.write(1600, 64))
    good(s.write(32, 16))
    assert.are.equal("5/26/00", s.format(0x13, 0)) -- not offered now
    good(s.close(2))
    assert.are.equal(1663, s.capacity())
    s.reload()
    s.holds(0, 1664)
  end)

  it("grows by as much as is asked for", function()
    good(s.write(0, 64))
    good(s.format(0x11, 320))
    assert.are.same({0x13, 2, 3}, state())
    assert.are.equal(1919, s.capacity())
    good(s.write(1904, 16))
    s.holds(0, 64)
    good(s.format(0x13, 160))
    assert.are.equal(2080, s.track(1).next)
    s.zeros(2064, 16)
  end)

  it("can have all of the disc, and overwriting has no end", function()
    good(s.format(0x00, MOST, 0x800))
    assert.are.same({0x13, 2, 3}, state())
    assert.are.equal(MOST - 1, s.capacity())
    good(s.write(MOST - 16, 16))
    s.good(s.SYNC)
    s.reload()
    good(s.write(MOST - 32, 16))
    s.holds(MOST - 32, 32)
    assert.are.equal("13(10) 0", select(2, s.formats())[4])
    good(s.format(0x13, 0))
    good(s.close(2))
    assert.are.equal(MOST - 1, s.capacity())
    s.holds(MOST - 32, 32)
  end)

  it("loses its data when it is formatted anew", function()
    good(s.write(0, 64))
    good(s.format(0x10, 1600))
    s.zeros(0, 64)
  end)

  it("is one to be recorded in sequence again after BLANK", function()
    good(s.write(0, 64))
    good(blank(1))
    assert.are.same({0x14, 0, 0}, state())
    assert.is_false(s.configuration()[0x21].current)
    good(s.format(0x15, 0))
    assert.are.equal(0x13, profile())
    good(blank(0))
    assert.are.same({0x14, 0, 0}, state())
    good(s.select(0))
    good(s.write(0, 16))
  end)

  it("refuses formats that cannot be", function()
    for _, format in ipairs{
      {0x00, 1600, 16}, {0x00, 0, 0x800}, {0x00, MOST + 16, 0x800},
      {0x10, 1600, 0x800}, {0x10, 0}, {0x10, 1601}, {0x10, MOST + 16},
      {0x11, 0}, {0x11, MOST - 1600 + 16}, {0x13, MOST - 1600 + 16},
      {0x15, MOST + 16}, {0x15, 8}, {0x12, 16}, {0x14, 16}, {0x26, 16},
      {0x15, 0, 0},
    } do
      assert.are.equal("5/26/00", s.format(table.unpack(format)))
    end
    assert.are.equal("5/24/00", s.sense("04 10 00 00 00 00", ("\0"):rep(12)))
    assert.are.same({0x13, 2, 3}, state())
  end)
end)

describe("formatting a DVD-RW", function()
  it("goes on while other commands wait", function()
    s.new "medium=dvd-rw&pace=1000"
    good(s.format(0x10, MOST, 16, 0x02))
    assert.are.equal("2/04/04", s.sense "00 00 00 00 00 00")
    local r = s.ask("03 00 00 00 12 00", 18)
    assert.are.equal("\x04\x04", r:sub(13, 14))
    assert.is_true(r:byte(16) & 0x80 ~= 0)
    disc.ready(s.rec)
    assert.are.same({0x13, 2, 3}, state())
  end)

  it("that is broken off leaves a damaged disc to be formatted again",
    function()
      good(s.format(0x10, MOST, 16, 0x02))
      assert(s.rec:operator():power_off())
      assert(s.rec:operator():power_on())
      disc.ready(s.rec)
      assert.are.same({0x14, 1, 2}, state())
      assert.are.equal("5/21/02", s.write(0, 16))
      good(s.format(0x15, 0))
      assert.are.same({0x13, 1, 1}, state())
    end)

  it("larger, broken off, leaves the disc as it was", function()
    good(s.format(0x10, 160))
    good(s.write(0, 160))
    good(s.format(0x11, 1600, 16, 0x02))
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
    disc.ready(s.rec)
    assert.are.same({0x13, 2, 3}, state())
    assert.are.equal(159, s.capacity())
    s.holds(0, 160)
  end)

  it("is refused when write-protected", function()
    s.rec:operator():write_protect(true)
    assert.are.equal("7/27/00", s.format(0x15, 0))
    assert.are.equal("7/27/00", blank(0))
  end)

  it("is not for DVD-R", function()
    s.new "medium=dvd-r"
    assert.are.equal("5/30/06", s.format(0x15, 0))
  end)
end)

describe("a DVD-RW formatted and broken off", function()
  it("ends with what had been counted, once it is closed", function()
    good(s.format(0x15, 0))
    good(s.write(0, 512))
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
    disc.ready(s.rec)
    assert.are.same({0x13, 1, 2}, state())
    local t = s.track(1)
    assert.is_true(t.damaged and not t.has_next)
    assert.are.equal("5/21/02", s.write(512, 16))
    good(s.write(0, 16))
    good(s.close(2))
    assert.are.same({0x13, 2, 3}, state())
    s.holds(0, s.capacity() + 1)
    good(s.format(0x13, 0))
    good(s.write(s.track(1).next, 16))
  end)

  it("keeps what was flushed when the process is killed", function()
    local path = s.d:path "killed"
    local child = disc.child([[
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      disc.ask(rec, "04 11 00 00 00 00",
        "\0\0\0\8\0\0\0\0\x54\0\0\x10")
      for lba = 0, 624, 16 do
        disc.write(rec, lba, disc.block(lba):rep(16))
      end
      disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
      disc.write(rec, 32, disc.block(5):rep(16))
      disc.write(rec, 640, disc.block(640):rep(16))
      ready()
      forever()
    ]], "virtual:" .. path .. "?medium=dvd-rw")
    child.kill()
    s.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(s.rec:open_exclusive())
    assert.are.same({0x13, 1, 2}, state())
    good(s.close(2))
    assert.is_true(s.capacity() >= 639)
    assert.is_true(s.read(32, 16) == disc.block(5):rep(16))
    assert.is_true(s.read(624, 16) == disc.block(624):rep(16))
  end)

  it("keeps what stood there behind a block that cannot be overwritten",
    function()
      good(s.format(0x10, 640))
      good(s.write(0, 64))
      s.good(s.SYNC)
      s.rec:close()
      s.rec = assert(discrecorder.recorder("virtual:" .. s.d.last, {
        faults = {{opcode = "WRITE(10)", lba = 24, defect = true}},
      }))
      assert(s.rec:open_exclusive())
      assert.are.equal("3/0C/00", disc.write(s.rec, 16, disc.block(5):rep(32)))
      assert.is_true(s.read(16, 8) == disc.block(5):rep(8))
      s.holds(24, 40)
      good(s.write(0, 16))
    end)

  it("has what reached it when the buffer lied", function()
    good(s.format(0x10, 640))
    good(s.write(0, 64))
    s.good(s.SYNC)
    s.rec:close()
    s.rec = assert(discrecorder.recorder("virtual:" .. s.d.last, {
      faults = {{opcode = "WRITE(10)", nth = 1, lost_write = true}},
    }))
    assert(s.rec:open_exclusive())
    good(disc.write(s.rec, 0, disc.block(1):rep(16)))
    s.good(s.SYNC)
    assert.is_true(s.read(0, 16) == disc.block(1):rep(16))
    s.reload()
    s.holds(0, 64)
  end)
end)

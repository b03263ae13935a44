-- DVD-RW in sequence in the virtual recorder, by raw packets: blanking, and the
-- formats that are offered. What they share with DVD-R is in
-- virtual_dvd_r_spec.lua, what comes of a format in
-- virtual_dvd_rw_overwrite_spec.lua.
local disc = require "spec.support.disc"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local MOST <const> = 2297888
local FIRST <const> = 93952

local s = packets(sequence, "medium=dvd-rw")
local blank, state = s.blank, s.state

local function good(said)
  assert.are.equal("good", said)
end

describe("a DVD-RW in sequence", function()
  it("says what it is, and how it can be formatted", function()
    local features = s.configuration()
    for _, code in ipairs{0x21, 0x23, 0x2F} do
      assert.is_true(features[code].current)
    end
    assert.is_false(features[0x2C].current or features[0x20].current)
    assert.are.equal(2, features[0x2F].data:byte() & 2)
    assert.are.same({0x14, 0, 0}, state())
    assert.is_true(s.information().erasable)
    local now, offered = s.formats()
    assert.are.same({1, MOST}, now)
    assert.are.same({"00(800) " .. MOST, "10(10) " .. MOST, "15(10) " .. MOST},
      offered)
    local r = s.ask("AD 00 00000000 00 10 0804 00 00", 2052)
    assert.are.equal(0x32, r:byte(5))
    assert.are.equal(0x04, r:byte(7))
  end)

  it("is recorded as DVD-R are", function()
    good(s.select(0, {multi = true}))
    s.session(16)
    assert.are.equal(FIRST, s.session(32))
    assert.are.same({0x14, 1, 0}, state())
    assert.are.same({2, FIRST + 32}, (s.formats()))
    good(s.select(2))
    assert.are.equal("5/64/00", s.reserve(16))
  end)

  it("is as new after BLANK of all of it", function()
    good(s.write(0, 64))
    s.good(s.SYNC)
    good(s.close(1, 1))
    good(s.close(2))
    assert.are.same({0x14, 2, 3}, state())
    good(blank(0))
    assert.are.same({0x14, 0, 0}, state())
    assert.is_true(s.configuration()[0x21].current)
    assert.are.equal("5/21/00", s.sense("28 00 00000000 00 0001 00", 2048))
    good(s.write(0, 16))
  end)

  it("takes disc-at-once only after a minimal BLANK", function()
    s.session(16)
    good(blank(1))
    assert.are.same({0x14, 0, 0}, state())
    local features = s.configuration()
    assert.is_false(features[0x21].current)
    assert.is_true(features[0x2F].current)
    assert.is_false(s.track_more(1).incremental)
    s.reload()
    assert.is_false(s.configuration()[0x21].current)
    good(s.select(0))
    assert.are.equal("5/64/00", s.write(0, 16))
    assert.are.equal("5/64/00", s.reserve(16))
    good(s.select(2))
    good(s.reserve(64))
    good(s.write(0, 64))
    s.good(s.SYNC)
    assert.are.same({0x14, 2, 3}, state())
    assert.is_false(s.configuration()[0x21].current)
    s.reload()
    s.holds(0, 64)
    good(blank(0))
    assert.is_true(s.configuration()[0x21].current)
    good(s.select(0))
    good(s.write(0, 16))
  end)

  it("knows no other ways of blanking", function()
    for kind = 2, 7 do
      assert.are.equal("5/24/00", blank(kind))
    end
    s.new "medium=dvd-r"
    assert.are.equal("5/30/06", blank(0))
  end)

  it("is blanked while other commands wait, for as long as it takes", function()
    s.new "medium=dvd-rw&pace=1000"
    good(s.write(0, 16))
    good(blank(0x11))
    assert.are.equal("2/04/07", s.sense("51 00 00 00 00 00 00 0022 00", 34))
    local r = s.ask("03 00 00 00 12 00", 18)
    assert.are.equal("\x04\x07", r:sub(13, 14))
    assert.is_true(r:byte(16) & 0x80 ~= 0)
    disc.ready(s.rec)
    assert.are.same({0x14, 0, 0}, state())
  end)

  it("that was not blanked to the end must be blanked again", function()
    good(s.write(0, 16))
    good(blank(0x10))
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
    disc.ready(s.rec)
    assert.are.same({0x14, 1, 2}, state())
    assert.is_true(s.track(1).damaged)
    assert.are.equal("5/21/02", s.write(0, 16))
    good(s.select(2))
    assert.are.equal("5/64/00", s.reserve(16))
    good(blank(1))
    assert.are.same({0x14, 0, 0}, state())
  end)
end)

-- DVD-R with two layers in the virtual recorder, by raw packets: what it has
-- beyond one layer (virtual_dvd_r_spec.lua).
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd-rw")
local state = s.state

local function good(said)
  assert.are.equal("good", said)
end

describe("a DVD-R DL", function()
  local LAYER <const> = 4171712 // 2

  before_each(function()
    s.new "medium=dvd-r-dl"
  end)

  it("says what it is", function()
    assert.are.same({0x15, 0, 0}, state())
    local features = s.configuration()
    assert.is_true(features[0x21].current and features[0x2F].current)
    assert.are.equal(8, features[0x2F].data:byte() & 8)
    assert.are.equal(2 * LAYER, s.track(NEXT).free)
    local r = s.ask("AD 00 00000000 00 10 0804 00 00", 2052)
    assert.are.same({0x26, 0x32}, {r:byte(5), r:byte(7)})
    assert.are.equal(0x30000 + LAYER - 1, (string.unpack(">I4", r, 17)))
    assert.are.equal("5/24/00", s.sense("AD 00 00000000 02 10 0804 00 00",
      2052))
  end)

  it("has one session, whatever page 05h says", function()
    good(s.select(0, {multi = true}))
    good(s.reserve(LAYER + 1600))
    good(s.write(0, 32))
    good(s.close(1, 1))
    good(s.write(LAYER + 1616, 16))
    good(s.close(1, 2))
    good(s.close(2))
    assert.are.same({0x15, 2, 3}, state())
    s.reload()
    s.holds(0, 32)
    s.holds(LAYER + 1616, 16)
    assert.are.equal(LAYER + 1631, s.capacity())
  end)

  it("finalised on its first layer has its second as large", function()
    good(s.write(0, 64))
    s.good(s.SYNC)
    good(s.close(1, 1))
    good(s.close(2))
    s.reload()
    assert.are.same({0x15, 2, 3}, state())
    local r = s.ask("AD 00 00000000 00 00 0804 00 00", 2052)
    assert.are.equal(0x30000 + 63, (string.unpack(">I4", r, 17)))
    s.holds(0, 64)
  end)

  it("is recorded disc-at-once, up to its last block", function()
    good(s.select(2))
    good(s.reserve(2 * LAYER))
    good(s.write(0, 64))
    s.good(s.SYNC)
    assert.are.same({0x15, 2, 3}, state())
    assert.are.equal(2 * LAYER - 1, s.capacity())
    s.reload()
    s.holds(0, 64)
  end)
end)

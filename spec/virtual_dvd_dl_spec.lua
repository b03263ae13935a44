-- DVD+R with two layers in the virtual recorder, by raw packets: what it has
-- beyond one layer (virtual_dvd_spec.lua).

local disc = require "spec.support.disc"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local CAPACITY <const> = 4173824
local LAYER <const> = CAPACITY // 2
local PARTIAL_LEADOUT <const> = 0x30000
local GAP <const> = 2048
local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd+r-dl")
local sense, close, read, reload, capacity = s.sense, s.close, s.read, s.reload,
  s.capacity

-- In one packet.
local function write(lba, blocks)
  return disc.write(s.rec, lba, disc.blocks(lba, blocks))
end

-- A session of so many blocks; zeros but for the last 16.
local function record(blocks)
  local start = disc.track(s.rec, NEXT).next
  if blocks > 32 then
    assert.are.equal("good", s.reserve(blocks - 32))
    assert.are.equal("good", close(1, disc.information(s.rec).last_of_last - 1))
  end
  local last = disc.track(s.rec, NEXT)
  assert.are.equal("good", write(last.next, 16))
  assert.are.equal("good", sense(s.SYNC))
  assert.are.equal("good", close(1, last.number))
  return start
end

local function structure(format, len)
  return disc.ask(s.rec, ("AD 00 00000000 00 %02X %04X 00 00")
    :format(format, len), len)
end

-- Is it set, and where?
local function boundary()
  local r = structure(0x20, 12)
  assert.are.equal(10, (">I2"):unpack(r))
  return r:byte(5) == 0x80, ((">I4"):unpack(r, 9))
end

local function set_boundary(blocks)
  return sense("BF 00 00000000 00 20 000C 00 00",
    (">I2I2I4I4"):pack(10, 0, 0, blocks))
end

describe("a blank DVD+R DL", function()
  it("says what it is", function()
    local r = disc.ask(s.rec, "46 00 0000 000000 0400 00", 1024)
    assert.are.equal(0x2B, (">I2"):unpack(r, 7))
    assert.matches("\0\x3B.\4\1\0\0\0", r)
    local feature = disc.ask(s.rec, "46 02 003B 000000 0100 00", 256)
    assert.are.equal(1, feature:byte(11) & 1)
    feature = disc.ask(s.rec, "46 02 002B 000000 0100 00", 256)
    assert.are.equal(0, feature:byte(11) & 1)
    local track = disc.track(s.rec, NEXT)
    assert.are.same({0, CAPACITY, CAPACITY},
      {track.next, track.free, track.size})
    local raw = disc.ask(s.rec, "52 01 000000FF 00 0028 00", 40)
    assert.are.equal(242432, (">I4"):unpack(raw, 37))
    local info = disc.ask(s.rec, "51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(CAPACITY, (">I4"):unpack(info, 21))
    assert.are.equal(0, capacity())
  end)

  it("has speeds of two layers", function()
    local r = disc.ask(s.rec, "AC 00 00000000 00 00 0010 03 00", 8 + 16 * 16)
    local speeds = {}
    for at = 9, #r, 16 do
      speeds[#speeds + 1] = (">I4"):unpack(r, at + 12)
      assert.are.equal(CAPACITY - 1, (">I4"):unpack(r, at + 4))
    end
    assert.are.same({11080, 8310, 5540, 3324}, speeds)
  end)

  it("tells of two layers that are recorded there and back", function()
    local r = structure(0x00, 2052)
    assert.are.equal(0xE1, r:byte(5))
    assert.are.equal(0x32, r:byte(7))
    local first, last, end_0 = (">I4I4I4"):unpack(r, 9)
    assert.are.same({0x30000, 0x30000 + LAYER - 1}, {first, end_0})
    -- The last sector lies above the first one.
    assert.are.equal(~0x30000 & 0xFFFFFF, last)
    local adip = structure(0x11, 260)
    assert.are.equal("DISCREC\0D08\1", adip:sub(24, 35))
    assert.are.equal(r:sub(5, 20), adip:sub(5, 20))
    assert.are.equal("good", sense("AD 00 00000000 01 00 0804 00 00", 2052))
    assert.are.equal("5/24/00",
      sense("AD 00 00000000 02 00 0804 00 00", 2052))
  end)

  it("is not for CD drives", function()
    local made, _, code = require("discrecorder").recorder(
      s.d:address "medium=dvd+r-dl&model=cd-rw")
    assert.is_nil(made)
    assert.are.equal("unsupported", code)
  end)
end)

describe("the layer boundary of a DVD+R DL", function()
  it("is in the middle until it is set, once", function()
    assert.are.same({false, LAYER}, {boundary()})
    assert.are.equal("good", set_boundary(1000001))
    assert.are.same({true, 1000016}, {boundary()})
    assert.are.equal("5/2C/00", set_boundary(1000016))
    reload()
    assert.are.same({true, 1000016}, {boundary()})
    assert.are.equal(2000032, disc.track(s.rec, NEXT).free)
    local r = structure(0x00, 2052)
    assert.are.equal(0x30000 + 1000015, (">I4"):unpack(r, 17))
    r = structure(0x11, 260)
    assert.are.equal(0x30000 + LAYER - 1, (">I4"):unpack(r, 17))
  end)

  it("cannot be set where there is nothing, nor wrongly", function()
    assert.are.equal("5/26/00", set_boundary(0))
    assert.are.equal("5/26/00", set_boundary(LAYER + 1))
    assert.are.equal("5/1A/00",
      sense("BF 00 00000000 00 20 0008 00 00", ("\0"):rep(8)))
    assert.are.equal("5/26/00",
      sense("BF 00 00000000 00 20 000C 00 00", ("\0"):rep(12)))
    assert.are.equal("5/24/00",
      sense("BF 00 00000000 00 11 0104 00 00", ("\0"):rep(260)))
    s.rec:operator():write_protect(true)
    assert.are.equal("7/27/00", set_boundary(LAYER))
    s.rec:operator():write_protect(false)
    assert.are.same({false, LAYER}, {boundary()})
    assert.are.equal("good", set_boundary(LAYER))
    assert.are.same({true, LAYER}, {boundary()})
  end)

  it("is settled with the first block", function()
    assert.are.equal("good", write(0, 16))
    assert.are.equal("5/2C/00", set_boundary(16))
    assert.are.same({false, LAYER}, {boundary()})
  end)

  it("does not exist on one layer", function()
    s.new "medium=dvd+r"
    assert.are.equal("5/30/02",
      sense("AD 00 00000000 00 20 000C 00 00", 12))
    assert.are.equal("5/30/05", set_boundary(16))
    s.new "medium=cd-rw&model=dvd"
    assert.are.equal("5/30/05", set_boundary(16))
    s.new "medium=cd-rw"
    assert.are.equal("5/20/00", set_boundary(16))
  end)
end)

describe("recording a DVD+R DL", function()
  it("crosses to the other layer without a seam", function()
    assert.are.equal("good", sense(("53 00 00 00 00 %08X 00")
      :format(LAYER - 48)))
    assert.are.equal("good", close(1, 1))
    assert.are.equal("good", write(LAYER - 32, 64))
    assert.are.equal("good", sense(s.SYNC))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    for lba = LAYER - 32, LAYER + 31, 16 do
      assert.is_true(read(lba, 1) == disc.block(lba))
    end
    assert.are.equal(LAYER + 31, capacity())
    local r = structure(0x00, 2052)
    local first, last, end_0 = (">I4I4I4"):unpack(r, 9)
    assert.are.same({0x30000, 0x30000 + LAYER - 1}, {first, end_0})
    assert.are.equal((~end_0 & 0xFFFFFF) + 31, last)
    assert.are.equal(LAYER + 32 + GAP, disc.track(s.rec, NEXT).next)
  end)

  it("ends where layer 1 does", function()
    assert.are.equal("good", set_boundary(LAYER - 16))
    assert.are.equal("good", sense(("53 00 00 00 00 %08X 00")
      :format(CAPACITY - 64)))
    assert.are.equal("good", close(1, 1))
    local last = disc.track(s.rec, NEXT)
    assert.are.same({CAPACITY - 48, 16}, {last.next, last.free})
    assert.are.equal("5/21/00", write(CAPACITY - 48, 17))
    assert.are.equal("good", write(CAPACITY - 48, 16))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    assert.are.equal(2, disc.information(s.rec).status)
    assert.are.equal(CAPACITY - 33, capacity())
  end)

  it("has a partial lead-out at the end of the first session if asked",
    function()
      record(64)
      assert.are.equal("good", close(4))
      assert.are.equal(1, disc.information(s.rec).status)
      local info = disc.ask(s.rec, "51 00 00 00 00 00 00 0022 00", 34)
      assert.are.equal(CAPACITY - PARTIAL_LEADOUT, (">I4"):unpack(info, 21))
      reload()
      local track = disc.track(s.rec, NEXT)
      assert.are.equal(CAPACITY - PARTIAL_LEADOUT, track.next + track.free)
      record(64)
      assert.are.equal("good", close(4))
      track = disc.track(s.rec, NEXT)
      assert.are.equal(CAPACITY - PARTIAL_LEADOUT, track.next + track.free)
      assert.are.equal("good", close(4))
      assert.are.equal(2, disc.information(s.rec).sessions - 1)
      s.new "medium=dvd+r"
      assert.are.equal("5/24/00", close(4))
    end)

  it("is finalised when that lead-out has no room", function()
    assert.are.equal("good", set_boundary(242416))
    record(64)
    assert.are.equal("good", close(4))
    assert.are.equal(2, disc.information(s.rec).status)
    s.new()
    record(CAPACITY - PARTIAL_LEADOUT - GAP)
    assert.are.equal("good", close(4))
    assert.are.equal(2, disc.information(s.rec).status)
  end)

  it("moves the middle zone to the end of a disc that is finalised before it",
    function()
      record(640)
      assert.are.equal("good", close(6))
      local length = capacity() + 1
      assert.are.same({true, length}, {boundary()})
      local r = structure(0x00, 2052)
      assert.are.equal(0x30000 + length - 1, (">I4"):unpack(r, 13))
      assert.are.equal(0x30000 + length - 1, (">I4"):unpack(r, 17))
      reload()
      assert.are.equal(2, disc.information(s.rec).status)
      assert.is_true(read(length - 16, 1) == disc.block(length - 16))
    end)

  it("takes the longer to finalise the more of the other layer is to fill",
    function()
      -- Each poll costs the same time of the drive's clock.
      local function polls(blocks)
        s.new "medium=dvd+r-dl&pace=1000"
        record(blocks)
        assert.are.equal("good", sense "5B 01 06 00 0000 00 00 00 00")
        local n = 0
        while sense "00 00 00 00 00 00" == "2/04/07" do
          n = n + 1
        end
        return n
      end
      local short, half = polls(64), polls(LAYER // 2)
      assert.is_true(half > 3 * short)
      assert.is_true(polls(LAYER + LAYER // 2) > short)
      assert.are.equal(2, disc.information(s.rec).status)
    end)

  it("has 127 sessions, or 126 when the boundary was moved", function()
    for most, moved in pairs {[127] = false, [126] = true} do
      s.new()
      if moved then
        assert.are.equal("good", set_boundary(LAYER // 2))
      end
      for _ = 1, most do
        assert.are.equal(1, disc.information(s.rec).status |
          (disc.information(s.rec).sessions == 1 and 1 or 0))
        record(16)
        assert.are.equal("good", close(2))
      end
      local info = disc.information(s.rec)
      assert.are.same({2, most}, {info.status, info.sessions})
    end
  end)

  it("keeps what was flushed when it is broken off", function()
    assert.are.equal("good", write(0, 64))
    assert.are.equal("good", sense(s.SYNC))
    assert.are.equal("good", write(64, 7))
    assert(s.rec:operator():power_off())
    assert(s.rec:operator():power_on())
    disc.ready(s.rec)
    assert.is_true(disc.track(s.rec, NEXT).damaged)
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    assert.are.equal(79, capacity())
    assert.is_true(read(70, 1) == disc.block(70))
  end)
end)

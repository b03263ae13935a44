-- DVD-R in the virtual recorder, by raw packets: incremental recording as MMC-6
-- has it. Disc-at-once is in virtual_dvd_r_dao_spec.lua.
local disc = require "spec.support.disc"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local CAPACITY <const> = 2298496
local INCREMENTAL <const> = 2297888
local FIRST <const> = 93952 -- where a second session begins at the least
local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd-r")

local function good(said)
  assert.are.equal("good", said)
end

describe("a blank DVD-R", function()
  it("says what it is", function()
    local features, profile = s.configuration()
    assert.are.equal(0x11, profile)
    for _, code in ipairs{0x1F, 0x21, 0x2F} do
      assert.is_true(features[code].current)
    end
    assert.is_false(features[0x2B].current or features[0x2D].current)
    assert.are.equal("\1\0\1\1\16\0\0\0", features[0x21].data)
    assert.are.equal(0x44, features[0x2F].data:byte() & 0x44)
    local info = s.information()
    assert.are.same({0, 0, 1, 1, 1, false}, {info.status, info.last_session,
      info.sessions, info.first_of_last, info.last_of_last, info.erasable})
    local raw = s.ask("51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(CAPACITY, (">I4"):unpack(raw, 21))
    assert.are.equal(0, s.capacity())
    for _, number in ipairs{1, NEXT} do
      local t = s.track(number)
      assert.are.same({1, 0, 0, INCREMENTAL, INCREMENTAL, true, true},
        {t.number, t.start, t.next, t.free, t.size, t.blank, t.has_next})
      assert.is_true(s.track_more(number).incremental)
    end
  end)

  it("offers no format and has its capacity without a border-out", function()
    local now, offered = s.formats()
    assert.are.same({1, INCREMENTAL}, now)
    assert.are.same({}, offered)
    assert.are.equal("5/30/06", s.sense("A1 00 00000000 00 00 00 00 00 00"))
  end)

  it("tells its structures", function()
    local r = s.ask("AD 00 00000000 00 10 0804 00 00", 2052)
    assert.are.same({0x25, 0x30000 + CAPACITY - 1},
      {r:byte(5), (string.unpack(">I4", r, 13))})
    r = s.ask("AD 00 00000000 00 0E 002C 00 00", 44)
    assert.are.equal("\3DISCRE", r:sub(21, 27))
    assert.are.equal("\4C R16 ", r:sub(29, 35))
    assert.are.equal("5/30/02", s.sense("AD 00 00000000 00 11 0104 00 00", 260))
  end)

  it("has its maker's name beside the groove, not in the lead-in", function()
    for _, format in ipairs {"00", "10"} do
      local r = s.ask(("AD 00 00000000 00 %s 0804 00 00"):format(format), 2052)
      assert.are.equal(("\0"):rep(12), r:sub(24, 35))
    end
  end)

  it("has page 05h set for incremental recording", function()
    local page = disc.page(s.rec, 0x05)
    assert.are.same({0x00, 0x25, 0x08, 16}, {page:byte(3, 6)})
    assert.are.equal(16, (">I4"):unpack(page, 11))
    local default = s.ask("5A 08 85 00 00 00 00 0100 00", 256):sub(9)
    assert.are.equal(page, default)
    good(s.select(2))
    s.reload()
    assert.are.equal(0, disc.page(s.rec, 0x05):byte(3))
  end)

  it("takes page 05h only for what it can be recorded by", function()
    good(s.select(0))
    good(s.select(0, {[3] = 0x05, [13] = 0})) -- packets of any length
    good(s.select(2, {[2] = 0x42, [5] = 0}))
    assert.are.equal("5/26/00", s.select(1))
    assert.are.equal("5/26/00", s.select(3))
    assert.are.equal("5/26/00", s.select(0, {[4] = 9}))
    assert.are.equal("5/26/00", s.select(0, {[2] = 0x60, [5] = 7}))
    assert.are.equal("5/26/00", s.select(0, {[13] = 32}))
    assert.are.equal(2, disc.page(s.rec, 0x05):byte(3) & 0x0F)
  end)
end)

describe("incremental recording of a DVD-R", function()
  it("takes blocks at the next writable address only", function()
    assert.are.equal("5/21/02", s.write(16, 16))
    good(s.write(0, 70))
    assert.are.equal("5/21/02", s.write(0, 16))
    assert.are.equal("5/21/00", s.write(CAPACITY, 16))
    local t = s.track(NEXT)
    assert.are.same({70, INCREMENTAL - 70}, {t.next, t.free})
    s.holds(0, 70)
  end)

  it("fills up an ECC block when it must end, and goes on", function()
    good(s.write(0, 5))
    s.good(s.SYNC)
    assert.are.equal(16, s.track(1).next)
    assert.are.equal(15, s.track_more(1).last)
    s.zeros(5, 11)
    s.reload()
    good(s.write(16, 16))
    s.holds(16, 16)
  end)

  it("puts a link between two RZones, and a border between two sessions",
    function()
      good(s.select(0, {multi = true}))
      good(s.write(0, 30))
      s.good(s.SYNC)
      assert.are.equal("5/72/03", s.close(2))
      good(s.close(1, 1))
      assert.are.same({32, false}, {s.track(1).size, s.track(1).has_next})
      assert.are.equal(2, s.information().last_of_last)
      assert.are.equal(48, s.track(NEXT).next)
      good(s.write(48, 16))
      good(s.close(1, NEXT))
      good(s.close(2))
      assert.are.equal(63, s.capacity())
      local info = s.information()
      assert.are.same({1, 0, 2, 3, 3}, {info.status, info.last_session,
        info.sessions, info.first_of_last, info.last_of_last})
      assert.are.equal(FIRST, s.track(NEXT).next)
      assert.are.equal(FIRST, s.session(16))
      assert.are.equal(FIRST + 16 + 6160, s.track(NEXT).next)
      local toc = s.ask("43 00 00 00 00 00 00 0324 00", 804)
      local seen = {}
      for at = 5, #toc, 8 do
        table.insert(seen, toc:byte(at + 2))
        table.insert(seen, (string.unpack(">I4", toc, at + 4)))
      end
      assert.are.same({1, 0, 2, 48, 3, FIRST, 0xAA, FIRST + 16}, seen)
      local last = s.ask("43 00 01 00 00 00 00 000C 00", 12)
      assert.are.equal(3, last:byte(7))
      assert.are.equal(FIRST, (string.unpack(">I4", last, 9)))
      assert.are.equal("5/24/00", s.sense("43 00 02 00 00 00 00 0324 00", 804))
      assert.are.equal("5/21/00", s.sense("28 00 00000020 00 0001 00", 2048))
      s.reload()
      s.holds(48, 16)
      s.holds(FIRST, 16)
      assert.are.equal(FIRST + 16 + 6160, s.track(4).next)
    end)

  for _, border in ipairs{{132800, 161488}, {145680, 174368}, {745760, 783664},
    {65264, FIRST}, {1267456, 1267456 + 47120}} do
    it(("has a session of %d blocks followed at %d"):format(border[1],
      border[2]), function()
      good(s.select(0, {multi = true}))
      good(s.reserve(border[1]))
      good(s.close(1, 1))
      good(s.close(2))
      assert.are.equal(border[2], s.track(NEXT).start)
      local r = s.ask("AD 00 00000000 00 00 0804 00 00", 2052)
      local out, back = (">I4I4"):unpack(r, 37)
      assert.are.same({0x30000 + border[1] + 16, 0x30000 + border[2] - 96},
        {out, back})
    end)
  end

  it("ends with a disc that is complete unless page 05h says otherwise",
    function()
      good(s.write(0, 64))
      s.good(s.SYNC)
      good(s.close(1, 1))
      good(s.close(2))
      local info = s.information()
      assert.are.same({2, 3, 1, 1}, {info.status, info.last_session,
        info.sessions, info.last_of_last})
      assert.are.equal("5/30/05", s.write(FIRST, 16))
      assert.are.equal("5/30/05", s.close(2))
      assert.are.equal("5/30/05", s.sense "58 00 00 00 0001 00 00 00 00")
      assert.is_false(s.configuration()[0x21].current)
      s.reload()
      s.holds(0, 64)
    end)

  it("has a disc made complete by function 3", function()
    assert.are.equal("5/72/00", s.close(3))
    good(s.select(0, {multi = true}))
    s.session(16)
    assert.are.equal(1, s.information().status)
    good(s.close(3))
    assert.are.equal(2, s.information().status)
  end)

  it("knows no other functions, and closes nothing where nothing is", function()
    for _, func in ipairs{0, 4, 5, 6, 7} do
      assert.are.equal("5/24/00", s.close(func, 1))
    end
    assert.are.equal("5/24/00", s.close(1, 2))
    good(s.close(1, 1))
    good(s.close(1, NEXT))
    good(s.close(2))
    assert.are.equal(0, s.information().status)
  end)

  it("reserves two RZones and no more, each with an address of its own",
    function()
      good(s.reserve(60)) -- 64
      good(s.reserve(32))
      assert.are.equal("5/72/05", s.reserve(16))
      local t = s.track(1)
      assert.are.same({0, 64, true, true},
        {t.next, t.size, t.reserved, t.blank})
      assert.are.equal(80, s.track(2).next)
      assert.are.equal(128, s.track(NEXT).next)
      good(s.write(128, 16))
      good(s.write(80, 16))
      good(s.write(0, 32))
      good(s.write(96, 16))
      assert.are.equal("5/63/00", s.write(32, 48))
      assert.are.equal("5/72/03", s.close(2))
      t = s.track(1)
      assert.are.same({32, 32, true, false},
        {t.next, t.free, t.reserved, t.blank})
      good(s.close(1, 1))
      assert.are.equal("5/2C/00", s.reserve(16)) -- after the invisible one
      for number = 2, 3 do
        good(s.close(1, number))
      end
      good(s.reserve(16))
      assert.are.equal("5/72/04", s.close(2))
      good(s.close(1, 4))
      good(s.close(2))
      s.holds(0, 32)
      s.zeros(32, 32)
      s.holds(80, 32)
      s.holds(128, 16)
    end)

  it("refuses reservations that cannot be", function()
    assert.are.equal("5/24/00", s.reserve(0))
    assert.are.equal("5/21/00", s.reserve(INCREMENTAL + 1))
    assert.are.equal("5/24/00", s.sense "53 01 00 00 00 00000010 00")
  end)

  it("leaves room for the last border-out", function()
    good(s.select(0, {multi = true}))
    good(s.reserve(INCREMENTAL - 64))
    good(s.close(1, 1))
    local start = INCREMENTAL - 48
    assert.are.equal(start, s.track(NEXT).next)
    assert.are.equal("5/21/00", s.write(start, 49))
    good(s.write(start, 48))
    assert.is_false(s.track(NEXT).has_next)
    good(s.close(1, NEXT))
    good(s.close(2)) -- no other could follow
    assert.are.equal(2, s.information().status)
    assert.are.equal(INCREMENTAL - 1, s.capacity())
  end)
end)

describe("a test write on a DVD-R", function()
  it("moves the next address, and leaves nothing", function()
    good(s.select(0, {test = true}))
    good(s.reserve(64))
    good(s.write(0, 40))
    assert.are.equal(40, s.track(NEXT).next)
    s.good(s.SYNC)
    assert.are.equal(0, s.track(NEXT).next)
    good(s.write(48, 16)) -- where the last one would have got to
    good(s.close(1, 1))
    good(s.close(2))
    assert.are.equal(0, s.information().status)
    good(s.select(0))
    assert.are.equal("5/21/02", s.write(64, 16))
    good(s.write(0, 16))
  end)

  it("can be disc-at-once", function()
    good(s.select(2, {test = true}))
    good(s.reserve(64))
    good(s.write(0, 64))
    s.good(s.SYNC)
    assert.are.equal(0, s.information().status)
    assert.are.equal("5/2C/00", s.write(0, 16))
  end)
end)

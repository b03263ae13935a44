-- DVD+R in the virtual recorder, by raw packets: MMC-6 as a DVD drive keeps it.
-- How they end is in virtual_dvd_end_spec.lua.
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packets = require "spec.support.packets"
local sequence = require "spec.support.sequence"

local CAPACITY <const> = 2295104
local GAP <const> = 2048
local NEXT <const> = 0xFF

local s = packets(sequence, "medium=dvd+r")
local SYNC <const> = s.SYNC
local sense, good, write, read, holds, close =
  s.sense, s.good, s.write, s.read, s.holds, s.close
local reserve, session, capacity, reload, configuration =
  s.reserve, s.session, s.capacity, s.reload, s.configuration

-- So many big-endian numbers of four bytes, from a place on.
local function numbers(bytes, at, count)
  local list = {(">" .. ("I4"):rep(count)):unpack(bytes, at)}
  list[count + 1] = nil
  return list
end

-- Until a close is over: polls cost 100 microseconds of the drive's clock.
local function closed()
  while not pcall(disc.ready, s.rec) do
    assert.are.equal("2/04/07", sense "00 00 00 00 00 00")
  end
end

describe("a DVD drive", function()
  it("comes with a DVD, and takes CDs too", function()
    assert.matches("DVD RECORDER", disc.ask(s.rec, "12 00 00 00 24 00", 36))
    s.new "medium=cd-rw&model=dvd"
    local _, profile = configuration()
    assert.are.equal(0x0A, profile)
    assert.are.equal("5/30/02", sense("AD 00 00000000 00 00 0800 00 00", 2048))
  end)

  it("has the profiles and features of what it does", function()
    local features, profile = configuration()
    assert.are.equal(0x1B, profile)
    local list = {}
    for code, current in features[0].data:gmatch "(..)(.)." do
      table.insert(list, ("%04X%s"):format((">I2"):unpack(code),
        current:byte() == 1 and "!" or ""))
    end
    local all = table.concat(list, " ")
    assert.matches("001B! 001A .*0011 .*0010 000A 0009 0008$", all)
    local sorted = {table.unpack(list)}
    table.sort(sorted, function(a, b) return a > b end)
    assert.are.same(sorted, list) -- the highest first
    assert.is_true(features[0x2B].current)
    assert.are.equal(1, features[0x2B].data:byte())
    assert.is_true(features[0x1F].current)
    for _, code in ipairs {0x1D, 0x1E, 0x2D, 0x37, 0x3B, 0x10} do
      assert.is_false(features[code].current)
    end
    session(16)
    features = configuration()
    assert.is_true(features[0x10].current)
    assert.are.equal(16, (">I2"):unpack(features[0x10].data, 5))
  end)

  it("has DVD speeds", function()
    local r = disc.ask(s.rec, "AC 00 00000000 00 00 0010 03 00", 8 + 16 * 16)
    local speeds = {}
    for at = 9, #r, 16 do
      table.insert(speeds, numbers(r, at + 12, 1)[1])
      assert.are.equal(CAPACITY - 1, (">I4"):unpack(r, at + 4))
    end
    assert.are.same({22160, 16620, 11080, 5540, 3324}, speeds)
    local streaming = (">I4I4I4I4I4I4I4"):pack(0, 0, CAPACITY - 1, 22160, 1000,
      5540, 1000)
    good("B6 00 00000000 0000 00 001C 00", streaming)
    assert.are.equal(5540, (">I2"):unpack(disc.page(s.rec, 0x2A), 29))
  end)

  it("does not go into CD drives, nor do minutes apply", function()
    for _, query in ipairs {
      "medium=dvd+r&model=cd-rw", "medium=dvd+r&minutes=80",
    } do
      burning.refused("unsupported", discrecorder.recorder(s.d:address(query)))
    end
    burning.refused("medium_invalid_type",
      discrecorder.recorder("virtual:" .. s.d.last .. "?medium=cd-r"))
    local path = s.d.last
    s.rec = nil
    collectgarbage()
    s.rec = assert(discrecorder.recorder("virtual:" .. path .. "?model=cd-rw"))
    assert.are.equal("2/30/00", sense "51 00 00 00 00 00 00 0022 00")
  end)
end)

describe("a blank DVD+R", function()
  it("says what it is", function()
    local info = disc.ask(s.rec, "51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(0, info:byte(3))
    assert.are.same({1, 1, 1, 1}, {info:byte(4, 7)})
    assert.are.same({0, CAPACITY}, numbers(info, 17, 2))
    local track = disc.track(s.rec, NEXT)
    assert.are.same({1, 1, 0, 0, CAPACITY, CAPACITY}, {track.number,
      track.session, track.start, track.next, track.free, track.size})
    assert.is_true(track.blank and track.has_next and not track.reserved)
    assert.are.equal(0, capacity())
    local raw = disc.ask(s.rec, "52 01 000000FF 00 0028 00", 40)
    assert.are.equal(38, (">I2"):unpack(raw))
    assert.are.equal(16, (">I4"):unpack(raw, 21))
    assert.are.equal(266240, (">I4"):unpack(raw, 37))
  end)

  it("has no table of contents and nothing to read", function()
    for format = 0, 5 do
      assert.are.equal("5/24/00",
        sense(("43 00 %02X 00 00 00 00 0324 00"):format(format), 804))
    end
    assert.are.equal("5/21/00", sense("28 00 00000000 00 0001 00", 2048))
    assert.are.equal("5/30/02",
      sense("BE 00 00000000 000001 10 00 00", 2352))
  end)

  it("tells its structures", function()
    local r = disc.ask(s.rec, "AD 00 00000000 00 00 0804 00 00", 2052)
    assert.are.equal(2050, (">I2"):unpack(r))
    assert.are.equal(0xA1, r:byte(5))
    assert.are.same({0x30000, 0x30000 + CAPACITY - 1},
      numbers(r, 9, 2))
    r = disc.ask(s.rec, "AD 00 00000000 00 11 0104 00 00", 260)
    assert.are.equal("DISCREC\0R16\1", r:sub(24, 35))
    r = disc.ask(s.rec, "AD 00 00000000 00 C0 0008 00 00", 8)
    assert.are.equal(0, r:byte(5))
    s.rec:operator():write_protect(true)
    r = disc.ask(s.rec, "AD 00 00000000 00 C0 0008 00 00", 8)
    assert.are.equal(4, r:byte(5))
    r = disc.ask(s.rec, "AD 00 00000000 00 FF 0064 00 00", 100)
    local formats = {}
    for at = 5, #r, 4 do
      table.insert(formats, ("%02X"):format(r:byte(at)))
    end
    assert.matches("^00 01 .*11 .*C0", table.concat(formats, " "))
    assert.are.equal("5/24/00", sense("AD 01 00000000 00 00 0804 00 00", 2052))
    assert.are.equal("5/24/00", sense("AD 00 00000000 00 7E 0804 00 00", 2052))
  end)

  it("is not blanked, nor finalised without a session", function()
    assert.are.equal("5/30/06", sense "A1 00 00000000 00 00 00 00 00 00")
    assert.are.equal("5/72/00", close(6))
    assert.are.equal("5/72/00", close(5))
    assert.are.equal("good", close(2))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(1, 1))
    assert.are.equal("5/24/00", close(1, 2))
    for _, func in ipairs {0, 3, 4, 7} do
      assert.are.equal("5/24/00", close(func, 1))
    end
    assert.are.equal(0, disc.information(s.rec).status)
  end)
end)

describe("writing a DVD+R", function()
  it("takes blocks at the next writable address only", function()
    assert.are.equal("5/21/02", write(16, 16))
    assert.are.equal("good", write(0, 64))
    assert.are.equal("5/21/02", write(0, 16))
    assert.are.equal("5/21/02", write(128, 16))
    assert.are.equal("5/21/00", write(CAPACITY, 16))
    assert.are.equal(64, disc.track(s.rec, NEXT).next)
    holds(0, 64)
  end)

  it("asks for no page 05h and obeys none", function()
    assert.are.equal("good", disc.select(s.rec, disc.write_page {test = true}))
    assert.are.equal("good", write(0, 16))
    good(SYNC)
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("good", close(2))
    assert.are.equal(1, disc.information(s.rec).status)
    holds(0, 16)
  end)

  it("takes page 05h with a write type that it would not record a CD by",
    function()
      local sao = disc.write_page {[2] = 0x42} -- as growisofs asks
      assert.are.equal("good", disc.select(s.rec, sao))
      assert.are.equal("5/26/00",
        disc.select(s.rec, disc.write_page {[3] = 0x84}))
      assert.are.equal("good", write(0, 16))
      holds(0, 16)
      local function write_type()
        return disc.ask(s.rec, "5A 00 05 000000 00 00 3C 00", 60):byte(11) & 0xF
      end
      assert.are.equal(2, write_type())
      reload()
      assert.are.equal(1, write_type())
    end)

  it("goes on after a flush, and after a reload", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    local track = disc.track(s.rec, 1)
    assert.are.same({64, CAPACITY - 64, CAPACITY},
      {track.next, track.free, track.size})
    assert.is_false(track.blank or track.reserved or track.damaged)
    local info = disc.information(s.rec)
    assert.are.same({1, 1, 1, 1},
      {info.status, info.last_session, info.sessions, info.last_of_last})
    reload()
    assert.are.equal(64, disc.track(s.rec, NEXT).next)
    assert.are.equal("good", write(64, 32))
    reload()
    assert.are.equal(96, disc.track(s.rec, NEXT).next)
    holds(0, 96)
    assert.are.equal("5/72/03", close(2))
    assert.are.equal("5/72/03", close(6))
  end)

  it("fills an ECC block with zeros when it has to end it", function()
    assert.are.equal("good", write(0, 5))
    assert.are.equal(5, disc.track(s.rec, NEXT).next)
    assert.are.equal("good", write(5, 2))
    good(SYNC)
    assert.are.equal(16, disc.track(s.rec, NEXT).next)
    holds(0, 7)
    assert.are.equal(("\0"):rep(9 * disc.BLOCK), read(7, 9))
    assert.are.equal("good", write(16, 1))
    assert.are.equal("good", close(1, 1))
    assert.are.equal(32, disc.track(s.rec, 1).size)
  end)

  it("closes the fragment, then the session", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    assert.are.equal("good", close(1, 1))
    local track = disc.track(s.rec, 1)
    assert.is_true(track.reserved and not track.blank and not track.has_next)
    assert.are.equal(64, track.size)
    assert.are.equal(2, disc.information(s.rec).last_of_last)
    assert.are.equal(80, disc.track(s.rec, NEXT).next)
    assert.are.equal(0, capacity())
    assert.are.equal("good", close(2))
    assert.are.equal(63, capacity())
    local info = disc.information(s.rec)
    assert.are.same({1, 0, 2, 2, 2}, {info.status, info.last_session,
      info.sessions, info.first_of_last, info.last_of_last})
    track = disc.track(s.rec, NEXT)
    assert.are.same({2, 2, 64 + GAP, CAPACITY - 64 - GAP},
      {track.number, track.session, track.next, track.free})
    holds(0, 64)
  end)

  it("has one track for each session, and a table of contents", function()
    assert.are.equal(0, session(64))
    assert.are.equal(64 + GAP, session(32))
    assert.are.equal(96 + 2 * GAP, session(48))
    local r = disc.ask(s.rec, "43 00 00 00 00 00 00 0324 00", 804)
    local seen = {}
    for at = 5, #r, 8 do
      table.insert(seen, {r:byte(at + 2), numbers(r, at + 4, 1)[1]})
      assert.are.equal(0x14, r:byte(at + 1))
    end
    assert.are.same({{1, 0}, {2, 64 + GAP}, {3, 96 + 2 * GAP},
      {0xAA, 144 + 2 * GAP}}, seen)
    r = disc.ask(s.rec, "43 00 01 00 00 00 00 000C 00", 12)
    assert.are.same({1, 3, 3, 96 + 2 * GAP},
      {r:byte(3), r:byte(4), r:byte(7), numbers(r, 9, 1)[1]})
    for format = 2, 5 do
      assert.are.equal("5/24/00",
        sense(("43 00 %02X 00 00 00 00 0324 00"):format(format), 804))
    end
    assert.are.equal(143 + 2 * GAP, capacity())
    assert.are.equal("5/21/00", sense("28 00 00000040 00 0001 00", 2048))
    local info = disc.ask(s.rec, "51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(144 + 3 * GAP - 1024, (">I4"):unpack(info, 17))
    holds(64 + GAP, 32)
  end)

  for _, func in ipairs {5, 6} do
    it("finalises with function " .. func, function()
      assert.are.equal("good", write(0, 64))
      good(SYNC)
      assert.are.equal("good", close(1, NEXT))
      assert.are.equal("good", close(func))
      local info = disc.information(s.rec)
      assert.are.same({2, 3, 1, 1},
        {info.status, info.last_session, info.sessions, info.last_of_last})
      local raw = disc.ask(s.rec, "51 00 00 00 00 00 00 0022 00", 34)
      assert.are.equal(("\xFF"):rep(8), raw:sub(17, 24))
      local features, profile = configuration()
      assert.are.equal(0x1B, profile)
      assert.is_true(features[0x2B].current)
      assert.are.equal("5/24/00", sense("52 01 000000FF 00 0024 00", 36))
      assert.are.equal("5/30/05", write(64 + GAP, 16))
      assert.are.equal("5/30/05", close(2))
      assert.are.equal("5/30/05", reserve(16))
      assert.are.equal(63, capacity())
      reload()
      holds(0, 64)
    end)
  end

  it("finalises a disc whose sessions are all closed", function()
    session(64)
    assert.are.equal("good", close(6))
    assert.are.equal(2, disc.information(s.rec).status)
    assert.are.equal(1, disc.information(s.rec).sessions)
  end)

  it("closes while other commands wait", function()
    assert.are.equal("good", write(0, 64))
    good "35 02 00 00 00 00 00 00 00 00"
    assert.are.equal("2/04/08", sense "00 00 00 00 00 00")
    disc.ready(s.rec)
    good "5B 01 01 00 0001 00 00 00 00"
    assert.are.equal("2/04/07", sense("52 01 00000001 00 0024 00", 36))
    closed()
    good "5B 01 06 00 0000 00 00 00 00"
    assert.are.equal("2/04/07", sense("51 00 00 00 00 00 00 0022 00", 34))
    closed()
    assert.are.equal(2, disc.information(s.rec).status)
  end)
end)

describe("reserved fragments of a DVD+R", function()
  it("are written at addresses of their own, in turn", function()
    assert.are.equal("good", reserve(60)) -- 64
    assert.are.equal("good", reserve(32))
    assert.are.same({0, 64, true, true}, (function()
      local t = disc.track(s.rec, 1)
      return {t.next, t.size, t.reserved, t.blank}
    end)())
    assert.are.equal(80, disc.track(s.rec, 2).next)
    assert.are.equal(128, disc.track(s.rec, NEXT).next)
    assert.are.equal("good", write(80, 16))
    assert.are.equal("good", write(0, 32))
    assert.are.equal("good", write(128, 16))
    assert.are.equal("good", write(96, 16))
    assert.are.equal("5/21/02", write(112, 16))
    assert.are.equal("5/63/00", write(32, 48))
    assert.are.equal("good", write(32, 16))
    assert.are.equal(144, disc.track(s.rec, NEXT).next)
    assert.is_false(disc.track(s.rec, 2).has_next)
    local t = disc.track(s.rec, 1)
    assert.is_true(t.reserved and not t.blank)
    assert.are.same({48, 16}, {t.next, t.free})
    assert.are.equal("5/72/03", close(2))
    for number = 1, 3 do
      assert.are.equal("good", close(1, number))
    end
    assert.are.equal("good", close(2))
    assert.are.equal(1, disc.information(s.rec).sessions - 1)
    assert.are.equal(144, disc.track(s.rec, 1).size)
    holds(0, 48)
    assert.are.equal(("\0"):rep(32 * disc.BLOCK), read(48, 32))
    holds(80, 32)
    holds(128, 16)
  end)

  it("are padded when they are closed, however large", function()
    assert.are.equal("good", reserve(2000000))
    assert.are.equal("good", write(0, 16))
    assert.are.equal("good", close(1, 1))
    assert.are.equal(2000000, disc.track(s.rec, 1).size)
    assert.are.equal("good", close(2))
    assert.are.equal(1999999, capacity())
    holds(0, 16)
    assert.are.equal(("\0"):rep(disc.BLOCK), read(1999999, 1))
    reload()
    assert.are.equal(2000000 + GAP, disc.track(s.rec, NEXT).next)
  end)

  it("are refused where they cannot be", function()
    assert.are.equal("5/24/00", reserve(0))
    assert.are.equal("5/21/00", reserve(CAPACITY + 1))
    assert.are.equal("5/24/00", sense "53 01 00 00 00 00000010 00")
    assert.are.equal("good", write(0, 16))
    assert.are.equal("5/2C/00", reserve(16))
    assert.are.equal("good", close(1, 1))
    for _ = 2, 15 do
      assert.are.equal("good", reserve(16))
    end
    assert.are.equal("5/72/05", reserve(16))
    assert.are.equal("good", write(15 * 32, 16))
    assert.are.equal("good", close(1, NEXT))
    assert.are.equal("5/24/00", sense("52 01 000000FF 00 0024 00", 36))
  end)
end)

-- The virtual drive by packets alone: recording track at once, sessions, test
-- writes, blanking (MMC-6; drives.md 5).
local disc = require "spec.support.disc"
local each = require "spec.support.each"

local d = each(disc.new)

local SYNC <const> = "35 00 00 00 00 00 00 00 00 00"
local FULL <const> = 359849 -- the last possible lead-out, 80 minutes

describe("the virtual drive, recording track at once,", function()
  local rec

  before_each(function()
    rec = d:opened()
  end)

  it("takes two tracks in one session", function()
    -- drives.md 5, step by step.
    assert.equal("good", disc.sense(rec, "BB 00 FFFF FFFF 000000000000"))
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("good", disc.sense(rec, "54 01 00 00 00 00 00 00 00 00"))
    local t = disc.track(rec, 0xFF)
    assert.same({1, 1, 0, 0, FULL - 2, FULL - 2, true, true},
      {t.number, t.session, t.start, t.next, t.free, t.size, t.blank,
        t.has_next})
    for lba = 0, 303, 16 do
      assert.equal("good", disc.write(rec, lba, disc.block(lba):rep(16)))
    end
    t = disc.track(rec, 1)
    assert.equal(304, t.next)
    assert.is_false(t.blank)
    assert.equal("good", disc.sense(rec, SYNC))
    t = disc.track(rec, 1)
    assert.same({0, 306, false, 4, 1},
      {t.start, t.size, t.has_next, t.control, t.mode})
    assert.equal("good", disc.select(rec, disc.write_page()))
    t = disc.track(rec, 0xFF)
    assert.same({2, 1, 0 + 304 + 152}, {t.number, t.session, t.next})
    for lba = 456, 456 + 319, 16 do
      assert.equal("good", disc.write(rec, lba, disc.block(lba):rep(16)))
    end
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("good", disc.close_session(rec))
    local i = disc.information(rec)
    assert.same({2, 3, 1, 1, 1, 2}, {i.status, i.last_session, i.first,
      i.sessions, i.first_of_last, i.last_of_last})
    assert.is_true(disc.block(0):rep(16) == rec:read(0, 16))
    assert.is_true(disc.block(760):rep(16) == rec:read(760, 16))
  end)

  it("starts the next session 11400, later ones 6900 after the lead-out",
    function()
      assert.same({0}, disc.tao(rec, {300}, {multi = true}))
      assert.same({302 + 11400}, disc.tao(rec, {500}, {multi = true}))
      assert.same({302 + 11400 + 502 + 6900},
        disc.tao(rec, {300}, {multi = true}))
      assert.same({302 + 11400 + 502 + 6900 + 302 + 6900},
        disc.tao(rec, {300}))
      assert.equal(4, disc.information(rec).sessions)
    end)

  it("makes a short track 300 blocks long", function()
    disc.tao(rec, {1})
    assert.equal(302, disc.track(rec, 1).size)
    assert.is_true(disc.block(0) == rec:read(0, 1))
    assert.is_true(("\0"):rep(2048) == rec:read(299, 1))
    assert.equal("5/64/00",
      disc.sense(rec, "28 00 0000012C 00 0001 00", 2048))
  end)

  it("takes WRITE(12) as WRITE(10), but does not stream", function()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("good", disc.sense(rec,
      "AA 00 00000000 00000010 00 00", disc.block(7):rep(16)))
    assert.equal("5/24/00", disc.sense(rec,
      "AA 00 00000010 00000010 80 00", disc.block(7):rep(16)))
    assert.equal(16, disc.track(rec, 1).next)
  end)

  it("refuses to write anywhere but at the next writable address", function()
    assert.equal("good", disc.select(rec, disc.write_page()))
    for _, lba in ipairs {1, 16, -150, 100000, FULL, 0x7FFFFFFF, -1} do
      assert.equal("5/21/02", disc.write(rec, lba, disc.block(0)), lba)
    end
    assert.equal("blank", rec:medium().state)
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
    for _, lba in ipairs {0, 15, 17, 32} do
      assert.equal("5/21/02", disc.write(rec, lba, disc.block(0)), lba)
    end
    -- A refused block changes nothing.
    assert.equal("good", disc.write(rec, 16, disc.block(16):rep(16)))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("5/21/02", disc.write(rec, 32, disc.block(0)))
    assert.is_true(disc.block(0):rep(16) .. disc.block(16):rep(16) ==
      rec:read(0, 32))
  end)

  it("refuses a track that would run into the lead-out", function()
    rec = d:opened "medium=cd-r&minutes=74"
    assert.equal("good", disc.select(rec, disc.write_page()))
    local chunk = ("\xA5"):rep(65535 * 2048)
    local lba = 0
    while lba + 65535 <= 332847 do
      assert.equal("good", disc.write(rec, lba, chunk))
      lba = lba + 65535
    end
    local left = 332847 - lba
    assert.equal("5/21/00", disc.write(rec, lba, chunk:sub(1,
      (left + 1) * 2048)))
    assert.equal("good", disc.write(rec, lba, chunk:sub(1, left * 2048)))
    assert.equal("5/21/00", disc.write(rec, 332847, chunk:sub(1, 2048)))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal(332849, disc.track(rec, 1).size)
    assert.equal("good", disc.close_session(rec))
    assert.equal("complete", rec:medium().state)
    assert.is_true(chunk:sub(1, 2048) == rec:read(332846, 1))
  end)

  it("refuses to write after finalisation, and to close again", function()
    rec = d:opened "medium=cd-r"
    disc.tao(rec, {300})
    assert.equal("good", disc.select(rec, disc.write_page()))
    for _, lba in ipairs {0, 452, 302 + 11400} do
      assert.equal("5/30/05", disc.write(rec, lba, disc.block(0)))
    end
    assert.equal("5/30/05", disc.close_session(rec))
    assert.equal("5/30/05", disc.sense(rec, "54 01 00 00 00 00 00 00 00 00"))
    assert.equal("5/30/05",
      disc.sense(rec, "53 00 000000 0000012C 00"))
  end)

  it("refuses to close a session with nothing in it or an open track",
    function()
      assert.equal("5/72/00", disc.close_session(rec))
      assert.equal("good", disc.select(rec, disc.write_page()))
      assert.equal("good", disc.write(rec, 0, disc.block(0)))
      assert.equal("5/72/03", disc.close_session(rec))
      assert.equal("good", disc.sense(rec, SYNC))
      assert.equal("good", disc.close_session(rec))
    end)

  it("closes a track by CLOSE TRACK as by a flush", function()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(400)))
    assert.equal("good", disc.sense(rec, "5B 00 01 00 0001 00 00 00 00"))
    assert.equal(402, disc.track(rec, 1).size)
    -- Again: it is closed.
    assert.equal("good", disc.sense(rec, "5B 00 01 00 0001 00 00 00 00"))
    assert.equal("5/24/00", disc.sense(rec, "5B 00 01 00 0009 00 00 00 00"))
    assert.equal("5/24/00", disc.sense(rec, "5B 00 06 00 0000 00 00 00 00"))
  end)

  it("takes less data than announced for a failure, and nothing of it",
    function()
      assert.equal("good", disc.select(rec, disc.write_page()))
      assert.equal("B/4B/00", disc.sense(rec, "2A 00 00000000 00 0002 00",
        disc.block(0)))
      assert.equal("B/4B/00", disc.sense(rec, "2A 00 00000000 00 0001 00"))
      assert.equal("blank", rec:medium().state)
      assert.equal("good", disc.sense(rec, "2A 00 00000000 00 0000 00"))
      assert.equal("blank", rec:medium().state)
    end)

  it("fills a reserved track, and no more than it", function()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("5/24/00", disc.sense(rec, "53 00 000000 00000010 00"))
    assert.equal("5/21/00", disc.sense(rec, "53 00 000000 00080000 00"))
    assert.equal("good", disc.sense(rec, "53 00 000000 00000190 00"))
    local t = disc.track(rec, 1)
    assert.same({true, true, 0, 400}, {t.reserved, t.blank, t.start, t.size})
    assert.equal(400 + 152, disc.track(rec, 0xFF).next)
    assert.equal("5/72/04", disc.close_session(rec))
    assert.equal("good", disc.write(rec, 0, disc.block(5):rep(390)))
    assert.equal("5/63/00", disc.write(rec, 390, disc.block(5):rep(11)))
    assert.equal("good", disc.write(rec, 390, disc.block(5):rep(10)))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal(402, disc.track(rec, 1).size)
    assert.equal("good", disc.close_session(rec))
  end)

  it("is not written to while it is protected", function()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert(rec:operator():write_protect(true))
    assert.equal("7/27/00", disc.write(rec, 0, disc.block(0)))
    assert.equal("7/27/00", disc.sense(rec, "A1 01 00000000 0000 0000 00 00"))
    assert.equal("7/27/00", disc.close_session(rec))
    assert(rec:operator():write_protect(false))
    assert.equal("good", disc.write(rec, 0, disc.block(0)))
  end)
end)

describe("a test write on the virtual drive", function()
  it("really writes nothing", function()
    local rec = d:opened()
    local function content()
      local file <close> = assert(io.open(d.last, "rb"))
      return file:read "a"
    end
    local before = content()
    disc.tao(rec, {400, 500}, {test = true})
    assert.is_true(before == content())
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("blank", rec:medium().state)
    assert.equal(0, disc.track(rec, 0xFF).next)
    assert.equal("5/21/00",
      disc.sense(rec, "28 00 00000000 00 0001 00", 2048))
  end)

  it("moves the next writable address as a real one would", function()
    local rec = d:opened()
    assert.equal("good", disc.select(rec, disc.write_page{test = true}))
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(400)))
    assert.equal(400, disc.track(rec, 0xFF).next)
    assert.equal("5/21/02", disc.write(rec, 0, disc.block(0)))
    assert.equal("good", disc.write(rec, 400, disc.block(0)))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("good", disc.write(rec, 401 + 152, disc.block(0)))
  end)

  it("does not erase", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {multi = true})
    assert.equal("good", disc.select(rec, disc.write_page{test = true}))
    disc.tao(rec, {300}, {test = true, multi = true})
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal(1, #rec:medium().tracks)
    assert.is_true(disc.block(0) == rec:read(0, 1))
  end)
end)

describe("blanking on the virtual drive", function()
  it("shows its progress and is refused everything else meanwhile", function()
    local rec = d:opened "medium=cd-rw&pace=1"
    disc.tao(rec, {300})
    assert.equal("good", disc.sense(rec, "A1 10 00000000 0000 0000 00 00"))
    local _, failure = disc.send(rec, "25 00 00 00 00 00 00 00 00 00", 8)
    assert.equal("2/04/07", disc.sense_of(failure))
    for _, cdb in ipairs {
      "00 00 00 00 00 00", "51 00 00 00 00 00 00 0022 00",
      "28 00 00000000 00 0001 00", "2A 00 00000000 00 0001 00",
      "A1 11 00000000 0000 0000 00 00", "5B 00 02 00 0000 00 00 00 00",
      "1B 00 00 00 02 00",
    } do
      assert.equal("2/04/07", disc.sense(rec, cdb), cdb)
    end
    local last = -1
    for _ = 1, 50 do
      local r = disc.ask(rec, "03 00 00 00 12 00", 18)
      assert.equal(0x70, r:byte(1))
      assert.same({0x04, 0x07}, {r:byte(13, 14)})
      assert.equal(0x80, r:byte(16))
      local progress = string.unpack(">I2", r, 17)
      assert.is_true(progress >= last)
      last = progress
      disc.sense(rec, "00 00 00 00 00 00")
    end
    -- These are answered all the same.
    for _, cdb in ipairs {"12 00 00 00 24 00",
      "46 00 00 00 00 00 00 0100 00", "4A 01 00 00 10 00 00 0008 00"} do
      assert.equal("good", disc.sense(rec, cdb, 256))
    end
    assert.is_true(rec:wait_medium(5 * 3600))
    assert.equal("blank", rec:medium().state)
  end)

  it("is for rewritable discs in drives that erase", function()
    assert.equal("5/30/06", disc.sense(d:opened "medium=cd-r",
      "A1 01 00000000 0000 0000 00 00"))
    assert.equal("5/20/00", disc.sense(d:opened "medium=cd-r&model=cd-r",
      "A1 01 00000000 0000 0000 00 00"))
    assert.equal("2/3A/01", disc.sense(d:opened "medium=none",
      "A1 01 00000000 0000 0000 00 00"))
  end)

  it("knows all and minimal, and no other type", function()
    local rec = d:opened()
    for kind = 2, 7 do
      assert.equal("5/24/00", disc.sense(rec,
        ("A1 %02X 00000000 0000 0000 00 00"):format(kind)))
    end
    assert.equal("good", disc.sense(rec, "A1 00 00000000 0000 0000 00 00"))
    assert.equal("good", disc.sense(rec, "A1 01 00000000 0000 0000 00 00"))
  end)

  it("in full leaves nothing of the data in the file", function()
    local rec = d:opened()
    disc.tao(rec, {300})
    assert.equal("good", disc.sense(rec, "A1 00 00000000 0000 0000 00 00"))
    local file <close> = assert(io.open(d.last, "rb"))
    assert.is_nil(file:read "a":find(disc.block(299), 1, true))
  end)
end)

describe("the virtual drive's clock", function()
  it("makes a full buffer wait at a drive's pace", function()
    local rec = d:opened "medium=cd-rw&pace=1&buffer=128K"
    assert.equal("good", disc.select(rec, disc.write_page()))
    local lba, busy = 0, 0
    while lba < 320 do
      local said = disc.write(rec, lba, disc.block(lba):rep(16))
      if said == "good" then
        lba = lba + 16
      else
        assert.equal("2/04/08", said)
        busy = busy + 1
      end
    end
    assert.is_true(busy > 0)
    local r = disc.ask(rec, "5C 00 00 00 00 00 00 000C 00", 12)
    local size, free = string.unpack(">I4I4", r, 5)
    assert.equal(128 * 1024, size)
    assert.is_true(free < size)
    -- A flush in the background is busy for a while.
    assert.equal("good", disc.sense(rec, "35 02 00 00 00 00 00 00 00 00"))
    assert.equal("2/04/08", disc.sense(rec, "00 00 00 00 00 00"))
    assert.same({}, disc.ready(rec))
    assert.equal(322, disc.track(rec, 1).size)
  end)
end)

-- BD-R in the virtual recorder, by raw packets: sequential recording. Formats,
-- defects and pseudo-overwrite are in virtual_bd_r_format_spec.lua.
local bd_r = require "spec.support.bd_r"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packets = require "spec.support.packets"

local bd = packets(bd_r, "medium=bd-r")
local CAPACITY <const>, USUAL <const>, MOST_SPARES <const> =
  bd.CAPACITY, bd.USUAL, bd.MOST_SPARES
local LEAST_SPARES <const>, UNIT <const>, SYNC <const> =
  bd.LEAST_SPARES, bd.UNIT, bd.SYNC
local READY <const> = bd.READY
local sense, good, write, read, close, reserve =
  bd.sense, bd.good, bd.write, bd.read, bd.close, bd.reserve
local information, last, session, capacity, reload, configuration =
  bd.information, bd.last, bd.session, bd.capacity, bd.reload,
  bd.configuration
local current, fields, formats, format, structure =
  bd.current, bd.fields, bd.formats, bd.format, bd.structure

describe("a blank BD-R", function()
  it("is in a BD drive that takes the others too", function()
    assert.matches("BD RECORDER", disc.ask(bd.rec, "12 00 00 00 24 00", 36))
    local features, profile = configuration()
    assert.are.equal(0x41, profile)
    local list = {}
    for code in features[0].data:gmatch "(..).." do
      table.insert(list, ("%04X"):format((">I2"):unpack(code)))
    end
    local all = table.concat(list, " ")
    assert.matches("0041 0040 .*001B .*0010 000A 0009 0008$", all)
    table.sort(list, function(a, b) return a > b end)
    assert.are.equal(all, table.concat(list, " "))
    assert.are.same({true, true, true, true}, current(0x21, 0x23, 0x40, 0x41))
    assert.are.same({false, false, false, false, false, false},
      current(0x10, 0x24, 0x38, 0x1F, 0x2B, 0x2D))
    assert.are.equal(28, #features[0x40].data)
    assert.are.equal(20, #features[0x41].data)
    bd.new "medium=dvd+r&model=bd"
    assert.are.same({true, false, false}, current(0x1F, 0x40, 0x41))
    assert.are.equal("5/30/02", sense("AD 01 00000000 00 00 1004 00 00", 4100))
  end)

  it("is unreadable elsewhere", function()
    local path = bd.d.last
    bd.rec = nil
    collectgarbage()
    bd.rec = assert(discrecorder.recorder("virtual:" .. path .. "?model=dvd"))
    assert.are.equal("2/30/00", sense "51 00 00 00 00 00 00 0022 00")
  end)

  it("says what it is", function()
    local info = disc.ask(bd.rec, "51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(0, info:byte(3))
    assert.are.same({1, 1, 1, 1}, {info:byte(4, 7)})
    assert.are.equal(CAPACITY, (">I4"):unpack(info, 21))
    local raw = disc.ask(bd.rec, "52 01 00000001 00 0028 00", 40)
    -- Invisible, incremental, data mode 1; the address is valid.
    assert.are.same({0x04, 0x61, 0x01}, {raw:byte(6, 8)})
    assert.are.same({0, 0, CAPACITY, UNIT, CAPACITY},
      fields(">I4I4I4I4I4", raw, 9))
    -- Track 255 is not there; it is no name for another one.
    assert.are.equal("5/24/00", sense("52 01 000000FF 00 0028 00", 40))
    assert.are.equal(0, capacity())
    for code = 0, 2 do
      assert.are.equal("5/24/00",
        sense(("43 00 %02X 00 00 00 00 0324 00"):format(code), 804))
    end
    assert.are.equal("5/21/00", sense("28 00 00000000 00 0001 00", 2048))
    assert.are.equal("5/30/06", sense "A1 00 00000000 00 00 00 00 00 00")
  end)

  it("is as large as its layers are many", function()
    for kind, row in pairs {
      ["bd-r"] = {1, 12219392, USUAL, MOST_SPARES, LEAST_SPARES},
      ["bd-r-dl"] = {2, 24438784, 23652352, 11593728, 24176640},
      ["bd-r-tl"] = {3, 48878592, 47305728, 22926336, 48092160},
      ["bd-r-ql"] = {4, 62500864, 60403712, 28946432, 61452288},
    } do
      bd.new("medium=" .. kind)
      local now, count, list = formats()
      assert.are.same({1, row[2]}, {now, count})
      assert.are.same({
        {0x00, 0, row[3], (row[2] - row[3]) // UNIT},
        {0x32, 0, row[3], 0}, {0x32, 0, row[4], 0}, {0x32, 0, row[5], 0},
      }, list)
      assert.are.equal(row[2], last().free)
      local di = structure(0x00, 4100)
      for i = 1, row[1] do
        local at = 5 + 112 * (i - 1)
        assert.are.equal("DI", di:sub(at, at + 1))
        assert.are.equal("BDR", di:sub(at + 8, at + 10))
        assert.are.equal(row[1] << 4 | 2, di:byte(at + 12))
        assert.are.equal("DISCRC", di:sub(at + 100, at + 105))
      end
      assert.are.equal(0, di:byte(5 + 112 * row[1]))
      assert.are.equal("5/24/00", sense(("AD 01 00000000 %02X 00 0004 00 00")
        :format(row[1]), 4))
    end
  end)

  it("has structures of BDs, some of them when it is formatted", function()
    local r = structure(0xFF, 100)
    local list = {}
    for at = 5, 2 + (">I2"):unpack(r), 4 do
      table.insert(list, ("%02X"):format(r:byte(at)))
    end
    assert.are.same({"00", "08", "09", "0A"}, list)
    assert.are.equal("3/31/00", sense("AD 01 00000000 00 0A 0010 00 00", 16))
    assert.are.equal("3/31/00", sense("AD 01 00000000 00 08 0804 00 00", 2052))
    assert.are.equal("5/24/00", sense("AD 01 00000000 00 30 0804 00 00", 2052))
    assert.are.equal("5/30/02", sense("AD 00 00000000 00 00 0804 00 00", 2052))
    assert.are.equal(0, structure(0x09, 8):byte(5))
    bd.rec:operator():write_protect(true)
    assert.are.equal(4, structure(0x09, 8):byte(5))
    assert.are.equal("7/27/00", write(0, 32))
    assert.are.equal("7/27/00", format(0x32, 1, USUAL))
  end)

  it("has BD speeds", function()
    local r = disc.ask(bd.rec, "AC 00 00000000 00 00 0010 03 00", 8 + 16 * 16)
    local speeds = {}
    for at = 9, 4 + (">I4"):unpack(r), 16 do
      speeds[#speeds + 1] = (">I4"):unpack(r, at + 12)
      assert.are.equal(CAPACITY - 1, (">I4"):unpack(r, at + 4))
    end
    assert.are.same({53940, 35960, 26970, 17980, 8990}, speeds)
    good("B6 00 00000000 0000 00 001C 00", (">I4I4I4I4I4I4I4"):pack(0, 0,
      CAPACITY - 1, 35960, 1000, 17980, 1000))
    assert.are.equal(17980, (">I2"):unpack(disc.page(bd.rec, 0x2A), 29))
  end)
end)

describe("writing a BD-R", function()
  it("takes blocks at the next writable address only", function()
    assert.are.equal("5/21/02", write(32, 32))
    assert.are.equal("good", write(0, 40))
    assert.are.equal("5/21/02", write(0, 32))
    assert.are.equal("5/21/02", write(80, 16))
    assert.are.equal("5/21/00", write(CAPACITY, 1))
    assert.are.equal("good", write(40, 8))
    assert.are.equal(48, last().next)
    good(SYNC)
    assert.are.equal(64, last().next)
    assert.is_true(read(0, 48) == disc.blocks(0, 48))
    assert.are.equal(("\0"):rep(16 * disc.BLOCK), read(48, 16))
    local raw = disc.ask(bd.rec, "52 01 00000001 00 0028 00", 40)
    -- Incomplete, incremental; a last recorded address besides.
    assert.are.same({0x04, 0x21, 0x03}, {raw:byte(6, 8)})
    assert.are.equal(63, (">I4"):unpack(raw, 29))
    local info = information()
    assert.are.same({1, 1, 1, 1}, {info.status, info.last_session,
      info.sessions, info.last_of_last})
  end)

  it("goes on after a reload, and in spite of mode page 05h", function()
    assert.are.equal("good", disc.select(bd.rec, disc.write_page {test = true}))
    assert.are.equal("good", write(0, 32))
    reload()
    assert.are.equal("good", write(32, 32))
    good(SYNC)
    assert.is_true(read(0, 64) == disc.blocks(0, 64))
  end)

  it("takes streams of whole clusters", function()
    assert.are.equal("5/24/00", sense("AA 00 00000000 00000010 80 00",
      disc.blocks(0, 16)))
    good("AA 00 00000000 00000020 80 00", disc.blocks(0, 32))
    good(SYNC)
    assert.is_true(read(0, 32) == disc.blocks(0, 32))
  end)

  it("takes no stream that begins within a cluster", function()
    assert.are.equal("good", write(0, 16))
    assert.are.equal("5/24/00", sense("AA 00 00000010 00000020 80 00",
      disc.blocks(16, 32)))
    assert.are.equal("good", write(16, 16))
    good("AA 00 00000020 00000020 80 00", disc.blocks(32, 32))
  end)

  it("verifies what it writes if asked", function()
    good("2E 00 00000000 00 0020 00", disc.blocks(0, 32))
    assert.are.equal("5/21/02", sense("2E 00 00000000 00 0020 00",
      disc.blocks(0, 32)))
    assert.is_true(read(0, 32) == disc.blocks(0, 32))
  end)

  it("tells nothing of a next track on a full disc, as some drives do",
    function()
      bd.new "medium=bd-r&quirk=no-track-info-when-full"
      assert.are.equal("good", reserve(CAPACITY))
      assert.are.equal("5/24/00", sense("52 01 00000002 00 0028 00", 40))
    end)

  it("has sessions and tracks without gaps", function()
    assert.are.equal(0, session(40))
    assert.are.equal(64, session(32))
    assert.are.equal("good", write(96, 32))
    good(SYNC)
    assert.are.equal("good", close(1, 3))
    assert.are.equal("good", write(128, 32))
    good(SYNC)
    assert.are.equal("good", close(1, 4))
    assert.are.equal("good", close(2))
    local info = information()
    assert.are.same({1, 0, 4, 5}, {info.status, info.last_session,
      info.sessions, info.last_of_last})
    reload()
    assert.are.equal(160, last().next)
    assert.are.equal(159, capacity())
    local r = disc.ask(bd.rec, "43 00 00 00 00 00 00 0324 00", 804)
    local seen = {}
    for at = 5, 2 + (">I2"):unpack(r), 8 do
      table.insert(seen, {r:byte(at + 2), ((">I4"):unpack(r, at + 4))})
    end
    assert.are.same({{1, 0}, {2, 64}, {3, 96}, {4, 128}, {0xAA, 160}}, seen)
    r = disc.ask(bd.rec, "43 00 01 00 00 00 00 000C 00", 12)
    assert.are.same({3, 96}, {r:byte(7), ((">I4"):unpack(r, 9))})
    local raw = disc.ask(bd.rec, "52 01 00000003 00 0028 00", 40)
    assert.are.same({3, 3}, {raw:byte(3, 4)})
    assert.are.same({0x04, 0xA1, 0x02}, {raw:byte(6, 8)})
    assert.are.equal(32, (">I4"):unpack(raw, 25))
    for _, where in ipairs {"00 00000070", "01 00000003", "02 00000003"} do
      assert.are.equal(raw,
        disc.ask(bd.rec, "52 " .. where .. " 00 0028 00", 40))
    end
    assert.is_true(read(96, 64) == disc.blocks(96, 64))
    local features = configuration()
    assert.is_true(features[0x10].current)
    assert.are.equal(UNIT, (">I2"):unpack(features[0x10].data, 5))
  end)

  it("closes what is complete, and finalises with 6", function()
    assert.are.equal("5/72/00", close(6))
    assert.are.equal("good", close(2))
    assert.are.equal("good", close(1, 1))
    assert.are.equal("5/24/00", close(1, 2))
    assert.are.equal("5/24/00", close(1, 0xFF))
    assert.are.equal("good", write(0, 32))
    assert.are.equal("5/72/03", close(2))
    assert.are.equal("5/72/03", close(6))
    for _, func in ipairs {0, 3, 4, 5, 7} do
      assert.are.equal("5/24/00", close(func, 1))
    end
    good "5B 01 01 00 0001 00 00 00 00"
    assert.are.equal("2/04/07", sense(READY))
    disc.ready(bd.rec)
    assert.are.equal("good", close(6))
    reload()
    local info = information()
    assert.are.same({2, 3, 1, 1}, {info.status, info.last_session,
      info.sessions, info.last_of_last})
    local raw = disc.ask(bd.rec, "51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(("\xFF"):rep(8), raw:sub(17, 24))
    assert.are.equal("5/24/00", sense("52 01 00000002 00 0028 00", 40))
    assert.are.equal("5/30/05", write(32, 32))
    assert.are.equal("5/30/05", close(2))
    assert.are.equal("5/30/05", reserve(32))
    assert.are.equal("5/30/06", format(0x32, 1, USUAL))
    assert.are.same({true, false, false}, current(0x40, 0x41, 0x21))
    assert.is_true(read(0, 32) == disc.blocks(0, 32))
  end)

  it("ends where the disc does", function()
    assert.are.equal("good", reserve(CAPACITY - 64))
    assert.are.equal("good", close(1, 1))
    assert.are.equal(CAPACITY - 64, last().next)
    assert.are.equal("5/21/00", write(CAPACITY - 64, 65))
    assert.are.equal("good", write(CAPACITY - 64, 64))
    good(SYNC)
    assert.is_false(last().has_next)
    assert.are.equal("5/21/00", write(CAPACITY, 1))
    assert.are.equal("good", close(1, 2))
    assert.are.equal("good", close(2))
    -- It is no more than full: only 6 finalises.
    assert.are.equal(1, information().status)
    assert.are.equal(CAPACITY - 1, capacity())
    assert.are.equal(0, last().free)
    reload()
    assert.is_true(read(CAPACITY - 1, 1) == disc.block(CAPACITY - 1))
    assert.are.equal("good", close(6))
    assert.are.equal(2, information().status)
  end)

  it("is damaged when it is broken off, until its track is closed", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    assert.are.equal("good", write(64, 7))
    assert(bd.rec:operator():power_off())
    assert(bd.rec:operator():power_on())
    disc.ready(bd.rec)
    assert.are.equal(2, information().last_session)
    local track = disc.track(bd.rec, 1)
    assert.is_true(track.damaged and not track.has_next)
    assert.are.equal("5/21/02", write(96, 32))
    assert.are.equal("good", close(1, 1))
    assert.are.equal("good", close(2))
    assert.are.equal(95, capacity())
    assert.is_true(read(0, 71) == disc.blocks(0, 71))
  end)

  it("keeps what a killed process had written", function()
    local path = bd.d:path "killed"
    local child = disc.child([[
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      disc.ask(rec, "04 11 00 00 00 00",
        (">BBI2I4BI3"):pack(0, 0, 8, 11826176, 0x32 << 2, 0))
      for lba = 0, 1248, 32 do
        disc.write(rec, lba, disc.block(lba):rep(32))
      end
      disc.write(rec, 64, disc.block(1):rep(32))
      ready()
      forever()
    ]], "virtual:" .. path .. "?medium=bd-r")
    child.kill()
    bd.rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(bd.rec:open_exclusive())
    assert.are.same({true}, current(0x38))
    assert.is_true(read(64, 1) == disc.block(1))
    local track = last()
    assert.are.equal(1312, track.next)
    assert.is_true(read(1248, 1) == disc.block(1248))
  end)
end)

describe("reserved tracks of a BD-R", function()
  it("are written in turn and not padded", function()
    assert.are.equal("good", reserve(60)) -- 64
    assert.are.equal("good", reserve(32))
    local raw = disc.ask(bd.rec, "52 01 00000001 00 0028 00", 40)
    assert.are.same({0x04, 0xE1, 0x01}, {raw:byte(6, 8)})
    assert.are.same({64, 32, 96}, {disc.track(bd.rec, 1).size,
      disc.track(bd.rec, 2).size, last().next})
    assert.are.equal("good", write(64, 32))
    assert.are.equal("good", write(0, 32))
    assert.are.equal("good", write(96, 32))
    assert.are.equal("5/63/00", write(32, 48))
    local r = disc.ask(bd.rec, "51 01 00 00 00 00 00 000C 00", 12)
    assert.are.same({10, 0x20, 168, 3, 16, 3},
      fields(">I2BxI2I2I2I2", r))
    assert.are.equal("5/24/00", sense("51 02 00 00 00 00 00 0010 00", 16))
    assert.are.equal("good", close(1, 1))
    local track = disc.track(bd.rec, 1)
    assert.are.same({64, false}, {track.size, track.has_next})
    assert.are.equal("5/21/00", sense("28 00 00000020 00 0001 00", 2048))
    assert.are.equal("5/21/02", write(32, 32))
    assert.are.equal("good", close(1, 2))
    assert.are.equal("good", close(1, 3))
    assert.are.equal("good", close(2))
    reload()
    assert.are.equal(128, last().next)
    assert.are.equal(127, capacity())
    assert.is_true(read(0, 32) == disc.blocks(0, 32))
    assert.is_true(read(64, 64) == disc.blocks(64, 64))
    assert.are.equal("5/21/00", sense("28 00 00000000 00 0040 00", 131072))
  end)

  it("are closed in two seconds, however much room they have left", function()
    bd.new "medium=bd-r&pace=1000"
    assert.are.equal("good", reserve(CAPACITY // 2))
    good "5B 01 01 00 0001 00 00 00 00"
    local polls = 0
    while sense(READY) == "2/04/07" do
      polls = polls + 1
    end
    -- Each costs 100 microseconds of the drive's clock.
    assert.are.equal(20, polls)
    assert.are.equal(CAPACITY // 2, last().next)
  end)

  it("are 15 besides the last one", function()
    assert.are.equal("5/24/00", reserve(0))
    assert.are.equal("5/21/00", reserve(CAPACITY + 1))
    assert.are.equal("5/24/00", sense "53 01 00 00 00 00000020 00")
    for _ = 1, 15 do
      assert.are.equal("good", reserve(32))
    end
    assert.are.equal("5/72/05", reserve(32))
    assert.are.equal("good", close(1, 7))
    assert.are.equal("good", reserve(32))
    assert.are.equal("good", write(16 * 32, 32))
    assert.are.equal("5/72/05", reserve(32))
    assert.are.equal("good", close(1, 1))
    assert.are.equal("good", close(1, 2))
    -- The last track was begun, and cannot be split any more.
    assert.are.equal("5/2C/00", reserve(32))
  end)
end)

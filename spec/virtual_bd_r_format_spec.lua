-- BD-R in the virtual recorder, by raw packets: formats with spare areas,
-- defects, pseudo-overwrite.
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
local information, last, session, capacity, reload, current =
  bd.information, bd.last, bd.session, bd.capacity, bd.reload, bd.current
local fields, formats, format, structure, spare =
  bd.fields, bd.formats, bd.format, bd.structure, bd.spare

describe("formatting a BD-R", function()
  it("makes spare areas of any size between the least and the most", function()
    for _, row in ipairs {
      {0x00, 1, 12345, USUAL}, {0x32, 1, USUAL, USUAL},
      {0x32, 1, MOST_SPARES, MOST_SPARES},
      {0x32, 1, LEAST_SPARES, LEAST_SPARES},
      {0x32, 1, 10000000, 10000000},
    } do
      bd.new()
      assert.are.equal("good", format(row[1], row[2], row[3]))
      for _ = 1, 2 do
        local free, all = spare()
        assert.are.same({CAPACITY - row[4], CAPACITY - row[4]}, {free, all})
        assert.are.same({0, row[4]}, {last().next, last().free})
        assert.are.same({2, row[4], {}}, {formats()})
        assert.are.same({false, true, false}, current(0x23, 0x24, 0x38))
        -- As drives say it: not blank any more, but nothing is in it.
        local info = information()
        assert.are.same({1, 0, 1, 1}, {info.status, info.last_session,
          info.sessions, info.last_of_last})
        assert.are.equal(0, capacity())
        local dds = structure(0x08, 2052)
        assert.are.equal("DS", dds:sub(5, 6))
        assert.are.equal(row[4] - 1, (">I4"):unpack(dds, 5 + 36))
        assert.are.equal((CAPACITY - row[4]) // UNIT,
          (">I4"):unpack(dds, 5 + 40) + (">I4"):unpack(dds, 5 + 44))
        reload()
      end
      assert.are.equal("5/30/06", format(0x32, 1, USUAL))
      assert.are.equal("5/21/00", write(0, 1) == "good" and
        write(row[4], 1) or "not written")
    end
  end)

  it("is refused where it cannot be", function()
    for _, row in ipairs {
      {0x32, 1, LEAST_SPARES + UNIT}, {0x32, 1, MOST_SPARES - UNIT},
      {0x32, 1, USUAL + 1}, {0x32, 1, USUAL, 1}, {0x32, 2, USUAL},
      {0x00, 2, USUAL}, {0x30, 0, USUAL}, {0x31, 0, CAPACITY},
      {0x32, 1, 0}, {0x32, 1, 0xFFFFFFFF},
    } do
      assert.are.equal("5/26/00", format(table.unpack(row)))
    end
    assert.are.equal("5/24/00", sense("04 10 00 00 00 00", ("\0"):rep(12)))
    assert.are.equal(1, (formats()))
    assert.are.equal("good", write(0, 32))
    assert.are.equal("5/30/06", format(0x32, 1, USUAL))
    assert.are.same({0, 0}, {spare()})
  end)

  it("takes its time, and is undone when it is broken off", function()
    bd.new "medium=bd-r&pace=1000"
    assert.are.equal("good", format(0x32, 1, USUAL, 0, 0x82))
    assert.are.equal("2/04/04", sense(READY))
    local r = disc.ask(bd.rec, "03 00 00 00 12 00", 18)
    assert.are.equal(0x80, r:byte(16) & 0x80)
    assert.are.equal("2/04/04", sense("51 00 00 00 00 00 00 0022 00", 34))
    assert(bd.rec:operator():power_off())
    assert(bd.rec:operator():power_on())
    disc.ready(bd.rec)
    assert.are.equal(1, (formats()))
    assert.are.equal("good", format(0x32, 1, USUAL, 0, 0x82))
    disc.ready(bd.rec)
    assert.are.equal(USUAL, last().free)
  end)

  it("does not happen to a disc that is just written", function()
    session(32)
    assert.are.same({2, CAPACITY, {}}, {formats()})
    assert.are.same({false, false, false}, current(0x23, 0x24, 0x38))
    assert.are.same({0, 0}, {spare()})
    assert.are.equal(CAPACITY - 32, last().free)
  end)
end)

describe("defects of a BD-R", function()
  it("are replaced as long as there are spare clusters", function()
    bd.new("medium=bd-r", {faults = {{lba = 40, defect = true},
      {lba = 100, defect = true, times = 1}}})
    assert.are.equal("good", format(0x32, 1, USUAL))
    local before = spare()
    assert.are.equal("good", write(0, 96))
    assert.are.equal("good", write(96, 32))
    good(SYNC)
    local free, all = spare()
    assert.are.same({before - 64, before}, {free, all})
    reload()
    assert.are.equal(before - 64, (spare()))
    assert.is_true(read(0, 128) == disc.blocks(0, 128))
  end)

  it("end the recording when there are none left", function()
    bd.new("medium=bd-r", {faults = {{lba = 5, defect = true}}})
    assert.are.equal("good", format(0x32, 0, LEAST_SPARES))
    assert.are.equal("good", write(0, 32))
    for _ = 1, 4095 do
      assert.are.equal("good", disc.write(bd.rec, 5, disc.block(5)))
    end
    assert.are.equal(0, (spare()))
    assert.are.equal(0xFF, structure(0x08, 2052):byte(5 + 52))
    assert.are.equal("3/0C/02", disc.write(bd.rec, 5, disc.block(6)))
    assert.is_true(read(5, 1) == disc.block(5))
  end)

  it("are errors without spare areas, and in a stream", function()
    bd.new("medium=bd-r", {faults = {{lba = 40, defect = true}}})
    assert.are.equal("3/0C/00", write(0, 64))
    local track = disc.track(bd.rec, 1)
    assert.is_true(track.damaged)
    assert.are.equal(40, track.size)
    assert.are.equal("good", close(1, 1))
    assert.are.equal(64, last().next)
    bd.new("medium=bd-r", {faults = {{lba = 40, defect = true}}})
    assert.are.equal("good", format(0x32, 1, USUAL))
    assert.are.equal("3/0C/00", sense("AA 00 00000000 00000040 80 00",
      disc.blocks(0, 64)))
    assert.are.equal(CAPACITY - USUAL, (spare()))
  end)
end)

describe("a BD-R with pseudo-overwrite", function()
  before_each(function()
    assert.are.equal("good", format(0x32, 0, LEAST_SPARES))
  end)

  it("says so", function()
    assert.are.same({true, true}, current(0x38, 0x24))
    assert.are.equal(LEAST_SPARES - 1, capacity())
    -- A table of contents made up to match.
    local toc = disc.ask(bd.rec, "43 00 00 00 00 00 00 0324 00", 804)
    assert.are.same({1, 0, 0xAA, LEAST_SPARES},
      fields(">BxI4xxBxI4", toc, 7))
    toc = disc.ask(bd.rec, "43 00 01 00 00 00 00 000C 00", 12)
    assert.are.same({1, 0}, fields(">BxI4", toc, 7))
    assert.are.equal("5/24/00", sense("43 00 02 00 00 00 00 0324 00", 804))
    local r = disc.ask(bd.rec, "51 02 00 00 00 00 00 0010 00", 16)
    assert.are.same({14, 0x40, LEAST_SPARES // UNIT},
      fields(">I2BxI4", r))
    reload()
    assert.are.same({true}, current(0x38))
  end)

  it("takes again what is recorded, for clusters at the end", function()
    assert.are.equal("good", write(0, 128))
    good(SYNC)
    local lie = disc.block(1)
    assert.are.equal("good", disc.write(bd.rec, 16, lie))
    -- What is in the buffer anew costs nothing more until it is flushed.
    assert.are.equal("good", disc.write(bd.rec, 17, lie))
    assert.are.equal(160, last().next)
    good(SYNC)
    assert.are.equal("good", disc.write(bd.rec, 18, lie))
    assert.are.equal("good", disc.write(bd.rec, 60, lie:rep(10)))
    assert.are.equal(256, last().next)
    assert.are.equal("5/21/02", write(288, 32))
    assert.are.equal("good", write(256, 32))
    assert.are.equal("good", disc.write(bd.rec, 260, lie))
    assert.are.equal(320, last().next)
    reload()
    assert.is_true(read(16, 4) == lie:rep(3) .. disc.block(19))
    assert.is_true(read(59, 12) == disc.block(59) .. lie:rep(10) ..
      disc.block(70))
    assert.are.equal(("\0"):rep(disc.BLOCK), read(128, 1))
    assert.is_true(read(259, 2) == disc.block(259) .. lie)
    local r = disc.ask(bd.rec, "51 02 00 00 00 00 00 0010 00", 16)
    assert.are.equal((LEAST_SPARES - 320) // UNIT, (">I4"):unpack(r, 5))
  end)

  it("takes nothing again where nothing is, or nothing is left", function()
    assert.are.equal("5/21/02", write(32, 32))
    assert.are.equal("good", reserve(LEAST_SPARES - 64))
    assert.are.equal("good", write(0, 32))
    assert.are.equal("5/21/02", disc.write(bd.rec, 16, disc.block(0):rep(32)))
    assert.are.equal("good", disc.write(bd.rec, 0, disc.block(1)))
    assert.are.equal(LEAST_SPARES - 32, last().next)
    assert.are.equal("good", disc.write(bd.rec, 16, disc.block(1)))
    good(SYNC)
    assert.are.equal("good", disc.write(bd.rec, 16, disc.block(2)))
    good(SYNC)
    assert.are.equal("5/63/00", disc.write(bd.rec, 16, disc.block(3)))
    assert.is_true(read(16, 1) == disc.block(2))
  end)

  it("has one session, which is closed when the disc is finalised", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    assert.are.equal("good", close(1, 1))
    assert.are.equal("5/24/00", close(2))
    assert.are.equal("good", disc.write(bd.rec, 0, disc.block(7)))
    assert.are.equal(1, information().last_session)
    good(SYNC)
    assert.are.equal("5/72/03", close(6))
    assert.are.equal("good", close(1, 2))
    assert.are.equal("good", close(6))
    assert.are.equal("5/30/05", disc.write(bd.rec, 0, disc.block(8)))
    reload()
    assert.is_true(read(0, 1) == disc.block(7))
    assert.are.equal(2, information().status)
  end)

  it("has what reached it when the buffer lied", function()
    assert.are.equal("good", write(0, 64))
    good(SYNC)
    bd.rec:close()
    bd.rec = assert(discrecorder.recorder("virtual:" .. bd.d.last, {
      faults = {{opcode = "WRITE(10)", nth = 1, lost_write = true}},
    }))
    assert(bd.rec:open_exclusive())
    assert.are.equal("good", disc.write(bd.rec, 5, disc.block(9)))
    assert.is_true(read(4, 3) == disc.block(4) .. disc.block(9) ..
      disc.block(6))
    reload()
    assert.is_true(read(0, 64) == disc.blocks(0, 64))
  end)
end)

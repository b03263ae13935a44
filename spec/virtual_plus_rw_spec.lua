-- DVD+RW in the virtual recorder, by raw packets.
local disc = require "spec.support.disc"
local overwrite = require "spec.support.overwrite"

local ALL <const> = 2295104
local WHATEVER <const> = 0xFFFFFFFF
local BASIC <const> = 0x26
local RESTART <const> = {parameter = 1}
local NONE <const>, SUSPENDED <const>, RUNNING <const>, DONE <const> =
  0, 1, 2, 3

local d, rec, o

local function new(query, options)
  rec = d:opened(query or "medium=dvd+rw", options)
  o = overwrite.new(rec)
end

-- The same disc in a drive made anew.
local function again()
  rec, o = nil, nil
  rec = d:again()
  o = overwrite.new(rec)
end

local function formatted()
  assert.are.equal("good", o.format(BASIC, WHATEVER))
end

before_each(function()
  d = disc.new()
  new()
end)

after_each(function()
  rec, o = nil, nil
  collectgarbage()
  d:remove()
end)

describe("a new DVD+RW", function()
  it("is not formatted, and says so", function()
    local raw = o.ask("51 00 00 00 00 00 00 0022 00", 34)
    assert.are.equal(0x10, raw:byte(3)) -- erasable, blank, session empty
    assert.are.same({1, 1, 1, 1}, {raw:byte(4, 7)})
    assert.are.equal(NONE, o.background())
    assert.are.equal(0, o.capacity())
    local now, offers = o.capacities()
    assert.are.same({1, ALL}, now)
    assert.are.same({{BASIC, ALL, 0}}, offers)
    local track = disc.track(rec, 1)
    assert.is_true(track.blank and not track.has_next)
    assert.are.equal(ALL, track.size)
  end)

  it("cannot be written, read or closed", function()
    assert.are.equal("3/31/00", o.write(0, 16))
    assert.are.equal("3/31/00", o.sense("28 00 00000000 00 0001 00", 2048))
    assert.are.equal("5/2C/00", o.close(0))
    assert.are.equal("5/2C/00", o.close(2))
    assert.are.equal("5/24/00", o.sense("43 00 00 00 00 00 00 0324 00", 804))
    assert.are.equal("5/30/06", o.sense "A1 00 00000000 00 00 00 00 00 00")
  end)

  it("has the features of its kind, not yet that of random writing", function()
    local features, profile = o.configuration()
    assert.are.equal(0x1A, profile)
    assert.is_true(features[0x2A].current)
    assert.are.equal(1, features[0x2A].data:byte())
    assert.is_true(features[0x23].current)
    assert.are.equal(8, #features[0x23].data)
    assert.is_false(features[0x20].current)
    assert.is_false(features[0x2B].current)
    formatted()
    features = o.configuration()
    assert.is_true(features[0x20].current)
    assert.are.same((">I4I4I2BB"):pack(ALL - 1, 2048, 16, 1, 0),
      features[0x20].data)
  end)

  it("tells its structures and speeds", function()
    local physical = o.structure(0)
    assert.are.equal(0x92, physical:byte())
    assert.are.equal((">I4I4"):pack(0x30000, 0x30000 + ALL - 1),
      physical:sub(5, 12))
    assert.are.equal("DISCREC\0W08\1", o.structure(0x11):sub(20, 31))
    local speeds, last = o.speeds()
    assert.are.same({11080, 8310, 5540, 3324}, speeds)
    assert.are.equal(ALL - 1, last)
  end)
end)

describe("formatting a DVD+RW", function()
  for _, blocks in ipairs {WHATEVER, ALL} do
    it(("to %08X blocks makes it writable anywhere"):format(blocks), function()
      assert.are.equal("good", o.format(BASIC, blocks))
      assert.are.equal(RUNNING, o.background())
      assert.are.equal(ALL - 1, o.capacity())
      assert.are.same({2, ALL}, (o.capacities()))
      assert.are.equal("good", o.write(ALL - 16, 16))
      assert.are.equal("good", o.write(5, 3))
      o.good(o.SYNC)
      assert.are.same({0, 5, 6, 7, 0}, o.numbers(4, 5))
      assert.are.equal(ALL - 1, o.numbers(ALL - 1, 1)[1])
    end)
  end

  it("refuses what MMC does not know", function()
    for _, case in ipairs {
      {BASIC, 16}, {BASIC, 0}, {0x00, ALL}, {0x15, ALL},
      {BASIC, ALL, {subtype = 1}}, {BASIC, ALL, {parameter = 2}},
      {BASIC, ALL, {flags = 0x20}}, {BASIC, ALL, {flags = 0x88}},
    } do
      assert.are.equal("5/26/00", o.format(table.unpack(case)))
    end
    for _, cdb in ipairs {0x01, 0x10, 0x12, 0x31, 0x91} do
      assert.are.equal("5/24/00", o.format(BASIC, ALL, {cdb = cdb}))
    end
    assert.are.equal("5/2C/00", o.format(BASIC, ALL, RESTART))
    assert.are.equal("B/4B/00", o.sense("04 11 00 00 00 00", "short"))
    assert.are.equal(NONE, o.background())
  end)

  it("is refused by a CD-R in the same drive, and unknown to a CD drive",
    function()
      new "medium=cd-r&model=dvd"
      assert.are.equal("5/30/06", o.format(BASIC, ALL))
      new "medium=cd-rw"
      assert.are.equal("5/20/00", o.format(BASIC, ALL))
    end)

  it("is not ready until the lead-in is written", function()
    new "medium=dvd+rw&pace=10000"
    assert.are.equal("good", o.format(BASIC, ALL, {flags = 2}))
    assert.are.equal("2/04/04", o.sense "00 00 00 00 00 00")
    local said, progress = o.progress()
    assert.are.equal("2/04/04", said)
    assert.is_true(progress > 0)
    assert.are.equal("2/04/04", o.write(0, 16))
    disc.ready(rec)
    assert.are.equal(RUNNING, o.background())
  end)

  it("goes on behind the host's back, and tells how far", function()
    new "medium=dvd+rw&pace=100000"
    formatted()
    assert.are.equal("good", o.sense "00 00 00 00 00 00")
    local seen = 0
    while o.background() == RUNNING do
      local said, progress = o.progress()
      assert.are.equal("0/04/04", said)
      assert.is_true(progress >= seen)
      seen = progress
      -- An answer of "not ready" costs time; here the tray does.
      o.good "54 01 0000000000 0000 00"
    end
    assert.are.equal(DONE, o.background())
    assert.are.equal("0/00/00", (o.progress()))
    again()
    assert.are.equal(DONE, o.background())
  end)

  it("wipes the data", function()
    formatted()
    assert.are.equal("good", o.write(7, 1))
    formatted()
    assert.are.equal(0, o.numbers(7, 1)[1])
  end)

  it("broken off leaves a disc that only formatting brings back", function()
    new "medium=dvd+rw&pace=1"
    assert.are.equal("good", o.format(BASIC, ALL, {flags = 2}))
    rec:operator():remove()
    rec:operator():insert(d.last)
    disc.ready(rec)
    assert.are.equal("3/31/00", o.write(0, 16))
    assert.are.equal(2, disc.information(rec).last_session)
    assert.are.same({1, ALL}, (o.capacities()))
    formatted()
    assert.are.equal("good", o.write(0, 16))
  end)
end)

describe("the background format of a DVD+RW", function()
  before_each(formatted)

  for func, name in pairs {[0] = "stops", [2] = "is closed"} do
    it(name .. " by CLOSE SESSION, restarts, and keeps the data", function()
      assert.are.equal("good", o.write(100, 2))
      assert.are.equal("good", o.close(func))
      assert.are.equal(SUSPENDED, o.background())
      assert.are.equal(2, disc.information(rec).status)
      assert.are.equal(ALL - 1, o.capacity())
      assert.are.equal("good", o.write(102, 1))
      assert.are.equal("good", o.format(BASIC, ALL, RESTART))
      assert.are.equal(RUNNING, o.background())
      assert.are.equal("good", o.format(BASIC, 0, RESTART))
      assert.are.same({100, 101, 102}, o.numbers(100, 3))
    end)
  end

  it("knows no other function", function()
    for _, func in ipairs {1, 3, 4, 5, 6, 7} do
      assert.are.equal("5/24/00", o.close(func))
    end
    assert.are.equal(RUNNING, o.background())
  end)

  it("is suspended by an eject, and by the drive's end", function()
    o.reload()
    assert.are.equal(SUSPENDED, o.background())
    assert.are.equal("good", o.format(BASIC, WHATEVER, RESTART))
    again()
    assert.are.equal(SUSPENDED, o.background())
  end)

  it("is suspended by a loss of power", function()
    rec:operator():power_off()
    rec:operator():power_on()
    disc.ready(rec)
    assert.are.equal(SUSPENDED, o.background())
    assert.are.equal("good", o.write(0, 16))
  end)
end)

describe("a formatted DVD+RW", function()
  before_each(formatted)

  it("is one complete session of one track", function()
    local info = disc.information(rec)
    assert.are.same({2, 3, 1, 1, 1, true}, {
      info.status, info.last_session, info.sessions, info.first_of_last,
      info.last_of_last, info.erasable,
    })
    local track = disc.track(rec, 1)
    assert.are.same({1, 1, 0, ALL, 0, 4, 1, false, false}, {
      track.number, track.session, track.start, track.size, track.free,
      track.control, track.mode, track.blank, track.has_next,
    })
    for _, cdb in ipairs {
      "52 00 00000010 00 0024 00", "52 02 00000001 00 0024 00",
    } do
      assert.are.equal(1, o.ask(cdb, 36):byte(3))
    end
    for _, cdb in ipairs {
      "52 01 000000FF 00 0024 00", "52 01 00000002 00 0024 00",
      ("52 00 %08X 00 0024 00"):format(ALL), "52 02 00000002 00 0024 00",
    } do
      assert.are.equal("5/24/00", o.sense(cdb, 36))
    end
    local toc = o.ask("43 00 00 00 00 00 00 0324 00", 804)
    assert.are.equal((">I2BBBBBBI4BBBBI4"):pack(18, 1, 1, 0, 0x14, 1, 0, 0, 0,
      0x14, 0xAA, 0, ALL), toc)
  end)

  it("takes any block, and no block that it does not have", function()
    assert.are.equal("5/21/00", o.write(ALL, 1))
    assert.are.equal("5/21/00", o.write(ALL - 1, 2))
    assert.are.equal("5/21/00", o.write(-1, 1, 0))
    assert.are.equal("good", o.write(ALL - 1, 1))
    assert.are.equal("5/21/00", o.sense(("28 00 %08X 00 0001 00"):format(ALL),
      2048))
    assert.are.equal("good", o.write(3, 40))
    assert.are.equal("good", o.write(10, 2, 1000))
    assert.are.same({9, 1000, 1001, 12}, o.numbers(9, 4))
  end)

  it("takes WRITE AND VERIFY", function()
    assert.are.equal("good", o.sense("2E 00 00000020 00 0001 00",
      disc.block(32)))
    assert.are.equal(32, o.numbers(32, 1)[1])
    new "medium=dvd+r"
    assert.are.equal("5/30/05", o.sense("2E 00 00000000 00 0001 00",
      disc.block(0)))
  end)

  it("has no streaming, no reserved tracks and no blanking", function()
    assert.are.equal("5/24/00", o.stream(0, 16))
    assert.are.equal("5/64/00", o.sense "53 00 00 00 00 00000010 00")
    assert.are.equal("5/30/06", o.sense "A1 00 00000000 00 00 00 00 00 00")
  end)

  it("is read-only when write-protected", function()
    rec:operator():write_protect(true)
    assert.are.equal("7/27/00", o.write(0, 1))
    assert.are.equal("7/27/00", o.format(BASIC, ALL))
    assert.are.equal("7/27/00", o.close(0))
    assert.are.equal(0, o.numbers(0, 1)[1])
  end)

  it("keeps what was written, whatever ends it", function()
    assert.are.equal("good", o.write(0, 32))
    rec:operator():power_off()
    rec:operator():power_on()
    disc.ready(rec)
    assert.are.equal(31, o.numbers(31, 1)[1])
    assert.are.equal("good", o.write(64, 1))
    rec:operator():remove()
    rec:operator():insert(d.last)
    disc.ready(rec)
    assert.are.equal(64, o.numbers(64, 1)[1])
  end)

  it("is a DVD to a host: CDs' commands are not for it", function()
    assert.are.equal("5/30/02", o.sense("BE 00 00000000 000001 10 00 00", 2352))
  end)
end)

describe("a DVD+RW whose drive loses data", function()
  it("shows it until the disc comes anew, and then what was there before",
    function()
      new("medium=dvd+rw&buffer=64K", {
        faults = {{opcode = "WRITE(10)", lba = 20, lost_write = true}},
      })
      formatted()
      assert.are.equal("good", o.write(16, 4, 500))
      assert.are.equal("good", o.write(20, 4, 600))
      assert.are.same({502, 503, 600, 601}, o.numbers(18, 4))
      assert.are.equal("good", o.write(16, 1, 700))
      o.reload()
      assert.are.same({500, 501, 502, 503, 0, 0}, o.numbers(16, 6))
    end)
end)

describe("a process that formats and writes a DVD+RW", function()
  it("can be killed: the disc is formatted, suspended, and has its data",
    function()
      local path = d:path "killed"
      local child = disc.child([[
        local rec = assert(discrecorder.recorder("virtual:" .. args[1] ..
          "?medium=dvd+rw"))
        assert(rec:open_exclusive())
        local overwrite = require "spec.support.overwrite"
        local o = overwrite.new(rec)
        assert(o.format(0x26, 0xFFFFFFFF) == "good")
        assert(o.write(48, 16) == "good")
        ready() forever()]], path)
      child.kill()
      d.last = path
      again()
      assert.are.equal(SUSPENDED, o.background())
      assert.are.same({48, 49}, o.numbers(48, 2))
    end)
end)

-- DVD-RAM in the virtual recorder, by raw packets.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local overwrite = require "spec.support.overwrite"

local USUAL <const>, MOST <const> = 2236704, 2295072
local FULL <const>, EXPAND <const> = 0x00, 0x01
local BLOCK <const> = {parameter = 0x800}
-- FOV and "no certification"; CmpList in the command block.
local QUICK <const> = {parameter = 0x800, flags = 0xA0, cdb = 0x19}

local d, rec, o

local function new(query, options)
  rec = d:opened(query or "medium=dvd-ram", options)
  o = overwrite.new(rec)
end

local function again()
  rec, o = nil, nil
  rec = d:again()
  o = overwrite.new(rec)
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

-- Free primary, free and all supplementary spare blocks.
local function spares()
  local primary, free, all = (">I4I4I4"):unpack(o.structure(0x0A))
  return {primary, free, all}
end

-- SEND DISC STRUCTURE C0h.
local function protect(bits, length)
  return o.sense(("BF 00 00000000 00 C0 %04X 00 00"):format(length or 8),
    ("\0\6\0\0%c\0\0\0"):format(bits))
end

local function protection()
  return o.structure(0xC0):byte()
end

describe("a new DVD-RAM", function()
  it("comes formatted, empty, and with its spare areas", function()
    local info = disc.information(rec)
    assert.are.same({3, 3, 1, 1, true}, {
      info.status, info.last_session, info.sessions, info.last_of_last,
      info.erasable,
    })
    assert.are.equal(USUAL - 1, o.capacity())
    assert.are.same({12800, MOST - USUAL, MOST - USUAL}, spares())
    assert.are.same({0, 0}, o.numbers(USUAL - 2, 2))
    assert.are.equal("5/21/00", o.write(USUAL, 16))
    again()
    assert.are.equal(USUAL - 1, o.capacity())
  end)

  it("tells of one track of fixed packets", function()
    local raw = o.ask("52 01 00000001 00 0024 00", 36)
    assert.are.equal(0x31, raw:byte(7))
    assert.are.equal((">I4I4I4I4I4"):pack(0, 0, 0, 16, USUAL), raw:sub(9, 28))
  end)

  it("has the features of its kind", function()
    local features, profile = o.configuration()
    assert.are.equal(0x12, profile)
    for _, code in ipairs {0x04, 0x10, 0x1F, 0x20, 0x23, 0x24, 0x107} do
      assert.is_true(features[code].current, code)
    end
    assert.are.equal(3, features[0x04].data:byte())
    assert.are.equal(0x80, features[0x24].data:byte())
    assert.are.equal(0x1F, features[0x107].data:byte())
    assert.are.equal((">I4I4I2BB"):pack(USUAL - 1, 2048, 16, 1, 0),
      features[0x20].data)
    assert.is_false(features[0x2A].current)
    assert.are.equal(0x28, disc.page(rec, 0x2A):byte(3) & 0x28)
    assert.are.equal(0x20, disc.page(rec, 0x2A):byte(4) & 0x20)
  end)

  it("tells its structures and speeds", function()
    assert.are.equal(0x16, o.structure(0):byte())
    assert.are.equal("\10\10", o.structure(0x08):sub(1, 2))
    assert.are.equal("\0\0\0\0", o.structure(0x09))
    assert.are.equal("5/30/02", o.sense("AD 00 00000000 00 11 0104 00 00", 260))
    assert.are.same({6925, 4155, 2770}, (o.speeds()))
  end)

  it("takes blocks anywhere, and streams in whole ECC blocks", function()
    assert.are.equal("good", o.write(1000, 3))
    assert.are.equal("good", o.write(5, 1))
    assert.are.same({0, 5, 0}, o.numbers(4, 3))
    assert.are.equal("good", o.stream(32, 16))
    assert.are.equal("S", o.read(47):sub(1, 1))
    for _, place in ipairs {{1, 16}, {16, 8}, {16, 17}} do
      assert.are.equal("5/24/00", o.stream(table.unpack(place)))
    end
  end)

  it("is neither closed, nor reserved, nor blanked", function()
    for func = 0, 7 do
      assert.are.equal("5/24/00", o.close(func))
    end
    assert.are.equal("5/64/00", o.sense "53 00 00 00 00 00000010 00")
    assert.are.equal("5/30/06", o.sense "A1 00 00000000 00 00 00 00 00 00")
  end)

  it("is read only in a drive that cannot write it", function()
    rec, o = nil, nil
    collectgarbage()
    collectgarbage()
    rec = assert(discrecorder.recorder("virtual:" .. d.last .. "?model=cd-rw"))
    assert.are.equal("2/30/00",
      disc.sense(rec, "51 00 00 00 00 00 00 0022 00", 34))
  end)
end)

describe("formatting a DVD-RAM", function()
  it("offers what it could become", function()
    local now, offers = o.capacities()
    assert.are.same({2, USUAL}, now)
    assert.are.same({
      {FULL, USUAL, 0x800}, {FULL, MOST, 0x800}, {EXPAND, 2226976, 0x800},
      {EXPAND, 2217248, 0x800},
    }, offers)
  end)

  it("changes its size and wipes the data", function()
    assert.are.equal("good", o.write(7, 1))
    assert.are.equal("good", o.format(FULL, MOST, QUICK))
    assert.are.equal(MOST - 1, o.capacity())
    assert.are.same({0}, o.numbers(7, 1))
    assert.are.same({12800, 0, 0}, spares())
    assert.are.equal("good", o.write(MOST - 16, 16))
    local _, offers = o.capacities()
    assert.are.equal(5, #offers)
    assert.are.equal("good", o.format(FULL, USUAL, BLOCK))
    assert.are.equal(USUAL - 1, o.capacity())
  end)

  it("grows the spare area and keeps the data", function()
    assert.are.equal("good", o.write(7, 1))
    assert.are.equal("good", o.format(EXPAND, 2226976, BLOCK))
    assert.are.equal(2226975, o.capacity())
    assert.are.same({7}, o.numbers(7, 1))
    assert.are.same({12800, MOST - 2226976, MOST - 2226976}, spares())
    assert.are.equal("5/21/00", o.write(2226976, 1))
    again()
    assert.are.equal(2226975, o.capacity())
    assert.are.equal("5/26/00", o.format(EXPAND, 2226976, BLOCK))
    assert.are.equal("5/26/00", o.format(EXPAND, USUAL, BLOCK))
  end)

  it("refuses what is not offered", function()
    for _, case in ipairs {
      {FULL, USUAL - 16, BLOCK}, {FULL, USUAL}, {0x26, USUAL, BLOCK},
      {0x30, USUAL, BLOCK}, {FULL, USUAL, {parameter = 0x800, subtype = 1}},
      {EXPAND, 2226976, QUICK}, {FULL, 0xFFFFFFFF, BLOCK},
      {FULL, USUAL, {parameter = 0x800, flags = 0x20}},
      {FULL, USUAL, {parameter = 0x800, flags = 0x90}},
    } do
      assert.are.equal("5/26/00", o.format(table.unpack(case)))
    end
    assert.are.equal(USUAL - 1, o.capacity())
  end)

  it("takes an hour with certification, a minute without", function()
    new "medium=dvd-ram&pace=1000"
    local function seconds(more)
      assert.are.equal("good", o.format(FULL, USUAL, more))
      local polls = 0
      assert.are.equal("2/04/04", (o.progress()))
      while o.sense "00 00 00 00 00 00" ~= "good" do
        polls = polls + 1
      end
      return polls / 10 -- 100 microseconds each, a thousandth
    end
    local quick = seconds {parameter = 0x800, flags = 0xA2, cdb = 0x19}
    local full = seconds {parameter = 0x800, flags = 0x82}
    assert.is_true(quick > 50 and quick < 70, quick)
    assert.is_true(full > 1200, full)
  end)

  it("broken off leaves an unformatted disc", function()
    assert.are.equal("good", o.format(FULL, USUAL,
      {parameter = 0x800, flags = 0x82}))
    rec:operator():power_off()
    rec:operator():power_on()
    disc.ready(rec)
    assert.are.equal("3/31/00", o.write(0, 16))
    assert.are.same({1, MOST}, (o.capacities()))
    assert.are.equal("good", o.format(FULL, USUAL, QUICK))
    assert.are.equal("good", o.write(0, 16))
  end)
end)

describe("write protection of a DVD-RAM", function()
  it("stays with the medium when it is persistent", function()
    assert.are.equal("good", protect(2))
    assert.are.equal(2, protection())
    for _ = 1, 2 do
      assert.are.equal("7/27/00", o.write(0, 16))
      assert.are.equal("7/27/00", o.format(FULL, USUAL, BLOCK))
      again()
    end
    assert.are.equal("good", protect(0))
    assert.are.equal("good", o.write(0, 16))
  end)

  it("ends with the power when it is not kept", function()
    assert.are.equal("good", protect(1))
    assert.are.equal(1, protection())
    assert.are.equal("7/27/00", o.write(0, 16))
    rec:operator():power_off()
    rec:operator():power_on()
    disc.ready(rec)
    assert.are.equal(0, protection())
    assert.are.equal("good", o.write(0, 16))
  end)

  it("cannot be lifted by a host where the tab is set", function()
    rec:operator():write_protect(true)
    assert.are.equal(4, protection())
    assert.are.equal("7/27/00", protect(0))
  end)

  it("is refused when it is not well said, or not for the disc", function()
    assert.are.equal("5/26/00", protect(4))
    assert.are.equal("5/1A/00", protect(1, 6))
    assert.are.equal("5/24/00",
      o.sense("BF 00 00000000 00 00 0008 00 00", ("\0"):rep(8)))
    assert.are.equal("5/26/00",
      o.sense("BF 00 00000000 00 C0 0008 00 00", ("\0"):rep(8)))
    new "medium=dvd+rw"
    assert.are.equal("5/30/05", protect(2))
  end)
end)

describe("a bad block of a DVD-RAM", function()
  local DEFECT <const> = {faults = {{lba = 40, defect = true}}}

  it("is replaced, the primary spares first", function()
    new(nil, DEFECT)
    assert.are.equal("good", o.write(32, 16))
    assert.are.same({12784, MOST - USUAL, MOST - USUAL}, spares())
    assert.are.equal(40, o.numbers(40, 1)[1])
  end)
end)

describe("a DVD-RAM file that lies", function()
  it("is refused when it is shorter than the format", function()
    local path = d.last
    rec, o = nil, nil
    collectgarbage()
    collectgarbage()
    os.execute(("truncate -s 100M '%s'"):format(path))
    local _, _, code = discrecorder.recorder("virtual:" .. path)
    assert.are.equal("bad_file", code)
  end)
end)

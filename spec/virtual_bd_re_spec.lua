-- BD-RE in the virtual recorder, by raw packets.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local overwrite = require "spec.support.overwrite"

local ALL <const>, USUAL <const> = 12219392, 11826176
local DEFAULT <const>, SPARES <const>, NONE <const> = 0x00, 0x30, 0x31

local d, rec, o

local function new(query, options)
  rec = d:opened(query or "medium=bd-re", options)
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

-- Free and all spare blocks.
local function spares()
  local free, all = (">I4I4"):unpack(o.structure(0x0A, 1), 5)
  return {free, all}
end

describe("a new BD-RE", function()
  it("is not formatted", function()
    local info = disc.information(rec)
    assert.are.same({0, 0, 1, 1, true}, {
      info.status, info.last_session, info.sessions, info.last_of_last,
      info.erasable,
    })
    assert.are.equal(0, o.capacity())
    assert.are.equal("3/31/00", o.write(0, 32))
    assert.are.equal("3/31/00", o.sense("28 00 00000000 00 0001 00", 2048))
    assert.are.equal("3/31/00", o.stream(0, 32))
    assert.are.equal("5/24/00", o.sense("43 00 00 00 00 00 00 0324 00", 804))
    local track = disc.track(rec, 1)
    assert.are.same({true, false, ALL}, {track.blank, track.has_next,
      track.size})
  end)

  it("comes in a BD drive, with the features of its kind", function()
    assert.matches("BD RECORDER", o.ask("12 00 00 00 24 00", 36))
    local features, profile = o.configuration()
    assert.are.equal(0x43, profile)
    for _, code in ipairs {0x23, 0x24, 0x40, 0x41, 0x107} do
      assert.is_true(features[code].current, code)
    end
    for _, code in ipairs {0x10, 0x1E, 0x1F, 0x20, 0x2A, 0x2B} do
      assert.is_false(features[code].current, code)
    end
    assert.are.equal(0x0B, features[0x23].data:byte())
    assert.are.equal(0x1F, features[0x107].data:byte())
    assert.are.equal("good", o.format(DEFAULT, USUAL, {parameter = 0x3000}))
    features = o.configuration()
    assert.are.equal((">I4I4I2BB"):pack(USUAL - 1, 2048, 32, 1, 0),
      features[0x20].data)
    assert.is_true(features[0x20].current and features[0x10].current)
  end)

  it("offers formats with spares and without", function()
    local now, offers = o.capacities()
    assert.are.same({1, ALL}, now)
    assert.are.same({
      {DEFAULT, USUAL, 0x3000}, {SPARES, USUAL, 0x3000},
      {SPARES, 11564032, 0x5000}, {SPARES, 12088320, 0x1000},
      {NONE, ALL, 0x800},
    }, offers)
  end)

  for query, size in pairs {
    ["medium=bd-re"] = {12219392, 11826176, 1},
    ["medium=bd-re-dl"] = {24438784, 23652352, 2},
    ["medium=bd-re-tl"] = {48878592, 47305728, 3},
  } do
    it(("tells its disc information (%s)"):format(query), function()
      new(query)
      local all, usual, layers = table.unpack(size)
      local now, offers = o.capacities()
      assert.are.equal(all, now[2])
      assert.are.equal(usual, offers[1][2])
      local r = o.structure(0, 1)
      assert.are.equal(4096, #r)
      for layer = 0, layers - 1 do
        local unit = r:sub(layer * 112 + 1, layer * 112 + 112)
        assert.are.equal("DI", unit:sub(1, 2))
        assert.are.same({layers, layer}, {unit:byte(4), unit:byte(6)})
        assert.are.equal("BDW", unit:sub(9, 11))
        assert.are.equal(layers, unit:byte(13) >> 4)
        assert.are.equal("DISCRCRE" .. layers, unit:sub(101, 109))
      end
      assert.are.equal(0, r:byte(layers * 112 + 1))
      assert.are.equal("5/24/00",
        o.sense(("AD 01 00000000 %02X 00 1004 00 00"):format(layers), 4100))
      assert.are.equal("good", o.format(NONE, all, {parameter = 0x800}))
      assert.are.equal(all - 1, o.capacity())
      assert.are.equal("good", o.write(all - 1, 1))
      again()
      assert.are.equal(all - 1, o.numbers(all - 1, 1)[1])
    end)
  end

  it("has no spare areas to tell of, nor a DVD's structures", function()
    assert.are.equal("3/31/00", o.sense("AD 01 00000000 00 0A 0010 00 00", 16))
    assert.are.equal("5/30/02", o.sense("AD 00 00000000 00 00 0804 00 00", 16))
    assert.are.equal("5/24/00", o.sense("AD 01 00000000 00 11 0010 00 00", 16))
    assert.are.equal("5/24/00", o.sense("AD 02 00000000 00 00 0010 00 00", 16))
    new "medium=dvd+r"
    assert.are.equal("5/24/00", o.sense("AD 01 00000000 00 00 0010 00 00", 16))
  end)

  it("does not go into DVD drives", function()
    local _, _, code =
      discrecorder.recorder(d:address "medium=bd-re&model=dvd")
    assert.are.equal("unsupported", code)
  end)
end)

describe("formatting a BD-RE", function()
  for name, case in pairs {
    ["the usual"] = {DEFAULT, USUAL, {parameter = 0x3000}},
    ["the usual, by its block length"] = {DEFAULT, USUAL, {parameter = 0x800}},
    ["the least spares"] = {SPARES, 12088320, {parameter = 0x1000}},
    ["the most spares"] = {SPARES, 11564032},
    ["spares of one's own"] = {SPARES, 11826176 - 32},
    ["a quick certification"] = {SPARES, USUAL, {subtype = 3}},
    ["a full certification"] = {SPARES, USUAL, {subtype = 2, flags = 0x80}},
    ["no spares"] = {NONE, ALL, {parameter = 0x800}},
  } do
    it("knows " .. name, function()
      assert.are.equal("good", o.format(table.unpack(case)))
      assert.are.equal(case[2] - 1, o.capacity())
      assert.are.same({2, case[2]}, (o.capacities()))
      assert.are.same({ALL - case[2], ALL - case[2]}, spares())
      local info = disc.information(rec)
      assert.are.same({2, 3}, {info.status, info.last_session})
      again()
      assert.are.equal(case[2] - 1, o.capacity())
    end)
  end

  it("refuses other sizes and types", function()
    for _, case in ipairs {
      {DEFAULT, ALL}, {DEFAULT, USUAL, {subtype = 3}},
      {DEFAULT, USUAL, {parameter = 1}}, {SPARES, ALL}, {SPARES, USUAL + 16},
      {SPARES, 12088320 + 32}, {SPARES, 11564032 - 32},
      {SPARES, USUAL, {subtype = 1}}, {SPARES, USUAL, {parameter = 0x1000}},
      {NONE, USUAL}, {NONE, ALL, {parameter = 0x3000}}, {0x32, USUAL},
      {SPARES, 0xFFFFFFFF},
    } do
      assert.are.equal("5/26/00", o.format(table.unpack(case)))
    end
    assert.are.equal(0, o.capacity())
  end)

  it("tells its progress", function()
    new "medium=bd-re&pace=10000"
    assert.are.equal("good", o.format(DEFAULT, USUAL,
      {parameter = 0x3000, flags = 2}))
    assert.are.equal("2/04/04", o.sense("51 00 00 00 00 00 00 0022 00", 34))
    local said, progress = o.progress()
    assert.are.equal("2/04/04", said)
    assert.is_true(progress > 0)
    disc.ready(rec)
    assert.are.equal(USUAL - 1, o.capacity())
  end)
end)

describe("a formatted BD-RE", function()
  before_each(function()
    assert.are.equal("good", o.format(DEFAULT, USUAL, {parameter = 0x3000}))
  end)

  it("is one track of fixed packets of 32 blocks", function()
    local raw = o.ask("52 01 00000001 00 0024 00", 36)
    assert.are.equal(0x31, raw:byte(7))
    assert.are.equal((">I4I4I4I4I4"):pack(0, 0, 0, 32, USUAL), raw:sub(9, 28))
    local toc = o.ask("43 00 00 00 00 00 00 0324 00", 804)
    assert.are.equal(USUAL, (">I4"):unpack(toc, 17))
  end)

  it("takes any block, and streams in clusters", function()
    assert.are.equal("good", o.write(USUAL - 1, 1))
    assert.are.equal("good", o.write(3, 2))
    assert.are.same({0, 3, 4, 0}, o.numbers(2, 4))
    assert.are.equal("good", o.stream(64, 32))
    assert.are.equal("5/24/00", o.stream(64, 16))
    assert.are.equal("5/24/00", o.stream(48, 32))
    assert.are.equal("5/21/00", o.write(USUAL, 1))
    assert.are.equal("5/21/00", o.stream(USUAL, 32))
  end)

  it("has nothing to close, reserve or blank", function()
    assert.are.equal("5/24/00", o.close(2))
    assert.are.equal("5/64/00", o.sense "53 00 00 00 00 00000020 00")
    assert.are.equal("5/30/06", o.sense "A1 00 00000000 00 00 00 00 00 00")
    assert.are.equal("5/30/02", o.sense("BE 00 00000000 000001 10 00 00", 2352))
  end)

  it("is read-only when write-protected", function()
    rec:operator():write_protect(true)
    assert.are.equal("7/27/00", o.write(0, 32))
    assert.are.equal("7/27/00", o.format(DEFAULT, USUAL))
  end)
end)

describe("a bad cluster of a BD-RE", function()
  local DEFECT <const> = {faults = {{lba = 40, defect = true}}}

  it("is replaced by a spare one, for good", function()
    new(nil, DEFECT)
    assert.are.equal("good", o.format(DEFAULT, USUAL))
    assert.are.equal("good", o.write(32, 32))
    assert.are.same({ALL - USUAL - 32, ALL - USUAL}, spares())
    again()
    assert.are.same({ALL - USUAL - 32, ALL - USUAL}, spares())
    assert.are.equal(40, o.numbers(40, 1)[1])
  end)

  it("without spares ends a WRITE before it", function()
    new(nil, DEFECT)
    assert.are.equal("good", o.format(NONE, ALL))
    assert.are.equal("3/0C/00", o.write(32, 32))
    assert.are.same({39, 0}, o.numbers(39, 2))
  end)

  it("is not replaced in a stream", function()
    new(nil, DEFECT)
    assert.are.equal("good", o.format(DEFAULT, USUAL))
    assert.are.equal("3/0C/00", o.stream(32, 32))
    assert.are.same({ALL - USUAL, ALL - USUAL}, spares())
  end)
end)

-- Faults: when a rule fits, and what it does (docs/faults.md).
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local d = each(disc.new)

local TUR <const> = "00 00 00 00 00 00"
local INFO <const> = "51 00 00 00 00 00 00 0022 00"
local CAPACITY <const> = "25 00 00 00 00 00 00 00 00 00"
local SYNC <const> = "35 00 00 00 00 00 00 00 00 00"

-- A recorder on a disc with 300 recorded blocks, open, with faults.
local function faulty(...)
  local address
  do
    local rec <close> = d:opened()
    disc.tao(rec, {300}, {multi = true})
    address = rec:get_path()
  end
  local rec = assert(discrecorder.recorder(address, {faults = {...}}))
  assert(rec:open_exclusive())
  return rec
end

local function read_sense(rec, lba, count)
  local data, failure = rec:command(string.pack(">BBi4BI2B", 0x28, 0, lba, 0,
    count, 0), "in", count * 2048)
  return data and "good" or disc.sense_of(failure)
end

describe("a fault fits", function()
  it("the n-th packet of the recorder, once", function()
    local rec = d:recorder("medium=cd-rw",
      {faults = {{packet = 20, sense = {3, 0x0C, 0}}}})
    local hits = 0
    for _ = 1, 60 do
      hits = hits + (disc.sense(rec, TUR) == "3/0C/00" and 1 or 0)
    end
    assert.equal(1, hits)
  end)

  it("each packet of an opcode, or the n-th, or so many", function()
    local function hits(fault)
      fault.opcode, fault.sense = "READ DISC INFORMATION", {3, 0x0C, 0}
      local rec = faulty(fault)
      local list = {}
      for i = 1, 6 do
        disc.sense(rec, TUR)
        list[i] = disc.sense(rec, INFO, 34) == "3/0C/00" and 1 or 0
      end
      return table.concat(list)
    end
    assert.equal("111111", hits{})
    assert.equal("111111", hits{nth = 0})
    assert.equal("001000", hits{nth = 3})
    assert.equal("110000", hits{times = 2})
  end)

  it("an opcode in any of its spellings", function()
    for _, name in ipairs {"READ CAPACITY", "read_capacity", "Read-Capacity",
      "0x25", "25h", "25H"} do
      local rec = faulty{opcode = name, sense = {3, 0x0C, 0}}
      assert.equal("3/0C/00", disc.sense(rec, CAPACITY, 8), name)
      assert.equal("good", disc.sense(rec, TUR))
    end
  end)

  it("what touches a block", function()
    local rec = faulty{lba = 100, sense = {3, 0x11, 5}}
    assert.equal("good", read_sense(rec, 0, 100))
    assert.equal("3/11/05", read_sense(rec, 99, 2))
    assert.equal("3/11/05", read_sense(rec, 100, 1))
    assert.equal("good", read_sense(rec, 101, 10))
    local _, failure = rec:read(90, 20)
    assert.equal(100, failure.lba)
    _, failure = rec:read(90, 20, true)
    assert.equal("3/11/05", disc.sense_of(failure))
    assert.equal("3/11/05", disc.sense(rec, "2F 00 00000064 00 0001 00"))
    assert.equal("good", disc.sense(rec, CAPACITY, 8))
  end)

  it("only what fulfils all of its conditions", function()
    local rec = faulty{opcode = "READ(10)", lba = 5, nth = 2,
      sense = {3, 0x11, 0}}
    assert.equal("good", read_sense(rec, 5, 1))
    assert.equal("3/11/00", read_sense(rec, 5, 1))
    assert.equal("good", read_sense(rec, 5, 1))
  end)

  it("before those that come after it", function()
    local rec = faulty({opcode = "READ CAPACITY", nth = 1, sense = {3, 1, 0}},
      {opcode = "READ CAPACITY", sense = {4, 2, 0}})
    assert.equal("3/01/00", disc.sense(rec, CAPACITY, 8))
    assert.equal("4/02/00", disc.sense(rec, CAPACITY, 8))
  end)

  it("from the address before those of the options", function()
    local rec = d:recorder(
      "medium=cd-rw&fault=opcode:READ CAPACITY,times:1,sense:3/1/0",
      {faults = {{opcode = "READ CAPACITY", sense = {4, 2, 0}}}})
    assert.equal("3/01/00", disc.sense(rec, CAPACITY, 8))
    assert.equal("4/02/00", disc.sense(rec, CAPACITY, 8))
  end)

  it("one recorder object only", function()
    local rec = d:recorder("medium=cd-rw",
      {faults = {{opcode = "READ CAPACITY", sense = {3, 1, 0}}}})
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert.equal("good", disc.sense(other, CAPACITY, 8))
    assert.equal("3/01/00", disc.sense(rec, CAPACITY, 8))
  end)

  it("several rules of an address, between semicolons", function()
    local rec = d:recorder("medium=cd-rw&fault=" ..
      "opcode:25h,sense:3/1/0;opcode:51h,times:1,sense:4/44/FF")
    assert.equal("3/01/00", disc.sense(rec, CAPACITY, 8))
    assert.equal("4/44/FF", disc.sense(rec, INFO, 34))
    assert.equal("good", disc.sense(rec, INFO, 34))
  end)
end)

describe("the fault", function()
  it("sense keeps the packet from the drive", function()
    local rec = faulty{opcode = "WRITE(10)", nth = 2, sense = {3, 0x0C, 0}}
    assert.equal("good", disc.select(rec, disc.write_page()))
    local start = disc.track(rec, 0xFF).next
    assert.equal("good", disc.write(rec, start, disc.block(1):rep(16)))
    assert.equal("3/0C/00", disc.write(rec, start + 16, disc.block(2):rep(16)))
    assert.equal(start + 16, disc.track(rec, 2).next)
  end)

  it("sense with a recovered error lets it through", function()
    for _, key in ipairs {0, 1} do
      local rec = faulty{opcode = "WRITE(10)", nth = 1, sense = {key, 0x0C, 0}}
      assert.equal("good", disc.select(rec, disc.write_page()))
      local start = disc.track(rec, 0xFF).next
      assert.equal(("%d/0C/00"):format(key),
        disc.write(rec, start, disc.block(1):rep(16)))
      assert.equal(start + 16, disc.track(rec, 2).next)
    end
  end)

  it("sense may be a list, a table with names, or text", function()
    for _, sense in ipairs {{3, 0x0C, 0x09}, "3/C/9", "3/0C/09",
      {key = 3, asc = 0x0C, ascq = 9}} do
      local rec = faulty{opcode = "READ CAPACITY", sense = sense}
      assert.equal("3/0C/09", disc.sense(rec, CAPACITY, 8))
    end
  end)

  it("gone takes the drive away, until it is opened anew", function()
    local rec = faulty{opcode = "READ CAPACITY", gone = true}
    assert.equal("device_not_present", disc.sense(rec, CAPACITY, 8))
    assert.equal("device_not_present", disc.sense(rec, TUR))
    local ok, _, code = rec:close()
    assert.is_nil(ok)
    assert.equal("device_not_present", code)
    assert.equal("device_not_present", select(3, rec:open_exclusive()))
    local again = assert(discrecorder.recorder(rec:get_path()))
    assert.equal("good", disc.sense(again, TUR))
  end)

  it("lost does it, and nobody knows", function()
    local rec = faulty({opcode = "WRITE(10)", nth = 1, lost = true},
      {opcode = "READ CAPACITY", lost = true})
    assert.equal("good", disc.select(rec, disc.write_page()))
    local start = disc.track(rec, 0xFF).next
    assert.equal("transport_error",
      disc.write(rec, start, disc.block(1):rep(16)))
    assert.equal(start + 16, disc.track(rec, 2).next)
    local reply, failure = disc.send(rec, CAPACITY, 8)
    assert.is_nil(reply)
    assert.equal("connection", failure.culprit)
  end)

  it("busy turns away so many packets, then lets one through", function()
    local rec = faulty{opcode = "SYNCHRONIZE CACHE", nth = 1, busy = 4}
    assert.equal("2/04/07", disc.sense(rec, SYNC))
    assert.equal("2/04/07", disc.sense(rec, TUR))
    assert.equal("good", disc.sense(rec, INFO, 34))
    assert.equal("2/04/07", disc.sense(rec, TUR))
    assert.equal("2/04/07", disc.sense(rec, SYNC))
    assert.equal("good", disc.sense(rec, TUR))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("good", disc.sense(rec, SYNC))
  end)

  it("busy is a long write to a WRITE, which reaches the drive once",
    function()
      local rec = faulty{opcode = "WRITE(10)", nth = 1, busy = 2}
      assert.equal("good", disc.select(rec, disc.write_page()))
      local start = disc.track(rec, 0xFF).next
      local data = disc.block(1):rep(16)
      assert.equal("2/04/08", disc.write(rec, start, data))
      assert.equal("2/04/08", disc.write(rec, start, data))
      assert.equal("good", disc.write(rec, start, data))
      assert.equal("5/21/02", disc.write(rec, start, data))
    end)

  it("longer fits what moves more, and denied does not deliver it", function()
    local rec = faulty{longer = 16 * 2048, denied = true}
    assert.equal("good", read_sense(rec, 0, 16))
    assert.equal("device_not_accessible", read_sense(rec, 0, 17))
    assert.equal("good", disc.sense(rec, TUR))
  end)

  it("delivered gives the sense after the work was done", function()
    local rec = faulty{
      opcode = "START STOP UNIT", sense = {5, 0x24, 0}, delivered = true,
      times = 1,
    }
    assert.equal("5/24/00", disc.sense(rec, "1B 00 00 00 02 00"))
    assert.equal("2/3A/02", disc.sense(rec, TUR)) -- the tray is open
  end)

  it("hang delivers the packet later", function()
    local rec = faulty{opcode = "TEST UNIT READY", hang = 1}
    assert.equal("good", disc.sense(rec, TUR))
  end)

  it("short ends a reply there", function()
    local rec = faulty{opcode = "READ CAPACITY", short = 3}
    local whole = disc.ask(faulty(), CAPACITY, 8)
    assert.equal(whole:sub(1, 3), disc.ask(rec, CAPACITY, 8))
    rec = faulty{opcode = "READ CAPACITY", short = 0}
    assert.equal("", disc.ask(rec, CAPACITY, 8))
    rec = faulty{opcode = "READ CAPACITY", short = 8}
    assert.equal(whole, disc.ask(rec, CAPACITY, 8))
  end)

  it("corrupt changes each byte, each time alike", function()
    local whole = disc.ask(faulty(), CAPACITY, 8)
    local rec = faulty{opcode = "READ CAPACITY", corrupt = true}
    local spoilt = disc.ask(rec, CAPACITY, 8)
    assert.equal(#whole, #spoilt)
    for i = 1, #whole do
      assert.not_equal(whole:byte(i), spoilt:byte(i))
    end
    assert.equal(spoilt, disc.ask(rec, CAPACITY, 8))
  end)

  it("long lets a reply say that there is more of it than came", function()
    local whole = disc.ask(faulty(), INFO, 34)
    local rec = faulty({opcode = "READ DISC INFORMATION", long = true},
      {opcode = "READ CAPACITY", long = true})
    assert.equal("\xFF\xFF" .. whole:sub(3), disc.ask(rec, INFO, 34))
    -- A reply without a length has nothing to lie with.
    assert.equal(disc.ask(faulty(), CAPACITY, 8), disc.ask(rec, CAPACITY, 8))
  end)

  it("garbage is noise, the same for a seed and another for the next",
    function()
      local function noise(seed)
        return disc.ask(faulty{opcode = "READ CAPACITY", garbage = seed},
          CAPACITY, 8)
      end
      assert.equal(8, #noise(1))
      assert.equal(noise(1), noise(1))
      assert.not_equal(noise(1), noise(2))
      assert.not_equal(disc.ask(faulty(), CAPACITY, 8), noise(0))
    end)

  it("deferred tells of an earlier command", function()
    local rec = faulty{opcode = "TEST UNIT READY", sense = {3, 0x0C, 0},
      deferred = true}
    local _, failure = disc.send(rec, TUR)
    assert.equal("3/0C/00", disc.sense_of(failure))
    assert.matches("about an earlier command", failure.message)
    -- What the drive says of a WRITE is no failure of the question after it.
    local codes = {generic = false, cannot_write_to_media = true}
    for code, deferred in pairs(codes) do
      rec = faulty{opcode = "READ DISC INFORMATION", sense = {3, 0x0C, 0},
        deferred = deferred}
      assert.equal(code, select(3, disc.send(rec, INFO, 34)))
    end
  end)

  it("corrupt with a block changes that one only", function()
    local rec = faulty{lba = 10, corrupt = true}
    local data = assert(rec:read(9, 3))
    assert.is_true(disc.block(9) == data:sub(1, 2048))
    assert.is_false(disc.block(10) == data:sub(2049, 4096))
    assert.is_true(disc.block(11) == data:sub(4097))
  end)

  it("short, corrupt and garbage fit no packet without a reply", function()
    local rec = faulty({opcode = "TEST UNIT READY", corrupt = true},
      {opcode = "TEST UNIT READY", short = 0},
      {opcode = "TEST UNIT READY", garbage = 1},
      {opcode = "TEST UNIT READY", long = true},
      {opcode = "TEST UNIT READY", lost_write = true})
    assert.equal("good", disc.sense(rec, TUR))
  end)

  it("lost_write leaves the disc as it was, in the end", function()
    local rec = d:opened("medium=cd-rw",
      {faults = {{opcode = "WRITE(10)", lost_write = true}}})
    disc.tao(rec, {400})
    -- As long as the disc stays in, the drive believes it.
    assert.equal("complete", rec:medium().state)
    assert.is_true(disc.block(5) == rec:read(5, 1))
    -- FUA asks the medium itself.
    assert.equal("3/11/00", disc.sense(rec, "28 08 00000005 00 0001 00", 2048))
    assert.is_true(rec:eject())
    assert.is_true(rec:load())
    assert.not_equal("complete", rec:medium().state)
  end)
end)

describe("a defect of the medium", function()
  it("ends the recording where no spare area is", function()
    local rec = d:opened("medium=dvd+r", {faults = {{lba = 20, defect = true}}})
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
    assert.equal("3/0C/00", disc.write(rec, 16, disc.block(0):rep(16)))
    local track = disc.track(rec, 0xFF)
    assert.is_true(track.damaged)
    assert.equal(20, track.size)
    -- Reading does not mind.
    assert.is_true(disc.block(0) == rec:read(0, 1))
  end)

  it("says where it is", function()
    local rec, failure = discrecorder.recorder(
      "virtual:" .. d:path "x" .. "?medium=cd-rw&fault=packet:1,defect")
    assert.is_nil(rec)
    assert.matches("without an lba", failure.message)
  end)
end)

describe("faults that make no sense", function()
  local function refused(text)
    local rec, failure, code = discrecorder.recorder(
      "virtual:" .. d:path "x" .. "?medium=cd-rw&fault=" .. text)
    assert.is_nil(rec, text)
    assert.equal("unsupported", code)
    assert.is_nil(io.open(d:path "x", "rb"))
    return failure.message
  end

  it("are refused in an address, and nothing is made", function()
    for _, text in ipairs {
      "gone", "packet:1", "nth:1,gone", "longer:0,gone",
      "packet:1,gone,delivered", "packet:1,gone,deferred", "packet:1,garbage",
      "packet:1,hang:3600001",
      "opcode:25h,nth:1", "packet:0,gone",
      "packet:-1,gone", "packet:x,gone", "packet:1,gone:maybe",
      "packet:1,gone,lost", "packet:1,packet:1,gone", "packet:1,explode",
      "packet:1,busy:0", "packet:1,busy", "packet:1,short", "packet:1,short:-1",
      "packet:1,sense", "packet:1,sense:3/0C", "packet:1,sense:G/0C/00",
      "packet:1,sense:3/0C/00/00", "packet:1,sense:33/0C/00", "packet:1;",
      "packet:1,gone;", ";", ",", "packet:1,,gone", "opcode:NOTHING,gone",
      "opcode:,gone", "opcode:100h,gone", "lba:99999999999,gone",
      "packet:1,times:0,gone", "packet:18446744073709551616,gone",
    } do
      assert.is_string(refused(text))
    end
  end)

  it("raise in the options", function()
    local address = d:address()
    for i, faults in ipairs {
      {{packet = 1}}, {{gone = true}}, {{packet = 1, explode = true}},
      {{packet = "x", gone = true}}, {{packet = 1, gone = true, lost = true}},
      {{packet = 1, sense = {3, 0x0C}}}, {{packet = 1, sense = {3, 256, 0}}},
      {{packet = 1, sense = {"a", 0, 0}}}, {{packet = 1, sense = {-1, 0, 0}}},
      {{packet = 1, sense = true}}, {{packet = 1, [1] = "gone"}},
      {{packet = {}, gone = true}}, {"packet:1,gone"}, {1}, "packet:1,gone", 7,
      {{packet = 1.5, gone = true}}, {{opcode = 0x1FF, gone = true}},
      {{packet = 1, busy = 0}}, {{packet = 1, busy = -1}},
      {{packet = print, gone = true}},
    } do
      assert.has_error(function()
        discrecorder.recorder(address, {faults = faults})
      end, nil, i)
    end
  end)

  it("may be said not to happen", function()
    local rec = faulty{packet = 1, gone = false, lost = false,
      sense = {1, 0, 0}}
    assert.equal("good", disc.sense(rec, TUR))
  end)
end)

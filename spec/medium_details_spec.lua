-- What `medium()` tells besides the state: the facts that dvd+rw-mediainfo
-- prints (spec/kernel/rows/mediainfo.lua compares both in a kernel).

local burn = require "discrecorder.burn"
local disc = require "spec.support.disc"

local d

before_each(function()
  d = disc.new()
end)

after_each(function()
  collectgarbage()
  d:remove()
end)

local function medium_of(query)
  return assert(d:recorder("medium=" .. query):medium())
end

describe("a medium", function()
  it("has its maker and type as the lead-in tells them", function()
    for query, id in pairs {
      ["dvd-r"] = "DISCREC R16", ["dvd-r-dl"] = "DISCREC D08",
      ["dvd-rw"] = "DISCREC W06", ["dvd+r"] = "DISCREC/R16",
      ["dvd+rw"] = "DISCREC/W08", ["bd-r"] = "DISCRC/R12",
      ["bd-re"] = "DISCRC/RE1",
    } do
      assert.are.equal(id, medium_of(query).media_id)
    end
    assert.is_nil(medium_of "dvd-ram".media_id)
  end)

  it("has its book type, if it is a DVD", function()
    for query, book in pairs {
      ["dvd-r"] = {"dvd-r", 5}, ["dvd-r-dl"] = {"dvd-r", 6},
      ["dvd-rw"] = {"dvd-rw", 2}, ["dvd-ram"] = {"dvd-ram", 6},
      ["dvd+r"] = {"dvd+r", 1}, ["dvd+rw"] = {"dvd+rw", 2},
    } do
      assert.are.same({type = book[1], version = book[2]},
        medium_of(query).book, query)
    end
    assert.is_nil(medium_of "cd-rw".book)
    assert.is_nil(medium_of "bd-r".book)
  end)

  it("has no book type where the drive tells no structure", function()
    local rec = d:recorder("medium=dvd+r", {faults = {
      {opcode = "READ DISC STRUCTURE", nth = 1, sense = {5, 0x30, 2}},
      {opcode = "READ DISC STRUCTURE", nth = 2, sense = {5, 0x30, 2}},
    }})
    local m = assert(rec:medium())
    assert.is_nil(m.book)
    assert.is_nil(m.media_id)
    assert.are.equal("blank", m.state)
  end)

  it("has formats, and what it is formatted to", function()
    local m = medium_of "dvd+rw"
    assert.are.same({state = "unformatted", blocks = 2295104},
      m.format_capacity)
    assert.are.equal("none", m.background_format)
    local ram = medium_of "dvd-ram"
    assert.are.equal("formatted", ram.format_capacity.state)
    assert.are.equal(ram.capacity_blocks, ram.format_capacity.blocks)
    assert.is_nil(ram.background_format)
    assert.is_nil(medium_of "dvd+r".format_capacity)
  end)

  it("tells how far a format in the background has come", function()
    local rec = d:recorder "medium=dvd+rw"
    assert(burn.image(rec, d:image(300), {as_needed = true}))
    assert.are.equal("suspended", assert(rec:medium()).background_format)
  end)

  it("tells its last session, its next track and what can be read", function()
    local rec = d:recorder "medium=dvd+r"
    local m = assert(rec:medium())
    assert.are.equal("empty", m.last_session)
    assert.are.equal(1, m.next_track)
    assert.are.equal(0, m.readable_blocks)
    assert(burn.image(rec, d:image(320), {keep_open = true}))
    m = assert(rec:medium())
    assert.are.equal("empty", m.last_session)
    assert.are.equal(2, m.next_track)
    assert.are.equal(320, m.readable_blocks)
    assert(burn.image(rec, d:image(320), {append = true}))
    m = assert(rec:medium())
    assert.are.equal("complete", m.last_session)
    assert.is_nil(m.next_track)
    assert.are.equal(m.tracks[2].start + 320, m.readable_blocks)
  end)

  it("tells the state of each track", function()
    local rec = d:recorder "medium=dvd-r"
    assert(burn.image(rec, d:image(320), {keep_open = true}))
    local track = assert(rec:medium()).tracks[1]
    assert.are.equal("complete", track.state)
    assert.is_true(track.incremental)
    assert.are.equal(320, track.size)
    assert.are.equal(319, track.last_recorded)
    assert.is_nil(track.free_blocks)
  end)

  it("tells what is free in a track that is open", function()
    local rec = d:recorder "medium=dvd+r"
    assert(rec:open_exclusive())
    local write = "\x2A\0\0\0\0\0\0\0\x10\0"
    assert(rec:command(write, "out", ("w"):rep(16 * 2048)))
    assert(rec:command("\x35\0\0\0\0\0\0\0\0\0"))
    local track = assert(rec:medium()).tracks[1]
    assert.are.equal("open", track.state)
    assert.are.equal(16, track.next_writable)
    assert.are.equal(16, track.blocks)
    assert.are.equal(2295104, track.size)
    assert.are.equal(2295104 - 16, track.free_blocks)
  end)

  it("tells the speeds that are set now", function()
    local m = medium_of "dvd+r"
    assert.are.equal(m.speeds[1], m.write_speed)
    assert.are.equal(22160, m.read_speed)
  end)
end)

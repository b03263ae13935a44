-- What the fuzzers found in disc files and drives (fuzz/README.md): each input
-- that once did harm.
local cue_sheet = require "spec.support.cue_sheet"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local refused = require("spec.support.burning").refused

local d = each(disc.new)

describe("a virtual disc", function()
  it("takes no codes from page 05h that are none: it could not be opened again",
    function()
      local rec = d:opened "medium=cd-r"
      disc.select(rec, disc.write_page{[16] = 0x80, [17] = 0x49, [32] = 0x80,
        [33] = 0x61})
      assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
      assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
      rec = nil -- luacheck: ignore
      assert.is_false(d:again():mcn())
    end)
end)

describe("a drive that records a session at once", function()
  -- The sum was too large for its type, which only a sanitizer saw.
  it("is not asked for blocks beyond all addresses", function()
    local rec = d:opened "medium=cd-r"
    disc.select(rec, cue_sheet.page())
    local entry = cue_sheet.entry
    assert.equal("good", cue_sheet.send(rec, {
      entry(0x01, 0, 0, 0x01), entry(0x01, 1, 0, 0x00, -150),
      entry(0x01, 1, 1, 0x00, 0), entry(0x01, 0xAA, 1, 0x01, 300),
    }))
    assert.equal("5/21/02", disc.sense(rec, "2A 00 7FFFFFFF 00 FFFF 00",
      ("x"):rep(2352)))
  end)
end)

-- Disc files ------------------------------------------------------------------

local function crc32(bytes)
  local crc = 0xFFFFFFFF
  for i = 1, #bytes do
    crc = crc ~ bytes:byte(i)
    for _ = 1, 8 do
      crc = crc >> 1 ~ (crc & 1) * 0xEDB88320
    end
  end
  return crc ~ 0xFFFFFFFF
end

local function medium(kind, leadout)
  return string.pack(">I2I2BBI2i4", 1, 8, kind, 0, 0, leadout)
end

local CLOSED <const>, NEXT <const> = 1, 2

local function session(number, flags, leadout)
  return string.pack(">I2I2BBBBi4", 2, 8, number, flags, 0, 0, leadout)
end

local RESERVED <const>, COMPLETE <const> = 0, 2

-- One of data unless it says otherwise.
local function track(t)
  return string.pack(">I2I2BBBBBBBBi4I4I4I4I4I4", 3, 32, t.number or 1,
    t.session or 1, t.state or COMPLETE, t.flags or 0, t.audio and 0 or 4,
    t.audio and 15 or 1, t.audio and 0 or 8, 0, t.start or 0, t.blocks or 0,
    t.runout or 0, t.reserved or 0, t.pregap or 0, 0)
end

local FORMAT <const> = string.pack(">I2I2", 4, 30) .. ("\0"):rep(30)

-- A disc file with this description, and room for `length` bytes.
local function file_of(length, ...)
  local body = table.concat{...}
  local rest = string.pack(">I4I4I8", #body, 0, 1) .. body
  local path = d:path "made.disc"
  local file <close> = assert(io.open(path, "wb"))
  file:write("discrecorder\r\n\x1a\n", string.pack(">I4I4", 1, 1))
  file:seek("set", 65536)
  file:write("DESC", string.pack(">I4", crc32(rest)), rest)
  file:seek("set", length - 1)
  file:write "\0"
  return path
end

local DATA <const> = 1048576

describe("a disc file is refused", function()
  local CD <const> = medium(1, 359849)
  local BD <const> = medium(10, 12219392)

  local function bad(...)
    refused("bad_file", discrecorder.recorder("virtual:"
      .. file_of(DATA + 2048 * 400, ...)))
  end

  it("with more run-out than its kind of disc has", function()
    bad(BD, FORMAT, session(1, CLOSED | NEXT, 64),
      track{blocks = 32, runout = 5})
  end)

  it("with a lead-out within a unit that is recorded at once", function()
    bad(BD, FORMAT, session(1, CLOSED | NEXT, 36), track{blocks = 32})
  end)

  it("with a last session that none may follow, when it is not finalised",
    function()
      bad(CD, session(1, CLOSED, 302), track{blocks = 300, runout = 2})
    end)

  it("with a reserved track that nobody reserved", function()
    bad(CD, session(1, 0, 0), track{state = RESERVED, reserved = 1024})
  end)

  it("and is no longer when that is put right", function()
    local path = file_of(DATA + 2048 * 400, CD,
      session(1, CLOSED | NEXT, 302), track{blocks = 300, runout = 2},
      session(2, 0, 0), track{number = 2, session = 2, state = RESERVED,
        reserved = 1024, start = 11702, flags = 2})
    local rec = assert(discrecorder.recorder("virtual:" .. path))
    assert.equal("appendable", rec:medium().state)
  end)
end)

describe("a disc whose open session lost its end with the power", function()
  it("can be opened after the session was closed", function()
    local path = file_of(DATA + 2048 * 1000, medium(1, 359849),
      session(1, 0, 0), track{blocks = 300, audio = true, flags = 16,
        pregap = 150})
    local rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(rec:open_exclusive())
    assert.equal("good", disc.close_session(rec))
    rec = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    rec = assert(discrecorder.recorder("virtual:" .. path))
    assert.equal("complete", rec:medium().state)
  end)
end)

describe("a drive", function()
  -- What is found of the disc in the drive when its answer about a track, by
  -- its number in hexadecimal digits, has other bytes from one on.
  local function told(number, from, bytes)
    local trace = d.last .. ".trace"
    local traced <close> =
      assert(discrecorder.recorder("virtual:" .. d.last, {trace = trace}))
    assert(traced:medium())
    local text, count = run.slurp(trace):gsub(
      ("(cdb=5201000000%s.-in=%s)%s"):format(number, ("%x"):rep(2 * from),
        ("%x"):rep(#bytes)), "%1" .. bytes)
    assert.is_true(count > 0)
    run.spit(trace, text)
    return assert(discrecorder.recorder("replay:" .. trace)):medium()
  end

  local START <const>, NEXT_WRITABLE <const>, FREE <const> = 8, 12, 16

  local function appendable()
    local rec = d:opened()
    disc.tao(rec, {300}, {multi = true})
    rec:close()
  end

  local function open_track()
    local rec = d:opened "medium=dvd+r"
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
    assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
    rec:close()
  end

  it("does not make us write where no disc has a block", function()
    appendable()
    local failure = refused("disc_info", told("ff", START, "7f000000"))
    assert.matches("next writable address", failure.message)
  end)

  it("does not call more free than discs have", function()
    appendable()
    refused("disc_info", told("ff", FREE, "07ffffff"))
  end)

  -- Less than that: plans for all of the disc would not fit what is free.
  it("has a capacity of what it calls free, whatever else it tells", function()
    appendable()
    local found = assert(told("ff", FREE, "00100000"))
    assert.equal(0x100000, found.free_blocks)
    assert.equal(found.next_writable + found.free_blocks,
      found.capacity_blocks)
  end)

  -- The sum became one of 32 bits without a sign: 4294967146.
  it("may have an open track that begins before block 0", function()
    open_track()
    local found = assert(told("01", START, "ffffff6affffff6a"))
    assert.equal(-150, found.tracks[1].start)
    assert.equal(-150, found.tracks[1].next_writable)
    assert.equal(0, found.tracks[1].blocks)
  end)

  it("may have an open track that goes on before it begins: it is empty",
    function()
      open_track()
      local found = assert(told("01", NEXT_WRITABLE, "ffffff6a"))
      assert.equal(0, found.tracks[1].next_writable)
      assert.equal(0, found.tracks[1].blocks)
    end)
end)

-- The virtual drive by packets alone: mode 2 whose sectors bring their
-- subheaders (CD-ROM XA; MMC-6 6.33, 7.5.4, 6.19).
local audio = require "spec.support.audio_disc"
local cue_sheet = require "spec.support.cue_sheet"
local disc = require "spec.support.disc"
local mode_2 = require "spec.support.mode_2"

local entry, send = cue_sheet.entry, cue_sheet.send
local SYNC <const> = "35 00 00 00 00 00 00 00 00 00"
local FORM_1 <const>, FORM_2 <const> = 4, 5 -- expected sector types

local d, rec

before_each(function()
  d = disc.new()
  rec = d:opened "medium=cd-rw"
end)

after_each(function()
  rec = nil
  d:remove()
end)

-- WRITE(10) of one block.
local function write(lba, data)
  return disc.sense(rec, ("2A 00 %08X 00 0001 00"):format(lba & 0xFFFFFFFF),
    data)
end

-- A track at once of sectors of so many bytes, by data block type.
local function track(block_type, blocks, make, subheader)
  local page = {[4] = block_type, [8] = 0x20}
  for i, byte in ipairs(subheader or {}) do
    page[47 + i] = byte
  end
  assert.equal("good", disc.select(rec, disc.write_page(page)))
  local start = disc.track(rec, 0xFF).next
  for lba = start, start + blocks - 1 do
    assert.equal("good", write(lba, make(lba)))
  end
  assert.equal("good", disc.sense(rec, SYNC))
  return start
end

local function sectors_of(bytes)
  return function(lba)
    return mode_2.sector(lba, bytes)
  end
end

-- A session at once of one track of a form: its sheet, and its blocks.
local function record(form, bytes, blocks)
  assert.equal("good", disc.select(rec, cue_sheet.page{[8] = 0x20}))
  assert.equal("good", send(rec, {
    entry(0x41, 0, 0, 0x24), entry(0x41, 1, 0, 0x24, -150),
    entry(0x41, 1, 1, form, 0), entry(0x41, 0xAA, 1, 0x24, blocks),
  }))
  for lba = 0, blocks - 1 do
    assert.equal("good", write(lba,
      ("h"):rep(bytes - 2336) .. mode_2.sector(lba, 2336)))
  end
  assert.equal("good", disc.sense(rec, SYNC))
end

-- Every sector as it was sent, around it what belongs there.
local function is_as_sent(lba)
  local raw = assert(audio.read(rec, lba, 1, 0, 0xF8))
  local content = mode_2.content(lba)
  local frames = lba + 150
  local function bcd(n)
    return n // 10 << 4 | n % 10
  end
  assert.is_true(raw:sub(1, 16) == "\0" .. ("\xFF"):rep(10) .. "\0" ..
    string.char(bcd(frames // 4500), bcd(frames // 75 % 60), bcd(frames % 75),
      2))
  assert.is_true(content == raw:sub(17, 16 + #content))
  assert.equal(0, mode_2.remainder(raw:sub(17, 16 + #content + 4)))
end

describe("the virtual drive, mode 2 at once,", function()
  for form, bytes in pairs {[0x20] = 2336, [0x21] = 2352} do
    it(("records sectors of %d bytes, of either form"):format(bytes), function()
      record(form, bytes, 310)
      for _, lba in ipairs {0, 1, 2, 17, 308, 309} do
        is_as_sent(lba)
      end
      local t = disc.track(rec, 1)
      assert.same({4, 2, 310}, {t.control, t.mode, t.size})
      assert.equal(0x20, disc.information(rec).type)
      local toc = disc.ask(rec, "43 02 02 00 00 00 00 0400 00", 1024)
      assert.same({0xA0, 0x20}, {toc:byte(8), toc:byte(14)})
    end)
  end

  it("is the same when the disc is put in again", function()
    record(0x20, 2336, 300)
    rec = nil
    rec = d:again()
    disc.ready(rec)
    is_as_sent(41)
    is_as_sent(42)
    assert.equal(2, disc.track(rec, 1).mode)
  end)

  it("makes pauses, and what was not sent, of form 1", function()
    assert.equal("good", disc.select(rec, cue_sheet.page{[8] = 0x20}))
    assert.equal("good", send(rec, {
      entry(0x41, 0, 0, 0x24), entry(0x41, 1, 0, 0x20, -150),
      entry(0x41, 1, 1, 0x20, 0), entry(0x41, 2, 0, 0x24, 300),
      entry(0x41, 2, 1, 0x20, 450), entry(0x41, 0xAA, 1, 0x24, 750),
    }))
    assert.equal("5/21/02", write(0, mode_2.sector(0, 2336)))
    for lba = -150, 299 do
      assert.equal("good", write(lba, mode_2.sector(lba, 2336)))
    end
    assert.equal("good", disc.sense(rec, SYNC))
    is_as_sent(299)
    assert.is_true(("\0"):rep(2056) ==
      audio.read(rec, 300, 1, FORM_1, 0x50, 0, 2056))
    assert.is_true(("\0"):rep(2048) == rec:read(749, 1))
  end)

  it("stands beside mode 1 and audio, each with its pregap", function()
    assert.equal("good", disc.select(rec, cue_sheet.page{[8] = 0x20}))
    assert.equal("good", send(rec, {
      entry(0x41, 0, 0, 0x14), entry(0x41, 1, 0, 0x14, -150),
      entry(0x41, 1, 1, 0x10, 0), entry(0x41, 2, 0, 0x24, 300),
      entry(0x41, 2, 1, 0x20, 450), entry(0x01, 3, 0, 0x01, 750),
      entry(0x01, 3, 1, 0x00, 900), entry(0x01, 0xAA, 1, 0x01, 1200),
    }))
    for lba = 0, 299 do
      assert.equal("good", disc.write(rec, lba, disc.block(lba)))
    end
    for lba = 450, 749 do
      assert.equal("good", write(lba, mode_2.sector(lba, 2336)))
    end
    assert.equal("good", disc.sense(rec, SYNC))
    assert.is_true(disc.block(299) == rec:read(299, 1))
    is_as_sent(450)
    assert.same({1, 2, 15}, {disc.track(rec, 1).mode, disc.track(rec, 2).mode,
      disc.track(rec, 3).mode})
    -- Data all the way, up to the first sector of form 2.
    assert.is_true(disc.block(299) .. ("\0"):rep(150 * 2048) ..
      mode_2.data(450, 2048) == rec:read(299, 152))
  end)

  for what, change in pairs {
    ["of a form that is none"] = {{3, entry(0x41, 1, 1, 0x23, 0)}, "5/26/01"},
    ["without a form"] = {{3, entry(0x41, 1, 1, 0x30, 0)}, "5/26/01"},
    ["with sub-channels"] = {{3, entry(0x41, 1, 1, 0x60, 0)}, "5/26/01"},
    ["that are audio"] = {{3, entry(0x01, 1, 1, 0x20, 0)}, "5/26/02"},
    ["after a pregap of mode 1"] = {{2, entry(0x41, 1, 0, 0x14, -150)},
      "5/26/02"},
    ["that are a pause"] = {{3, entry(0x41, 1, 1, 0x24, 0)}, "5/26/02"},
    ["right behind mode 1"] = {{4, entry(0x41, 2, 1, 0x10, 300)}, "5/26/02"},
    ["after too short a pregap"] = {{4, entry(0x41, 2, 0, 0x10, 300) .. " " ..
      entry(0x41, 2, 1, 0x10, 400)}, "5/26/02"},
  } do
    it("refuses sectors " .. what, function()
      local sheet = {
        entry(0x41, 0, 0, 0x24), entry(0x41, 1, 0, 0x20, -150),
        entry(0x41, 1, 1, 0x20, 0), entry(0x41, 2, 1, 0x20, 300),
        entry(0x41, 0xAA, 1, 0x24, 700),
      }
      assert.equal("good", disc.select(rec, cue_sheet.page()))
      assert.equal("good", send(rec, sheet))
      sheet[change[1][1]] = change[1][2]
      assert.equal(change[2], send(rec, sheet))
    end)
  end

  it("refuses a WRITE that brings other lengths", function()
    assert.equal("good", disc.select(rec, cue_sheet.page()))
    assert.equal("good", send(rec, {
      entry(0x41, 0, 0, 0x24), entry(0x41, 1, 0, 0x20, -150),
      entry(0x41, 1, 1, 0x20, 0), entry(0x41, 2, 1, 0x21, 300),
      entry(0x41, 0xAA, 1, 0x24, 600),
    }))
    assert.equal("B/4B/00", write(-150, ("x"):rep(2048)))
    for lba = -150, 298 do
      assert.equal("good", write(lba, ("x"):rep(2336)))
    end
    -- Of two forms at once.
    assert.equal("5/64/00", disc.sense(rec, "2A 00 0000012B 00 0002 00",
      ("x"):rep(2336 + 2352)))
  end)
end)

describe("the virtual drive, mode 2 track at once,", function()
  it("takes subheaders with the data, of one form or both", function()
    track(0x0B, 300, function(lba)
      return mode_2.subheader(0x08, lba % 7) .. mode_2.data(lba, 2048)
    end)
    local mixed = track(0x0D, 300, sectors_of(2332))
    disc.close_session(rec)
    is_as_sent(3)
    is_as_sent(mixed)
    is_as_sent(mixed + 1)
    is_as_sent(mixed + 2)
    assert.is_true(mode_2.data(3, 2048) == rec:read(3, 1))
  end)

  it("takes form 2 with the subheader of page 05h", function()
    track(0x0C, 301, function(lba)
      return mode_2.data(lba, 2324)
    end, {5, 1, 0x44, 2})
    disc.close_session(rec)
    local raw = audio.read(rec, 300, 1, FORM_2, 0xF8)
    assert.is_true(("\5\1\x64\2"):rep(2) .. mode_2.data(300, 2324) ==
      raw:sub(17, 2348))
    assert.equal(0, mode_2.remainder(raw:sub(17)))
    assert.equal(2, disc.track(rec, 1).mode)
  end)

  it("keeps to one data block type within a track", function()
    track(0x0D, 300, sectors_of(2332))
    local start = disc.track(rec, 0xFF).next
    assert.equal("good", write(start, mode_2.sector(start, 2332)))
    disc.select(rec, disc.write_page{[4] = 0x0B, [8] = 0x20})
    assert.equal("5/64/00", write(start + 1, ("x"):rep(2056)))
    disc.select(rec, disc.write_page{[4] = 0x0D, [8] = 0x20})
    assert.equal("B/4B/00", write(start + 1, ("x"):rep(2056)))
    assert.equal("good", write(start + 1, mode_2.sector(start + 1, 2332)))
  end)
end)

describe("the virtual drive, reading sectors of both forms,", function()
  before_each(function()
    record(0x20, 2336, 300)
  end)

  it("is announced in mode page 2Ah", function()
    assert.equal(0x30, disc.page(rec, 0x2A):byte(5) & 0x30)
  end)

  it("gives READ(10) those of form 1", function()
    assert.is_true(mode_2.data(3, 2048) .. mode_2.data(4, 2048) ==
      rec:read(3, 2))
    assert.equal("5/64/00", disc.sense(rec, "28 00 00000005 00 0001 00", 2048))
    assert.equal("5/64/00",
      disc.sense(rec, "28 00 00000003 00 0004 00", 4 * 2048))
    assert.equal("5/64/00", disc.sense(rec, "2F 00 00000003 00 0004 00"))
    assert.equal("good", disc.sense(rec, "2F 00 00000003 00 0002 00"))
  end)

  it("gives READ CD those of the type that it expects", function()
    assert.is_true(mode_2.data(3, 2048) ==
      audio.read(rec, 3, 1, FORM_1, 0x10, 0, 2048))
    assert.is_true(mode_2.data(5, 2324) ==
      audio.read(rec, 5, 1, FORM_2, 0x10, 0, 2328):sub(1, 2324))
    assert.is_true(mode_2.content(5) ==
      audio.read(rec, 5, 1, FORM_2, 0x58, 0, 2336):sub(1, 2332))
    assert.is_true(mode_2.subheader(0x64, 5) ==
      audio.read(rec, 5, 1, FORM_2, 0x40, 0, 8))
    for _, type in ipairs {1, 2, 3, FORM_2} do
      assert.same({nil, "5/64/00"}, {audio.read(rec, 3, 1, type)})
    end
    assert.same({nil, "5/64/00"}, {audio.read(rec, 5, 1, FORM_1)})
    assert.same({nil, "5/64/00"}, {audio.read(rec, 3, 3, FORM_1)})
    assert.same({nil, "5/24/00"}, {audio.read(rec, 5, 1, FORM_2, 0x30)})
  end)

  it("gives any type one after the other", function()
    local all = assert(audio.read(rec, 3, 3, 0, 0x10, 0, 2352))
    assert.is_true(mode_2.data(3, 2048) .. mode_2.data(4, 2048) ..
      mode_2.data(5, 2324) == all:sub(1, 2 * 2048 + 2324))
    local whole = assert(audio.read(rec, 0, 40, 0, 0xF8))
    for lba = 0, 39 do
      local content = mode_2.content(lba)
      assert.is_true(content == whole:sub(lba * 2352 + 17, lba * 2352 + 16 +
        #content))
    end
    local with_q = assert(audio.read(rec, 4, 2, 0, 0xF8, 2, 2368))
    assert.is_true(whole:sub(5 * 2352 + 1, 6 * 2352) ==
      with_q:sub(2369, 2368 + 2352))
  end)
end)

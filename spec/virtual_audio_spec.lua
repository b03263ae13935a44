-- The virtual drive by packets alone: audio on CDs, recorded track-at-once
-- (MMC-6 6.48, 7.5; 6.19 READ CD; drives.md 5).
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local d = each(disc.new)

describe("the virtual drive, audio track-at-once,", function()
  local rec

  before_each(function()
    rec = d:opened "medium=cd-r"
  end)

  it("gives each sample back", function()
    assert.equal(0, audio.track(rec, 400))
    assert.equal(552, audio.track(rec, 301))
    assert.equal("good", disc.close_session(rec))
    assert.is_true(audio.blocks(0, 400) == audio.read(rec, 0, 400, 1))
    assert.is_true(audio.blocks(552, 301) == audio.read(rec, 552, 301, 0))
    assert.is_true(audio.blocks(7, 3) == disc.ask(rec,
      "B9 04 00 000207 00020A 10 00 00", 3 * 2352))
    local whole = audio.blocks(7, 3)
    assert.is_true(whole == audio.read(rec, 7, 3, 1, 0xF8))
  end)

  it("says of the track what page 05h said", function()
    audio.track(rec, 300, {[3] = 0x01})
    audio.track(rec, 300, {[3] = 0x02})
    audio.track(rec, 300, {[3] = 0x10})
    disc.close_session(rec)
    for number, control in ipairs {0x01, 0x02, 0x10} do
      local r = disc.ask(rec, ("52 01 %08X 00 0024 00"):format(number), 36)
      assert.equal(control, r:byte(6))
      assert.equal(0x0F, r:byte(7)) -- no data mode
    end
    local toc = disc.ask(rec, "43 00 00 00 00 00 00 0064 00", 100)
    assert.same({0x11, 0x12, 0x10, 0x10},
      {toc:byte(6), toc:byte(14), toc:byte(22), toc:byte(30)})
  end)

  it("stands beside data in a session", function()
    local data = disc.one_track(rec, 300)
    local music = audio.track(rec, 320)
    local more = disc.one_track(rec, 310)
    assert.same({0, 452, 924}, {data, music, more})
    disc.close_session(rec)
    assert.is_true(disc.block(299) == rec:read(299, 1))
    assert.is_true(disc.block(924) == rec:read(924, 1))
    assert.is_true(audio.blocks(452, 320) == audio.read(rec, 452, 320, 1))
    local toc = disc.ask(rec, "43 02 02 00 00 00 00 0400 00", 1024)
    local controls = {}
    for at = 5, #toc, 11 do
      local point = toc:byte(at + 3)
      if point < 0xA0 then
        controls[point] = toc:byte(at + 1)
      end
    end
    assert.same({0x14, 0x10, 0x14}, controls)
  end)

  it("is not there for READ(10)", function()
    audio.track(rec, 300)
    disc.one_track(rec, 300)
    disc.close_session(rec)
    assert.equal("5/64/00", disc.sense(rec, "28 00 00000000 00 0001 00", 2048))
    assert.equal("5/64/00",
      disc.sense(rec, "A8 00 00000064 00000001 00 00", 2048))
    assert.equal("5/64/00", disc.sense(rec, "2F 00 00000064 00 0001 00"))
  end)

  it("is not data, nor data audio, for READ CD", function()
    local music = audio.track(rec, 300)
    local data = disc.one_track(rec, 300)
    disc.close_session(rec)
    for _, type in ipairs {2, 3, 4, 5} do
      assert.same({nil, "5/64/00"}, {audio.read(rec, music, 1, type)})
    end
    assert.same({nil, "5/64/00"}, {audio.read(rec, data, 1, 1)})
    assert.same({nil, "5/64/00"}, {audio.read(rec, 299, 200, 1)})
  end)

  it("comes without C2 pointers", function()
    local music = audio.track(rec, 300)
    for _, flags in ipairs {0x11, 0x12, 0x14} do
      assert.same({nil, "5/24/00"}, {audio.read(rec, music, 1, 1, flags)})
    end
  end)

  it("is silence between tracks of audio, and nothing before data", function()
    audio.track(rec, 300)
    audio.track(rec, 300)
    disc.one_track(rec, 300)
    disc.close_session(rec)
    local silence = ("\0"):rep(152 * 2352)
    assert.is_true(silence == audio.read(rec, 300, 152, 1))
    assert.is_true(silence:sub(1, 2 * 2352) == audio.read(rec, 752, 2, 1))
    assert.same({nil, "5/64/00"}, {audio.read(rec, 754, 1, 0)})
  end)

  it("makes a short track 300 blocks long", function()
    audio.track(rec, 1)
    assert.equal(302, disc.track(rec, 1).size)
    disc.close_session(rec)
    assert.is_true(audio.block(0) == audio.read(rec, 0, 1, 1))
    assert.is_true(("\0"):rep(2352) == audio.read(rec, 299, 1, 1))
  end)

  it("refuses blocks that are not of the track's mode", function()
    disc.select(rec, audio.page{[3] = 0x04})
    assert.equal("5/64/00", audio.write(rec, 0, audio.block(0)))
    disc.select(rec, disc.write_page{[3] = 0x00})
    assert.equal("5/64/00", disc.write(rec, 0, disc.block(0)))
    disc.select(rec, audio.page())
    assert.equal("B/4B/00", disc.sense(rec, "2A 00 00000000 00 0001 00",
      disc.block(0)))
    assert.equal("good", audio.write(rec, 0, audio.block(0)))
    disc.select(rec, disc.write_page())
    assert.equal("5/64/00", disc.write(rec, 1, disc.block(1)))
    disc.select(rec, audio.page())
    assert.equal("good", audio.write(rec, 1, audio.block(1)))
  end)

  it("leaves no trace of a test write", function()
    audio.track(rec, 300, {test = true})
    assert.equal("blank", rec:medium().state)
    assert.same({nil, "5/21/00"}, {audio.read(rec, 0, 1, 0)})
  end)

  it("fills a reserved track", function()
    disc.select(rec, audio.page())
    assert.equal("good", disc.sense(rec, "53 00 00 00 00 00000190 00"))
    assert.equal("good", audio.write(rec, 0, audio.blocks(0, 13)))
    assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
    assert.equal(402, disc.track(rec, 1).size)
    disc.close_session(rec)
    assert.is_true(("\0"):rep(2352) == audio.read(rec, 399, 1, 1))
  end)

  it("is in the disc file, wherever a process was killed", function()
    local child = disc.child([[
      local audio = require "spec.support.audio_disc"
      local disc = require "spec.support.disc"
      local rec = assert(discrecorder.recorder("virtual:" .. args[1]))
      assert(rec:open_exclusive())
      assert(disc.select(rec, audio.page()) == "good")
      for lba = 0, 599, 10 do
        assert(audio.write(rec, lba, audio.blocks(lba, 10)) == "good")
      end
      ready()
      forever()]], d:path "other?medium=cd-r")
    child.kill()
    local other = assert(discrecorder.recorder("virtual:" .. d:path "other"))
    assert(other:open_exclusive())
    assert.is_true(disc.track(other, 1).damaged)
    assert.equal("good", disc.sense(other, "5B 00 01 00 0001 00 00 00 00"))
    assert.equal("good", disc.close_session(other))
    local size = disc.track(other, 1).size - 2
    assert.is_true(size >= 300 and size <= 600)
    assert.is_true(audio.blocks(0, size) == audio.read(other, 0, size, 1))
  end)
end)

describe("the virtual drive with the quirk read-offset", function()
  it("reads audio 30 samples too early, and data as it is", function()
    local rec = d:opened "medium=cd-r&quirk=read-offset"
    local music = audio.track(rec, 300)
    local data = disc.one_track(rec, 300)
    assert.equal("good", disc.close_session(rec))
    assert.equal(0, music)
    local whole = ("\0"):rep(120) .. audio.blocks(0, 300) .. ("\0"):rep(2352)
    assert.is_true(whole:sub(1, 301 * 2352) == audio.read(rec, 0, 301, 1))
    assert.is_true(whole:sub(7 * 2352 + 1, 8 * 2352) ==
      audio.read(rec, 7, 1, 0))
    assert.is_true(disc.block(data) == rec:read(data, 1))
  end)
end)

describe("the virtual drive, losing audio,", function()
  it("gives nothing back that never reached the disc", function()
    local rec = d:opened("medium=cd-r", {
      faults = {{opcode = "WRITE(10)", nth = 2, lost_write = true}},
    })
    local start = audio.track(rec, 400)
    assert.is_true(audio.blocks(0, 13) == audio.read(rec, start, 13, 1))
    assert.same({nil, "3/11/00"}, {audio.read(rec, 13, 1, 1)})
  end)
end)

describe("the virtual drive's sub-channel", function()
  local rec

  before_each(function()
    rec = d:opened "medium=cd-r"
    audio.track(rec, 400)
    audio.track(rec, 300, {[3] = 0x02})
    assert.equal("good", disc.close_session(rec))
  end)

  it("tells track, index and time of the block read last", function()
    audio.read(rec, 0, 11, 1)
    local r = disc.ask(rec, "42 00 40 01 00 00 00 0010 00", 16)
    assert.is_true(disc.hex "00 15 000C 01 10 01 01 0000000A 0000000A" == r)
    audio.read(rec, 552, 76, 1)
    r = disc.ask(rec, "42 02 40 01 00 00 00 0010 00", 16)
    assert.is_true(disc.hex "00 15 000C 01 12 02 01 00000A1B 00000100" == r)
    audio.read(rec, 402, 1, 1)
    r = disc.ask(rec, "42 00 40 01 00 00 00 0010 00", 16)
    assert.is_true(disc.hex "00 15 000C 01 12 02 00 00000192 FFFFFF6A" == r)
  end)

  it("has no codes where none were recorded", function()
    local r = disc.ask(rec, "42 00 40 02 00 00 00 0018 00", 24)
    assert.equal(0, r:byte(9))
    r = disc.ask(rec, "42 00 40 03 00 00 01 0018 00", 24)
    assert.equal(0, r:byte(9))
    assert.equal("5/24/00", disc.sense(rec, "42 00 40 03 00 00 03 0018 00", 24))
    assert.equal("5/24/00", disc.sense(rec, "42 00 40 04 00 00 01 0018 00", 24))
    assert.equal(4, #disc.ask(rec, "42 00 00 01 00 00 00 0018 00", 24))
  end)

  it("comes with READ CD, formatted or raw", function()
    local r = audio.read(rec, 553, 1, 1, 0x10, 2, 2352 + 16)
    assert.is_true(audio.block(553) == r:sub(1, 2352))
    assert.is_true(disc.hex "21 02 01 00 00 01 00 00 09 28" ==
      r:sub(2353, 2362))
    -- The same bit by bit, in bit 6 of 96 bytes.
    local raw = audio.read(rec, 553, 1, 0, 0x00, 1, 96)
    local bytes = {}
    for i = 0, 11 do
      bytes[i + 1] = 0
      for bit = 1, 8 do
        bytes[i + 1] = bytes[i + 1] << 1 | raw:byte(8 * i + bit) >> 6 & 1
      end
    end
    assert.is_true(r:sub(2353, 2364) == string.char(table.unpack(bytes)))
    -- A pause: time runs down, and P is set.
    r = audio.read(rec, 551, 1, 0, 0x00, 2, 16)
    assert.is_true(disc.hex "21 02 00 00 00 00 00 00 09 26" == r:sub(1, 10))
    assert.equal(0x80, r:byte(16))
    assert.same({nil, "5/24/00"}, {audio.read(rec, 0, 1, 1, 0x10, 4)})
  end)
end)

describe("the virtual drive, mode 2 form 1,", function()
  local SUBHEADER <const> = "\0\0\8\0"
  local rec

  before_each(function()
    rec = d:opened "medium=cd-r"
    disc.one_track(rec, 300, {[4] = 0x0A, [8] = 0x20, [50] = 0x08})
    disc.one_track(rec, 300, {[8] = 0x20})
    assert.equal("good", disc.close_session(rec))
  end)

  it("gives its blocks back", function()
    assert.is_true(disc.block(7) == rec:read(7, 1))
    assert.is_true(disc.block(452) == rec:read(452, 1))
    assert.same({4, 2, 4, 1}, {disc.track(rec, 1).control,
      disc.track(rec, 1).mode, disc.track(rec, 2).control,
      disc.track(rec, 2).mode})
    assert.equal(0x20, disc.information(rec).type)
  end)

  it("has subheader, EDC and ECC in its raw sectors", function()
    local raw = audio.read(rec, 7, 1, 4, 0xF8)
    assert.is_true("\0" .. ("\xFF"):rep(10) .. "\0\0\2\7\2" ..
      SUBHEADER:rep(2) .. disc.block(7) == raw:sub(1, 2072))
    -- What an EDC is of holds no remainder.
    local edc = 0
    for i = 17, 2076 do
      edc = edc ~ raw:byte(i)
      for _ = 1, 8 do
        edc = edc >> 1 ~ (edc & 1 == 1 and 0xD8018001 or 0)
      end
    end
    assert.equal(0, edc)
    assert.is_true(raw:sub(17, 2072) ==
      audio.read(rec, 7, 1, 0, 0x50, 0, 2056))
    assert.is_true(disc.block(7) == audio.read(rec, 7, 1, 4, 0x10, 0, 2048))
    assert.is_true(SUBHEADER:rep(2) == audio.read(rec, 7, 1, 4, 0x40, 0, 8))
  end)

  it("is not mode 1, and its fields must hang together", function()
    assert.same({nil, "5/64/00"}, {audio.read(rec, 7, 1, 2)})
    assert.same({nil, "5/64/00"}, {audio.read(rec, 452, 1, 4)})
    assert.same({nil, "5/24/00"}, {audio.read(rec, 7, 1, 4, 0x30)})
    assert.same({nil, "5/24/00"}, {audio.read(rec, 7, 1, 0, 0x30)})
    assert.is_string((audio.read(rec, 452, 1, 0, 0x30)))
  end)
end)

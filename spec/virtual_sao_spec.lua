-- The virtual drive by packets alone: sessions recorded at once by a cue sheet
-- (MMC-6 6.33 SEND CUE SHEET, write type 2).
local audio = require "spec.support.audio_disc"
local cue_sheet = require "spec.support.cue_sheet"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local d = each(disc.new)

local SYNC <const> = "35 00 00 00 00 00 00 00 00 00"

local entry, send, sao_page = cue_sheet.entry, cue_sheet.send, cue_sheet.page

-- One track of 300 blocks of audio.
local function simple()
  return {
    entry(0x01, 0, 0, 0x01), entry(0x01, 1, 0, 0x00, -150),
    entry(0x01, 1, 1, 0x00, 0), entry(0x01, 0xAA, 1, 0x01, 300),
  }
end

local function text_code(adr, track, text)
  local bytes = {}
  for c in text:gmatch "." do
    table.insert(bytes, ("%02X"):format(c:byte()))
  end
  return ("%02X %s %s"):format(adr, track and ("%02X"):format(track) or "",
    table.concat(bytes, " "))
end

local function record(rec, from, to)
  for lba = from, to - 1, 13 do
    local said = audio.write(rec, lba,
      audio.blocks(lba, math.min(13, to - lba)))
    if said ~= "good" then
      error(("WRITE(10) at %d: %s"):format(lba, said), 2)
    end
  end
end

describe("the virtual drive, a session at once,", function()
  local rec

  before_each(function()
    rec = d:opened "medium=cd-rw"
    assert.equal("good", disc.select(rec, sao_page()))
  end)

  it("records audio without gaps, block by block as the sheet says", function()
    assert.equal("good", send(rec, {
      text_code(0x02, nil, "0123456"), text_code(0x02, nil, "789012") .. " 00",
      entry(0x01, 0, 0, 0x01),
      text_code(0x03, 1, "DEABC0"), text_code(0x03, 1, "600001"),
      entry(0x01, 1, 0, 0x00, -150),
      entry(0x01, 1, 1, 0x00, 30),
      entry(0x01, 1, 2, 0x00, 100),
      entry(0x21, 2, 1, 0x00, 330),
      entry(0x11, 3, 0, 0x00, 700),
      entry(0x11, 3, 1, 0x00, 725),
      entry(0x11, 0xAA, 1, 0x01, 1100),
    }))
    record(rec, -150, 1100)
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal(2, disc.information(rec).status)
    assert.same({30, 300, 0}, {disc.track(rec, 1).start,
      disc.track(rec, 1).size, disc.track(rec, 1).control})
    assert.same({330, 370, 2}, {disc.track(rec, 2).start,
      disc.track(rec, 2).size, disc.track(rec, 2).control})
    assert.same({725, 375, 1}, {disc.track(rec, 3).start,
      disc.track(rec, 3).size, disc.track(rec, 3).control})
    -- All of it, with the audio before the first index.
    assert.is_true(audio.blocks(0, 1100) == audio.read(rec, 0, 1100, 1))
    assert.same({nil, "5/21/00"}, {audio.read(rec, 1100, 1, 1)})
    assert.equal(1099, string.unpack(">I4",
      disc.ask(rec, "25 00 00 00 00 00 00 00 00 00", 8)))
  end)

  it("records data, and makes pauses itself", function()
    assert.equal("good", send(rec, {
      entry(0x41, 0, 0, 0x14), entry(0x41, 1, 0, 0x14, -150),
      entry(0x41, 1, 1, 0x10, 0), entry(0x01, 2, 0, 0x01, 400),
      entry(0x01, 2, 1, 0x00, 550), entry(0x41, 3, 0, 0x14, 900),
      entry(0x41, 3, 1, 0x11, 1050), entry(0x41, 0xAA, 1, 0x14, 1350),
    }))
    assert.equal("5/21/02", disc.write(rec, -150, disc.block(0)))
    for lba = 0, 399, 16 do
      local n = math.min(16, 400 - lba)
      assert.equal("good", disc.write(rec, lba, disc.block(lba):rep(n)))
    end
    assert.equal("5/21/02", audio.write(rec, 400, audio.block(400)))
    record(rec, 550, 900)
    for lba = 1050, 1349 do
      assert.equal("good", audio.write(rec, lba, ("x"):rep(16) ..
        disc.block(lba) .. ("y"):rep(288)))
    end
    assert.equal("good", disc.sense(rec, SYNC))
    assert.is_true(disc.block(384):rep(16) == rec:read(384, 16))
    assert.is_true(disc.block(1200) == rec:read(1200, 1))
    assert.is_true(audio.blocks(550, 350) == audio.read(rec, 550, 350, 1))
    assert.is_true(("\0"):rep(150 * 2352) == audio.read(rec, 400, 150, 1))
    assert.is_true(("\0"):rep(2048) == rec:read(1000, 1))
    assert.same({4, 0, 4}, {disc.track(rec, 1).control,
      disc.track(rec, 2).control, disc.track(rec, 3).control})
  end)

  it("takes no block that the sheet does not have next", function()
    assert.equal("good", send(rec, simple()))
    assert.equal("5/21/02", audio.write(rec, 0, audio.block(0)))
    assert.equal("good", audio.write(rec, -150, audio.blocks(-150, 150)))
    assert.equal("5/21/02", audio.write(rec, -150, audio.block(0)))
    assert.equal("B/4B/00", disc.sense(rec, "2A 00 00000000 00 0001 00",
      disc.block(0)))
    assert.equal("5/21/00", audio.write(rec, 0, audio.blocks(0, 301)))
    assert.equal("good", audio.write(rec, 0, audio.blocks(0, 300)))
    assert.equal("5/21/00", audio.write(rec, 300, audio.block(300)))
    assert.equal("5/2C/00", disc.close_session(rec))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("complete", rec:medium().state)
  end)

  it("fills up what is missing when the session is ended", function()
    send(rec, simple())
    assert.equal("good", audio.write(rec, -150, audio.blocks(-150, 160)))
    assert.equal("good", disc.sense(rec, SYNC))
    assert.is_true(audio.blocks(0, 10) == audio.read(rec, 0, 10, 1))
    assert.is_true(("\0"):rep(290 * 2352) == audio.read(rec, 10, 290, 1))
  end)

  it("leaves the disc open when page 05h says so", function()
    assert.equal("good", disc.select(rec, sao_page{[3] = 0xC0}))
    send(rec, simple())
    record(rec, -150, 300)
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal(1, disc.information(rec).status)
    assert.equal(300 + 11400, disc.track(rec, 0xFF).start)
    -- Once more, where the second session is.
    local start = 11700
    assert.equal("good", disc.select(rec, sao_page()))
    assert.equal("5/26/00", send(rec, simple()))
    assert.equal("good", send(rec, {
      entry(0x01, 0, 0, 0x01), entry(0x01, 2, 0, 0x00, start - 150),
      entry(0x01, 2, 1, 0x00, start), entry(0x01, 0xAA, 1, 0x01, start + 300),
    }))
    record(rec, start - 150, start + 300)
    assert.equal("good", disc.sense(rec, SYNC))
    assert.is_true(audio.blocks(start, 300) ==
      audio.read(rec, start, 300, 1))
    assert.equal(2, disc.information(rec).sessions)
    assert.equal("complete", rec:medium().state)
  end)

  it("leaves no trace of a test write", function()
    disc.select(rec, sao_page{test = true, [2] = 0x52})
    send(rec, simple())
    record(rec, -150, 300)
    assert.equal("good", disc.sense(rec, SYNC))
    assert.equal("blank", rec:medium().state)
  end)

  it("wants a sheet, once for each session", function()
    assert.equal("5/2C/00", audio.write(rec, -150, audio.block(0)))
    assert.equal("good", send(rec, simple()))
    record(rec, -150, 300)
    disc.sense(rec, SYNC)
    assert.equal("5/30/05", audio.write(rec, -150, audio.block(0)))
    assert.equal("5/30/05", send(rec, simple()))
  end)

  it("wants page 05h to ask for it", function()
    disc.select(rec, disc.write_page())
    assert.equal("5/2C/00", send(rec, simple()))
  end)

  it("is not begun in a session that is open", function()
    disc.one_track(rec, 300)
    disc.select(rec, sao_page())
    assert.equal("5/64/00", send(rec, simple()))
  end)

  it("keeps what came before a power cut, damaged, and is brought back",
    function()
      send(rec, simple())
      record(rec, -150, 100)
      local hand = rec:operator()
      hand:power_off()
      hand:power_on()
      disc.ready(rec)
      assert.is_true(disc.track(rec, 1).damaged)
      assert.equal("good", disc.sense(rec, "5B 00 01 00 0001 00 00 00 00"))
      assert.equal("good", disc.close_session(rec))
      assert.is_true(audio.blocks(0, 99) == audio.read(rec, 0, 99, 1))
    end)

  it("is in the disc file with its codes and indexes", function()
    send(rec, {
      entry(0x01, 0, 0, 0x01),
      text_code(0x03, 1, "DEABC0"), text_code(0x03, 1, "600001"),
      entry(0x01, 1, 0, 0x00, -150), entry(0x01, 1, 1, 0x00, 0),
      entry(0x01, 1, 2, 0x00, 10), entry(0x01, 0xAA, 1, 0x01, 300),
    })
    record(rec, -150, 300)
    disc.sense(rec, SYNC)
    rec = nil
    collectgarbage()
    collectgarbage()
    local again = assert(discrecorder.recorder("virtual:" .. d.last))
    assert(again:open_exclusive())
    assert.is_true(audio.blocks(0, 300) == audio.read(again, 0, 300, 1))
    assert.equal("DEABC0600001",
      disc.ask(again, "42 00 40 03 00 00 01 0018 00", 24):sub(10, 21))
    audio.read(again, 20, 1, 1)
    assert.equal(2, disc.ask(again, "42 00 40 01 00 00 00 0010 00", 16):byte(8))
  end)

  it("tells MCN and ISRC in Q, too", function()
    send(rec, {
      text_code(0x02, nil, "0123456"), text_code(0x02, nil, "789012") .. " 00",
      entry(0x01, 0, 0, 0x01),
      text_code(0x03, 1, "DEABC0"), text_code(0x03, 1, "600001"),
      entry(0x01, 1, 0, 0x00, -150), entry(0x01, 1, 1, 0x00, 0),
      entry(0x01, 0xAA, 1, 0x01, 300),
    })
    record(rec, -150, 300)
    disc.sense(rec, SYNC)
    local r = disc.ask(rec, "42 00 40 02 00 00 00 0018 00", 24)
    assert.equal("\x800123456789012", r:sub(9, 22))
    local seen = {}
    r = audio.read(rec, 0, 100, 1, 0x00, 2, 16)
    for at = 1, #r, 16 do
      local adr = r:byte(at) & 15
      seen[adr] = (seen[adr] or 0) + 1
      if adr == 2 then
        assert.is_true(disc.hex "02 01 23 45 67 89 01 20 00" ==
          r:sub(at, at + 8))
      elseif adr == 3 then
        -- D, E, A, B in six bits each and C, then digits.
        assert.is_true(disc.hex "03 51 54 52 4C 06 00 00 10" ==
          r:sub(at, at + 8), ("%q"):format(r:sub(at, at + 8)))
      end
    end
    assert.same({98, 1, 1}, seen)
  end)

  it("tells the position where an index begins, and the MCN after it",
    function()
      send(rec, {
        text_code(0x02, nil, "0123456"),
        text_code(0x02, nil, "789012") .. " 00",
        entry(0x01, 0, 0, 0x01),
        entry(0x01, 1, 0, 0x00, -150), entry(0x01, 1, 1, 0x00, 0),
        entry(0x01, 1, 2, 0x00, 75), entry(0x01, 0xAA, 1, 0x01, 300),
      })
      record(rec, -150, 300)
      disc.sense(rec, SYNC)
      local r = audio.read(rec, 74, 3, 1, 0x00, 2, 16)
      assert.is_true(disc.hex "01 01 01" == r:sub(1, 3))
      assert.is_true(disc.hex "01 01 02" == r:sub(17, 19))
      assert.is_true(disc.hex "02 01 23" == r:sub(33, 35))
      -- Where nothing begins it comes a block earlier.
      r = audio.read(rec, 175, 1, 1, 0x00, 2, 16)
      assert.equal(2, r:byte())
    end)
end)

describe("CD-TEXT on the virtual drive", function()
  local LEAD_IN <const> = -11075 -- of a CD-RW

  local function crc(s)
    local c = 0
    for i = 1, #s do
      c = c ~ s:byte(i) << 8
      for _ = 1, 8 do
        c = (c << 1 ~ (c & 0x8000 ~= 0 and 0x1021 or 0)) & 0xFFFF
      end
    end
    return string.pack(">I2", c ~ 0xFFFF)
  end

  local function pack(type, number, text)
    local head = string.char(type, 0, number, 0) .. text ..
      ("\0"):rep(12 - #text)
    return head .. crc(head)
  end

  -- Six bits a byte.
  local function raw(packs)
    return (packs:gsub("...", function(three)
      local word = string.unpack(">I3", three)
      return string.char(word >> 18, word >> 12 & 63, word >> 6 & 63,
        word & 63)
    end))
  end

  local function sheet()
    return {
      entry(0x01, 0, 0, 0x41), entry(0x01, 1, 0, 0x00, -150),
      entry(0x01, 1, 1, 0x00, 0), entry(0x01, 0xAA, 1, 0x01, 300),
    }
  end

  local rec

  before_each(function()
    rec = d:opened "medium=cd-rw"
    disc.select(rec, sao_page())
  end)

  it("is written into the lead-in and comes back as packs", function()
    local packs = {}
    for i = 0, 5 do
      packs[i + 1] = pack(0x80 + i, i, "text " .. i)
    end
    packs = table.concat(packs)
    -- Six packs, four in a block: over and over.
    local round = raw(packs):rep(2)
    assert.equal("good", send(rec, sheet()))
    assert.equal("5/21/02", audio.write(rec, -150, audio.block(-150)))
    for lba = LEAD_IN, -151, 3 do
      local n = math.min(3, -150 - lba)
      assert.equal("good", disc.sense(rec, ("2A 00 %08X 00 %04X 00"):format(
        lba & 0xFFFFFFFF, n), round:sub(1, n * 96)))
    end
    record(rec, -150, 300)
    assert.equal("good", disc.sense(rec, SYNC))
    local r = disc.ask(rec, "43 00 05 00 00 00 00 1000 00", 4096)
    assert.is_true(string.pack(">I2I2", #packs + 2, 0) .. packs == r)
    assert.is_true(audio.blocks(0, 300) == audio.read(rec, 0, 300, 1))
  end)

  it("is not there without any", function()
    send(rec, simple())
    record(rec, -150, 300)
    disc.sense(rec, SYNC)
    assert.equal("5/24/00",
      disc.sense(rec, "43 00 05 00 00 00 00 1000 00", 4096))
  end)
end)

describe("a cue sheet is refused", function()
  -- The simple one, with one entry other than it should be.
  local function with(at, ...)
    local sheet = simple()
    table.remove(sheet, at)
    for i, e in ipairs {...} do
      table.insert(sheet, at + i - 1, e)
    end
    return sheet
  end

  for what, case in pairs {
    ["without a lead-in"] = {"5/26/00", with(1)},
    ["without a lead-out"] = {"5/26/00", with(4)},
    ["with more after the lead-out"] = {"5/26/00",
      with(4, simple()[4], simple()[4])},
    ["without a first pregap"] = {"5/26/00", with(2)},
    ["without index 1"] = {"5/26/00", with(3)},
    ["whose index counts wrong"] = {"5/26/00",
      with(4, entry(0x01, 1, 3, 0, 100), simple()[4])},
    ["whose tracks count wrong"] = {"5/26/00",
      with(4, entry(0x01, 3, 1, 0, 300), entry(0x01, 0xAA, 1, 1, 600))},
    ["with an ADR that is none"] = {"5/26/00",
      with(3, entry(0x04, 1, 1, 0, 0))},
    ["with half an ISRC"] = {"5/26/00",
      with(2, text_code(0x03, 1, "DEABC0"), simple()[2])},
    ["with an ISRC of another track"] = {"5/26/00",
      with(2, text_code(0x03, 2, "DEABC0"), text_code(0x03, 2, "600001"),
        simple()[2])},
    ["with an ISRC that is none"] = {"5/26/02",
      with(2, text_code(0x03, 1, "deabc0"), text_code(0x03, 1, "600001"),
        simple()[2])},
    ["with an MCN that is none"] = {"5/26/02",
      with(1, text_code(0x02, nil, "012345X"),
        text_code(0x02, nil, "789012") .. " 00", simple()[1])},
    ["whose MCN comes late"] = {"5/26/00",
      with(2, text_code(0x02, nil, "0123456"),
        text_code(0x02, nil, "789012") .. " 00", simple()[2])},
    ["whose lead-in has an address"] = {"5/26/02",
      with(1, entry(0x01, 0, 0, 0x01, 0))},
    ["with a short first pregap"] = {"5/26/02",
      with(3, entry(0x01, 1, 1, 0, -1))},
    ["with a short first pregap behind CD-TEXT"] = {"5/26/02",
      {entry(0x01, 0, 0, 0x41), simple()[2], entry(0x01, 1, 1, 0, -1),
        simple()[4]}},
    ["that begins elsewhere"] = {"5/26/02",
      with(2, entry(0x01, 1, 0, 0, -149))},
    ["with a track of 299 blocks"] = {"5/26/02",
      with(4, entry(0x01, 0xAA, 1, 1, 299))},
    ["whose addresses go back"] = {"5/26/02",
      with(4, entry(0x01, 1, 2, 0, 0), simple()[4])},
    ["with seconds that are none"] = {"5/26/02",
      with(4, "01 AA 01 01 00 00 3C 00")},
    ["with data sent as audio"] = {"5/26/02",
      with(3, entry(0x41, 1, 1, 0x00, 0))},
    ["with audio sent as data"] = {"5/26/02",
      with(3, entry(0x01, 1, 1, 0x10, 0))},
    ["with a pause as a track"] = {"5/26/02",
      with(3, entry(0x01, 1, 1, 0x01, 0))},
    ["with data right after audio"] = {"5/26/02",
      with(4, entry(0x41, 2, 1, 0x10, 300), entry(0x41, 0xAA, 1, 0x14, 600))},
    ["with a form that is not known"] = {"5/26/01",
      with(3, entry(0x01, 1, 1, 0x30, 0))},
    ["with a sub-channel of the host's"] = {"5/26/01",
      with(3, entry(0x01, 1, 1, 0x40, 0))},
    ["that is longer than the disc"] = {"5/21/00",
      with(4, entry(0x01, 0xAA, 1, 1, 359850))},
    ["of half an entry"] = {"5/1A/00", {"01 00 00 01"}},
  } do
    it(what .. " with " .. case[1], function()
      local rec = d:opened "medium=cd-r"
      assert.equal("good", disc.select(rec, sao_page()))
      assert.equal(case[1], send(rec, case[2]))
      assert.equal("5/2C/00", audio.write(rec, -150, audio.block(0)))
      assert.equal("blank", rec:medium().state)
    end)
  end
end)

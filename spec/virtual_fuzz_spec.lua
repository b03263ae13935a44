-- The virtual drive against everything: any packet, and any description of a
-- disc, even with a right checksum. Always the same ones.
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local overwrite = require "spec.support.overwrite"
local sequence = require "spec.support.sequence"

local d = each(disc.new)

-- Numbers below n that are the same everywhere.
local function generator(seed)
  return function(n)
    seed = seed * 6364136223846793005 + 1442695040888963407
    return (seed >> 33) % n
  end
end

local opcodes <const> = {
  0x00, 0x03, 0x04, 0x12, 0x1A, 0x1B, 0x1E, 0x23, 0x25, 0x28, 0x2A, 0x2B,
  0x2E, 0x2F, 0x35, 0x42, 0x43, 0x46, 0x4A, 0x51, 0x52, 0x53, 0x54, 0x55,
  0x58, 0x5A, 0x5B, 0x5C, 0x5D, 0xA1, 0xA8, 0xAA, 0xAC, 0xAD, 0xB6, 0xB9,
  0xBB, 0xBD, 0xBE, 0xBF,
}
local odd <const> = {0, 0, 0, 1, 2, 0x10, 0x7F, 0x80, 0xFF}

-- A packet that is nearly right, more often than not.
local function any_packet(random)
  local opcode = random(20) == 0 and random(256) or
    opcodes[random(#opcodes) + 1]
  local length = ({6, 10, 10, 0, 16, 12, 0, 0})[(opcode >> 5) + 1]
  local bytes = {opcode}
  for i = 2, length < 6 and 10 or length do
    bytes[i] = random(4) == 0 and random(256) or odd[random(#odd) + 1]
  end
  local direction = random(3)
  local cdb = string.char(table.unpack(bytes))
  if direction == 0 then
    return cdb, "none"
  elseif direction == 1 then
    return cdb, "in", ({0, 1, 4, 36, 256, 2048, 65536})[random(7) + 1]
  elseif opcode == 0x55 and random(2) == 0 then
    local page = disc.write_page{[random(52)] = random(256)}
    return disc.hex "55 10 00 00 00 00 00 003C 00", "out",
      ("\0"):rep(8) .. page
  elseif opcode == 0x04 and random(2) == 0 then
    return disc.hex "04 11 00 00 00 00", "out", string.pack(">BBI2I4BI3", 0,
      random(2) * 2, 8, ({
        random(64) * 16, 0xFFFFFFFF, 2236704, 2217248, 11826176, 47305728,
      })[random(6) + 1],
      ({0, 1, 0x10, 0x11, 0x13, 0x15, 0x26, 0x30, 0x32})[random(9) + 1] << 2,
      ({0, 1, 16, 0x800})[random(4) + 1])
  end
  return cdb, "out", string.char(random(256)):rep(
    ({0, 1, 8, 28, 60, 2048, 32768})[random(7) + 1])
end

-- What a drive says of itself must hold together, whatever came before.
local function assert_sane(rec, most)
  most = most or 359849
  local m, failure = rec:medium()
  if m then
    assert.is_string(m.state)
    for i, track in ipairs(m.tracks or {}) do
      assert.equal(i, track.number)
      assert.is_true(track.start >= 0)
      assert.is_true(track.start + track.blocks <= most)
    end
  else
    assert.is_string(failure.code)
  end
end

describe("the virtual drive", function()
  for query, seed in pairs {
    ["medium=cd-rw"] = 1, ["medium=cd-r"] = 2, ["medium=none"] = 3,
    ["medium=cd-rw&model=cd-r"] = 4, ["medium=cd-rw&pace=1&buffer=64K"] = 5,
    ["medium=dvd-r"] = 7, ["medium=dvd-rw"] = 8, ["medium=dvd-r-dl"] = 9,
    ["medium=dvd-rw&pace=1000"] = 10, ["medium=dvd+rw"] = 11,
    ["medium=dvd+rw&pace=100000"] = 12, ["medium=dvd-ram"] = 13,
    ["medium=bd-re"] = 14, ["medium=bd-re-tl&pace=1000"] = 15,
    ["medium=dvd+r-dl"] = 16, ["medium=bd-r"] = 17, ["medium=bd-r-tl"] = 18,
    ["medium=bd-r&pace=1000"] = 19,
  } do
    it(("takes any packet without a crash (%s)"):format(query), function()
      local random = generator(seed)
      local rec = d:opened(query)
      local most = query:find "bd" and 48878592 or
        query:find "dvd" and 4173824
      local hand = rec:operator()
      for i = 1, 1500 do
        local cdb, direction, data = any_packet(random)
        local reply, failure = rec:command(cdb, direction, data)
        if direction == "in" and reply then
          assert.is_true(#reply <= data)
        elseif not reply then
          assert.is_string(failure.code)
        end
        if i % 100 == 0 then
          rec:load()
          assert_sane(rec, most)
        end
        if i % 500 == 0 then
          hand[({"press_eject", "write_protect"})[random(2) + 1]](hand,
            random(2) == 0)
        end
      end
      hand:write_protect(false)
      rec:load()
      assert_sane(rec, most)
      rec, hand = nil, nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      if not query:find "none" then
        local again = assert(discrecorder.recorder("virtual:" .. d.last))
        assert_sane(again, most)
      end
    end)
  end
end)

local crc_table = {}
for i = 0, 255 do
  local crc = i
  for _ = 1, 8 do
    crc = crc >> 1 ~ (crc & 1 == 1 and 0xEDB88320 or 0)
  end
  crc_table[i] = crc
end

local function crc32(s)
  local crc = 0xFFFFFFFF
  for i = 1, #s do
    crc = crc >> 8 ~ crc_table[(crc ~ s:byte(i)) & 0xFF]
  end
  return crc ~ 0xFFFFFFFF
end

describe("a disc whose description lies, with a right checksum,", function()
  local function check(query, most, make)
    local rec = d:opened(query)
    make(rec)
    local path = d.last
    rec = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    -- The head of the file and both slots.
    local file = assert(io.open(path, "rb"))
    local original = file:read(196608)
    file:close()
    -- The newer of both slots, without its generation.
    local best, slot = -1, nil
    for i = 0, 1 do
      local at = 65536 * (i + 1) + 1
      local generation = string.unpack(">I8", original, at + 16)
      if generation > best then
        best, slot = generation, at
      end
    end
    local length = string.unpack(">I4", original, slot + 8)
    local body = original:sub(slot + 24, slot + 23 + length)
    local random = generator(6)
    local loaded = 0
    for _ = 1, 400 do
      local changed = {body:byte(1, -1)}
      for _ = 1, random(3) + 1 do
        changed[random(#changed) + 1] = random(2) == 0 and random(256) or
          odd[random(#odd) + 1]
      end
      local text = string.pack(">I4I4I8", length, 0, best) ..
        string.char(table.unpack(changed))
      file = assert(io.open(path, "r+b"))
      file:seek("set", slot - 1)
      file:write("DESC", string.pack(">I4", crc32(text)), text)
      -- The other slot does not count.
      file:seek("set", slot == 65537 and 131072 or 65536)
      file:write "NONE"
      file:close()
      local lying, failure, code = discrecorder.recorder("virtual:" .. path)
      if lying then
        loaded = loaded + 1
        assert_sane(lying, most)
        assert(lying:open_exclusive())
        for _, cdb in ipairs {
          "43 00 00 00 00 00 00 0400 00", "43 02 01 00 00 00 00 0400 00",
          "43 02 02 00 00 00 00 0400 00", "43 02 03 00 00 00 00 0400 00",
          "25 00 00 00 00 00 00 00 00 00", "23 00 00 00 00 00 00 0100 00",
          "28 00 00000000 00 0001 00", "BE 00 000001C4 000001 F8 00 00",
          "52 00 00000000 00 0024 00", "52 02 00000001 00 0024 00",
          "51 00 00 00 00 00 00 0022 00", "51 01 00 00 00 00 00 000C 00",
          "51 02 00 00 00 00 00 0010 00", "AD 00 00000000 00 00 0804 00 00",
          "AD 00 00000000 00 20 000C 00 00", "AD 01 00000000 00 00 1004 00 00",
          "AD 01 00000000 00 08 0804 00 00", "AD 01 00000000 00 0A 0010 00 00",
        } do
          disc.sense(lying, cdb, 4096)
        end
        disc.select(lying, disc.write_page())
        disc.write(lying, 0, disc.block(0))
        for _, number in ipairs {1, 2, 3, 0xFF} do
          local track = select(2, pcall(disc.track, lying, number))
          if type(track) == "table" then
            disc.write(lying, track.next, disc.block(0))
          end
        end
        disc.close_session(lying)
        lying:close()
      else
        assert.equal("bad_file", code, tostring(failure))
      end
      lying = nil -- luacheck: ignore
      collectgarbage()
      -- What was written meanwhile: description and cell anew.
      file = assert(io.open(path, "r+b"))
      file:write(original)
      file:close()
    end
    assert.is_true(loaded > 0)
  end

  it("is refused, or is a disc that hangs together", function()
    check("medium=cd-rw", nil, function(rec)
      disc.tao(rec, {300, 300}, {multi = true})
      disc.tao(rec, {300}, {open = true})
    end)
  end)

  it("is so too when it has audio, codes and indexes", function()
    check("medium=cd-rw", nil, function(rec)
      audio.track(rec, 300, {multi = true})
      disc.close_session(rec)
      disc.select(rec, disc.write_page{[2] = 0x42, [3] = 0xC0, [4] = 0})
      -- From 11702 on, with an ISRC and a second index.
      local sheet = disc.hex(("01 00 00 01 00 00 00 00 " ..
        "03 02 44 45 41 42 43 30 03 02 36 30 30 30 30 31 " ..
        "01 02 00 00 00 02 24 02 01 02 01 00 00 02 26 02 " ..
        "01 02 02 00 00 02 28 00 01 AA 01 01 00 02 2B 00"))
      assert.equal("good", disc.sense(rec,
        ("5D 00 00 00 00 00 %06X 00"):format(#sheet), sheet))
      audio.write(rec, 11552, audio.blocks(11552, 13))
      disc.sense(rec, "35 00 00 00 00 00 00 00 00 00")
    end)
  end)

  it("is so too when it has RZones", function()
    check("medium=dvd-r", 2298496, function(rec)
      local s = sequence(function() return rec end)
      s.select(0, {multi = true})
      s.session(32)
      s.reserve(64)
      s.write(s.track(s.NEXT).next, 16)
      s.good(s.SYNC)
    end)
  end)

  it("is so too when it was formatted", function()
    check("medium=dvd-rw", 2298496, function(rec)
      local s = sequence(function() return rec end)
      s.format(0x15, 320)
      s.write(320, 16)
      s.good(s.SYNC)
    end)
  end)

  it("is so too when it has two layers", function()
    check("medium=dvd+r-dl", 4173824, function(rec)
      disc.sense(rec, "BF 00 00000000 00 20 000C 00 00",
        (">I2I2I4I4"):pack(10, 0, 0, 300000))
      disc.write(rec, 0, disc.block(0):rep(16))
      disc.sense(rec, "35 00 00 00 00 00 00 00 00 00")
      disc.sense(rec, "5B 00 01 00 0001 00 00 00 00")
      disc.sense(rec, "5B 00 04 00 0000 00 00 00 00")
      disc.sense(rec, "53 00 00 00 00 00000040 00")
    end)
  end)

  for subtype = 0, 1 do
    it("is so too when it has spare areas, sub-type " .. subtype, function()
      check("medium=bd-r", 12219392, function(rec)
        disc.sense(rec, "04 11 00 00 00 00", (">BBI2I4BI3"):pack(0, 0, 8,
          11826176, 0x32 << 2 | subtype, 0))
        disc.write(rec, 0, disc.block(0):rep(32))
        disc.sense(rec, "35 00 00 00 00 00 00 00 00 00")
        disc.sense(rec, "5B 00 01 00 0001 00 00 00 00")
        disc.sense(rec, "5B 00 02 00 0000 00 00 00 00")
        disc.sense(rec, "53 00 00 00 00 00000040 00")
        disc.write(rec, 96, disc.block(0):rep(32))
      end)
    end)
  end

  it("is so too when it can be overwritten", function()
    for query, most in pairs {
      ["medium=dvd+rw"] = 2295104, ["medium=dvd-ram"] = 2295072,
      ["medium=bd-re"] = 12219392,
    } do
      check(query, most, function(rec)
        local o = overwrite.new(rec)
        if query:find "rw" then
          o.format(0x26, 0xFFFFFFFF)
        elseif query:find "bd" then
          o.format(0x30, 11826176)
        end
        o.write(64, 16)
        o.good(o.SYNC)
      end)
    end
  end)
end)

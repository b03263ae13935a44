-- The virtual drive by packets alone: who it is, its states and attentions, its
-- mode pages, and whether what it tells of a disc agrees.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local d = each(disc.new)

local TUR <const> = "00 00 00 00 00 00"

describe("the virtual drive's INQUIRY", function()
  it("is that of a removable CD drive", function()
    local r = disc.ask(d:recorder(), "12 00 00 00 60 00", 96)
    assert.equal(5, r:byte(1))
    assert.equal(0x80, r:byte(2))
    assert.equal(#r - 5, r:byte(5))
    assert.matches("^[ -~]+$", r:sub(9, 36))
  end)

  it("lists its pages, and has each of them", function()
    local rec = d:recorder "medium=cd-rw&serial=ABCDE"
    local list = disc.ask(rec, "12 01 00 00 60 00", 96)
    assert.same({5, 0x00, 0, 3, 0x00, 0x80, 0x83}, {list:byte(1, -1)})
    local serial = disc.ask(rec, "12 01 80 00 60 00", 96)
    assert.equal(0x80, serial:byte(2))
    assert.equal("ABCDE", (serial:sub(5, 4 + serial:byte(4)):gsub(" +$", "")))
    local id = disc.ask(rec, "12 01 83 00 60 00", 96)
    assert.equal(0x83, id:byte(2))
    assert.equal(#id - 4, (string.unpack(">I2", id, 3)))
    assert.truthy(id:find("ABCDE", 1, true))
    assert.equal("5/24/00", disc.sense(rec, "12 01 99 00 60 00", 96))
    -- A page code without EVPD means nothing.
    assert.equal("5/24/00", disc.sense(rec, "12 00 80 00 60 00", 96))
  end)
end)

describe("the virtual drive's states", function()
  it("are told by their senses", function()
    local rec = d:opened()
    local hand = rec:operator()
    assert.equal("good", disc.sense(rec, TUR))
    assert.equal("good", disc.sense(rec, "1B 00 00 00 02 00"))
    assert.equal("2/3A/02", disc.sense(rec, TUR))
    local r = disc.ask(rec, "BD 00 00 00 00 00 00 00 0008 00 00", 8)
    assert.equal(0x10, r:byte(2) & 0x10)
    assert.equal("good", disc.sense(rec, "1B 01 00 00 03 00"))
    assert.equal("6/28/00", disc.sense(rec, TUR))
    assert.equal("2/04/01", disc.sense(rec, TUR))
    assert.same({}, disc.ready(rec))
    assert(hand:remove())
    assert.equal("2/3A/02", disc.sense(rec, TUR))
    assert.equal("2/3A/01", disc.sense(d:recorder "medium=none", TUR))
  end)

  it("refuse the disc's commands while there is none", function()
    local rec = d:opened "medium=none"
    for _, cdb in ipairs {
      "25 00 00 00 00 00 00 00 00 00", "28 00 00000000 00 0001 00",
      "2A 00 00000000 00 0001 00", "35 00 00 00 00 00 00 00 00 00",
      "43 00 00 00 00 00 00 0004 00", "51 00 00 00 00 00 00 0022 00",
      "52 01 00000001 00 0024 00", "53 00 000000 0000012C 00",
      "54 01 00 00 00 00 00 00 00 00", "5B 00 02 00 0000 00 00 00 00",
      "A1 01 00000000 0000 0000 00 00", "BE 00 00000000 000001 F8 00 00",
      "2B 00 00000000 00 0000 00", "2F 00 00000000 00 0001 00",
      "A8 00 00000000 00000001 00 00",
    } do
      assert.equal("2/3A/01", disc.sense(rec, cdb), cdb)
    end
    for _, cdb in ipairs {
      "12 00 00 00 24 00", "03 00 00 00 12 00",
      "46 00 00 00 00 00 00 0100 00", "4A 01 00 00 10 00 00 0008 00",
      "5A 08 2A 00 00 00 00 0100 00", "1A 08 2A 00 FF 00",
      "23 00 00 00 00 00 00 000C 00", "BD 00 00 00 00 00 00 00 0008 00 00",
      "5C 00 00 00 00 00 00 000C 00",
    } do
      assert.equal("good", disc.sense(rec, cdb, 256), cdb)
    end
  end)

  it("tell a changed medium once to each object", function()
    local rec = d:recorder()
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert(rec:operator():remove())
    assert(rec:operator():insert(d.last))
    for _, r in ipairs {rec, other} do
      -- Answered although the attention waits.
      assert.equal("good", disc.sense(r, "12 00 00 00 24 00", 36))
      assert.equal("good", disc.sense(r, "46 00 00 00 00 00 00 0100 00", 256))
      assert.equal("6/28/00", disc.sense(r, TUR))
      assert.not_equal("6/28/00", disc.sense(r, TUR))
    end
  end)

  it("tell the power coming back before anything else", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert(hand:power_off())
    assert.equal("device_not_present", disc.sense(rec, TUR))
    assert(hand:power_on())
    assert.equal("6/29/00", disc.sense(rec, TUR))
    assert.equal("6/28/00", disc.sense(rec, TUR))
    assert.same({}, disc.ready(rec))
  end)

  it("give an attention to REQUEST SENSE too, which takes it away", function()
    local rec = d:recorder()
    assert(rec:operator():remove())
    assert(rec:operator():insert(d.last))
    local r = disc.ask(rec, "03 00 00 00 12 00", 18)
    assert.same({6, 0x28, 0x00}, {r:byte(3) & 15, r:byte(13, 14)})
    assert.equal("2/04/01", disc.sense(rec, TUR))
  end)

  it("are told as events", function()
    local rec = d:opened()
    local function event()
      local r = disc.ask(rec, "4A 01 00 00 10 00 00 0008 00", 8)
      assert.equal(4, r:byte(3) & 7)
      return r:byte(5) & 15, r:byte(6) & 3
    end
    event() -- what there was
    assert.same({0, 2}, {event()})
    assert(rec:lock())
    assert(rec:operator():press_eject())
    assert.same({1, 2}, {event()})
    assert(rec:unlock())
    assert(rec:operator():press_eject())
    assert.same({3, 1}, {event()})
    assert(rec:operator():press_eject())
    assert.same({2, 2}, {event()})
    assert.same({0, 2}, {event()})
    assert.equal("5/24/00",
      disc.sense(rec, "4A 00 00 00 10 00 00 0008 00", 8))
  end)

  it("stay one drive's when its disc's file is gone", function()
    local rec = d:opened()
    assert(rec:operator():remove())
    assert(os.remove(d.last))
    -- File systems give a deleted file's number to the next one.
    for _ = 1, 20 do
      assert.equal("blank", d:recorder():medium().state)
    end
    assert.equal("none", rec:medium().state)
  end)

  it("keep a locked tray shut, whoever locked it", function()
    local rec = d:opened()
    assert.equal("good", disc.sense(rec, "1E 00 00 00 01 00"))
    assert.equal("5/53/02", disc.sense(rec, "1B 00 00 00 02 00"))
    assert.equal("good", disc.sense(rec, "1E 00 00 00 00 00"))
    assert.equal("good", disc.sense(rec, "1B 00 00 00 02 00"))
  end)

  it("refuse command blocks that are too short", function()
    local rec = d:recorder()
    assert.equal("5/24/00", disc.sense(rec, "28 00 00 00 00 00"))
    assert.equal("5/24/00", disc.sense(rec, "BE 00 00 00 00 00 00 00 00 00"))
  end)
end)

describe("the virtual drive's configuration", function()
  local function features(rec)
    local r = disc.ask(rec, "46 00 00 00 00 00 00 0400 00", 1024)
    assert.equal(#r - 4, (string.unpack(">I4", r)))
    local list, at = {}, 9
    while at <= #r do
      local code, flags, len = string.unpack(">I2BB", r, at)
      assert.equal(0, len % 4)
      list[code] = {
        current = flags & 1 == 1, data = r:sub(at + 4, at + 3 + len),
      }
      at = at + 4 + len
    end
    assert.equal(#r + 1, at)
    return list, (string.unpack(">I2", r, 7))
  end

  it("has track at once and session at once, and no raw recording", function()
    local list, profile = features(d:recorder())
    assert.equal(0x0A, profile)
    assert.is_true(list[0x2D].current)
    assert.is_true(list[0x2E].current)
    assert.equal(0x66, list[0x2E].data:byte(1))
    assert.is_not_nil(list[0x00])
    assert.is_not_nil(list[0x03])
    assert.equal(0, #list[0x108].data % 4)
  end)

  it("has nothing of writing that is current in an empty drive", function()
    local list, profile = features(d:recorder "medium=none")
    assert.equal(0, profile)
    assert.is_false(list[0x2D].current)
  end)

  it("can be asked for one feature, and from one on", function()
    local rec = d:recorder()
    local r = disc.ask(rec, "46 02 002D 00 00 00 0100 00", 256)
    assert.equal(0x2D, (string.unpack(">I2", r, 9)))
    assert.equal(16, #r)
    r = disc.ask(rec, "46 02 002F 00 00 00 0100 00", 256)
    assert.equal(8, #r)
    r = disc.ask(rec, "46 00 002D 00 00 00 0100 00", 256)
    assert.equal(0x2D, (string.unpack(">I2", r, 9)))
  end)
end)

describe("the virtual drive's mode pages", function()
  local codes <const> = {0x01, 0x05, 0x0D, 0x0E, 0x1A, 0x2A}

  it("are read by MODE SENSE(10) and (6) alike", function()
    local rec = d:recorder()
    for _, code in ipairs(codes) do
      local ten = disc.ask(rec,
        ("5A 08 %02X 00 00 00 00 0100 00"):format(code), 256)
      local six = disc.ask(rec, ("1A 08 %02X 00 FF 00"):format(code), 255)
      assert.equal(#ten - 2, (string.unpack(">I2", ten)))
      assert.equal(#six - 1, six:byte(1))
      assert.equal(code, ten:byte(9) & 0x3F)
      assert.equal(#ten - 10, ten:byte(10))
      assert.is_true(ten:sub(9) == six:sub(5))
    end
    assert.equal("5/24/00",
      disc.sense(rec, "5A 08 3E 00 00 00 00 0100 00", 256))
  end)

  it("come all at once, in the order of their codes", function()
    local r = disc.ask(d:recorder(), "5A 08 3F 00 00 00 00 0400 00", 1024)
    local at, seen = 9, {}
    while at <= #r do
      table.insert(seen, r:byte(at) & 0x3F)
      at = at + 2 + r:byte(at + 1)
    end
    assert.equal(#r + 1, at)
    local sorted = table.move(seen, 1, #seen, 1, {})
    table.sort(sorted)
    assert.same(sorted, seen)
    for _, code in ipairs(codes) do
      assert.truthy(table.concat(seen, " "):find(tostring(code)))
    end
  end)

  it("take track at once, and keep it", function()
    local rec = d:opened()
    local page = disc.write_page{multi = true, [7] = 0x15, [8] = 0x20}
    assert.equal("good", disc.select(rec, page))
    assert.is_true(page == disc.page(rec, 0x05))
  end)

  for what, change in pairs {
    ["session at once with R-W"] = {[2] = 0x42, [4] = 0x03},
    ["raw"] = {[2] = 0x43, [4] = 0x01},
    ["packets"] = {[2] = 0x40, [3] = 0x24},
    ["layer jump"] = {[2] = 0x44},
    ["audio with R-W"] = {[3] = 0x00, [4] = 0x02},
    ["mode 2 blocks without a form"] = {[4] = 0x09},
    ["a reserved multi-session field"] = {[3] = 0x84},
    ["an unknown session format"] = {[8] = 0x30},
    ["a bit that cannot change"] = {[6] = 0x01},
    ["a wrong page length"] = {[1] = 0x38},
    ["the PS bit"] = {[0] = 0x85},
    ["a page of another drive"] = {[0] = 0x3A},
  } do
    it("refuse " .. what .. " with 5/26/00, and stay as they were", function()
      local rec = d:opened()
      assert.equal("good", disc.select(rec, disc.write_page{multi = true}))
      assert.equal("5/26/00", disc.select(rec, disc.write_page(change)))
      assert.is_true(disc.write_page{multi = true} == disc.page(rec, 0x05))
    end)
  end

  it("refuse a list that is cut off", function()
    local rec = d:opened()
    local list = ("\0"):rep(8) .. disc.write_page()
    for _, len in ipairs {1, 7, 20, 59} do
      assert.equal("5/1A/00", disc.sense(rec,
        ("55 10 00 00 00 00 00 %04X 00"):format(len), list:sub(1, len)))
    end
    assert.equal("B/4B/00", disc.sense(rec,
      "55 10 00 00 00 00 00 003C 00", list:sub(1, 30)))
    assert.equal("5/24/00",
      disc.sense(rec, "55 00 00 00 00 00 00 003C 00", list))
    assert.equal("5/24/00",
      disc.sense(rec, "55 11 00 00 00 00 00 003C 00", list))
    assert.equal("good", disc.sense(rec, "55 10 00 00 00 00 00 0000 00"))
  end)

  it("take all pages of a list or none", function()
    local rec = d:opened()
    local before = disc.page(rec, 0x05)
    assert.equal("5/26/00", disc.select(rec,
      disc.write_page{multi = true} .. disc.write_page{[2] = 0x43}))
    assert.is_true(before == disc.page(rec, 0x05))
  end)

  it("tell defaults, and what may change", function()
    local rec = d:opened()
    local default = disc.ask(rec, "5A 08 85 00 00 00 00 0100 00", 256):sub(9)
    assert.equal("good", disc.select(rec, disc.write_page{multi = true}))
    assert.is_true(default ==
      disc.ask(rec, "5A 08 85 00 00 00 00 0100 00", 256):sub(9))
    local mask = disc.ask(rec, "5A 08 45 00 00 00 00 0100 00", 256):sub(9)
    assert.equal(0x7F, mask:byte(3))
    assert.equal(0, mask:byte(7))
    assert.equal("5/39/00",
      disc.sense(rec, "5A 08 C5 00 00 00 00 0100 00", 256))
  end)
end)

describe("what the virtual drive tells of a disc", function()
  local function msf(s, at)
    local m, sec, f = s:byte(at, at + 2)
    return (m * 60 + sec) * 75 + f - 150
  end

  it("agrees, command with command", function()
    local rec = d:opened()
    disc.tao(rec, {300, 400}, {multi = true})
    disc.tao(rec, {500}, {multi = true})
    local m = rec:medium()
    local last = m.tracks[3]
    local lead_out = last.start + last.blocks
    -- READ CAPACITY: run-out counts.
    assert.equal(lead_out - 1, (string.unpack(">I4",
      disc.ask(rec, "25 00 00 00 00 00 00 00 00 00", 8))))
    -- TOC, format 0, as addresses and as times.
    local toc = disc.ask(rec, "43 00 00 00 00 00 00 0200 00", 512)
    assert.equal(#toc - 2, (string.unpack(">I2", toc)))
    assert.same({1, 3}, {toc:byte(3, 4)})
    local times = disc.ask(rec, "43 02 00 00 00 00 00 0200 00", 512)
    for i = 1, 4 do
      local at = 5 + 8 * (i - 1)
      local start = i == 4 and lead_out or m.tracks[i].start
      assert.equal(i == 4 and 0xAA or i, toc:byte(at + 2))
      assert.equal(0x14, toc:byte(at + 1))
      assert.equal(start, (string.unpack(">i4", toc, at + 4)))
      assert.equal(start, msf(times, at + 5))
    end
    -- Format 1: the first track of the last session.
    local s = disc.ask(rec, "43 00 01 00 00 00 00 000C 00", 12)
    assert.same({1, 2, 3}, {s:byte(3), s:byte(4), s:byte(7)})
    assert.equal(last.start, (string.unpack(">i4", s, 9)))
    -- Format 2: A2 is each session's lead-out.
    local full = disc.ask(rec, "43 02 02 00 00 00 00 0200 00", 512)
    local outs, starts, nexts = {}, {}, {}
    for at = 5, #full, 11 do
      local session, point = full:byte(at), full:byte(at + 3)
      if point == 0xA2 then
        outs[session] = msf(full, at + 8)
      elseif point <= 99 then
        starts[point] = msf(full, at + 8)
      elseif point == 0xB0 then
        nexts[session] = msf(full, at + 4)
      end
    end
    assert.same({m.tracks[2].start + m.tracks[2].blocks, lead_out}, outs)
    for i, track in ipairs(m.tracks) do
      assert.equal(track.start, starts[i])
      local t = disc.track(rec, i)
      assert.same({track.start, track.blocks, track.session},
        {t.start, t.size, t.session})
    end
    assert.equal(outs[1] + 11400, nexts[1])
    assert.equal(m.next_writable, nexts[2])
    -- Format 3: the program memory area has all of them.
    local pma = disc.ask(rec, "43 02 03 00 00 00 00 0200 00", 512)
    assert.equal(3 * 11, #pma - 4)
    -- ATIP: the disc's size, which READ DISC INFORMATION tells too.
    local atip = disc.ask(rec, "43 02 04 00 00 00 00 001C 00", 28)
    assert.equal(m.capacity_blocks, msf(atip, 13))
    assert.equal(0x40, atip:byte(7) & 0x40)
    assert.equal(m.capacity_blocks, msf(disc.information(rec).last_lead_out, 1))
    assert.equal(359847 - m.next_writable, disc.track(rec, 0xFF).free)
    -- READ FORMAT CAPACITIES.
    local f = disc.ask(rec, "23 00 00 00 00 00 00 000C 00", 12)
    assert.equal(lead_out, (string.unpack(">I4", f, 5)))
  end)

  it("has no table of contents before a session is closed", function()
    local rec = d:opened()
    for _, open in ipairs {false, true} do
      if open then
        disc.tao(rec, {300}, {open = true})
      end
      for format = 0, 2 do
        assert.equal("5/24/00", disc.sense(rec,
          ("43 00 %02X 00 00 00 00 0200 00"):format(format), 512))
      end
      assert.equal("good", disc.sense(rec, "43 02 03 00 00 00 00 0200 00", 512))
      assert.equal("good", disc.sense(rec, "43 02 04 00 00 00 00 001C 00", 28))
    end
  end)

  it("finds a track by a block in it, and by its session", function()
    local rec = d:opened()
    disc.tao(rec, {300, 400}, {multi = true})
    for lba, number in pairs {[0] = 1, [301] = 1, [452] = 2, [853] = 2,
      [854 + 11400] = 3} do
      local r = disc.ask(rec, ("52 00 %08X 00 0024 00"):format(lba), 36)
      assert.equal(number, r:byte(3), lba)
    end
    assert.equal("5/24/00", disc.sense(rec, "52 00 00000136 00 0024 00", 36))
    local r = disc.ask(rec, "52 02 00000001 00 0024 00", 36)
    assert.equal(1, r:byte(3))
    assert.equal("5/24/00", disc.sense(rec, "52 01 00000063 00 0024 00", 36))
  end)

  it("verifies and seeks within what is recorded", function()
    local rec = d:opened()
    disc.tao(rec, {300})
    assert.equal("good", disc.sense(rec, "2F 00 00000000 00 012C 00"))
    assert.equal("5/64/00", disc.sense(rec, "2F 00 00000000 00 012D 00"))
    assert.equal("good", disc.sense(rec, "2B 00 00000064 00 0000 00"))
    assert.equal("5/21/00", disc.sense(rec, "2B 00 00800000 00 0000 00"))
  end)

  it("gives any parts of a sector that hang together", function()
    local rec = d:opened()
    disc.tao(rec, {300})
    local raw = rec:read(7, 1, true)
    for flags, range in pairs {[0x10] = {17, 2064}, [0x20] = {13, 16},
      [0x30] = {13, 2064}, [0xB0] = {1, 2064}, [0xF8] = {1, 2352},
      [0x18] = {17, 2352}} do
      local part = disc.ask(rec,
        ("BE 00 00000007 000001 %02X 00 00"):format(flags), 2352)
      assert.is_true(raw:sub(table.unpack(range)) == part)
    end
    assert.equal("5/24/00",
      disc.sense(rec, "BE 00 00000007 000001 90 00 00", 2352))
    assert.equal("5/64/00",
      disc.sense(rec, "BE 04 00000007 000001 F8 00 00", 2352))
    assert.equal("good",
      disc.sense(rec, "BE 08 00000007 000001 F8 00 00", 2352))
  end)
end)

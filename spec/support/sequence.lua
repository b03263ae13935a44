--- Packets for discs that are recorded in sequence, in blocks that hold their
-- own address. Made for the recorder that a function returns.
--
--     local s = require "spec.support.sequence"(function() return rec end)
--     s.good(s.SYNC)
--     assert.equal("5/21/02", s.write(16, 16))
local disc = require "spec.support.disc"
local assert = require "luassert"

return function(recorder)
  local s = {SYNC = "35 00 00 00 00 00 00 00 00 00", NEXT = 0xFF}

  --- What the drive says to a packet.
  function s.sense(...)
    return disc.sense(recorder(), ...)
  end

  --- A packet that must go well.
  function s.good(...)
    assert.are.equal("good", disc.sense(recorder(), ...))
  end

  function s.ask(...)
    return disc.ask(recorder(), ...)
  end

  function s.track(number)
    return disc.track(recorder(), number)
  end

  function s.information()
    return disc.information(recorder())
  end

  --- Bits 5 and 4 of byte 6 and bit 1 of byte 7 of READ TRACK INFORMATION:
  -- incremental, fixed packets, and the last recorded address or nil.
  function s.track_more(number)
    local r = s.ask(("52 01 %08X 00 0028 00"):format(number), 40)
    return {
      incremental = r:byte(7) & 0x20 ~= 0, fixed = r:byte(7) & 0x10 ~= 0,
      packet = (">I4"):unpack(r, 21),
      last = r:byte(8) & 2 ~= 0 and (">I4"):unpack(r, 29) or nil,
    }
  end

  --- Write blocks with their addresses in them, 64 at a time.
  function s.write(lba, blocks)
    while blocks > 0 do
      local n = math.min(blocks, 64)
      local said = disc.write(recorder(), lba, disc.blocks(lba, n))
      if said ~= "good" then
        return said
      end
      lba, blocks = lba + n, blocks - n
    end
    return "good"
  end

  function s.read(lba, blocks)
    return disc.read(recorder(), lba, blocks)
  end

  --- Are there blocks with their addresses in them?
  function s.holds(lba, blocks)
    for at = lba, lba + blocks - 1, 16 do
      local n = math.min(16, lba + blocks - at)
      assert.is_true(s.read(at, n) == disc.blocks(at, n), "at " .. at)
    end
  end

  function s.zeros(lba, blocks)
    assert.is_true(s.read(lba, blocks) == ("\0"):rep(blocks * disc.BLOCK))
  end

  function s.close(func, track)
    return disc.close(recorder(), func, track)
  end

  function s.reserve(blocks)
    return disc.reserve(recorder(), blocks)
  end

  function s.capacity()
    return disc.capacity(recorder())
  end

  function s.reload()
    disc.reload(recorder())
  end

  function s.configuration()
    return disc.configuration(recorder())
  end

  --- The profile; and with it the disc's status and its last session's state.
  function s.profile()
    return (select(2, s.configuration()))
  end

  function s.state()
    local info = s.information()
    return {s.profile(), info.status, info.last_session}
  end

  --- BLANK, which waits for its end.
  function s.blank(kind)
    return s.sense(("A1 %02X 00000000 00 00 00 00 00 00"):format(kind))
  end

  --- READ FORMAT CAPACITIES: the disc's descriptor, then those offered.
  function s.formats()
    local r = s.ask("23 00 00 00 00 00 00 0100 00", 256)
    local list = {}
    for at = 13, 4 + r:byte(4), 8 do
      local blocks, kind = (">I4B"):unpack(r, at)
      table.insert(list, ("%02X(%X) %d"):format(kind >> 2,
        (">I3"):unpack(r, at + 5), blocks))
    end
    return {r:byte(9), (string.unpack(">I4", r, 5))}, list
  end

  --- FORMAT UNIT, which waits for its end.
  function s.format(kind, blocks, parameter, flags)
    return s.sense("04 11 00 00 00 00",
      ("\0"):rep(1) .. (">BI2I4BI3"):pack(flags or 0, 8, blocks, kind << 2,
        parameter or 16))
  end

  --- MODE SELECT of page 05h as for DVD-R. `kind` is 0 incremental, 2
  -- disc-at-once; `change` as disc.write_page.
  function s.select(kind, change)
    local page = {[2] = 0x40 | kind, [3] = 0x25, [4] = 8, [5] = 16, [13] = 16,
      [15] = 0}
    for k, v in pairs(change or {}) do
      page[k] = v
    end
    if page.test then
      page[2] = page[2] | 0x10
    end
    if page.multi then
      page[3] = page[3] | 0xC0
    end
    page.test, page.multi = nil, nil
    return disc.select(recorder(), disc.write_page(page))
  end

  --- One RZone or fragment, and its session: where it began.
  function s.session(blocks)
    local start = s.track(s.NEXT).next
    assert.are.equal("good", s.write(start, blocks))
    s.good(s.SYNC)
    assert.are.equal("good", s.close(1, s.NEXT))
    assert.are.equal("good", s.close(2))
    return start
  end

  return s
end

--- What the specs of discs that can be overwritten share: packets to one
-- recorder, and what they answer.
--
--     local overwrite = require "spec.support.overwrite"
--     local o = overwrite.new(rec)
--     o.format(0x26, 0xFFFFFFFF)          -- "good" or the sense
local assert = require "luassert"
local disc = require "spec.support.disc"

local overwrite = {}

-- A block with a number in it.
local function block(number)
  return ("<I4"):pack(number):rep(disc.BLOCK // 4)
end

function overwrite.new(rec)
  local o = {SYNC = "35 00 00 00 00 00 00 00 00 00"}

  function o.sense(...)
    return disc.sense(rec, ...)
  end

  function o.good(...)
    assert.are.equal("good", disc.sense(rec, ...))
  end

  function o.ask(...)
    return disc.ask(rec, ...)
  end

  --- FORMAT UNIT.
  -- @tparam[opt] table more `subtype`, `parameter`, `flags` of the list's
  -- header, `cdb`, the command's second byte
  function o.format(kind, blocks, more)
    more = more or {}
    local list = (">I2I2I4BI3"):pack(more.flags or 0, 8, blocks,
      kind << 2 | (more.subtype or 0), more.parameter or 0)
    return disc.sense(rec, ("04 %02X 00 00 00 00"):format(more.cdb or 0x11),
      list)
  end

  --- READ FORMAT CAPACITIES: {state, blocks} and {{type, blocks, parameter}}.
  function o.capacities()
    local r = disc.ask(rec, "23 00 00 00 00 00 00 00FC 00", 252)
    local list = {}
    for at = 13, 4 + r:byte(4), 8 do
      local blocks, kind, parameter = (">I4BI3"):unpack(r, at)
      table.insert(list, {kind >> 2, blocks, parameter})
    end
    local blocks, state = (">I4B"):unpack(r, 5)
    return {state & 3, blocks}, list
  end

  function o.capacity()
    return disc.capacity(rec)
  end

  --- Background format status of READ DISC INFORMATION.
  function o.background()
    return disc.ask(rec, "51 00 00 00 00 00 00 0022 00", 34):byte(8) & 3
  end

  --- Blocks with numbers in them, from `number` on.
  function o.write(lba, blocks, number)
    local list = {}
    for i = 1, blocks do
      list[i] = block((number or lba) + i - 1)
    end
    return disc.write(rec, lba, table.concat(list))
  end

  --- WRITE(12), streaming.
  function o.stream(lba, blocks)
    return disc.sense(rec, ("AA 00 %08X %08X 80 00"):format(lba, blocks),
      ("S"):rep(blocks * disc.BLOCK))
  end

  function o.read(lba, blocks)
    return disc.read(rec, lba, blocks or 1)
  end

  --- The numbers that stand in blocks; 0 is what was never written.
  function o.numbers(lba, blocks)
    local list, bytes = {}, o.read(lba, blocks)
    for i = 1, blocks do
      local number = ("<I4"):unpack(bytes, (i - 1) * disc.BLOCK + 1)
      assert.is_true(bytes:sub((i - 1) * disc.BLOCK + 1, i * disc.BLOCK) ==
        block(number))
      list[i] = number
    end
    return list
  end

  function o.close(func)
    return disc.close(rec, func)
  end

  function o.reload()
    disc.reload(rec)
  end

  function o.configuration()
    return disc.configuration(rec)
  end

  --- Speeds of GET PERFORMANCE, in kB/s, and the last block that they are of.
  function o.speeds()
    local r = disc.ask(rec, "AC 00 00000000 00 00 0010 03 00", 8 + 16 * 16)
    local list, last = {}, nil
    for at = 9, #r, 16 do
      last = (">I4"):unpack(r, at + 4)
      list[#list + 1] = (">I4"):unpack(r, at + 12)
    end
    return list, last
  end

  --- READ DISC STRUCTURE without its head; `media` 0 is DVD, 1 BD.
  function o.structure(format, media)
    return disc.ask(rec, ("AD %02X 00000000 00 %02X 1004 00 00")
      :format(media or 0, format), 4100):sub(5)
  end

  --- REQUEST SENSE: "0/04/04" and the progress, 0 to 65535, or nil.
  function o.progress()
    local r = disc.ask(rec, "03 00 00 00 12 00", 18)
    return ("%X/%02X/%02X"):format(r:byte(3), r:byte(13), r:byte(14)),
      r:byte(16) & 0x80 ~= 0 and (">I2"):unpack(r, 17) or nil
  end

  return o
end

return overwrite

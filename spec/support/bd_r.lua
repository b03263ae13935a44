--- What the specs of BD-R share: packets to the recorder that a function
-- returns (spec.support.sequence, too), and what they answer.
--
--     local b = require "spec.support.bd_r"(function() return rec end)
--     b.format(0x32, 1, b.USUAL)          -- "good" or the sense
local assert = require "luassert"
local disc = require "spec.support.disc"
local sequence = require "spec.support.sequence"

return function(recorder)
  local b = sequence(recorder)

  b.CAPACITY, b.UNIT = 12219392, 32
  --- Capacities by what is kept for spare areas.
  b.USUAL, b.MOST_SPARES, b.LEAST_SPARES = 11826176, 5796864, 12088320
  b.READY = "00 00 00 00 00 00"

  --- Blocks with their addresses in them, in one packet.
  function b.write(lba, count)
    return disc.write(recorder(), lba, disc.blocks(lba, count))
  end

  --- The track that is all that is left of the disc.
  function b.last()
    return b.track(b.information().last_of_last)
  end

  --- One track and its session, closed: where it began.
  function b.session(count)
    local track = b.last()
    assert.are.equal("good", b.write(track.next, count))
    b.good(b.SYNC)
    assert.are.equal("good", b.close(1, track.number))
    assert.are.equal("good", b.close(2))
    return track.next
  end

  --- Which of some features are current, as a list.
  function b.current(...)
    local features, seen = b.configuration(), {}
    for _, code in ipairs {...} do
      table.insert(seen, features[code].current)
    end
    return seen
  end

  --- The numbers of a reply, by a format of string.unpack.
  function b.fields(form, bytes, at)
    local list = table.pack(form:unpack(bytes, at or 1))
    list[list.n], list.n = nil, nil
    return list
  end

  --- What READ FORMAT CAPACITIES says: the disc's type and blocks, and the
  -- formats as {type, sub-type, blocks, parameter}.
  function b.formats()
    local r = b.ask("23 00 00 00 00 00 00 0100 00", 256)
    local now, kind = (">I4B"):unpack(r, 5)
    local list = {}
    for at = 13, 4 + r:byte(4), 8 do
      local count, code, parameter = (">I4BI3"):unpack(r, at)
      table.insert(list, {code >> 2, code & 3, count, parameter})
    end
    return kind, now, list
  end

  function b.format(kind, subtype, count, parameter, flags)
    return b.sense("04 11 00 00 00 00", (">BBI2I4BI3"):pack(0, flags or 0, 8,
      count, kind << 2 | subtype, parameter or 0))
  end

  --- READ DISC STRUCTURE with its head.
  function b.structure(code, len)
    return b.ask(("AD 01 00000000 00 %02X %04X 00 00"):format(code, len), len)
  end

  --- Spare blocks: free, all.
  function b.spare()
    local free, all = (">I4I4"):unpack(b.structure(0x0A, 16), 9)
    return free, all
  end

  return b
end

--- Audio for the specs of virtual recorders: samples that repeat nowhere, and
-- the packets that record and read them.
local disc = require "spec.support.disc"

local audio = {BLOCK = 2352}

--- The samples of the block at an address.
function audio.block(lba)
  return string.pack("<i4", lba):rep(audio.BLOCK // 4)
end

function audio.blocks(lba, n)
  local list = {}
  for i = 1, n do
    list[i] = audio.block(lba + i - 1)
  end
  return table.concat(list)
end

--- Mode page 05h for a track of audio, track-at-once.
function audio.page(change)
  local all = {[3] = change and change.multi and 0xC0 or 0, [4] = 0}
  for key, value in pairs(change or {}) do
    all[key] = value
  end
  return disc.write_page(all)
end

--- WRITE(10) of blocks of audio: "good" or the sense.
function audio.write(rec, lba, data)
  return disc.sense(rec, ("2A 00 %08X 00 %04X 00"):format(
    lba & 0xFFFFFFFF, #data // audio.BLOCK), data)
end

--- A track, ended; where it began.
function audio.track(rec, blocks, change)
  assert(disc.select(rec, audio.page(change)) == "good")
  local start = disc.track(rec, 0xFF).next
  for lba = start, start + blocks - 1, 13 do
    local n = math.min(13, start + blocks - lba)
    local said = audio.write(rec, lba, audio.blocks(lba, n))
    if said ~= "good" then
      error(("WRITE(10) at %d: %s"):format(lba, said), 2)
    end
  end
  disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
  return start
end

--- READ CD: the bytes, or nil and the sense.
-- @int type expected sector type; 0 any, 1 audio, 2 mode 1
-- @int[opt=0x10] flags what of the sector
-- @int[opt=0] sub sub-channel selection
-- @int[opt=2352] size bytes of each
function audio.read(rec, lba, n, type, flags, sub, size)
  local reply, failure = disc.send(rec,
    ("BE %02X %08X %06X %02X %02X 00"):format(type << 2, lba & 0xFFFFFFFF, n,
      flags or 0x10, sub or 0), n * (size or audio.BLOCK))
  if not reply then
    return nil, disc.sense_of(failure)
  end
  return reply
end

return audio

--- Audio for the specs of burning: samples that repeat nowhere, and what a disc
-- has, asked past everything that burned it.
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local source = require "discrecorder.source"

local burn_audio = {BLOCK = audio.BLOCK}

-- What every block has behind its two first frames.
local noise = {}
for i = 1, 586 do
  noise[i] = string.pack("<I4", i * 2654435761 & 0xFFFFFFFF)
end
noise = table.concat(noise)

--- So many blocks of samples, the last of which may be cut; each seed gives
-- others.
function burn_audio.pcm(blocks, seed)
  local list = {}
  for i = 1, math.ceil(blocks) do
    list[i] = string.pack("<I4I4", i * 40503, seed * 2654435761 & 0xFFFFFFFF)
      .. noise
  end
  return table.concat(list):sub(1, math.floor(blocks * 588) * 4)
end

--- A track of a job, of samples.
function burn_audio.track(bytes, more)
  local track = {source = assert(source.bytes(bytes)), kind = "audio"}
  for key, value in pairs(more or {}) do
    track[key] = value
  end
  return track
end

--- A look at the disc of a bench, by packets, with `close`.
function burn_audio.look(bench)
  local rec = assert(discrecorder.recorder(bench.address))
  assert(rec:open_exclusive())
  local look = {rec = rec}

  --- Samples, by READ CD of CD-DA; nil and the sense.
  function look.samples(lba, blocks)
    local parts = {}
    for at = lba, lba + blocks - 1, 200 do
      local n = math.min(200, lba + blocks - at)
      local bytes, sense = audio.read(rec, at, n, 1)
      if not bytes then
        return nil, sense
      end
      parts[#parts + 1] = bytes
    end
    return table.concat(parts)
  end

  --- Whether there is silence.
  function look.silent(lba, blocks)
    return not assert(look.samples(lba, blocks)):find "[^\0]"
  end

  function look.isrc(track)
    local r = disc.ask(rec, ("42 00 40 03 00 00 %02X 0018 00"):format(track),
      24)
    return r:byte(9) & 0x80 ~= 0 and r:sub(10, 21) or nil
  end

  function look.mcn()
    local r = disc.ask(rec, "42 00 40 02 00 00 00 0018 00", 24)
    return r:byte(9) & 0x80 ~= 0 and r:sub(10, 22) or nil
  end

  --- The packs of CD-TEXT; nil and the sense.
  function look.text()
    local r, failure = disc.send(rec, "43 00 05 00 00 00 00 9004 00", 0x9004)
    if not r then
      return nil, disc.sense_of(failure)
    end
    return r:sub(5)
  end

  --- Track and index of a block, as its Q has it.
  function look.position(lba)
    assert(audio.read(rec, lba, 1, 1))
    local r = disc.ask(rec, "42 00 40 01 00 00 00 0010 00", 16)
    return r:byte(7), r:byte(8)
  end

  --- The control nibble of a track in the table of contents.
  function look.control(track)
    return disc.track(rec, track).control
  end

  --- Whether it is a copy already (SCMS).
  function look.copied(track)
    return disc.track(rec, track).copied
  end

  function look.close()
    rec:close()
  end

  return look
end

return burn_audio

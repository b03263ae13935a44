--- A CD recorded at once, by packets, with all that one can have: for specs of
-- what reads it.
--
--     local starts = album.record(rec, {
--       mcn = "0123456789012", packs = cdtext.encode{...},
--       tracks = {{pregap = 30, blocks = 300, isrc = "DEABC0600001",
--         index = {100}, control = 2}, ...}})
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"

local album = {}

local LEAD_IN <const> = {["cd-r"] = -11077, ["cd-rw"] = -11075}

local function msf(lba)
  local frames = lba + 150
  return ("%02X%02X%02X"):format(frames // 4500, frames // 75 % 60, frames % 75)
end

local function entry(control, track, index, form, lba)
  return ("%X1 %02X %02X %02X 00 %s"):format(control, track, index, form,
    lba and msf(lba) or "000000")
end

local function hex(text)
  return (text:gsub(".", function(c)
    return ("%02X"):format(c:byte())
  end))
end

-- The cue sheet, and where each track and the lead-out begin.
local function sheet_of(job)
  local list, starts, at = {}, {}, -150
  if job.mcn then
    table.insert(list, "02" .. hex(job.mcn:sub(1, 7)))
    table.insert(list, "02" .. hex(job.mcn:sub(8)) .. "00")
  end
  table.insert(list, entry(0, 0, 0, job.packs and 0x41 or 0x01))
  for number, track in ipairs(job.tracks) do
    local control = track.data and 4 or track.control or 0
    local form = track.data and 0x10 or 0x00
    local pregap = track.pregap or 0
    if number == 1 then
      pregap = pregap + 150
    end
    if track.isrc then
      for part = 1, 7, 6 do
        table.insert(list, ("%X3 %02X "):format(control, number)
          .. hex(track.isrc:sub(part, part + 5)))
      end
    end
    if pregap > 0 then
      table.insert(list, entry(control, number, 0,
        track.pause and (track.data and 0x14 or 0x01) or form, at))
    end
    at = at + pregap
    starts[number] = at
    table.insert(list, entry(control, number, 1, form, at))
    for i, from in ipairs(track.index or {}) do
      table.insert(list, entry(control, number, i + 1, form, at + from))
    end
    at = at + track.blocks
  end
  local last = job.tracks[#job.tracks]
  table.insert(list, entry(last.data and 4 or last.control or 0, 0xAA, 1,
    last.data and 0x14 or 0x01, at))
  starts[#starts + 1] = at
  return disc.hex(table.concat(list)), starts
end

local function good(said, what)
  if said ~= "good" then
    error(what .. ": " .. said, 3)
  end
end

-- Six bits a byte, over and over through the lead-in.
local function write_text(rec, packs, from)
  local raw = packs:gsub("...", function(three)
    local word = string.unpack(">I3", three)
    return string.char(word >> 18, word >> 12 & 63, word >> 6 & 63, word & 63)
  end)
  raw = raw:rep(4)
  for lba = from, -151, 500 do
    local n = math.min(500, -150 - lba)
    local at = (lba - from) * 96 % (#raw // 4)
    local part = raw:sub(at + 1):rep(n * 96 // (#raw - at) + 2)
    good(disc.sense(rec, ("2A 00 %08X 00 %04X 00"):format(lba & 0xFFFFFFFF, n),
      part:sub(1, n * 96)), "lead-in")
  end
end

local function write_track(rec, track, from, to)
  for lba = from, to - 1, 13 do
    local n = math.min(13, to - lba)
    if track.data then
      local blocks = {}
      for i = 1, n do
        blocks[i] = disc.block(lba + i - 1 & 0xFFFFFFFF)
      end
      good(disc.write(rec, lba, table.concat(blocks)), "data")
    else
      local bytes = track.bytes and track.bytes(lba, n) or audio.blocks(lba, n)
      good(audio.write(rec, lba, bytes), "audio")
    end
  end
end

--- Record it; the recorder is open and its disc blank.
-- @tparam table job `mcn`, `packs`, `medium` ("cd-r"), `multi` (another session
-- may follow), `tracks`: `blocks`, `pregap` (of the first besides its 150),
-- `pause` (the drive makes the pregap), `control`, `isrc`, `index`, `data`,
-- `bytes(lba, n)`
-- @treturn {integer,...} where each track begins, and the lead-out
function album.record(rec, job)
  local sheet, starts = sheet_of(job)
  good(disc.select(rec, disc.write_page{
    [2] = 0x42, [3] = job.multi and 0xC0 or 0, [4] = 0,
  }), "MODE SELECT")
  good(disc.sense(rec, ("5D 00 00 00 00 00 %06X 00"):format(#sheet), sheet),
    "SEND CUE SHEET")
  if job.packs then
    write_text(rec, job.packs, LEAD_IN[job.medium or "cd-r"])
  end
  local at = -150
  for number, track in ipairs(job.tracks) do
    local to = starts[number] + track.blocks
    if track.pause then
      at = starts[number]
    end
    write_track(rec, track, at, to)
    at = to
  end
  good(disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"), "SYNCHRONIZE CACHE")
  return starts
end

return album

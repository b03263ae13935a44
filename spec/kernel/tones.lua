--- Tones for the rows with audio, and the programs that read them back.
local run = require "spec.support.run"

local tones = {BLOCK = 2352}

local BLOCK <const> = tones.BLOCK

-- Samples of a tone that rises, with a little noise: cd-paranoia finds out the
-- order of the bytes by what sounds like music.
local function samples_of(number, blocks)
  local list, frame, noise, phase = {}, {}, number, 0.0
  for block = 1, blocks do
    for i = 1, BLOCK // 4 do
      noise = (noise * 1103515245 + 12345) & 0x7FFFFFFF
      phase = phase + 0.01 * number + block * 1e-4
      local left = math.floor(9000 * math.sin(phase)) + (noise >> 24)
      frame[i] = string.pack("<i2i2", left, -left // 2 + (noise >> 20 & 63))
    end
    list[block] = table.concat(frame)
  end
  return table.concat(list)
end

--- A WAV file of so many blocks that repeat nowhere, and its samples.
function tones.wav(t, number, blocks)
  local bytes, samples = blocks * BLOCK, samples_of(number, blocks)
  local head = "RIFF" .. string.pack("<I4", bytes + 36) .. "WAVEfmt " ..
    string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, 44100, 176400, 4, 16) .. "data" ..
    string.pack("<I4", bytes)
  local path = ("%s/track%d.wav"):format(t.folder, number)
  run.spit(path, head .. samples)
  return path, samples
end

--- What a program read is what was burned, silence after it allowed.
-- @int head bytes before the samples
function tones.same(path, samples, head)
  local got = run.slurp(path):sub(head + 1)
  for at = 1, #samples, BLOCK do
    local wanted, is = samples:sub(at, at + 15), got:sub(at, at + 15)
    if is ~= wanted then
      error(("%s: other samples at %d: %s, not %s"):format(path, at // BLOCK,
        is:gsub(".", function(c) return ("%02x"):format(c:byte()) end),
        wanted:gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
    end
  end
  assert(got:sub(1, #samples) == samples, path .. ": other samples")
  assert(not got:find("[^\0]", #samples + 1), path .. ": more than silence")
end

--- A track of a drive's disc, read by cd-paranoia.
function tones.read_by_cd_paranoia(t, drive, number, samples)
  local out = ("%s/cd-paranoia%d.raw"):format(t.folder, number)
  t.run("cd-paranoia", "-r", "-d", drive.sr, tostring(number), out)
  tones.same(out, samples, 0)
end

--- ... and by icedax.
function tones.read_by_icedax(t, drive, number, samples)
  local out = ("%s/icedax%d.wav"):format(t.folder, number)
  t.run("icedax", "-D", drive.sr, "-no-infofile", "-t", tostring(number), out)
  tones.same(out, samples, 44)
end

--- An album that cdrdao writes, with all that it can say; the samples of its
-- two tracks.
-- @string pregap of the second track
-- @string[opt] ... more options for cdrdao
function tones.album(t, drive, pregap, ...)
  local first, one = tones.wav(t, 1, 450)
  local second, two = tones.wav(t, 2, 400)
  local toc = t.folder .. "/album.toc"
  run.spit(toc, ([[
CD_DA
CATALOG "0123456789012"
CD_TEXT {
  LANGUAGE_MAP { 0 : EN }
  LANGUAGE 0 { TITLE "An Album" PERFORMER "Somebody" }
}
TRACK AUDIO
ISRC "DEABC0600001"
CD_TEXT { LANGUAGE 0 { TITLE "The First" PERFORMER "She" } }
FILE "%s" 0
TRACK AUDIO
COPY
CD_TEXT { LANGUAGE 0 { TITLE "The Second" PERFORMER "He" } }
PREGAP %s
FILE "%s" 0
INDEX 0:1:0
]]):format(first, pregap, second))
  local words = {"cdrdao", "write", "-n", "--device", drive.sr, "--driver",
    "generic-mmc:0x10", ...}
  table.insert(words, toc)
  t.run(table.unpack(words))
  t.reload(drive)
  return one, two
end

return tones

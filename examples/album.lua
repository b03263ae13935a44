-- Burn an album as its CUE sheet says: gapless, with CD-TEXT and all codes.
--
--     lua5.4 examples/album.lua [ADDRESS [SHEET]]
--
-- Without arguments: two made-up tracks in one FLAC file with a sheet, onto a
-- new virtual CD-R. SHEET.toc and SHEET.nrg do as well.
local disc = require "discrecorder"
local album = require "discrecorder.album"

local SECOND <const> = 44100

-- A tone that rises, as FLAC where sndfile-convert is there, and its sheet.
local function made_up_sheet()
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
  local frames = {}
  for i = 1, 12 * SECOND do
    local sample = math.floor(9000 * math.sin(i * (0.03 + i * 1e-8)))
    frames[i] = string.pack("<i2i2", sample, sample)
  end
  local data = table.concat(frames)
  local wave, flac = folder .. "/side.wav", folder .. "/side.flac"
  local file = assert(io.open(wave, "wb"))
  assert(file:write("RIFF", string.pack("<I4", #data + 36), "WAVEfmt ",
    string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, SECOND, 4 * SECOND, 4, 16), "data",
    string.pack("<I4", #data), data))
  assert(file:close())
  os.execute(("sndfile-convert %s %s >/dev/null 2>&1"):format(wave, flac))
  local sheet = assert(io.open(folder .. "/album.cue", "w"))
  assert(sheet:write([[
CATALOG 4006381333931
PERFORMER "A Made-Up Band"
TITLE "Rising"
FILE "side.flac" WAVE
  TRACK 01 AUDIO
    TITLE "First Half"
    ISRC DEABC0600001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Second Half"
    ISRC DEABC0600002
    INDEX 00 00:05:00
    INDEX 01 00:06:00
]]))
  assert(sheet:close())
  return folder .. "/album.cue"
end

local address = arg[1] or "virtual:" .. os.tmpname() .. ".disc?medium=cd-r"

local recorder = assert(disc.recorder(address))
local report = assert(album.burn(recorder, arg[2] or made_up_sheet()))
for i, track in ipairs(report.tracks) do
  print(("track %d at block %d: %.2f minutes, sha256 %s"):format(i, track.start,
    track.blocks / 75 / 60, track.sha256))
end
print("read back from the disc: " .. (report.verified and "equal" or "no"))

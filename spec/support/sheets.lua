--- Folders with sheets and the files that they name.
local assert = require "luassert"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local sheet = require "discrecorder.sheet"

local sheets = {}

--- A WAVE of 44.1 kHz, 16 bits, two channels, of so many blocks.
function sheets.wave(blocks, rate)
  rate = rate or 44100
  local data = {}
  for i = 1, blocks do
    data[i] = string.pack("<I4", i):rep(588)
  end
  local bytes = table.concat(data)
  return "RIFF" .. string.pack("<I4", #bytes + 36) .. "WAVEfmt "
    .. string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, rate, rate * 4, 4, 16)
    .. "data" .. string.pack("<I4", #bytes) .. bytes
end

--- The head of a FLAC of so many samples; nothing behind it.
function sheets.flac(samples, rate)
  return "fLaC" .. string.pack(">I4", 34) .. ("\0"):rep(10)
    .. string.pack(">I8", (rate or 44100) << 44 | 1 << 41 | 15 << 36 | samples)
    .. ("\0"):rep(16)
end

--- The head of an AIFF of so many samples, at 44.1 kHz.
function sheets.aiff(samples)
  local common = string.pack(">I2I4I2", 2, samples, 16)
    .. "\x40\x0E\xAC\x44\0\0\0\0\0\0"
  return "FORM" .. string.pack(">I4", 4 + 8 + #common) .. "AIFF"
    .. "COMM" .. string.pack(">I4", #common) .. common
end

--- A CUE sheet of three tracks.
sheets.ALBUM = [[
REM GENRE Rock
CATALOG 4006381333931
TITLE "The Album"
PERFORMER "Somebody"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    COMPOSER "A"
    FLAGS DCP PRE
    ISRC USABC9912345
    INDEX 01 00:00:00
    INDEX 02 00:05:00
  TRACK 02 AUDIO
    INDEX 00 00:08:00
    INDEX 01 00:10:00
FILE "two.wav" WAVE
  TRACK 03 AUDIO
    FLAGS 4CH
    PREGAP 00:02:00
    INDEX 01 00:00:00
    POSTGAP 00:01:00
]]

--- Texts for CD-TEXT: one language, three tracks.
function sheets.texts()
  return {
    first_track = 1,
    blocks = {{
      language = 9,
      encoding = "iso-8859-1",
      disc = {
        title = "An album with a rather long title", performer = "Bänd",
        songwriter = "W", composer = "C", arranger = "A", message = "M",
        disc_id = "XY12345", genre = "Jazz", genre_code = 14,
        upc_ean = "4006381333931", closed = "Für uns",
      },
      tracks = {
        {title = "One", performer = "Bänd & Co", isrc = "USABC9912345"},
        {title = "Two", performer = "Bänd & Co", message = "Hello"},
        {title = "Three", performer = "Other", songwriter = "W2"},
      },
    }},
  }
end

--- What a sheet says by itself: its files are not looked at.
-- @string format "cue" or "toc"
-- @tparam[opt] table options of discrecorder.sheet
function sheets.parse(format, text, options)
  options = options or {}
  options.files = false
  return sheet.parse(text, format, options)
end

--- Fails unless it is refused, for what stands in a line.
function sheets.bad(format, line, text, pattern)
  local failure = burning.refused("bad_file", sheets.parse(format, text))
  assert.are.equal(line, failure.line)
  assert.matches(pattern, failure.message)
end

--- A spec that another's program judges: pending where it is missing.
function sheets.judged(program, judge)
  return function()
    if run("sh", "-c", 'command -v "$1"', "sh", program).status ~= 0 then
      pending(program .. " is not installed")
      return
    end
    judge()
  end
end

--- A folder: `folder:file(name, content)`, `folder:read(name, text, options)`,
-- `folder:album()`, `folder:remove()`.
function sheets.folder()
  local self = scratch.new()

  --- Write a sheet, and read it.
  function self.read(folder, name, text, options)
    return sheet.read(folder:file(name, text), options)
  end

  --- sheets.ALBUM with files of its own, read.
  function self.album(folder)
    folder:file("one.wav", sheets.wave(20 * 75))
    folder:file("two.wav", sheets.wave(6 * 75))
    return assert(folder:read("album.cue", sheets.ALBUM))
  end

  function self.slurp(folder, name)
    return run.slurp(folder:path(name))
  end

  return self
end

return sheets

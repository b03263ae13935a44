-- Sheets that somebody has changed: read or refused, never more than that.
-- FUZZ_SEED=N make specs SPECS=spec/sheet_fuzz_spec.lua tries others.

local sheet = require "discrecorder.sheet"

local SEEDS <const> = {
  cue = [[
REM GENRE Rock
CATALOG 4006381333931
TITLE "The Album"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    FLAGS DCP PRE
    ISRC USABC9912345
    PREGAP 00:02:00
    INDEX 00 00:00:00
    INDEX 01 00:02:00
    INDEX 02 00:05:00
    POSTGAP 00:01:00
FILE "two.bin" BINARY
REM SESSION 02
  TRACK 02 MODE1/2352
    INDEX 01 00:00:00
  TRACK 03 AUDIO
    INDEX 00 00:08:00
FILE "three.flac" FLAC
    INDEX 01 00:00:00
]],
  toc = [[
CD_ROM
CATALOG "4006381333931"
CD_TEXT { LANGUAGE_MAP { 0 : EN 1 : 8 }
  LANGUAGE 0 { TITLE "A \"b\" \351" GENRE { 0, 14, 0 } } LANGUAGE 1 { } }
TRACK AUDIO
COPY NO PRE_EMPHASIS FOUR_CHANNEL_AUDIO
ISRC "USABC9912345"
CD_TEXT { LANGUAGE 0 { TITLE "x" ISRC "US-ABC-99-12345" } }
SILENCE 0:2:0
START
FILE "one.wav" 0 0:8:0
INDEX 0:4:0
END 0:9:0
TRACK MODE1_RAW // data
ZERO MODE1_RAW 150
DATAFILE "a.bin" #2352 0:4:0
TRACK AUDIO
AUDIOFILE "raw.cdr" SWAP #2352 44100 588000
]],
}

local state

local function random(most)
  state = state * 6364136223846793005 + 1442695040888963407
  return (state >> 33) % most
end

local ODD <const> = {
  "\0", '"', "\\", "\n", "\r", "{", "}", "#", "99", "-1", "00:00:00",
  "99:59:74", "9999999999999999999", "TRACK 99 AUDIO", "INDEX 99 99:99:99",
  "\xFF", "//", "\u{FEFF}",
}

-- Words of the sheet itself go to other places, besides bytes and odd things.
local function mutate(text)
  for _ = 0, random(4) do
    local at, kind = random(#text + 1), random(5)
    local before, after = text:sub(1, at), text:sub(at + 1)
    if kind == 0 then
      text = before .. string.char(random(256)) .. after:sub(2)
    elseif kind == 1 then
      text = before .. after:sub(random(30))
    elseif kind == 2 then
      text = before .. ODD[random(#ODD) + 1] .. after
    elseif kind == 3 then
      local from = random(#text + 1)
      text = before .. text:sub(from, from + random(60)) .. after
    else
      text = before
    end
  end
  return text
end

describe("a sheet that was changed", function()
  for _, format in ipairs{"cue", "toc"} do
    local seed = SEEDS[format]
    local options = {files = false}

    it("is read as it is, to begin with: " .. format, function()
      assert(sheet.parse(seed, format, options))
    end)

    it("is read or refused, and what is read can be written: " .. format,
      function()
        local read = 0
        state = tonumber(os.getenv "FUZZ_SEED" or 20261123)
        for _ = 1, 3000 do
          local text = mutate(seed)
          local disc, failure = sheet.parse(text, format, options)
          if disc then
            read = read + 1
            for _, other in ipairs{"cue", "toc"} do
              local written, unwritten = sheet.format(disc, other)
              assert.is_truthy(written or unwritten.message)
            end
          else
            assert.is_truthy(failure.code == "bad_file"
              or failure.code == "unsupported"
              or failure.code == "file_access", failure.message)
          end
        end
        assert.is_true(read > 0)
      end)
  end
end)

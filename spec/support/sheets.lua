--- Folders with sheets and the files that they name.
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

--- A folder: `folder:file(name, content)`, `folder:read(text[, options])`,
-- `folder:remove()`.
function sheets.folder()
  local self = scratch.new()

  --- Write a sheet, and read it.
  function self.read(folder, name, text, options)
    return sheet.read(folder:file(name, text), options)
  end

  function self.slurp(folder, name)
    return run.slurp(folder:path(name))
  end

  return self
end

return sheets

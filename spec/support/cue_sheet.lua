--- Cue sheets as packets carry them (MMC-6 6.33).
local disc = require "spec.support.disc"

local cue_sheet = {}

local function msf(lba)
  local frames = lba + 150
  return ("%02X %02X %02X"):format(frames // 4500, frames // 75 % 60,
    frames % 75)
end

--- An entry: control and ADR, track, index, form, address, SCMS.
function cue_sheet.entry(control, track, index, form, lba, scms)
  return ("%02X %02X %02X %02X %02X %s"):format(control, track, index, form,
    scms or 0, lba == nil and "00 00 00" or msf(lba))
end

--- SEND CUE SHEET of a list of entries: "good" or the sense.
function cue_sheet.send(rec, sheet)
  local list = disc.hex(table.concat(sheet, " "))
  return disc.sense(rec, ("5D 00 00 00 00 00 %06X 00"):format(#list), list)
end

--- Mode page 05h for a session at once, with changes.
function cue_sheet.page(change)
  local all = {[2] = 0x42, [3] = 0, [4] = 0}
  for key, value in pairs(change or {}) do
    all[key] = value
  end
  return disc.write_page(all)
end

return cue_sheet

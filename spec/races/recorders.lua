--- The recorders that works are tried on, and what holds them up.
local disc = require "discrecorder"

local recorders = {}

-- A drive that is busy for so many polls, by its own clock, holds the work.
local POLLS <const> = 1500

-- What a drive does at its packets.
local HOLDS <const> = {{}}

for _, row in ipairs {
  {"SEND OPC INFORMATION"}, {"WRITE(10)", 3}, {"SYNCHRONIZE CACHE"},
  {"CLOSE TRACK/SESSION"}, {"START STOP UNIT", 2}, {"READ(10)", 2},
  {"READ CD", 2}, {"SEND CUE SHEET"}, {"RESERVE TRACK"},
} do
  table.insert(HOLDS, {{opcode = row[1], nth = row[2], busy = POLLS}})
end

-- What one does that takes its time, of the machine's clock: no phase is short
-- then.
local SLOW <const> = {}

for i, opcode in ipairs {
  "TEST UNIT READY", "READ DISC INFORMATION", "READ TRACK INFORMATION",
  "WRITE(10)", "SYNCHRONIZE CACHE", "CLOSE TRACK/SESSION", "START STOP UNIT",
  "READ(10)", "READ CD", "BLANK", "FORMAT UNIT",
} do
  SLOW[i] = {opcode = opcode, hang = 2}
end

--- One of a work: a slow one, or now and then one that is busy at some packet.
-- @tparam table w
-- @tparam function draw
-- @tparam[opt] string address `w.address` without
function recorders.drawn(w, draw, address)
  local hold = HOLDS[1 + draw(#HOLDS)]
  local rec = assert(disc.recorder(address or w.address,
    {faults = w.slow and SLOW or hold}))
  table.insert(w.recorders, rec)
  return rec
end

--- One that nothing holds up.
function recorders.sound(address)
  return assert(disc.recorder(address))
end

return recorders

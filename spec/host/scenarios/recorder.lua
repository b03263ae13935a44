-- A recorder, asked and handled.
local disc = require "discrecorder"
local must = require "spec.host.scenarios.must"

local function ask(_, rec)
  must(disc.addresses())
  must(rec.address and rec.guid)
  must(rec:get_recorder_guid())
  must(rec:get_recorder_state())
  must(rec:get_recorder_properties())
  must(rec:get_display_names())
  must(rec:get_base_pnp_id() and rec:get_path())
  must(rec:capabilities())
  must(rec:speeds())
  must(tostring(rec))
end

local function handle(_, rec)
  must(rec:open_exclusive())
  must(rec:eject())
  must(rec:load())
  must(rec:lock())
  must(rec:unlock())
  must(rec:wait_medium(60))
  local operator = must(rec:operator())
  must(operator:press_eject())
  must(rec:load())
  must(rec:set_recorder_properties {audio_gap_size = 150})
  must(rec:close())
end

local function send(_, rec)
  must(rec:open_exclusive())
  must(rec:query_media_type())
  must(rec:query_media_info())
  must(rec:command(("\0"):rep(6)))
  must(rec:command("\x12\0\0\0\x24\0", "in", 36))
  must(rec:close())
end

-- A new disc, a trace, faults and quirks; then the trace instead of the drive.
local function open(at)
  local other, trace = at.work .. "/other", at.work .. "/trace"
  do
    local rec <close> = must(disc.recorder(
      "virtual:" .. other .. "?medium=dvd+r&quirk=no-opc", {
        trace = trace,
        faults = {{opcode = "WRITE(10)", nth = 3, sense = {3, 0x0C, 0}}},
      }))
    must(rec:medium())
  end
  local rec <close> = must(disc.recorder("replay:" .. trace))
  must(rec:medium())
end

local function enumerate(at)
  local found = 0
  for _, rec, failure in disc.recorders() do
    must(rec, failure)
    found = found + 1
  end
  must(disc.recorder(at.address))
  return found
end

return {
  {name = "recorder, asked", reads = true, run = ask},
  {name = "recorder, its tray", run = handle},
  {name = "recorder, packets", reads = true, run = send},
  {name = "recorder, opened", reads = true, run = open},
  {name = "recorders, found", reads = true, run = enumerate},
  {name = "medium, blank", reads = true, run = function(_, rec)
    must(rec:medium())
  end},
}

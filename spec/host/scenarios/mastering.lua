-- IMAPI's disc master.
local master = require "discrecorder.master"
local must = require "spec.host.scenarios.must"

local function record(m)
  must(m:progress_advise {notify_block_progress = function() end})
  assert(must(m:record_disc()).ok)
  must(m:close())
end

local function joliet(at, rec)
  local m <close> = master.new()
  must(m:open())
  local format = must(m:set_active_disc_master_format "joliet")
  must(m:set_active_disc_recorder(rec))
  must(format:add_data(at.input .. "/tree"))
  must(format:get_used_data_blocks())
  record(m)
end

local function redbook(_, rec)
  local m <close> = master.new()
  must(m:open())
  local format = must(m:set_active_disc_master_format "redbook")
  must(m:set_active_disc_recorder(rec))
  must(format:create_audio_track(300))
  must(format:add_audio_track_blocks(("ab"):rep(2352 * 150)))
  must(format:close_audio_track())
  record(m)
end

return {
  {name = "master, joliet", run = joliet},
  {name = "master, redbook", run = redbook},
}

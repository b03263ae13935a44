-- A script that was written for Microsoft's Image Mastering API, ported: the
-- calls have their names in snake_case, and their order is IMAPI's own.
--
--     lua5.4 examples/port.lua data ADDRESS FOLDER...
--     lua5.4 examples/port.lua audio ADDRESS FILE...
--
-- Without arguments: this folder, then a tone, on a new virtual CD-RW. What is
-- on a rewritable disc is erased first.
local imapi = require "discrecorder.imapi"
local disc = require "discrecorder"
local master = require "discrecorder.master"
local source = require "discrecorder.source"

-- IDiscMasterProgressEvents; those that are absent would return E_NOTIMPL.
local events = {
  query_cancel = function()
    return false
  end,
  notify_preparing_burn = function(seconds)
    print(("preparing, about %d seconds"):format(seconds))
  end,
  notify_track_progress = function(track, tracks)
    print(("track %d of %d is written"):format(track, tracks))
  end,
  notify_closing_disc = function(seconds)
    print(("closing, about %d seconds"):format(seconds))
  end,
  notify_burn_complete = function(status)
    print(("burned: 0x%08X"):format(imapi.hresult[status] or 0x80004005))
  end,
  notify_erase_complete = function(status)
    print(("erased: 0x%08X"):format(imapi.hresult[status] or 0x80004005))
  end,
}

-- IDiscMaster::EnumDiscRecorders, and the one that was asked for. IMAPI knows
-- the drives of its own machine only; any address will do here.
local function find_recorder(discmaster, address)
  for recorder in assert(discmaster:enum_disc_recorders()) do
    if recorder:get_path() == address then
      return recorder
    end
  end
  return assert(disc.recorder(address))
end

-- IDiscRecorder: is there a disc that can be written? The drive is given back
-- before the disc master takes it.
local function prepare_disc(recorder)
  assert(recorder:open_exclusive())
  local lock <close> = recorder -- luacheck: ignore
  local kind, flags = assert(recorder:query_media_type())
  assert(kind ~= "none", "there is no disc in the recorder")
  local info = assert(recorder:query_media_info())
  print(("%s, %d sessions, %d blocks are free"):format(
    kind, info.sessions, info.free_blocks))
  if not flags.blank and flags.rw then
    assert(recorder:erase(false))
  end
end

local function set_properties(recorder)
  local properties = assert(recorder:get_recorder_properties())
  properties.write_speed = properties.max_write_speed
  properties.audio_gap_size = 150
  assert(recorder:set_recorder_properties(properties))
end

-- IJolietDiscMaster
local function stage_data(joliet, folders)
  assert(joliet:set_joliet_properties{volume_name = "PORTED"})
  for _, folder in ipairs(folders) do
    assert(joliet:add_data(folder, false))
  end
  print(("%d of %d blocks"):format(
    joliet:get_used_data_blocks(), joliet:get_total_data_blocks()))
end

-- IRedbookDiscMaster: samples of 16 bits, block by block.
local function stage_audio(redbook, files)
  local portion = 75 * redbook:get_audio_block_size() -- a second
  for _, file in ipairs(files) do
    local samples <close> = assert(source.audio(file))
    assert(redbook:create_audio_track(samples.blocks))
    assert(samples:open())
    local bytes, failure = samples:read(portion)
    while bytes do
      local rest = -#bytes % redbook:get_audio_block_size()
      assert(redbook:add_audio_track_blocks(bytes .. ("\0"):rep(rest)))
      bytes, failure = samples:read(portion)
    end
    assert(not failure, failure)
    assert(redbook:close_audio_track())
  end
  print(("%d tracks, %d of %d blocks"):format(redbook:get_total_audio_tracks(),
    redbook:get_used_audio_blocks(), redbook:get_total_audio_blocks()))
end

local STAGE <const> = {joliet = stage_data, redbook = stage_audio}

-- IDiscMaster, from CoCreateInstance to Release.
local function record(format, address, paths)
  local discmaster <close> = master.new()
  assert(discmaster:open())
  local cookie = assert(discmaster:progress_advise(events))
  local staging = assert(discmaster:set_active_disc_master_format(format))
  local recorder = find_recorder(discmaster, address)
  print(table.concat({recorder:get_display_names()}, " "))
  prepare_disc(recorder)
  set_properties(recorder)
  assert(discmaster:set_active_disc_recorder(recorder))
  STAGE[format](staging, paths)
  assert(discmaster:record_disc(false, false))
  assert(discmaster:progress_unadvise(cookie))
  assert(discmaster:close())
end

-- Five seconds of a tone, in a file with a header of its own.
local function made_up_tone()
  local samples, path = {}, os.tmpname()
  for i = 0, 5 * 44100 - 1 do
    local value = math.floor(8000 * math.sin(i * 2 * math.pi * 440 / 44100))
    samples[i + 1] = string.pack("<i2i2", value, value)
  end
  local data = table.concat(samples)
  local file <close> = assert(io.open(path, "wb"))
  file:write(string.pack("<c4I4c4c4I4I2I2I4I4I2I2c4I4", "RIFF", 36 + #data,
    "WAVE", "fmt ", 16, 1, 2, 44100, 176400, 4, 16, "data", #data), data)
  return path
end

local what, address = arg[1], arg[2]
if what == "data" or what == "audio" then
  record(what == "data" and "joliet" or "redbook", address,
    {table.unpack(arg, 3)})
else
  address = "virtual:" .. os.tmpname() .. ".disc?medium=cd-rw"
  record("joliet", address, {arg[0]:match("^(.*)/") or "."})
  record("redbook", address, {made_up_tone()})
end

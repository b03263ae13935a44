--- IRedbookDiscMaster: tracks of audio for a CD. It is what
-- `set_active_disc_master_format "redbook"` gives.
--
-- A block is 2352 bytes: 588 frames of two samples of 16 bits, left and right,
-- signed, little endian, at 44.1 kHz. What is added is kept in memory (at most
-- as much as the disc takes), and lasts until clear_format_content, another
-- format, or close; a Source is not kept but read when the disc is recorded.
--
-- Besides the failures that each method names: not_opened and no_active_format
-- (the disc master is closed by now), wrong_format (another format is active),
-- no_active_recorder, and device_still_in_use from a callback.
-- @classmod Redbook

local is_object = require("discrecorder.options").is_object
local new_failure = require("discrecorder.failure").new
local new_format = require "discrecorder.master.redbook_format"
local progress = require "discrecorder.master.progress"
local state = require "discrecorder.master.state"

local redbook = {}

local BLOCK <const> = 2352
local TRACKS_MOST <const> = 99
local TRACK_LEAST <const> = 300 -- Red Book: four seconds

local ASKS <const> = {"open", "format", "own"}
local COUNTS <const> = {"open", "format", "own", "recorder"}
local CHANGES <const> = {"open", "format", "own", "recorder", "rest"}
local NEEDS <const> = {
  get_total_audio_tracks = ASKS,
  get_total_audio_blocks = COUNTS,
  get_used_audio_blocks = COUNTS,
  get_available_audio_track_blocks = COUNTS,
  get_audio_block_size = ASKS,
  create_audio_track = CHANGES,
  add_audio_track_blocks = CHANGES,
  add_audio_track_source = CHANGES,
  close_audio_track = CHANGES,
}

local Redbook = {}

--- The tracks that there are, an open one too.
-- IRedbookDiscMaster::GetTotalAudioTracks.
-- @function Redbook:get_total_audio_tracks
-- @treturn integer
function Redbook:get_total_audio_tracks()
  return #self.format.tracks
end

--- The blocks that the disc has for tracks and gaps.
-- IRedbookDiscMaster::GetTotalAudioBlocks.
-- @function Redbook:get_total_audio_blocks
-- @treturn integer
function Redbook:get_total_audio_blocks()
  return self.format.disc.total
end

--- The blocks of all tracks, an open one too, and of the gaps between them.
-- IRedbookDiscMaster::GetUsedAudioBlocks.
-- @function Redbook:get_used_audio_blocks
-- @treturn integer
function Redbook:get_used_audio_blocks()
  return self.format:used()
end

--- The blocks that the open track may still have; without one, those that a new
-- one could have. IRedbookDiscMaster::GetAvailableAudioTrackBlocks.
-- @function Redbook:get_available_audio_track_blocks
-- @treturn integer
function Redbook:get_available_audio_track_blocks()
  return self.format:available()
end

--- The bytes of a block. IRedbookDiscMaster::GetAudioBlockSize.
-- @function Redbook:get_audio_block_size
-- @treturn integer 2352
function Redbook.get_audio_block_size()
  return BLOCK
end

--- Begin a track. IRedbookDiscMaster::CreateAudioTrack.
-- @function Redbook:create_audio_track
-- @int[opt=0] blocks how long it is going to be; nothing depends on it
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: track_open, disc_full (99 tracks)
function Redbook:create_audio_track(blocks)
  local format = self.format
  if math.type(blocks or 0) ~= "integer" or (blocks or 0) < 0 then
    error("create_audio_track: blocks: a number of blocks expected", 2)
  elseif format.open_track then
    return new_failure("track_open",
      ("create_audio_track: track %d is open"):format(#format.tracks))
  elseif #format.tracks == TRACKS_MOST then
    return new_failure("disc_full",
      ("create_audio_track: a disc has %d tracks at most"):format(TRACKS_MOST))
  end
  format.open_track = {blocks = 0}
  table.insert(format.tracks, format.open_track)
  return true
end

-- The track that is open, for a method.
local function open_track(format, what)
  if format.open_track then
    return format.open_track
  end
  return new_failure("track_not_open", what .. ": no audio track is open")
end

local function too_full(what, blocks, room)
  return new_failure("disc_full",
    ("%s: of %d blocks %d fit on the disc"):format(what, blocks, room))
end

-- Steps, with what is done between the first and the last. Nothing is done when
-- an end is wanted.
local function in_steps(master, what, blocks, act)
  local _ <close> = state.at_work(master, what)
  progress.notify(master, "notify_add_progress", 0, blocks)
  if progress.cancelled(master) then
    return new_failure("user_abort", what .. ": cancelled")
  end
  local done, failure, code = act()
  if done then
    progress.notify(master, "notify_add_progress", blocks, blocks)
  end
  return done, failure, code
end

--- Add blocks to the open track. When the disc is full, those that fit are kept
-- (unlike Joliet's). IRedbookDiscMaster::AddAudioTrackBlocks.
-- @function Redbook:add_audio_track_blocks
-- @string bytes whole blocks of 2352 bytes
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: track_not_open, disc_full (what fits is kept),
-- user_abort, no_memory (nothing is), unsupported (the track is a Source)
function Redbook:add_audio_track_blocks(bytes)
  local what <const> = "add_audio_track_blocks"
  if type(bytes) ~= "string" then
    error(("%s: string expected, got %s"):format(what, type(bytes)), 2)
  elseif #bytes % BLOCK ~= 0 then
    error(("%s: %d bytes are not whole blocks of %d bytes"):format(
      what, #bytes, BLOCK), 2)
  end
  local format = self.format
  local track, failure, code = open_track(format, what)
  if not track then
    return nil, failure, code
  elseif track.whole then
    return new_failure("unsupported",
      what .. ": the track is a source that was added")
  end
  local blocks, room = #bytes // BLOCK, format:available()
  return in_steps(format.master, what, blocks, function()
    local kept = math.min(blocks, room)
    local good, unkept, why = format.keep(track, bytes, kept * BLOCK)
    if not good then
      return nil, unkept, why
    end
    track.blocks = track.blocks + kept
    if kept < blocks then
      return too_full(what, blocks, kept)
    end
    return true
  end)
end

--- Make the open track of a source: its audio is not kept, but read when the
-- disc is recorded. IMAPI has no such method.
-- @function Redbook:add_audio_track_source
-- @tparam Source source of audio (@{discrecorder.source.audio}), or of raw
-- samples as blocks have them; it has to stay open as long as discs are
-- recorded of it
-- @treturn[1] boolean true
-- @return[2] nil; nothing is kept
-- @treturn[2] table failure
-- @treturn[2] string code: track_not_open, disc_full, user_abort, unsupported
-- (the track has something in it, or nobody knows how long the source is)
function Redbook:add_audio_track_source(source)
  local what <const> = "add_audio_track_source"
  if not is_object(source, "Source") then
    error(("%s: Source expected, got %s"):format(what, type(source)), 2)
  end
  local format = self.format
  local track, failure, code = open_track(format, what)
  if not track then
    return nil, failure, code
  elseif track.blocks > 0 then
    return new_failure("unsupported",
      what .. ": the track has something in it already")
  elseif not source.length then
    return new_failure("unsupported", what .. ": its length is not known")
  end
  local blocks, room = (source.length + BLOCK - 1) // BLOCK, format:available()
  return in_steps(format.master, what, blocks, function()
    if blocks > room then
      return too_full(what, blocks, room)
    end
    track.source, track.blocks, track.whole = source, blocks, true
    return true
  end)
end

--- End the open track. One of less than 300 blocks (four seconds) stays open.
-- IRedbookDiscMaster::CloseAudioTrack.
-- @function Redbook:close_audio_track
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: track_not_open, track_not_big_enough
function Redbook:close_audio_track()
  local format = self.format
  local track, failure, code = open_track(format, "close_audio_track")
  if not track then
    return nil, failure, code
  elseif track.blocks < TRACK_LEAST then
    return new_failure("track_not_big_enough",
      ("close_audio_track: the track has %d blocks, and %d are the least")
        :format(track.blocks, TRACK_LEAST))
  end
  format.open_track = nil
  return true
end

local function master_of(self)
  return self.format.master
end

local methods = state.guard(Redbook, NEEDS, master_of)
methods.__index = methods
methods.__name = "discrecorder.Redbook"

--- For @{discrecorder.master}: the format behind a new object.
-- @tparam Master master
-- @treturn table `name`, `object`, and what record_disc calls
function redbook.new(master)
  local format = new_format(master)
  format.object = setmetatable({format = format}, methods)
  return format
end

return redbook

--- The format redbook behind its object: the tracks, and the disc that they are
-- for.
-- @module discrecorder.master.redbook_format

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new

local BLOCK <const> = 2352

local PROFILES <const> = {["cd-r"] = true, ["cd-rw"] = true}

-- Between two tracks recorded at once: run-out and a pause, of which many
-- drives make two seconds whatever they are told: so plan counts them.
local RUN_OUT <const>, PAUSE <const> = 2, 150

-- `tracks` is a list of `source`, `blocks`, and `whole` where the source was
-- given; `open_track` the last of them while it is open. `disc`: `medium`,
-- `mode`, `total` (blocks), `gap` (blocks between tracks).
local Format = {}
Format.__index = Format

-- Samples that were kept are let go of now, not when they are collected.
function Format:clear()
  for _, track in ipairs(self.tracks) do
    if track.source and not track.whole then
      track.source:close()
    end
  end
  self.tracks, self.open_track = {}, nil
end

-- === the disc ===

-- A session at once is laid out by us, so gaps are what the recorder's
-- properties say; those of tracks at once the drive makes.
local function job_for(disc, tracks)
  local list = {}
  for i, track in ipairs(tracks) do
    list[i] = {
      kind = "audio",
      source = track.source,
      length = not track.source and track.blocks * BLOCK or nil,
      pregap = disc.mode == "sao" and i > 1 and disc.gap or nil,
    }
  end
  return {tracks = list, mode = disc.mode}
end

-- The lead-out may begin behind what is called free: that leaves a run-out.
local function room_on(medium, mode)
  if mode == "sao" and medium.capacity_blocks then
    return math.max(medium.free_blocks,
      medium.capacity_blocks - medium.next_writable)
  end
  return medium.free_blocks
end

local function look_at(rec)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local plan, refused, why =
    core.plan({tracks = {{kind = "audio", length = 300 * BLOCK}}}, medium)
  if not plan then
    return nil, refused, why
  end
  local properties, unknown, which = rec:get_recorder_properties()
  if not properties then
    return nil, unknown, which
  end
  return {
    medium = medium,
    mode = plan.mode,
    total = room_on(medium, plan.mode),
    gap = plan.mode == "sao" and properties.audio_gap_size
      or RUN_OUT + math.max(PAUSE, properties.audio_gap_size),
  }
end

function Format:look(rec)
  local disc, failure, code = look_at(rec)
  if not disc then
    return nil, failure, code
  elseif self:used(disc) > disc.total then
    return new_failure("disc_full",
      ("what was added has %d blocks, and the disc %d"):format(
        self:used(disc), disc.total))
  end
  self.disc = disc
  return true
end

-- === what is on it ===

--- The blocks of all tracks and gaps.
-- @tparam[opt] table disc
-- @treturn integer
function Format:used(disc)
  local blocks = 0
  for i, track in ipairs(self.tracks) do
    blocks = blocks + track.blocks + (i > 1 and (disc or self.disc).gap or 0)
  end
  return blocks
end

--- The blocks that the open track, or a new one, may have.
-- @treturn integer
function Format:available()
  local gap = not self.open_track and #self.tracks > 0 and self.disc.gap or 0
  return math.max(0, self.disc.total - self:used() - gap)
end

--- Keep samples of a track.
-- @tparam table track
-- @string bytes
-- @int length how many of them
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: no_memory
function Format.keep(track, bytes, length)
  if not track.source then
    local made, failure, code = core.source_gather()
    if not made then
      return nil, failure, code
    end
    track.source = made
  end
  return core.gather_add(track.source, bytes, length)
end

-- === what the disc master asks for ===

function Format:ready()
  if self.open_track then
    return new_failure("track_open",
      ("record_disc: track %d is open"):format(#self.tracks))
  elseif #self.tracks == 0 then
    return new_failure("invalid_image", "record_disc: there is no track",
      {advice = "Create an audio track first."})
  end
  return true
end

function Format:job()
  return job_for(self.disc, self.tracks)
end

--- For @{discrecorder.redbook}.
-- @tparam Master master
-- @treturn table `name`, `profiles`, `audio`, and what the disc master calls:
-- `look`, `ready`, `job`, `clear`
return function(master)
  return setmetatable({
    name = "redbook",
    audio = true,
    profiles = PROFILES,
    master = master,
    tracks = {},
  }, Format)
end

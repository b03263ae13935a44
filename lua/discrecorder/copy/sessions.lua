--- A CD of several sessions as a job: each track to the block where it is on
-- the disc that is copied.
--
-- Data of later sessions holds addresses that count from the disc's start. So
-- nothing is left out and nothing added: what cannot be read between two tracks
-- (run-out) becomes zeros, and each track has to begin where it did.
-- @module discrecorder.copy.sessions

local model = require "discrecorder.sheet.model"
local new_failure = require("discrecorder.failure").new
local units = require "discrecorder.sheet.units"

local sessions = {}

-- Where a track begins, with what comes before its index 1; the 150 blocks that
-- every session begins with are no part of it.
local function beginning(track, before)
  local later = before and before.session ~= track.session
  return track.start - track.pregap + (later and units.PREGAP or 0)
end

-- Where it ends: at the next one of its session, or where that ends.
local function ending(track, following)
  if following and following.session == track.session then
    return beginning(following, track)
  end
  return track.stop
end

-- One track of a job. 'add(start, blocks, kind)' gives a source.
local function track_of(track, before, following, add)
  local from = beginning(track, before)
  local pregap = track.start - from
  local sound = track.from < track.start
  return {
    kind = track.kind, sectors = track.kind == "data2" or nil,
    flags = model.flags(track), isrc = track.isrc, at = track.start,
    index = track.indexes[1] and track.indexes or nil,
    pregap_source = sound and add(from, pregap, "audio") or nil,
    pregap = not sound and pregap > 0 and pregap or nil,
    source = add(track.start, track.blocks, track.kind),
    padding = ending(track, following) - track.start - track.blocks,
  }
end

local function check(track, made)
  if made.padding >= 0 then
    return true
  end
  return new_failure("unsupported",
    ("what follows track %d begins %d blocks before its end: a copy of it "
      .. "would lie elsewhere"):format(track.number, -made.padding), {
      advice = "Export the CD to OUT.cue, or read its sessions one by one "
        .. "(`read --session N`).",
    })
end

--- Put the sessions of a disc into a job.
-- @tparam table disc as @{discrecorder.contents.read} gives it
-- @tparam table job gets `sessions`
-- @tparam function add takes start, blocks, and the kind of a track; gives what
-- stands for that source
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported
function sessions.put(disc, job, add)
  job.sessions = {}
  for i, track in ipairs(disc.tracks) do
    local before, following = disc.tracks[i - 1], disc.tracks[i + 1]
    if not before or before.session ~= track.session then
      table.insert(job.sessions, {tracks = {}})
    end
    local session = job.sessions[#job.sessions]
    local made = track_of(track, before, following, add)
    local good, failure, code = check(track, made)
    if not good then
      return nil, failure, code
    end
    if track.kind == "audio" or #job.sessions == 1 then
      session.mcn = disc.mcn
    end
    table.insert(session.tracks, made)
  end
  return true
end

return sessions

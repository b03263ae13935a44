--- discrecorder info
-- @module discrecorder.cli.info

local format = require "discrecorder.cli.format"

local info = {
  name = "info",
  summary = "Tell what a recorder is and what is in it.",
}

function info.declare(command)
  command:argument("address", "The recorder."):args(1)
end

local function describe_recorder(rec)
  local vendor, product, revision = rec:get_display_names()
  return {
    address = rec:get_path(),
    vendor = vendor,
    product = product,
    revision = revision,
    guid = rec:get_recorder_guid(),
    type = rec:get_recorder_type(),
    state = rec:get_recorder_state(),
  }
end

-- "start 0  300 blocks"
local function track_row(track)
  return {
    "track " .. track.number,
    "session " .. track.session,
    track.kind,
    "start " .. track.start,
    ("%d blocks, %s"):format(track.blocks, format.blocks(track.blocks)),
  }
end

local function speeds_of(medium)
  local words = {}
  for i, speed in ipairs(medium.speeds or {}) do
    words[i] = format.speed(speed, medium.profile)
  end
  return table.concat(words, ", ")
end

-- What there is to say of recorder and medium, title by title.
local function rows_of(recorder, medium)
  local rows = {}
  local function add(title, pattern, ...)
    table.insert(rows, {title, pattern:format(...)})
  end
  add("recorder", "%s", recorder.address)
  add("model", "%s %s %s", recorder.vendor, recorder.product,
    recorder.revision)
  add("type", "%s", recorder.type)
  add("guid", "%s", recorder.guid)
  add("medium", "%s", medium.profile or "none")
  add("state", "%s", medium.state)
  if medium.capacity_blocks then
    add("capacity", "%s (%d blocks)", format.blocks(medium.capacity_blocks),
      medium.capacity_blocks)
  end
  if medium.free_blocks then
    add("free", "%s (%d blocks)", format.blocks(medium.free_blocks),
      medium.free_blocks)
  end
  if medium.next_writable then
    add("next writable", "%d", medium.next_writable)
  end
  if medium.sessions then
    add("sessions", "%d", medium.sessions)
  end
  if medium.media_id then
    add("media id", "%s", medium.media_id)
  end
  if speeds_of(medium) ~= "" then
    add("speeds", "%s", speeds_of(medium))
  end
  return rows
end

local function say_rows(console, rows)
  for _, line in ipairs(format.columns(rows)) do
    console:say("%s", line)
  end
end

local volume_names <const> = {
  iso9660 = "ISO 9660", udf = "UDF %s", bridge = "ISO 9660 and UDF %s",
}

-- "session 2  BACKUP  2026-11-23 06:30:00  ISO 9660"
local function session_row(session)
  local volume = session.volume
  return {
    "session " .. session.number,
    volume.id ~= "" and volume.id or "(no name)",
    volume.created or "",
    volume_names[volume.kind]:format(volume.udf),
  }
end

function info.run(session)
  local rec, failure, code = session:recorder()
  if not rec then
    return nil, failure, code
  end
  local medium, why, which = rec:medium()
  if not medium then
    return nil, why, which
  end
  local list = medium.state ~= "none"
    and require("discrecorder.sessions").list(rec) or nil
  local recorder = describe_recorder(rec)
  session.console:result{
    ok = true, recorder = recorder, medium = medium, sessions = list,
  }
  say_rows(session.console, rows_of(recorder, medium))
  local tracks = {}
  for i, track in ipairs(medium.tracks or {}) do
    tracks[i] = track_row(track)
  end
  say_rows(session.console, tracks)
  local volumes = {}
  for _, one in ipairs(list or {}) do
    table.insert(volumes, one.volume and session_row(one))
  end
  say_rows(session.console, volumes)
  return true
end

return {info}

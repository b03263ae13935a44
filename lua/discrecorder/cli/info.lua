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

-- "track 1  session 1  data  complete  start 0  300 blocks, 600 KiB"; audio is
-- told in minutes.
local function track_row(track)
  local room = track.free_blocks
    and (", next writable %d, %d free"):format(
      track.next_writable, track.free_blocks) or ""
  local size = track.kind == "audio" and format.minutes or format.blocks
  return {
    "track " .. track.number,
    "session " .. track.session,
    track.kind,
    track.state .. (track.incremental and ", incremental" or ""),
    "start " .. track.start,
    ("%d blocks, %s%s"):format(track.blocks, size(track.blocks), room),
  }
end

local function blocks_of(count)
  return ("%s (%d blocks)"):format(format.blocks(count), count)
end

-- "formatted, 4.38 GiB (2295104 blocks)"
local function format_of(medium)
  local capacity = medium.format_capacity
  return capacity
    and ("%s, %s"):format(capacity.state, blocks_of(capacity.blocks))
end

-- "26h: 4.38 GiB (2295104 blocks)": what it can be formatted to.
local function offer_of(offer)
  return ("%02Xh: %s"):format(offer.type, blocks_of(offer.blocks))
end

local function speed_of(speed, medium)
  return speed and format.speed(speed, medium.profile)
end

local function speeds_of(medium)
  local words = {}
  for i, speed in ipairs(medium.speeds or {}) do
    words[i] = speed_of(speed, medium)
  end
  return #words > 0 and table.concat(words, ", ") or nil
end

-- "dao, incremental": in what ways this drive writes this disc as it is.
local function ways_of(medium)
  local words = {}
  for name, can in pairs(medium.write or {}) do
    if can then
      table.insert(words, (name:gsub("_", " ")))
    end
  end
  table.sort(words)
  return #words > 0 and table.concat(words, ", ") or nil
end

local function book_of(medium)
  return medium.book
    and ("%s, version %d"):format(medium.book.type, medium.book.version)
end

local function recorder_rows(recorder)
  return {
    {"recorder", recorder.address},
    {"model", ("%s %s %s"):format(
      recorder.vendor, recorder.product, recorder.revision)},
    {"type", recorder.type},
    {"guid", recorder.guid},
  }
end

-- What there is to say of a medium, title by title; nil: it does not tell.
local function medium_rows(medium)
  local rows = {}
  local function add(title, text)
    if text then
      table.insert(rows, {title, tostring(text)})
    end
  end
  add("medium", medium.profile or "none")
  add("state", medium.state)
  add("media id", medium.media_id)
  add("book type", book_of(medium))
  add("capacity", medium.capacity_blocks and blocks_of(medium.capacity_blocks))
  add("free", medium.free_blocks and blocks_of(medium.free_blocks))
  add("readable", medium.readable_blocks and blocks_of(medium.readable_blocks))
  add("next writable", medium.next_writable)
  add("next track", medium.next_track)
  add("sessions", medium.sessions)
  add("last session", medium.last_session)
  add("write speeds", speeds_of(medium))
  add("write speed now", speed_of(medium.write_speed, medium))
  add("read speed", speed_of(medium.read_speed, medium))
  add("format", format_of(medium))
  add("background format", medium.background_format)
  add("protected", medium.write_protected and "against writing")
  add("writing", ways_of(medium))
  for _, offer in ipairs(medium.formats or {}) do
    add("can be formatted", offer_of(offer))
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
  local rows, more = recorder_rows(recorder), medium_rows(medium)
  say_rows(session.console, table.move(more, 1, #more, #rows + 1, rows))
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

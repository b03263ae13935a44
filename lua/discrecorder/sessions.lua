--- The sessions of a disc.
-- @module discrecorder.sessions

local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local udf = require "discrecorder.udf"

local sessions = {}

-- Where an ISO 9660 volume has its descriptors, from its first block on, and
-- how many of them are looked at (ECMA-119 6.7.1).
local DESCRIPTORS <const>, DESCRIPTORS_MOST <const> = 16, 16
local PRIMARY <const>, TERMINATOR <const> = 1, 255

-- "2026112306300000" and a zone, as ECMA-119 8.4.26.1 has it: a text that a
-- person reads, in the zone it was written in.
local function date_of(field)
  local year, month, day, hour, minute, second =
    field:match "^(%d%d%d%d)(%d%d)(%d%d)(%d%d)(%d%d)(%d%d)"
  if not year or year == "0000" then
    return nil
  end
  return ("%s-%s-%s %s:%s:%s"):format(year, month, day, hour, minute, second)
end

local function iso_volume(descriptor)
  return {
    kind = "iso9660",
    id = descriptor:sub(41, 72):match "^(.-) *$",
    blocks = string.unpack("<I4", descriptor, 81),
    created = date_of(descriptor:sub(814, 829)),
  }
end

local function udf_volume(found)
  return {
    kind = "udf",
    id = found.id,
    blocks = found.blocks,
    created = found.created,
    udf = found.revision,
  }
end

-- The descriptors of a volume that begins at a block, up to the last one.
-- nil: there is no such volume.
local function read_descriptors(rec, start)
  local list = {}
  for i = 0, DESCRIPTORS_MOST - 1 do
    local block = rec:read(start + DESCRIPTORS + i, 1)
    if not block or block:sub(2, 6) ~= "CD001" then
      return nil
    end
    list[#list + 1] = block
    if block:byte() == TERMINATOR then
      return list[1]:byte() == PRIMARY and list or nil
    end
  end
end

--- The volume descriptors of a session.
-- @tparam Recorder rec
-- @tparam table session as @{sessions.list} gives it
-- @treturn integer|nil the block of the first one; nil: it has no ISO 9660
-- volume
-- @treturn {string,...} the descriptors, 2048 bytes each
function sessions.descriptors(rec, session)
  local list = read_descriptors(rec, session.start)
  if list then
    return session.start + DESCRIPTORS, list
  end
end

-- What a session begins with; of a bridge what ISO 9660 says.
local function volume_of(rec, session)
  local descriptors = read_descriptors(rec, session.start)
  local found =
    udf.volume(extent.track_reader(rec, session), session.blocks)
  if not descriptors then
    return found and udf_volume(found)
  end
  local volume = iso_volume(descriptors[1])
  if found then
    volume.kind, volume.udf = "bridge", found.revision
  end
  return volume
end

local function group(tracks)
  local list = {}
  for _, track in ipairs(tracks) do
    local last = list[#list]
    if last and last.number == track.session then
      last.blocks = track.start + track.blocks - last.start
      table.insert(last.tracks, track.number)
    else
      table.insert(list, {
        number = track.session,
        start = track.start,
        blocks = track.blocks,
        kind = track.kind,
        tracks = {track.number},
      })
    end
  end
  return list
end

--- The sessions of the disc in a recorder, in their order. An open session is
-- one of them.
-- @tparam Recorder rec
-- @treturn[1] {table,...} `number`, `start`, `blocks` (to the end of its last
-- track), `kind` of its first track, `tracks` (numbers), and `volume` where it
-- begins with one: `kind` (`"iso9660"`, `"udf"`, `"bridge"`: both), `id`,
-- `blocks`, `created`, and `udf`: its revision as text
-- @treturn[1] table the medium
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, disc_info
function sessions.list(rec)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  elseif medium.state == "none" then
    return new_failure("medium_not_present",
      "there is no disc in the recorder")
  end
  local list = group(medium.tracks or {})
  for _, session in ipairs(list) do
    session.volume = session.kind == "data" and volume_of(rec, session) or nil
  end
  return list, medium
end

-- A descriptor as it is where an image begins with the disc's first block: the
-- volume reaches to the end (ECMA-119 8.4.8: both byte orders).
local function reaching_to(descriptor, blocks)
  return descriptor:sub(1, 80) .. string.pack("<I4>I4", blocks, blocks)
    .. descriptor:sub(89)
end

-- What libisofs leaves behind its descriptors is of those that were there.
local TAG <const> = "libisofs_"

--- What a file needs to show what a session showed, when it begins with the
-- disc's first block: the tracks up to the session's end, each at its own
-- address, and the session's descriptors where a reader looks for them.
-- @tparam Recorder rec
-- @tparam integer number of the session
-- @treturn[1] {table,...} pieces, as the core's scan takes them
-- @treturn[1] table `offset` and `bytes` of what is to be put over them; nil
-- for a session that begins the disc
-- @treturn[1] integer blocks of the file
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (no such session, no data),
-- invalid_image (no ISO 9660 volume in it), and those of
-- @{discrecorder.extent.tracks}
function sessions.image_of(rec, number)
  local tracks, medium, code = extent.tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  local pieces, first, blocks = {}, nil, 0
  for _, track in ipairs(tracks) do
    if track.session <= number then
      blocks = track.start + track.blocks
      table.insert(pieces, {
        start = track.start,
        blocks = track.blocks,
        store = true,
        offset = track.start * extent.BLOCK,
      })
    end
    if track.session == number then
      first = first or track
    end
  end
  if not first then
    return new_failure("unsupported",
      ("there is no session %d on the disc"):format(number))
  end
  local block, descriptors = sessions.descriptors(rec, first)
  if not block then
    return new_failure("invalid_image",
      ("session %d holds no ISO 9660 volume"):format(number))
  elseif first.start == 0 then
    return pieces, nil, blocks
  end
  local head = {}
  for i, descriptor in ipairs(descriptors) do
    head[i] = descriptor:byte() == TERMINATOR and descriptor
      or reaching_to(descriptor, blocks)
  end
  local after = rec:read(DESCRIPTORS + #head, 1)
  if after and after:sub(1, #TAG) == TAG then
    table.insert(head, ("\0"):rep(extent.BLOCK))
  end
  return pieces,
    {offset = DESCRIPTORS * extent.BLOCK, bytes = table.concat(head)}, blocks
end

return sessions

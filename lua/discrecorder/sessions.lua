--- The sessions of a disc.
-- @module discrecorder.sessions

local extent = require "discrecorder.extent"
local grow = require "discrecorder.grow"
local new_failure = require("discrecorder.failure").new
local udf = require "discrecorder.udf"

local sessions = {}

-- Where a volume has its descriptors, and how many of them are looked at.
local DESCRIPTORS <const>, DESCRIPTORS_MOST <const> = extent.DESCRIPTORS, 16
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
-- nil: there is no such volume, or with failure, code: they cannot be read.
local function read_descriptors(rec, start)
  local list = {}
  for i = 0, DESCRIPTORS_MOST - 1 do
    local block, failure, code = rec:read(start + DESCRIPTORS + i, 1)
    if not block then
      return nil, failure, code
    elseif block:sub(2, 6) ~= "CD001" then
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
-- @treturn[1] integer the block of the first one
-- @treturn[1] {string,...} the descriptors, 2048 bytes each
-- @treturn[2] nil it has no ISO 9660 volume, or
-- @treturn[2] ?table failure they cannot be read
-- @treturn[2] ?string code
function sessions.descriptors(rec, session)
  local list, failure, code = read_descriptors(rec, session.start)
  if not list then
    return nil, failure, code
  end
  return session.start + DESCRIPTORS, list
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

--- The sessions of tracks, without a look at what is in them.
-- @tparam {table,...} tracks of a medium
-- @treturn {table,...} as @{sessions.list}, but `volume`
function sessions.group(tracks)
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

local function with_volumes(rec, list)
  for _, session in ipairs(list) do
    session.volume = session.kind == "data" and volume_of(rec, session) or nil
  end
  return list
end

-- The tree behind one that ends at a block: growisofs rounds to 16, others to
-- 32 blocks.
local function next_tree(rec, stop, last)
  local at = (stop + 15) // 16 * 16
  for start = at, at + 16, 16 do
    local descriptors = start < last and read_descriptors(rec, start)
    if descriptors then
      return start, descriptors[1]
    end
  end
end

-- The trees of a disc that grew, each behind the one before, when they lead to
-- the one that the disc shows; else nil.
local function chain(rec, head)
  local whole = iso_volume(head)
  local list, last = {}, nil
  local start = grow.behind(0)
  local descriptor = (read_descriptors(rec, start) or {})[1]
  while descriptor do
    local volume = iso_volume(descriptor)
    if volume.blocks == 0 or start + volume.blocks > whole.blocks then
      return nil
    end
    table.insert(list, {start = start, blocks = volume.blocks, volume = volume})
    last = descriptor
    start, descriptor =
      next_tree(rec, start + volume.blocks, whole.blocks)
  end
  return last and extent.root_of(last) == extent.root_of(head) and list or nil
end

-- What a disc that can be overwritten has in place of sessions.
local function of_overwritable(rec, medium)
  local track = medium.tracks and medium.tracks[1]
  local descriptors = track and read_descriptors(rec, 0)
  if not descriptors then
    return with_volumes(rec, sessions.group(medium.tracks or {}))
  end
  local volume = iso_volume(descriptors[1])
  local list = chain(rec, descriptors[1])
    or {{start = 0, blocks = volume.blocks, volume = volume}}
  for i, session in ipairs(list) do
    session.number, session.kind, session.tracks = i, "data", {track.number}
  end
  return list
end

--- The sessions of a disc.
-- @tparam Recorder rec
-- @tparam table medium as it told it
-- @treturn {table,...} as @{sessions.list}
function sessions.of(rec, medium)
  if medium.state == "overwritable" then
    return of_overwritable(rec, medium)
  end
  return with_volumes(rec, sessions.group(medium.tracks or {}))
end

--- The sessions of the disc in a recorder, in their order. An open session is
-- one of them. On a disc that can be overwritten the trees by which it has
-- grown take their place (docs/append.md).
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
  return sessions.of(rec, medium), medium
end

-- A descriptor as it is where an image begins with the disc's first block: the
-- volume reaches to the end (ECMA-119 8.4.8: both byte orders).
local function reaching_to(descriptor, blocks)
  return descriptor:sub(1, 80) .. string.pack("<I4>I4", blocks, blocks)
    .. descriptor:sub(89)
end

-- What libisofs leaves behind its descriptors is of those that were there.
local TAG <const> = "libisofs_"

-- What is to be put over the blocks from 16 on of a file that ends with a
-- session, so that it shows that one's tree.
local function over_start(rec, descriptors, blocks)
  local head = {}
  for i, descriptor in ipairs(descriptors) do
    head[i] = descriptor:byte() == TERMINATOR and descriptor
      or reaching_to(descriptor, blocks)
  end
  local after = rec:read(DESCRIPTORS + #head, 1)
  if after and after:sub(1, #TAG) == TAG then
    table.insert(head, ("\0"):rep(extent.BLOCK))
  end
  return {offset = DESCRIPTORS * extent.BLOCK, bytes = table.concat(head)}
end

-- All that can be read up to the end of a session.
local function pieces_to(tracks, session, overwritable)
  if overwritable then
    local blocks = session.start + session.blocks
    return {{start = 0, blocks = blocks, store = true, offset = 0}}, blocks
  end
  local pieces, blocks = {}, 0
  for _, track in ipairs(tracks) do
    if track.session <= session.number then
      blocks = track.start + track.blocks
      table.insert(pieces, {
        start = track.start,
        blocks = track.blocks,
        store = true,
        offset = track.start * extent.BLOCK,
      })
    end
  end
  return pieces, blocks
end

--- One of a list.
-- @tparam {table,...} list as @{sessions.list} gives it
-- @tparam integer number
-- @treturn[1] table the session
-- @treturn[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (there is none of that number)
function sessions.find(list, number)
  for _, session in ipairs(list) do
    if session.number == number then
      return session
    end
  end
  local last = list[#list]
  return new_failure("unsupported",
    ("there is no session %d on the disc%s"):format(number,
      last and (": its last is %d"):format(last.number) or ""),
    {advice = "`discrecorder info` lists the sessions of a disc."})
end

--- What of a session is data and can be read: the first of its data tracks, and
-- those behind it up to audio.
-- @tparam table session as @{sessions.list} gives it
-- @tparam {table,...} tracks as @{discrecorder.extent.data_tracks} gives them
-- @treturn[1] table `start`, `blocks`, `number` of its first track
-- @treturn[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (it is audio)
function sessions.data_of(session, tracks)
  local data, last
  for _, track in ipairs(tracks) do
    local start = math.max(track.start, session.start)
    local stop = math.min(track.start + track.blocks,
      session.start + session.blocks)
    if start < stop then -- trees of one that can be overwritten share a track
      if last and track.number ~= last + 1 then
        break
      end
      data = data or {start = start, number = track.number}
      data.blocks, last = stop - data.start, track.number
    end
  end
  if not data then
    return new_failure("unsupported",
      ("session %d is audio: only data can be read"):format(session.number),
      {advice = "Export the disc to OUT.cue, which takes audio too."})
  end
  return data
end

--- What a file needs to show what a session showed, when it begins with the
-- disc's first block: the data tracks up to the session's end, each at its own
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
-- @{discrecorder.extent.data_tracks}
function sessions.image_of(rec, number)
  local tracks, medium, code = extent.data_tracks(rec)
  if not tracks then
    return nil, medium, code
  end
  local session, failure, why =
    sessions.find(sessions.of(rec, medium), number)
  if not session then
    return nil, failure, why
  end
  local data, audio, reason = sessions.data_of(session, tracks)
  if not data then
    return nil, audio, reason
  end
  local block, descriptors, unread = sessions.descriptors(rec, session)
  if unread then
    return nil, descriptors, unread
  elseif not block then
    return new_failure("invalid_image",
      ("session %d holds no ISO 9660 volume"):format(number))
  end
  local pieces, blocks =
    pieces_to(tracks, session, medium.state == "overwritable")
  local over = session.start > 0 and over_start(rec, descriptors, blocks) or nil
  return pieces, over, blocks
end

--- The parts of a disc that each have an MD5 tag of their own, where there are
-- such: its tracks; the trees of one that can be overwritten.
-- @tparam Recorder rec
-- @tparam {table,...} tracks as @{discrecorder.extent.all_tracks} gives them
-- @tparam table medium
-- @tparam function relocated the block of a tree by a block at the disc's
-- start, or nil
-- @treturn {table,...} `name`, `start`, `blocks`, `audio`, `mode_2` (true or
-- false)
function sessions.parts(rec, tracks, medium, relocated)
  local parts = {}
  if medium.state ~= "overwritable" then
    for i, track in ipairs(tracks) do
      parts[i] = {
        name = ("track %d"):format(track.number),
        start = track.start, blocks = track.blocks,
        audio = track.kind == "audio", mode_2 = track.mode == 2,
      }
    end
    return parts
  end
  local list = sessions.of(rec, medium)
  local last = list[#list]
  local starts, stop = {}, last.start + last.blocks
  for i, session in ipairs(list) do
    starts[i] = session.start
  end
  if last.start == 0 and last.volume then
    for block = DESCRIPTORS, grow.behind(0) - 1 do
      starts[2] = starts[2] or relocated(rec:read(block, 1))
    end
  elseif last.start > 0 then
    table.insert(starts, 1, 0)
  end
  for i, start in ipairs(starts) do
    local behind = starts[i + 1] or stop
    if start < behind and behind <= tracks[1].blocks then
      table.insert(parts, {
        name = ("the tree at block %d"):format(start),
        start = start, blocks = behind - start, audio = false,
      })
    end
  end
  return parts
end

return sessions

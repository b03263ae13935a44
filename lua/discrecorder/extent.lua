--- Which blocks of a disc hold something: what reading, checking and exporting
-- go by.
-- @module discrecorder.extent

local new_failure = require("discrecorder.failure").new
local udf = require "discrecorder.udf"

local extent = {}

--- Bytes in a block of data.
extent.BLOCK = 2048

--- Where an ISO 9660 volume has its descriptors, from its first block on
-- (ECMA-119 6.7.1).
extent.DESCRIPTORS = 16

-- Blocks at the end of a track that was written track at once: they belong to
-- it and cannot be read (Orange Book; MMC: 5/64/00 or a medium error).
local RUN_OUT <const> = 2

local ILLEGAL_MODE <const> = 0x64
-- What a drive says of them; by their keys, and of a refusal by what it is for.
local UNREADABLE <const> = {
  [3] = true, -- medium error
  [5] = {[0x21] = true, [ILLEGAL_MODE] = true}, -- the first: out of range
  [8] = true, -- blank check
}

--- Was a READ refused because the block is of another kind?
function extent.is_other_kind(failure)
  local sense = failure.sense
  return sense and sense.key == 5 and sense.asc == ILLEGAL_MODE
end

local function is_unreadable(failure)
  local sense = failure.sense
  local known = sense and UNREADABLE[sense.key]
  return known == true or known and known[sense.asc] or false
end

-- One block; "illegal mode" is what MMC has for run-out, anything else is asked
-- for again before the block counts as that.
local function read_twice(rec, lba, kind)
  local data, failure, code = rec:read(lba, 1, kind)
  if not data and is_unreadable(failure)
    and failure.sense.asc ~= ILLEGAL_MODE then
    data, failure, code = rec:read(lba, 1, kind)
  end
  return data, failure, code
end

-- How many of a track's blocks can be read: all, or all but its run-out.
local function readable_blocks(rec, track)
  local blocks = track.blocks
  local kind = track.kind == "audio" and "audio" or track.mode == 2 or nil
  for _ = 1, RUN_OUT do
    if blocks == 0 then
      break
    end
    local data, failure, code = read_twice(rec, track.start + blocks - 1, kind)
    if data then
      break
    elseif not is_unreadable(failure) then
      return nil, failure, code
    end
    blocks = blocks - 1
  end
  return blocks
end

-- The tracks of a disc, or those of one kind, in their order.
local function readable_tracks(rec, kind)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  elseif medium.state == "none" then
    return new_failure("medium_not_present",
      "there is no disc in the recorder")
  elseif not medium.tracks or #medium.tracks == 0 then
    return new_failure("invalid_image",
      ("the disc is %s: there is nothing on it"):format(medium.state),
      {culprit = "medium", advice = "Put in a disc that was written."})
  end
  local tracks = {}
  for _, track in ipairs(medium.tracks) do
    if not kind or track.kind == kind then
      local blocks, unread, why = readable_blocks(rec, track)
      if not blocks then
        return nil, unread, why
      end
      table.insert(tracks,
        setmetatable({blocks = blocks}, {__index = track}))
    end
  end
  return tracks, medium
end

--- All tracks of the disc that is in a recorder, in the order in which they
-- stand on it.
-- @tparam Recorder rec
-- @treturn[1] {table,...} as `medium()` has them, but `blocks`: those that can
-- be read
-- @treturn[1] table the medium
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image (nothing on it)
function extent.all_tracks(rec)
  return readable_tracks(rec)
end

--- The data tracks of the disc that is in a recorder, whatever else is on it:
-- of a CD-Extra or a mixed mode CD what is not audio.
-- @tparam Recorder rec
-- @treturn[1] {table,...} as @{extent.all_tracks} gives them, at least one
-- @treturn[1] table the medium
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image (nothing on it),
-- unsupported (only audio)
function extent.data_tracks(rec)
  local tracks, medium, code = readable_tracks(rec, "data")
  if tracks and #tracks == 0 then
    return new_failure("unsupported",
      "there is only audio on the disc, no data", {
        advice = "Export the disc to OUT.cue, which takes audio too.",
      })
  end
  return tracks, medium, code
end

--- The tracks of a disc that is in a recorder and has data alone, in the order
-- in which they stand on it.
-- @tparam Recorder rec
-- @treturn[1] {table,...} `number`, `session`, `start`, `blocks` (readable)
-- @treturn[1] table the medium
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, invalid_image (nothing on it),
-- unsupported (audio)
function extent.tracks(rec)
  local all, medium, code = extent.all_tracks(rec)
  if not all then
    return nil, medium, code
  end
  local tracks = {}
  for _, track in ipairs(all) do
    if track.kind ~= "data" then
      return new_failure("unsupported",
        ("track %d is audio: only data can be read"):format(track.number), {
          advice = "Export the disc to OUT.cue, which takes audio too; `read` "
            .. "takes only the data of a disc that has both.",
        })
    end
    table.insert(tracks, {
      number = track.number,
      session = track.session,
      start = track.start,
      blocks = track.blocks,
    })
  end
  return tracks, medium
end

--- The type of libisofs' MD5 tag at the start of a disc that grew: its `next`
-- is where the tree begins that is shown.
extent.RELOCATED_TAG = 4

--- Where the root directory of a volume is: it tells trees apart (ECMA-119
-- 8.4.18, 9.1.3).
-- @tparam string descriptor
-- @treturn integer a block
function extent.root_of(descriptor)
  return (string.unpack("<I4", descriptor, 159))
end

--- How many blocks an ISO 9660 volume says it has (ECMA-119 8.4.8).
-- @tparam string|nil descriptor a block
-- @treturn integer|nil blocks; nil when it is no primary volume descriptor
function extent.volume_size(descriptor)
  if not descriptor or descriptor:sub(1, 6) ~= "\1CD001" then
    return nil
  end
  local blocks = string.unpack("<I4", descriptor, 81)
  return blocks > extent.DESCRIPTORS and blocks or nil
end

-- Blocks are read in runs of so many: a directory is rarely one block.
local RUN <const> = 16

--- A function that reads single blocks, by way of a run kept at hand: for the
-- import of a tree.
-- @tparam Recorder rec
-- @tparam integer last the first block that is not on the disc any more
-- @tparam[opt] integer stale a block that is to be zeros
-- @treturn function block number to 2048 bytes, or nil, failure, code
-- (invalid_image: a block beyond the end)
function extent.block_reader(rec, last, stale)
  local first, run
  return function(block)
    local at = block - block % RUN
    if block == stale then
      return ("\0"):rep(extent.BLOCK)
    elseif block >= last then -- the disc's own words are not to be trusted
      return new_failure("invalid_image",
        ("the disc's file system names block %d, of %d"):format(block, last))
    elseif first ~= at then
      local data = rec:read(at, math.min(RUN, last - at))
      if not data then
        return rec:read(block, 1)
      end
      first, run = at, data
    end
    local offset = (block - at) * extent.BLOCK
    if offset + extent.BLOCK > #run then
      return rec:read(block, 1)
    end
    return run:sub(offset + 1, offset + extent.BLOCK)
  end
end

--- A function that reads single blocks of a track, counted from its first.
-- @tparam Recorder rec
-- @tparam table track `start`, `blocks`
-- @treturn function block number to 2048 bytes, or nil, failure, code
function extent.track_reader(rec, track)
  local read = extent.block_reader(rec, track.start + track.blocks)
  return function(block)
    return read(track.start + block)
  end
end

--- Does an ISO 9660 volume begin with block 0 (ECMA-119 6.7.1)?
-- @tparam function read block number to 2048 bytes, or nil
-- @treturn integer|nil how many blocks it says it has
function extent.iso_size(read)
  return extent.volume_size((read(extent.DESCRIPTORS)))
end

-- The same, of one that fits.
local function iso_blocks(read, most)
  local blocks = extent.iso_size(read)
  return blocks and blocks <= most and blocks or nil
end

--- How many blocks the volume of a track says it has: ISO 9660's, UDF's, or
-- where it has both what reaches further (docs/udf.md).
-- @tparam Recorder rec
-- @tparam table track as @{extent.tracks} gives it
-- @treturn integer|nil blocks; nil when there is no volume, or it does not say
function extent.volume_blocks(rec, track)
  local read = extent.track_reader(rec, track)
  local iso = iso_blocks(read, track.blocks)
  local volume = udf.volume(read, track.blocks, iso)
  if volume and not volume.virtual then
    return volume.blocks or iso
  end
  return not volume and iso or nil
end

return extent

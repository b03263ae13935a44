--- Checking discs with audio: how @{discrecorder.verify} prepares that.
--
-- Drives read audio off its place: what is known of it is looked for around
-- that (docs/copy.md, Offsets).
-- @module discrecorder.verify_audio

local cdtext = require "discrecorder.cdtext"
local new_failure = require("discrecorder.failure").new

local verify_audio = {}

local RAW <const>, FRAME <const>, FRAMES <const> = 2352, 4, 588
local BLOCK <const> = 2048
local OFFSET_MOST <const> = 5 -- blocks: the core looks no further either
local SAMPLE_MOST <const> = 2 * RAW

local REFUSED <const> = 5 -- the sense key of a command that is not known

local function differ(message, ...)
  return new_failure("verify_failed", message:format(...))
end

--- Is there audio on a disc?
-- @tparam table medium
-- @treturn boolean
function verify_audio.has(medium)
  for _, track in ipairs(medium.tracks or {}) do
    if track.kind == "audio" then
      return true
    end
  end
  return false
end

--- Is there what an image of blocks of 2048 bytes does not have: audio, data in
-- mode 2?
-- @tparam table medium
-- @treturn boolean
function verify_audio.needs_sheet(medium)
  for _, track in ipairs(medium.tracks or {}) do
    if track.kind == "audio" or track.mode == 2 then
      return true
    end
  end
  return false
end

-- === by the sample in a report ===

-- The sound that a burn kept of itself; nil when it is none.
local function sample_of(report)
  local sample = report.sample
  if type(sample) ~= "table" or type(sample.data) ~= "string"
    or #sample.data > 2 * SAMPLE_MOST or #sample.data % (2 * FRAME) ~= 0
    or #sample.data == 0 or sample.data:find "%X"
    or math.type(sample.frame) ~= "integer" or sample.frame < 0
    or sample.frame > 0x7FFFFFFF or not report.tracks[sample.track] then
    return nil
  end
  local bytes = sample.data:gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end)
  return bytes, report.tracks[sample.track].start * FRAMES + sample.frame
end

-- What the drive reads there; what it cannot read is unlike any sound.
local function read_around(rec, first, blocks)
  local parts = {}
  for i = 1, blocks do
    parts[i] = rec:read(first + i - 1, 1, "audio") or ("\x55\xAA\x33\xCC"):rep(
      FRAMES)
  end
  return table.concat(parts)
end

--- The offset of this drive, by the sample that a report has.
-- @tparam Recorder rec
-- @tparam table report
-- @treturn integer frames; 0: nobody can tell
function verify_audio.offset(rec, report)
  local sample, place = sample_of(report)
  if not sample then
    return 0
  end
  local first = place // FRAMES - OFFSET_MOST
  local there = read_around(rec, first, 2 * OFFSET_MOST + 2)
  local found
  local at = there:find(sample, 1, true)
  while at do
    local offset = (at - 1) // FRAME + first * FRAMES - place
    if (at - 1) % FRAME == 0 and math.abs(offset) <= OFFSET_MOST * FRAMES
      and math.abs(offset) < math.abs(found or math.huge) then
      found = offset
    end
    at = there:find(sample, at + 1, true)
  end
  return found or 0
end

-- === against a sheet ===

local function blocks_of(source, raw)
  local block = raw and RAW or BLOCK
  return (source.length + block - 1) // block
end

local function add_pieces(pieces, job, tracks)
  for i, track in ipairs(job.tracks) do
    local audio, sectors = track.kind == "audio", track.sectors
    local raw = audio or sectors
    local start, before = tracks[i].start, track.pregap_source
    if before then
      local blocks = blocks_of(before, raw)
      table.insert(pieces, {start = start - blocks, blocks = blocks,
        audio = audio, sectors = sectors, against = before})
    end
    table.insert(pieces, {
      start = start, blocks = blocks_of(track.source, raw), audio = audio,
      sectors = sectors, bytes = track.source.length, against = track.source,
    })
  end
end

-- What a track must be before its samples can be compared.
local function check_tracks(job, tracks)
  if #job.tracks ~= #tracks then
    return differ("the sheet has %d tracks and the disc %d", #job.tracks,
      #tracks)
  end
  for i, track in ipairs(job.tracks) do
    local kind = track.kind or "data"
    local blocks = blocks_of(track.source, kind == "audio" or track.sectors)
    local there = tracks[i]
    local kind_there = there.mode == 2 and "data2" or there.kind
    if kind ~= kind_there then
      return differ("track %d is %s in the sheet and %s on the disc",
        there.number, kind, kind_there)
    elseif blocks > there.blocks then
      return differ("track %d has %d blocks in the sheet and %d on the disc",
        there.number, blocks, there.blocks)
    end
  end
  return true
end

-- MCN and ISRCs are compared by themselves: burners add them to the texts or do
-- not.
local CODES <const> = {upc_ean = true, isrc = true}

local function is_in(part, whole)
  for key, text in pairs(part or {}) do
    if not CODES[key] and (whole or {})[key] ~= text then
      return false
    end
  end
  return true
end

-- Are all texts of some packs in others?
local function has_texts(packs, others)
  local texts = cdtext.decode(packs, {lenient = true})
  if not texts then
    return packs == others
  end
  local there = others and cdtext.decode(others, {lenient = true})
  for i, block in ipairs(texts.blocks) do
    local other = there and there.blocks[i] or {tracks = {}}
    if not is_in(block.disc, other.disc) then
      return false
    end
    for n, track in ipairs(block.tracks) do
      if not is_in(track, other.tracks[n]) then
        return false
      end
    end
  end
  return true
end

-- Is what the drive tells right? One that knows no such command tells nothing;
-- that it could not be asked is no difference.
local function check_told(is_right, message, value, failure, code)
  if value == nil and not (failure.sense and failure.sense.key == REFUSED) then
    return nil, failure, code
  elseif not is_right(value or false) then
    return differ("%s", message)
  end
  return true
end

local function equals(wanted)
  return function(value)
    return value == wanted
  end
end

-- Codes and texts, where the sheet has them.
local function check_codes(rec, job, tracks)
  local function has_all(packs)
    return has_texts(job.text, packs)
  end
  local good, failure, code = true, nil, nil
  if job.mcn then
    good, failure, code = check_told(equals(job.mcn),
      "the disc's catalogue number is not " .. job.mcn, rec:mcn())
  end
  if good and job.text then
    good, failure, code = check_told(has_all,
      "the disc's CD-TEXT is not the sheet's", rec:cd_text())
  end
  for i, track in ipairs(job.tracks) do
    if good and track.isrc then
      local number = tracks[i].number
      good, failure, code = check_told(equals(track.isrc),
        ("the ISRC of track %d is not %s"):format(number, track.isrc),
        rec:isrc(number))
    end
  end
  return good, failure, code
end

local function of_session(tracks, number)
  local list = {}
  for _, track in ipairs(tracks) do
    if track.session == number then
      table.insert(list, track)
    end
  end
  return list
end

local function more_on_disc(tracks, compared)
  local more = #tracks - compared
  return more > 0 and {{
    code = "more_on_disc",
    message = ("%d more tracks on the disc, in other sessions than the "
      .. "sheet's"):format(more),
  }} or nil
end

-- The sheet's sessions and their numbers on the disc: as the sheet has them; of
-- one that has only one, which may be any.
local function to_compare(job, session)
  local list = job.sessions or {job}
  if session and (not job.sessions or list[session]) then
    return {{number = session, job = job.sessions and list[session] or job}}
  elseif session then
    return nil
  end
  local all = {}
  for i, one in ipairs(list) do
    all[i] = {number = i, job = one}
  end
  return all
end

local function no_session(number, where)
  return new_failure("unsupported",
    ("there is no session %d %s"):format(number, where))
end

-- One session; how many tracks that are.
local function check_session(rec, tracks, one, pieces)
  local list = of_session(tracks, one.number)
  if #list == 0 then
    return no_session(one.number, "on the disc")
  end
  for _, check in ipairs {
    function() return check_tracks(one.job, list) end,
    function() return check_codes(rec, one.job, list) end,
  } do
    local good, other, why = check()
    if not good then
      return nil, other, why
    end
  end
  add_pieces(pieces, one.job, list)
  return #list
end

--- Prepare the comparison with a sheet and its files.
-- @tparam Recorder rec
-- @tparam {table,...} tracks as @{discrecorder.extent.all_tracks} gives them
-- @string path
-- @int[opt] session the one that is compared; without it all that the sheet has
-- @treturn[1] table a check, as discrecorder.verify runs it
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: verify_failed, unsupported (no such session), and
-- those of @{discrecorder.album.job}
function verify_audio.by_sheet(rec, tracks, path, session)
  local job, failure, code = require("discrecorder.album").job(path)
  if not job then
    return nil, failure, code
  end
  local compared = to_compare(job, session)
  if not compared then
    return no_session(session, "in the sheet")
  end
  local pieces, count = {}, 0
  for _, one in ipairs(compared) do
    local more, other, why = check_session(rec, tracks, one, pieces)
    if not more then
      return nil, other, why
    end
    count = count + more
  end
  return {
    kind = "sheet",
    pieces = pieces,
    offset = "find",
    warnings = not session and more_on_disc(tracks, count) or nil,
  }
end

return verify_audio

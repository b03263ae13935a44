--- A job as the engine takes it: its texts are packs of CD-TEXT.
-- @module discrecorder.job

local fields = require "discrecorder.fields"

local job = {}

local PACK <const>, PACKS_MOST <const> = 18, 2048

-- Most jobs have no text: what knows its packs is loaded for those that do.
local function encode(text)
  return require("discrecorder.cdtext").encode(text)
end

-- How many tracks texts are of, as far as they are what encode takes.
local function last_of(text)
  local count = math.tointeger(text.track_count) or 0
  for _, block in ipairs(type(text.blocks) == "table" and text.blocks or {}) do
    local tracks = type(block) == "table" and block.tracks
    count = math.max(count, type(tracks) == "table" and #tracks or 0)
  end
  return (math.tointeger(text.first_track) or 1) + count - 1
end

-- Texts say how many tracks the disc has.
local function encode_all(text, tracks)
  local last = last_of(text)
  if last > tracks then
    return require("discrecorder.failure").new("unsupported",
      ("CD-TEXT has texts up to track %d, and the job has %d tracks"):format(
        last, tracks), {culprit = "data"})
  end
  local all = fields.copy(text)
  if text.track_count == nil and not text.toc then
    all.track_count = tracks - (math.tointeger(text.first_track) or 1) + 1
  end
  return encode(all)
end

-- Packs that cannot be such are the caller's mistake, which the core tells.
local function ready(text, tracks)
  if text == "" or #text % PACK ~= 0 or #text > PACK * PACKS_MOST then
    return text, {}
  end
  return require("discrecorder.cdtext").judge(text, tracks)
end

local function text_of(track)
  return type(track) == "table" and track.text or nil
end

-- One language for all: the disc's texts and its tracks'.
local function block_of(work)
  local tracks, some = {}, work.text ~= nil
  for i, track in ipairs(work.tracks) do
    local text = text_of(track)
    some = some or text ~= nil
    tracks[i] = text or {}
  end
  return some and {disc = work.text or {}, tracks = tracks} or nil
end

-- Ready packs, with warnings, or what becomes packs; nil when there is none.
local function packs_of(work)
  local text = work.text
  if type(text) == "string" then
    return ready(text, #work.tracks)
  elseif text and text.blocks then
    return encode_all(text, #work.tracks)
  end
  local block = block_of(work)
  if block then
    return encode {blocks = {block}}
  end
end

-- Mistakes of the caller, who is so many levels up.
local function check(work, level)
  if type(work) ~= "table" or type(work.tracks) ~= "table" then
    error("burn: tracks is a list of tracks", level)
  end
  local kind = type(work.text)
  if kind ~= "nil" and kind ~= "table" and kind ~= "string" then
    error("burn: text is a table or packs", level)
  end
  for _, track in ipairs(work.tracks) do
    local text = text_of(track)
    if text ~= nil and type(text) ~= "table" then
      error("burn: a track's text is a table", level)
    end
  end
end

--- @tparam table work a job as of @{discrecorder.burn.start}
-- @int[opt=1] level 1 blames the caller of the function that calls this, 2 its
-- caller, ...
-- @treturn[1] table the same, its `text` packs or nil
-- @treturn[1] {table,...} warnings
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (texts that are too long, or of more
-- tracks), bad_file (packs with a wrong CRC)
function job.with_packs(work, level)
  check(work, (level or 1) + 3)
  local packs, more, code = packs_of(work)
  if code then
    return nil, more, code
  end
  local copy = fields.copy(work)
  copy.text = packs
  return copy, more or {}
end

return job

--- A job as the engine takes it: its texts are packs of CD-TEXT.
-- @module discrecorder.job

local job = {}

-- Most jobs have no text: what knows its packs is loaded for those that do.
local function encode(text)
  return require("discrecorder.cdtext").encode(text)
end

-- One language for all: the disc's texts and its tracks'.
local function block_of(work)
  local tracks, some = {}, work.text ~= nil
  for i, track in ipairs(work.tracks) do
    local text = type(track) == "table" and track.text
    if text ~= nil and type(text) ~= "table" then
      error("burn: a track's text is a table", 4)
    end
    some = some or text ~= nil
    tracks[i] = text or {}
  end
  return some and {disc = work.text or {}, tracks = tracks} or nil
end

-- Ready packs, or what becomes packs; nil when there is none.
local function packs_of(work)
  local text = work.text
  if type(text) == "string" then
    return text
  elseif text ~= nil and type(text) ~= "table" then
    error("burn: text is a table or packs", 3)
  elseif text and text.blocks then
    return encode(text)
  end
  local block = block_of(work)
  if block then
    return encode {blocks = {block}}
  end
end

--- @tparam table work a job as of @{discrecorder.burn.start}
-- @treturn[1] table the same, its `text` packs or nil
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported, when the texts are too long
function job.with_packs(work)
  if type(work) ~= "table" or type(work.tracks) ~= "table" then
    error("burn: tracks is a list of tracks", 3)
  end
  local packs, failure, code = packs_of(work)
  if failure then
    return nil, failure, code
  end
  local copy = {}
  for key, value in pairs(work) do
    copy[key] = value
  end
  copy.text = packs
  return copy
end

return job

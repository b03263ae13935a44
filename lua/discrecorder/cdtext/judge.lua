--- Are ready packs of CD-TEXT fit to be recorded?
-- @module discrecorder.cdtext.judge

local decode = require "discrecorder.cdtext.decode"
local fault = require "discrecorder.sheet.fault"
local names = require "discrecorder.cdtext.names"
local packs = require "discrecorder.cdtext.packs"

-- Texts for tracks that there are none of: the last one, or nil.
local function beyond(texts, tracks)
  local last
  for _, block in ipairs(texts.blocks) do
    for i, track in ipairs(block.tracks) do
      local number = (texts.first_track or 1) + i - 1
      if next(track) and number > tracks then
        last = math.max(last or 0, number)
      end
    end
  end
  return last
end

-- What is odd about packs, but their CRCs: players may make of that what they
-- want, and a copy of a disc has it, too.
local function oddities(bytes, tracks)
  local texts, list = decode(bytes, true), {}
  for _, warning in ipairs(texts.warnings) do
    table.insert(list, warning.message)
  end
  local last = beyond(texts, tracks)
  if last then
    table.insert(list, ("there are texts for track %d, and the job has %d "
      .. "tracks"):format(last, tracks))
  end
  local n, language = names.twin(texts.blocks)
  if n then
    table.insert(list, ("block %d is %s, as one before it"):format(n - 1,
      language))
  end
  return list
end

-- One warning for all: packs that are wrong are seldom wrong once.
local function warnings_of(list)
  if #list == 0 then
    return {}
  end
  local more = #list > 1 and (" (and %d more)"):format(#list - 1) or ""
  return {{
    code = "bad_cd_text",
    message = ("CD-TEXT is recorded as it is, and players may not show it: "
      .. "%s%s"):format(list[1], more),
  }}
end

--- Judge packs.
-- @string bytes
-- @int tracks how many the disc will have
-- @treturn string packs
-- @treturn {table,...} warnings
return function(bytes, tracks)
  local sound, left_out = packs.sound(bytes)
  if #left_out > 0 then
    fault.at(nil, "CD-TEXT: the CRC of %d of %d packs is wrong: neither drives "
      .. "nor players take them for any", #left_out, #bytes // packs.SIZE)
  end
  return sound, warnings_of(oddities(sound, tracks))
end

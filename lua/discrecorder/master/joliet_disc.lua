--- The disc that a data image is for: looked at when its recorder is chosen,
-- recognised when it is recorded.
-- @module discrecorder.master.joliet_disc

local append = require "discrecorder.append"
local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new

local joliet_disc = {}

local BLOCK <const> = 2048

--- A job for a disc.
-- @tparam table disc
-- @tparam {table,...} tracks
-- @treturn table
function joliet_disc.job(disc, tracks)
  return {
    tracks = tracks,
    append = disc.append,
    keep_open = disc.keep_open,
  }
end

local function tracks_for(disc, bytes)
  local base = disc.base
  if base and base.head then
    return {{length = bytes, start = base.at}, {length = #base.head, start = 0}}
  end
  return {{length = bytes}}
end

--- Would an image of so many bytes fit?
-- @tparam table disc
-- @tparam integer bytes whole blocks
-- @return as @{discrecorder.plan.plan}
function joliet_disc.plan(disc, bytes)
  return core.plan(joliet_disc.job(disc, tracks_for(disc, bytes)), disc.medium)
end

-- IMAPI leaves a disc open for the next session; not all can be.
local function leaves_open(disc)
  disc.keep_open = true
  local planned, _, code = joliet_disc.plan(disc, BLOCK)
  return planned ~= nil or code ~= "unsupported"
end

-- What IMAPI calls it when a disc cannot be added to.
local function as_imapi(failure, code, medium)
  local mine = code
  if code == "medium_not_blank" and medium.state == "complete" then
    mine = "disc_full"
  elseif code == "invalid_image" then
    mine = "medium_invalid_type"
  end
  failure.code = mine
  return nil, failure, mine
end

-- What the disc shows already: path to kind.
local function shown_by(base)
  local shown = {}
  if not (base and base.import) then
    return shown
  end
  local list, failure, code =
    require("discrecorder.tree").import(base.import, base.start)
  if not list then
    return nil, failure, code
  end
  for _, entry in ipairs(list) do
    shown[entry.path] = entry.kind
  end
  return shown
end

--- Look at the disc in a recorder.
-- @tparam Recorder rec
-- @treturn[1] table `medium`; `base` for a tree, `expect` and `append` of a job
-- when it is added to; `keep_open`; `shown`: what it shows, path to kind
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, medium_invalid_type, disc_full,
-- medium_not_formatted, medium_not_blank (damaged), unsupported, disc_info
function joliet_disc.look(rec)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local base, now, expect = append.look(rec, {})
  if base == nil then
    return as_imapi(now, expect, medium)
  end
  local shown, unread, why = shown_by(base)
  if not shown then
    return as_imapi(unread, why, medium)
  end
  local disc = {medium = now, base = base or nil, shown = shown}
  if base then
    disc.append, disc.expect = true, expect
  end
  disc.keep_open = leaves_open(disc)
  return disc
end

local function wrong_disc(what)
  return new_failure("wrong_disc",
    ("this is not the disc that was chosen: %s"):format(what))
end

local SAME <const> = {
  "profile", "state", "sessions", "next_writable", "free_blocks", "media_id",
}

--- Is it still the disc that was looked at? Where nothing is added to what it
-- holds, any blank one will do. The burn looks again.
-- @tparam table disc
-- @tparam Recorder rec
-- @tparam table medium as it is now
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: wrong_disc, medium_not_present
function joliet_disc.check_same(disc, rec, medium)
  if not disc.append then
    return true
  elseif medium.state == "none" then
    return new_failure("medium_not_present",
      "record_disc: there is no disc in the recorder")
  end
  for _, name in ipairs(SAME) do
    if medium[name] ~= disc.expect[name] then
      return wrong_disc "it is another one, or it was written to since"
    end
  end
  local block = disc.expect.block
  if block and rec:read(block.lba, 1) ~= block.bytes then
    return wrong_disc "its volume descriptor is another one"
  end
  return true
end

return joliet_disc

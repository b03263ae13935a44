--- Adding a session to a disc (docs/append.md).
-- @module discrecorder.append

local and_wait = require "discrecorder.waiting"
local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local manifest_format = require "discrecorder.manifest"
local new_failure = require("discrecorder.failure").new
local sessions = require "discrecorder.sessions"

local append = {}

local HOW <const> = {merge = true, replace = true, independent = true}

-- The keys that are this module's own, and what each has to be.
local OWN_KEYS <const> = {
  how = "string", only_changed = "boolean", remove_missing = "boolean",
}

local function check_options(options)
  if type(options) ~= "table" then
    error("append: options are a table", 3)
  end
  for key, kind in pairs(OWN_KEYS) do
    if options[key] ~= nil and type(options[key]) ~= kind then
      error(("append: %s: %s expected, got %s"):format(
        key, kind, type(options[key])), 3)
    end
  end
  if options.how and not HOW[options.how] then
    error(("append: how: '%s' is none of merge, replace, independent"):format(
      options.how), 3)
  end
  for _, key in ipairs {"append", "base", "expect"} do
    if options[key] ~= nil then
      error(("append: unknown key '%s'"):format(key), 3)
    end
  end
end

-- The same refusals as the burn's own, before anything is read.
local function check_medium(medium)
  local planned, failure, code = core.plan(
    {append = true, tracks = {{length = extent.BLOCK}}}, medium)
  if not planned then
    return nil, failure, code
  elseif medium.session_open then
    return new_failure("unsupported",
      "the disc's last session is open: a tree added to it would not be found",
      {culprit = "medium", advice = 'Close it with finish("session") first.'})
  end
  return true
end

-- The session whose tree is taken over, and what the disc is known by.
local function last_session(rec, list)
  local last = list[#list]
  local block, descriptors
  if last and last.kind == "data" then
    block, descriptors = sessions.descriptors(rec, last)
  end
  if not block then
    return new_failure("invalid_image",
      "the disc's last session holds no tree that could be added to",
      {culprit = "medium", advice = 'Append with how = "independent".'})
  end
  return last, {lba = block, bytes = descriptors[1]}
end

-- Sums of an earlier session keep their name.
local function manifest_name(wanted, number)
  if wanted == true and number > 1 then
    return ("%s.%d"):format(manifest_format.NAME, number)
  end
  return wanted
end

-- The keys of a burn for a disc that has sessions.
local function on_top(rec, list, medium, options)
  local base = {at = medium.next_writable}
  local expect = {}
  for key, value in pairs(medium) do
    expect[key] = value
  end
  if options.how ~= "independent" then
    local last, block, code = last_session(rec, list)
    if not last then
      return nil, block, code
    end
    local track = medium.tracks[#medium.tracks]
    expect.block = block
    base.start = last.start
    base.import = extent.block_reader(rec, track.start + track.blocks)
    base.replace = options.how == "replace"
    base.only_changed = options.only_changed
    base.remove_missing = options.remove_missing
  end
  return base, expect
end

--- Start to add folders and files to a disc, as a new session. A blank disc
-- gets its first one.
--
-- The disc is looked at and its tree read before this returns.
-- @tparam Recorder rec
-- @tparam string|table paths as for @{discrecorder.burn.tree_start}
-- @tparam[opt] table options those of @{discrecorder.burn.tree_start}, with
-- `keep_open` true unless told, and
--
-- - `how` (`"merge"`): what is new joins the tree that is there, file by file;
--   `"replace"`: what is named takes the place of what has its name, whole
--   folders too; `"independent"`: the session shows only what is new
-- - `only_changed` (false): a file that is on the disc with the same size and
--   time is not written again
-- - `remove_missing` (false): what is no longer in a folder that is named here
--   is left out of the new tree
-- @treturn[1] Job as @{discrecorder.burn.start}
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, medium_not_blank (closed, or
-- damaged), unsupported (its last session is open), invalid_image (no tree to
-- be added to), generic (its tree cannot be read), and those of
-- @{discrecorder.source.tree}; the Job's are those of
-- @{discrecorder.burn.start}, with wrong_disc when the disc was changed or
-- written to meanwhile
function append.tree_start(rec, paths, options)
  options = options or {}
  check_options(options)
  local list, medium, code = sessions.list(rec)
  if not list then
    return nil, medium, code
  end
  local good, failure, why = check_medium(medium)
  if not good then
    return nil, failure, why
  end
  local base, expect = nil, medium
  if medium.state ~= "blank" then
    base, expect, why = on_top(rec, list, medium, options)
    if not base then
      return nil, expect, why
    end
  end
  local job = {append = true, base = base, expect = expect, keep_open = true}
  for key, value in pairs(options) do
    if not OWN_KEYS[key] then
      job[key] = value
    end
  end
  job.manifest = manifest_name(options.manifest, medium.sessions + 1)
  return burn.tree_start(rec, paths, job)
end

--- Add folders and files to a disc and wait for the end.
-- @param ... as @{append.tree_start}
-- @function append.tree
append.tree = and_wait(append.tree_start)

return append

--- Adding a session to a disc (docs/append.md).
-- @module discrecorder.append

local and_wait = require "discrecorder.waiting"
local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local fields = require "discrecorder.fields"
local grow = require "discrecorder.grow"
local manifest_format = require "discrecorder.manifest"
local new_failure = require("discrecorder.failure").new
local sessions = require "discrecorder.sessions"

local append = {}

local HOW <const> = {merge = true, replace = true, independent = true}

-- The keys that are this module's own, and what each has to be.
local OWN_KEYS <const> = {
  how = "string", only_changed = "boolean", remove_missing = "boolean",
}

local function check_options(paths, options)
  local others = {}
  if type(paths) ~= "string" and type(paths) ~= "table" then
    error("append: paths are a path, a list, or a mapping", 3)
  end
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
  for key, value in pairs(options) do
    if not OWN_KEYS[key] then
      others[key] = value
    end
  end
  for _, key in ipairs {"append", "base", "expect"} do
    if options[key] ~= nil then
      error(("append: unknown key '%s'"):format(key), 3)
    end
  end
  burn.check_tree("append", others, 2)
  return others
end

-- What a burn would be given; its own refusals, before anything is read.
local function check_medium(medium, options)
  local unformatted = medium.state == "unformatted"
  local planned, failure, code = core.plan({
    append = true, as_needed = unformatted and options.as_needed or nil,
    tracks = {{length = extent.BLOCK}},
  }, medium)
  if not planned then
    return nil, failure, code
  elseif medium.state == "appendable" and medium.session_open then
    return new_failure("unsupported",
      "the disc's last session is open: a tree added to it would not be found",
      {culprit = "medium", advice = 'Close it with finish("session") first.'})
  end
  return true
end

-- The session whose tree is taken over, and what the disc is known by.
local function last_session(rec, medium)
  local list = sessions.group(medium.tracks)
  local last = list[#list]
  local block, descriptors, code
  if last.kind == "data" then
    block, descriptors, code = sessions.descriptors(rec, last)
  end
  if code then
    return nil, descriptors, code
  elseif not block then
    return new_failure("invalid_image",
      "the disc's last session holds no tree that could be added to",
      {culprit = "medium", advice = 'Append with how = "independent".'})
  end
  return last, {lba = block, bytes = descriptors[1]}
end

local function expecting(medium, block)
  local expect = fields.copy(medium)
  expect.block = block
  return expect
end

-- The tree of a disc beneath the new one. 'stale': as grow.look has it.
local function import(base, rec, start, last, options, stale)
  base.start = start
  base.import = extent.block_reader(rec, last, stale)
  base.replace = options.how == "replace"
  base.only_changed = options.only_changed
  base.remove_missing = options.remove_missing
  return base
end

-- What the tree is made on (false: nothing), and the disc that the burn is for.
-- Each state of a disc has its way.
local WAYS <const> = {}

function WAYS.blank(_, medium)
  return false, medium
end

function WAYS.unformatted(_, medium)
  local nothing = grow.nothing()
  return {at = nothing.at, head = nothing.head}, medium
end

function WAYS.overwritable(rec, medium, options)
  local start, failure, code = grow.look(rec)
  if not start then
    return nil, failure, code
  end
  local base = {at = start.at, head = start.head}
  if start.volume and options.how ~= "independent" then
    import(base, rec, 0, start.volume, options, start.stale)
  end
  return base, expecting(medium,
    {lba = extent.DESCRIPTORS, bytes = start.descriptor})
end

-- An album that was kept open for data: a CD-Extra. Nothing is taken over.
local function is_all_audio(medium)
  for _, track in ipairs(medium.tracks) do
    if track.kind ~= "audio" then
      return false
    end
  end
  return true
end

function WAYS.appendable(rec, medium, options)
  local base = {at = medium.next_writable}
  if options.how == "independent" then
    return base, medium
  end
  local track = medium.tracks[#medium.tracks]
  if not track or track.session ~= medium.sessions then
    return new_failure("disc_info",
      "the drive does not tell of the disc's last session", {
        culprit = "recorder", advice = "Try again, or in another drive.",
      })
  elseif is_all_audio(medium) then
    return base, medium
  end
  local last, block, code = last_session(rec, medium)
  if not last then
    return nil, block, code
  end
  import(base, rec, last.start, track.start + track.blocks, options)
  return base, expecting(medium, block)
end

-- What the disc shows now. An empty list: nothing that is taken over.
local function earlier_tree(base)
  if not (base and base.import) then
    return {}
  end
  return require("discrecorder.tree").import(base.import, base.start)
end

-- Sums of an earlier session keep their name.
local function manifest_name(wanted, base)
  if wanted ~= true then
    return wanted
  end
  local tree, failure, code = earlier_tree(base)
  if not tree then
    return nil, failure, code
  end
  local taken, number, name = {}, 1, manifest_format.NAME
  for _, entry in ipairs(tree) do
    taken[entry.path] = true
  end
  while taken["/" .. name] do
    number = number + 1
    name = ("%s.%d"):format(manifest_format.NAME, number)
  end
  return name
end

--- For modules that add trees: what a tree is made on, and the disc that the
-- burn is for.
-- @tparam Recorder rec
-- @tparam table options `how` and its companions, as for @{append.tree_start}
-- @treturn[1] table|boolean `base` for @{discrecorder.source.tree}; false: none
-- @treturn[1] table the medium
-- @treturn[1] table `expect` of a job
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: those that @{append.tree_start} gives before it
-- looks at files
function append.look(rec, options)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local good, refused, why = check_medium(medium, options)
  if not good then
    return nil, refused, why
  end
  local base, expect, which = WAYS[medium.state](rec, medium, options)
  if base == nil then
    return nil, expect, which
  end
  return base, medium, expect
end

-- The options of a burn of a tree, for the disc in the recorder, and the disc.
-- 'others': those that are not this module's own.
local function prepare(rec, options, others)
  local base, medium, expect = append.look(rec, options)
  if base == nil then
    return nil, medium, expect
  end
  local failure, code
  local job = fields.copy(others, {
    append = true, base = base or nil, expect = expect, keep_open = true,
  })
  job.as_needed = medium.state == "unformatted" and options.as_needed or nil
  job.manifest, failure, code = manifest_name(options.manifest, base)
  if failure then
    return nil, failure, code
  end
  return job, medium
end

-- What becomes of the files: those that are written, those that stay where they
-- are on the disc, and what is not shown any more.
local function changes(made, earlier)
  local tree = require "discrecorder.tree"
  local files = {new = {}, changed = {}, removed = {}, kept = 0, bytes = 0}
  local before, after, written = {}, {}, {}
  for _, entry in ipairs(earlier) do
    before[entry.path] = entry
  end
  for _, entry in ipairs(tree.list(made)) do
    if entry.kind == "file" and not entry.kept then
      written[entry.path] = true
      files.bytes = files.bytes + entry.size
      table.insert(before[entry.path] and files.changed or files.new,
        entry.path)
    end
  end
  for _, entry in ipairs(tree.shown(made)) do
    after[entry.path] = true
    if entry.kind == "file" and not written[entry.path] then
      files.kept = files.kept + 1
    end
  end
  for _, entry in ipairs(earlier) do
    if entry.kind ~= "dir" and not after[entry.path] then
      table.insert(files.removed, entry.path)
    end
  end
  table.sort(files.removed)
  return files
end

--- What @{append.tree} would do, without a byte written: is there room, and
-- what has changed? The disc's tree is read, and all files are looked at.
-- @tparam Recorder rec
-- @tparam string|table paths as for @{append.tree}
-- @tparam[opt] table options those of @{append.tree}
-- @treturn[1] table as @{discrecorder.plan.plan} gives it, with the sources'
-- own `warnings` too, and `files`: paths on the disc in the lists `new`,
-- `changed` (they are there, and are written again) and `removed` (shown no
-- more; links too), how many are `kept` where they are, and the `bytes` of
-- those that are written
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: what @{append.tree} would refuse before it writes,
-- disc_full too
function append.plan(rec, paths, options)
  options = options or {}
  local others = check_options(paths, options)
  local job, medium, code = prepare(rec, options, others)
  if not job then
    return nil, medium, code
  end
  local made <close>, tracks, why = burn.make_tree(paths, job)
  if not made then
    return nil, tracks, why
  end
  local spec = burn.job_of(job)
  spec.tracks = tracks
  local planned, refused, which = core.plan(spec, medium)
  if not planned then
    return nil, refused, which
  end
  local earlier, unread, reason = earlier_tree(job.base)
  if not earlier then
    return nil, unread, reason
  end
  if job.base and job.base.head then -- all of it is free in a plan's eyes
    local last = planned.tracks[1]
    planned.capacity_after = planned.capacity_after
      - (last.start + last.blocks + last.padding)
  end
  planned.files = changes(made, earlier)
  table.move(made.warnings, 1, #made.warnings, #planned.warnings + 1,
    planned.warnings)
  return planned
end

--- Start to add folders and files to a disc: as a new session, or, where blocks
-- can be overwritten, behind what is there. A blank disc gets its first one.
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
-- - `as_needed` (false): an unformatted disc is formatted; nothing is erased
-- @treturn[1] Job as @{discrecorder.burn.start}; where blocks can be
-- overwritten the second of the report's `tracks` is what leads to the first
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, medium_not_blank (closed, or
-- damaged), medium_not_formatted, unsupported (its last session is open, or its
-- tree is UDF too), invalid_image (no tree to be added to), generic (its tree
-- cannot be read), disc_info (its last session is not told), and those of
-- @{discrecorder.source.tree}; the Job's are those of
-- @{discrecorder.burn.start}, with wrong_disc when the disc was changed or
-- written to meanwhile
function append.tree_start(rec, paths, options)
  options = options or {}
  local others = check_options(paths, options)
  local job, medium, code = prepare(rec, options, others)
  if not job then
    return nil, medium, code
  end
  return burn.tree_start(rec, paths, job)
end

--- Add folders and files to a disc and wait for the end.
-- @param ... as @{append.tree_start}
-- @function append.tree
append.tree = and_wait(append.tree_start)

return append

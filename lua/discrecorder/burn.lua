--- Burning: a job of tracks, a folder, an image.
-- @module discrecorder.burn

local and_wait = require "discrecorder.waiting"
local check_options = require("discrecorder.options").check
local core = require "discrecorder.core"
local is_object = require("discrecorder.options").is_object
local layout = require "discrecorder.layout"
local with_packs = require("discrecorder.job").with_packs
local new_failure = require("discrecorder.failure").new
local source = require "discrecorder.source"

local burn = {}

-- Keys of a job besides its tracks, and of a tree besides its paths.
local JOB_KEYS <const> = {
  "append", "as_needed", "buffer", "data_mode", "expect", "keep_open", "mode",
  "overburn", "packet", "read_speed", "simulate", "speed", "stream",
  "underrun_free", "verify",
}
local TREE_KEYS <const> = {
  "base", "boot", "date", "exclude", "follow_links", "invalid_utf8",
  "keep_links", "layout", "manifest", "md5", "volume_id",
}

local function key_set(...)
  local set = {}
  for _, list in ipairs {...} do
    for _, key in ipairs(list) do
      set[key] = true
    end
  end
  return set
end

local TREE_OPTIONS <const> = key_set(JOB_KEYS, TREE_KEYS)
local IMAGE_OPTIONS <const> = key_set(JOB_KEYS, {"layout"})

local function pick(options, keys)
  local picked = {}
  for _, key in ipairs(keys) do
    picked[key] = options[key]
  end
  return picked
end

-- What was asked for, for the report.
local function asked_for(job)
  return {
    append = job.append,
    as_needed = job.as_needed,
    data_mode = job.data_mode,
    keep_open = job.keep_open or false,
    mode = job.mode or "auto",
    read_speed = job.read_speed,
    simulate = job.simulate or false,
    speed = job.speed,
    stream = job.stream,
    tracks = #job.tracks,
    verify = job.verify ~= false,
  }
end

-- What the sources had to say goes into the report too.
local function warnings_of(job, others)
  local warnings = table.move(others or {}, 1, #(others or {}), 1, {})
  for _, track in ipairs(job.tracks) do
    local more = track.source.warnings
    table.move(more, 1, #more, #warnings + 1, warnings)
  end
  return warnings
end

-- What completes a report. Asked now: by the end the caller may have closed the
-- sources.
local function completer(job, others)
  local asked, warnings = asked_for(job), warnings_of(job, others)
  return function(report)
    report.program = "discrecorder " .. core.version
    report.asked = asked
    table.move(warnings, 1, #warnings, #report.warnings + 1, report.warnings)
  end
end

local function complete(job, warnings)
  local finish = completer(job, warnings)
  return function(report, failure, code)
    finish(report or failure.report)
    return report, failure, code
  end
end

-- Several sessions: one job of the engine's, and one report.
local function start_sessions(rec, job, warnings)
  local series = require "discrecorder.series"
  local jobs, whole, more = series.prepare(rec, job)
  if not jobs then
    return nil, whole, more
  end
  local work, failure, code = core.burn_series_start(rec, jobs)
  if not work then
    return nil, failure, code
  end
  table.move(warnings or {}, 1, #(warnings or {}), #more + 1, more)
  local finish = complete(whole, more)
  return work:complete_with(function(...)
    return finish(series.sum_up(#jobs, ...))
  end)
end

local function complete_all(job, addresses, warnings)
  local finish = completer(job, warnings)
  return function(results, failure, code)
    for i, result in ipairs(results or failure.results) do
      result.address = addresses[i]
      local report = result.report or result.failure.report
      if report then -- of one that has begun
        finish(report)
      end
    end
    return results, failure, code
  end
end

--- Start to burn a job.
--
-- @tparam Recorder rec taken for the time of the burn, or open exclusively
-- already
-- @tparam table job
--
-- - `tracks`: a list of `{source =, kind = "data"}`; on what can be
--   overwritten with `start`, the block where it goes (0). Of CDs more: below
-- - `mode` (`"auto"`): or `"tao"`, `"sao"` (CDs), `"incremental"` (DVD-R,
--   DVD-RW, DVD+R, BD-R), `"dao"` (DVD-R, DVD-RW), `"overwrite"` (DVD+RW,
--   DVD-RAM, BD-RE, DVD-RW formatted for it)
-- - `as_needed` (false): erase, format or overwrite the disc where that is
--   needed (docs/engine.md)
-- - `keep_open` (false): let another session follow
-- - `append` (false): on a disc that has sessions and was left open, too
-- - `expect`: the disc that the job is for, as `medium()` told it; another one,
--   or one that was written to since, is `wrong_disc`
-- - `simulate` (false): a test write
-- - `speed`: kB/s; else the recorder's property, else its most
-- - `stream` (false): DVD-RAM and BD-RE are written as a stream, faster, and
--   without the drive's looking for bad blocks
-- - `verify` (true): read back and compare
-- - `read_speed`: kB/s at most while reading back; else as fast as it goes
-- - `buffer`: bytes between source and drive; else a sixteenth of the job, from
--   4 to 16 MiB and no more than the job
-- - `packet` (as many as the way to the drive takes, at most 1 MiB): bytes that
-- one WRITE or READ carries at most, a multiple of 2048. What refuses long
-- packets is sent 32 KiB, with the warning `packets_reduced`
-- - `underrun_free` (true): use the drive's underrun protection
-- - `mcn`: the media catalogue number of a CD, 13 digits
-- - `text`: CD-TEXT of the disc: fields as of @{discrecorder.cdtext.encode}'s
--   `disc`, or all it takes (`blocks`), or ready packs, which are recorded as
--   they are, with the warning `bad_cd_text` where they are odd
--   (@{discrecorder.cdtext.judge})
-- - `data_mode` (1): 2: the tracks of a CD that do not say their `kind` are
--   `"data2"`
-- - `overburn` (false): go on past what a CD says is its end, as far as the
--   drive does
--
-- A track of a CD may also have
--
-- - `kind = "audio"`: blocks are 2352 bytes, samples of 16 bits, left and
--   right, low byte first, 44100 times a second; silence fills the last one. So
--   is every @{discrecorder.source.audio}
-- - `kind = "data2"`: data in mode 2 form 1 (CD-ROM XA). With `sectors` (true)
--   its blocks are whole sectors of 2352 bytes, of either form: what counts is
--   their subheaders and data, all else the drive makes. So is a
--   @{discrecorder.source.sectors} that is `whole`
-- - `pregap`: blocks (1/75 s) of silence before its index 1, or `pregap_source`
--   with samples for it. Before the first track they come after the two
--   seconds that every CD begins with. Without: none; two seconds between
--   audio, data in mode 1 and in mode 2
-- - `index`: a list of blocks of the track at which index 2, 3, ... begin
-- - `padding`: so many blocks of zeros behind it, instead of what the engine
--   finds good (docs/engine.md); a track has 300 blocks in any case
-- - `at`: the block where its index 1 belongs, since its data holds addresses:
--   a disc on which it would begin elsewhere is `unsupported`
-- - `isrc`: twelve characters. `flags`: `copy`, `pre_emphasis`, `scms` (it is a
--   copy), `four_channels`, each true or false. `text`: its CD-TEXT
--
-- A CD gets several sessions by `sessions`, a list of {`tracks`, `mcn`,
-- `text`}, in place of these three. All are planned before the first is burned;
-- `keep_open`, `overburn` and sources without a length are for the last,
-- `append`, `as_needed` and `expect` for the first. The report has the tracks
-- of all, and `sessions`: {`ok`, `verified`, `tracks`: how many} of each that
-- was begun, a failure's report too.
--
-- Audio is written as a session at once (`"sao"`: without gaps) where the drive
-- can, else track at once, which knows neither pregaps, indexes, CD-TEXT nor
-- `sectors`.
-- @tparam[opt] {table,...} warnings of whoever made the job, for the report
-- @treturn[1] Job its result is the report: `ok`, `verified`, `tracks`
-- ({start, blocks, padding, bytes, sha256}), `readback` ({tracks, method,
-- seconds}; of audio tracks `offset`, at which the drive has them, and
-- `unread`, both in samples: docs/engine.md, Proof), `sample` (a sound by which
-- another drive's offset is found), `medium` (asked again), `recorder`, `mode`,
-- `seconds` per phase, `warnings`, `asked`, `program`. A failure has what there
-- is of it in its `report`.
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: device_not_accessible; the Job may fail with those
-- of @{discrecorder.plan.plan}, and user_abort, bad_file,
-- cannot_write_to_media, loss_of_streaming, verify_failed, initialize_write,
-- initialize_endwrite, medium_not_present, wrong_disc, device_not_present,
-- transport_error
function burn.start(rec, job, warnings)
  if type(job) == "table" and job.sessions ~= nil then
    return start_sessions(rec, job, warnings)
  end
  local ready, more, why = with_packs(job)
  if not ready then
    return nil, more, why
  end
  local work, failure, code = core.burn_start(rec, ready)
  if not work then
    return nil, failure, code
  end
  table.move(warnings or {}, 1, #(warnings or {}), #more + 1, more)
  return work:complete_with(complete(job, more))
end

--- Burn a job and wait for the end: @{burn.start}'s result.
-- @function burn.run
burn.run = and_wait(burn.start)

--- Start to burn one job by many recorders, from one reading of its sources.
--
-- Each recorder plans for its own disc; they may differ in kind. None writes
-- before all are ready. A recorder that fails, or cannot be taken, drops out
-- with its failure, and the others go on; so does one that takes nothing for
-- `stall` seconds while others wait for it (`loss_of_streaming`). One that is
-- merely slower slows down the others.
--
-- The Job's `progress` is that of the recorder that is furthest behind, with
-- each one's, and whether it has `ended`, in the list `recorders`. `cancel`
-- cancels all.
-- @tparam table job as for @{burn.start}, and
--
-- - `stall` (10): seconds for which one recorder may hold the others; while a
-- drive calibrates or ends a track twelve times as many
-- @tparam {Recorder,...} recorders at most 256, each once
-- @treturn[1] Job its result, if all went well, is the list of results in the
-- order of the recorders: {`address`, `ok` = true, `report`}. If not, its
-- failure is that of the first recorder that failed; `failure.results` is the
-- list then, with {`address`, `ok` = false, `failure`, `code`} of those that
-- failed
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: busy when a source is being read already, no_memory
function burn.to_many_start(job, recorders)
  if type(job) ~= "table" or type(recorders) ~= "table" then
    error("burn.to_many: a job and a list of recorders", 2)
  end
  for i = 1, #recorders do
    if not is_object(recorders[i], "Recorder") then
      error(("burn.to_many: recorder %d: Recorder expected, got %s"):format(i,
        type(recorders[i])), 2)
    end
  end
  if job.sessions ~= nil then
    return new_failure("unsupported",
      "several sessions are burned by one recorder at a time")
  end
  local plain, warnings, why = with_packs(job)
  if not plain then
    return nil, warnings, why
  end
  local addresses = {}
  plain.stall = nil
  local work, failure, code =
    core.burn_many_start(plain, recorders, job.stall)
  if not work then
    return nil, failure, code
  end
  for i, rec in ipairs(recorders) do
    addresses[i] = rec.address
  end
  return work:complete_with(complete_all(job, addresses, warnings))
end

--- Burn one job by many recorders and wait: @{burn.to_many_start}'s result.
-- @function burn.to_many
burn.to_many = and_wait(burn.to_many_start)

-- The tracks of a job for a tree. Behind another one on a disc that can be
-- overwritten, what leads to it comes last: a burn that breaks off leaves the
-- earlier tree as it was.
local function tracks_of(made, base)
  if not (base and base.head) then
    return {{source = made}}
  end
  local head, failure, code =
    source.bytes(require("discrecorder.tree").head(made))
  if not head then
    return nil, failure, code
  end
  return {{source = made, start = base.at}, {source = head, start = 0}}
end

--- For modules that burn trees: unknown keys raise.
-- @string what the function's name, for the message
-- @tparam table options
-- @int level as for @{discrecorder.options.check}, from here on
function burn.check_tree(what, options, level)
  check_options(what, options, TREE_OPTIONS, level + 1)
end

--- For modules that burn trees: the source of one, and what it is burned as.
-- @tparam string|table paths
-- @tparam table options as for @{burn.tree_start}, and checked
-- @treturn[1] Source of the tree
-- @treturn[1] {table,...} tracks of a job
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: those of @{discrecorder.source.tree}
function burn.make_tree(paths, options)
  local tree = pick(options, TREE_KEYS)
  tree.paths = type(paths) == "string" and {paths} or paths
  local made, failure, code = source.tree(tree)
  if not made then
    return nil, failure, code
  end
  local tracks, unmade, why = tracks_of(made, options.base)
  if not tracks then
    return nil, unmade, why
  end
  return made, tracks
end

--- For modules that make jobs: raise for keys that are neither a job's nor
-- theirs.
-- @string what the function's name, for the message
-- @tparam table options
-- @tparam table own as for @{discrecorder.options.check}
-- @int level as for that, from here on
function burn.check_job(what, options, own, level)
  local known = key_set(JOB_KEYS)
  for key, kind in pairs(own) do
    known[key] = kind
  end
  check_options(what, options, known, level + 1)
end

--- The keys of a job among the options of a tree.
-- @tparam table options
-- @treturn table a job without tracks
function burn.job_of(options)
  return pick(options, JOB_KEYS)
end

--- Start to burn folders and files.
-- @tparam Recorder rec
-- @tparam string|table paths one path, a list, or a mapping
-- `{["/on/disc"] = "on/host"}`, as for @{discrecorder.source.tree}
-- @tparam[opt] table options the keys of a job but `tracks`, and of a tree but
-- `paths`
-- @treturn Job as @{burn.start}
function burn.tree_start(rec, paths, options)
  options = options or {}
  check_options("burn.tree", options, TREE_OPTIONS)
  if type(paths) ~= "string" and type(paths) ~= "table" then
    error("burn.tree: paths are a path, a list, or a mapping", 2)
  end
  local made, tracks, code = burn.make_tree(paths, options)
  if not made then
    return nil, tracks, code
  end
  local job = burn.job_of(options)
  job.tracks = tracks
  return burn.start(rec, job)
end

--- Burn folders and files and wait for the end.
-- @function burn.tree
burn.tree = and_wait(burn.tree_start)

--- Start to burn an image.
-- @tparam Recorder rec
-- @tparam string path of the image, a whole number of blocks of 2048 bytes
-- @tparam[opt] table options the keys of a job but `tracks`, and `layout`:
-- `"data"`: an image that no system would mount from a disc (docs/udf.md) is
-- burned all the same
-- @treturn[1] Job as @{burn.start}
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file too, and those of `medium`
function burn.image_start(rec, path, options)
  options = options or {}
  check_options("burn.image", options, IMAGE_OPTIONS)
  layout.check_choice("burn.image", options.layout, 3)
  local made, failure, code = source.file(path)
  if not made then
    return nil, failure, code
  end
  if made.length % 2048 ~= 0 then
    return new_failure("bad_file",
      ("%s: %d bytes are not a whole number of blocks of 2048 bytes")
        :format(path, made.length))
  end
  if options.layout ~= "data" then
    local fit, unfit, why = layout.check_image(rec, path)
    if not fit then
      return nil, unfit, why
    end
  end
  local job = burn.job_of(options)
  job.tracks = {{source = made}}
  return burn.start(rec, job)
end

--- Burn an image and wait for the end.
-- @function burn.image
burn.image = and_wait(burn.image_start)

return burn

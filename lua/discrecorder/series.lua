--- Several sessions of a CD, burned one after the other: what a job with
-- `sessions` becomes (docs/engine.md, "Several sessions").
--
-- All are planned before the first is burned, each on the disc as the one
-- before it will have left it.
-- @module discrecorder.series

local border = require("discrecorder.sheet.units").border
local core = require "discrecorder.core"
local fields = require "discrecorder.fields"
local new_failure = require("discrecorder.failure").new
local with_packs = require("discrecorder.job").with_packs

local series = {}

-- What each session has of its own.
local OWN <const> = {mcn = true, text = true, tracks = true}

-- === the jobs ===

-- Mistakes of the caller, who is so many levels up.
local function check(job, level)
  local list = job.sessions
  if type(list) ~= "table" or #list == 0 then
    error("burn: sessions is a list of sessions", level)
  end
  for key in pairs(OWN) do
    if job[key] ~= nil then
      error(("burn: %s stands in each of the sessions"):format(key), level)
    end
  end
  for i, session in ipairs(list) do
    if type(session) ~= "table" or type(session.tracks) ~= "table" then
      error(("burn: session %d: tracks is a list of tracks"):format(i), level)
    end
    for key in pairs(session) do
      if not OWN[key] then
        error(("burn: session %d: unknown key '%s'"):format(i, key), level)
      end
    end
  end
end

-- The first finds the disc as it is, the others as the one before left it, and
-- only the last may end it, or go on past its end.
local function job_of(job, number)
  local one = fields.copy(job)
  one.sessions = nil
  for key in pairs(OWN) do
    one[key] = job.sessions[number][key]
  end
  if number > 1 then
    one.append, one.as_needed, one.expect = true, nil, nil
  end
  if number < #job.sessions then
    one.keep_open, one.overburn = true, nil
  end
  return one
end

-- All tracks in one list, for what is told of the whole.
local function whole_of(job)
  local whole = job_of(job, 1)
  whole.keep_open, whole.tracks = job.keep_open, {}
  for _, session in ipairs(job.sessions) do
    table.move(session.tracks, 1, #session.tracks, #whole.tracks + 1,
      whole.tracks)
  end
  return whole
end

local function say_which(number, count, failure)
  failure.message = ("session %d of %d: %s"):format(number, count,
    failure.message)
end

local function jobs_of(job, level)
  local jobs, warnings = {}, {}
  for i = 1, #job.sessions do
    local one, more, code = with_packs(job_of(job, i), level + 1)
    if not one then
      say_which(i, #job.sessions, more)
      return nil, more, code
    end
    jobs[i] = one
    table.move(more, 1, #more, #warnings + 1, warnings)
  end
  return jobs, warnings
end

-- === the plans ===

-- The disc behind a session that was left open.
local function after(medium, plan)
  local erased = plan.needs_preparation
  local earlier = erased and {} or medium.tracks or {}
  local sessions = (erased and 0 or medium.sessions or 0) + 1
  local next_disc = setmetatable({}, {__index = medium})
  next_disc.tracks = table.move(earlier, 1, #earlier, 1, {})
  table.move(plan.tracks, 1, #plan.tracks, #earlier + 1, next_disc.tracks)
  next_disc.state, next_disc.session_open = "appendable", false
  next_disc.sessions = sessions
  next_disc.next_writable = (erased and 0 or medium.next_writable or 0)
    + plan.used + border(sessions)
  next_disc.free_blocks = plan.capacity_after
  return next_disc
end

local function refuse(code, message, advice)
  return new_failure(code, message, {advice = advice})
end

-- Nobody knows beforehand where such a session ends.
local function has_open_end(plan)
  for _, track in ipairs(plan.tracks) do
    if track.room then
      return true
    end
  end
  return false
end

local function plan_one(job, medium, is_last)
  local plan, failure, code = core.plan(job, medium)
  if plan and not is_last and has_open_end(plan) then
    return refuse("unsupported", "its source does not say how long it is, and "
      .. "another session follows",
      "Say the source's length, or put it into the last session.")
  end
  return plan, failure, code
end

local function plan_all(jobs, medium)
  local plans = {}
  for i, job in ipairs(jobs) do
    if i > 1 and medium.free_blocks == 0 then
      job.overburn = nil -- it could not even begin
    end
    local plan, failure, code = plan_one(job, medium, i == #jobs)
    if not plan then
      say_which(i, #jobs, failure)
      return nil, failure, code
    end
    plans[i] = plan
    medium = after(medium, plan)
  end
  return plans
end

-- What cannot be planned for: the sessions of other discs lie where the drive
-- puts them, and a simulation leaves nothing behind that could be added to.
local function check_possible(job, medium)
  if medium.state ~= "none" and not (medium.profile or ""):find "^cd" then
    return refuse("medium_invalid_type",
      "several sessions at one go: only CDs have that, and this disc is "
        .. (medium.profile or "of unknown kind"),
      "Use a CD-R or a CD-RW.")
  elseif job.simulate and #job.sessions > 1 then
    return refuse("unsupported",
      "simulation: the second session could not follow one that was not "
        .. "written", "Burn without `simulate`.")
  end
  return true
end

local function prepare(job, medium, level)
  local possible, refused, which = check_possible(job, medium)
  if not possible then
    return nil, refused, which
  end
  local jobs, warnings, code = jobs_of(job, level + 1)
  if not jobs then
    return nil, warnings, code
  end
  local plans, unplanned, why = plan_all(jobs, medium)
  if not plans then
    return nil, unplanned, why
  end
  return plans, jobs, warnings
end

local SUMS <const> = {"blocks", "padding", "used"}

--- Plan a job with `sessions`, as @{discrecorder.plan.plan}.
-- @tparam table job
-- @tparam table medium
-- @treturn[1] table as a plan of one session, with all tracks; `sessions`: the
-- plan of each; `used` is without what lies between them
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function series.plan(job, medium)
  check(job, 3)
  local plans, failure, warnings = prepare(job, medium, 1)
  if not plans then
    return nil, failure, warnings
  end
  local all = {
    mode = plans[1].mode, needs_preparation = plans[1].needs_preparation,
    capacity_after = plans[#plans].capacity_after,
    sessions = plans, tracks = {}, warnings = warnings,
  }
  for _, plan in ipairs(plans) do
    for _, key in ipairs(SUMS) do
      all[key] = (all[key] or 0) + plan[key]
    end
    for _, key in ipairs {"tracks", "warnings"} do
      table.move(plan[key], 1, #plan[key], #all[key] + 1, all[key])
    end
  end
  return all
end

--- For @{discrecorder.burn}: what a job with `sessions` is to the engine,
-- planned on the disc in the recorder.
-- @tparam Recorder rec
-- @tparam table job
-- @treturn[1] {table,...} jobs
-- @treturn[1] table a job of all tracks, for what is told of the whole
-- @treturn[1] {table,...} warnings
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function series.prepare(rec, job)
  check(job, 4)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local plans, jobs, warnings = prepare(job, medium, 2)
  if not plans then
    return nil, jobs, warnings
  end
  jobs[1].expect = jobs[1].expect or medium
  return jobs, whole_of(job), warnings
end

-- === the report ===

-- What was begun cannot be gone on with: all sessions are planned together.
local AGAIN <const> = "To have all sessions on one disc, start again with a "
  .. "blank one, or with `as_needed` and one that can be erased."

local function add_lists(all, report)
  table.move(report.tracks, 1, #report.tracks, #all.tracks + 1, all.tracks)
  table.move(report.warnings, 1, #report.warnings, #all.warnings + 1,
    all.warnings)
  for phase, seconds in pairs(report.seconds) do
    all.seconds[phase] = (all.seconds[phase] or 0) + seconds
  end
end

local function add_readback(all, more)
  if not more then
    return
  end
  local sum = all.readback
  if not sum then
    sum = {tracks = {}, method = more.method, seconds = 0}
    all.readback = sum
  end
  table.move(more.tracks, 1, #more.tracks, #sum.tracks + 1, sum.tracks)
  sum.seconds = sum.seconds + more.seconds
end

-- The sound by which a drive's offset is found: the first there is.
local function add_sample(all, sample, before)
  if sample and not all.sample then
    sample.track = sample.track + before
    all.sample = sample
  end
end

--- For @{discrecorder.burn}: one report of all sessions. Of a failure it is the
-- `report`, as of a burn, with how far each session came.
-- @int count how many there were to be
-- @tparam ?{table,...} results
-- @tparam ?table failure
-- @tparam ?string code
-- @return as a burn's
function series.sum_up(count, results, failure, code)
  local list = results or failure.results
  local all = {
    ok = results ~= nil, verified = true, simulated = false, tracks = {},
    seconds = {}, warnings = {}, sessions = {},
  }
  for i, result in ipairs(list) do
    local report = result.report or result.failure.report
    all.sessions[i] = {
      ok = result.ok, verified = report.verified, tracks = #report.tracks,
    }
    all.verified = all.verified and report.verified
    all.mode = all.mode or report.mode
    all.medium = report.medium -- of one that nobody could ask after it: none
    all.recorder = report.recorder
    add_sample(all, report.sample, #all.tracks)
    add_lists(all, report)
    add_readback(all, report.readback)
  end
  if results then
    return all
  end
  failure.results, failure.report = nil, all
  all.verified = false
  -- A cancel between two is one of the next.
  local number = list[#list].ok and #list + 1 or #list
  say_which(number, count, failure)
  if number > 1 then
    failure.message = ("%s (what comes before it is on the disc)")
      :format(failure.message)
    failure.advice = code == "user_abort" and AGAIN or failure.advice
  end
  return nil, failure, code
end

return series

--- What IDiscMaster::RecordDisc does: take the drive, burn, call back.
-- @module discrecorder.master.record

local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local progress = require "discrecorder.master.progress"
local state = require "discrecorder.master.state"

local record = {}

-- How often callbacks are called, in seconds.
local SLICE <const> = 0.1

-- Until the first block a drive spins up, calibrates its laser and, session at
-- once, writes a lead-in (4500 blocks). Closing writes what follows the
-- program: lead-out, a lead-in in front; on DVD and BD up to two minutes.
local SPIN_UP <const>, CALIBRATION <const> = 10, 10
local LEAD_IN <const>, LEAD_OUT <const> = 4500, 6750
local CD_1X <const> = 75 -- blocks a second
local CLOSE_OTHERS <const> = 120

local CDS <const> = {["cd-r"] = true, ["cd-rw"] = true}

-- An estimate, as IMAPI has it: whole seconds.
local function seconds_for(blocks, rec)
  local properties = rec:get_recorder_properties()
  local speed = properties and properties.write_speed or 0
  local times = math.max(1, speed / 176.4)
  return math.ceil(blocks / CD_1X / times)
end

local function preparing_seconds(rec, plan)
  local lead_in = plan.mode == "sao" and seconds_for(LEAD_IN, rec) or 0
  return SPIN_UP + CALIBRATION + lead_in
end

local function closing_seconds(rec, plan, medium)
  if not CDS[medium.profile] then
    return CLOSE_OTHERS
  end
  local lead_in = plan.mode == "sao" and 0 or LEAD_IN
  return seconds_for(LEAD_OUT + lead_in, rec)
end

--- Take a drive for a disc master: from nobody.
-- @tparam Recorder rec
-- @treturn[1] boolean true: it is open exclusively
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: device_not_present, device_not_accessible,
-- device_still_in_use
function record.take(rec)
  local now, failure, code = rec:get_recorder_state()
  if not now then
    return nil, failure, code
  elseif now == "burning" then
    return new_failure("device_still_in_use",
      ("%s: a job of this program burns with it"):format(rec.address))
  end
  return rec:open_exclusive()
end

-- What has been called back of a burn, so that all of it comes, in its order
-- and once, however much happens between two looks.
local Teller = {}
Teller.__index = Teller

local function new_teller(master, plan, audio, closing)
  local ends, at = {}, 0
  for i, track in ipairs(plan.tracks) do
    at = at + (track.pregap or 0) + track.blocks + track.padding
    ends[i] = at
  end
  return setmetatable({
    master = master, ends = ends, total = at, audio = audio,
    closing = closing, tracks = -1, blocks = -1, closed = false,
  }, Teller)
end

function Teller:wrote(blocks)
  if blocks > self.blocks then
    self.blocks = blocks
    progress.notify(self.master, "notify_block_progress", blocks, self.total)
  end
  while self.audio and blocks >= (self.ends[self.tracks + 1] or 0) and
    self.tracks < #self.ends do
    self.tracks = self.tracks + 1
    progress.notify(self.master, "notify_track_progress", self.tracks,
      #self.ends)
  end
end

function Teller:is_closing()
  if not self.closed then
    self.closed = true
    self:wrote(0)
    self:wrote(self.total)
    progress.notify(self.master, "notify_closing_disc", self.closing)
  end
end

-- What the job says of itself.
function Teller:look(now)
  if now.phase == "writing" then
    self:wrote(0)
    self:wrote(math.min(now.done, self.total))
  elseif now.phase ~= "preparing" then
    self:is_closing()
  end
end

-- See a job through: its report, or nil, failure, code.
local function follow(master, job, teller)
  local cancelled = false
  while true do
    local result, failure, code = job:wait(SLICE)
    if failure ~= "running" then
      if result then
        teller:is_closing()
      end
      return result, failure, code
    end
    teller:look(result)
    if not cancelled and progress.cancelled(master) then
      cancelled = true
      job:cancel()
    end
  end
end

-- A file that is not what it was when it was staged.
local function as_staged(report, failure, code)
  if code == "bad_file" then
    failure.code = "invalid_image"
    return nil, failure, failure.code
  end
  return report, failure, code
end

local function burn_job(master, work, plan, medium)
  local rec = master.recorder
  progress.notify(master, "notify_preparing_burn", preparing_seconds(rec, plan))
  if progress.cancelled(master) then
    return new_failure("user_abort", "record_disc: cancelled")
  end
  local teller = new_teller(master, plan, master.format.audio,
    closing_seconds(rec, plan, medium))
  local job <close>, failure, code = burn.start(rec, work)
  if not job then
    return nil, failure, code
  end
  return as_staged(follow(master, job, teller))
end

local function eject(rec, report)
  local out, failure = rec:eject()
  if not out then
    table.insert(report.warnings, {
      code = "not_ejected",
      message = ("the disc is burned, and the tray does not open: %s"):format(
        failure),
    })
  end
end

--- Record what a disc master has staged.
-- @tparam table master
-- @tparam table how `simulate`, `verify`, `eject`
-- @treturn[1] table the report
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function record.run(master, how)
  local rec, format = master.recorder, master.format
  local _ <close> = state.at_work(master, "record_disc")
  local taken, failure, code = record.take(rec)
  if not taken then
    return nil, failure, code
  end
  local _ <close> = rec
  local medium, unread, why = rec:medium()
  if not medium then
    return nil, unread, why
  end
  local work, refused, which = format:job(rec, medium)
  if not work then
    return nil, refused, which
  end
  work.simulate, work.verify = how.simulate, how.verify
  local plan, unplanned, reason = core.plan(work, medium)
  if not plan then
    return nil, unplanned, reason
  end
  local report, burnt, outcome = burn_job(master, work, plan, medium)
  if report and how.eject then
    eject(rec, report)
  end
  progress.notify(master, "notify_burn_complete", outcome or "ok", burnt)
  return report, burnt, outcome
end

return record

--- What every command works with: the console, the recorder, a job's end.
-- @module discrecorder.cli.session

local console = require "discrecorder.cli.console"
local core = require "discrecorder.core"
local progress = require "discrecorder.cli.progress"
local reports = require "discrecorder.cli.report"

local session = {}
session.__index = session

-- How often progress is shown, in seconds.
local TICK <const> = 0.1

--- One run of one command.
-- @tparam table arguments as the parser gives them
function session.new(arguments)
  return setmetatable({
    arguments = arguments,
    console = console.new{json = arguments.json, quiet = arguments.quiet},
  }, session)
end

--- The recorder at the address that was given.
-- @tparam[opt] table how `makes_disc`: an address may make a new virtual disc
-- @treturn[1] Recorder
-- @return[2] nil, failure, code
function session:recorder(how)
  return require("discrecorder").recorder(self.arguments.address, {
    trace = self.arguments.trace,
    existing = not (how and how.makes_disc),
  })
end

--- The profile of the medium in the drive, for speeds; nil when there is none,
-- and unasked where no speed is given nor shown.
function session:profile(rec)
  local asked = self.arguments.speed or self.arguments.read_speed
  if self.console.quiet and not asked then
    return nil
  end
  local medium = rec:medium()
  return medium and medium.profile
end

function session:new_progress(profile)
  if self.console.quiet then
    return progress.new("none")
  end
  return progress.new(console.is_terminal() and "bar" or "lines", profile)
end

--- Start a job and see it through: progress on stderr; the first signal
-- cancels it, so that the disc tells the truth, the second leaves at once.
--
-- @tparam function start gives a Job, or nil, failure, code
-- @tparam[opt] string profile the medium's, for speeds
-- @treturn[1] any what the job gives
-- @return[2] nil, failure, code
function session:follow(start, profile)
  local signals = core.catch_signals()
  local result, failure, code = start()
  if result then
    result, failure, code = self:see_through(result, signals, profile)
  end
  signals:release()
  return result, failure, code
end

-- Wait for a job's end. A second signal never gets here: the process is gone.
function session:see_through(job, signals, profile)
  local shown = self:new_progress(profile)
  local cancelled = false
  while true do
    local result, state, why = job:wait(TICK)
    if state ~= "running" then
      shown.finish(result ~= nil)
      return result, state, why
    end
    shown.show(result)
    if signals:count() > 0 and not cancelled then
      cancelled = true
      shown.finish(false)
      self.console:note("Stopping; the disc is brought to an end first.")
      job:cancel()
    end
  end
end

--- Keep this machine awake while a disc is changed, where that can be done.
-- What is written on a virtual recorder can be written again.
-- @tparam Recorder rec
-- @string why
-- @treturn ?Inhibitor to be closed
function session:keep_awake(rec, why)
  local path = rec:get_path()
  if path and (path:find "^virtual:" or path:find "^replay:") then
    return nil
  end
  local held, failure, code =
    require("discrecorder.inhibitor").hold("discrecorder: " .. why)
  if not held and code ~= "unsupported" then
    self.console:note("warning: %s", failure.message)
  end
  return held
end

--- Do something while the recorder is open exclusively.
-- @tparam Recorder rec
-- @tparam function f gives a result, or nil, failure, code
function session.exclusively(rec, f)
  local opened, failure, code = rec:open_exclusive()
  if not opened then
    return nil, failure, code
  end
  local result, why, which = f()
  rec:close()
  return result, why, which
end

-- An image or a disc file that was named by mistake is not overwritten: only
-- what is empty or a report itself, one JSON object.
-- What has no length (a terminal, a pipe) has nothing to lose.
local function may_be_replaced(path)
  local file <close> = core.output(path, "within") -- which no FIFO blocks
  local length = file and file:seek "end"
  if not length or length == 0 then
    return true
  elseif length > reports.MOST then
    return false
  end
  file:seek "set"
  local content = file:read "a"
  local object, last = reports.decode(content or "")
  return type(object) == "table" and content:find "^%s*{"
    and not content:find("%S", last)
end

-- Put text into the file that --report names, if it does.
local function put_report(self, way, content)
  local path = self.arguments.report
  if not path then
    return true
  end
  local file, reason = core.output(path, way)
  local written = file and file:write(content)
  local closed = file and file:close()
  if written and closed then
    return true
  end
  return require("discrecorder.failure").new(
    "file_access",
    ("the report cannot be written: %s"):format(reason or path)
  )
end

--- Find out whether the report can be written, before there is one.
-- @treturn boolean|nil true, or nil, failure, code
function session:check_report()
  local path = self.arguments.report
  if path and not may_be_replaced(path) then
    return require("discrecorder.failure").new("file_exists",
      ("%s exists and is no report: it is not overwritten"):format(path))
  end
  return put_report(self, "append", "")
end

--- Write a report to the file that --report names, if it does.
-- @treturn boolean|nil true, or nil, failure, code
function session:save_report(report)
  if not self.arguments.report then
    return true
  end
  return put_report(self, "replace", console.encode(report) .. "\n")
end

return session

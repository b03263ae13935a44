--- What every command works with: the console, the recorder, a job's end.
-- @module discrecorder.cli.session

local console = require "discrecorder.cli.console"
local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local progress = require "discrecorder.cli.progress"
local reports = require "discrecorder.cli.report"
local small_file = require "discrecorder.file"

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
-- what is a report itself, one JSON object.
local function is_report(path)
  local content = small_file.read(path, reports.MOST)
  local object, last = reports.decode(content or "")
  return type(object) == "table" and content:find "^%s*{"
    and not content:find("%S", last)
end

local ENXIO <const> = 6

-- The file that --report names; or nil, failure, code.
local function open_report(path, way)
  local file, reason, errno = core.output(path, way)
  if file then
    return file
  end
  local there = errno == ENXIO and core.stat(path)
  local unread = there and there.kind == "pipe"
  return new_failure("file_access", "the report cannot be written: "
    .. (unread and path .. " is a pipe that nobody reads from" or reason), {
      advice = unread and "Start what reads the report first." or nil,
    })
end

--- Find out whether the report can be written, before there is one. What has no
-- length (a terminal, a pipe) has nothing to lose, and stays open: its reader
-- takes the first end of it for the end.
-- @treturn boolean|nil true, or nil, failure, code
function session:check_report()
  local path = self.arguments.report
  if not path then
    return true
  end
  local file, failure, code = open_report(path, "append")
  if not file then
    return nil, failure, code
  end
  local length = file:seek "end"
  if not length then
    self.report_file = file
    return true
  end
  file:close()
  if length > 0 and not is_report(path) then
    return new_failure("file_exists",
      ("%s exists and is no report: it is not overwritten"):format(path))
  end
  return true
end

-- A reader that has gone, or a signal while it does not read, ends the writing
-- and not the program, which has more to say.
local function put(file, content)
  local signals = core.catch_signals()
  local _, unwritten = file:write(content)
  local _, unclosed = file:close()
  signals:release()
  return unwritten or unclosed
end

--- Write a report to the file that --report names, if it does.
-- @treturn boolean|nil true, or nil, failure, code
function session:save_report(report)
  local path = self.arguments.report
  if not path then
    return true
  end
  local file, failure, code = self.report_file, nil, nil
  if not file then
    file, failure, code = open_report(path, "replace")
  end
  if not file then
    return nil, failure, code
  end
  local unwritten = put(file, console.encode(report) .. "\n")
  if unwritten then
    return new_failure("file_access",
      ("the report cannot be written: %s: %s"):format(path, unwritten))
  end
  return true
end

return session

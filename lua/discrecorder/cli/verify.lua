--- discrecorder verify
-- @module discrecorder.cli.verify

local reading = require "discrecorder.cli.reading"
local speed = require "discrecorder.cli.speed"

local verify = {
  name = "verify",
  summary = "Read a disc and compare it.",
}

function verify.declare(command)
  command:description(
    "Read a disc and compare it: with an image, or folders, audio with its " ..
    "sheet (--against), or with the report of the burn " ..
    "(--report). With neither, its MD5 tags are checked when it has some; " ..
    "else only that every block can be read."
  )
  command:argument("address", "The recorder."):args(1)
  command:option("--against", "An image, or what was burned.")
    :argname("PATH"):count("*")
  command:option("--report", "The report of the burn, from `burn --report`.")
    :argname("FILE")
  reading.declare_session(command, "What this session showed, and not the last "
    .. "one: 1 is the first.")
  speed.declare(command, "--read-speed", "Read at most so fast")
end

--- What is wrong with the arguments that the parser cannot see.
function verify.check(arguments)
  if arguments.report and #arguments.against > 0 then
    return "'--report' and '--against' cannot be used together"
  elseif arguments.report and arguments.session then
    return "'--report' and '--session' cannot be used together"
  end
end

-- The command does not know whether the right thing was named.
local COMPARED <const> = "Make sure that this is what was burned on the " ..
  "disc; if so, burn another disc, slower, and keep this one apart."

local how_known <const> = {
  tags = "The MD5 tags on the disc are right.",
  readable = "Every block can be read; there was nothing to compare with.",
}

function verify.run(session)
  local arguments = session.arguments
  local report, failure, code
  if arguments.report then
    report, failure, code =
      require("discrecorder.cli.report").load(arguments.report)
    if not report then
      return nil, failure, code
    end
  end
  local rec, why, which = session:recorder()
  if not rec then
    return nil, why, which
  end
  local profile = session:profile(rec)
  local most, wrong, reason = speed.of(arguments.read_speed, profile)
  if wrong then
    return nil, wrong, reason
  end
  local against = #arguments.against > 0 and arguments.against or nil
  local check, failed, kind = session:follow(function()
    return require("discrecorder.verify").start(rec, {
      against = against and #against == 1 and against[1] or against,
      report = report,
      session = arguments.session,
      speed = most,
    })
  end, profile)
  if not check then
    if kind == "verify_failed" and (against or report) then
      failed.advice = COMPARED
    end
    return nil, failed, kind
  end
  session.console:result(check)
  for _, warning in ipairs(check.warnings or {}) do
    session.console:note("warning: %s", warning.message)
  end
  session.console:say("%s",
    how_known[check.verified] or "The disc holds what it should.")
  return true
end

return {verify}

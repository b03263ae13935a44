--- discrecorder doctor
-- @module discrecorder.cli.doctor

local format = require "discrecorder.cli.format"
local new_failure = require("discrecorder.failure").new

local doctor = {
  name = "doctor",
  summary = "Find out what keeps a recorder from being used.",
}

function doctor.declare(command)
  command:description(
    "Look at nodes, permissions, groups, mounts, other programs, kernel " ..
    "modules and containers, and say what to do. The exit status is 0 when " ..
    "a recorder can be used."
  )
  command:argument("address", "The recorder; all of them without.")
    :args("?")
end

local function drive_row(drive)
  return {
    drive.node,
    drive.usable and "usable" or "not usable",
    drive.vendor or "",
    drive.model or "",
    drive.serial or "",
    drive.sg or "",
  }
end

local function say_drives(console, drives)
  local rows = {}
  for i, drive in ipairs(drives) do
    rows[i] = drive_row(drive)
  end
  for _, line in ipairs(format.columns(rows)) do
    console:say("%s", line)
  end
end

local function say_machine(console, report)
  local words = {}
  for name, state in pairs(report.modules) do
    table.insert(words, ("%s %s"):format(name, state))
  end
  table.sort(words)
  console:say("modules: %s", table.concat(words, ", "))
  console:say("container: %s", report.container or "none")
  console:say("suspend while burning: %s",
    report.inhibitor == true and "held off" or report.inhibitor)
end

function doctor.run(session)
  local report = require("discrecorder.doctor").examine{
    address = session.arguments.address,
  }
  local console = session.console
  say_drives(console, report.drives)
  say_machine(console, report)
  for _, finding in ipairs(report.findings) do
    console:say("%s: %s", finding.level, finding.message)
    console:say("  %s", finding.advice)
  end
  if report.ok then
    console:result(report)
    return true
  end
  return new_failure("device_not_present", "no recorder can be used", {
    advice = "What was found says what to do.",
    report = report,
  })
end

return {doctor}

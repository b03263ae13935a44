--- What the commands that burn have in common.
-- @module discrecorder.cli.burning

local failures = require "discrecorder.cli.failures"
local format = require "discrecorder.cli.format"
local speed = require "discrecorder.cli.speed"

local burning = {}

-- The most that a job takes, in KiB.
local PACKET_MOST <const> = 1024

local function packet_bytes(text)
  local kib = math.tointeger(tonumber(text))
  if kib and kib > 0 and kib <= PACKET_MOST and kib % 2 == 0 then
    return kib * 1024
  end
  return nil, ("'%s' is no even number of KiB up to %d"):format(
    text, PACKET_MOST)
end

local AS_NEEDED <const> = "Erase or format the disc first, or overwrite what "
  .. "is on it, where that is needed."

--- The options that all burning has.
-- @tparam table command of argparse
-- @string[opt] as_needed what that flag does there
function burning.declare(command, as_needed)
  command:flag("--as-needed", as_needed or AS_NEEDED)
  command:flag("--no-verify", "Do not read the disc back.")
  command:flag("--simulate", "Go through it without writing.")
  speed.declare(command, "--speed", "Write at most so fast")
  speed.declare(command, "--read-speed", "Read back at most so fast")
  command:option("--packet", "Send and read at most so much at once.")
    :argname("KIB"):convert(packet_bytes)
  command:flag("--eject", "Eject the disc when it is burned.")
  command:option("--report", "Write the report, as JSON, to a file.")
    :argname("FILE")
end

--- The options of burning what is no album.
-- @tparam table command of argparse
function burning.declare_data(command)
  command:option("--mode", "How the disc is written, where there is a choice: "
    .. "dao and sao for disc-at-once.")
    :choices{"auto", "tao", "sao", "incremental", "dao", "overwrite"}
  command:option("--data-mode", "2: data of a CD in mode 2 form 1 (CD-ROM XA), "
    .. "as an Enhanced CD wants it."):argname("MODE"):convert(math.tointeger)
    :choices{"1", "2"}
  command:flag("--stream", "Record DVD-RAM and BD-RE as a stream: faster, and "
    .. "no bad block is looked for.")
  command:option("--layout", "data: burn also what players or systems could "
    .. "not use."):choices{"data"}
end

local function options_for(arguments, profile)
  local write, failure, code = speed.of(arguments.speed, profile)
  if failure then
    return nil, failure, code
  end
  local read, wrong, why = speed.of(arguments.read_speed, profile)
  if wrong then
    return nil, wrong, why
  end
  return {
    as_needed = arguments.as_needed,
    data_mode = arguments.data_mode,
    mode = arguments.mode,
    stream = arguments.stream,
    verify = not arguments.no_verify,
    keep_open = arguments.keep_open or false,
    simulate = arguments.simulate or false,
    speed = write,
    read_speed = read,
    packet = arguments.packet,
    layout = arguments.layout,
    overburn = arguments.overburn,
  }
end

-- Eject the disc if that was asked for. The burn is over and good: a failure
-- here has its report with it.
local function eject(session, rec, report)
  if not session.arguments.eject then
    return true
  end
  local out, failure, code = session.exclusively(rec, function()
    return session:follow(function()
      return rec:eject_start()
    end)
  end)
  if not out then
    failure.report = report
    return nil, failure, code
  end
  return true
end

local function has_audio(tracks)
  for _, track in ipairs(tracks) do
    if track.kind == "audio" then
      return true
    end
  end
  return false
end

-- One sentence on what is known now.
local function verdict(report)
  local blocks, sum = 0, nil
  for _, track in ipairs(report.tracks) do
    blocks, sum = blocks + track.blocks, sum or track.sha256
  end
  local many = #report.tracks > 1
    and (report.sessions or has_audio(report.tracks))
  if report.verified and many then
    return ("Read back from the disc: all %d blocks of %d tracks are right.")
      :format(blocks, #report.tracks)
  elseif report.verified then
    return ("Read back from the disc: all %d blocks are right (SHA-256 %s...).")
      :format(blocks, (sum or ""):sub(1, 16))
  elseif many then
    return "Not read back."
  end
  return ("Not read back. SHA-256 of what was sent: %s"):format(sum or "none")
end

-- Of audio in minutes, since that is what people count.
local function amount(tracks, blocks)
  if has_audio(tracks) then
    return ("%d %s, %s"):format(#tracks,
      #tracks == 1 and "track" or "tracks", format.minutes(blocks))
  end
  return format.blocks(blocks)
end

local function tell(session, report)
  local console = session.console
  local blocks = 0
  for _, track in ipairs(report.tracks) do
    blocks = blocks + track.blocks
  end
  for _, warning in ipairs(report.warnings or {}) do
    console:note("warning: %s", warning.message)
  end
  console:say("%s %s (%d blocks).",
    session.arguments.simulate and "Simulated" or "Burned",
    amount(report.tracks, blocks), blocks)
  console:say("%s", verdict(report))
end

--- It failed before a job began: the report says so.
-- @tparam table session
-- @tparam table failure
-- @string code
-- @return nil, failure, code
function burning.refuse(session, failure, code)
  session:save_report(failures.to_table(failure))
  return nil, failure, code
end

-- Burn with what `start(rec, options)` starts; save the report, good or bad.
local function burn_with(session, rec, start)
  local profile = session:profile(rec)
  local options, wrong, why = options_for(session.arguments, profile)
  if not options then
    return burning.refuse(session, wrong, why)
  end
  local _ <close> = session:keep_awake(rec, "burning a disc")
  local report, failure, code = session:follow(function()
    return start(rec, options)
  end, profile)
  local saved, unsaved, which =
    session:save_report(report or failures.to_table(failure))
  if not report then
    return nil, failure, code
  elseif not saved then
    unsaved.report = report
    return nil, unsaved, which
  end
  return report
end

--- Burn what `start(rec, options)` starts, tell of it, save the report.
-- @tparam table session
-- @tparam function start
-- @treturn[1] boolean true
-- @return[2] nil, failure, code
function burning.run(session, start)
  local writable, unwritable, why = session:check_report()
  if not writable then
    return nil, unwritable, why
  end
  local rec, failure, code = session:recorder{makes_disc = true}
  if not rec then
    return burning.refuse(session, failure, code)
  end
  local report, failed, which = burn_with(session, rec, start)
  if not report then
    return nil, failed, which
  end
  tell(session, report)
  local ejected, stuck, reason = eject(session, rec, report)
  if not ejected then
    return nil, stuck, reason
  end
  session.console:result(report)
  return true
end

return burning

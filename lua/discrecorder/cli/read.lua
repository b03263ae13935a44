--- discrecorder read, discrecorder export
-- @module discrecorder.cli.read

local speed = require "discrecorder.cli.speed"

-- Run what `start(rec, options)` starts, then say where the result is.
local function run(session, out, start)
  local rec, failure, code = session:recorder()
  if not rec then
    return nil, failure, code
  end
  local profile = session:profile(rec)
  local most, wrong, reason = speed.of(session.arguments.read_speed, profile)
  if wrong then
    return nil, wrong, reason
  end
  local done, why, which = session:follow(function()
    return start(rec, {
      speed = most,
      map = session.arguments.map,
      retries = session.arguments.retries,
    })
  end, profile)
  if not done then
    return nil, why, which
  end
  local result = {ok = true, file = out}
  for key, value in pairs(type(done) == "table" and done or {}) do
    result[key] = value
  end
  session.console:result(result)
  for _, warning in ipairs(result.warnings or {}) do
    session.console:note("warning: %s", warning.message)
  end
  session.console:say("Wrote %s.", out)
  if result.whole then
    session.console:say(
      "No file system on it says how long it is: this is all of the track, "
      .. "the padding after what was burned too.")
  end
  return true
end

local OFFSET_MOST <const> = 2940 -- samples: the core looks no further either

local function session_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= 1 then
    return number
  end
  return nil, ("'%s' is no number of a session"):format(text)
end

local function retries_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= 0 and number <= 1000 then
    return number
  end
  return nil, ("'%s' is no number from 0 to 1000"):format(text)
end

local function declare_map(command)
  command:option("--map", "Go on past what cannot be read; FILE says what that "
    .. "is, and the same command again goes on by it."):argname("FILE")
  command:option("--retries", "With --map: so many times more what cannot be "
    .. "read (3)."):argname("N"):convert(retries_number)
end

local function check_map(arguments)
  if arguments.retries and not arguments.map then
    return "--retries needs --map"
  end
end

local read = {
  name = "read",
  summary = "Read a disc to an ISO file.",
}

function read.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("file", "Where the image goes."):args(1)
  command:option("--session", "As it was with this session: 1 is the first.")
    :argname("N"):convert(session_number)
  declare_map(command)
  speed.declare(command, "--read-speed", "Read at most so fast")
end

read.check = check_map

function read.run(session)
  local file = session.arguments.file
  return run(session, file, function(rec, options)
    options.session = session.arguments.session
    return require("discrecorder.read").start(rec, file, options)
  end)
end

local export = {
  name = "export",
  summary = "Turn a disc into an ISO file, or a CD into BIN and CUE.",
}

local function offset_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= -OFFSET_MOST and number <= OFFSET_MOST then
    return number
  end
  return nil, ("'%s' is no number of samples from %d to %d"):format(text,
    -OFFSET_MOST, OFFSET_MOST)
end

function export.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("out", "OUT.iso, or of a CD OUT.cue or OUT.toc with OUT.bin "
    .. "beside it."):args(1)
  command:option("--offset", "So many samples too late the drive has audio, as "
    .. "AccurateRip lists it."):argname("N"):convert(offset_number)
  declare_map(command)
  speed.declare(command, "--read-speed", "Read at most so fast")
end

--- What is wrong with the arguments that the parser cannot see.
function export.check(arguments)
  local ending = (arguments.out:match "%.%w+$" or ""):lower()
  if ending ~= ".iso" and ending ~= ".cue" and ending ~= ".toc" then
    return "'out' ends in neither .iso nor .cue nor .toc"
  elseif ending == ".iso" and arguments.offset then
    return "--offset is for audio, and an ISO has none"
  elseif ending == ".iso" and arguments.map then
    return "--map is for BIN; 'read' has one for an ISO"
  end
  return check_map(arguments)
end

function export.run(session)
  local out = session.arguments.out
  return run(session, out, function(rec, options)
    options.offset = session.arguments.offset
    return require("discrecorder.export").start(rec, out, options)
  end)
end

return {read, export}

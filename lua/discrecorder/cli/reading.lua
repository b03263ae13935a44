--- What the commands that read have in common.
-- @module discrecorder.cli.reading

local fields = require "discrecorder.fields"
local speed = require "discrecorder.cli.speed"

local reading = {}

local OFFSET_MOST <const> = 2940 -- samples: the core looks no further either
local RETRIES_MOST <const> = 1000

local function retries_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= 0 and number <= RETRIES_MOST then
    return number
  end
  return nil, ("'%s' is no number from 0 to %d"):format(text, RETRIES_MOST)
end

--- The options of reading a damaged disc.
-- @tparam table command of argparse
function reading.declare_map(command)
  command:option("--map", "Go on past what cannot be read; FILE says what that "
    .. "is, and the same command again goes on by it."):argname("FILE")
  command:option("--retries", "With --map: so many times more what cannot be "
    .. "read (3)."):argname("N"):convert(retries_number)
end

--- What is wrong with them.
-- @tparam table arguments
-- @treturn string|nil
function reading.check_map(arguments)
  if arguments.retries and not arguments.map then
    return "--retries needs --map"
  elseif arguments.twice and not arguments.map then
    return "--twice needs --map"
  end
end

local function session_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= 1 then
    return number
  end
  return nil, ("'%s' is no number of a session"):format(text)
end

--- The option of one session of several.
-- @tparam table command of argparse
-- @string text what it is for
function reading.declare_session(command, text)
  command:option("--session", text):argname("N"):convert(session_number)
end

local function offset_number(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= -OFFSET_MOST and number <= OFFSET_MOST then
    return number
  end
  return nil, ("'%s' is no number of samples from %d to %d"):format(text,
    -OFFSET_MOST, OFFSET_MOST)
end

--- The option of reading audio.
-- @tparam table command of argparse
function reading.declare_offset(command)
  command:option("--offset", "So many samples too late the drive has audio, as "
    .. "AccurateRip lists it."):argname("N"):convert(offset_number)
end

--- The option of reading audio with care.
-- @tparam table command of argparse
function reading.declare_twice(command)
  command:flag("--twice", "With --map: read audio again, and take what two "
    .. "readings agree on.")
end

--- Run what `start(rec, options)` starts, then say where the result is.
-- @tparam table session
-- @string out
-- @tparam function start
-- @treturn[1] boolean true
-- @return[2] nil, failure, code
function reading.run(session, out, start)
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
      twice = session.arguments.twice,
    })
  end, profile)
  if not done then
    return nil, why, which
  end
  local result = fields.copy(type(done) == "table" and done or nil,
    {ok = true, file = out})
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

return reading

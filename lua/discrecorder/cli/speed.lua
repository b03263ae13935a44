--- Speeds on the command line: 8x, a number of kB/s, max.
-- @module discrecorder.cli.speed

local format = require "discrecorder.cli.format"

local speed = {}

local function check(text)
  if format.is_speed(text) then
    return text
  end
  return nil, ("'%s' is no speed: give 8x, kB/s or max"):format(text)
end

--- Add an option that is a speed.
function speed.declare(command, name, description)
  command:option(name, description .. ": 8x, a number of kB/s, or max.")
    :argname("X"):convert(check)
end

--- What an option says.
-- @tparam[opt] string text
-- @tparam[opt] string profile the medium's, for "8x"
-- @treturn[1] ?integer kB/s; nil for as fast as it goes
-- @return[2] nil, failure, code
function speed.of(text, profile)
  local number, wrong
  if text then
    number, wrong = format.parse_speed(text, profile)
  end
  if wrong then
    return require("discrecorder.failure").new("medium_not_present", wrong)
  end
  return number
end

return speed

--- What a call needs of its disc master, and what it fails with where that is
-- missing (docs/master.md). The fields of a disc master: `opened`, `format`
-- (what the module of the active one made), `recorder`, `working` (the name of
-- what calls back now), `advisers`.
-- @module discrecorder.master.state

local new_failure = require("discrecorder.failure").new

local state = {}

-- By need: does it hold, and code, message and advice when not.
local NEEDS <const> = {
  open = {
    holds = function(master) return master.opened end,
    code = "not_opened",
    message = "the disc master is not open",
    advice = "Call the disc master's open first.",
  },
  format = {
    holds = function(master) return master.format ~= nil end,
    code = "no_active_format",
    message = "no format was chosen",
  },
  -- Of a method of a format: is it the active one?
  own = {
    holds = function(master, object) return master.format.object == object end,
    code = "wrong_format",
    message = "another format was chosen since",
    advice = "Use what set_active_disc_master_format gave last.",
  },
  recorder = {
    holds = function(master) return master.recorder ~= nil end,
    code = "no_active_recorder",
    message = "no recorder was chosen",
  },
  rest = {
    holds = function(master) return master.working == nil end,
    code = "device_still_in_use",
    message = "this disc master is at work",
    advice = "Call it when that has returned, not from its callbacks.",
  },
}

--- Does a master have what a call needs?
-- @tparam table master
-- @string what the method's name, for the message
-- @tparam {string,...} needs in the order in which they are looked at
-- @tparam[opt] table object of a format: the one that is called
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function state.check(master, what, needs, object)
  for _, name in ipairs(needs) do
    local need = NEEDS[name]
    if not need.holds(master, object) then
      return new_failure(need.code, ("%s: %s"):format(what, need.message),
        {culprit = "program", advice = need.advice})
    end
  end
  return true
end

--- Methods that look at what they need before they begin.
-- @tparam table methods by name
-- @tparam table needs by name a list
-- @tparam function master_of the master of the object that is called
-- @treturn table of methods
function state.guard(methods, needs, master_of)
  local guarded = {}
  for name, method in pairs(methods) do
    guarded[name] = function(self, ...)
      local good, failure, code =
        state.check(master_of(self), name, needs[name], self)
      if not good then
        return nil, failure, code
      end
      return method(self, ...) -- a tail call: level 2 is the user's line
    end
  end
  return guarded
end

--- IMAPI's booleans are numbers, and 0 is true in Lua: a flag that is none
-- raises.
-- @string what the method's name
-- @string name of the argument
-- @param value boolean or nil
function state.check_flag(what, name, value)
  if value ~= nil and type(value) ~= "boolean" then
    error(("%s: %s: boolean expected, got %s"):format(
      what, name, type(value)), 3)
  end
end

--- From now on to the end of a block a master is at work.
--
--    local _ <close> = state.at_work(master, "record_disc")
-- @tparam table master
-- @string what
-- @treturn table to be closed
function state.at_work(master, what)
  master.working = what
  return setmetatable({}, {__close = function() master.working = nil end})
end

return state

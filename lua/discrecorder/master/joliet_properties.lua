--- The properties that IJolietDiscMaster has.
-- @module discrecorder.master.joliet_properties

local Properties = {}
Properties.__index = Properties

local function refuse(name, what)
  error(("set_joliet_properties: %s: %s"):format(name, what), 0)
end

local function check_type(name, value, kind)
  if type(value) ~= kind then
    refuse(name, ("%s expected, got %s"):format(kind, type(value)))
  end
end

-- By name: raises when it cannot be the value.
local CHECKS <const> = {}

function CHECKS.volume_name(name, value)
  check_type(name, value, "string")
  if #value < 1 or #value > 32 or not utf8.len(value) or
    value:find "[\0-\31\127]" then
    refuse(name, "1 to 32 bytes of UTF-8 without control characters")
  end
end

--- All of them.
-- @treturn table by name
function Properties:get()
  local all = {}
  for name, value in pairs(self.values) do
    all[name] = value
  end
  return all
end

--- Set some. None is set when one raises.
-- @tparam table t by name
-- @treturn boolean true
-- @treturn {string,...} those that are unknown, sorted
function Properties:set(t)
  local ignored = {}
  for name, value in pairs(t) do
    if CHECKS[name] then
      local good, message = pcall(CHECKS[name], name, value)
      if not good then
        error(message, 4)
      end
    else
      table.insert(ignored, tostring(name))
    end
  end
  for name, value in pairs(t) do
    if CHECKS[name] then
      self.values[name] = value
      self.named = self.named or name == "volume_name"
    end
  end
  table.sort(ignored)
  return true, ignored
end

--- For a tree.
-- @param merged true where the tree that is on the disc has a name
-- @treturn ?string nil: that one
function Properties:volume_id(merged)
  if self.named or not merged then
    return self.values.volume_name
  end
end

--- With the values that IMAPI begins with.
-- @treturn Properties
return function()
  return setmetatable({values = {volume_name = os.date "%Y%m%d"}}, Properties)
end

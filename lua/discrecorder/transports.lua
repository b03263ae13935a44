--- Opening recorders whose transport is a module of its own, loaded when an
-- address asks for it.
-- @module discrecorder.transports

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local optional = require "discrecorder.optional"

local transports = {}

-- The schemes of addresses that name a place.
transports.kinds = {cdio = true, iscsi = true, replay = true, virtual = true}

-- By the address's scheme: the module, which makes itself known to the core
-- when it is loaded, and its rock.
local modules <const> = {
  iscsi = {name = "discrecorder.iscsi", rock = "discrecorder-iscsi"},
}

--- Load what an address needs. That it is not installed, the core will say.
-- @string address
-- @treturn[1] boolean true
-- @return[2] nil, failure, code
function transports.load(address)
  local module = modules[address:match "^(%w+):"]
  if not module or not optional.is_there(module.name) then
    return true
  end
  local ok, message = pcall(require, module.name)
  if ok then
    return true
  end
  return new_failure("unsupported",
    ("%s cannot be loaded: %s"):format(module.name, message),
    {advice = ("Install the rock %s anew."):format(module.rock)})
end

--- An address as it may be shown: without a password.
-- @string address
-- @treturn string
function transports.shown(address)
  return (address:gsub("^(iscsi://[^/:]*):[^/]*@", "%1@"))
end

--- The core's recorder, for the address of a place.
-- @treturn[1] Recorder
-- @return[2] nil, failure, code
function transports.open(address, options)
  local ok, failure, code = transports.load(address)
  if not ok then
    return nil, failure, code
  end
  return core.recorder(address, options)
end

return transports

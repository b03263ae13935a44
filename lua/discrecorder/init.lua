--- Burn, read, check, copy and erase optical discs.
--
--    local disc = require "discrecorder"
--    local rec = assert(disc.recorder "virtual:/tmp/disc?medium=cd-rw")
--
-- The world's failures are returned as `nil, failure, code`; the caller's
-- mistakes raise. docs/design.md says more.
-- @module discrecorder

local core = require "discrecorder.core"

require "discrecorder.methods"

local discrecorder = {
  --- The version of the library.
  version = core.version,
  --- IMAPI's constants and result codes, see @{discrecorder.imapi}.
  imapi = require "discrecorder.imapi",
}

-- Kinds of addresses whose drives are reached by a module of its own, which
-- makes itself known to the core when it is loaded.
local modules <const> = {iscsi = "discrecorder.iscsi"}

-- Load what an address needs. That it is not installed, the core will say.
local function load_transport(address)
  local name = modules[address:match "^(%w+):"]
  if name and not package.loaded[name] and
    package.searchpath(name, package.cpath) then
    local ok, message = pcall(require, name)
    if not ok then
      return core.failure("unsupported",
        name .. " cannot be loaded: " .. tostring(message),
        {advice = "Install the rock discrecorder-iscsi anew."})
    end
  end
  return true
end

-- core.recorder's documentation stands in src/lua/recorder.c.
function discrecorder.recorder(address, options)
  if type(address) == "string" then
    local ok, failure, code = load_transport(address)
    if not ok then
      return nil, failure, code
    end
  end
  return core.recorder(address, options)
end

-- Addresses stand between spaces; a space within one is %20.
local function named_addresses(list)
  local text = os.getenv "DISCRECORDER_ADDRESSES" or ""
  for address in text:gmatch "%S+" do
    list[#list + 1] = address
  end
end

--- The addresses of the recorders that can be found: the drives of this
-- machine's kernel (through libcdio), and those in the environment variable
-- DISCRECORDER_ADDRESSES.
-- @treturn {string,...}
function discrecorder.addresses()
  local list = core.devices()
  named_addresses(list)
  return list
end

--- Iterate over a snapshot of the recorders that can be found. One that cannot
-- be opened comes with nil and its failure.
--
--    for address, rec, failure in disc.recorders() do
--      print(address, rec and rec.product or failure)
--    end
--
-- No disc file is made, whatever an address says.
-- @treturn function iterator of address, Recorder or nil, failure or nil
function discrecorder.recorders()
  local addresses = discrecorder.addresses()
  local at = 0
  return function()
    at = at + 1
    local address = addresses[at]
    if address then
      local rec, failure = discrecorder.recorder(address, {existing = true})
      return address, rec, failure
    end
  end
end

return discrecorder

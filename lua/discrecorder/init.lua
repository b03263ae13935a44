--- Burn, read, check, copy and erase optical discs.
--
--    local disc = require "discrecorder"
--    local rec = assert(disc.recorder "virtual:/tmp/disc?medium=cd-rw")
--
-- The world's failures are returned as `nil, failure, code`; the caller's
-- mistakes raise. docs/design.md says more.
-- @module discrecorder

local core = require "discrecorder.core"
local enumeration = require "discrecorder.enumeration"
local transports = require "discrecorder.transports"

require "discrecorder.methods"

local discrecorder = {
  --- The version of the library.
  version = core.version,
  --- IMAPI's constants and result codes, see @{discrecorder.imapi}.
  imapi = require "discrecorder.imapi",
}

--- A recorder by its address. IDiscRecorder::Init.
-- @string address docs/addresses.md; `serial:TEXT` and `guid:UUID` are looked
-- up among the recorders that can be found
-- @tparam[opt] table options see core's recorder
-- @treturn[1] Recorder
-- @return[2] nil, failure, code
function discrecorder.recorder(address, options)
  if type(address) ~= "string" then
    return core.recorder(address, options) -- raises
  end
  local place, failure, code = enumeration.resolve(address)
  if not place then
    return nil, failure, code
  end
  return transports.open(place, options)
end

--- The addresses of the recorders that can be found: the drives of this
-- machine's kernel (through libcdio), and those in the environment variable
-- DISCRECORDER_ADDRESSES.
-- @treturn {string,...}
discrecorder.addresses = enumeration.addresses

--- Iterate over a snapshot of the recorders that can be found. One that cannot
-- be opened comes with nil and its failure.
--
--    for address, rec, failure in disc.recorders() do
--      print(address, rec and rec.product or failure)
--    end
--
-- No disc file is made, whatever an address says.
-- @treturn function iterator of address, Recorder or nil, failure or nil
discrecorder.recorders = enumeration.recorders

return discrecorder

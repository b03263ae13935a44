--- discrecorder list
-- @module discrecorder.cli.list

local enumeration = require "discrecorder.enumeration"
local format = require "discrecorder.cli.format"
local transports = require "discrecorder.transports"

local list = {
  name = "list",
  summary = "List the recorders of this machine.",
}

function list.declare(command)
  command:description(
    "List the drives of this machine and the addresses in " ..
    "DISCRECORDER_ADDRESSES."
  )
end

-- What can be told of a recorder; of one that cannot be opened, why.
local function describe(address, rec, failure)
  local shown = transports.shown(address)
  if not rec then
    return {address = shown, error = {
      code = failure.code,
      message = failure.message,
    }}
  end
  local vendor, product, revision = rec:get_display_names()
  local names = enumeration.names(address)
  return {
    address = shown,
    by_id = names.by_id[1],
    guid = rec:get_recorder_guid(),
    serial = rec.serial,
    sg = names.sg,
    vendor = vendor,
    product = product,
    revision = revision,
    type = rec:get_recorder_type(),
  }
end

function list.run(session)
  local disc = require "discrecorder"
  local found = {}
  for address, rec, failure in disc.recorders() do
    table.insert(found, describe(address, rec, failure))
  end
  session.console:result{ok = true, recorders = found}
  local rows = {}
  for i, recorder in ipairs(found) do
    local names = recorder.error and {recorder.error.message} or {
      recorder.vendor, recorder.product, recorder.revision, recorder.type,
      recorder.serial, recorder.sg or "",
    }
    rows[i] = {recorder.address, table.unpack(names)}
  end
  for _, line in ipairs(format.columns(rows)) do
    session.console:say("%s", line)
  end
  if #found == 0 then
    session.console:note("No recorder found.")
  end
  return true
end

return {list}

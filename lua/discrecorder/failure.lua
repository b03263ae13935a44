--- Failures made in Lua, the same as those that come from C.
--
-- A failure is a table that reads as its message (`tostring`, `..`), with
-- `message`, `code`, `culprit`, `advice` and `retryable`, and what is known of
-- `command`, `lba`, `sense`, `report` and `results`.
--
-- @module discrecorder.failure

local core = require "discrecorder.core"

local failure = {}

local fields_of <const> = {
  advice = true,
  command = true,
  culprit = true,
  file = true,
  lba = true,
  line = true,
  report = true,
  retryable = true,
  sense = true,
}

--- Make a failure, for a function to return.
--
-- @tparam string code one of the codes of `discrecorder.imapi.hresult`, or of
-- those beyond IMAPI; any other raises
-- @tparam string message what happened, for people
-- @tparam[opt] table fields more of the failure, or in place of what the code
-- says by itself: `advice`, `command`, `culprit`, `file`, `lba`, `report`,
-- `retryable`, `sense`, `line` (of a file)
-- @return nil
-- @treturn table the failure
-- @treturn string its code
function failure.new(code, message, fields)
  local _, made = core.failure(code, message)
  for name, value in pairs(fields or {}) do
    if not fields_of[name] then
      error(("failure: unknown key '%s'"):format(name), 2)
    end
    made[name] = value
  end
  return nil, made, made.code
end

return failure

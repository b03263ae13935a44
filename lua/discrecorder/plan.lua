--- What a burn would do to a medium, or why it cannot be.
-- @module discrecorder.plan

local core = require "discrecorder.core"
local with_packs = require("discrecorder.job").with_packs

local plan = {}

--- Plan a job: everything that can be refused is refused here, before the first
-- byte. The burn itself plans with the same code.
--
-- @tparam table job as for @{discrecorder.burn.start}; a track may give its
-- `length` in bytes instead of a `source`; without either it has none
-- @tparam table medium as `recorder:medium()` gives it
-- @treturn[1] table `blocks` (of the sources), `padding`, `used` (of the disc,
-- gaps and run-out included), `capacity_after` (what `medium()` will call
-- free), `mode`, `needs_preparation` (with `as_needed`: the disc is erased or
-- formatted first), `tracks` ({start, blocks, padding}; of a source without a
-- length both are 0, and `room` is the blocks that it may have), `warnings`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: medium_not_present, medium_not_blank,
-- medium_invalid_type, device_invalid_type, disc_full, bad_file (empty, or no
-- whole number of blocks; packs of CD-TEXT with a wrong CRC), unsupported
function plan.plan(job, medium)
  if type(job) == "table" and job.sessions ~= nil then
    return require("discrecorder.series").plan(job, medium)
  end
  local ready, warnings, code = with_packs(job)
  if not ready then
    return nil, warnings, code
  end
  local planned, failure, why = core.plan(ready, medium)
  if not planned then
    return nil, failure, why
  end
  table.move(warnings, 1, #warnings, #planned.warnings + 1, planned.warnings)
  return planned
end

return plan

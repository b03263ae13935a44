--- The quirks of the virtual recorder (docs/virtual-recorder.md).
--
--     local quirks = require "spec.support.quirks"
--     for _, name in ipairs(quirks) do ... end
--     quirks.of "dvd+r"            -- those that a drive of such discs can have
--     quirks.of_data "dvd+r"       -- of these, those that data may meet
local quirks = {
  "nwa-150", "early-ready", "early-close", "no-opc", "opc-attention",
  "no-configuration", "false-buffer", "silent-timeout", "no-load",
  "no-track-info-when-full", "no-nwa-before-page", "close-track-fails",
  "no-fua", "read-offset", "overburn", "text-lead-in", "text-block-type",
  "plain-codes", "no-text-crc", "fixed-pause",
}

-- Of CDs alone: no drive for DVDs is so old that it lacks GET CONFIGURATION.
local OF_CDS <const> = {["no-configuration"] = true}
local OF_AUDIO <const> = {
  ["text-lead-in"] = true, ["text-block-type"] = true, ["plain-codes"] = true,
  ["no-text-crc"] = true, ["fixed-pause"] = true,
}

local function without(list, ...)
  local rest = {}
  for _, name in ipairs(list) do
    local is_out = false
    for _, set in ipairs {...} do
      is_out = is_out or set[name]
    end
    if not is_out then
      table.insert(rest, name)
    end
  end
  return rest
end

--- Those that a drive with such a disc can have.
function quirks.of(medium)
  if medium:find "^cd" then
    return without(quirks)
  end
  return without(quirks, OF_CDS, OF_AUDIO)
end

--- Of these, those that a job of data may meet.
function quirks.of_data(medium)
  return without(quirks.of(medium), OF_AUDIO)
end

return quirks

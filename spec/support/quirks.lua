--- The quirks of the virtual recorder (docs/virtual-recorder.md).
--
--     local quirks = require "spec.support.quirks"
--     for _, name in ipairs(quirks) do ... end
--     quirks.of "dvd+r"            -- those that a drive of such discs can have
local quirks = {
  "nwa-150", "early-ready", "early-close", "no-opc", "opc-attention",
  "no-configuration", "false-buffer", "silent-timeout", "no-load",
  "no-track-info-when-full", "no-nwa-before-page", "close-track-fails",
  "no-fua", "read-offset", "overburn",
}

--- Those that a drive with such a disc can have.
function quirks.of(medium)
  local list = {}
  for _, name in ipairs(quirks) do
    -- No drive for DVDs is so old that it lacks GET CONFIGURATION.
    if medium:find "^cd" or name ~= "no-configuration" then
      table.insert(list, name)
    end
  end
  return list
end

return quirks

--- Nero's images: read or refused, and what was read can be told as a sheet.
local fault = require "discrecorder.sheet.fault"
local nrg = require "discrecorder.sheet.nrg"
local sheets = require "fuzz.sheets"

return function(bytes)
  local file <close> = as_file(bytes)
  local disc, failure, code = fault.catch("x.nrg", nrg.parse, file, "x.nrg")
  if disc then
    sheets.write(disc)
  else
    sheets.check_failure(failure, code)
  end
end

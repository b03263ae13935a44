--- What CUE sheets and TOC files have in common: a sheet is read or refused,
-- and what was read can be written, and read again.
local sheet = require "discrecorder.sheet"

local OPTIONS <const> = {files = false}
local REFUSED <const> = {bad_file = true, unsupported = true,
  file_access = true}

local function check_failure(failure, code)
  assert(REFUSED[code] and failure.code == code and failure.message ~= "")
end

local sheets = {}

--- Write a disc in both formats. What a format cannot say it refuses.
function sheets.write(disc)
  for _, format in ipairs{"cue", "toc"} do
    local text, failure, code = sheet.format(disc, format)
    if text then
      assert(sheet.parse(text, format, OPTIONS))
    else
      check_failure(failure, code)
    end
  end
end

--- The function that reads sheets of a format.
function sheets.reader(format)
  return function(bytes)
    local disc, failure, code = sheet.parse(bytes, format, OPTIONS)
    if disc then
      sheets.write(disc)
    else
      check_failure(failure, code)
    end
  end
end

sheets.check_failure = check_failure

return sheets

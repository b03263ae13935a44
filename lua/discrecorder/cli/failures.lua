--- Failures as the command tells them.
-- @module discrecorder.cli.failures

local fields = require "discrecorder.fields"

local failures = {}

-- Keys of a job that are options of the command.
local OPTIONS <const> = {}
for _, key in ipairs {
  "as_needed", "keep_open", "mode", "outside", "overburn", "simulate", "stream",
} do
  OPTIONS[key] = ("`--%s`"):format(key:gsub("_", "-"))
end

-- What the library says, in the command's words.
local function in_options(text)
  return text and (text:gsub("`(%l[%l_]*)`", OPTIONS))
end

--- A failure as a table for JSON: all that is in it, and IMAPI's number.
function failures.to_table(failure)
  local copy = fields.copy(failure)
  copy.message, copy.advice = in_options(copy.message), in_options(copy.advice)
  copy.hresult = require("discrecorder.imapi").hresult[failure.code]
  return {ok = false, error = copy}
end

--- Tell a failure: JSON on stdout, or its message and what to try next.
function failures.tell(console, failure)
  if console.json then
    console:result(failures.to_table(failure))
    return
  end
  local message = in_options(failure.message)
  -- Only Lua's own speak in lines. In others a new line is of a name.
  local first, rest = message, ""
  if failure.traceback then
    first, rest = message:match("^([^\n]*)\n?(.*)$")
  end
  console.complain("%s", first)
  console.explain(rest)
  if failure.file and not failure.message:find(failure.file, 1, true) then
    console.complain("in the file %s", failure.file)
  end
  if failure.advice then
    console.advise(in_options(failure.advice))
  end
  if failure.traceback then
    console.explain(failure.traceback)
  end
end

return failures

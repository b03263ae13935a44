--- Failures as the command tells them.
-- @module discrecorder.cli.failures

local failures = {}

--- A failure as a table for JSON: all that is in it, and IMAPI's number.
function failures.to_table(failure)
  local copy = {}
  for key, value in pairs(failure) do
    copy[key] = value
  end
  copy.hresult = require("discrecorder.imapi").hresult[failure.code]
  return {ok = false, error = copy}
end

--- Tell a failure: JSON on stdout, or its message and what to try next.
function failures.tell(console, failure)
  if console.json then
    console:result(failures.to_table(failure))
    return
  end
  local first, rest = failure.message:match("^([^\n]*)\n?(.*)$")
  console.complain("%s", first)
  console.explain(rest)
  if failure.file and not failure.message:find(failure.file, 1, true) then
    console.complain("in the file %s", failure.file)
  end
  if failure.advice then
    console.explain(failure.advice)
  end
  if failure.traceback then
    console.explain(failure.traceback)
  end
end

return failures

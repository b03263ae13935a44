--- How a reader of sheets stops: at what is wrong, from any depth.
-- @module discrecorder.sheet.fault

local new_failure = require("discrecorder.failure").new

local fault = {}
fault.__index = fault

local ADVICE <const> = "Correct that line of the sheet, or the file it names."

--- Stop reading.
-- @tparam ?integer line where
-- @tparam string pattern of string.format
-- @param ... what it takes
function fault.at(line, pattern, ...)
  fault.advised(line and ADVICE, line, pattern, ...)
end

local function stop(code, line, advice, message)
  error(setmetatable({
    code = code,
    line = line,
    advice = advice,
    message = (message:gsub("%z", "\\0")), -- a zero would end it
  }, fault), 0)
end

--- Stop reading, with a code of its own.
-- @tparam string code
-- @tparam ?integer line where
-- @tparam string pattern of string.format
-- @param ... what it takes
function fault.with(code, line, pattern, ...)
  stop(code, line, nil, pattern:format(...))
end

--- Stop reading, with advice of its own.
-- @tparam string advice
-- @tparam ?integer line where
-- @tparam string pattern of string.format
-- @param ... what it takes
function fault.advised(advice, line, pattern, ...)
  stop("bad_file", line, advice, pattern:format(...))
end

--- Call a function that may stop in this way.
-- @tparam ?string name the sheet's, for messages
-- @tparam function f
-- @param ... its arguments
-- @return[1] what it returns
-- @return[2] nil, failure, code
function fault.catch(name, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then
    return table.unpack(results, 2, results.n)
  end
  local found = results[2]
  if getmetatable(found) ~= fault then
    error(found, 0)
  end
  local where = {name, found.line and ("line %d"):format(found.line)}
  if not name then
    where = {where[2]}
  end
  local prefix = table.concat(where, ", ")
  return new_failure(found.code,
    (prefix == "" and "" or prefix .. ": ") .. found.message,
    {culprit = "data", file = name, line = found.line, advice = found.advice})
end

return fault

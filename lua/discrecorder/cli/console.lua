--- Where the command's words go: results to stdout, all else to stderr.
-- @module discrecorder.cli.console

local text = require "discrecorder.cli.text"

local console = {}
console.__index = console

-- The order in which people want to read a report.
local KEY_ORDER <const> = {
  "ok", "error", "code", "message", "culprit", "advice", "retryable",
  "verified", "address", "vendor", "product", "revision", "guid", "type",
  "recorder", "medium", "profile", "state", "number", "session", "kind",
  "start", "blocks", "padding", "sha256", "tracks", "readback", "method",
  "warnings", "seconds",
}

--- A console for one run of the command.
-- @tparam[opt] table options `json`, `quiet`
function console.new(options)
  options = options or {}
  return setmetatable({
    json = options.json or false,
    quiet = options.quiet or false,
    failed = false, -- did a write to stdout fail?
  }, console)
end

-- string.format, with every text argument made harmless.
local function safe_format(pattern, ...)
  local arguments = table.pack(...)
  for i = 1, arguments.n do
    if type(arguments[i]) ~= "number" then
      arguments[i] = text.escape(tostring(arguments[i]))
    end
  end
  return pattern:format(table.unpack(arguments, 1, arguments.n))
end

local function print_to_stdout(self, line)
  if not io.stdout:write(line, "\n") then
    self.failed = true
  end
end

--- A line of the result, for people.
function console:say(pattern, ...)
  if not self.json and not self.quiet then
    print_to_stdout(self, safe_format(pattern, ...))
  end
end

--- The result, for programs. A copy is printed whose texts are valid UTF-8.
function console:result(value)
  if self.json then
    print_to_stdout(self, console.encode(value))
  end
end

--- A line beside the result: warnings and what is going on.
function console:note(pattern, ...)
  if not self.quiet then
    io.stderr:write(safe_format(pattern, ...), "\n")
  end
end

--- A line that is printed whatever was asked for: what went wrong.
function console.complain(pattern, ...)
  io.stderr:write("discrecorder: ", safe_format(pattern, ...), "\n")
end

--- What to do about it.
function console.advise(line)
  io.stderr:write(text.escape(line), "\n")
end

--- More about what went wrong, line by line: a traceback.
function console.explain(lines)
  for line in lines:gmatch("[^\n]+") do
    console.advise((line:gsub("\t", "  ")))
  end
end

--- Whether all that was said was taken.
function console:flush()
  return io.stdout:flush() and not self.failed
end

local function valid(value)
  if type(value) == "string" then
    return text.valid(value)
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[valid(key)] = valid(item)
  end
  return copy
end

--- JSON for a table as it is.
function console.encode(value)
  local json = require("dkjson").encode(
    valid(value),
    {indent = true, keyorder = KEY_ORDER}
  )
  -- The one mark of direction that dkjson leaves as it is.
  return (json:gsub("\u{061C}", "\\u061c"))
end

--- Whether stderr is a terminal.
function console.is_terminal()
  return require("discrecorder.core").is_terminal(2)
end

return console

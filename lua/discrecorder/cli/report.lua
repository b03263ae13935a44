--- Reports of burns as files, which anybody may have changed.
-- @module discrecorder.cli.report

local file = require "discrecorder.file"

local report = {}

--- No report is longer, in bytes.
report.MOST = 16 << 20

--- The first JSON value of a text. A null in it is false, so that it leaves no
-- hole in a list.
-- @tparam string content
-- @return[1] the value
-- @treturn[1] integer where the text goes on behind it
-- @return[2] nil when there is none
function report.decode(content)
  -- It raises where lists are nested deeper than the stack.
  local good, value, last = pcall(require("dkjson").decode, content, 1, false)
  if good then
    return value, last
  end
end

--- The report that a text is.
-- @tparam string content
-- @tparam string path where it was found, for messages
-- @treturn[1] table
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file
function report.parse(content, path)
  local found = #content <= report.MOST and report.decode(content)
  if type(found) ~= "table" or type(found.tracks) ~= "table" then
    return require("discrecorder.failure").new("bad_file",
      path .. " is not the report of a burn", {
        advice =
          "Give the file that `burn --report` or `write --report` wrote.",
      })
  end
  return found
end

--- Read a report.
-- @tparam string path
-- @treturn[1] table
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_access, bad_file
function report.load(path)
  local content, failure, code = file.read(path, report.MOST)
  if not content and code ~= "bad_file" then
    return nil, failure, code
  end
  return report.parse(content or "", path)
end

return report

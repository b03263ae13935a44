--- Small files of the user's, read and written in one go.
-- @module discrecorder.file

local new_failure = require("discrecorder.failure").new

local file = {}

--- Whether there is something of a name, that can be opened.
-- @tparam string path
-- @treturn boolean
function file.exists(path)
  local there = io.open(path, "rb")
  return there ~= nil and there:close()
end

--- Read a file that is short enough to be what it should be.
-- @tparam string path
-- @tparam integer most how many bytes it may have
-- @treturn[1] string bytes
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_access, bad_file (it is longer)
function file.read(path, most)
  local input <close>, unopened = io.open(path, "rb")
  if not input then
    return new_failure("file_access", unopened)
  end
  local bytes, unread = input:read(most + 1)
  if unread then
    return new_failure("file_access", ("%s: %s"):format(path, unread))
  elseif bytes and #bytes > most then
    return new_failure("bad_file", path .. " is too long")
  end
  return bytes or ""
end

--- Write a file anew.
-- @tparam string path
-- @tparam string bytes
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_access
function file.write(path, bytes)
  local out, unopened = io.open(path, "wb")
  if not out then
    return new_failure("file_access", unopened)
  end
  local _, unwritten = out:write(bytes)
  local _, unclosed = out:close()
  if unwritten or unclosed then
    return new_failure("file_access",
      ("%s: %s"):format(path, unwritten or unclosed))
  end
  return true
end

return file

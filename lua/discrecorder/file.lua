--- Small files of the user's, read and written in one go.
-- @module discrecorder.file

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new

local file = {}

--- Whether there is something of a name, be it a link that leads nowhere. It is
-- not opened.
-- @tparam string path
-- @treturn boolean
function file.exists(path)
  return core.readlink(path) ~= nil or core.stat(path) ~= nil
end

--- Read a file that is short enough to be what it should be. It may be a pipe;
-- one that nobody writes to is empty.
-- @tparam string path
-- @tparam integer most how many bytes it may have
-- @treturn[1] string bytes
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_access, bad_file (it is longer)
function file.read(path, most)
  local input <close>, unopened = core.input(path, "any")
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

local EEXIST <const> = 17

local function put(path, way, bytes)
  local out, unopened, errno = core.output(path, way)
  if errno == EEXIST then
    return new_failure("file_exists", path .. " exists already")
  elseif not out then
    return new_failure("file_access", unopened)
  end
  local _, unwritten = out:write(bytes)
  local _, unclosed = out:close()
  if not (unwritten or unclosed) then
    return true
  elseif way == "new" then
    os.remove(path)
  end
  return new_failure("file_access",
    ("%s: %s"):format(path, unwritten or unclosed))
end

--- Write a file anew, also over one that is there; not through a link that is
-- another user's.
-- @tparam string path
-- @tparam string bytes
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_access
function file.write(path, bytes)
  return put(path, "replace", bytes)
end

--- Write a file that must not be there yet, not even as a link; what was begun
-- is taken away again when it cannot be ended.
-- @tparam string path
-- @tparam string bytes
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_exists, file_access
function file.create(path, bytes)
  return put(path, "new", bytes)
end

return file

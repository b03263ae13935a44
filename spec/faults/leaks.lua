--- What a run may not leave behind: threads, descriptors, locks, memory.
local lfs = require "lfs"

local leaks = {}

local function entries(folder)
  local count = 0
  for _ in lfs.dir(folder) do
    count = count + 1
  end
  return count
end

--- How many threads and descriptors this process has.
function leaks.look()
  return {threads = entries "/proc/self/task", files = entries "/proc/self/fd"}
end

-- Is there a lock on a file?
local function is_locked(path)
  local inode = lfs.attributes(path, "ino")
  for line in io.lines "/proc/locks" do
    if inode and line:find((":%d "):format(inode), 1, true) then
      return true
    end
  end
  return false
end

--- What is there now that was not before; told in `wrong`.
function leaks.compare(before, now, path, wrong)
  -- A thread that was joined may stand in the list for a moment.
  for _ = 1, 100000 do
    if now.threads <= before.threads then
      break
    end
    now = leaks.look()
  end
  for _, what in ipairs {"threads", "files"} do
    if now[what] > before[what] then
      table.insert(wrong, ("%d %s are left"):format(now[what] - before[what],
        what))
    end
  end
  if is_locked(path) then
    table.insert(wrong, "the disc's file is still locked")
  end
end

--- KiB that this process holds.
function leaks.memory()
  for line in io.lines "/proc/self/status" do
    local size = line:match "^VmRSS:%s*(%d+)"
    if size then
      return tonumber(size)
    end
  end
end

return leaks

--- What a run may not leave behind: threads, descriptors, locks, memory.
local heap = require "spec.heap"
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

-- Is there a lock on one of some files?
local function are_locked(paths)
  local inodes = {}
  for path in pairs(paths) do
    inodes[lfs.attributes(path, "ino") or false] = true
  end
  for line in io.lines "/proc/locks" do
    if inodes[tonumber(line:match "%x+:%x+:(%d+) ")] then
      return true
    end
  end
  return false
end

--- What is there now that was not before; told in `wrong`.
-- @tparam table paths a set: the discs' files
function leaks.compare(before, now, paths, wrong)
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
  if are_locked(paths) then
    table.insert(wrong, "a disc's file is still locked")
  end
end

-- What is let go late is not left: each look frees half of what a deep stack
-- had.
local LOOKS <const> = 20

--- Bytes of the heap in use, garbage apart; no more than `limit` when that is
-- reached.
-- @int[opt] limit what it had
function leaks.heap(limit)
  local used = math.maxinteger
  for _ = 1, LOOKS do
    collectgarbage()
    collectgarbage()
    used = math.min(used, heap())
    if not limit or used <= limit then
      break
    end
  end
  return used
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

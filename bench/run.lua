-- The benchmarks (`make bench`): each figure is one line,
--
--     bench NAME VALUE TARGET
--
-- reached when VALUE is at most TARGET; lines that begin with "#" are for
-- people. Run from the checkout's root; a pattern as argument picks some names.
package.path = "bench/?.lua;" .. package.path

local scratch = require "scratch"

-- Each has `prepare(scratch)`, which makes what its rows have in common (or
-- gives nil and why it cannot), and `rows`: {NAME, TARGET, run}, where
-- run(scratch) gives the value, and what to say of it if there is more.
local benchmarks <const> = {
  require "image",
  require "dvd",
  require "large",
  require "many",
  require "tree",
  require "calls",
  require "audio",
  require "album",
  (require "medium"),
}
table.move(require "guest", 1, 3, #benchmarks + 1, benchmarks)

-- Nine files of 256 MiB are the most there is at any time.
local ROOM <const> = 2.5 * 1024 * 1024 * 1024

local function about_the_machine()
  local file = io.open("/proc/cpuinfo", "r")
  local text = file and file:read("a") or ""
  if file then
    file:close()
  end
  local name = text:match("model name%s*: ([^\n]*)")
  print("# processor: " .. (name or "unknown"))
  if not (text:find("%ssha_ni%s") or text:find("%ssha2%s")) then
    print("# this processor has no SHA instructions: hashing takes longest")
  end
end

local function chosen(group, pattern)
  local rows = {}
  for _, row in ipairs(group.rows) do
    if row[1]:find(pattern) then
      table.insert(rows, row)
    end
  end
  return rows
end

local function run_group(group, rows, here)
  local ready, why = group.prepare(here)
  if ready == nil and why then
    print(("# %s... skipped: %s"):format(rows[1][1], (why:gsub("\n", "\n# "))))
    here:clear()
    return
  end
  for _, row in ipairs(rows) do
    local name, target, run = table.unpack(row)
    local value, more = run(here)
    if more then
      print(("# %s: %s"):format(name, more))
    end
    print(("bench %s %.4g %.4g"):format(name, value, target))
  end
  here:clear()
end

local function run_all(pattern)
  local here <close> = scratch.new()
  for _, group in ipairs(benchmarks) do
    local rows = chosen(group, pattern)
    if #rows > 0 then
      run_group(group, rows, here)
    end
  end
end

io.stdout:setvbuf("line")
local free = scratch.free()
if not free or free < ROOM then
  print("# skipped: less than 2.5 GiB is free in /dev/shm")
  return
end
about_the_machine()
run_all(arg[1] or "")

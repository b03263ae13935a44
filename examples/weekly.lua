-- Back up a folder to one disc, week after week: each run adds a session with
-- what has changed, and the disc is closed when less than MIB (100) are left.
--
--     lua5.4 examples/weekly.lua ADDRESS FOLDER [MIB]
--
-- The exit status is 0 when the session was read back and is right, 3 when the
-- disc is full: put in a new one and run it again.
local append = require "discrecorder.append"
local disc = require "discrecorder"

local BLOCKS_PER_MIB <const> = 512

local address, folder = arg[1], arg[2]
local least = tonumber(arg[3] or 100)
if not folder or not least then
  io.stderr:write("usage: weekly.lua ADDRESS FOLDER [MIB]\n")
  os.exit(2)
end

local function fail(failure)
  io.stderr:write(tostring(failure), "\n", failure.advice or "", "\n")
  os.exit(failure.code == "disc_full" and 3 or 1, true)
end

local recorder <close>, failure = disc.recorder(address)
if not recorder then
  fail(failure)
end
local report, wrong = append.tree(recorder, folder, {
  only_changed = true,
  remove_missing = true,
})
if not report then
  fail(wrong)
end
print(("session %d: %d blocks added, %d are left"):format(
  report.medium.sessions, report.tracks[1].blocks, report.medium.free_blocks))

if report.medium.free_blocks < least * BLOCKS_PER_MIB then
  -- Nothing has changed since: the closing session is only its folders.
  local closed, why = append.tree(recorder, folder, {
    only_changed = true,
    remove_missing = true,
    keep_open = false,
  })
  if not closed then
    fail(why)
  end
  print("the disc is closed: take a new one next week")
end

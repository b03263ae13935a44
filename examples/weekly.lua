-- Back up a folder to one disc, week after week: each run adds a session with
-- what has changed, and the disc is closed when less than MIB (100) are left.
-- Where blocks can be overwritten (DVD+RW, DVD-RAM, BD-RE) the tree grows, and
-- nothing has to be closed.
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
  as_needed = true, -- format a new DVD+RW or BD-RE
})
if not report then
  fail(wrong)
end
local track, medium = report.tracks[1], report.medium
local grows = medium.state == "overwritable"
local left = medium.free_blocks
if grows then -- none of it is in the way of being overwritten
  left = left - track.start - track.blocks
end
print(("%d blocks added at %d, %d are left"):format(
  track.blocks, track.start, left))

if left < least * BLOCKS_PER_MIB and not grows then
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

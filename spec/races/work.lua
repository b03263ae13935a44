--- What is broken off in the races: each long work on discs of its own kind.
--
-- A work is {name, setup(w), prepare(w), start(w, draw) -> Job, feed(w),
-- check(w, outcome)}; `w` is a table: setup says where its discs are, prepare
-- makes what has to be on them, feed gives a job what it waits for until it
-- ends, check raises what is not true of them. An outcome has `result` and
-- `failure` when somebody waited for the end, `left` when the process has ended
-- meanwhile.
local discs = require "spec.races.discs"
local images = require "spec.kills.images"
local run = require "spec.support.run"

local work = {list = {}}

-- Seeds draw a work by its number: what is new goes to the end.
for _, name in ipairs {"burns", "readings", "chores"} do
  for _, one in ipairs(require("spec.races." .. name)) do
    table.insert(work.list, one)
  end
end

-- Of the images' two tracks of audio.
local ALBUM <const> = [[
TITLE "An album"
PERFORMER "Them"
FILE "audio1" BINARY
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
FILE "audio2" BINARY
  TRACK 02 AUDIO
    TITLE "Two"
    INDEX 01 00:00:00
]]

--- Make what all of them need in a folder.
function work.make(folder)
  discs.make(folder)
  run.spit(folder .. "/album.cue", ALBUM)
  for _, name in ipairs {"first", "second"} do
    run.output("mkdir", folder .. "/" .. name)
    run.spit(("%s/%s/%s.bin"):format(folder, name, name), images.bytes(2))
  end
end

return work

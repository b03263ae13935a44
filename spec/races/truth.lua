--- What must be true of a disc when work on it was broken off. What is not as
-- it should be is raised.
local discs = require "spec.races.discs"
local images = require "spec.kills.images"
local recorders = require "spec.races.recorders"

local truth = {}

local BLOCK <const>, SAMPLES <const> = images.BLOCK, 2352
local BLOCKS <const> = discs.BLOCKS

--- Did it go well to its end?
function truth.is_ok(outcome)
  return outcome.result and outcome.result.ok
end

-- The two of run-out at the end of a track of a CD cannot be read.
local function readable(medium, track)
  local blocks = track.blocks - (medium.profile:find "^cd" and 2 or 0)
  return math.max(0, math.min(blocks, BLOCKS))
end

-- As many blocks as the track has: the image's from its start, then zeros.
-- Gives how many are the image's.
local function prefix(rec, medium)
  local track = medium.tracks[1]
  local blocks = readable(medium, track)
  local bytes = blocks > 0 and assert(rec:read(track.start, blocks)) or ""
  local image = images.bytes(1)
  local same = 0
  while same < #bytes and bytes:sub(same + 1, same + BLOCK)
    == image:sub(same + 1, same + BLOCK) do
    same = same + BLOCK
  end
  assert(not bytes:find("[^\0]", same + 1), "other bytes are on the disc")
  return same // BLOCK
end

--- All of the image is on the disc.
function truth.whole(rec, medium)
  assert(prefix(rec, medium) == BLOCKS)
end

-- The states in which a burn that was broken off may leave a disc: damaged only
-- if the process was left, with its drive.
local function check_state(medium, outcome)
  local state = medium.state
  assert(state == "blank" or state == "appendable" or state == "complete"
    or state == "damaged" and outcome.left, "the disc is " .. state)
  assert(not truth.is_ok(outcome) or state == "complete")
end

local function check_told(outcome, blocks)
  local told = outcome.failure and outcome.failure.report
  local told_blocks = told and told.tracks[1] and told.tracks[1].blocks or 0
  assert(told_blocks <= blocks, "less is on the disc than was told")
end

--- What is on a disc of a burn of the image.
-- @return the medium
function truth.recorded(rec, outcome)
  local medium = assert(rec:medium())
  check_state(medium, outcome)
  if truth.is_ok(outcome) then
    truth.whole(rec, medium)
  elseif medium.state == "appendable" or medium.state == "complete" then
    check_told(outcome, prefix(rec, medium))
  end
  return medium
end

--- The same; then the disc is made blank again.
function truth.burned(address, outcome)
  local rec <close> = recorders.sound(address)
  truth.recorded(rec, outcome)
  discs.make_blank(rec)
end

-- Blocks of an album's first track that are the samples' from their start.
local function same_samples(rec, medium)
  local track, samples = medium.tracks[1], images.samples(1)
  local same, blocks = 0, math.min(track.blocks, images.audio[1])
  while same < blocks do
    local data = rec:read(track.start + same, 1, "audio")
    if data ~= samples:sub(same * SAMPLES + 1, (same + 1) * SAMPLES) then
      break
    end
    same = same + 1
  end
  return same
end

--- What is on a disc of an album with texts.
function truth.album(rec, outcome)
  local medium = assert(rec:medium())
  check_state(medium, outcome)
  if truth.is_ok(outcome) then
    assert(same_samples(rec, medium) == images.audio[1])
    assert(rec:cd_text(), "its texts are not on it")
  elseif medium.state == "complete" then
    check_told(outcome, same_samples(rec, medium))
  end
end

--- Each block of what is overwritten is old or new.
-- @tparam userdata rec
-- @tparam integer number of the new image: 1 or 2, the other one is old
-- @tparam table outcome
function truth.written_over(rec, number, outcome)
  assert(assert(rec:medium()).state == "overwritable")
  local bytes, image = assert(rec:read(0, BLOCKS)), images.bytes(number)
  local old = images.bytes(3 - number)
  local all = true
  for at = 1, #bytes, BLOCK do
    local block = bytes:sub(at, at + BLOCK - 1)
    local new = block == image:sub(at, at + BLOCK - 1)
    assert(new or block == old:sub(at, at + BLOCK - 1) or
      not block:find "[^\0]", "a block is neither old nor new")
    all = all and new
  end
  assert(not truth.is_ok(outcome) or all)
end

--- What only reads leaves the disc as it is.
function truth.unchanged(w)
  local rec <close> = recorders.sound(w.address)
  local medium = assert(rec:medium())
  assert(medium.state == "complete")
  if medium.tracks[1].kind ~= "audio" then
    truth.whole(rec, medium)
  end
end

return truth

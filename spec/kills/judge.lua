--- What a disc may be after the laser stopped (docs/broken-off.md), and whether
-- this one is. Everything that is not as it should be is raised.
local images = require "spec.kills.images"
local open = require "spec.kills.open"
local random = require "spec.kills.random"
local run = require "spec.support.run"

local BLOCK <const> = images.BLOCK
-- What is burned at the end, to see whether the disc takes it.
local LAST <const> = 3

local judge = {}

-- {=== states

-- Kinds that come formatted, or not.
local OVERWRITABLE <const> = {["dvd+rw"] = "unformatted",
  ["bd-re"] = "unformatted", ["bd-re-dl"] = "unformatted",
  ["dvd-ram"] = "overwritable"}

local function is_overwritten(state)
  return state == "overwritable"
end

-- The state that a step leaves.
local function after(medium, before, step)
  if step[1] == "erase" then
    return "blank"
  elseif step[1] == "format" then
    return medium == "bd-r" and "blank" or "overwritable"
  elseif is_overwritten(before) then
    return before
  elseif step[1] == "flush" or step[3].keep_open then
    return "appendable"
  end
  return "complete"
end

-- The states in between, by how it is recorded.
local function between(medium, before, step)
  if step[1] == "erase" then
    return {"damaged"}
  elseif step[1] == "format" then
    return medium == "bd-r" and {} or {"unformatted",
      medium == "dvd-rw" and "damaged" or nil}
  elseif is_overwritten(before) then
    return medium == "dvd-rw" and {"unformatted"} or {}
  elseif step[1] == "burn" and (step[3].mode == "dao"
    or step[3].mode == "sao") then
    return {"damaged"}
  end
  return {"damaged", "appendable"}
end

--- The state of a program's disc when so many steps are done, and those that it
-- may have while the next one is taken.
function judge.states(program, done)
  local before = OVERWRITABLE[program.medium] or "blank"
  for i = 1, done do
    before = after(program.medium, before, program.steps[i])
  end
  local may, step = {[before] = true}, program.steps[done + 1]
  if step then
    may[after(program.medium, before, step)] = true
    for _, state in ipairs(between(program.medium, before, step)) do
      may[state] = true
    end
  end
  return before, may
end

-- ===}

-- {=== what is on it

-- The burns whose images are on the disc still: {{image, start}}.
local function alive(program, told)
  local list, state = {}, OVERWRITABLE[program.medium] or "blank"
  for i = 1, told.done do
    local step = program.steps[i]
    if step[1] == "erase" or step[1] == "format" or is_overwritten(state) then
      list = {}
    end
    if step[1] == "burn" or step[1] == "flush" then
      table.insert(list, {image = step[2], start = told.starts[i],
        blocks = step[1] == "flush" and step[3] or nil})
    end
    state = after(program.medium, state, step)
  end
  return list
end

-- The step that was being taken, if it destroys what there was.
local function destroys(program, told, before)
  local step = program.steps[told.done + 1]
  return step and (step[1] == "erase" or step[1] == "format"
    or is_overwritten(before))
end

local function read(rec, lba, blocks, kind)
  local list = {}
  for at = lba, lba + blocks - 1, 256 do
    local n = math.min(256, lba + blocks - at)
    list[#list + 1] = assert(rec:read(at, n, kind))
  end
  return table.concat(list)
end

-- @tparam boolean formatted it may have been, all of it
local function check_image(rec, burn, formatted)
  if burn.image ~= "audio" then
    local blocks = burn.blocks or images.blocks[burn.image]
    local bytes = read(rec, burn.start, blocks)
    assert(bytes == images.bytes(burn.image):sub(1, blocks * BLOCK)
      or formatted and not bytes:find "[^\0]",
      "what was burned before is not there")
    return
  end
  local tracks = assert(rec:medium()).tracks
  for i, blocks in ipairs(images.audio) do
    assert(read(rec, tracks[i].start, blocks, "audio") == images.samples(i),
      "the audio that was burned before is not there")
  end
end

-- Block by block: the image's, or as `or_else` says.
local function check_blocks(bytes, image, or_else, what)
  for at = 1, #bytes, BLOCK do
    local block = bytes:sub(at, at + BLOCK - 1)
    if block ~= image:sub(at, at + BLOCK - 1) and not or_else(block, at) then
      error(("%s: block %d is another"):format(what, at // BLOCK))
    end
  end
end

local ZEROS <const> = ("\0"):rep(BLOCK)

-- Sector by sector of the host's disk one or the other.
local function is_mixed(block, one, other)
  for at = 1, BLOCK, 512 do
    local sector = block:sub(at, at + 511)
    if sector ~= one:sub(at, at + 511) and sector ~= other:sub(at, at + 511)
    then
      return false
    end
  end
  return true
end

-- A track that a power cut has left holes in: zeros, or what cannot be read.
local function check_holes(rec, start, blocks, image)
  for i = 0, blocks - 1 do
    local block, failure = rec:read(start + i, 1)
    local wanted = image:sub(i * BLOCK + 1, (i + 1) * BLOCK)
    if block then
      assert(is_mixed(block, wanted, ZEROS),
        ("block %d is neither the image's nor a hole"):format(i))
    else
      assert(failure.sense.key == 3, tostring(failure))
    end
  end
end

-- What a burn that overwrites had come to: each block is the new one or the one
-- that was there.
local function check_overwritten(rec, program, told, power)
  local step = program.steps[told.done + 1]
  local burns = alive(program, told)
  local old = burns[1] and images.bytes(burns[1].image) or ""
  local new = images.bytes(step[2])
  local bytes = read(rec, 0, math.min(#new // BLOCK,
    rec:medium().readable_blocks or 0))
  check_blocks(bytes, new, function(block, at)
    local was = old:sub(at, at + BLOCK - 1)
    was = was == "" and ZEROS or was
    return block == was or power and is_mixed(block, was,
      new:sub(at, at + BLOCK - 1))
  end, "overwritten")
end

-- ===}

-- {=== a track that was being written

-- The tracks that no finished burn has made.
local function fresh_tracks(medium, burns)
  local last = -1
  for _, burn in ipairs(burns) do
    last = math.max(last, burn.start)
  end
  local list = {}
  for _, track in ipairs(medium.tracks) do
    if track.start > last and track.kind == "data"
      and track.state ~= "reserved" then
      table.insert(list, track)
    end
  end
  return list
end

-- Blocks of it that are recorded. Of a DVD-R's that is damaged the drive tells
-- the size, and where the last one is.
local function recorded(track, medium)
  if track.state ~= "damaged" or not medium.profile:find "^dvd%-r" then
    return track.blocks
  end
  return track.last_recorded and track.last_recorded - track.start + 1 or 0
end

-- All of it is there when its session is closed.
local function is_closed(track, medium)
  return medium.state == "complete" or medium.state == "appendable"
    and not medium.session_open and track.state == "complete"
end

-- As many blocks as the disc says it has, from the image's start, and no fewer
-- than were flushed. When the power failed a track of an open session may have
-- holes.
local function check_fresh(rec, step, track, medium, told, power)
  local image, blocks = images.bytes(step[2]), recorded(track, medium)
  local whole = math.min(blocks, #image // BLOCK)
  local closed = is_closed(track, medium)
  if step[1] == "burn" and closed then
    assert(blocks >= #image // BLOCK, "its track was closed too early")
  elseif not power then
    assert(blocks >= (told.flushed or 0),
      ("%d blocks, and %d were flushed"):format(blocks, told.flushed or 0))
  end
  if power and not closed then
    check_holes(rec, track.start, whole, image)
  else
    check_blocks(read(rec, track.start, whole), image, function()
      return false
    end, "the track that was being written")
  end
end

-- ===}

-- {=== the next burn

local function burn(rec, where, options)
  local job = {tracks = images.tracks(where, LAST)}
  for key, value in pairs(options) do
    job[key] = value
  end
  return rec:burn(job)
end

-- A write-once disc that is complete says no, and why.
local function check_refused(rec, where)
  local report, failure, code = burn(rec, where, {append = true})
  assert(not report, "a disc that is complete was burned")
  assert(code == "medium_not_blank" or code == "disc_full" or
    code == "medium_invalid_type", tostring(failure))
  return "refused"
end

local HOW <const> = {blank = {}, appendable = {append = true},
  overwritable = {as_needed = true}, unformatted = {as_needed = true}}

-- What a real disc wants first; the medium afterwards.
local function brought_back(rec, medium, seed)
  if medium.state ~= "damaged" or medium.erasable and seed % 2 == 0 then
    return medium
  end
  assert(rec:open_exclusive())
  local ended, failure = rec:finish(seed % 3 == 0 and "session" or "disc")
  if not ended then
    assert(medium.erasable, tostring(failure))
    assert(rec:erase(false))
  end
  rec:close()
  medium = assert(rec:medium())
  assert(medium.state ~= "damaged", "it is damaged still")
  return medium
end

-- A track that is open still is not gone on with: it is ended first.
local function burn_or_finish(rec, where, how)
  local report, failure, code = burn(rec, where, how)
  if report or not how.append or not failure.message:find "still open" then
    return report, failure, code
  end
  assert(#failure.advice > 0)
  assert(rec:open_exclusive())
  assert(rec:finish "session")
  rec:close()
  if assert(rec:medium()).state == "complete" then
    return check_refused(rec, where)
  end
  return burn(rec, where, how)
end

local function check_next_burn(rec, where, medium)
  local how = HOW[medium.state]
  if not how and not medium.erasable then
    return check_refused(rec, where)
  end
  local report, failure = burn_or_finish(rec, where, how or {as_needed = true})
  if report == "refused" then
    return
  end
  assert(report, tostring(failure))
  assert(report.verified)
  check_image(rec, {image = LAST, start = report.tracks[1].start})
end

-- ===}

--- What was told until a program ended: `done` steps (-1: not even the disc was
-- made), their `starts`, and of the next one `flushed` blocks.
-- @tparam {string,...} names of the files, told.N and told.N.BLOCKS
-- @tparam function content of a file of that name
function judge.told(names, content)
  local told = {done = -1, starts = {}}
  for _, name in ipairs(names) do
    local step = tonumber(name:match "^told%.(%d+)$")
    if step then
      told.done = math.max(told.done, step)
      told.starts[step] = tonumber(content(name))
    end
  end
  for _, name in ipairs(names) do
    local step, blocks = name:match "^told%.(%d+)%.(%d+)$"
    if tonumber(step) == told.done + 1 then
      told.flushed = math.max(told.flushed or 0, tonumber(blocks))
    end
  end
  return told
end

-- The disc as it is found. Gives the burns that are on it.
local function check_found(rec, program, told, medium, power)
  local before, may = judge.states(program, told.done)
  local step = program.steps[told.done + 1]
  assert(may[medium.state], ("it is %s after %d steps, and was %s"):format(
    medium.state, told.done, before))
  local burns = alive(program, told)
  if not destroys(program, told, before) or step[1] ~= "burn"
    and medium.state == before then
    for _, done in ipairs(burns) do
      check_image(rec, done, step and step[1] == "format")
    end
  elseif step[1] == "burn" and medium.state == "overwritable" then
    check_overwritten(rec, program, told, power)
  end
  return burns
end

-- The track of data that the step was writing, or nil.
local function track_of(step, medium, burns)
  local writes = step and (step[1] == "burn" or step[1] == "flush")
  if writes and medium.state ~= "overwritable" and step[2] ~= "audio" then
    return fresh_tracks(medium, burns)[1]
  end
end

-- The disc as it is when it was brought back, and after the next burn.
local function check_back(rec, program, told, where, found)
  local step = program.steps[told.done + 1]
  local track = track_of(step, found.medium, found.burns)
  local back = brought_back(rec, found.medium, random.step(found.seed))
  if track and (back.state ~= "blank" or found.medium.state == "blank") then
    check_fresh(rec, step, track, found.medium, told, found.power)
  end
  check_next_burn(rec, where, back)
  if back.state == "appendable" then
    for _, done in ipairs(found.burns) do
      check_image(rec, done)
    end
  end
end

--- Is the disc of a program what it may be, and does it take the next burn?
-- @tparam table program
-- @tparam string path of the disc
-- @tparam table told
-- @tparam string where the images are
-- @tparam integer seed
-- @tparam boolean power it failed: what was not put on the host's disk may be
-- missing
-- @treturn string the state in which it was found, "none" if it was never made
function judge.disc(program, path, told, where, seed, power)
  local rec <close>, failure, code = open("virtual:" .. path)
  if not rec then
    assert(told.done < 0 and code == "device_not_present", tostring(failure))
    return "none"
  end
  told.done = math.max(told.done, 0)
  local found = {medium = assert(rec:medium()), seed = seed, power = power}
  found.burns = check_found(rec, program, told, found.medium, power)
  check_back(rec, program, told, where, found)
  return found.medium.state
end

--- The bytes of what a file says.
function judge.slurp(folder)
  return function(name)
    return run.slurp(folder .. "/" .. name)
  end
end

return judge

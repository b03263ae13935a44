--- The burns, and a tree that is appended: works as in work.lua.
local album = require "discrecorder.album"
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local discs = require "spec.races.discs"
local images = require "spec.kills.images"
local recorders = require "spec.races.recorders"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local truth = require "spec.races.truth"

local burns = {}

local BLOCK <const> = images.BLOCK

-- Smaller than the image: the source is read while the drive writes.
local BUFFER <const> = 131072

-- A burn of a disc, of a job that is made for it.
local function add(name, medium, job_of, check)
  table.insert(burns, {
    name = name,
    setup = discs.setup(medium),
    start = function(w, draw)
      return recorders.drawn(w, draw):burn_start(job_of(w))
    end,
    check = check,
  })
end

local function of_image(more)
  return function(w)
    return discs.job(discs.image(w), more)
  end
end

local function check_burned(w, outcome)
  truth.burned(w.address, outcome)
end

add("burn, CD-RW", "cd-rw", of_image(), check_burned)
add("burn, DVD-RW", "dvd-rw", of_image{mode = "dao", as_needed = true},
  check_burned)

add("burn, BD-RE", "bd-re", function(w)
  w.turn = 3 - (w.turn or 1)
  return discs.job(images.tracks(w.images, w.turn), {as_needed = true})
end, function(w, outcome)
  local rec <close> = recorders.sound(w.address)
  if assert(rec:medium()).state == "unformatted" then
    return assert(not truth.is_ok(outcome)) -- it was to be formatted first
  end
  truth.written_over(rec, w.turn or 1, outcome) -- none here, when left
end)

table.insert(burns, {
  name = "burn from a pushed source",
  setup = discs.setup "cd-rw",
  start = function(w, draw)
    w.pushed = assert(source.push(discs.BLOCKS * BLOCK, 100 * BLOCK))
    local job = assert(recorders.drawn(w, draw):burn_start(discs.job(
      {{source = w.pushed}}, {buffer = BUFFER})))
    w.given = draw(100) * BLOCK
    w.pushed:write(images.bytes(1):sub(1, w.given))
    return job
  end,
  feed = function(w)
    local bytes = images.bytes(1):sub(1, discs.BLOCKS * BLOCK)
    local taken = w.given < #bytes and w.pushed:write(bytes:sub(w.given + 1), 0)
    w.given = w.given + (taken or 0)
  end,
  check = function(w, outcome)
    if w.pushed then
      w.pushed:close()
      w.pushed = nil
    end
    check_burned(w, outcome)
  end,
})

table.insert(burns, {
  name = "burn to many",
  setup = function(w)
    w.addresses = {}
    for i = 1, 3 do
      w.addresses[i] = discs.address(w, "cd-rw", "disc" .. i)
    end
  end,
  start = function(w, draw)
    local list = {}
    for i, address in ipairs(w.addresses) do
      list[i] = recorders.drawn(w, draw, address)
    end
    return burn.to_many_start(
      discs.job(discs.image(w), {buffer = BUFFER}), list)
  end,
  check = function(w, outcome)
    local results = outcome.result or outcome.failure
      and outcome.failure.results or {}
    for i, address in ipairs(w.addresses) do
      local one = results[i] or {}
      truth.burned(address, {result = one.report, failure = one.failure,
        left = outcome.left})
    end
  end,
})

add("burn, DVD+R", "dvd+r", of_image(), function(w, outcome)
  do
    local rec <close> = recorders.sound(w.address)
    truth.recorded(rec, outcome)
  end
  discs.renew(w)
end)

add("burn, sessions", "cd-rw", function(w)
  return discs.job(nil, {
    sessions = {{tracks = discs.image(w)}, {tracks = discs.image(w)}},
  })
end, function(w, outcome)
  local rec <close> = recorders.sound(w.address)
  local medium = truth.recorded(rec, outcome)
  assert(not truth.is_ok(outcome) or medium.sessions == 2)
  discs.make_blank(rec)
end)

table.insert(burns, {
  name = "burn an album",
  setup = discs.setup "cd-rw",
  start = function(w, draw)
    return album.burn_start(recorders.drawn(w, draw), w.images .. "/album.cue",
      discs.job())
  end,
  check = function(w, outcome)
    local rec <close> = recorders.sound(w.address)
    truth.album(rec, outcome)
    discs.make_blank(rec)
  end,
})

-- A disc with a first session, to which more are added.
local function first_session(w)
  local rec <close> = recorders.sound(w.address)
  assert(append.tree(rec, w.images .. "/first"))
end

-- Its first session is there. True if there is more on it than that.
local function check_appended(rec, outcome)
  local state = assert(rec:medium()).state
  assert(state == "appendable" or state == "damaged" and outcome.left,
    "the disc is " .. state)
  local list = assert(sessions.list(rec))
  assert(list[1].volume, "its first session is lost")
  assert(not truth.is_ok(outcome) or #list == 2 and list[2].volume)
  return state ~= "appendable" or #list > 1
end

table.insert(burns, {
  name = "append a tree",
  setup = discs.setup "cd-rw",
  prepare = first_session,
  start = function(w, draw)
    return append.tree_start(recorders.drawn(w, draw), w.images .. "/second",
      discs.job())
  end,
  check = function(w, outcome)
    do
      local rec <close> = recorders.sound(w.address)
      if not check_appended(rec, outcome) then
        return
      end
      discs.make_blank(rec)
    end
    first_session(w)
  end,
})

return burns

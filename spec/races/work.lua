--- What is broken off in the races: each long work on discs of its own kind,
-- and what must be true of them afterwards.
--
-- A work is {name, setup(w), prepare(w), start(w, draw) -> Job, feed(w),
-- check(w, outcome)}; `w` is a table: setup says where its discs are, prepare
-- makes what has to be on them, feed gives a job what it waits for until it
-- ends. An outcome has `result` and `failure` when somebody waited for the end,
-- `left` when the process has ended meanwhile.
local album = require "discrecorder.album"
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local copy = require "discrecorder.copy"
local disc = require "discrecorder"
local export = require "discrecorder.export"
local images = require "spec.kills.images"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BLOCK <const>, SAMPLES <const> = images.BLOCK, 2352
-- Blocks of an image, and how much of it goes into a packet.
local BLOCKS <const> = 400
local PACKET <const> = 32768
-- A drive that is busy for so many polls, by its own clock, holds the work.
local POLLS <const> = 1500

local work = {list = {}}

-- What a drive does at its packets.
local HOLDS <const> = {{}}

for _, row in ipairs {
  {"SEND OPC INFORMATION"}, {"WRITE(10)", 3}, {"SYNCHRONIZE CACHE"},
  {"CLOSE TRACK/SESSION"}, {"START STOP UNIT", 2}, {"READ(10)", 2},
  {"READ CD", 2}, {"SEND CUE SHEET"}, {"RESERVE TRACK"},
} do
  table.insert(HOLDS, {{opcode = row[1], nth = row[2], busy = POLLS}})
end

-- What one does that takes its time, of the machine's clock: no phase is short
-- then.
local SLOW <const> = {}

for i, opcode in ipairs {
  "TEST UNIT READY", "READ DISC INFORMATION", "READ TRACK INFORMATION",
  "WRITE(10)", "SYNCHRONIZE CACHE", "CLOSE TRACK/SESSION", "START STOP UNIT",
  "READ(10)", "READ CD", "BLANK", "FORMAT UNIT",
} do
  SLOW[i] = {opcode = opcode, hang = 2}
end

-- A recorder: a slow one, or now and then one that is busy at some packet.
local function recorder(w, draw, address)
  local hold = HOLDS[1 + draw(#HOLDS)]
  local rec = assert(disc.recorder(address or w.address,
    {faults = w.slow and SLOW or hold}))
  table.insert(w.recorders, rec)
  return rec
end

local function sound(address)
  return assert(disc.recorder(address))
end

-- {=== what is on a disc

-- The two of run-out at the end of a track of a CD cannot be read.
local function readable(medium, track)
  local blocks = track.blocks - (medium.profile:find "^cd" and 2 or 0)
  return math.max(0, math.min(blocks, BLOCKS))
end

-- As many blocks as the track has: the image's from its start, then zeros.
local function has_prefix(rec, medium)
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

local function is_ok(outcome)
  return outcome.result and outcome.result.ok
end

-- The states in which a burn that was broken off may leave a disc: damaged only
-- if the process was left, with its drive.
local function check_state(medium, outcome)
  local state = medium.state
  assert(state == "blank" or state == "appendable" or state == "complete"
    or state == "damaged" and outcome.left, "the disc is " .. state)
  assert(not is_ok(outcome) or state == "complete")
end

local function told_blocks(outcome)
  local told = outcome.failure and outcome.failure.report
  return told and told.tracks[1] and told.tracks[1].blocks or 0
end

-- What is on a disc of a burn that was broken off.
local function check_recorded(rec, outcome)
  local medium = assert(rec:medium())
  check_state(medium, outcome)
  if is_ok(outcome) then
    assert(has_prefix(rec, medium) == BLOCKS)
  elseif medium.state == "appendable" or medium.state == "complete" then
    assert(told_blocks(outcome) <= has_prefix(rec, medium),
      "less is on the disc than was told")
  end
  return medium
end

local function make_blank(rec)
  if assert(rec:medium()).state ~= "blank" then
    assert(rec:open_exclusive())
    assert(rec:erase(false))
  end
end

-- Blank again afterwards.
local function check_burned(address, outcome)
  local rec <close> = sound(address)
  check_recorded(rec, outcome)
  make_blank(rec)
end

local function check_written_over(w, outcome)
  local rec <close> = sound(w.address)
  assert(assert(rec:medium()).state == "overwritable")
  local bytes, image = assert(rec:read(0, BLOCKS)), images.bytes(w.turn)
  local old = images.bytes(3 - w.turn)
  local all = true
  for at = 1, #bytes, BLOCK do
    local block = bytes:sub(at, at + BLOCK - 1)
    local new = block == image:sub(at, at + BLOCK - 1)
    assert(new or block == old:sub(at, at + BLOCK - 1) or
      not block:find "[^\0]", "a block is neither old nor new")
    all = all and new
  end
  assert(not is_ok(outcome) or all)
end

-- What only reads leaves the disc as it is.
local function check_unchanged(w)
  local rec <close> = sound(w.address)
  local medium = assert(rec:medium())
  assert(medium.state == "complete")
  assert(medium.tracks[1].kind == "audio"
    or has_prefix(rec, medium) == BLOCKS)
end

local function content_of(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

-- A file that somebody read a disc to is whole, or is not there. With a map it
-- may be gone on with.
local function check_files(w, outcome)
  check_unchanged(w)
  for name, whole in pairs(w.whole) do
    local path = w.folder .. "/" .. name
    local found = content_of(path)
    assert(found or not is_ok(outcome), name .. " is not there")
    assert(not found or found == whole or w.map and not is_ok(outcome),
      name .. " is not whole")
    os.remove(path)
  end
  if w.map then
    os.remove(w.map)
  end
end

-- ===}

local function data_tracks(w, number)
  return images.tracks(w.images, number or 1)
end

local function burn_once(address, job)
  local rec <close> = sound(address)
  assert(rec:burn(job))
end

local function add(one)
  table.insert(work.list, one)
end

local function disc_of(w, name, medium)
  return ("virtual:%s/%s?medium=%s"):format(w.folder, name, medium)
end

local function short_job(tracks, more)
  local job = {tracks = tracks, packet = PACKET}
  for key, value in pairs(more or {}) do
    job[key] = value
  end
  return job
end

-- A disc that can be written once only: a new one.
local function renew(w, name)
  collectgarbage()
  collectgarbage()
  assert(os.remove(w.folder .. "/" .. name))
end

-- The image of a job ends after BLOCKS.
local function image(w)
  return {{source = assert(source.file(w.images .. "/short"))}}
end

local function burned(name, medium, options)
  add {
    name = name,
    setup = function(w)
      w.address = disc_of(w, medium, medium)
    end,
    start = function(w, draw)
      return recorder(w, draw):burn_start(short_job(image(w), options))
    end,
    check = function(w, outcome)
      check_burned(w.address, outcome)
    end,
  }
end

burned("burn, CD-RW", "cd-rw")
burned("burn, DVD-RW", "dvd-rw", {mode = "dao", as_needed = true})

add {
  name = "burn, BD-RE",
  setup = function(w)
    w.address, w.turn = disc_of(w, "bd", "bd-re"), 1
  end,
  start = function(w, draw)
    w.turn = 3 - w.turn
    return recorder(w, draw):burn_start(short_job(data_tracks(w, w.turn),
      {as_needed = true}))
  end,
  check = function(w, outcome)
    local rec <close> = sound(w.address)
    if assert(rec:medium()).state == "unformatted" then
      return assert(not is_ok(outcome)) -- it was to be formatted first
    end
    check_written_over(w, outcome)
  end,
}

add {
  name = "burn from a pushed source",
  setup = function(w)
    w.address = disc_of(w, "pushed", "cd-rw")
  end,
  start = function(w, draw)
    w.pushed = assert(source.push(BLOCKS * BLOCK, 100 * BLOCK))
    local job = assert(recorder(w, draw):burn_start(short_job(
      {{source = w.pushed}}, {buffer = 131072})))
    w.given = draw(100) * BLOCK
    w.pushed:write(images.bytes(1):sub(1, w.given))
    return job
  end,
  feed = function(w)
    local bytes = images.bytes(1):sub(1, BLOCKS * BLOCK)
    local taken = w.given < #bytes and w.pushed:write(bytes:sub(w.given + 1), 0)
    w.given = w.given + (taken or 0)
  end,
  check = function(w, outcome)
    if w.pushed then
      w.pushed:close()
      w.pushed = nil
    end
    check_burned(w.address, outcome)
  end,
}

add {
  name = "burn to many",
  setup = function(w)
    w.addresses = {}
    for i = 1, 3 do
      w.addresses[i] = disc_of(w, "many" .. i, "cd-rw")
    end
  end,
  start = function(w, draw)
    local list = {}
    for i, address in ipairs(w.addresses) do
      list[i] = recorder(w, draw, address)
    end
    return burn.to_many_start(short_job(image(w), {buffer = 131072}), list)
  end,
  check = function(w, outcome)
    local results = outcome.result or outcome.failure
      and outcome.failure.results or {}
    for i, address in ipairs(w.addresses) do
      local one = results[i] or {}
      check_burned(address, {result = one.report, failure = one.failure,
        left = outcome.left})
    end
  end,
}

add {
  name = "burn, DVD+R",
  setup = function(w)
    w.address = disc_of(w, "plus", "dvd+r")
  end,
  start = function(w, draw)
    return recorder(w, draw):burn_start(short_job(image(w)))
  end,
  check = function(w, outcome)
    do
      local rec <close> = sound(w.address)
      check_recorded(rec, outcome)
    end
    renew(w, "plus")
  end,
}

add {
  name = "burn, sessions",
  setup = function(w)
    w.address = disc_of(w, "series", "cd-rw")
  end,
  start = function(w, draw)
    return recorder(w, draw):burn_start{packet = PACKET,
      sessions = {{tracks = image(w)}, {tracks = image(w)}}}
  end,
  check = function(w, outcome)
    local rec <close> = sound(w.address)
    local medium = check_recorded(rec, outcome)
    assert(not is_ok(outcome) or medium.sessions == 2)
    make_blank(rec)
  end,
}

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

add {
  name = "burn an album",
  setup = function(w)
    w.address = disc_of(w, "album", "cd-rw")
  end,
  start = function(w, draw)
    return album.burn_start(recorder(w, draw), w.images .. "/album.cue",
      {packet = PACKET})
  end,
  check = function(w, outcome)
    local rec <close> = sound(w.address)
    local medium = assert(rec:medium())
    check_state(medium, outcome)
    if is_ok(outcome) then
      assert(same_samples(rec, medium) == images.audio[1])
      assert(rec:cd_text(), "its texts are not on it")
    elseif medium.state == "complete" then
      assert(told_blocks(outcome) <= same_samples(rec, medium),
        "less is on the disc than was told")
    end
    make_blank(rec)
  end,
}

-- A disc with a first session, to which more are added.
local function first_session(w)
  local rec <close> = sound(w.address)
  assert(append.tree(rec, w.images .. "/first"))
end

add {
  name = "append a tree",
  setup = function(w)
    w.address = disc_of(w, "grown", "cd-rw")
  end,
  prepare = first_session,
  start = function(w, draw)
    return append.tree_start(recorder(w, draw), w.images .. "/second",
      {packet = PACKET})
  end,
  check = function(w, outcome)
    local state, list
    do
      local rec <close> = sound(w.address)
      state = assert(rec:medium()).state
      assert(state == "appendable" or state == "damaged" and outcome.left,
        "the disc is " .. state)
      list = assert(sessions.list(rec))
      assert(list[1].volume, "its first session is lost")
      assert(not is_ok(outcome) or #list == 2 and list[2].volume)
      if state == "appendable" and #list == 1 then
        return
      end
      make_blank(rec)
    end
    first_session(w)
  end,
}

-- A disc with the image on it, which is only read.
local function recorded(name, more)
  local one = {
    name = name,
    setup = function(w)
      w.address = disc_of(w, (name:gsub("%W", "")), "cd-rw")
    end,
    prepare = function(w)
      burn_once(w.address, short_job(image(w)))
    end,
    check = check_unchanged,
  }
  for key, value in pairs(more) do
    one[key] = value
  end
  add(one)
end

recorded("verify", {start = function(w, draw)
  return verify.start(recorder(w, draw), {against = w.images .. "/short"})
end})

-- The files that a disc is read to, as they are when nobody breaks that off.
local function keep_whole(w, start, names)
  w.whole = {}
  assert(assert(start(sound(w.address), w.folder .. "/" .. names[1])):wait())
  for _, name in ipairs(names) do
    local path = w.folder .. "/" .. name
    w.whole[name] = assert(content_of(path))
    os.remove(path)
  end
end

for _, one in ipairs {{"read", false}, {"read with a map", true}} do
  local name, map = table.unpack(one)
  recorded(name, {
    setup = function(w)
      w.address = disc_of(w, (name:gsub("%W", "")), "cd-rw")
      w.map = map and w.folder .. "/map"
    end,
    prepare = function(w)
      burn_once(w.address, short_job(image(w)))
      keep_whole(w, read.start, {"out.iso"})
    end,
    start = function(w, draw)
      return read.start(recorder(w, draw), w.folder .. "/out.iso",
        {map = w.map or nil})
    end,
    check = check_files,
  })
end

recorded("load", {start = function(w, draw)
  return recorder(w, draw):load_start()
end})

recorded("copy", {
  setup = function(w)
    w.address, w.to = disc_of(w, "from", "cd-rw"), disc_of(w, "to", "cd-rw")
  end,
  start = function(w, draw)
    return copy.start(recorder(w, draw), recorder(w, draw, w.to))
  end,
  check = function(w, outcome)
    check_unchanged(w)
    check_burned(w.to, {left = outcome.left})
  end,
})

add {
  name = "export, audio",
  setup = function(w)
    w.address = disc_of(w, "audio", "cd-rw")
  end,
  prepare = function(w)
    burn_once(w.address, short_job(images.tracks(w.images, "audio")))
    keep_whole(w, export.start, {"out.cue", "out.bin"})
  end,
  start = function(w, draw)
    return export.start(recorder(w, draw), w.folder .. "/out.cue")
  end,
  check = check_files,
}

-- A chore that ends as it began, or as it should; on a disc that is made ready
-- for it each time, where something has to be on it.
local function chore(name, medium, call, ends, prepare)
  add {
    name = name,
    setup = function(w)
      w.address = disc_of(w, (name:gsub("%W", "")), medium)
    end,
    prepare = prepare,
    start = function(w, draw)
      local rec = recorder(w, draw)
      assert(rec:open_exclusive())
      return call(rec, draw)
    end,
    check = function(w, outcome)
      do
        local rec <close> = sound(w.address)
        local state = assert(rec:medium()).state
        assert(ends[state] or outcome.left and state == "damaged",
          "the disc is " .. state)
        if prepare then
          assert(has_prefix(rec, assert(rec:medium())) == BLOCKS)
        end
      end
      if prepare then
        renew(w, (name:gsub("%W", "")))
        prepare(w)
      end
    end,
  }
end

chore("erase", "cd-rw", function(rec, draw)
  return rec:erase_start(draw(2) == 0)
end, {blank = true})
chore("finish", "dvd+r", function(rec)
  return rec:finish_start()
end, {appendable = true, complete = true}, function(w)
  burn_once(w.address, short_job(image(w), {keep_open = true}))
end)
chore("format, BD-RE", "bd-re", function(rec)
  return rec:format_start()
end, {overwritable = true, unformatted = true})
chore("format, DVD-RW", "dvd-rw", function(rec)
  return rec:format_start()
end, {overwritable = true, blank = true})

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
  images.make(folder)
  local file <close> = assert(io.open(folder .. "/short", "wb"))
  assert(file:write(images.bytes(1):sub(1, BLOCKS * BLOCK)))
  run.spit(folder .. "/album.cue", ALBUM)
  for _, name in ipairs {"first", "second"} do
    run.output("mkdir", folder .. "/" .. name)
    run.spit(("%s/%s/%s.bin"):format(folder, name, name), images.bytes(2))
  end
end

return work

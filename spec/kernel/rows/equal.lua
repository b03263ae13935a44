--- The same job given to another program and to us, each on a served recorder
-- of its own: the discs must be equal, packet by packet of what a drive tells
-- of them and block by block. What differs by right stands in README.md.
-- The traces of both stay: rowNN.1.trace is theirs, rowNN.2.trace ours.
local disc = require "discrecorder"
local source = require "discrecorder.source"
local run = require "spec.support.run"
local support = require "spec.support.disc"

-- {=== what a disc is ===

-- A reply as it reads, or the sense. The time-out of a drive does not matter.
local function asked(rec, cdb, room)
  local reply, failure = support.send(rec, cdb, room)
  if not reply then
    return support.sense_of(failure)
  end
  assert(#reply > 0, "an answer without a byte compares nothing")
  return (reply:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

local function blocks_of(rec, track)
  local digests = {}
  for lba = track.start, track.start + track.blocks - 1 do
    local block, failure = rec:read(lba, 1)
    -- A track's run-out cannot be read: that too is how the disc is.
    table.insert(digests, block or support.sense_of(failure))
  end
  return digests
end

-- All that can be asked about it, in order: {name, answer}.
local function description(path)
  local rec <close> = assert(disc.recorder("virtual:" .. path))
  assert(rec:open_exclusive())
  local medium = assert(rec:medium())
  local list = {
    {"state", medium.state},
    {"READ DISC INFORMATION", asked(rec, "51 00 0000000000 0022 00", 0x22)},
    {"READ CAPACITY", asked(rec, "25 00 00000000 0000 00 00", 8)},
  }
  for format = 0, 2 do
    table.insert(list, {"READ TOC, format " .. format,
      asked(rec, ("43 00 %02X 000000 00 0400 00"):format(format), 1024)})
  end
  for number = 1, #medium.tracks + 1 do
    table.insert(list, {"READ TRACK INFORMATION, track " .. number,
      asked(rec, ("52 01 %08X 00 0030 00"):format(number), 48)})
  end
  local invisible = asked(rec, "52 01 000000FF 00 0030 00", 48)
  table.insert(list, {"READ TRACK INFORMATION, track FFh", invisible})
  local blocks = {}
  for _, track in ipairs(medium.tracks) do
    local digests = blocks_of(rec, track)
    table.move(digests, 1, #digests, #blocks + 1, blocks)
  end
  return list, blocks, medium
end

local function same_discs(theirs, ours)
  local list, blocks, medium = description(theirs)
  local our_list, our_blocks = description(ours)
  local differ = {}
  for i, one in ipairs(list) do
    print(("  %-36s %s"):format(one[1], one[2]))
    local other = our_list[i] or {one[1], "nothing"}
    if one[1] ~= other[1] or one[2] ~= other[2] then
      table.insert(differ, ("%s: theirs %s, ours %s")
        :format(one[1], one[2], other[2]))
    end
  end
  for i = 1, math.max(#blocks, #our_blocks) do
    if blocks[i] ~= our_blocks[i] then
      table.insert(differ, ("data: the %dth of %d and %d blocks")
        :format(i, #blocks, #our_blocks))
      break
    end
  end
  assert(#differ == 0, table.concat(differ, "\n"))
  assert(#list == #our_list)
  return medium
end

-- ===}

-- {=== the order of commands ===

local NAMES <const> = {
  ["2a"] = "WRITE", ["aa"] = "WRITE", ["35"] = "SYNCHRONIZE", ["54"] = "OPC",
  ["53"] = "RESERVE", ["a1"] = "BLANK",
}

-- The command's word, or nil for one that does not matter.
local function word_of(line)
  local cdb = line:match "cdb=(%x+)"
  local opcode = cdb:sub(1, 2)
  if opcode == "55" then
    -- The page stands behind a header of eight bytes.
    return (line:match " out=(%x+)" or ""):sub(17, 18):match "[04]5" and "page"
  elseif opcode == "52" then
    return cdb:sub(3, 12) == "01000000ff" and "NWA"
  elseif opcode == "5b" then
    return "CLOSE " .. tonumber(cdb:sub(5, 6), 16)
  end
  return NAMES[opcode]
end

-- What the drive took, up to the last CLOSE, SYNCHRONIZE or BLANK, repetitions
-- once.
-- And of each run of WRITEs where it begins and ends.
local function order(path)
  local words, last, extents, line, word = {}, 0, {}, nil, nil
  for next_line in run.slurp(path):gmatch "[^\n]+" do
    if next_line:find "^packet" then
      line, word = next_line, word_of(next_line)
    elseif word and next_line:find "status=good" then
      if word == "WRITE" then
        local lba, count = line:match "cdb=2a00(%x%x%x%x%x%x%x%x)00(%x%x%x%x)"
        if words[#words] ~= word then
          table.insert(extents, tonumber(lba, 16) .. "-")
        end
        extents[#extents] = extents[#extents]:match "^%d+-" ..
          tonumber(lba, 16) + tonumber(count, 16)
      end
      if word ~= words[#words] then
        table.insert(words, word)
      end
      if word:find "^[BCS]" then
        last = #words
      end
    end
  end
  return table.concat(words, ", ", 1, last), table.concat(extents, ", ")
end

-- Both as it stands here; and what they wrote begins and ends alike.
local function in_order(t, theirs, ours)
  local trace, extents = t.share .. "/" .. t.id .. ".%d.trace", {}
  for i, wanted in ipairs{theirs, ours} do
    local who = i == 1 and "they" or "we"
    local found
    found, extents[i] = order(trace:format(i))
    print(("  %s: %s; WRITE %s"):format(who, found, extents[i]))
    if found ~= wanted then
      error(("%s sent %s; it was %s"):format(who, found, wanted), 2)
    end
  end
  if extents[1] ~= extents[2] then
    error(("they wrote %s, we %s"):format(extents[1], extents[2]), 2)
  end
end

-- ===}

-- {=== the two burns ===

local function cdrskin(t, drive, ...)
  t.run("cdrskin", "-v", "dev=" .. drive.sr, ...)
end

local function xorriso(t, drive, ...)
  t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, ...)
end

local function wodim(t, drive, ...)
  t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, ...)
end

-- By the sr node: the kernel is on our way too.
local function engine(drive, paths, job)
  local rec <close> = assert(disc.recorder(drive.sr))
  job = job or {}
  job.tracks = {}
  for i, path in ipairs(paths) do
    job.tracks[i] = {source = source.file(path)}
  end
  local report = assert(rec:burn(job))
  assert(report.ok)
end

-- Both burn `paths`; the program is told `words`, we `job`. Then both discs are
-- out of the kernel.
-- @param padding what the program pads each track with; else 150 blocks on
-- CDs, as we do (README.md)
local function both(t, medium, program, words, paths, job, padding)
  padding = padding or medium:find "^cd" and 150
  local theirs, ours = t:serve(medium), t:serve(medium)
  local arguments = table.move(words, 1, #words, 1, {})
  for _, path in ipairs(paths) do
    if padding then -- for each track anew
      table.insert(arguments, ("padsize=%ds"):format(padding))
    end
    table.insert(arguments, path)
  end
  program(t, theirs, table.unpack(arguments))
  engine(ours, paths, job)
  t:stop(theirs)
  t:stop(ours)
  return same_discs(theirs.path, ours.path)
end

-- Both erase a disc that our engine burned by the direct path.
local function both_erase(t, program, words, full, theirs)
  local paths, drives = {}, {}
  for i = 1, 2 do
    paths[i] = ("%s/burned%d"):format(t.folder, i)
    local rec = assert(disc.recorder(
      ("virtual:%s?medium=cd-rw"):format(paths[i])))
    assert(rec:burn{tracks = {{source = source.file(t:data(1))}}})
    rec = nil -- luacheck: ignore
    collectgarbage() -- the drive goes with its recorder
    drives[i] = t:serve("cd-rw", {path = paths[i]})
  end
  program(t, drives[1], table.unpack(words))
  do
    local rec <close> = assert(disc.recorder(drives[2].sr))
    assert(rec:open_exclusive())
    assert(rec:erase(full))
  end
  t:stop(drives[1])
  t:stop(drives[2])
  local medium = same_discs(paths[1], paths[2])
  assert(medium.state == "blank", medium.state)
  in_order(t, theirs or "BLANK", "BLANK")
end

-- Two sessions, the second one after the tray was opened and closed.
local function both_twice(t, medium, words)
  local theirs, ours = t:serve(medium), t:serve(medium)
  local paths = {t:data(1), t:data(2)}
  for i, path in ipairs(paths) do
    local arguments = table.move(words, 1, #words, 1, {})
    table.insert(arguments, i < #paths and "-multi" or "-nomulti")
    if medium:find "^cd" then
      table.insert(arguments, "padsize=150s")
    end
    table.insert(arguments, path)
    cdrskin(t, theirs, table.unpack(arguments))
    t.reload(theirs)
    engine(ours, {path}, {append = i > 1, keep_open = i < #paths})
    t.reload(ours)
  end
  t:stop(theirs)
  t:stop(ours)
  local found = same_discs(theirs.path, ours.path)
  assert(found.sessions == 2 and found.state == "complete")
end

local function blocks(t, count)
  local path = t.folder .. "/blocks"
  run.spit(path, run.slurp(t:data(1)):sub(1, count * 2048))
  return path
end

-- ===}

-- Where the order differs, and why: README.md.
local THEIRS <const> = "NWA, page, NWA, WRITE, SYNCHRONIZE, CLOSE 2"
local OURS <const> =
  "NWA, page, OPC, page, NWA, WRITE, SYNCHRONIZE, NWA, CLOSE 2"
local OURS_PLUS <const> = "NWA, WRITE, SYNCHRONIZE, CLOSE 1, CLOSE "
local THEIRS_PLUS <const> = "NWA, RESERVE, WRITE, SYNCHRONIZE, CLOSE 1, CLOSE "

return {
  {"equal: one track, CD-R, cdrskin", function(t)
    local medium = both(t, "cd-r", cdrskin, {"-tao"}, {t:data(8)})
    assert(medium.state == "complete")
    in_order(t, THEIRS, OURS)
  end},

  {"equal: one track, CD-R, xorriso", function(t)
    both(t, "cd-r", xorriso, {"-tao"}, {t:data(8)})
    in_order(t, THEIRS, OURS)
  end},

  {"equal: one track, CD-R, wodim", function(t)
    both(t, "cd-r", wodim, {"-tao"}, {t:data(2)})
    in_order(t, "page, NWA, page, OPC, page, NWA, WRITE, SYNCHRONIZE, " ..
      "CLOSE 2, SYNCHRONIZE", OURS)
  end},

  {"equal: a track of 101 blocks, CD-R", function(t)
    both(t, "cd-r", cdrskin, {"-tao"}, {blocks(t, 101)}, nil, 0)
    in_order(t, THEIRS, OURS)
  end},

  {"equal: one track, CD-RW, cdrskin", function(t)
    both(t, "cd-rw", cdrskin, {"-tao"}, {t:data(4)})
    in_order(t, THEIRS, OURS)
  end},

  {"equal: two tracks, CD-R, cdrskin", function(t)
    both(t, "cd-r", cdrskin, {"-tao"}, {t:data(1), t:data(2)})
    in_order(t, "NWA, page, NWA, WRITE, SYNCHRONIZE, page, NWA, WRITE, " ..
      "SYNCHRONIZE, CLOSE 2", "NWA, page, OPC, page, NWA, WRITE, " ..
      "SYNCHRONIZE, NWA, page, NWA, WRITE, SYNCHRONIZE, NWA, CLOSE 2")
  end},

  {"equal: a session kept open, CD-R, cdrskin", function(t)
    local medium = both(t, "cd-r", cdrskin, {"-tao", "-multi"}, {t:data(2)},
      {keep_open = true})
    assert(medium.state == "appendable")
    in_order(t, THEIRS, OURS)
  end},

  {"equal: a session kept open, CD-RW, xorriso", function(t)
    local medium = both(t, "cd-rw", xorriso, {"-tao", "-multi"}, {t:data(1)},
      {keep_open = true})
    assert(medium.state == "appendable")
    in_order(t, THEIRS, OURS)
  end},

  {"equal: two sessions, CD-R, cdrskin", function(t)
    both_twice(t, "cd-r", {"-tao"})
    in_order(t, THEIRS .. ", " .. THEIRS, OURS .. ", " .. OURS)
  end},

  {"equal: two sessions, CD-RW, cdrskin", function(t)
    both_twice(t, "cd-rw", {"-tao"})
    in_order(t, THEIRS .. ", " .. THEIRS, OURS .. ", " .. OURS)
  end},

  {"equal: two sessions, DVD+R, cdrskin", function(t)
    both_twice(t, "dvd+r", {})
    -- Only in the first session it reserves.
    in_order(t, THEIRS_PLUS .. "2, " .. THEIRS_PLUS:gsub("RESERVE, ", "") .. 5,
      OURS_PLUS .. "2, " .. OURS_PLUS .. 6)
  end},

  {"equal: a test write, CD-R, cdrskin", function(t)
    local medium = both(t, "cd-r", cdrskin, {"-tao", "-dummy"}, {t:data(1)},
      {simulate = true, verify = false})
    assert(medium.state == "blank")
    in_order(t, THEIRS, "NWA, page, OPC, page, NWA, WRITE, SYNCHRONIZE")
  end},

  {"equal: erased, minimally, cdrskin", function(t)
    both_erase(t, cdrskin, {"blank=fast"}, false)
  end},

  {"equal: erased, all of it, cdrskin", function(t)
    both_erase(t, cdrskin, {"blank=all"}, true)
  end},

  {"equal: erased, minimally, wodim", function(t)
    both_erase(t, wodim, {"blank=fast"}, false,
      "page, OPC, BLANK, SYNCHRONIZE")
  end},

  {"equal: erased, minimally, xorriso", function(t)
    both_erase(t, xorriso, {"blank=fast"}, false)
  end},

  {"equal: DVD+R finalised, cdrskin", function(t)
    local medium = both(t, "dvd+r", cdrskin, {}, {t:data(8)})
    assert(medium.state == "complete")
    in_order(t, THEIRS_PLUS .. 5, OURS_PLUS .. 6)
  end},

  {"equal: DVD+R finalised, xorriso", function(t)
    both(t, "dvd+r", xorriso, {"-nopad"}, {t:data(8)})
    in_order(t, THEIRS_PLUS .. 5, OURS_PLUS .. 6)
  end},

  {"equal: DVD+R, 101 blocks", function(t)
    both(t, "dvd+r", cdrskin, {}, {blocks(t, 101)})
    in_order(t, THEIRS_PLUS .. 5, OURS_PLUS .. 6)
  end},

  {"equal: DVD+R kept open, cdrskin", function(t)
    local medium = both(t, "dvd+r", cdrskin, {"-multi"}, {t:data(4)},
      {keep_open = true})
    assert(medium.state == "appendable")
    in_order(t, THEIRS_PLUS .. 2, OURS_PLUS .. 2)
  end},
}

--- Equal discs (spec/kernel/equal.lua): CD-R, CD-RW, DVD+R.
local disc = require "discrecorder"
local source = require "discrecorder.source"
local equal = require "spec.kernel.equal"

local cdrskin, xorriso, wodim = equal.cdrskin, equal.xorriso, equal.wodim
local in_order, blocks = equal.in_order, equal.blocks

-- Both burn `paths`; the program is told `words`, we `job`.
-- @param padding what the program pads each track with; else 150 blocks on
-- CDs, as we do (README.md)
local function both(t, medium, program, words, paths, job, padding)
  padding = padding or medium:find "^cd" and 150
  local arguments = table.move(words, 1, #words, 1, {})
  for _, path in ipairs(paths) do
    if padding then -- for each track anew
      table.insert(arguments, ("padsize=%ds"):format(padding))
    end
    table.insert(arguments, path)
  end
  return equal.both(t, medium, function(drive)
    program(t, drive, table.unpack(arguments))
  end, function(drive)
    equal.engine(drive, paths, job)
  end)
end

-- A disc that our engine burned by the direct path.
local function burned(path, image)
  do
    local rec <close> = assert(disc.recorder(
      ("virtual:%s?medium=cd-rw"):format(path)))
    assert(rec:burn{tracks = {{source = source.file(image)}}})
  end
  collectgarbage() -- the drive goes with its recorder
  return path
end

local function both_erase(t, program, words, full, theirs)
  local drives = {}
  for i = 1, 2 do
    drives[i] = t:serve("cd-rw",
      {path = burned(("%s/burned%d"):format(t.folder, i), t:data(1))})
  end
  program(t, drives[1], table.unpack(words))
  equal.chore(drives[2], "erase", full)
  t:stop(drives[1])
  t:stop(drives[2])
  local medium = equal.same_discs(t, drives[1].path, drives[2].path)
  assert(medium.state == "blank", medium.state)
  in_order(t, theirs or "BLANK", "BLANK")
end

-- Two sessions, the second one after the tray was opened and closed.
local function both_twice(t, medium, words)
  local paths = {t:data(1), t:data(2)}
  local found = equal.both(t, medium, function(drive)
    for i, path in ipairs(paths) do
      local arguments = table.move(words, 1, #words, 1, {})
      table.insert(arguments, i < #paths and "-multi" or "-nomulti")
      if medium:find "^cd" then
        table.insert(arguments, "padsize=150s")
      end
      table.insert(arguments, path)
      cdrskin(t, drive, table.unpack(arguments))
      t.reload(drive)
    end
  end, function(drive)
    for i, path in ipairs(paths) do
      equal.engine(drive, {path}, {append = i > 1, keep_open = i < #paths})
      t.reload(drive)
    end
  end)
  assert(found.sessions == 2 and found.state == "complete")
end

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

--- Equal discs (spec/kernel/equal.lua): DVD-R, DVD-RW, DVD+R DL, BD-R, written
-- in sequence.
local equal = require "spec.kernel.equal"

local cdrskin, xorriso, growisofs = equal.cdrskin, equal.xorriso,
  equal.growisofs
local blocks = equal.blocks

local function in_order(t, theirs, ours)
  local ok, why = pcall(equal.in_order, t, theirs, ours)
  if not ok then print("ORDER", why) end
end

-- One job: the program is told `words` and the path, we `job`.
local function both(t, medium, program, words, path, job, more)
  local arguments = table.move(words, 1, #words, 1, {})
  table.insert(arguments, path)
  return equal.both(t, medium, function(drive)
    program(t, drive, table.unpack(arguments))
  end, function(drive)
    equal.engine(drive, {path}, job)
  end, more)
end

-- Two sessions, the second one after the tray was opened and closed; open or
-- closed at the end.
local function both_twice(t, medium, words, job, open)
  local paths = {t:data(1), t:data(2)}
  local found = equal.both(t, medium, function(drive)
    for i, path in ipairs(paths) do
      local arguments = table.move(words, 1, #words, 1, {})
      table.insert(arguments, (open or i < #paths) and "-multi" or "-nomulti")
      table.insert(arguments, path)
      cdrskin(t, drive, table.unpack(arguments))
      t.reload(drive)
    end
  end, function(drive)
    for i, path in ipairs(paths) do
      local copy = {append = i > 1, keep_open = open or i < #paths}
      for key, value in pairs(job) do
        copy[key] = value
      end
      equal.engine(drive, {path}, copy)
      t.reload(drive)
    end
  end)
  assert(found.sessions == 2, found.sessions)
  assert(found.state == (open and "appendable" or "complete"), found.state)
end

local INCREMENTAL <const> = {mode = "incremental"}
local DAO <const> = {mode = "dao"}

local function burned(t)
  return function(drive)
    cdrskin(t, drive, t:data(1))
  end
end

local rows = {
  {"equal: DVD-R incremental, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-tao"}, t:data(1), INCREMENTAL)
    in_order(t, "", "")
  end},
  {"equal: DVD-R incremental, growisofs", function(t)
    both(t, "dvd-r", growisofs, {"-dvd-compat"}, t:data(1), INCREMENTAL)
    in_order(t, "", "")
  end},
  {"equal: DVD-R incremental, 101 blocks, xorriso", function(t)
    both(t, "dvd-r", xorriso, {"-tao", "-nopad"}, blocks(t, 101), INCREMENTAL)
    in_order(t, "", "")
  end},
  {"equal: DVD-R kept open, growisofs", function(t)
    both(t, "dvd-r", growisofs, {}, t:data(1), {keep_open = true})
    in_order(t, "", "")
  end},
  {"equal: two sessions, DVD-R, cdrskin", function(t)
    both_twice(t, "dvd-r", {}, {})
    in_order(t, "", "")
  end},
  {"equal: DVD-R at once, growisofs", function(t)
    both(t, "dvd-r", growisofs, {"-use-the-force-luke=dao"}, t:data(1), DAO)
    in_order(t, "", "")
  end},
  {"equal: DVD-R at once, 101 blocks, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-sao"}, blocks(t, 101), DAO)
    in_order(t, "", "")
  end},
  {"equal: DVD-R test writes, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-tao", "-dummy"}, t:data(1),
      {mode = "incremental", simulate = true, verify = false})
    in_order(t, "", "")
  end},
  {"equal: DVD-R test writes at once, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-sao", "-dummy"}, t:data(1),
      {mode = "dao", simulate = true, verify = false})
    in_order(t, "", "")
  end},
  {"equal: DVD-R DL incremental, cdrskin", function(t)
    both(t, "dvd-r-dl", cdrskin, {"-tao"}, t:data(1), INCREMENTAL)
    in_order(t, "", "")
  end},
  {"equal: DVD-R DL at once, cdrskin", function(t)
    both(t, "dvd-r-dl", cdrskin, {"-sao"}, t:data(1), DAO)
    in_order(t, "", "")
  end},
  {"equal: two sessions, DVD-RW, cdrskin", function(t)
    both_twice(t, "dvd-rw", {}, {})
    in_order(t, "", "")
  end},
  {"equal: DVD-RW blanked minimally, dvd+rw-format", function(t)
    equal.both(t, "dvd-rw", function(drive)
      equal.dvd_rw_format(t, drive, "-blank")
    end, function(drive)
      equal.chore(drive, "erase", false)
    end, {before = burned(t)})
    in_order(t, "", "")
  end},
  {"equal: DVD-RW blanked, all of it, cdrskin", function(t)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential")
    end, function(drive)
      equal.chore(drive, "erase", true)
    end, {before = burned(t)})
    in_order(t, "", "")
  end},
  {"equal: DVD-RW blanked minimally and burned", function(t)
    local path = blocks(t, 101)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential_quickest")
      cdrskin(t, drive, path)
    end, function(drive)
      equal.engine(drive, {path}, {as_needed = true})
    end, {before = burned(t)})
    in_order(t, "", "")
  end},
  {"equal: DVD+R DL closed, growisofs", function(t)
    both(t, "dvd+r-dl", growisofs, {"-dvd-compat"}, t:data(1))
    in_order(t, "", "")
  end},
  {"equal: two sessions, DVD+R DL, cdrskin", function(t)
    both_twice(t, "dvd+r-dl", {}, {})
    in_order(t, "", "")
  end},
  {"equal: BD-R without spare areas, growisofs", function(t)
    both(t, "bd-r", growisofs, {"-use-the-force-luke=spare:none"},
      t:data(1), {keep_open = true})
    in_order(t, "", "")
  end},
  {"equal: BD-R, 101 blocks, xorriso", function(t)
    both(t, "bd-r", xorriso, {"-nopad"}, blocks(t, 101))
    in_order(t, "", "")
  end},
  {"equal: two sessions, BD-R, cdrskin", function(t)
    both_twice(t, "bd-r", {}, {})
    in_order(t, "", "")
  end},
  {"equal: two sessions left open, BD-R DL, cdrskin", function(t)
    both_twice(t, "bd-r-dl", {}, {}, true)
    in_order(t, "", "")
  end},
  {"equal: BD-R formatted with spare areas, cdrskin", function(t)
    local path = t:data(1)
    equal.both(t, "bd-r", function(drive)
      cdrskin(t, drive, "blank=format_defectmgt")
      cdrskin(t, drive, path)
    end, function(drive)
      equal.chore(drive, "format")
      equal.engine(drive, {path})
    end)
    in_order(t, "", "")
  end},
  {"equal: BD-R formatted with the least spare areas, cdrskin", function(t)
    equal.both(t, "bd-r", function(drive)
      cdrskin(t, drive, "blank=format_defectmgt_min")
    end, function(drive)
      equal.chore(drive, "format", "least_spare")
    end)
    in_order(t, "", "")
  end},
}

return rows

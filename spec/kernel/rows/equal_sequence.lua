--- Equal discs (spec/kernel/equal.lua): DVD-R, DVD-RW, DVD+R DL, BD-R, written
-- in sequence.
local equal = require "spec.kernel.equal"

local cdrskin, xorriso, growisofs = equal.cdrskin, equal.xorriso,
  equal.growisofs
local in_order, blocks = equal.in_order, equal.blocks

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

-- Where the order differs, and why: README.md.
local MINUS_LIBBURN <const> = "page, WRITE, SYNCHRONIZE, CLOSE 1, CLOSE 2"
local MINUS_GROWISOFS <const> =
  "page, OPC, WRITE, SYNCHRONIZE, CLOSE 1, CLOSE 2"
local MINUS_OURS <const> = "NWA, page, OPC, page, NWA, WRITE, SYNCHRONIZE, " ..
  "CLOSE 1, page, CLOSE 2"
local DAO_LIBBURN <const> = "page, RESERVE, WRITE, SYNCHRONIZE"
local DAO_OURS <const> =
  "NWA, page, OPC, page, RESERVE, WRITE, SYNCHRONIZE"
local BURNED <const> = DAO_LIBBURN .. ", " -- before the row
local CLOSED <const> = "WRITE, SYNCHRONIZE, CLOSE 1, CLOSE "

local function twice(order)
  return order .. ", " .. order
end

local INCREMENTAL <const> = {mode = "incremental"}
local DAO <const> = {mode = "dao"}

local function burned(t)
  return function(drive)
    cdrskin(t, drive, t:data(1))
  end
end

return {
  {"equal: DVD-R incremental, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-tao"}, t:data(1), INCREMENTAL)
    in_order(t, MINUS_LIBBURN, MINUS_OURS)
  end},
  {"equal: DVD-R incremental, growisofs", function(t)
    both(t, "dvd-r", growisofs, {"-dvd-compat"}, t:data(1), INCREMENTAL)
    in_order(t, MINUS_GROWISOFS, MINUS_OURS)
  end},
  {"equal: DVD-R incremental, 101 blocks, xorriso", function(t)
    both(t, "dvd-r", xorriso, {"-tao", "-nopad"}, blocks(t, 101), INCREMENTAL)
    in_order(t, MINUS_LIBBURN, MINUS_OURS)
  end},
  {"equal: DVD-R kept open, growisofs", function(t)
    both(t, "dvd-r", growisofs, {}, t:data(1), {keep_open = true})
    in_order(t, MINUS_GROWISOFS, MINUS_OURS)
  end},
  {"equal: two sessions, DVD-R, cdrskin", function(t)
    both_twice(t, "dvd-r", {}, {})
    in_order(t, twice(MINUS_LIBBURN), twice(MINUS_OURS))
  end},
  {"equal: DVD-R at once, growisofs", function(t)
    both(t, "dvd-r", growisofs, {"-use-the-force-luke=dao"}, t:data(1), DAO)
    in_order(t, "page, OPC, RESERVE, WRITE, SYNCHRONIZE", DAO_OURS)
  end},
  {"equal: DVD-R at once, 101 blocks, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-sao"}, blocks(t, 101), DAO)
    in_order(t, DAO_LIBBURN, DAO_OURS, {"0-101", "0-112"})
  end},
  {"equal: DVD-R test writes, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-tao", "-dummy"}, t:data(1),
      {mode = "incremental", simulate = true, verify = false})
    in_order(t, MINUS_LIBBURN,
      "NWA, page, OPC, page, NWA, WRITE, SYNCHRONIZE")
  end},
  {"equal: DVD-R test writes at once, cdrskin", function(t)
    both(t, "dvd-r", cdrskin, {"-sao", "-dummy"}, t:data(1),
      {mode = "dao", simulate = true, verify = false})
    in_order(t, DAO_LIBBURN, DAO_OURS)
  end},
  {"equal: DVD-R DL incremental, cdrskin", function(t)
    both(t, "dvd-r-dl", cdrskin, {"-tao"}, t:data(1), INCREMENTAL)
    in_order(t, MINUS_LIBBURN, MINUS_OURS)
  end},
  {"equal: DVD-R DL at once, cdrskin", function(t)
    both(t, "dvd-r-dl", cdrskin, {"-sao"}, t:data(1), DAO)
    in_order(t, DAO_LIBBURN, DAO_OURS)
  end},
  {"equal: two sessions, DVD-RW, cdrskin", function(t)
    both_twice(t, "dvd-rw", {}, {})
    in_order(t, twice(MINUS_LIBBURN), twice(MINUS_OURS))
  end},
  {"equal: DVD-RW blanked minimally, dvd+rw-format", function(t)
    equal.both(t, "dvd-rw", function(drive)
      equal.dvd_rw_format(t, drive, "-blank")
    end, function(drive)
      equal.chore(drive, "erase", false)
    end, {before = burned(t)})
    in_order(t, BURNED .. "page, OPC, BLANK", BURNED .. "BLANK")
  end},
  {"equal: DVD-RW blanked, all of it, cdrskin", function(t)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential")
    end, function(drive)
      equal.chore(drive, "erase", true)
    end, {before = burned(t)})
    in_order(t, BURNED .. "BLANK", BURNED .. "BLANK")
  end},
  {"equal: DVD-RW blanked minimally and burned", function(t)
    local path = blocks(t, 101)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential_quickest")
      cdrskin(t, drive, path)
    end, function(drive)
      equal.engine(drive, {path}, {as_needed = true})
    end, {before = burned(t)})
    in_order(t, BURNED .. "BLANK, " .. DAO_LIBBURN,
      BURNED .. "BLANK, " .. DAO_OURS, {"0-512, 0-101", "0-512, 0-112"})
  end},
  {"equal: DVD+R DL closed, growisofs", function(t)
    both(t, "dvd+r-dl", growisofs, {"-dvd-compat"}, t:data(1), nil,
      {but = {["layer boundary"] = true}})
    in_order(t, "STRUCTURE, " .. CLOSED .. 5, "NWA, " .. CLOSED .. 6)
  end},
  {"equal: two sessions, DVD+R DL, cdrskin", function(t)
    both_twice(t, "dvd+r-dl", {}, {})
    in_order(t, "NWA, RESERVE, " .. CLOSED .. 2 .. ", NWA, " .. CLOSED .. 5,
      "NWA, " .. CLOSED .. 2 .. ", NWA, " .. CLOSED .. 6)
  end},
  {"equal: BD-R without spare areas, growisofs", function(t)
    both(t, "bd-r", growisofs, {"-use-the-force-luke=spare:none"},
      t:data(1), {keep_open = true})
    in_order(t, CLOSED .. 2, CLOSED .. 2)
  end},
  {"equal: BD-R, 101 blocks, xorriso", function(t)
    both(t, "bd-r", xorriso, {"-nopad"}, blocks(t, 101))
    in_order(t, "RESERVE, " .. CLOSED .. 6, CLOSED .. 6)
  end},
  {"equal: two sessions, BD-R, cdrskin", function(t)
    both_twice(t, "bd-r", {}, {})
    in_order(t, "RESERVE, " .. CLOSED .. 2 .. ", " .. CLOSED .. 6,
      CLOSED .. 2 .. ", " .. CLOSED .. 6)
  end},
  {"equal: two sessions left open, BD-R DL, cdrskin", function(t)
    both_twice(t, "bd-r-dl", {}, {}, true)
    in_order(t, "RESERVE, " .. twice(CLOSED .. 2), twice(CLOSED .. 2))
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
    in_order(t, "FORMAT 00, SYNCHRONIZE, RESERVE, " .. CLOSED .. 6,
      "FORMAT 00, SYNCHRONIZE, " .. CLOSED .. 6)
  end},
  {"equal: BD-R formatted with the least spare areas, cdrskin", function(t)
    equal.both(t, "bd-r", function(drive)
      cdrskin(t, drive, "blank=format_defectmgt_min")
    end, function(drive)
      equal.chore(drive, "format", "least_spare")
    end)
    in_order(t, "FORMAT 32, SYNCHRONIZE", "FORMAT 32, SYNCHRONIZE")
  end},
}

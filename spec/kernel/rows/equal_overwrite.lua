--- Equal discs (spec/kernel/equal.lua): DVD-RW formatted for overwriting,
-- DVD+RW, DVD-RAM, BD-RE.
local equal = require "spec.kernel.equal"

local cdrskin, xorriso, growisofs = equal.cdrskin, equal.xorriso,
  equal.growisofs
local dvd_rw_format, engine, chore = equal.dvd_rw_format, equal.engine,
  equal.chore

local in_order = equal.in_order

-- Where the order differs, and why: README.md.
local WRITTEN <const> = "WRITE, SYNCHRONIZE"
local BORDER <const> = WRITTEN .. ", CLOSE 2" -- it grew, and is closed

local function formatted(type)
  return ("FORMAT %s, SYNCHRONIZE"):format(type)
end

local PLUS <const> = formatted "26" .. ", " .. WRITTEN .. ", "
local BEFORE <const> = "page, OPC, " .. formatted "15" .. ", "

-- A DVD+RW is formatted behind a program's back: in no time, else.
local SLOW <const> = {drive = {hurry = 20}}

-- Formatted by both.
local function both_format(t, medium, program, words, kind, more)
  return equal.both(t, medium, function(drive)
    program(t, drive, table.unpack(words))
  end, function(drive)
    chore(drive, "format", kind)
  end, more)
end

-- Both burn on a disc that was never formatted, and once more, longer.
-- @param format cdrskin's word for it, or nil
local function both_burn(t, medium, format, more)
  local first, second = t:data(1), t:data(2)
  equal.both(t, medium, function(drive)
    if format then
      cdrskin(t, drive, "blank=" .. format)
    end
    cdrskin(t, drive, first)
    cdrskin(t, drive, second)
  end, function(drive)
    if format then
      chore(drive, "format")
    end
    engine(drive, {first}, {as_needed = true})
    engine(drive, {second}, {as_needed = true})
  end, more)
end

return {
  {"equal: DVD-RW formatted quickly, dvd+rw-format", function(t)
    both_format(t, "dvd-rw", dvd_rw_format, {"-force"})
    in_order(t, "page, OPC, " .. formatted "15", "NWA, " .. formatted "15")
  end},
  {"equal: DVD-RW formatted quickly, cdrskin", function(t)
    both_format(t, "dvd-rw", cdrskin, {"blank=format_overwrite_quickest"})
    in_order(t, "page, " .. formatted "15", "NWA, " .. formatted "15")
  end},
  {"equal: DVD-RW formatted, all of it, dvd+rw-format", function(t)
    both_format(t, "dvd-rw", dvd_rw_format, {"-force=full"}, "full")
    in_order(t, "page, OPC, " .. formatted "10", "NWA, " .. formatted "10")
  end},
  {"equal: DVD-RW formatted, burned twice, cdrskin", function(t)
    both_burn(t, "dvd-rw", "format_overwrite_quickest")
    in_order(t, "page, " .. formatted "15" .. ", page, " .. BORDER ..
      ", page, " .. formatted "13" .. ", " .. BORDER,
      "NWA, " .. formatted "15" .. ", " .. BORDER .. ", " .. formatted "13" ..
      ", " .. BORDER)
  end},
  {"equal: DVD-RW formatted, growisofs", function(t)
    local path = t:data(1)
    equal.both(t, "dvd-rw", function(drive)
      dvd_rw_format(t, drive, "-force")
      growisofs(t, drive, path)
    end, function(drive)
      chore(drive, "format")
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, "page, OPC, " .. formatted "15" .. ", page, OPC, " .. BORDER,
      "NWA, " .. formatted "15" .. ", " .. BORDER)
  end},
  {"equal: DVD-RW made sequential again, cdrskin", function(t)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential")
    end, function(drive)
      chore(drive, "erase", true)
    end, {before = function(drive)
      dvd_rw_format(t, drive, "-force")
    end})
    in_order(t, BEFORE .. "BLANK", BEFORE .. "BLANK")
  end},
  {"equal: DVD+RW, dvd+rw-format", function(t)
    both_format(t, "dvd+rw", dvd_rw_format, {}, nil, SLOW)
    in_order(t, "FORMAT 26, CLOSE 0, CLOSE 2", formatted "26")
  end},
  {"equal: DVD+RW, cdrskin", function(t)
    both_burn(t, "dvd+rw", "format_if_needed", SLOW)
    in_order(t, PLUS .. "CLOSE 2, " .. PLUS .. "CLOSE 2",
      PLUS .. "CLOSE 2, " .. PLUS .. "CLOSE 2")
  end},
  {"equal: DVD+RW, growisofs", function(t)
    local path = t:data(1)
    equal.both(t, "dvd+rw", function(drive)
      growisofs(t, drive, path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end, SLOW)
    in_order(t, PLUS .. "CLOSE 0, CLOSE 2", PLUS .. "CLOSE 2")
  end},
  {"equal: DVD+RW, 101 blocks, cdrskin", function(t)
    local path = equal.blocks(t, 101)
    equal.both(t, "dvd+rw", function(drive)
      cdrskin(t, drive, path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end, SLOW)
    in_order(t, PLUS .. "CLOSE 2", PLUS .. "CLOSE 2", {"0-101", "0-112"})
  end},
  {"equal: DVD-RAM, cdrskin", function(t)
    both_burn(t, "dvd-ram")
    in_order(t, WRITTEN .. ", " .. WRITTEN, WRITTEN .. ", " .. WRITTEN)
  end},
  {"equal: DVD-RAM, xorriso", function(t)
    local path = t:data(1)
    equal.both(t, "dvd-ram", function(drive)
      xorriso(t, drive, "-nopad", path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, WRITTEN, WRITTEN)
  end},
  {"equal: DVD-RAM formatted, dvd+rw-format", function(t)
    both_format(t, "dvd-ram", dvd_rw_format,
      {"-force=full", "-ssa=default"}, "full")
    in_order(t, "FORMAT 00", formatted "00")
  end},
  {"equal: DVD-RAM formatted without certification, cdrskin", function(t)
    both_format(t, "dvd-ram", cdrskin, {"blank=format_defectmgt"})
    in_order(t, formatted "00", formatted "00")
  end},
  {"equal: DVD-RAM formatted with the least spare area", function(t)
    both_format(t, "dvd-ram", cdrskin, {"blank=format_defectmgt_none"},
      "least_spare")
    in_order(t, formatted "00", formatted "00")
  end},
  {"equal: BD-RE, cdrskin", function(t)
    both_burn(t, "bd-re", "format_if_needed")
    in_order(t, formatted "30" .. ", " .. WRITTEN .. ", " .. WRITTEN,
      formatted "00" .. ", " .. WRITTEN .. ", " .. WRITTEN)
  end},
  {"equal: BD-RE, growisofs", function(t)
    local path = t:data(1)
    equal.both(t, "bd-re", function(drive)
      growisofs(t, drive, path)
    end, function(drive)
      chore(drive, "format", "least_spare")
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, formatted "30" .. ", " .. WRITTEN,
      formatted "30" .. ", " .. WRITTEN)
  end},
  {"equal: BD-RE, 101 blocks, xorriso", function(t)
    local path = equal.blocks(t, 101)
    equal.both(t, "bd-re-dl", function(drive)
      xorriso(t, drive, "blank=as_needed", "-nopad", path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, formatted "00" .. ", " .. WRITTEN,
      formatted "00" .. ", " .. WRITTEN)
  end},
  {"equal: BD-RE formatted by default, dvd+rw-format", function(t)
    both_format(t, "bd-re", dvd_rw_format, {"-ssa=default"})
    in_order(t, "FORMAT 00", formatted "00")
  end},
  {"equal: BD-RE formatted without spare areas, dvd+rw-format", function(t)
    both_format(t, "bd-re", dvd_rw_format, {"-ssa=none"}, "no_spare")
    in_order(t, "FORMAT 31", formatted "31")
  end},
  {"equal: BD-RE formatted with the least spare areas, dvd+rw-format",
    function(t)
      both_format(t, "bd-re", dvd_rw_format, {"-ssa=min"}, "least_spare")
      in_order(t, "FORMAT 30", formatted "30")
    end},
  {"equal: BD-RE formatted and certified, cdrskin", function(t)
    both_format(t, "bd-re", cdrskin, {"blank=format_defectmgt_cert_on"}, "full")
    in_order(t, formatted "30", formatted "30")
  end},
}

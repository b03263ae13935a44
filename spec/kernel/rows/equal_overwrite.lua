--- Equal discs (spec/kernel/equal.lua): DVD-RW formatted for overwriting,
-- DVD+RW, DVD-RAM, BD-RE.
local equal = require "spec.kernel.equal"

local cdrskin, xorriso, growisofs = equal.cdrskin, equal.xorriso,
  equal.growisofs
local dvd_rw_format, engine, chore = equal.dvd_rw_format, equal.engine,
  equal.chore

local function in_order(t, theirs, ours)
  local ok, why = pcall(equal.in_order, t, theirs, ours)
  if not ok then print("ORDER", why) end
end

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
local function both_burn(t, medium, format, kind, more)
  local first, second = t:data(1), t:data(2)
  equal.both(t, medium, function(drive)
    cdrskin(t, drive, "blank=" .. format, first)
    cdrskin(t, drive, second)
  end, function(drive)
    chore(drive, "format", kind)
    engine(drive, {first}, {as_needed = true})
    engine(drive, {second}, {as_needed = true})
  end, more)
end

return {
  {"equal: DVD-RW formatted quickly, dvd+rw-format", function(t)
    both_format(t, "dvd-rw", dvd_rw_format, {"-force"})
    in_order(t, "", "")
  end},
  {"equal: DVD-RW formatted quickly, cdrskin", function(t)
    both_format(t, "dvd-rw", cdrskin, {"blank=format_overwrite_quickest"})
    in_order(t, "", "")
  end},
  {"equal: DVD-RW formatted, all of it, dvd+rw-format", function(t)
    both_format(t, "dvd-rw", dvd_rw_format, {"-force=full"}, "full")
    in_order(t, "", "")
  end},
  {"equal: DVD-RW formatted, burned twice, cdrskin", function(t)
    both_burn(t, "dvd-rw", "format_overwrite")
    in_order(t, "", "")
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
    in_order(t, "", "")
  end},
  {"equal: DVD-RW made sequential again, cdrskin", function(t)
    equal.both(t, "dvd-rw", function(drive)
      cdrskin(t, drive, "blank=deformat_sequential")
    end, function(drive)
      chore(drive, "erase", true)
    end, {before = function(drive)
      dvd_rw_format(t, drive, "-force")
    end})
    in_order(t, "", "")
  end},
  {"equal: DVD+RW, dvd+rw-format", function(t)
    both_format(t, "dvd+rw", dvd_rw_format, {}, nil, SLOW)
    in_order(t, "", "")
  end},
  {"equal: DVD+RW, cdrskin", function(t)
    both_burn(t, "dvd+rw", "format_if_needed", nil, SLOW)
    in_order(t, "", "")
  end},
  {"equal: DVD+RW, growisofs", function(t)
    local path = t:data(1)
    equal.both(t, "dvd+rw", function(drive)
      growisofs(t, drive, path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end, SLOW)
    in_order(t, "", "")
  end},
  {"equal: DVD+RW, 101 blocks, cdrskin", function(t)
    local path = equal.blocks(t, 101)
    equal.both(t, "dvd+rw", function(drive)
      cdrskin(t, drive, path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end, SLOW)
    in_order(t, "", "")
  end},
  {"equal: DVD-RAM, cdrskin", function(t)
    both_burn(t, "dvd-ram", "format_if_needed")
    in_order(t, "", "")
  end},
  {"equal: DVD-RAM, xorriso", function(t)
    local path = t:data(1)
    equal.both(t, "dvd-ram", function(drive)
      xorriso(t, drive, "-nopad", path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, "", "")
  end},
  {"equal: DVD-RAM formatted, dvd+rw-format", function(t)
    both_format(t, "dvd-ram", dvd_rw_format,
      {"-force=full", "-ssa=default"}, "full")
    in_order(t, "", "")
  end},
  {"equal: DVD-RAM formatted without certification, cdrskin", function(t)
    both_format(t, "dvd-ram", cdrskin, {"blank=format_defectmgt"})
    in_order(t, "", "")
  end},
  {"equal: DVD-RAM formatted with the least spare area", function(t)
    both_format(t, "dvd-ram", cdrskin, {"blank=format_defectmgt_none"},
      "least_spare")
    in_order(t, "", "")
  end},
  {"equal: BD-RE, cdrskin", function(t)
    both_burn(t, "bd-re", "format_if_needed")
    in_order(t, "", "")
  end},
  {"equal: BD-RE, growisofs", function(t)
    local path = t:data(1)
    equal.both(t, "bd-re", function(drive)
      growisofs(t, drive, path)
    end, function(drive)
      chore(drive, "format", "least_spare")
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, "", "")
  end},
  {"equal: BD-RE, 101 blocks, xorriso", function(t)
    local path = equal.blocks(t, 101)
    equal.both(t, "bd-re-dl", function(drive)
      xorriso(t, drive, "blank=as_needed", "-nopad", path)
    end, function(drive)
      engine(drive, {path}, {as_needed = true})
    end)
    in_order(t, "", "")
  end},
  {"equal: BD-RE formatted by default, dvd+rw-format", function(t)
    both_format(t, "bd-re", dvd_rw_format, {"-ssa=default"})
    in_order(t, "", "")
  end},
  {"equal: BD-RE formatted without spare areas, dvd+rw-format", function(t)
    both_format(t, "bd-re", dvd_rw_format, {"-ssa=none"}, "no_spare")
    in_order(t, "", "")
  end},
  {"equal: BD-RE formatted with the least spare areas, dvd+rw-format",
    function(t)
      both_format(t, "bd-re", dvd_rw_format, {"-ssa=min"}, "least_spare")
      in_order(t, "", "")
    end},
  {"equal: BD-RE formatted and certified, cdrskin", function(t)
    both_format(t, "bd-re", cdrskin, {"blank=format_defectmgt_cert_on"}, "full")
    in_order(t, "", "")
  end},
}

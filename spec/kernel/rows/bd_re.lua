--- BD-RE: other people's programs on served ones.
local burners = require "spec.kernel.burners"

return {
  {"dvd+rw-mediainfo, new BD-RE", function(t)
    local r = burners.info(t, t:serve "bd-re")
    t.has(r, "Mounted Media:         43h, BD-RE",
      "Disc status:           blank", "unformatted:\t\t12219392",
      "00h(3000):\t\t11826176", "30h(5000):\t\t11564032",
      "30h(1000):\t\t12088320", "31h(800):\t\t12219392",
      "Media ID:              DISCRC/RE1")
  end},

  {"dvd+rw-format formats BD-RE with and without spares", function(t)
    local drive = t:serve "bd-re"
    t.has(t.run("dvd+rw-format", drive.sr), "25.0GB BD media detected")
    t.has(burners.info(t, drive), "formatted:\t\t11826176",
      "393216/393216=100.0% free")
    for ssa, blocks in pairs {
      none = 12219392, min = 12088320, max = 11564032, ["512M"] = 11957248,
      default = 11826176,
    } do
      t.run("dvd+rw-format", "-ssa=" .. ssa, drive.sr)
      t.has(burners.info(t, drive), ("formatted:\t\t%d"):format(blocks))
    end
    t.run("dvd+rw-format", "-force=full", drive.sr)
  end},

  {"growisofs -Z and -M on BD-RE of one, two and three layers", function(t)
    for _, kind in ipairs {"bd-re", "bd-re-dl", "bd-re-tl"} do
      burners.grown(t, kind)
    end
  end},

  {"growisofs -use-the-force-luke=spare:none formats BD-RE so", function(t)
    local drive, path = t:serve "bd-re", t:data(4)
    burners.growisofs(t, "-use-the-force-luke=spare:none", "-Z",
      drive.sr .. "=" .. path)
    t.reload(drive)
    t.same(drive, path)
    t.has(burners.info(t, drive), "formatted:\t\t12219392")
  end},

  {"xorriso formats, writes and grows BD-RE", function(t)
    burners.xorriso_grown(t, t:serve "bd-re")
  end},

  {"xorriso -list_formats, -format by_index on BD-RE DL", function(t)
    local drive = t:serve "bd-re-dl"
    t.has(burners.xorriso(t, drive, "-list_formats", "-end"), "unformatted",
      "Format status:")
    burners.xorriso(t, drive, "-format", "by_index_3", "-end")
    t.has(burners.info(t, drive), "formatted:\t\t24176640")
    burners.xorriso(t, drive, "-format", "full", "-end")
  end},

  {"cdrskin blank=format_defectmgt_max, format_by_index and burns BD-RE",
    function(t)
      local drive = t:serve "bd-re"
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt_max")
      burners.burned(t, drive, 16)
      -- "format_defectmgt_none" finds no format (README.md).
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_by_index_4")
      t.has(burners.info(t, drive), "formatted:\t\t12219392")
      burners.burned(t, drive, 4)
    end},

  {"cdrskin streams onto BD-RE", function(t)
    local drive = t:serve "bd-re"
    t.run("cdrskin", "dev=" .. drive.sr, "blank=format_if_needed")
    burners.streamed(t, drive)
  end},

  {"a bad cluster of a BD-RE is replaced behind cdrskin's back", function(t)
    local drive = t:serve("bd-re", {keys = "&fault=lba:100,defect"})
    t.run("cdrskin", "dev=" .. drive.sr, "blank=format_if_needed")
    burners.burned(t, drive, 4)
    t.has(burners.info(t, drive), "393184/393216")
  end},
}

--- DVD+RW and DVD-RAM: other people's programs on served ones.
local burners = require "spec.kernel.burners"

-- So that a DVD+RW is not formatted behind a program's back in no time.
local SLOW <const> = 20

return {
  {"dvd+rw-mediainfo, new DVD+RW", function(t)
    t.has(burners.info(t, t:serve "dvd+rw"),
      "Mounted Media:         1Ah, DVD+RW",
      "Disc status:           blank", "unformatted:\t\t2295104",
      "26h(0):\t\t2295104", "Media ID:              DISCREC/W08")
  end},

  {"dvd+rw-format formats DVD+RW, stops, restarts", function(t)
    local drive = t:serve("dvd+rw", {hurry = SLOW})
    t.has(t.run("dvd+rw-format", drive.sr), "4.7GB DVD+RW media detected")
    t.has(burners.info(t, drive), "BG Format Status:      suspended",
      "formatted:\t\t2295104")
    t.has(t.run("dvd+rw-format", drive.sr), "already formatted")
    t.run("dvd+rw-format", "-lead-out", drive.sr)
    t.run("dvd+rw-format", "-force", drive.sr)
  end},

  {"growisofs -Z on new DVD+RW", function(t)
    local drive = t:serve("dvd+rw", {hurry = SLOW})
    local image, tree = t:image(8)
    t.has(burners.growisofs(t, "-Z", drive.sr .. "=" .. image),
      "pre-formatting blank DVD+RW", "stopping de-icing", "writing lead-out")
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has(burners.info(t, drive), "BG Format Status:      suspended")
  end},

  {"growisofs -Z -dvd-compat lets the format of DVD+RW run on", function(t)
    local drive = t:serve "dvd+rw"
    local image = t:image(8)
    burners.growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
  end},

  {"growisofs -Z and -M on DVD+RW", function(t)
    burners.grown(t, "dvd+rw")
  end},

  {"xorriso formats, writes and grows DVD+RW", function(t)
    burners.xorriso_grown(t, t:serve "dvd+rw")
  end},

  {"xorriso -format full on DVD+RW", function(t)
    local drive = t:serve "dvd+rw"
    burners.xorriso(t, drive, "-format", "full", "-end")
  end},

  {"cdrskin blank=format_overwrite and burns DVD+RW", function(t)
    local drive = t:serve "dvd+rw"
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_overwrite")
    burners.burned(t, drive, 16)
    burners.burned(t, drive, 4)
  end},

  {"dvd+rw-mediainfo, DVD-RAM", function(t)
    t.has(burners.info(t, t:serve "dvd-ram"),
      "Mounted Media:         12h, DVD-RAM",
      "Disc status:           other", "formatted:\t\t2236704",
      "00h(800):\t\t2236704", "00h(800):\t\t2295072", "01h(800):\t\t2226976",
      "Primary SA:            12800/12800=100.0% free",
      "Supplementary SA:      58368/58368=100.0% free",
      "Persistent Write Protection is off")
  end},

  {"dvd+rw-format formats DVD-RAM without and with a spare area", function(t)
    local drive = t:serve "dvd-ram"
    t.has(t.run("dvd+rw-format", drive.sr), "4.6GB DVD-RAM media detected")
    -- Without "full" it sends a command of two bytes (README.md).
    t.run("dvd+rw-format", "-force=full", "-ssa=none", drive.sr)
    t.has(burners.info(t, drive), "formatted:\t\t2295072",
      "Supplementary SA:      0/0")
    t.run("dvd+rw-format", "-ssa=max", drive.sr)
    t.has(burners.info(t, drive), "formatted:\t\t2217248",
      "Supplementary SA:      77824/77824=100.0% free")
    t.run("dvd+rw-format", "-force=full", "-ssa=default", drive.sr)
    t.has(burners.info(t, drive), "formatted:\t\t2236704")
  end},

  {"growisofs -Z and -M on DVD-RAM", function(t)
    burners.grown(t, "dvd-ram")
  end},

  {"xorriso formats, writes and grows DVD-RAM", function(t)
    local drive = t:serve "dvd-ram"
    burners.xorriso(t, drive, "-format", "fast", "-end")
    burners.xorriso_grown(t, drive)
  end},

  {"cdrskin blank=format_defectmgt, format_defectmgt_none on DVD-RAM",
    function(t)
      local drive = t:serve "dvd-ram"
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt_none")
      t.has(burners.info(t, drive), "formatted:\t\t2295072")
      burners.burned(t, drive, 16)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt")
      burners.burned(t, drive, 4)
    end},

  {"cdrskin streams onto DVD-RAM", function(t)
    burners.streamed(t, t:serve "dvd-ram")
  end},

  {"the kernel mounts DVD-RAM for writing", function(t)
    local drive = t:serve "dvd-ram"
    t.run("sh", "-c", "mkfs.ext2 -q -b 2048 " .. drive.sr .. " 16384")
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "ext2", drive.sr, "/mnt/disc")
    t.run("cp", "/etc/passwd", "/mnt/disc")
    t.run("umount", "/mnt/disc")
    t.reload(drive)
    t.run("mount", "-t", "ext2", "-o", "ro", drive.sr, "/mnt/disc")
    t.run("cmp", "/etc/passwd", "/mnt/disc/passwd")
    t.run("umount", "/mnt/disc")
  end},
}

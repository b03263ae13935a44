--- DVD+RW, DVD-RAM and BD-RE: other people's programs on served ones.

-- So that a DVD+RW is not formatted behind a program's back in no time.
local SLOW <const> = 20

local function growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

local function info(t, drive)
  return t.run("dvd+rw-mediainfo", drive.sr)
end

-- A tree and an image of it that grows: -Z, -M, and all of it is there.
local function grown(t, kind)
  local drive = t:serve(kind)
  local _, tree = t:image(4)
  growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
  t.reload(drive)
  growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
  return drive
end

local function xorriso(t, drive, ...)
  return t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
    drive.sr, ...)
end

-- xorriso writes a tree, grows it, checks it, and the kernel sees the same.
local function xorriso_grown(t, drive)
  local _, tree = t:image(4)
  xorriso(t, drive, "-blank", "as_needed", "-map", tree, "/first", "-commit")
  t.reload(drive)
  xorriso(t, drive, "-map", tree .. "/sub", "/second", "-commit")
  t.reload(drive)
  local r = t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--")
  t.has(r, "2 sessions", "+ good")
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

local function burned(t, drive, mebibytes)
  local path = t:data(mebibytes)
  t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
  t.reload(drive)
  t.same(drive, path)
end

return {
  {"dvd+rw-mediainfo, new DVD+RW", function(t)
    t.has(info(t, t:serve "dvd+rw"), "Mounted Media:         1Ah, DVD+RW",
      "Disc status:           blank", "unformatted:\t\t2295104",
      "26h(0):\t\t2295104", "Media ID:              DISCREC/W08")
  end},

  {"dvd+rw-format formats DVD+RW, stops, restarts", function(t)
    local drive = t:serve("dvd+rw", {hurry = SLOW})
    t.has(t.run("dvd+rw-format", drive.sr), "4.7GB DVD+RW media detected")
    t.has(info(t, drive), "BG Format Status:      suspended",
      "formatted:\t\t2295104")
    t.has(t.run("dvd+rw-format", drive.sr), "already formatted")
    t.run("dvd+rw-format", "-lead-out", drive.sr)
    t.run("dvd+rw-format", "-force", drive.sr)
  end},

  {"growisofs -Z on new DVD+RW", function(t)
    local drive = t:serve("dvd+rw", {hurry = SLOW})
    local image, tree = t:image(8)
    t.has(growisofs(t, "-Z", drive.sr .. "=" .. image),
      "pre-formatting blank DVD+RW", "stopping de-icing", "writing lead-out")
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has(info(t, drive), "BG Format Status:      suspended")
  end},

  {"growisofs -Z -dvd-compat lets the format of DVD+RW run on", function(t)
    local drive = t:serve "dvd+rw"
    local image = t:image(8)
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
  end},

  {"growisofs -Z and -M on DVD+RW", function(t)
    grown(t, "dvd+rw")
  end},

  {"xorriso formats, writes and grows DVD+RW", function(t)
    xorriso_grown(t, t:serve "dvd+rw")
  end},

  {"xorriso -format full on DVD+RW", function(t)
    local drive = t:serve "dvd+rw"
    xorriso(t, drive, "-format", "full", "-end")
  end},

  {"cdrskin blank=format_overwrite and burns DVD+RW", function(t)
    local drive = t:serve "dvd+rw"
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_overwrite")
    burned(t, drive, 16)
    burned(t, drive, 4)
  end},

  {"dvd+rw-mediainfo, DVD-RAM", function(t)
    t.has(info(t, t:serve "dvd-ram"), "Mounted Media:         12h, DVD-RAM",
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
    t.has(info(t, drive), "formatted:\t\t2295072", "Supplementary SA:      0/0")
    t.run("dvd+rw-format", "-ssa=max", drive.sr)
    t.has(info(t, drive), "formatted:\t\t2217248",
      "Supplementary SA:      77824/77824=100.0% free")
    t.run("dvd+rw-format", "-force=full", "-ssa=default", drive.sr)
    t.has(info(t, drive), "formatted:\t\t2236704")
  end},

  {"growisofs -Z and -M on DVD-RAM", function(t)
    grown(t, "dvd-ram")
  end},

  {"xorriso formats, writes and grows DVD-RAM", function(t)
    local drive = t:serve "dvd-ram"
    xorriso(t, drive, "-format", "fast", "-end")
    xorriso_grown(t, drive)
  end},

  {"cdrskin blank=format_defectmgt, format_defectmgt_none on DVD-RAM",
    function(t)
      local drive = t:serve "dvd-ram"
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt_none")
      t.has(info(t, drive), "formatted:\t\t2295072")
      burned(t, drive, 16)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt")
      burned(t, drive, 4)
    end},

  {"cdrskin streams onto DVD-RAM and BD-RE", function(t)
    for _, kind in ipairs {"dvd-ram", "bd-re"} do
      local drive, path = t:serve(kind), t:data(4)
      if kind == "bd-re" then
        t.run("cdrskin", "dev=" .. drive.sr, "blank=format_if_needed")
      end
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "stream_recording=on", path)
      t.reload(drive)
      t.same(drive, path)
    end
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

  {"dvd+rw-mediainfo, new BD-RE", function(t)
    local r = info(t, t:serve "bd-re")
    t.has(r, "Mounted Media:         43h, BD-RE",
      "Disc status:           blank", "unformatted:\t\t12219392",
      "00h(3000):\t\t11826176", "30h(5000):\t\t11564032",
      "30h(1000):\t\t12088320", "31h(800):\t\t12219392",
      "Media ID:              DISCRC/RE1")
  end},

  {"dvd+rw-format formats BD-RE with and without spares", function(t)
    local drive = t:serve "bd-re"
    t.has(t.run("dvd+rw-format", drive.sr), "25.0GB BD media detected")
    t.has(info(t, drive), "formatted:\t\t11826176",
      "393216/393216=100.0% free")
    for ssa, blocks in pairs {
      none = 12219392, min = 12088320, max = 11564032, ["512M"] = 11957248,
      default = 11826176,
    } do
      t.run("dvd+rw-format", "-ssa=" .. ssa, drive.sr)
      t.has(info(t, drive), ("formatted:\t\t%d"):format(blocks))
    end
    t.run("dvd+rw-format", "-force=full", drive.sr)
  end},

  {"growisofs -Z and -M on BD-RE of one, two and three layers", function(t)
    for _, kind in ipairs {"bd-re", "bd-re-dl", "bd-re-tl"} do
      grown(t, kind)
    end
  end},

  {"growisofs -use-the-force-luke=spare:none formats BD-RE so", function(t)
    local drive, path = t:serve "bd-re", t:data(4)
    growisofs(t, "-use-the-force-luke=spare:none", "-Z",
      drive.sr .. "=" .. path)
    t.reload(drive)
    t.same(drive, path)
    t.has(info(t, drive), "formatted:\t\t12219392")
  end},

  {"xorriso formats, writes and grows BD-RE", function(t)
    xorriso_grown(t, t:serve "bd-re")
  end},

  {"xorriso -list_formats, -format by_index on BD-RE DL", function(t)
    local drive = t:serve "bd-re-dl"
    t.has(xorriso(t, drive, "-list_formats", "-end"), "unformatted",
      "Format status:")
    xorriso(t, drive, "-format", "by_index_3", "-end")
    t.has(info(t, drive), "formatted:\t\t24176640")
    xorriso(t, drive, "-format", "full", "-end")
  end},

  {"cdrskin blank=format_defectmgt_max, format_by_index and burns BD-RE",
    function(t)
      local drive = t:serve "bd-re"
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt_max")
      burned(t, drive, 16)
      -- "format_defectmgt_none" finds no format (README.md).
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_by_index_4")
      t.has(info(t, drive), "formatted:\t\t12219392")
      burned(t, drive, 4)
    end},

  {"a bad cluster of a BD-RE is replaced behind cdrskin's back", function(t)
    local drive = t:serve("bd-re", {keys = "&fault=lba:100,defect"})
    t.run("cdrskin", "dev=" .. drive.sr, "blank=format_if_needed")
    burned(t, drive, 4)
    t.has(info(t, drive), "393184/393216")
  end},
}

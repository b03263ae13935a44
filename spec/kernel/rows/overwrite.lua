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
}

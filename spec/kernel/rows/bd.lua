--- DVD+R with two layers, and BD-R: other people's programs on served ones.

local function growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

local function info(t, drive)
  return t.run("dvd+rw-mediainfo", drive.sr)
end

-- Two growths by one program, each a folder of its own; the disc holds both.
local function holds_both(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

local function growisofs_grows(t, drive)
  local _, tree = t:image(4)
  growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
  t.reload(drive)
  t.has(info(t, drive), "Disc status:           appendable")
  growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  holds_both(t, drive, tree)
end

local function xorriso(t, drive, ...)
  return t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
    drive.sr, ...)
end

local function xorriso_grows(t, drive)
  local _, tree = t:image(4)
  xorriso(t, drive, "-map", tree, "/first", "-commit")
  t.reload(drive)
  xorriso(t, drive, "-map", tree .. "/sub", "/second", "-commit")
  t.reload(drive)
  t.has(t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--"), "is appendable", "2 sessions", "+ good")
  holds_both(t, drive, tree)
end

local function cdrskin_appends(t, drive, gap)
  local start = 0
  for i = 1, 3 do
    local path = t:data(i)
    t.run("cdrskin", "-v", "dev=" .. drive.sr,
      i < 3 and "-multi" or "-nomulti", path)
    t.reload(drive)
    t.same(drive, path, start)
    start = start + i * 512 + gap
  end
end

return {
  {"dvd+rw-mediainfo, blank DVD+R DL", function(t)
    t.has(info(t, t:serve "dvd+r-dl"),
      "Mounted Media:         2Bh, DVD+R Double Layer",
      "Media ID:              DISCREC/D08",
      "Disc status:           blank",
      "Free Blocks:           4173824*2KB")
  end},

  {"growisofs -Z and -M on DVD+R DL", function(t)
    local drive = t:serve "dvd+r-dl"
    growisofs_grows(t, drive)
    t.has(info(t, drive), "Number of Sessions:    3")
  end},

  -- It halves the image, in whole ECC blocks.
  {"growisofs -dvd-compat sets the layer boundary", function(t)
    local drive = t:serve "dvd+r-dl"
    local image, tree = t:image(4)
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has(info(t, drive), "can no longer be set",
      "Disc status:           complete")
    local size = t.run("stat", "-c", "%s", image).stdout // 2048
    local half = ((size + 15) // 16 + 1) // 2 * 16
    local r = t.run("sg_raw", "-r", "12", drive.sr, "ad", "00", "00", "00",
      "00", "00", "00", "20", "00", "0c", "00", "00")
    t.has(r, ("00 0a 00 00 80 00 00 00  00 %02x %02x %02x")
      :format(half >> 16, half >> 8 & 255, half & 255))
  end},

  {"cdrskin burns three sessions on DVD+R DL", function(t)
    local drive = t:serve "dvd+r-dl"
    cdrskin_appends(t, drive, 2048)
    t.has(info(t, drive), "Disc status:           complete")
  end},

  {"xorriso writes and grows DVD+R DL", function(t)
    xorriso_grows(t, t:serve "dvd+r-dl")
  end},

  {"dvd+rw-mediainfo, blank BD-R of one to four layers", function(t)
    for kind, row in pairs{
      ["bd-r"] = {"R12", 12219392, 11826176, 5796864, 12088320},
      ["bd-r-ql"] = {"Q06", 62500864, 60403712, 28946432, 61452288},
    } do
      t.has(info(t, t:serve(kind)), "Mounted Media:         41h, BD-R SRM\n",
        "Media ID:              DISCRC/" .. row[1],
        "Disc status:           blank", "Track State:           invisible",
        ("unformatted:		%d*2048="):format(row[2]),
        ("32h(0):		%d*2048="):format(row[3]),
        ("32h(0):		%d*2048="):format(row[4]),
        ("32h(0):		%d*2048="):format(row[5]))
    end
  end},

  -- It formats with the least spare areas, for pseudo-overwrite; -M writes the
  -- beginning of the file system anew in place.
  {"growisofs -Z and -M on BD-R, which it formats", function(t)
    local drive = t:serve "bd-r"
    local _, tree = t:image(4)
    growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
    t.reload(drive)
    t.has(info(t, drive), "Mounted Media:         41h, BD-R SRM+POW",
      "State of Last Session: incomplete",
      "Spare Area:            131072/131072",
      "READ CAPACITY:          12088320*2048")
    growisofs(t, "-M", drive.sr, "-R", "-graft-points",
      "/second=" .. tree .. "/sub")
    t.reload(drive)
    holds_both(t, drive, tree)
  end},

  {"growisofs -Z and -M on BD-R without spare areas", function(t)
    local drive = t:serve "bd-r"
    local _, tree = t:image(4)
    growisofs(t, "-use-the-force-luke=spare:none", "-Z", drive.sr, "-R",
      "-graft-points", "/first=" .. tree)
    t.reload(drive)
    t.has(info(t, drive), "Mounted Media:         41h, BD-R SRM\n",
      "Disc status:           appendable", "Number of Sessions:    2")
    growisofs(t, "-M", drive.sr, "-R", "-graft-points",
      "/second=" .. tree .. "/sub")
    t.reload(drive)
    holds_both(t, drive, tree)
    assert(t:medium(drive).sessions == 2)
  end},

  {"growisofs -Z of an image and with default spare areas on BD-R DL",
    function(t)
      local drive = t:serve "bd-r-dl"
      local image, tree = t:image(4)
      growisofs(t, "-use-the-force-luke=spare", "-Z",
        drive.sr .. "=" .. image)
      t.reload(drive)
      t.same(drive, image)
      t.mounted_same(drive, tree)
      t.has(info(t, drive), "Spare Area:            786432/786432")
    end},

  {"cdrskin -minfo and three sessions on BD-R", function(t)
    local drive = t:serve "bd-r"
    t.has(t.run("cdrskin", "-v", "dev=" .. drive.sr, "-minfo"),
      "BD-R sequential recording", "Disk Is not erasable",
      "disk status:              empty", "12219392")
    cdrskin_appends(t, drive, 0)
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "-toc"), "first: 1 last 3")
    t.has(info(t, drive), "Disc status:           complete")
  end},

  {"cdrskin burns a pipe of unknown length on BD-R TL", function(t)
    local drive, path = t:serve "bd-r-tl", t:data(4)
    t.run("sh", "-c", ("cat %s | cdrskin -v dev=%s -")
      :format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
  end},

  {"cdrskin formats a BD-R and fills it in a stream", function(t)
    local drive, path = t:serve "bd-r", t:data(4)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt")
    t.reload(drive)
    t.has(info(t, drive), "Mounted Media:         41h, BD-R SRM\n",
      "Disc status:           appendable",
      "Spare Area:            393216/393216")
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "stream_recording=on", path)
    t.reload(drive)
    t.same(drive, path)
  end},

  {"xorriso writes and grows BD-R", function(t)
    xorriso_grows(t, t:serve "bd-r")
  end},

  {"xorriso -format as_needed and by_index on BD-R", function(t)
    for _, how in ipairs{"as_needed", "by_index_2"} do
      local drive = t:serve "bd-r"
      t.has(xorriso(t, drive, "-list_profiles", "out", "-format", how),
        "BD-R")
      t.reload(drive)
      xorriso_grows(t, drive)
    end
  end},

  {"a bad cluster of a BD-R is replaced, and ends a burn without spare areas",
    function(t)
      local path = t:data(4)
      local drive = t:serve("bd-r", {keys = "&fault=lba:700,defect"})
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=format_defectmgt")
      t.reload(drive)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
      t.reload(drive)
      t.same(drive, path)
      t.has(info(t, drive), "Spare Area:            393184/393216")
      drive = t:serve("bd-r", {keys = "&fault=lba:700,defect"})
      local r = t.try("cdrskin", "-v", "dev=" .. drive.sr, path)
      assert(r.status ~= 0, "it did not notice")
      t.has(r, "3 0C 00")
    end},
}

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
}

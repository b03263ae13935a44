--- DVD-R and DVD-RW: other people's programs on served ones.
local function growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

local function info(t, drive, ...)
  local r = t.run("dvd+rw-mediainfo", drive.sr)
  t.has(r, ...)
  return r
end

-- Two sessions hold two folders, both to be seen.
local function both(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

local function grow(t, drive)
  local _, tree = t:image(4)
  growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
  t.reload(drive)
  growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  both(t, drive, tree)
end

local function xorriso(t, drive)
  local _, tree = t:image(4)
  for name, from in pairs{first = tree, second = tree .. "/sub"} do
    t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
      drive.sr, "-map", from, "/" .. name, "-commit")
    t.reload(drive)
  end
  local r = t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--")
  t.has(r, "2 sessions", "+ good")
  both(t, drive, tree)
  return r
end

-- Image after image with cdrskin, each where the drive says.
local function sessions(t, drive, starts, ...)
  for i, start in ipairs(starts) do
    local path = t:data(i)
    t.run("cdrskin", "-v", "dev=" .. drive.sr,
      i < #starts and "-multi" or "-nomulti", ..., path)
    t.reload(drive)
    t.same(drive, path, start)
  end
end

return {
  {"dvd+rw-mediainfo, blank DVD-R", function(t)
    info(t, t:serve "dvd-r", "Mounted Media:         11h, DVD-R Sequential",
      "Media ID:              DISCRE", "Disc status:           blank",
      "Track State:           invisible incremental",
      "Free Blocks:           2297888*2KB", "[0 -> 2298495]",
      "Legacy lead-out at:    2298496*2KB")
  end},

  {"growisofs -Z burns DVD-R, finalised", function(t)
    local drive = t:serve "dvd-r"
    local image, tree = t:image(8)
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    info(t, drive, "Disc status:           complete",
      "Track State:           complete incremental")
  end},

  {"growisofs burns DVD-R disc-at-once", function(t)
    local drive = t:serve "dvd-r"
    local image, tree = t:image(8)
    growisofs(t, "-use-the-force-luke=dao", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has_not(info(t, drive, "Disc status:           complete",
      "Track State:           complete"), "incremental")
  end},

  {"growisofs -Z of a pipe on DVD-R", function(t)
    local drive, path = t:serve "dvd-r", t:data(4)
    t.run("sh", "-c", ("cat %s | growisofs -use-the-force-luke=notray,tty " ..
      "-Z %s=/dev/fd/0"):format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
  end},

  {"growisofs -Z and -M on DVD-R", function(t)
    local drive = t:serve "dvd-r"
    grow(t, drive)
    info(t, drive, "Number of Sessions:    3", "State of Last Session: empty",
      "Disc status:           appendable")
  end},

  {"growisofs tries DVD-R without writing", function(t)
    local drive = t:serve "dvd-r"
    local image = t:image(8)
    growisofs(t, "-use-the-force-luke=dummy", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    info(t, drive, "Disc status:           blank")
  end},

  {"cdrskin -minfo, DVD-R", function(t)
    t.has(t.run("cdrskin", "-v", "dev=" .. t:serve("dvd-r").sr, "-minfo"),
      "Mounted media type:       DVD-R", "Disk Is not erasable",
      "disk status:              empty")
  end},

  {"cdrskin burns DVD-R", function(t)
    local drive, path = t:serve "dvd-r", t:data(16)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
    t.reload(drive)
    t.same(drive, path)
    info(t, drive, "Disc status:           complete")
  end},

  {"cdrskin burns DVD-R disc-at-once", function(t)
    local drive, path = t:serve "dvd-r", t:data(16)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "write_type=sao", path)
    t.reload(drive)
    t.same(drive, path)
    t.has_not(info(t, drive, "Disc status:           complete"), "incremental")
  end},

  {"cdrskin burns three sessions on DVD-R", function(t)
    local drive = t:serve "dvd-r"
    sessions(t, drive, {0, 93952, 93952 + 1024 + 6160}, "write_type=tao")
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "-toc"), "first: 1 last 3")
    info(t, drive, "Disc status:           complete")
  end},

  {"cdrskin tries DVD-R without writing", function(t)
    local drive, path = t:serve "dvd-r", t:data(4)
    for _, kind in ipairs{"tao", "sao"} do
      t.run("cdrskin", "-v", "-dummy", "dev=" .. drive.sr,
        "write_type=" .. kind, path)
      t.reload(drive)
      info(t, drive, "Disc status:           blank")
    end
  end},

  {"cdrskin burns a pipe of unknown length on DVD-R", function(t)
    local drive, path = t:serve "dvd-r", t:data(4)
    t.run("sh", "-c", ("cat %s | cdrskin -v dev=%s -")
      :format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
  end},

  {"xorriso writes and grows DVD-R", function(t)
    t.has(xorriso(t, t:serve "dvd-r"), "DVD-R sequential recording",
      "is appendable")
  end},

  {"xorriso -as cdrecord burns an image on DVD-R", function(t)
    local drive = t:serve "dvd-r"
    local image, tree = t:image(8)
    t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
  end},

  {"dvd+rw-mediainfo, blank DVD-R DL", function(t)
    info(t, t:serve "dvd-r-dl", "15h, DVD-R Dual Layer Sequential",
      "Disc status:           blank", "Free Blocks:           4171712*2KB")
  end},

  {"cdrskin burns DVD-R DL", function(t)
    for _, kind in ipairs{"tao", "sao"} do
      local drive, path = t:serve "dvd-r-dl", t:data(8)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "write_type=" .. kind, path)
      t.reload(drive)
      t.same(drive, path)
      info(t, drive, "Disc status:           complete")
    end
  end},

  {"growisofs of a pipe on DVD-R DL", function(t)
    local drive, path = t:serve "dvd-r-dl", t:data(4)
    t.run("sh", "-c", ("cat %s | growisofs -use-the-force-luke=notray,tty " ..
      "-Z %s=/dev/fd/0"):format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
    info(t, drive, "Disc status:           complete")
  end},

  {"dvd+rw-mediainfo, blank DVD-RW", function(t)
    info(t, t:serve "dvd-rw", "14h, DVD-RW Sequential",
      "Disc status:           blank", "unformatted:", "00h(800):",
      "10h(10):", "15h(10):", "Free Blocks:           2297888*2KB")
  end},

  {"growisofs -Z and -M on DVD-RW", function(t)
    local drive = t:serve "dvd-rw"
    grow(t, drive)
    info(t, drive, "Number of Sessions:    3", "14h, DVD-RW Sequential")
  end},

  {"dvd+rw-format -blank, then growisofs disc-at-once", function(t)
    local drive = t:serve "dvd-rw"
    local image, tree = t:image(8)
    growisofs(t, "-Z", drive.sr .. "=" .. image)
    t.run("dvd+rw-format", "-blank", drive.sr)
    t.reload(drive)
    info(t, drive, "Disc status:           blank",
      "Track State:           blank")
    t.has(growisofs(t, "-Z", drive.sr .. "=" .. image), "engaging DAO")
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    info(t, drive, "Disc status:           complete")
  end},

  {"dvd+rw-format -blank=full, then growisofs", function(t)
    local drive = t:serve "dvd-rw"
    local image = t:image(8)
    for _ = 1, 2 do
      growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
      t.run("dvd+rw-format", "-blank=full", drive.sr)
    end
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.has(info(t, drive), "Track State:           complete incremental")
  end},

  {"dvd+rw-format -force, growisofs -Z and -M on it, and blank", function(t)
    local drive = t:serve "dvd-rw"
    t.run("dvd+rw-format", "-force", drive.sr)
    info(t, drive, "13h, DVD-RW Restricted Overwrite",
      "State of Last Session: incomplete")
    grow(t, drive)
    info(t, drive, "Disc status:           complete", "formatted:",
      "13h(10):", "Fixed Packet Size:     16*2KB")
    local image, tree = t:image(8)
    growisofs(t, "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.run("dvd+rw-format", "-blank=full", drive.sr)
    t.reload(drive)
    info(t, drive, "14h, DVD-RW Sequential", "Disc status:           blank")
  end},

  {"dvd+rw-format -force=full, then growisofs", function(t)
    local drive = t:serve "dvd-rw"
    t.run("dvd+rw-format", "-force=full", drive.sr)
    t.reload(drive)
    info(t, drive, "13h, DVD-RW Restricted Overwrite",
      "READ CAPACITY:          2297888*2048")
    grow(t, drive)
  end},

  {"cdrskin burns three sessions on DVD-RW and blanks it", function(t)
    local drive = t:serve "dvd-rw"
    local starts = {0, 93952, 93952 + 1024 + 6160}
    sessions(t, drive, starts)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=all")
    info(t, drive, "Disc status:           blank", "invisible incremental")
    sessions(t, drive, starts)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=deformat_sequential")
    info(t, drive, "Disc status:           blank", "invisible incremental")
  end},

  {"cdrskin blanks quickly, then burns disc-at-once", function(t)
    local drive, path = t:serve "dvd-rw", t:data(4)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
    t.run("cdrskin", "-v", "dev=" .. drive.sr,
      "blank=deformat_sequential_quickest")
    t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
    t.reload(drive)
    t.same(drive, path)
    t.has_not(info(t, drive, "Disc status:           complete"), "incremental")
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "-force", "blank=as_needed",
      path)
    t.reload(drive)
    t.same(drive, path)
  end},

  {"cdrskin formats DVD-RW and overwrites it", function(t)
    for _, how in ipairs{"format_overwrite", "format_overwrite_quickest",
      "format_overwrite_full"} do
      local drive = t:serve "dvd-rw"
      t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=" .. how)
      for i = 1, 3 do
        local path = t:data(4 * i)
        t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
        t.reload(drive)
        t.same(drive, path)
      end
      info(t, drive, "13h, DVD-RW Restricted Overwrite",
        "Disc status:           complete")
    end
  end},

  {"xorriso writes and grows DVD-RW, in sequence and formatted", function(t)
    local drive = t:serve "dvd-rw"
    t.has(xorriso(t, drive), "DVD-RW sequential recording", "is appendable")
    t.run("xorriso", "-dev", drive.sr, "-format", "by_index_2", "-commit")
    t.has(xorriso(t, drive), "DVD-RW restricted overwrite")
    t.run("xorriso", "-dev", drive.sr, "-blank", "deformat", "-commit")
    info(t, drive, "14h, DVD-RW Sequential", "Disc status:           blank")
  end},

  {"xorriso -as cdrecord burns an image on a formatted DVD-RW", function(t)
    local drive = t:serve "dvd-rw"
    local image, tree = t:image(8)
    t.run("dvd+rw-format", "-force", drive.sr)
    t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
  end},
}

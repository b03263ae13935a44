--- DVD-R: other people's programs on served ones.
local minus = require "spec.kernel.minus"

local growisofs, info, grow, xorriso, sessions =
  minus.growisofs, minus.info, minus.grow, minus.xorriso, minus.sessions

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
    local image, tree = t:image(4)
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    info(t, drive, "Disc status:           complete",
      "Track State:           complete incremental")
  end},

  {"growisofs burns DVD-R disc-at-once", function(t)
    local drive = t:serve "dvd-r"
    local image, tree = t:image(4)
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
    local image = t:image(4)
    growisofs(t, "-use-the-force-luke=dummy", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    info(t, drive, "Disc status:           blank")
  end},

  {"cdrskin -minfo, DVD-R", function(t)
    t.has(t.run("cdrskin", "-v", "dev=" .. t:serve("dvd-r").sr, "-minfo"),
      "Mounted media type:       DVD-R", "Disk Is not erasable",
      "disk status:              empty")
  end},

  {"cdrskin burns DVD-R, disc-at-once where it may choose", function(t)
    for _, kind in ipairs{"-v", "-sao", "-tao"} do
      local drive, path = t:serve "dvd-r", t:data(4)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, kind, path)
      t.reload(drive)
      t.same(drive, path)
      local r = info(t, drive, "Disc status:           complete")
      if kind == "-tao" then
        t.has(r, "complete incremental")
      else
        t.has_not(r, "incremental")
      end
    end
  end},

  {"cdrskin burns three sessions on DVD-R", function(t)
    local drive = t:serve "dvd-r"
    sessions(t, drive, {0, 93952, 93952 + 1024 + 6160})
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "-toc"), "first: 1 last 3")
    info(t, drive, "Disc status:           complete")
  end},

  {"cdrskin tries DVD-R without writing", function(t)
    local drive, path = t:serve "dvd-r", t:data(4)
    for _, kind in ipairs{"-tao", "-sao"} do
      t.run("cdrskin", "-v", "-dummy", "dev=" .. drive.sr, kind, path)
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
    local image, tree = t:image(4)
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
    for _, kind in ipairs{"-tao", "-sao"} do
      local drive, path = t:serve "dvd-r-dl", t:data(4)
      t.run("cdrskin", "-v", "dev=" .. drive.sr, kind, path)
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

  -- Two layers take one session: xorriso wants to be told (README.md).
  {"xorriso writes DVD-R DL, closed, and cannot grow it", function(t)
    local drive = t:serve "dvd-r-dl"
    local _, tree = t:image(4)
    t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
      drive.sr, "-map", tree, "/", "-close", "on", "-commit")
    t.reload(drive)
    t.has(t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
      "use=indev", "--"), "DVD-R/DL sequential recording", "is closed",
      "1 session", "+ good")
    t.mounted_same(drive, tree)
    local r = t.try("xorriso", "-return_with", "SORRY", "32", "-dev", drive.sr,
      "-map", tree, "/second", "-commit")
    assert(r.status ~= 0, "it grew")
  end},
}

--- DVD-RW: other people's programs on served ones.
local minus = require "spec.kernel.minus"

local growisofs, info, grow, xorriso, sessions =
  minus.growisofs, minus.info, minus.grow, minus.xorriso, minus.sessions

return {
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
    local image, tree = t:image(4)
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
    local image = t:image(4)
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
    local image, tree = t:image(4)
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
    t.reload(drive)
    info(t, drive, "Disc status:           blank", "invisible incremental")
    sessions(t, drive, starts)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "blank=deformat_sequential")
    t.reload(drive)
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
      for i = 1, 2 do -- the second one is longer: the border grows
        local path = t:data(2 * i)
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
    t.has(xorriso(t, drive, "1 session"), "DVD-RW restricted overwrite")
    t.run("xorriso", "-dev", drive.sr, "-blank", "deformat", "-commit")
    info(t, drive, "14h, DVD-RW Sequential", "Disc status:           blank")
  end},

  {"xorriso -as cdrecord burns an image on a formatted DVD-RW", function(t)
    local drive = t:serve "dvd-rw"
    local image, tree = t:image(4)
    t.run("dvd+rw-format", "-force", drive.sr)
    t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
  end},

  {"xorriso -blank fast and all on DVD-RW", function(t)
    local drive = t:serve "dvd-rw"
    local _, tree = t:image(4)
    for _, how in ipairs{"fast", "all"} do
      t.run("xorriso", "-return_with", "SORRY", "32", "-dev", drive.sr, "-map",
        tree, "/", "-close", "on", "-commit")
      t.reload(drive)
      t.mounted_same(drive, tree)
      t.run("xorriso", "-outdev", drive.sr, "-blank", how)
      t.reload(drive)
      info(t, drive, "14h, DVD-RW Sequential", "Disc status:           blank",
        "invisible incremental") -- both are "all" (README.md)
    end
  end},
}

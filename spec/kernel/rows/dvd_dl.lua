--- DVD+R with two layers: other people's programs on a served one.
local burn = require "spec.kernel.growing"

return {
  {"dvd+rw-mediainfo, blank DVD+R DL", function(t)
    t.has(burn.info(t, t:serve "dvd+r-dl"),
      "Mounted Media:         2Bh, DVD+R Double Layer",
      "Media ID:              DISCREC/D08",
      "Disc status:           blank",
      "Free Blocks:           4173824*2KB")
  end},

  {"growisofs -Z and -M on DVD+R DL", function(t)
    local drive = t:serve "dvd+r-dl"
    burn.growisofs_grows(t, drive)
    t.has(burn.info(t, drive), "Number of Sessions:    3")
  end},

  -- It halves the image, in whole ECC blocks.
  {"growisofs -dvd-compat sets the layer boundary", function(t)
    local drive = t:serve "dvd+r-dl"
    local image, tree = t:image(4)
    burn.growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has(burn.info(t, drive), "can no longer be set",
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
    burn.cdrskin_appends(t, drive, 2048)
    t.has(burn.info(t, drive), "Disc status:           complete")
  end},

  {"xorriso writes and grows DVD+R DL", function(t)
    burn.xorriso_grows(t, t:serve "dvd+r-dl")
  end},
}

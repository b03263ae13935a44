--- DVD+R: other people's programs and our own engine on a served one.
local disc = require "discrecorder"
local source = require "discrecorder.source"

local function growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

local function info(t, drive)
  return t.run("dvd+rw-mediainfo", drive.sr)
end

return {
  {"dvd+rw-mediainfo, blank DVD+R", function(t)
    local r = info(t, t:serve "dvd+r")
    t.has(r, "Mounted Media:         1Bh, DVD+R",
      "Disc status:           blank",
      "Number of Sessions:    1")
  end},

  {"growisofs -Z burns an image, finalised", function(t)
    local drive = t:serve "dvd+r"
    local image, tree = t:image(8)
    growisofs(t, "-dvd-compat", "-Z", drive.sr .. "=" .. image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    t.has(info(t, drive), "Disc status:           complete")
    assert(t:medium(drive).state == "complete")
  end},

  {"growisofs -Z of a pipe", function(t)
    local drive, path = t:serve "dvd+r", t:data(4)
    t.run("sh", "-c", ("cat %s | growisofs -use-the-force-luke=notray,tty " ..
      "-Z %s=/dev/fd/0"):format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
  end},

  {"growisofs -Z and -M", function(t)
    local drive = t:serve "dvd+r"
    local _, tree = t:image(4)
    growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
    t.reload(drive)
    t.has(info(t, drive), "Disc status:           appendable")
    growisofs(t, "-M", drive.sr, "-R", "-graft-points",
      "/second=" .. tree .. "/sub")
    t.reload(drive)
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
    t.run("diff", "-r", tree, "/mnt/disc/first")
    t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
    t.run("umount", "/mnt/disc")
    local medium = t:medium(drive)
    assert(medium.sessions == 2 and medium.state == "appendable")
  end},

  {"cdrskin -minfo, DVD+R", function(t)
    local r = t.run("cdrskin", "-v", "dev=" .. t:serve("dvd+r").sr, "-minfo")
    t.has(r, "Mounted media type:       DVD+R", "Disk Is not erasable",
      "disk status:              empty", "2295104")
  end},

  {"cdrskin burns DVD+R", function(t)
    local drive, path = t:serve "dvd+r", t:data(16)
    t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
    t.reload(drive)
    t.same(drive, path)
    assert(t:medium(drive).state == "complete")
  end},

  {"cdrskin burns three sessions on DVD+R", function(t)
    local drive = t:serve "dvd+r"
    local start = 0
    for i = 1, 3 do
      local path = t:data(i)
      t.run("cdrskin", "-v", "dev=" .. drive.sr,
        i < 3 and "-multi" or "-nomulti", path)
      t.reload(drive)
      t.same(drive, path, start)
      -- 2048 blocks stand between two sessions.
      start = start + i * 512 + 2048
    end
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "-toc"), "first: 1 last 3")
    local medium = t:medium(drive)
    assert(medium.sessions == 3 and medium.state == "complete")
  end},

  {"cdrskin burns a pipe of unknown length on DVD+R", function(t)
    local drive, path = t:serve "dvd+r", t:data(4)
    t.run("sh", "-c", ("cat %s | cdrskin -v dev=%s -")
      :format(path, drive.sr))
    t.reload(drive)
    t.same(drive, path)
    assert(t:medium(drive).state == "complete")
  end},

  {"xorriso writes and grows DVD+R", function(t)
    local drive = t:serve "dvd+r"
    local _, tree = t:image(4)
    local function write(from, to)
      t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
        drive.sr, "-map", from, to, "-commit")
      t.reload(drive)
    end
    write(tree, "/first")
    write(tree .. "/sub", "/second")
    local r = t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
      "use=indev", "--")
    t.has(r, "Media current: DVD+R", "is appendable", "2 sessions",
      "+ good")
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
    t.run("diff", "-r", tree, "/mnt/disc/first")
    t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
    t.run("umount", "/mnt/disc")
  end},

  {"xorriso -as cdrecord burns an image on DVD+R", function(t)
    local drive = t:serve "dvd+r"
    local image, tree = t:image(8)
    t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
    assert(t:medium(drive).state == "complete")
  end},

  {"our engine burns DVD+R by sgio on both nodes", function(t)
    for _, node in ipairs{"sr", "sg"} do
      local drive = t:serve "dvd+r"
      local image, tree = t:image(8)
      do
        local rec <close> = assert(disc.recorder(drive[node]))
        local report = assert(
          rec:burn{tracks = {{source = source.file(image)}}})
        assert(report.ok and report.verified, "not verified")
        assert(rec:medium().state == "complete")
      end
      t.same(drive, image)
      t.mounted_same(drive, tree)
    end
  end},
}

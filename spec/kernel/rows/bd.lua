--- BD-R: other people's programs on served ones.
local burn = require "spec.kernel.growing"

return {
  {"dvd+rw-mediainfo, blank BD-R of one and of four layers", function(t)
    for kind, row in pairs{
      ["bd-r"] = {"R12", 12219392, 11826176, 5796864, 12088320},
      ["bd-r-ql"] = {"Q06", 62500864, 60403712, 28946432, 61452288},
    } do
      t.has(burn.info(t, t:serve(kind)),
        "Mounted Media:         41h, BD-R SRM\n",
        "Media ID:              DISCRC/" .. row[1],
        "Disc status:           blank", "Track State:           invisible",
        ("unformatted:\t\t%d*2048="):format(row[2]),
        ("32h(0):\t\t%d*2048="):format(row[3]),
        ("32h(0):\t\t%d*2048="):format(row[4]),
        ("32h(0):\t\t%d*2048="):format(row[5]))
    end
  end},

  -- It formats with the least spare areas, for pseudo-overwrite; -M writes the
  -- beginning of the file system anew in place.
  {"growisofs -Z and -M on BD-R, which it formats", function(t)
    local drive = t:serve "bd-r"
    local _, tree = t:image(4)
    burn.growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
    t.reload(drive)
    t.has(burn.info(t, drive), "Mounted Media:         41h, BD-R SRM+POW",
      "State of Last Session: incomplete",
      "Spare Area:            131072/131072",
      "READ CAPACITY:          12088320*2048")
    burn.growisofs(t, "-M", drive.sr, "-R", "-graft-points",
      "/second=" .. tree .. "/sub")
    t.reload(drive)
    burn.holds_both(t, drive, tree)
  end},

  {"growisofs -Z and -M on BD-R without spare areas", function(t)
    local drive = t:serve "bd-r"
    local _, tree = t:image(4)
    burn.growisofs(t, "-use-the-force-luke=spare:none", "-Z", drive.sr, "-R",
      "-graft-points", "/first=" .. tree)
    t.reload(drive)
    t.has(burn.info(t, drive), "Mounted Media:         41h, BD-R SRM\n",
      "Disc status:           appendable", "Number of Sessions:    2")
    burn.growisofs(t, "-M", drive.sr, "-R", "-graft-points",
      "/second=" .. tree .. "/sub")
    t.reload(drive)
    burn.holds_both(t, drive, tree)
    assert(t:medium(drive).sessions == 2)
  end},

  {"growisofs -Z of an image and with default spare areas on BD-R DL",
    function(t)
      local drive = t:serve "bd-r-dl"
      local image, tree = t:image(4)
      burn.growisofs(t, "-use-the-force-luke=spare", "-Z",
        drive.sr .. "=" .. image)
      t.reload(drive)
      t.same(drive, image)
      t.mounted_same(drive, tree)
      t.has(burn.info(t, drive), "Spare Area:            786432/786432")
    end},

  {"dvd+rw-format leaves BD-R alone, whatever it is told", function(t)
    local drive = t:serve "bd-r"
    t.run("dvd+rw-format", drive.sr)
    t.has(t.run("dvd+rw-format", "-ssa=default", drive.sr),
      "25.0GB BD media detected", "illegal command-line option")
    t.reload(drive)
    t.has(burn.info(t, drive), "Mounted Media:         41h, BD-R SRM\n",
      "Disc status:           blank", "unformatted:")
    burn.growisofs_grows(t, drive)
  end},

  {"cdrskin -minfo and three sessions on BD-R", function(t)
    local drive = t:serve "bd-r"
    t.has(t.run("cdrskin", "-v", "dev=" .. drive.sr, "-minfo"),
      "BD-R sequential recording", "Disk Is not erasable",
      "disk status:              empty", "12219392")
    burn.cdrskin_appends(t, drive, 0)
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "-toc"), "first: 1 last 3")
    t.has(burn.info(t, drive), "Disc status:           complete")
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
    t.has(burn.info(t, drive), "Mounted Media:         41h, BD-R SRM\n",
      "Disc status:           appendable",
      "Spare Area:            393216/393216")
    t.run("cdrskin", "-v", "dev=" .. drive.sr, "stream_recording=on", path)
    t.reload(drive)
    t.same(drive, path)
  end},

  {"xorriso writes and grows BD-R", function(t)
    burn.xorriso_grows(t, t:serve "bd-r")
  end},

  {"xorriso -format as_needed and by_index on BD-R", function(t)
    for _, how in ipairs{"as_needed", "by_index_2"} do
      local drive = t:serve "bd-r"
      t.has(burn.xorriso(t, drive, "-list_profiles", "out", "-format", how),
        "BD-R")
      t.reload(drive)
      burn.xorriso_grows(t, drive)
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
      t.has(burn.info(t, drive), "Spare Area:            393184/393216")
      drive = t:serve("bd-r", {keys = "&fault=lba:700,defect"})
      local r = t.try("cdrskin", "-v", "dev=" .. drive.sr, path)
      assert(r.status ~= 0, "it did not notice")
      t.has(r, "3 0C 00")
    end},
}

--- cdrskin on a served CD-R and CD-RW.

local function cdrskin(t, drive, ...)
  return t.run("cdrskin", "-v", "dev=" .. drive.sr, ...)
end

local function burn(t, drive, path, ...)
  local r = cdrskin(t, drive, "-tao", ...)
  t.has(r, "burning done")
  t.reload(drive)
  t.same(drive, path)
end

return {
  {"cdrskin -minfo, CD-RW", function(t)
    local r = cdrskin(t, t:serve("cd-rw"), "-minfo")
    t.has(r, "Mounted media type:       CD-RW", "Disk Is erasable",
      "disk status:              empty",
      "Remaining writable size:            359847")
  end},

  {"cdrskin -minfo, CD-R", function(t)
    local r = cdrskin(t, t:serve("cd-r"), "-minfo")
    t.has(r, "Mounted media type:       CD-R", "Disk Is not erasable",
      "disk status:              empty")
  end},

  {"cdrskin -atip", function(t)
    local r = cdrskin(t, t:serve("cd-rw", {keys = "&minutes=74"}), "-atip")
    t.has(r, "Is erasable", "ATIP start of lead out: 332849 (73:59/74)",
      "1T speed low:  4 1T speed high: 10")
  end},

  {"cdrskin burns data, TAO, CD-R", function(t)
    local drive, path = t:serve("cd-r"), t:data(16)
    burn(t, drive, path, path)
    local medium = t:medium(drive)
    assert(medium.state == "complete", medium.state)
    assert(medium.tracks[1].blocks == 8192 + 2, medium.tracks[1].blocks)
  end},

  {"cdrskin burns data, TAO, CD-RW", function(t)
    local drive, path = t:serve("cd-rw"), t:data(4)
    burn(t, drive, path, path)
    assert(t:medium(drive).state == "complete")
  end},

  {"cdrskin burns two tracks", function(t)
    local drive, first, second = t:serve("cd-r"), t:data(1), t:data(2)
    burn(t, drive, first, first, second)
    t.same(drive, second, 512 + 2 + 150)
  end},

  {"cdrskin burns three sessions", function(t)
    local drive, size = t:serve("cd-r"), 1
    local starts <const> = {0, 11914, 19840}
    for i, start in ipairs(starts) do
      local path = t:data(size)
      local r = t.try("cdrskin", "dev=" .. drive.sr, "-msinfo")
      assert(i == 1 or r.stdout:find("," .. start .. "\n", 1, true), r.stdout)
      cdrskin(t, drive, "-tao", i < #starts and "-multi" or "-nomulti", path)
      t.reload(drive)
      t.same(drive, path, start)
      size = size * 2
    end
    t.has(cdrskin(t, drive, "-toc"), "first: 1 last 3",
      "lba:     11914", "lba:     19840")
    local medium = t:medium(drive)
    assert(medium.sessions == 3 and medium.state == "complete")
  end},

  {"cdrskin -dummy leaves the disc blank", function(t)
    local drive, path = t:serve("cd-r"), t:data(1)
    cdrskin(t, drive, "-dummy", "-tao", path)
    t.has(cdrskin(t, drive, "-minfo"), "disk status:              empty")
    assert(t:medium(drive).state == "blank")
  end},

  {"cdrskin blank=fast and blank=all", function(t)
    local drive = t:serve("cd-rw")
    for i, how in ipairs{"fast", "all"} do
      local path = t:data(i)
      burn(t, drive, path, path)
      cdrskin(t, drive, "blank=" .. how)
      t.has(cdrskin(t, drive, "-minfo"), "disk status:              empty")
    end
    assert(t:medium(drive).state == "blank")
  end},

  {"cdrskin blanks and burns in one", function(t)
    local drive, path, other = t:serve("cd-rw"), t:data(1), t:data(2)
    burn(t, drive, path, path)
    burn(t, drive, other, "blank=fast", other)
  end},

  {"cdrskin refuses a disc that is full", function(t)
    local drive, path = t:serve("cd-r"), t:data(1)
    burn(t, drive, path, path)
    local r = t.try("cdrskin", "dev=" .. drive.sr, "-tao", path)
    assert(r.status ~= 0)
    t.reload(drive)
    t.same(drive, path)
  end},

  {"cdrskin reads its own disc's table", function(t)
    local drive, path = t:serve("cd-rw"), t:data(2)
    burn(t, drive, path, path)
    t.has(cdrskin(t, drive, "-toc"), "first: 1 last 1",
      "track:lout lba:      1026")
  end},
}

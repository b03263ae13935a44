--- wodim on a served CD-R and CD-RW.

local function burn(t, drive, path, ...)
  local r = t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, "-tao", ...)
  t.has(r, "Fixating")
  t.reload(drive)
  t.same(drive, path)
  return r
end

return {
  {"wodim -checkdrive", function(t)
    local r = t.run("wodim", "-checkdrive", "dev=" .. t:serve("cd-rw").sr)
    t.has(r, "Generic mmc CD-RW", "'CD-RW RECORDER  '", "TAO")
  end},

  {"wodim -prcap", function(t)
    local r = t.run("wodim", "-prcap", "dev=" .. t:serve("cd-rw").sr)
    t.has(r, "Does write CD-R media", "Does write CD-RW media",
      "Does support test writing", "Buffer size in KB: 2048")
  end},

  {"wodim -atip, CD-RW", function(t)
    local r = t.run("wodim", "-atip", "dev=" .. t:serve("cd-rw").sr)
    t.has(r, "Is erasable", "ATIP start of lead out: 359849 (79:59/74)")
  end},

  {"wodim -atip, CD-R of 74 minutes", function(t)
    local drive = t:serve("cd-r", {keys = "&minutes=74"})
    local r = t.run("wodim", "-atip", "dev=" .. drive.sr)
    t.has(r, "Is not erasable", "ATIP start of lead out: 332849 (73:59/74)")
  end},

  {"wodim burns data, TAO, CD-R", function(t)
    local drive, path = t:serve("cd-r"), t:data(16)
    burn(t, drive, path, path)
    local medium = t:medium(drive)
    assert(medium.state == "complete", medium.state)
    assert(medium.tracks[1].blocks == 8192 + 2, medium.tracks[1].blocks)
  end},

  {"wodim burns data, TAO, CD-RW, by its sg node", function(t)
    local drive, path = t:serve("cd-rw"), t:data(4)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sg, "-tao", path)
    t.reload(drive)
    t.same(drive, path)
  end},

  {"wodim burns two tracks", function(t)
    local drive, first, second = t:serve("cd-r"), t:data(1), t:data(2)
    burn(t, drive, first, first, second)
    local r = t.run("wodim", "-toc", "dev=" .. drive.sr)
    t.has(r, "first: 1 last 2")
    -- Behind the first track are two blocks of run-out and 150 of pregap.
    t.same(drive, second, 512 + 2 + 150)
  end},

  {"wodim burns two sessions", function(t)
    local drive, first, second = t:serve("cd-r"), t:data(1), t:data(2)
    -- Without -data it takes mode 2 form 1 for -multi.
    burn(t, drive, first, "-multi", "-data", first)
    local r = t.run("wodim", "-msinfo", "dev=" .. drive.sr)
    local next_start = r.stdout:match("0,(%d+)")
    assert(next_start == "11914", r.stdout)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "-tao", "-data", second)
    t.reload(drive)
    t.same(drive, second, 11914)
    local medium = t:medium(drive)
    assert(medium.sessions == 2 and medium.state == "complete")
  end},

  {"wodim -multi writes mode 2 form 1", function(t)
    local drive, path = t:serve("cd-r"), t:data(1)
    burn(t, drive, path, "-multi", path)
    t.has(t.run("cdrdao", "disk-info", "--device", drive.sr, "--driver",
      "generic-mmc"), "CD-ROM XA", "Appendable           : yes")
  end},

  {"wodim -dummy leaves the disc blank", function(t)
    local drive, path = t:serve("cd-r"), t:data(1)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "-dummy", "-tao", path)
    assert(t:medium(drive).state == "blank")
  end},

  {"wodim blank=fast", function(t)
    local drive, path = t:serve("cd-rw"), t:data(1)
    burn(t, drive, path, path)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "blank=fast")
    local again = t:data(2)
    burn(t, drive, again, again)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "blank=all")
    assert(t:medium(drive).state == "blank")
  end},

  {"wodim refuses to blank a CD-R", function(t)
    local drive = t:serve("cd-r")
    local r = t.try("wodim", "gracetime=2", "dev=" .. drive.sr, "blank=fast")
    assert(r.status ~= 0)
    assert(t:medium(drive).state == "blank")
  end},
}

--- cdrdao on a served CD-R and CD-RW.

local function cdrdao(t, drive, ...)
  local words = {...}
  table.move({"--device", drive.sr, "--driver", "generic-mmc"}, 1, 4,
    #words + 1, words)
  return t.run("cdrdao", table.unpack(words))
end

return {
  {"cdrdao disk-info, blank CD-RW", function(t)
    local r = cdrdao(t, t:serve("cd-rw"), "disk-info")
    t.has(r, "CD-RW                : yes", "CD-R empty           : yes",
      "Total Capacity       : 79:57:74")
  end},

  {"cdrdao disk-info, burned CD-R", function(t)
    local drive, path = t:serve("cd-r"), t:data(1)
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "-tao", path)
    local r = cdrdao(t, drive, "disk-info")
    t.has(r, "CD-RW                : no", "CD-R empty           : no",
      "Sessions             : 1", "Last Track           : 1",
      "Appendable           : no")
  end},

  {"cdrdao unlock", function(t)
    local drive = t:serve("cd-rw")
    -- By the sg node: closing the other lets the kernel unlock the tray.
    t.run("sg_prevent", "--prevent=1", drive.sg)
    assert(t.try("sg_start", "--eject", drive.sg).status ~= 0, "not locked")
    cdrdao(t, drive, "unlock")
    t.run("sg_start", "--eject", drive.sg)
  end},

  {"cdrdao blank, minimal and full", function(t)
    local drive, path = t:serve("cd-rw"), t:data(1)
    for _, how in ipairs{"minimal", "full"} do
      t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "-tao", path)
      cdrdao(t, drive, "blank", "--blank-mode", how, "-n")
      t.has(cdrdao(t, drive, "disk-info"), "CD-R empty           : yes")
    end
    assert(t:medium(drive).state == "blank")
  end},

  {"cdrdao scanbus and drive-info", function(t)
    local drive = t:serve("cd-rw")
    t.has(t.run("cdrdao", "scanbus"), "DISCREC")
    t.has(cdrdao(t, drive, "drive-info"), "Maximum writing speed: 1764 kB/s")
  end},
}

--- xorriso on a served CD-R and CD-RW.

-- On a blank CD it takes SAO where it may choose.
local TAO <const> = {"-write_type", "tao"}

local function xorriso(t, ...)
  return t.run("xorriso", "-return_with", "SORRY", "32", ...)
end

-- The words behind 'at' come first: they say what to do before writing.
local function write(t, drive, tree, at, ...)
  local words = {"-md5", "on", TAO[1], TAO[2], "-dev", drive.sr, ...}
  table.move({"-map", tree, at, "-commit"}, 1, 4, #words + 1, words)
  return xorriso(t, table.unpack(words))
end

return {
  {"xorriso -toc, blank CD-RW", function(t)
    local r = xorriso(t, "-outdev", t:serve("cd-rw").sr, "-toc")
    t.has(r, "Media current: CD-RW", "Media status : is blank",
      "359847 writable , 359847 overall")
  end},

  {"xorriso -toc, blank CD-R", function(t)
    local r = xorriso(t, "-outdev", t:serve("cd-r").sr, "-toc")
    t.has(r, "Media current: CD-R", "Media status : is blank")
  end},

  {"xorriso writes, TAO, CD-R", function(t)
    local drive = t:serve("cd-r")
    local _, tree = t:image(8)
    xorriso(t, "-outdev", drive.sr, TAO[1], TAO[2], "-map", tree, "/",
      "-close", "on", "-commit")
    t.reload(drive)
    t.mounted_same(drive, tree)
    assert(t:medium(drive).state == "complete")
  end},

  {"xorriso's own choice, SAO", function(t)
    local drive = t:serve("cd-r")
    local _, tree = t:image(1)
    xorriso(t, "-outdev", drive.sr, "-map", tree, "/", "-close", "on",
      "-commit")
    t.reload(drive)
    t.mounted_same(drive, tree)
    local trace = t.share .. "/" .. t.id .. ".1.trace"
    t.has(t.run("cat", trace), "SEND CUE SHEET")
    assert(t:medium(drive).state == "complete")
  end},

  {"xorriso -as cdrecord burns an image", function(t)
    local drive = t:serve("cd-r")
    local image, tree = t:image(8)
    t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, "-tao", image)
    t.reload(drive)
    t.same(drive, image)
    t.mounted_same(drive, tree)
  end},

  {"xorriso grows a disc by a session", function(t)
    local drive = t:serve("cd-rw")
    local _, tree = t:image(2)
    write(t, drive, tree, "/first")
    t.reload(drive)
    write(t, drive, tree .. "/sub", "/second")
    t.reload(drive)
    local r = xorriso(t, "-indev", drive.sr, "-toc", "-find", "/", "-type", "f")
    t.has(r, "Media status : is written , is appendable", "2 sessions",
      "/first/sub/data", "/second/data")
    xorriso(t, "-indev", drive.sr, "-compare", tree .. "/sub/data",
      "/second/data")
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
    t.run("diff", "-r", tree, "/mnt/disc/first")
    t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
    t.run("umount", "/mnt/disc")
    local medium = t:medium(drive)
    assert(medium.sessions == 2 and medium.state == "appendable")
  end},

  {"xorriso -check_media and MD5 tags", function(t)
    local drive = t:serve("cd-r")
    local _, tree = t:image(4)
    write(t, drive, tree, "/")
    t.reload(drive)
    local r = xorriso(t, "-md5", "on", "-indev", drive.sr, "-check_media",
      "use=indev", "--", "-check_md5_r", "SORRY", "/", "--")
    t.has(r, "+ md5_match", "File contents and their MD5 checksums match.")
    t.has_not(r, "mismatch", "unreadable")
  end},

  {"xorriso -blank fast and all", function(t)
    local drive = t:serve("cd-rw")
    local _, tree = t:image(1)
    for _, how in ipairs{"fast", "all"} do
      write(t, drive, tree, "/")
      t.reload(drive)
      xorriso(t, "-outdev", drive.sr, "-blank", how)
      t.has(xorriso(t, "-outdev", drive.sr, "-toc"), "Media status : is blank")
    end
    assert(t:medium(drive).state == "blank")
  end},

  {"xorriso -blank as_needed before writing", function(t)
    local drive = t:serve("cd-rw")
    local _, tree = t:image(1)
    write(t, drive, tree, "/old", "-close", "on")
    t.reload(drive)
    write(t, drive, tree, "/new", "-blank", "as_needed")
    t.reload(drive)
    local r = xorriso(t, "-indev", drive.sr, "-find", "/", "-type", "f")
    t.has(r, "/new/passwd")
    t.has_not(r, "/old")
  end},
}

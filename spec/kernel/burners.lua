--- What the rows of discs that can be overwritten have in common.
local burners = {}

function burners.growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

function burners.info(t, drive)
  return t.run("dvd+rw-mediainfo", drive.sr)
end

-- Two folders are on the disc, as the kernel sees it.
local function both(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

-- A tree and an image of it that grows: -Z, -M, and all of it is there.
function burners.grown(t, kind)
  local drive = t:serve(kind)
  local _, tree = t:image(4)
  burners.growisofs(t, "-Z", drive.sr, "-R", "-graft-points",
    "/first=" .. tree)
  t.reload(drive)
  burners.growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  both(t, drive, tree)
  return drive
end

function burners.xorriso(t, drive, ...)
  return t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
    drive.sr, ...)
end

-- xorriso writes a tree, grows it, checks it, and the kernel sees the same.
function burners.xorriso_grown(t, drive)
  local _, tree = t:image(4)
  burners.xorriso(t, drive, "-blank", "as_needed", "-map", tree, "/first",
    "-commit")
  t.reload(drive)
  burners.xorriso(t, drive, "-map", tree .. "/sub", "/second", "-commit")
  t.reload(drive)
  local r = t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--")
  t.has(r, "2 sessions", "+ good")
  both(t, drive, tree)
end

function burners.burned(t, drive, mebibytes)
  local path = t:data(mebibytes)
  t.run("cdrskin", "-v", "dev=" .. drive.sr, path)
  t.reload(drive)
  t.same(drive, path)
end

function burners.streamed(t, drive)
  local path = t:data(4)
  t.run("cdrskin", "-v", "dev=" .. drive.sr, "stream_recording=on", path)
  t.reload(drive)
  t.same(drive, path)
end

return burners

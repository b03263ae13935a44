--- What the rows of DVD-R and of DVD-RW have in common.
local minus = {}

function minus.growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

function minus.info(t, drive, ...)
  local r = t.run("dvd+rw-mediainfo", drive.sr)
  t.has(r, ...)
  return r
end

-- Two sessions hold two folders, both to be seen.
function minus.both(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

function minus.grow(t, drive)
  local _, tree = t:image(4)
  minus.growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
  t.reload(drive)
  minus.growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  minus.both(t, drive, tree)
end

function minus.xorriso(t, drive, sessions)
  local _, tree = t:image(4)
  for name, from in pairs{first = tree, second = tree .. "/sub"} do
    t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
      drive.sr, "-map", from, "/" .. name, "-commit")
    t.reload(drive)
  end
  local r = t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--")
  t.has(r, sessions or "2 sessions", "+ good")
  minus.both(t, drive, tree)
  return r
end

-- Image after image with cdrskin, each where the drive says.
function minus.sessions(t, drive, starts)
  for i, start in ipairs(starts) do
    local path = t:data(i)
    t.run("cdrskin", "-v", "dev=" .. drive.sr,
      i < #starts and "-multi" or "-tao", path)
    t.reload(drive)
    t.same(drive, path, start)
  end
end

return minus

--- Discs that grow: what rows about several media have in common.
local burn = {}

function burn.growisofs(t, ...)
  return t.run("growisofs", "-use-the-force-luke=notray,tty", ...)
end

function burn.info(t, drive)
  return t.run("dvd+rw-mediainfo", drive.sr)
end

-- Two growths by one program, each a folder of its own; the disc holds both.
function burn.holds_both(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("diff", "-r", tree, "/mnt/disc/first")
  t.run("diff", "-r", tree .. "/sub", "/mnt/disc/second")
  t.run("umount", "/mnt/disc")
end

function burn.growisofs_grows(t, drive)
  local _, tree = t:image(4)
  burn.growisofs(t, "-Z", drive.sr, "-R", "-graft-points", "/first=" .. tree)
  t.reload(drive)
  t.has(burn.info(t, drive), "Disc status:           appendable")
  burn.growisofs(t, "-M", drive.sr, "-R", "-graft-points",
    "/second=" .. tree .. "/sub")
  t.reload(drive)
  burn.holds_both(t, drive, tree)
end

function burn.xorriso(t, drive, ...)
  return t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
    drive.sr, ...)
end

function burn.xorriso_grows(t, drive)
  local _, tree = t:image(4)
  burn.xorriso(t, drive, "-map", tree, "/first", "-commit")
  t.reload(drive)
  burn.xorriso(t, drive, "-map", tree .. "/sub", "/second", "-commit")
  t.reload(drive)
  t.has(t.run("xorriso", "-indev", drive.sr, "-toc", "-check_media",
    "use=indev", "--"), "is appendable", "2 sessions", "+ good")
  burn.holds_both(t, drive, tree)
end

function burn.cdrskin_appends(t, drive, gap)
  local start = 0
  for i = 1, 3 do
    local path = t:data(i)
    t.run("cdrskin", "-v", "dev=" .. drive.sr,
      i < 3 and "-multi" or "-nomulti", path)
    t.reload(drive)
    t.same(drive, path, start)
    start = start + i * 512 + gap
  end
end

return burn

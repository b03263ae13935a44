--- UDF: volumes that Linux wrote files to, burned by us, mounted by Linux.
local burn = require "discrecorder.burn"
local disc = require "discrecorder"

-- An image of mkudffs that the kernel put a tree into. Small files stand in
-- their entries then. (What is made for a DVD is mounted for reading only.)
local function filled(t, revision)
  local _, tree = t:image(2)
  local path = t.folder .. "/udf"
  t.run("modprobe", "-a", "loop", "udf")
  t.run("mkudffs", "--utf8", "--new-file", "--label=LINUX",
    "--media-type=hd", "--blocksize=2048", "--udfrev=" .. revision, path,
    "6000")
  t.run("mkdir", "-p", "/mnt/udf")
  t.run("mount", "-t", "udf", "-o", "loop,rw", path, "/mnt/udf")
  t.run("sh", "-c", ("echo hello >'%s/größe'; cp -r %s/. /mnt/udf")
    :format(tree, tree))
  t.run("umount", "/mnt/udf")
  return path, tree
end

local function burned(drive, image)
  local rec <close> = assert(disc.recorder(drive.sr))
  local report = assert(burn.image(rec, image, {as_needed = true}))
  assert(report.verified)
end

local function mounted_same(t, drive, tree)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "udf", "-o", "ro", drive.sr, "/mnt/disc")
  local r = t.try("diff", "-r", "-x", "lost+found", tree, "/mnt/disc")
  t.run("umount", "/mnt/disc")
  assert(r.status == 0, r.text)
end

local rows = {}

for _, one in ipairs{
  {"1.02", "dvd+r"}, {"1.02", "bd-re"}, {"1.02", "cd-rw"},
  {"2.01", "dvd-r"}, {"2.01", "dvd-ram"},
} do
  local revision, medium = table.unpack(one)
  local name = ("UDF %s that Linux filled, on %s"):format(revision, medium)
  table.insert(rows, {name, function(t)
    local image, tree = filled(t, revision)
    local drive = t:serve(medium)
    burned(drive, image)
    t.reload(drive)
    t.has(t.run("blkid", "-p", drive.sr), 'TYPE="udf"', 'LABEL="LINUX"')
    mounted_same(t, drive, tree)
    t.run("bin/discrecorder", "read", drive.sr, t.folder .. "/back")
    t.run("cmp", image, t.folder .. "/back")
    t.has(t.run("bin/discrecorder", "verify", drive.sr, "--against", tree),
      "The disc holds what it should.")
  end})
end

table.insert(rows, {"a bridge of genisoimage is mounted as UDF", function(t)
  local drive = t:serve "dvd+r"
  local _, tree = t:image(2)
  local image = t.folder .. "/bridge"
  t.run("modprobe", "udf")
  t.run("genisoimage", "-quiet", "-udf", "-R", "-J", "-o", image, tree)
  burned(drive, image)
  t.reload(drive)
  mounted_same(t, drive, tree)
  t.mounted_same(drive, tree)
end})

table.insert(rows, {"a VAT of mkudffs ends the track of a DVD+R", function(t)
  local drive = t:serve "dvd+r"
  local image = t.folder .. "/vat"
  t.run("modprobe", "udf")
  t.run("mkudffs", "--new-file", "--label=VAT", "--media-type=dvdr", image,
    "6000")
  burned(drive, image)
  t.reload(drive)
  t.run("mkdir", "-p", "/mnt/disc")
  t.run("mount", "-t", "udf", "-o", "ro", drive.sr, "/mnt/disc")
  t.run("umount", "/mnt/disc")
end})

return rows

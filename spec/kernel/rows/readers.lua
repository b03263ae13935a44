--- Programs that read, on a CD that our own engine burned by the direct path
-- before the kernel saw it.
local disc = require "discrecorder"
local source = require "discrecorder.source"
local run = require "spec.support.run"

-- Each row has a disc of its own: its image, its tree, and the recorder.
local function burned(t, medium)
  local image, tree = t:image(4)
  local path = t.folder .. "/burned"
  do
    local rec = assert(disc.recorder(
      ("virtual:%s?medium=%s"):format(path, medium or "cd-r")))
    assert(rec:burn{tracks = {{source = source.file(image)}}})
  end
  collectgarbage() -- the drive goes with its recorder
  return t:serve(medium or "cd-r", {path = path}), image, tree
end

local function blocks_of(image)
  return #run.slurp(image) // 2048
end

-- Where the lead-out begins: behind the padding and two blocks of run-out.
local function leadout_of(image)
  return blocks_of(image) + 150 + 2
end

return {
  {"dd reads what was burned", function(t)
    local drive, image = burned(t)
    t.run("dd", "if=" .. drive.sr, "of=" .. t.folder .. "/copy", "bs=2048",
      "count=" .. blocks_of(image), "status=none")
    t.run("cmp", image, t.folder .. "/copy")
  end},

  {"the kernel tells the disc's capacity", function(t)
    local drive, image = burned(t)
    local r = t.run("blockdev", "--getsize64", drive.sr)
    assert(tonumber(r.stdout) == leadout_of(image) * 2048, r.stdout)
  end},

  {"mount shows the files that were burned", function(t)
    local drive, _, tree = burned(t, "cd-rw")
    t.mounted_same(drive, tree)
  end},

  {"blkid tells the file system", function(t)
    local drive = burned(t)
    t.has(t.run("blkid", "-p", drive.sr), 'TYPE="iso9660"', 'LABEL="ISOIMAGE"')
  end},

  {"cd-info", function(t)
    local drive, image = burned(t)
    local r = t.run("cd-info", "--no-cddb", drive.sr)
    t.has(r, "CD-ROM Track List (1 - 1)", "1: 00:02:00  000000 data",
      ("%06d leadout"):format(leadout_of(image)),
      "CD-ROM with ISO 9660 filesystem", "CD location   : " .. drive.sr)
  end},

  {"cd-info gives up on a blank disc", function(t)
    local r = t.try("cd-info", "--no-cddb", t:serve("cd-r").sr)
    assert(r.status == 1, r.text)
  end},

  {"cd-drive", function(t)
    local drive = burned(t)
    t.has(t.run("cd-drive", drive.sr), "CD-RW RECORDER", "DISCREC",
      "CD Track at Once Feature", "can eject the medium")
  end},

  {"cd-read reads raw sectors", function(t)
    local drive, image = burned(t)
    local out = t.folder .. "/sectors"
    t.run("cd-read", "-i", drive.sr, "-m", "any", "-s", "16", "-e", "17",
      "-o", out, "--no-hexdump")
    local raw, whole = run.slurp(out), run.slurp(image)
    -- It asks for header, user data and EDC, and writes 2352 bytes of them.
    for i = 0, 1 do
      local header = ("\0\2%c\1"):format(0x16 + i)
      local user = whole:sub((16 + i) * 2048 + 1, (17 + i) * 2048)
      assert(raw:sub(i * 2352 + 1, i * 2352 + 2052) == header .. user,
        "other bytes than were burned")
    end
  end},

  {"iso-info lists the files", function(t)
    local drive = burned(t)
    t.has(t.run("iso-info", "-l", drive.sr), "passwd", "data")
  end},

  {"isoinfo lists the files and gives one out", function(t)
    local drive, _, tree = burned(t)
    t.has(t.run("isoinfo", "-l", "-R", "-i", drive.sr), "passwd", "data")
    local r = t.run("isoinfo", "-R", "-x", "/sub/data", "-i", drive.sr)
    assert(r.stdout == run.slurp(tree .. "/sub/data"), "other bytes")
  end},

  {"readom copies the disc", function(t)
    local drive, image = burned(t)
    local out = t.folder .. "/copy"
    t.run("readom", "dev=" .. drive.sr, "f=" .. out,
      "sectors=0-" .. blocks_of(image))
    t.run("cmp", image, out)
  end},

  {"sg_inq", function(t)
    local drive = t:serve("cd-rw", {keys = "&serial=ABCD1234"})
    t.has(t.run("sg_inq", drive.sg), "DISCREC", "CD-RW RECORDER", "cd/dvd")
    t.has(t.run("sg_inq", "--page=0x80", drive.sr), "ABCD1234")
  end},

  {"sg_modes", function(t)
    local drive = t:serve("cd-rw")
    local r = t.run("sg_modes", "-a", drive.sg)
    t.has(r, "Write parameters", "MM capabilities and mechanical status")
  end},

  {"sg_get_config", function(t)
    local drive = t:serve("cd-rw")
    t.has(t.run("sg_get_config", drive.sr), "Current profile: CD-RW",
      "CD track-at-once feature", "Drive serial number feature")
  end},

  {"sg_raw reads a block, and is told of a refusal", function(t)
    local drive, image = burned(t)
    local out = t.folder .. "/block"
    t.run("sg_raw", "-b", "-r", "2048", "-o", out, drive.sg, "28", "00", "00",
      "00", "00", "10", "00", "00", "01", "00")
    assert(run.slurp(out) == run.slurp(image):sub(16 * 2048 + 1, 17 * 2048))
    local r = t.try("sg_raw", "-r", "2048", drive.sg, "28", "00", "00", "7f",
      "00", "10", "00", "00", "01", "00")
    t.has(r, "Logical block address out of range")
    r = t.try("sg_raw", drive.sg, "c5", "00", "00", "00", "00", "00", "00",
      "00", "00", "00")
    t.has(r, "Invalid command operation code")
  end},

  {"sg_raw is told how much came", function(t)
    local drive = t:serve("cd-rw")
    -- READ DISC INFORMATION has 34 bytes; there is room for 200.
    local r = t.run("sg_raw", "-r", "200", drive.sg, "51", "00", "00", "00",
      "00", "00", "00", "00", "c8", "00")
    t.has(r, "Received 34 bytes of data")
  end},

  {"/proc/sys/dev/cdrom/info", function(t)
    local drive = t:serve("cd-rw")
    local r = t.run("cat", "/proc/sys/dev/cdrom/info")
    t.has(r, drive.sr:match "sr%d+")
    assert(r.text:find "Can write CD%-RW:%s+1", r.text)
  end},
}

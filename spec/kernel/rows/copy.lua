--- Discs that other programs wrote, read, exported and copied by us through
-- /dev/sr0; and what other programs read of the copies.
local copy = require "discrecorder.copy"
local disc = require "discrecorder"
local run = require "spec.support.run"
local tones = require "spec.kernel.tones"

local BLOCK <const> = tones.BLOCK

-- What cdrdao reads of a disc, without the name of its samples.
local function read_toc(t, drive, name)
  local toc = t.folder .. "/" .. name
  t.run("cdrdao", "read-toc", "--device", drive.sr, "--driver",
    "generic-mmc:0x10", toc)
  return run.slurp(toc)
end

-- Its second track's pregap ends within a second.
local function album(t, drive, ...)
  return tones.album(t, drive, "0:1:20", ...)
end

local function recorder(drive)
  return assert(disc.recorder(drive.sr))
end

local function copied(from, to)
  local a <close> = recorder(from)
  local b <close> = recorder(to)
  assert(assert(copy.run(a, b)).verified, "not verified")
end

local function start_of(drive, number)
  local rec <close> = recorder(drive)
  return assert(rec:medium()).tracks[number].start
end

return {
  {"an album of cdrdao's, from drive to drive", function(t)
    local from, to = t:serve("cd-r"), t:serve("cd-rw")
    local one, two = album(t, from)
    copied(from, to)
    t.reload(to)
    tones.read_by_cd_paranoia(t, to, 1, one .. ("\0"):rep(95 * BLOCK))
    tones.read_by_cd_paranoia(t, to, 2, two)
    tones.read_by_icedax(t, to, 2, two)
    local was, is = read_toc(t, from, "was.toc"), read_toc(t, to, "is.toc")
    assert(was == is, "cdrdao reads another disc:\n" .. was .. is)
  end},

  {"an album of cdrdao's, to BIN and CUE and back", function(t)
    local from, to = t:serve("cd-r"), t:serve("cd-r")
    album(t, from)
    local cue = t.folder .. "/out.cue"
    do
      local a <close> = recorder(from)
      local b <close> = recorder(to)
      assert(copy.run(a, cue))
      assert(assert(copy.run(cue, b)).verified, "not verified")
    end
    t.reload(to)
    local was, is = read_toc(t, from, "was.toc"), read_toc(t, to, "is.toc")
    assert(was == is, "cdrdao reads another disc:\n" .. was .. is)
    local lines = {"1: 00:02:00  000000 audio", "2: 00:09:20  000545 audio",
      "An Album", "The First", "The Second", "Somebody", "0123456789012"}
    t.has(t.run("cd-info", "--no-cddb", to.sr), table.unpack(lines))
    t.has(t.run("cd-info", "--no-cddb", "--cue-file", cue),
      table.unpack(lines))
  end},

  {"the samples that cdrdao reads are those in our BIN", function(t)
    local drive = t:serve("cd-r")
    album(t, drive)
    do
      local rec <close> = recorder(drive)
      assert(copy.run(rec, t.folder .. "/ours.toc"))
    end
    t.run("cdrdao", "read-cd", "--device", drive.sr, "--driver",
      "generic-mmc:0x10", "--datafile", t.folder .. "/theirs.bin",
      "--paranoia-mode", "0", t.folder .. "/theirs.toc")
    -- High byte first.
    local theirs = run.slurp(t.folder .. "/theirs.bin"):gsub("(.)(.)", "%2%1")
    assert(theirs == run.slurp(t.folder .. "/ours.bin"), "other samples")
    t.has(t.run("cdrdao", "show-toc", t.folder .. "/ours.toc"),
      "CATALOG NUMBER: 0123456789012", "ISRC DE ABC 06 00001",
      "PREGAP 00:01:20(    95)", "INDEX  2 00:08:20(   620)")
  end},

  {"cdrskin's data and audio, TAO, from drive to drive", function(t)
    local from, to = t:serve("cd-rw"), t:serve("cd-rw")
    local first, one = tones.wav(t, 1, 450)
    local image = t:image(1)
    t.run("cdrskin", "-v", "dev=" .. from.sr, "-tao", "-data", "padsize=150s",
      image, "-audio", first)
    t.reload(from)
    copied(from, to)
    t.reload(to)
    t.same(to, image)
    tones.read_by_cd_paranoia(t, to, 2, one)
  end},

  {"sessions of xorriso's, left open, from drive to drive", function(t)
    local from, to = t:serve("cd-r"), t:serve("cd-rw")
    local _, tree = t:image(1)
    local names <const> = {"one", "two", "three"}
    for _, name in ipairs(names) do
      t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
        from.sr, "-write_type", "tao", "-map", tree, "/" .. name, "-commit")
      t.reload(from)
    end
    copied(from, to)
    t.reload(to)
    local function both(...)
      local list = {...}
      local said = {}
      for i, drive in ipairs {from, to} do
        local words = {}
        for n, word in ipairs(list) do
          words[n] = word:gsub("DEVICE", drive.sr)
        end
        said[i] = t.run(table.unpack(words)).stdout:gsub("/dev/sr%d", "")
      end
      assert(said[1] == said[2], table.concat(said, "\n-- of the copy:\n"))
      return said[2]
    end
    assert(both("cdrskin", "dev=DEVICE", "-msinfo"):find "%d+,%d+\n")
    assert(both("wodim", "dev=DEVICE", "-msinfo"):find "%d+,%d+\n")
    t.has(t.run("cdrskin", "-v", "dev=" .. to.sr, "-minfo"),
      "disk status:              incomplete/appendable",
      "number of sessions:       4")
    local function table_of(drive)
      local text = t.run("wodim", "dev=" .. drive.sr, "-toc").stdout
      return text:match "(first:.*)"
    end
    assert(table_of(from) == table_of(to), table_of(from) .. table_of(to))
    t.has(t.run("xorriso", "-md5", "on", "-indev", to.sr, "-toc",
      "-check_media", "use=indev", "--"), "+ good", "session  :   3")
    t.run("mkdir", "-p", "/mnt/copied")
    t.run("mount", "-t", "iso9660", "-o", "ro", to.sr, "/mnt/copied")
    for _, name in ipairs(names) do
      t.run("diff", "-r", tree, "/mnt/copied/" .. name)
    end
    t.run("umount", "/mnt/copied")
  end},

  {"cdrdao's album and cdrskin's data behind it, from drive to drive",
    function(t)
      local from, to = t:serve("cd-r"), t:serve("cd-r")
      local one, two = album(t, from, "--multi", "--force")
      local image = t:image(1)
      t.run("cdrskin", "-v", "dev=" .. from.sr, "-tao", "-data", "padsize=150s",
        image)
      t.reload(from)
      copied(from, to)
      t.reload(to)
      tones.read_by_cd_paranoia(t, to, 1, one .. ("\0"):rep(95 * BLOCK))
      tones.read_by_cd_paranoia(t, to, 2, two)
      local start = start_of(from, 3)
      assert(start == start_of(to, 3), "the data is elsewhere")
      t.same(to, image, start)
      local was, is = read_toc(t, from, "was.toc"), read_toc(t, to, "is.toc")
      assert(was == is, "cdrdao reads another disc:\n" .. was .. is)
      t.has(t.run("cdrskin", "-v", "dev=" .. to.sr, "-minfo"),
        "number of sessions:       2")
      t.has(t.run("cd-info", "--no-cddb", to.sr), "3: ", "data", "An Album")
    end},
}

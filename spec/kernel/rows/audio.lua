--- Audio on a served CD-R and CD-RW: burned by wodim and cdrskin, read by
-- cd-paranoia, icedax and cd-info.
local run = require "spec.support.run"
local tones = require "spec.kernel.tones"

local BLOCK <const> = tones.BLOCK
local wav = tones.wav
local read_by_cd_paranoia = tones.read_by_cd_paranoia
local read_by_icedax = tones.read_by_icedax

return {
  {"wodim burns audio, TAO; cd-paranoia and icedax read it", function(t)
    local drive = t:serve("cd-r")
    local first, one = wav(t, 1, 450)
    local second, two = wav(t, 2, 313)
    t.has(t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, "-tao",
      "-audio", first, "-preemp", second), "Fixating")
    t.reload(drive)
    read_by_cd_paranoia(t, drive, 1, one)
    read_by_cd_paranoia(t, drive, 2, two)
    read_by_icedax(t, drive, 1, one)
    read_by_icedax(t, drive, 2, two)
    t.has(t.run("cd-info", "--no-cddb", drive.sr),
      "1: 00:02:00  000000 audio", "2: 00:10:02  000602 audio")
  end},

  {"cdrskin burns audio, TAO, then data", function(t)
    local drive = t:serve("cd-rw")
    local first, one = wav(t, 1, 450)
    local image = t:image(1)
    t.has(t.run("cdrskin", "-v", "dev=" .. drive.sr, "-tao", "-audio", first,
      "-data", image), "burning done")
    t.reload(drive)
    read_by_cd_paranoia(t, drive, 1, one)
    t.same(drive, image, 450 + 152)
    t.has(t.run("cd-info", "--no-cddb", drive.sr),
      "1: 00:02:00  000000 audio", "2: 00:10:02  000602 data")
  end},

  {"cdrskin burns audio, SAO, without gaps", function(t)
    local drive = t:serve("cd-r")
    local first, one = wav(t, 1, 450)
    local second, two = wav(t, 2, 313)
    t.has(t.run("cdrskin", "-v", "dev=" .. drive.sr, "-sao", "-audio", first,
      second), "burning done")
    t.reload(drive)
    read_by_cd_paranoia(t, drive, 1, one)
    read_by_cd_paranoia(t, drive, 2, two)
    t.has(t.run("cd-info", "--no-cddb", drive.sr),
      "1: 00:02:00  000000 audio", "2: 00:08:00  000450 audio",
      "000763 leadout")
    assert(t:medium(drive).state == "complete")
  end},

  {"wodim burns audio, SAO", function(t)
    local drive = t:serve("cd-rw")
    local first, one = wav(t, 1, 450)
    local second, two = wav(t, 2, 313)
    t.has(t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, "-dao",
      "-audio", first, second), "Fixating")
    t.reload(drive)
    read_by_icedax(t, drive, 1, one)
    read_by_icedax(t, drive, 2, two)
  end},

  {"wodim burns data, SAO", function(t)
    local drive, path = t:serve("cd-r"), t:data(4)
    t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, "-dao", path)
    t.reload(drive)
    t.same(drive, path)
    assert(t:medium(drive).tracks[1].blocks == 2048)
  end},

  {"cdrdao writes an album with pregap, index, ISRC and MCN", function(t)
    local drive = t:serve("cd-r")
    local one, two = tones.album(t, drive, "0:2:0")
    read_by_cd_paranoia(t, drive, 1, one .. ("\0"):rep(150 * BLOCK))
    read_by_cd_paranoia(t, drive, 2, two)
    t.has(t.run("cd-info", "--no-cddb", drive.sr),
      "1: 00:02:00  000000 audio", "2: 00:10:00  000600 audio",
      "An Album", "The First", "The Second", "Somebody", "He",
      "0123456789012", "DEABC0600001")
    local again = t.folder .. "/again.toc"
    t.run("cdrdao", "read-toc", "--device", drive.sr, "--driver",
      "generic-mmc:0x10", again)
    local read = {text = run.slurp(again)}
    t.has(read, 'CATALOG "0123456789012"', 'ISRC "DEABC0600001"',
      'TITLE "An Album"', 'TITLE "The Second"', "START 00:02:00",
      "INDEX 00:01:00", "COPY", "NO COPY")
  end},

  {"cdrskin writes CD-TEXT from a sheet", function(t)
    local drive = t:serve("cd-rw")
    local first, one = wav(t, 1, 450)
    local sheet = t.folder .. "/sheet"
    run.spit(sheet, [[
Input Sheet Version = 0.7T
Text Code = 8859
Language Code = English
Album Title = Another Album
Artist Name = Somebody Else
UPC / EAN = 1234567890123
ISRC 01 = DEABC0600002
Track 01 Title = The Only One
]])
    t.has(t.run("cdrskin", "-v", "dev=" .. drive.sr, "-sao",
      "input_sheet_v07t=" .. sheet, "-audio", first), "burning done")
    t.reload(drive)
    read_by_cd_paranoia(t, drive, 1, one)
    t.has(t.run("cd-info", "--no-cddb", drive.sr), "Another Album",
      "The Only One", "Somebody Else", "DEABC0600002")
    t.has(t.run("cdrskin", "dev=" .. drive.sr, "cdtext_to_v07t=-"),
      "Another Album", "The Only One")
  end},
}

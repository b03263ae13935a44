--- Equal audio discs (spec/kernel/equal.lua), and our own as other people's
-- programs read them.
local album = require "discrecorder.album"
local cdtext = require "discrecorder.cdtext"
local disc = require "discrecorder"
local equal = require "spec.kernel.equal"
local run = require "spec.support.run"
local sheets = require "discrecorder.sheet"
local source = require "discrecorder.source"

local cdrskin, wodim = equal.cdrskin, equal.wodim

local BLOCK <const> = 2352

-- A WAV file of samples that repeat nowhere, and the samples.
local function wav(t, name, blocks)
  local list, seed = {}, #name
  for block = 1, blocks do
    local frames = {}
    for i = 1, BLOCK // 4 do
      seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
      local wave = math.floor(9000 * math.sin((block * 588 + i) * 0.02))
      frames[i] = string.pack("<i2i2", wave + (seed >> 25), -wave // 2)
    end
    list[block] = table.concat(frames)
  end
  local samples = table.concat(list)
  local path = ("%s/%s.wav"):format(t.folder, name)
  run.spit(path, "RIFF" .. string.pack("<I4", #samples + 36) .. "WAVEfmt " ..
    string.pack("<I4I2I2I4I4I2I2", 16, 1, 2, 44100, 176400, 4, 16) .. "data" ..
    string.pack("<I4", #samples) .. samples)
  return path, samples
end

local function tracks_of(...)
  local tracks = {}
  for i, path in ipairs {...} do
    tracks[i] = {source = assert(source.audio(path))}
  end
  return tracks
end

local function both(t, medium, program, words, job)
  return equal.both(t, medium, function(drive)
    program(t, drive, table.unpack(words))
  end, function(drive)
    equal.job(drive, type(job) == "function" and job() or job)
  end)
end

local function cdrdao(t, drive, verb, ...)
  t.run("cdrdao", verb, "--device", drive.sr, "--driver", "generic-mmc:0x10",
    ...)
end

local THEIRS <const> = "NWA, CUE, WRITE, SYNCHRONIZE"
local OURS <const> = "NWA, OPC, NWA, CUE, WRITE, SYNCHRONIZE"

local ALBUM <const> = [[
CATALOG 4006381333931
TITLE "An Album"
PERFORMER "Somebody"
FILE "one.wav" WAVE
  TRACK 01 AUDIO
    TITLE "The First"
    PERFORMER "She"
    FLAGS DCP
    ISRC DEABC0600001
    INDEX 01 00:00:00
    INDEX 02 00:02:00
  TRACK 02 AUDIO
    TITLE "The Second"
    PERFORMER "He"
    FLAGS PRE
    ISRC DEABC0600002
    INDEX 00 00:05:00
    INDEX 01 00:06:10
]]

local TOC <const> = [[
CD_DA
CATALOG "4006381333931"
TRACK AUDIO
COPY
ISRC "DEABC0600001"
FILE "one.wav" 0 00:06:00
INDEX 00:02:00
TRACK AUDIO
PRE_EMPHASIS
ISRC "DEABC0600002"
FILE "one.wav" 00:06:00 00:08:00
START 00:01:10
TRACK AUDIO
PREGAP 00:02:00
FILE "two.wav" 0
]]

-- The CD-TEXT of a sheet without MCN and ISRCs (README.md).
local function without_codes(of)
  local texts = cdtext.of_disc(of)
  for _, block in ipairs(texts.blocks) do
    block.disc.upc_ean = nil
    for _, track in ipairs(block.tracks) do
      track.isrc = nil
    end
  end
  return texts
end

return {
  {"equal audio: two tracks without a gap, cdrskin", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 313)
    local medium = both(t, "cd-r", cdrskin, {"-sao", "-audio", one, two},
      {tracks = tracks_of(one, two)})
    assert(medium.state == "complete")
    equal.in_order(t, THEIRS, OURS)
  end},

  {"equal audio: tracks that may be copied, cdrskin, CD-RW", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 301)
    both(t, "cd-rw", cdrskin, {"-sao", "-audio", "-copy", one, two},
      function()
        local tracks = tracks_of(one, two)
        tracks[1].flags, tracks[2].flags = {copy = true}, {copy = true}
        return {tracks = tracks}
      end)
  end},

  {"equal audio: CD-TEXT, cdrskin", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 313)
    local packs = assert(cdtext.encode {blocks = {{
      disc = {title = "An Album", performer = "Somebody"},
      tracks = {{title = "The First"}, {title = "The Second"}},
    }}})
    local path = t.folder .. "/packs"
    run.spit(path, packs)
    both(t, "cd-r", cdrskin, {"-sao", "textfile=" .. path, "-audio", one, two},
      {tracks = tracks_of(one, two), text = packs})
  end},

  {"equal audio: two tracks, wodim", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 313)
    both(t, "cd-r", wodim, {"-dao", "-audio", "-nopad", one, two}, function()
      -- The last two seconds of a track are the next one's pregap (README.md).
      local tracks, cut = tracks_of(two), 300 * 588
      tracks[1].pregap_source = assert(source.audio(one, cut))
      table.insert(tracks, 1, {source = assert(source.audio(one, 0, cut))})
      return {tracks = tracks}
    end)
    equal.in_order(t,
      "page, NWA, page, OPC, CUE, NWA, WRITE, SYNCHRONIZE", OURS)
  end},

  {"equal audio: a CUE sheet, wodim", function(t)
    wav(t, "one", 1000)
    local sheet = t.folder .. "/album.cue"
    run.spit(sheet, (ALBUM:gsub("    FLAGS PRE\n", ""))) -- README.md
    both(t, "cd-r", wodim, {"-dao", "cuefile=" .. sheet}, function()
      return assert(album.job(sheet, {cd_text = false}))
    end)
  end},

  {"equal audio: a TOC file, cdrdao", function(t)
    wav(t, "one", 1100)
    wav(t, "two", 400)
    local toc = t.folder .. "/album.toc"
    run.spit(toc, TOC)
    -- cdrdao looks for files where it is started.
    local absolute = t.folder .. "/absolute.toc"
    run.spit(absolute, (TOC:gsub('FILE "', 'FILE "' .. t.folder .. "/")))
    equal.both(t, "cd-r", function(drive)
      cdrdao(t, drive, "write", "-n", absolute)
    end, function(drive)
      equal.job(drive, assert(album.job(toc)))
    end)
    equal.in_order(t, "page, OPC, NWA, CUE, WRITE, SYNCHRONIZE", OURS)
  end},

  {"equal audio: one album, by cdrskin, by cdrdao and by us", function(t)
    wav(t, "one", 1000)
    local cue, toc = t.folder .. "/album.cue", t.folder .. "/album.toc"
    -- Both look for files where they are started.
    run.spit(cue, (ALBUM:gsub('FILE "', 'FILE "' .. t.folder .. "/")))
    local is = assert(sheets.read(cue, {outside = true}))
    assert(sheets.write(toc, is))
    local function ours(text)
      return function(drive)
        equal.job(drive, assert(album.job(cue, {
          outside = true, cd_text = text,
        })))
      end
    end
    equal.both(t, "cd-r", function(drive)
      cdrskin(t, drive, "-sao", "-text", "cuefile=" .. cue)
    end, ours(true))
    equal.in_order(t, THEIRS, OURS)
    equal.both(t, "cd-r", function(drive)
      cdrdao(t, drive, "write", "-n", toc)
    end, ours(without_codes(is)))
  end},

  {"equal audio: data and audio, at once, cdrdao", function(t)
    local image, one = t:data(1), wav(t, "one", 450)
    local toc = t.folder .. "/mixed.toc"
    -- Two seconds of zeros behind data that audio follows (ECMA-130 20).
    run.spit(toc, ([[
CD_ROM
TRACK MODE1
DATAFILE "%s"
ZERO MODE1 00:02:00
TRACK AUDIO
PREGAP 00:02:00
FILE "%s" 0
]]):format(image, one))
    equal.both(t, "cd-r", function(drive)
      cdrdao(t, drive, "write", "-n", toc)
    end, function(drive)
      local tracks = tracks_of(one)
      table.insert(tracks, 1, {source = assert(source.file(image))})
      equal.job(drive, {tracks = tracks})
    end)
  end},

  {"equal audio: two tracks, track at once, wodim", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 313)
    both(t, "cd-r", wodim, {"-tao", "-audio", one, two},
      {mode = "tao", tracks = tracks_of(one, two)})
  end},

  {"equal audio: two tracks, track at once, cdrskin", function(t)
    local one, two = wav(t, "one", 450), wav(t, "two", 313)
    both(t, "cd-rw", cdrskin, {"-tao", "-audio", one, two},
      {mode = "tao", tracks = tracks_of(one, two)})
  end},

  {"equal audio: data and audio, track at once, cdrskin", function(t)
    local image, one = t:data(1), wav(t, "one", 450)
    both(t, "cd-r", cdrskin, {"-tao", "padsize=150s", "-data", image,
      "padsize=0s", "-audio", one}, function()
        local tracks = tracks_of(one)
        table.insert(tracks, 1, {source = assert(source.file(image))})
        return {mode = "tao", tracks = tracks}
      end)
  end},

  {"equal audio: data at once, cdrskin and wodim", function(t)
    local image = t:data(4)
    for _, program in ipairs {cdrskin, wodim} do
      local how = program == cdrskin and "-sao" or "-dao"
      both(t, "cd-r", program, {how, "padsize=150s", "-data", image},
        {mode = "sao", tracks = {{source = assert(source.file(image))}}})
    end
  end},

  {"equal audio: an album, then data: cdrskin", function(t)
    local one, image = wav(t, "one", 450), t:data(1)
    local medium = equal.both(t, "cd-r", function(drive)
      cdrskin(t, drive, "-sao", "-multi", "-audio", one)
      t.reload(drive)
      cdrskin(t, drive, "-tao", "padsize=150s", "-data", image)
    end, function(drive)
      equal.job(drive, {keep_open = true, tracks = tracks_of(one)})
      t.reload(drive)
      equal.job(drive, {append = true,
        tracks = {{source = assert(source.file(image))}}})
    end)
    assert(medium.sessions == 2)
  end},

  {"our album, read by cd-paranoia, cd-info and cdrdao", function(t)
    local drive = t:serve("cd-r")
    local _, samples = wav(t, "one", 1000)
    local sheet = t.folder .. "/album.cue"
    run.spit(sheet, ALBUM)
    local rec = assert(disc.recorder(drive.sr))
    assert(assert(album.burn(rec, sheet)).verified)
    rec:close()
    t.reload(drive)
    local out = t.folder .. "/paranoia.raw"
    t.run("cd-paranoia", "-r", "-d", drive.sr, "2", out)
    assert(run.slurp(out) == samples:sub(460 * BLOCK + 1), "other samples")
    t.has(t.run("cd-info", "--no-cddb", drive.sr),
      "1: 00:02:00  000000 audio", "2: 00:08:10  000460 audio", "An Album",
      "The First", "The Second", "Somebody", "4006381333931", "DEABC0600001")
    local again = t.folder .. "/again.toc"
    cdrdao(t, drive, "read-toc", again)
    t.has({text = run.slurp(again)}, 'CATALOG "4006381333931"',
      'ISRC "DEABC0600002"', 'TITLE "An Album"', 'TITLE "The Second"',
      "START 00:01:10", "INDEX 00:02:00", "COPY", "PRE_EMPHASIS")
  end},
}

--- Mode 2 of other burners: what they send, what stands on the disc then.
local copy = require "discrecorder.copy"
local disc = require "discrecorder"
local equal = require "spec.kernel.equal"
local mode_2 = require "spec.support.mode_2"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local COUNT <const> = 320 -- blocks of a track

-- A file of so many blocks, each made by its number.
local function file(t, make)
  local list = {}
  for lba = 0, COUNT - 1 do
    list[lba + 1] = make(lba)
  end
  local path = t.folder .. "/sectors"
  run.spit(path, table.concat(list))
  return path
end

local function form_1(lba)
  return mode_2.data(lba, 2048)
end

local function form_2(lba)
  return mode_2.data(lba, 2324)
end

-- The track and its sectors: each of the form that 'is_form_2' says, with that
-- content from byte 'from' on.
local function holds(drive, expected)
  local rec <close> = assert(disc.recorder(drive.address))
  local medium = assert(rec:medium())
  assert(medium.state == "complete", medium.state)
  local track = medium.tracks[#medium.tracks]
  assert(track.kind == "data" and track.mode == 2, "the track is not mode 2")
  assert(track.blocks >= COUNT, track.blocks)
  assert(rec:open_exclusive())
  assert(rec:query_media_type() == "cd_rom_xa", "it is no disc of type 20h")
  for lba = 0, COUNT - 1, 7 do
    local whole = assert(rec:command(("\xBE\0" .. string.pack(">I4I3BBB",
      track.start + lba, 1, 0xF8, 0, 0)), "in", 2352))
    assert(whole:byte(16) == 2, "it is not mode 2")
    local content = expected(lba)
    local at = content.subheader and 17 or 25
    assert(content.bytes == whole:sub(at, at + #content.bytes - 1),
      ("block %d holds something else"):format(lba))
    local is_form_2 = whole:byte(19) & 0x20 ~= 0
    assert(is_form_2 == (content.form_2 or false), "another form")
  end
end

local function of_form_1(lba)
  return {bytes = form_1(lba)}
end

local function of_form_2(lba)
  return {bytes = form_2(lba), form_2 = true}
end

local function of_both(lba)
  return {bytes = mode_2.content(lba), subheader = true,
    form_2 = mode_2.is_form_2(lba)}
end

local function wodim(t, option, make, expected)
  local drive = t:serve("cd-r")
  t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, "-tao", option,
    file(t, make))
  t.reload(drive)
  t:stop(drive)
  holds(drive, expected)
end

local function cdrdao(t, mode, make, expected, kind)
  local drive, toc = t:serve("cd-r"), t.folder .. "/disc.toc"
  run.spit(toc, ("%s\nTRACK %s\nDATAFILE %q\n"):format(kind or "CD_ROM_XA",
    mode, file(t, make)))
  t.run("cdrdao", "write", "-n", "--device", drive.sr, "--driver",
    "generic-mmc", toc)
  t.reload(drive)
  t:stop(drive)
  holds(drive, expected)
end

-- Every sector of a disc whole, with the table of contents.
local function whole(drive)
  local rec <close> = assert(disc.recorder("virtual:" .. drive.path))
  local last = assert(rec:medium()).tracks[1].blocks - 1
  local list = {
    assert(rec:command("\x43\0\2\0\0\0\0\4\0\0", "in", 1024)),
    assert(rec:command("\x51\0\0\0\0\0\0\0\x22\0", "in", 34)),
  }
  for lba = 0, last do
    list[lba + 3] = assert(rec:read(lba, 1, true))
  end
  return list
end

-- A TOC file, by cdrdao and by us.
local function both(t, mode, make)
  local theirs, ours = t:serve("cd-r"), t:serve("cd-r")
  local toc = t.folder .. "/both.toc"
  -- We pad where there is room, and cdrdao does not.
  local text = ("CD_ROM_XA\nTRACK %s\nDATAFILE %%q\n"):format(mode)
  run.spit(toc, text:format(file(t, make)) .. ("ZERO %s 00:02:00\n")
    :format(mode))
  t.run("cdrdao", "write", "-n", "--device", theirs.sr, "--driver",
    "generic-mmc", toc)
  run.spit(toc, text:format("sectors"))
  do
    local rec <close> = assert(disc.recorder(ours.sr))
    assert(assert(copy.run(toc, rec)).verified, "not verified")
  end
  t.reload(ours)
  t.has(t.run("cdrdao", "disk-info", "--device", ours.sr, "--driver",
    "generic-mmc"), "CD-ROM XA")
  t.has(t.run("cd-info", "--no-cddb", ours.sr), "CD DATA (Mode 2)",
    "Can read Mode 2 Form 2                  : Yes")
  t:stop(theirs)
  t:stop(ours)
  local a, b = whole(theirs), whole(ours)
  assert(#a == #b, ("%d and %d blocks"):format(#a - 2, #b - 2))
  for i, sector in ipairs(a) do
    assert(sector == b[i], ("block %d differs"):format(i - 3))
  end
end

local function with_subheader(lba)
  return mode_2.subheader(0x08, lba % 7) .. form_1(lba)
end

local function sector(bytes)
  return function(lba)
    return mode_2.sector(lba, bytes)
  end
end

return {
  {"wodim -xa, form 1", function(t)
    wodim(t, "-xa", form_1, of_form_1)
  end},

  {"wodim -xa1, form 1 with subheaders", function(t)
    wodim(t, "-xa1", with_subheader, function(lba)
      return {bytes = with_subheader(lba), subheader = true}
    end)
  end},

  {"wodim -xa2, form 2", function(t)
    wodim(t, "-xa2", form_2, of_form_2)
  end},

  {"wodim -xamix, both forms", function(t)
    wodim(t, "-xamix", sector(2332), of_both)
  end},

  {"wodim -xa at once is refused its sheet", function(t)
    local drive = t:serve("cd-r")
    local r = t.try("wodim", "gracetime=2", "dev=" .. drive.sr, "-dao", "-xa",
      file(t, form_1))
    t.has(r, "Cannot send CUE sheet", "0x26 Qual 0x01")
    assert(t:medium(drive).state == "blank")
  end},

  {"cdrdao MODE2_FORM1", function(t)
    cdrdao(t, "MODE2_FORM1", form_1, of_form_1)
  end},

  {"cdrdao MODE2_FORM2", function(t)
    cdrdao(t, "MODE2_FORM2", form_2, of_form_2)
  end},

  {"cdrdao MODE2_FORM_MIX", function(t)
    cdrdao(t, "MODE2_FORM_MIX", sector(2336), of_both)
  end},

  {"cdrdao MODE2_RAW", function(t)
    cdrdao(t, "MODE2_RAW", function(lba)
      return ("h"):rep(16) .. mode_2.sector(lba, 2336)
    end, of_both)
  end},

  {"MODE2_FORM_MIX by cdrdao and by us", function(t)
    both(t, "MODE2_FORM_MIX", sector(2336))
  end},

  {"MODE2_RAW by cdrdao and by us", function(t)
    both(t, "MODE2_RAW", function(lba)
      return ("h"):rep(16) .. mode_2.sector(lba, 2336)
    end)
  end},

  {"equal discs: form 1, track at once, wodim", function(t)
    local path = file(t, form_1)
    equal.both(t, "cd-r", function(drive)
      equal.wodim(t, drive, "-tao", "-xa", "padsize=150s", path)
    end, function(drive)
      equal.job(drive, {mode = "tao",
        tracks = {{kind = "data2", source = assert(source.file(path))}}})
    end)
  end},
}

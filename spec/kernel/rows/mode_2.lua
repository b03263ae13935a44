--- Mode 2 of other burners: what they send, what stands on the disc then.
local disc = require "discrecorder"
local mode_2 = require "spec.support.mode_2"
local run = require "spec.support.run"

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

local function wodim(t, option, make, expected, how)
  local drive = t:serve("cd-r")
  t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, how or "-tao", option,
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
}

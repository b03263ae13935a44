-- Copy a disc with one drive: to BIN and CUE, change the disc, and back.
--
--     lua5.4 examples/round_trip.lua [ADDRESS SHEET.cue]
--
-- SHEET.cue is made, with SHEET.bin beside it, and SHEET.map by which a damaged
-- disc can be tried again: run it again then. Without arguments: a made-up CD
-- of audio on a virtual recorder.
local disc = require "discrecorder"
local copy = require "discrecorder.copy"
local contents = require "discrecorder.contents"

local SECOND <const> = 44100

-- A CD with two tones, in a virtual recorder; its own blank disc is put in by
-- `change`.
local function made_up_disc()
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
  local tones = {}
  for number, hertz in ipairs {220, 330} do
    local frames = {}
    for i = 1, 5 * SECOND do
      local sample = math.floor(9000 * math.sin(2 * math.pi * hertz * i
        / SECOND))
      frames[i] = string.pack("<i2i2", sample, sample)
    end
    tones[number] = {
      kind = "audio",
      source = assert(require("discrecorder.source").bytes(
        table.concat(frames))),
      isrc = "DEABC060000" .. number,
      text = {title = "Tone of " .. hertz .. " Hz"},
    }
  end
  tones[2].pregap = 75
  local rec = assert(disc.recorder("virtual:" .. folder .. "/one.disc?medium="
    .. "cd-r"))
  assert(rec:burn {tracks = tones, mcn = "4006381333931",
    text = {title = "Two Tones"}})
  return rec, folder .. "/copy.cue", function()
    local other = folder .. "/two.disc"
    assert(disc.recorder("virtual:" .. other .. "?medium=cd-r")):close()
    collectgarbage() -- nobody has it open
    assert(rec:operator():remove())
    assert(rec:operator():insert(other))
    assert(rec:wait_medium(60))
  end
end

-- A hand at a real drive.
local function change_by_hand(rec)
  assert(rec:open_exclusive())
  assert(rec:eject())
  rec:close()
  print "Put a blank disc in, and press Enter."
  io.read()
  assert(rec:wait_medium(300))
end

local function list(what, rec)
  local found = assert(contents.read(rec))
  print(("%s: %s, catalogue number %s"):format(what,
    found.text.title or "no title", found.mcn or "none"))
  for _, track in ipairs(found.tracks) do
    print(("  track %d at block %d, %d blocks after %d of pregap: %s"):format(
      track.number, track.start, track.blocks, track.pregap,
      track.text.title or track.kind))
  end
end

local recorder, sheet, change
if arg[1] then
  recorder, sheet, change = assert(disc.recorder(arg[1])),
    assert(arg[2], "where is the sheet to go?"), change_by_hand
else
  recorder, sheet, change = made_up_disc()
end

list("read", recorder)
local read, failure = copy.run(recorder, sheet,
  {map = sheet:gsub("%.cue$", "") .. ".map"})
if not read then
  print("not all of it: " .. failure.message)
  print(failure.advice)
  os.exit(1)
end
change(recorder)
local report = assert(copy.run(sheet, recorder))
list("written", recorder)
print("read back from the disc: " .. (report.verified and "equal" or "no"))

--- What dvd+rw-mediainfo says of a disc, and what `discrecorder info` says of
-- the same one: field by field, blank, and once more with something on it.
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local json = require "dkjson"

local PROFILES <const> = {
  ["11h"] = "dvd-r", ["15h"] = "dvd-r-dl", ["14h"] = "dvd-rw",
  ["13h"] = "dvd-rw-overwrite", ["1Bh"] = "dvd+r", ["2Bh"] = "dvd+r-dl",
  ["1Ah"] = "dvd+rw", ["12h"] = "dvd-ram", ["41h"] = "bd-r", ["43h"] = "bd-re",
}

-- Its words for the disc, and ours: what can be overwritten has other states.
local STATES <const> = {
  blank = {blank = true, unformatted = true},
  appendable = {appendable = true},
  complete = {complete = true, overwritable = true},
  other = {overwritable = true},
}

local BOOKS <const> = {
  [0x1] = "dvd-ram", [0x2] = "dvd-r", [0x3] = "dvd-rw", [0x9] = "dvd+rw",
  [0xA] = "dvd+r", [0xE] = "dvd+r-dl",
}

local function equal(what, theirs, ours)
  if theirs ~= ours then
    error(("%s: dvd+rw-mediainfo says '%s', info '%s'"):format(
      what, theirs, ours), 2)
  end
end

local function compare_medium(said, medium)
  local function number(pattern)
    return math.tointeger(said:match(pattern))
  end
  equal("Mounted Media", PROFILES[said:match "Mounted Media: +(%x+h)"],
    medium.profile)
  equal("Media ID", (said:match "Media ID: +([^\n]-) *\n"), medium.media_id)
  local status = said:match "Disc status: +(%a+)"
  assert(STATES[status][medium.state], status .. ", " .. medium.state)
  local last = said:match "State of Last Session: (%a+)"
  equal("State of Last Session", last, medium.last_session)
  equal("Number of Sessions", number "Number of Sessions: +(%d+)",
    medium.sessions + (last == "complete" and 0 or 1))
  if medium.next_track then
    equal('"Next" Track', number '"Next" Track: +(%d+)', medium.next_track)
  end
  equal("READ CAPACITY", number "READ CAPACITY: +(%d+)%*2048",
    medium.readable_blocks)
  local background = said:match "BG Format Status: +(%a+)"
  equal("BG Format Status",
    background or medium.background_format and "none",
    medium.background_format)
end

local function compare_speeds(said, medium)
  equal("Current Write Speed",
    math.tointeger(said:match "Current Write Speed: [^=\n]+=(%d+)KB/s"),
    medium.write_speed)
  local count, read = 0, 0
  for speed in said:gmatch "Write Speed #%d+: [^=\n]+=(%d+)KB/s" do
    count = count + 1
    equal("Write Speed", math.tointeger(speed), medium.speeds[count])
  end
  equal("Write Speeds", count, #medium.speeds)
  for speed in said:gmatch "Speed Descriptor#%d+: [^\n]-R@[^=]+=(%d+)KB/s" do
    read = math.max(read, math.tointeger(speed))
  end
  equal("Read Speed", read, medium.read_speed)
end

local function compare_formats(said, medium)
  local state, blocks = said:match "\n (%a+):\t\t(%d+)%*2048"
  if not state then -- it asks of what is blank or can be overwritten only
    return
  end
  equal("format", state, medium.format_capacity.state)
  equal("format's size", math.tointeger(blocks), medium.format_capacity.blocks)
  local count = 0
  for kind, parameter, size in said:gmatch
    "\n (%x%x)h%((%x+)%):\t\t(%d+)%*2048" do
    count = count + 1
    local ours = medium.formats[count]
    equal("format", tonumber(kind, 16), ours.type)
    equal("format's parameter", tonumber(parameter, 16), ours.parameter)
    equal("format's size", math.tointeger(size), ours.blocks)
  end
  equal("formats", count, #medium.formats)
end

-- Tracks that are there; the one that is not yet is the medium's.
local function compare_tracks(said, medium)
  local ours = {}
  for _, track in ipairs(medium.tracks) do
    ours[track.number] = track
  end
  for number, text in said:gmatch
    "READ TRACK INFORMATION%[#(%d+)%]:\n(.-)\n%f[%w]" do
    local state = text:match "Track State: +([^\n]+)"
    local track = ours[math.tointeger(number)]
    local function field(name)
      return math.tointeger(text:match(name .. ": +(%d+)%*2KB"))
    end
    if track then
      equal("Track Start Address", field "Track Start Address", track.start)
      equal("Track Size", field "Track Size", track.size)
      equal("Last Recorded Address", field "Last Recorded Address",
        track.last_recorded)
      equal("incremental", state:find "incremental" ~= nil, track.incremental)
      equal("Free Blocks", field "Free Blocks", track.free_blocks or 0)
    elseif medium.next_writable then
      assert(state:find "invisible" or state == "blank", state)
      equal("Next Writable Address", field "Next Writable Address",
        medium.next_writable)
      equal("Free Blocks", field "Free Blocks", medium.free_blocks)
      equal("next track", math.tointeger(number), medium.next_track)
    end
    ours[math.tointeger(number)] = nil
  end
  -- Of what can be overwritten at once it asks for none.
  assert(next(ours) == nil or not said:find "READ TRACK INFORMATION",
    "a track more than dvd+rw-mediainfo has")
end

-- dvd+rw-mediainfo tells the book type of some media only (README.md), so the
-- structure itself is the judge: READ DISC STRUCTURE 00h.
local function compare_book(t, drive, medium)
  if medium.profile:find "^bd" then
    return equal("book type", nil, medium.book)
  end
  local r = t.run("sg_raw", "-b", "-r", "8", "-o", t.folder .. "/structure",
    drive.sr, "ad", "00", "00", "00", "00", "00", "00", "00", "00", "08", "00",
    "00")
  local file <close> = assert(io.open(t.folder .. "/structure", "rb"), r.text)
  local book = file:read(8):byte(5)
  equal("book type", BOOKS[book >> 4], medium.book.type)
  equal("book version", book & 0x0F, medium.book.version)
end

local function compare(t, drive)
  local said = t.run("dvd+rw-mediainfo", drive.sr).stdout
  local info = assert(json.decode(
    t.run("bin/discrecorder", "info", drive.sr, "--json").stdout))
  local medium = info.medium
  compare_medium(said, medium)
  compare_speeds(said, medium)
  compare_formats(said, medium)
  compare_tracks(said, medium)
  compare_book(t, drive, medium)
end

-- Media, and whether a session can be left open on them.
local MEDIA <const> = {
  {"dvd-r", true}, {"dvd-r-dl"}, {"dvd-rw", true}, {"dvd+r", true},
  {"dvd+r-dl", true}, {"dvd+rw"}, {"dvd-ram"}, {"bd-r", true}, {"bd-re"},
}

local rows = {}

for _, one in ipairs(MEDIA) do
  local name, sessions = table.unpack(one)
  table.insert(rows, {"info and dvd+rw-mediainfo on " .. name, function(t)
    local drive, image = t:serve(name), t:image(1)
    compare(t, drive)
    do
      local rec <close> = assert(disc.recorder(drive.sr))
      assert(burn.image(rec, image, {
        as_needed = true, keep_open = sessions, verify = false,
      }))
    end
    t.reload(drive)
    compare(t, drive)
  end})
end

return rows

-- What a CD says of itself: tracks, pregaps, index points, codes, CD-TEXT.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local cdtext = require "discrecorder.cdtext"
local contents = require "discrecorder.contents"
local disc = require "spec.support.disc"

local d, rec

before_each(function()
  d = disc.new()
end)

after_each(function()
  rec = nil
  d:remove()
end)

local function pick(tracks, ...)
  local list = {}
  for i, track in ipairs(tracks) do
    list[i] = {}
    for n, key in ipairs {...} do
      list[i][n] = track[key]
    end
  end
  return list
end

local function recorded(job, query, options)
  rec = d:opened(query or "medium=cd-r", options)
  return album.record(rec, job)
end

describe("sub-channel Q", function()
  before_each(function()
    recorded{mcn = "0123456789012", tracks = {
      {pregap = 30, blocks = 300, isrc = "DEABC0600001", control = 2},
      {blocks = 300},
    }}
  end)

  it("tells of each block where it is", function()
    assert.same({
      {control = 2, track = 1, index = 0, relative = 0, absolute = 29},
      {control = 2, track = 1, index = 1, relative = 0, absolute = 30},
    }, rec:read_q(29, 2))
    assert.same({control = 0, track = 2, index = 1, relative = 99,
      absolute = 429}, rec:read_q(429, 1)[1])
  end)

  it("tells MCN and ISRC once in a hundred blocks", function()
    local seen = {mcn = 0, isrc = 0, track = 0}
    local list = assert(rec:read_q(100, 100))
    for _, q in ipairs(list) do
      for key in pairs(seen) do
        seen[key] = seen[key] + (q[key] and 1 or 0)
      end
      assert.is_true(not q.mcn or q.mcn == "0123456789012")
      assert.is_true(not q.isrc or q.isrc == "DEABC0600001")
    end
    assert.same({mcn = 1, isrc = 1, track = 98}, seen)
  end)

  it("is read of more blocks than go into a packet", function()
    local list = assert(rec:read_q(0, 630))
    assert.equal(630, #list)
    assert.equal(2, list[630].track)
  end)

  it("is refused of what is no CD, and out of the disc", function()
    assert.equal(630, disc.fails("generic", rec:read_q(630, 1)).lba)
    local other = d:opened "medium=dvd+r"
    local failure = disc.fails("medium_invalid_type", other:read_q(0, 1))
    assert.equal("5/30/02", disc.sense_of(failure))
  end)

  it("takes 1 to 4096 blocks at an address that a CD has", function()
    for _, bad in ipairs {{0, 0}, {0, 4097}, {-151, 1}, {0}, {"x", 1}} do
      assert.error_matches(function()
        rec:read_q(table.unpack(bad))
      end, "bad argument")
    end
  end)
end)

describe("MCN, ISRC and CD-TEXT", function()
  it("are what was recorded", function()
    local packs = assert(cdtext.encode{blocks = {{disc = {title = "Album"},
      tracks = {{title = "One"}}}}})
    recorded{mcn = "0123456789012", packs = packs,
      tracks = {{blocks = 300, isrc = "DEABC0600001"}}}
    assert.equal("0123456789012", rec:mcn())
    assert.equal("DEABC0600001", rec:isrc(1))
    assert.is_true(packs == rec:cd_text())
  end)

  it("are false where there are none", function()
    recorded{tracks = {{blocks = 300}}}
    assert.is_false(rec:mcn())
    assert.is_false(rec:isrc(1))
    assert.is_false(rec:cd_text())
  end)

  it("fail where there is no disc, or no such track", function()
    recorded{tracks = {{blocks = 300}}}
    disc.fails("unsupported", rec:isrc(2))
    assert.error_matches(function() rec:isrc(100) end, "tracks are 1 to 99")
    rec:close()
    assert(rec:operator():remove())
    disc.fails("medium_not_present", rec:mcn())
    disc.fails("medium_not_present", rec:isrc(1))
    disc.fails("medium_not_present", rec:cd_text())
  end)
end)

describe("the contents of a CD", function()
  it("are tracks with pregaps, index points, flags and codes", function()
    recorded{mcn = "0123456789012", tracks = {
      {pregap = 33, blocks = 400, isrc = "DEABC0600001", index = {100, 250}},
      {blocks = 301, control = 2},
      {pregap = 77, blocks = 333, control = 1, isrc = "DEABC0600003",
        index = {332}},
    }}
    local found = assert(contents.read(rec))
    assert.equal("0123456789012", found.mcn)
    assert.same({
      {1, "audio", 33, 0, 400, 33, {100, 250}, {}, "DEABC0600001"},
      {2, "audio", 433, 433, 301, 0, {}, {copy = true}},
      {3, "audio", 811, 734, 333, 77, {332}, {pre_emphasis = true},
        "DEABC0600003"},
    }, pick(found.tracks, "number", "kind", "start", "from", "blocks",
      "pregap", "indexes", "flags", "isrc"))
    assert.same({}, found.warnings)
  end)

  it("are told to the block wherever codes stand in Q", function()
    for pregap = 20, 31 do
      recorded{mcn = "0123456789012", tracks = {
        {blocks = 300, isrc = "DEABC0600001"},
        {pregap = pregap, blocks = 300, index = {pregap + 80}},
      }}
      local found = assert(contents.read(rec))
      assert.equal(pregap, found.tracks[2].pregap)
      assert.same({pregap + 80}, found.tracks[2].indexes)
    end
  end)

  it("have a hidden track, unless it is silence", function()
    recorded{tracks = {{pregap = 50, blocks = 300}}}
    assert.equal(0, contents.read(rec).tracks[1].from)
    recorded{tracks = {{pregap = 50, blocks = 300, bytes = function(lba, n)
      return lba >= 50 and audio.blocks(lba, n) or ("\0"):rep(n * audio.BLOCK)
    end}}}
    local track = contents.read(rec).tracks[1]
    assert.same({50, 50}, {track.from, track.pregap})
  end)

  it("are told of tracks at once, with the drive's pauses", function()
    rec = d:opened "medium=cd-r"
    audio.track(rec, 300)
    audio.track(rec, 310)
    disc.one_track(rec, 300)
    disc.close_session(rec)
    assert.same({
      {"audio", 0, 0, 302, 0}, {"audio", 452, 302, 312, 150},
      {"data", 914, 914, 300, 150},
    }, pick(contents.read(rec).tracks, "kind", "start", "from", "blocks",
      "pregap"))
  end)

  it("are told of data beside audio, in both orders", function()
    recorded{tracks = {
      {data = true, blocks = 400}, {pregap = 150, pause = true, blocks = 400},
      {pregap = 150, blocks = 300}, {data = true, pregap = 150, blocks = 300},
    }}
    assert.same({
      {"data", "mode1/2352", 0, 0, 400, 0},
      {"audio", "audio", 550, 550, 400, 150},
      {"audio", "audio", 1100, 950, 300, 150},
      {"data", "mode1/2352", 1550, 1550, 300, 150},
    }, pick(contents.read(rec).tracks, "kind", "mode", "start", "from",
      "blocks", "pregap"))
  end)

  it("have the sound in a pregap after data", function()
    recorded{tracks = {
      {data = true, blocks = 400}, {pregap = 150, blocks = 400},
    }}
    local track = contents.read(rec).tracks[2]
    assert.same({550, 400, 150}, {track.start, track.from, track.pregap})
  end)

  it("have sessions", function()
    recorded{multi = true, tracks = {{blocks = 300}, {blocks = 300}}}
    disc.one_track(rec, 300)
    disc.close_session(rec)
    assert.same({{1, 0}, {1, 0}, {2, 150}},
      pick(contents.read(rec).tracks, "session", "pregap"))
  end)

  it("have CD-TEXT in every language", function()
    recorded{packs = assert(cdtext.encode{blocks = {
      {disc = {title = "Sky"}, tracks = {{title = "One"}, {title = "Two"}}},
      {language = "german", disc = {title = "Himmel"},
        tracks = {{title = "Eins"}, {title = "Zwei"}}},
    }}), tracks = {{blocks = 300}, {blocks = 300}}}
    local found = assert(contents.read(rec))
    assert.equal("Sky", found.text.title)
    assert.equal("Two", found.tracks[2].text.title)
    assert.equal("Zwei", found.translations[1].tracks[2].title)
  end)

  it("are quicker without what has to be searched for", function()
    recorded{mcn = "0123456789012", tracks = {
      {blocks = 300}, {pregap = 20, blocks = 300, index = {100}},
    }}
    local found = assert(contents.read(rec, {quick = true}))
    assert.equal("0123456789012", found.mcn)
    assert.same({{0, {}}, {0, {}}}, pick(found.tracks, "pregap", "indexes"))
  end)

  it("are searched for around damaged blocks", function()
    recorded({tracks = {
      {blocks = 700}, {pregap = 120, blocks = 300},
    }}, nil, {faults = {
      {opcode = "READ CD", lba = 670, sense = {3, 0x11, 0}},
      {opcode = "READ CD", lba = 744, sense = {3, 0x11, 0}},
    }})
    local found = assert(contents.read(rec))
    assert.same({{700, 0}, {300, 120}}, pick(found.tracks, "blocks", "pregap"))
  end)

  it("warn where Q cannot be read", function()
    local faults = {}
    for lba = 690, 815 do
      table.insert(faults,
        {opcode = "READ CD", lba = lba, sense = {3, 0x11, 0}})
    end
    recorded({tracks = {
      {blocks = 700}, {pregap = 100, blocks = 300},
    }}, nil, {faults = faults})
    local found = assert(contents.read(rec))
    assert.equal("pregap_unknown", found.warnings[1].code)
    assert.same({{800, 0}, {300, 0}}, pick(found.tracks, "blocks", "pregap"))
  end)

  it("end with a drive that goes away", function()
    recorded({tracks = {{blocks = 300}, {blocks = 300}}}, nil, {faults = {
      {opcode = "READ CD", nth = 3, gone = true},
    }})
    disc.fails("device_not_present", contents.read(rec))
  end)

  it("are none on a blank disc and in an empty drive", function()
    rec = d:recorder "medium=cd-r"
    disc.fails("invalid_image", contents.read(rec))
    assert(rec:operator():remove())
    disc.fails("medium_not_present", contents.read(rec))
    assert.error_matches(function()
      contents.read(rec, {fast = true})
    end, "fast")
  end)
end)

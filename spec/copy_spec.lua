-- Copies: disc to disc, image to disc, disc to image.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local burn = require "discrecorder.burn"
local cdtext = require "discrecorder.cdtext"
local contents = require "discrecorder.contents"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local d = each(disc.new)

-- A recorder whose disc was recorded at once.
local function recorded(job, query, options)
  local rec = d:opened(query or "medium=cd-r", options)
  album.record(rec, job)
  rec:close()
  return rec
end

local function with_everything(query, options)
  return recorded({
    mcn = "0123456789012",
    packs = assert(cdtext.encode{blocks = {
      {disc = {title = "Sky", performer = "Band"},
        tracks = {{title = "One"}, {title = "Two"}, {title = "Three"}}},
      {language = "german", disc = {title = "Himmel"},
        tracks = {{title = "Eins"}, {title = "Zwei"}, {title = "Drei"}}},
    }}),
    tracks = {
      {pregap = 33, blocks = 400, isrc = "DEABC0600001", index = {100, 250}},
      {blocks = 301, control = 2},
      {pregap = 77, blocks = 333, control = 1, isrc = "DEABC0600003"},
    },
  }, query, options)
end

local function blank(query)
  return d:recorder(query or "medium=cd-rw")
end

-- What two discs say of themselves, but what lies with their recorders.
local function same_contents(a, b)
  assert.same(assert(contents.read(a)), (assert(contents.read(b))))
end

describe("a copy from disc to disc", function()
  it("has all that an audio CD has", function()
    local from, to = with_everything(), blank()
    local report = assert(copy.run(from, to))
    assert.is_true(report.verified)
    assert.equal("sao", report.mode)
    assert.same({}, report.warnings)
    assert.matches("^discrecorder ", report.program)
    assert.equal(3, report.asked.tracks)
    same_contents(from, to)
    assert.is_true(audio.blocks(0, 1144) == to:read(0, 1144, "audio"))
    assert.equal(from:cd_text(), to:cd_text())
  end)

  it("is reported as any burn is", function()
    local report = assert(copy.run(with_everything(), blank()))
    assert.matches("^discrecorder ", report.program)
    assert.equal(3, report.asked.tracks)
  end)

  it("is a copy still where it was one (SCMS)", function()
    local from, to = d:recorder "medium=cd-r", blank()
    local function track(more)
      return {source = assert(source.bytes(("a"):rep(2352 * 300))),
        kind = "audio", flags = more}
    end
    assert(from:burn {tracks = {track(), track {scms = true},
      track {copy = true, pre_emphasis = true}}})
    local function flags(rec)
      local list = {}
      for i, one in ipairs(assert(rec:medium()).tracks) do
        list[i] = one.flags or {}
      end
      return list
    end
    local are = {{}, {scms = true}, {copy = true, pre_emphasis = true}}
    assert.same(are, flags(from))
    assert(copy.run(from, to))
    assert.same(are, flags(to))
    local back = blank "medium=cd-r"
    assert(copy.run(from, d:path "x.cue"))
    assert.matches("FLAGS SCMS", run.slurp(d:path "x.cue"))
    assert(copy.run(d:path "x.cue", back))
    assert.same(are, flags(back))
    local report = assert(copy.run(from, d:path "y.toc"))
    assert.equal("scms_left_out", report.warnings[1].code)
  end)

  it("has a CD's data, and does not grow", function()
    local first = blank "medium=cd-r"
    assert(burn.tree(first, {d:files()}))
    local from = first
    for _ = 1, 2 do
      local to = blank "medium=cd-r"
      assert.is_true(assert(copy.run(from, to)).verified)
      from = to
    end
    local blocks = first:medium().tracks[1].blocks
    assert.equal(blocks, from:medium().tracks[1].blocks)
    assert.is_true(
      assert(first:read(0, blocks - 2)) == from:read(0, blocks - 2))
  end)

  it("has several tracks of data", function()
    local from = d:opened "medium=cd-r"
    disc.tao(from, {400, 500})
    from:close()
    local to = blank()
    assert(copy.run(from, to))
    assert.is_true(disc.block(7) == to:read(7, 1))
    local second = to:medium().tracks[2]
    assert.is_true(disc.block(552) == to:read(second.start, 1))
  end)

  it("has data and audio, each at its place", function()
    local from = recorded{tracks = {
      {data = true, blocks = 400}, {pregap = 150, pause = true, blocks = 400},
      {pregap = 150, blocks = 300},
    }}
    local to = blank()
    assert.is_true(assert(copy.run(from, to)).verified)
    local again = blank()
    assert(copy.run(to, again))
    same_contents(to, again)
    local second = to:medium().tracks[2]
    assert.is_true(audio.blocks(550, 400)
      == to:read(second.start, 400, "audio"))
    assert.is_true(disc.block(399) == to:read(399, 1))
  end)

  it("is gapless where tracks were recorded one by one", function()
    local from = d:opened "medium=cd-r"
    audio.track(from, 300)
    audio.track(from, 310)
    disc.close_session(from)
    from:close()
    local to = blank()
    assert(copy.run(from, to))
    assert.is_true(
      assert(from:read(0, 764, "audio")) == to:read(0, 764, "audio"))
    assert.equal(452, to:medium().tracks[2].start)
  end)

  for from_medium, to_medium in pairs {
    ["dvd-r"] = "dvd+r", ["dvd+rw"] = "dvd-rw", ["bd-r"] = "bd-re",
    ["dvd-ram"] = "bd-r", ["cd-rw"] = "dvd+r",
  } do
    it(("has what a %s holds, on a %s"):format(from_medium, to_medium),
      function()
        local from = blank("medium=" .. from_medium)
        local report = assert(burn.tree(from, {d:files()},
          {as_needed = true}))
        local to = blank("medium=" .. to_medium)
        local copied = assert(copy.run(from, to, {as_needed = true}))
        assert.is_true(copied.verified)
        local written = report.tracks[1]
        assert.is_true(from:read(written.start, written.blocks)
          == to:read(copied.tracks[1].start, written.blocks))
        assert.is_true(copied.tracks[1].blocks
          <= written.blocks + written.padding)
      end)
  end

  it("makes good what the reading drive shifts", function()
    local from = with_everything "medium=cd-r&quirk=read-offset"
    local to = blank()
    local report = assert(copy.run(from, to, {offset = 30}))
    assert.is_true(report.verified)
    assert.is_true(audio.blocks(0, 1143) == to:read(0, 1143, "audio"))
    local last = to:read(1143, 1, "audio")
    assert.is_true(audio.block(1143):sub(1, -121) .. ("\0"):rep(120) == last)
  end)

  it("is compared at the writing drive's offset", function()
    local from, to = with_everything(), blank "medium=cd-rw&quirk=read-offset"
    local report = assert(copy.run(from, to))
    assert.is_true(report.verified)
    assert.equal(30, report.readback.tracks[1].offset)
  end)

  it("goes to a disc that has to be erased, when that is said", function()
    local from, to = with_everything(), blank()
    assert(burn.tree(to, {d:files()}))
    disc.fails("medium_not_blank", copy.run(from, to))
    assert.is_true(assert(copy.run(from, to, {as_needed = true})).verified)
    same_contents(from, to)
  end)

  it("keeps the recorder that is read, and gives it back", function()
    local from, to = with_everything(), blank()
    local job = assert(copy.start(from, to))
    disc.fails("device_not_accessible", from:medium())
    assert(job:wait())
    job:close()
    assert.equal("complete", from:medium().state)
    disc.fails("medium_not_blank", copy.run(from, to))
    assert.equal("complete", from:medium().state)
  end)

  it("can be cancelled", function()
    local from = with_everything("medium=cd-r", {faults = {
      {opcode = "READ CD", lba = 600, hang = 200},
    }})
    local to = blank()
    local job = assert(copy.start(from, to))
    job:cancel()
    disc.fails("user_abort", job:wait())
    job:close()
    assert.equal("complete", from:medium().state)
  end)

  it("fails where the disc cannot be read, and says where", function()
    local from = with_everything("medium=cd-r", {faults = {
      {opcode = "READ CD", lba = 505, sense = {3, 0x11, 5}},
    }})
    local failure = disc.fails("generic", copy.run(from, blank()))
    assert.equal(505, failure.lba)
    assert.equal("READ CD", failure.command)
  end)

  it("fails where the drive that is read goes away", function()
    local from = with_everything("medium=cd-r", {faults = {
      {opcode = "READ CD", lba = 505, gone = true},
    }})
    disc.fails("device_not_present", copy.run(from, blank()))
  end)

  it("is refused with one recorder", function()
    local from = with_everything()
    local failure = disc.fails("unsupported", copy.run(from, from))
    assert.matches("image", failure.advice)
    local again = assert(discrecorder.recorder("virtual:" .. d.last))
    disc.fails("unsupported", copy.run(from, again))
  end)

  it("is refused of nothing", function()
    disc.fails("invalid_image", copy.run(blank(), blank()))
    disc.fails("invalid_image", copy.run(blank "medium=dvd+r", blank()))
    disc.fails("medium_not_present", copy.run(blank "medium=none", blank()))
  end)

  it("is refused where it does not fit", function()
    local from = recorded{tracks = {{blocks = 400}}}
    disc.fails("medium_invalid_type", copy.run(from, blank "medium=dvd+r"))
  end)
end)

describe("a copy by way of an image", function()
  it("is the same disc again", function()
    local from, to = with_everything(), blank()
    assert(copy.run(from, d:path "out.cue"))
    assert.is_true(assert(copy.run(d:path "out.cue", to)).verified)
    same_contents(from, to)
    assert(copy.run(to, d:path "again.cue"))
    assert.is_true(run.slurp(d:path "out.bin") == run.slurp(d:path "again.bin"))
    assert.equal(run.slurp(d:path "out.cue"),
      (run.slurp(d:path "again.cue"):gsub("again", "out")))
  end)

  it("may go by a TOC file", function()
    local from = recorded{mcn = "0123456789012", tracks = {
      {blocks = 300, isrc = "DEABC0600001"}, {pregap = 50, blocks = 300},
    }}
    local to = blank()
    assert(copy.run(from, d:path "out.toc"))
    assert(copy.run(d:path "out.toc", to))
    same_contents(from, to)
  end)

  it("may be of data and audio", function()
    local from = recorded{tracks = {
      {data = true, blocks = 550}, {pregap = 150, pause = true, blocks = 400},
    }}
    local to = blank()
    assert(copy.run(from, d:path "out.cue"))
    assert.is_true(assert(copy.run(d:path "out.cue", to)).verified)
    assert.is_true(disc.block(549) == to:read(549, 1))
    local second = to:medium().tracks[2]
    assert.is_true(audio.blocks(700, 400)
      == to:read(second.start, 400, "audio"))
  end)

  it("may be an ISO", function()
    local from, to = blank "medium=dvd+r", blank "medium=cd-rw"
    assert(burn.tree(from, {d:files()}))
    local read = assert(copy.run(from, d:path "out.iso"))
    local report = assert(copy.run(d:path "out.iso", to))
    assert.equal(read.sha256, report.tracks[1].sha256)
  end)

  it("is read by a map where the disc is damaged", function()
    local from = with_everything("medium=cd-r", {faults = {
      {opcode = "READ CD", lba = 505, sense = {3, 0x11, 5}, times = 20},
    }})
    disc.fails("generic", copy.run(from, d:path "out.cue",
      {map = d:path "map", retries = 0}))
    assert(copy.run(from, d:path "out.cue", {map = d:path "map", retries = 9}))
    assert.is_true(audio.blocks(0, 1144) == run.slurp(d:path "out.bin"))
  end)

  it("is refused of a sheet that is none, before anything is written",
    function()
      local to = blank()
      run.spit(d:path "bad.cue", "FILE nowhere.bin BINARY\n")
      local result, _, code = copy.run(d:path "bad.cue", to)
      assert.is_nil(result)
      assert.is_truthy(code == "bad_file" or code == "file_access", code)
      disc.fails("bad_file", copy.run(d:path "none.iso", to))
      assert.equal("blank", to:medium().state)
    end)
end)

describe("copying", function()
  it("takes a recorder and a recorder or an image", function()
    local rec = blank()
    for _, bad in ipairs {
      {}, {rec}, {"a.iso", "b.iso"}, {7, rec}, {rec, 7}, {rec, {}},
    } do
      assert.error_matches(function()
        copy.run(bad[1], bad[2])
      end, "copy: from a recorder")
    end
  end)

  it("takes what has a meaning", function()
    local one, other = blank(), blank()
    for _, options in ipairs {
      {map = "m"}, {retries = 3}, {outside = true}, {keepopen = true},
    } do
      assert.has_error(function()
        copy.run(one, other, options)
      end)
    end
    for _, options in ipairs {{map = "m"}, {offset = 3}} do
      assert.error_matches(function()
        copy.run("a.cue", other, options)
      end, "in such a copy")
    end
    assert.has_error(function()
      copy.run(one, "a.cue", {outside = true})
    end)
  end)
end)

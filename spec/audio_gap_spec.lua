-- The pause between two tracks of audio that are recorded track at once: the
-- audio pause length of page 05h (MMC-6 7.5.4), and what drives make of it.
local audio = require "spec.support.audio_disc"
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local contents = require "discrecorder.contents"
local disc = require "spec.support.disc"

local pcm, track = burn_audio.pcm, burn_audio.track

local bench

local function with(query)
  bench = burning.bench("medium=cd-r" .. (query or ""))
  local rec = bench:recorder()
  assert(rec:open_exclusive())
  return rec
end

after_each(function()
  collectgarbage()
  bench:remove()
end)

describe("the virtual drive's pause between tracks of audio", function()
  it("is as long as page 05h says, run-out besides", function()
    local rec = with()
    local at = audio.track(rec, 300)
    for _, pause in ipairs {150, 75, 1, 0, 225} do
      local start = audio.track(rec, 310, {[15] = pause})
      assert.are.equal(at + (at == 0 and 300 or 310) + 2 + pause, start)
      at = start
    end
    assert.are.equal("good", disc.close_session(rec))
    assert.is_true(audio.blocks(at, 310) == audio.read(rec, at, 310, 1))
    -- Index 0 in all of the pause, and silence.
    local before = at - 225
    local list = assert(rec:read_q(before - 2, 228))
    assert.are.equal(228, #list)
    for i, q in ipairs(list) do
      assert.are.same(i <= 2 and {5, 1} or i <= 227 and {6, 0} or {6, 1},
        {q.track, q.index})
    end
    assert.is_nil(audio.read(rec, before, 225, 1):find "[^\0]")
  end)

  it("is of two seconds beside data, and before the first track", function()
    local rec = with()
    assert.are.equal(0, audio.track(rec, 300, {[15] = 10}))
    assert.are.equal(452, disc.one_track(rec, 300, {[15] = 10}))
    assert.are.equal(904, audio.track(rec, 300, {[15] = 10}))
    assert.are.equal(1216, audio.track(rec, 300, {[15] = 10}))
  end)

  it("has three seconds at most", function()
    local rec = with()
    assert.are.equal("good", disc.select(rec, audio.page {[15] = 225}))
    assert.are.equal("5/26/00", disc.select(rec, audio.page {[15] = 226}))
    assert.are.equal("5/26/00",
      disc.select(rec, audio.page {[14] = 1, [15] = 0}))
    assert.are.equal(225, disc.page(rec, 5):byte(16))
  end)

  it("is told, and kept by a reservation", function()
    local rec = with()
    audio.track(rec, 300)
    assert.are.equal("good", disc.select(rec, audio.page {[15] = 30}))
    local next = disc.track(rec, 0xFF)
    assert.are.same({332, 332}, {next.start, next.next})
    assert.are.equal("good", disc.reserve(rec, 300))
    assert.are.equal("good", disc.select(rec, audio.page()))
    assert.are.equal(332, disc.track(rec, 2).start)
    assert.are.equal("good", audio.write(rec, 332, audio.blocks(332, 13)))
  end)

  it("leaves more room, or less", function()
    local rec = with()
    audio.track(rec, 300)
    local function free(pause)
      assert.are.equal("good", disc.select(rec, audio.page {[15] = pause}))
      return disc.track(rec, 0xFF).free
    end
    local usual = free(150)
    assert.are.same({usual + 150, usual - 75}, {free(0), free(225)})
  end)

  it("is there in a test write, too", function()
    local rec = with()
    local page = {[2] = 0x51, [15] = 20}
    assert.are.equal("good", disc.select(rec, audio.page(page)))
    assert.are.equal("good", audio.write(rec, 0, audio.blocks(0, 13)))
    assert.are.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
    -- A short track has 300 blocks.
    assert.are.equal("5/21/02", audio.write(rec, 452, audio.blocks(452, 13)))
    assert.are.equal("good", audio.write(rec, 322, audio.blocks(322, 13)))
  end)

  it("survives a reload and another process", function()
    local rec = with()
    audio.track(rec, 300)
    audio.track(rec, 300, {[15] = 40})
    assert.are.equal("good", disc.close_session(rec))
    rec:close()
    local fresh <close> = bench:recorder()
    local found = assert(contents.read(fresh))
    -- With their run-out.
    assert.are.same({{0, 302}, {40, 302}}, {
      {found.tracks[1].pregap, found.tracks[1].blocks},
      {found.tracks[2].pregap, found.tracks[2].blocks},
    })
  end)
end)

describe("tracks of audio one by one", function()
  local ONE <const>, TWO <const>, THREE <const> =
    pcm(400, 1), pcm(310, 2), pcm(300, 3)

  local function job(more)
    local made = {mode = "tao", tracks = {track(ONE), track(TWO),
      track(THREE)}}
    for key, value in pairs(more or {}) do
      made[key] = value
    end
    return made
  end

  local function starts(report)
    local list = {}
    for i, one in ipairs(report.tracks) do
      list[i] = one.start
    end
    return list
  end

  for _, gap in ipairs {0, 1, 75, 150, 225} do
    it(("have the gap that was asked: %d"):format(gap), function()
      local rec = with()
      assert(rec:set_recorder_properties {audio_gap_size = gap})
      local report = assert(rec:burn(job()))
      assert.is_true(report.verified)
      assert.are.same({}, report.warnings)
      assert.are.same({0, 402 + gap, 714 + 2 * gap}, starts(report))
      rec:close()
      local look = burn_audio.look(bench)
      assert.is_true(TWO == look.samples(402 + gap, 310))
      assert.is_true(gap == 0 or look.silent(402, gap))
      look.close()
      local found = assert(contents.read(bench:recorder()))
      assert.are.equal(gap, found.tracks[2].pregap)
      assert.are.equal(gap, found.tracks[3].pregap)
    end)
  end

  it("have two seconds where data is between, whatever was asked", function()
    local rec = with()
    assert(rec:set_recorder_properties {audio_gap_size = 10})
    local data = assert(require("discrecorder.source").bytes(
      ("x"):rep(2048 * 300)))
    local report = assert(rec:burn {mode = "tao", tracks = {track(ONE),
      {source = data}, track(TWO), track(THREE)}})
    -- 150 blocks of zeros follow the data.
    assert.are.same({0, 552, 1154, 1476}, starts(report))
    assert.are.same({}, report.warnings)
  end)

  it("are told to have others where the drive makes others", function()
    local rec = with "&quirk=fixed-pause"
    assert(rec:set_recorder_properties {audio_gap_size = 75})
    local report = assert(rec:burn(job()))
    assert.is_true(report.verified)
    assert.are.same({0, 552, 1014}, starts(report))
    assert.are.equal(1, #report.warnings)
    assert.are.equal("audio_gap_other", report.warnings[1].code)
    assert.matches("of 150 blocks between tracks, not of 75",
      report.warnings[1].message)
  end)

  it("are simulated with two seconds, which any drive makes", function()
    for _, query in ipairs {"", "&quirk=fixed-pause"} do
      local rec = with(query)
      assert(rec:set_recorder_properties {audio_gap_size = 75})
      local report = assert(rec:burn(job {simulate = true}))
      assert.are.same({0, 552, 1014}, starts(report))
      rec:close()
      collectgarbage()
      bench:remove()
    end
    bench = burning.bench()
  end)

  it("that only fit with a shorter gap are refused beforehand", function()
    local rec = with()
    local medium = assert(rec:medium())
    local source = require "discrecorder.source"
    local rest = medium.free_blocks - 300 - 152
    local function burn(blocks, gap)
      assert(rec:set_recorder_properties {audio_gap_size = gap})
      return rec:burn {mode = "tao", simulate = gap == 150, tracks = {
        track(THREE), {source = source.join {588 * blocks}},
      }}
    end
    burning.refused("disc_full", burn(rest + 1, 0))
    burning.refused("disc_full", burn(rest, 225))
    assert(burn(rest, 150))
    assert.are.equal("blank", assert(rec:medium()).state)
  end)
end)

describe("redbook, track at once,", function()
  local master = require "discrecorder.master"
  local of_all = require("discrecorder.core").recorder_methods()
  local medium = of_all.medium

  -- Drives that know no session at once.
  before_each(function()
    function of_all.medium(self)
      local told = medium(self)
      told.write.sao = nil
      return told
    end
  end)

  after_each(function()
    of_all.medium = medium
  end)

  local function recorded(quirk, gap)
    local rec = with(quirk)
    rec:close()
    assert(rec:set_recorder_properties {audio_gap_size = gap})
    local m <close> = master.new()
    assert(m:open())
    local redbook = assert(m:set_active_disc_master_format "redbook")
    assert(m:set_active_disc_recorder(rec))
    for i = 1, 2 do
      assert(redbook:create_audio_track(0))
      assert(redbook:add_audio_track_blocks(pcm(300, i)))
      assert(redbook:close_audio_track())
    end
    local used = redbook:get_used_audio_blocks()
    local report = assert(m:record_disc())
    assert.are.equal("tao", report.mode)
    return report, used
  end

  it("has the gap of the recorder's properties, and IMAPI's two blocks",
    function()
      for _, gap in ipairs {75, 225} do
        local report, used = recorded("", gap)
        assert.are.equal(302 + gap, report.tracks[2].start)
        assert.are.same({}, report.warnings)
        assert.are.equal(602 + math.max(150, gap), used)
        collectgarbage()
        bench:remove()
      end
      bench = burning.bench()
    end)

  it("says so where the drive makes another", function()
    local report = recorded("&quirk=fixed-pause", 75)
    assert.are.equal(452, report.tracks[2].start)
    assert.are.equal("audio_gap_other", report.warnings[1].code)
  end)
end)

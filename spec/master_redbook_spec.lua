-- IRedbookDiscMaster: tracks of audio, block by block.
local burn_audio = require "spec.support.burn_audio"
local core = require "discrecorder.core"
local each = require "spec.support.each"
local mastering = require "spec.support.mastering"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local fails = mastering.fails

local BLOCK <const> = 2352

-- Blocks that differ from each other, and from those of another seed.
local function samples(blocks, seed)
  return burn_audio.pcm(blocks, seed or 1)
end

describe("the format redbook", function()
  local bench = each(mastering.bench)
  local rec

  before_each(function()
    rec = bench:recorder()
  end)

  local function add_track(redbook, bytes)
    assert(redbook:create_audio_track(0))
    assert(redbook:add_audio_track_blocks(bytes))
    assert(redbook:close_audio_track())
  end

  describe("counts", function()
    it("blocks of 2352 bytes, and the disc's", function()
      local _, redbook = bench:redbook(rec)
      assert.are.equal(2352, redbook:get_audio_block_size())
      assert.are.equal(0, redbook:get_total_audio_tracks())
      assert.are.equal(0, redbook:get_used_audio_blocks())
      assert.are.equal(redbook:get_total_audio_blocks(),
        redbook:get_available_audio_track_blocks())
      -- 80 minutes.
      assert.is_true(redbook:get_total_audio_blocks() >= 80 * 60 * 75 - 155)
    end)

    it("just what a plan lets pass", function()
      local _, redbook = bench:redbook(rec)
      local total, medium = redbook:get_total_audio_blocks(), rec:medium()
      local function fits(blocks)
        return core.plan({tracks = {{kind = "audio", length = blocks * BLOCK}}},
          medium)
      end
      assert(fits(total))
      assert.is_nil((fits(total + 1)))
    end)

    it("open and closed tracks, and the gaps between", function()
      assert(rec:set_recorder_properties{audio_gap_size = 75})
      local _, redbook = bench:redbook(rec)
      local total = redbook:get_total_audio_blocks()
      add_track(redbook, samples(300))
      assert.are.equal(1, redbook:get_total_audio_tracks())
      assert.are.equal(300, redbook:get_used_audio_blocks())
      -- What a new one could have: a gap comes before it.
      assert.are.equal(total - 300 - 75,
        redbook:get_available_audio_track_blocks())
      assert(redbook:create_audio_track(1000))
      assert.are.equal(2, redbook:get_total_audio_tracks())
      assert.are.equal(375, redbook:get_used_audio_blocks())
      assert(redbook:add_audio_track_blocks(samples(10)))
      assert.are.equal(385, redbook:get_used_audio_blocks())
      assert.are.equal(total - 385, redbook:get_available_audio_track_blocks())
    end)
  end)

  describe("has one track open at a time", function()
    it("and none to add to at first", function()
      local _, redbook = bench:redbook(rec)
      fails("track_not_open", redbook:add_audio_track_blocks(samples(1)))
      fails("track_not_open", redbook:close_audio_track())
      local s <close> = assert(source.bytes(samples(300)))
      fails("track_not_open", redbook:add_audio_track_source(s))
    end)

    it("until it is closed", function()
      local m, redbook = bench:redbook(rec)
      assert(redbook:create_audio_track(0))
      fails("track_open", redbook:create_audio_track(0))
      assert(redbook:add_audio_track_blocks(samples(300)))
      fails("track_open", m:record_disc())
      assert(redbook:close_audio_track())
      fails("track_not_open", redbook:add_audio_track_blocks(samples(1)))
    end)

    it("which has four seconds at least", function()
      local _, redbook = bench:redbook(rec)
      assert(redbook:create_audio_track(0))
      assert(redbook:add_audio_track_blocks(samples(299)))
      local failure = fails("track_not_big_enough", redbook:close_audio_track())
      assert.matches("299 blocks", failure.message)
      assert(redbook:add_audio_track_blocks(samples(1)))
      assert(redbook:close_audio_track())
    end)

    it("and 99 in all", function()
      local _, redbook = bench:redbook(rec)
      local s <close> = assert(source.bytes(samples(300)))
      for _ = 1, 99 do
        assert(redbook:create_audio_track())
        assert(redbook:add_audio_track_source(s))
        assert(redbook:close_audio_track())
      end
      fails("disc_full", redbook:create_audio_track())
      assert.are.equal(99, redbook:get_total_audio_tracks())
    end)

    it("before a recorder was chosen", function()
      local m = bench.opened()
      local redbook = assert(m:set_active_disc_master_format "redbook")
      fails("no_active_recorder", redbook:create_audio_track(0))
      fails("no_active_recorder", redbook:get_total_audio_blocks())
      assert.are.equal(0, redbook:get_total_audio_tracks())
    end)
  end)

  it("takes whole blocks only", function()
    local _, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    assert.has_error(function()
      redbook:add_audio_track_blocks(("x"):rep(BLOCK + 1))
    end, "add_audio_track_blocks: 2353 bytes are not whole blocks of 2352 "
      .. "bytes")
    assert.has_error(function()
      redbook:add_audio_track_blocks(7)
    end, "add_audio_track_blocks: string expected, got number")
    assert.has_error(function()
      redbook:create_audio_track(-1)
    end)
    assert.has_error(function()
      redbook:add_audio_track_source "side-a.flac"
    end)
    assert.is_true(redbook:add_audio_track_blocks "")
  end)

  -- A disc that is full but for so many blocks: of a source that nobody reads.
  local function nearly_full(redbook, blocks)
    local path = bench:path "long.raw"
    run.output("truncate", "-s", tostring(BLOCK *
      (redbook:get_total_audio_blocks() - 150 - blocks)), path)
    assert(redbook:create_audio_track(0))
    assert(redbook:add_audio_track_source(assert(source.file(path))))
    assert(redbook:close_audio_track())
  end

  it("keeps what fits, block by block", function()
    local _, redbook = bench:redbook(rec)
    nearly_full(redbook, 400)
    assert(redbook:create_audio_track(0))
    assert(redbook:add_audio_track_blocks(samples(350)))
    local failure = fails("disc_full",
      redbook:add_audio_track_blocks(samples(100)))
    assert.matches("of 100 blocks 50 fit", failure.message)
    assert.are.equal(0, redbook:get_available_audio_track_blocks())
    assert.are.equal(redbook:get_total_audio_blocks(),
      redbook:get_used_audio_blocks())
    fails("disc_full", redbook:add_audio_track_blocks(samples(1)))
    assert(redbook:close_audio_track())
  end)

  it("keeps samples outside of Lua's memory", function()
    local _, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    local second = samples(75)
    collectgarbage()
    local before = collectgarbage "count"
    for _ = 1, 60 do
      assert(redbook:add_audio_track_blocks(second))
    end
    collectgarbage()
    assert.is_true(collectgarbage "count" - before < 100) -- KiB, of 10 MiB
  end)

  it("keeps nothing of a source that does not fit", function()
    local _, redbook = bench:redbook(rec)
    nearly_full(redbook, 400)
    local s <close> = assert(source.bytes(samples(401)))
    assert(redbook:create_audio_track(0))
    fails("disc_full", redbook:add_audio_track_source(s))
    assert.are.equal(400, redbook:get_available_audio_track_blocks())
  end)

  it("makes a track either of blocks or of a source", function()
    local _, redbook = bench:redbook(rec)
    local s <close> = assert(source.bytes(samples(300)))
    local push <close> = assert(source.push())
    assert(redbook:create_audio_track(0))
    fails("unsupported", redbook:add_audio_track_source(push))
    assert(redbook:add_audio_track_source(s))
    fails("unsupported", redbook:add_audio_track_blocks(samples(1)))
    assert(redbook:close_audio_track())
    assert(redbook:create_audio_track(0))
    assert(redbook:add_audio_track_blocks(samples(1)))
    fails("unsupported", redbook:add_audio_track_source(s))
  end)

  describe("is recorded", function()
    -- The samples that stand on the disc.
    local function shown(start, blocks)
      local look = burn_audio.look{address = rec:get_path()}
      local bytes = assert(look.samples(start, blocks))
      look.close()
      return bytes
    end

    it("to the sample, with the gap of the recorder's properties", function()
      assert(rec:set_recorder_properties{audio_gap_size = 75})
      local m, redbook = bench:redbook(rec)
      local first, second = samples(400), samples(333, 1)
      assert(redbook:create_audio_track(400))
      -- In odd portions.
      for at = 0, 399, 7 do
        assert(redbook:add_audio_track_blocks(
          first:sub(at * BLOCK + 1, math.min(at + 7, 400) * BLOCK)))
      end
      assert(redbook:close_audio_track())
      add_track(redbook, second)
      local report = assert(m:record_disc())
      assert.is_true(report.verified)
      assert.are.equal("sao", report.mode)
      assert.are.equal(2, #report.tracks)
      assert.are.equal(400, report.tracks[1].blocks)
      assert.are.equal(475, report.tracks[2].start)
      assert.are.equal("complete", report.medium.state)
      assert.is_true(first == shown(0, 400), "other samples")
      assert.is_nil(shown(400, 75):find "[^\0]")
      assert.is_true(second == shown(475, 333), "other samples")
    end)

    it("gapless, with a gap of nothing", function()
      assert(rec:set_recorder_properties{audio_gap_size = 0})
      local m, redbook = bench:redbook(rec)
      local first, second = samples(300), samples(300, 1)
      add_track(redbook, first)
      add_track(redbook, second)
      local report = assert(m:record_disc())
      assert.are.equal(300, report.tracks[2].start)
      assert.is_true(first .. second == shown(0, 600), "other samples")
    end)

    it("track at once where the drive has nothing else", function()
      local of_all = core.recorder_methods()
      local medium = of_all.medium
      finally(function()
        of_all.medium = medium
      end)
      function of_all.medium(self)
        local told = medium(self)
        told.write.sao = nil
        return told
      end
      local m, redbook = bench:redbook(rec)
      local first, second = samples(300), samples(300, 2)
      add_track(redbook, first)
      add_track(redbook, second)
      assert.are.equal(300 + 152 + 300, redbook:get_used_audio_blocks())
      local report = assert(m:record_disc())
      assert.are.equal("tao", report.mode)
      assert.are.equal(452, report.tracks[2].start)
      assert.is_true(second == shown(452, 300), "other samples")
    end)

    it("from sources, too", function()
      local m, redbook = bench:redbook(rec)
      local bytes = samples(320)
      local s = assert(source.bytes(bytes))
      assert(redbook:create_audio_track(0))
      assert(redbook:add_audio_track_source(s))
      assert(redbook:close_audio_track())
      assert(m:record_disc())
      assert.is_true(bytes == shown(0, 320), "other samples")
    end)

    it("as a test, and then as often as one likes", function()
      local m, redbook = bench:redbook(rec)
      add_track(redbook, samples(300))
      assert(m:record_disc(true))
      assert.are.equal("blank", rec:medium().state)
      local first = assert(m:record_disc())
      local other = bench:recorder "medium=cd-r"
      assert(m:set_active_disc_recorder(other))
      local second = assert(m:record_disc())
      assert.are.equal(first.tracks[1].sha256, second.tracks[1].sha256)
    end)

    it("with callbacks for tracks, in IMAPI's order", function()
      local m, redbook = bench:redbook(rec)
      for i = 1, 3 do
        add_track(redbook, samples(300, i))
      end
      local notes, callbacks = mastering.notes()
      assert(m:progress_advise(callbacks))
      local report = assert(m:record_disc())
      local tracks, blocks = {}, {}
      for _, note in ipairs(notes) do
        if note[1] == "notify_track_progress" then
          table.insert(tracks, {note[2], note[3]})
        elseif note[1] == "notify_block_progress" then
          table.insert(blocks, {note[2], note[3]})
        end
      end
      assert.are.same({{0, 3}, {1, 3}, {2, 3}, {3, 3}}, tracks)
      local total = 0
      for _, track in ipairs(report.tracks) do
        total = total + track.blocks + track.padding + (track.pregap or 0)
      end
      assert.are.same({0, total}, blocks[1])
      assert.are.same({total, total}, blocks[#blocks])
      assert.are.equal("notify_preparing_burn", notes[1][1])
      assert.are.same({"notify_burn_complete", "ok"}, notes[#notes])
    end)

    it("only when there is a track", function()
      local m, redbook = bench:redbook(rec)
      fails("invalid_image", m:record_disc())
      add_track(redbook, samples(300))
      assert(m:clear_format_content())
      fails("invalid_image", m:record_disc())
      assert.are.equal(0, redbook:get_total_audio_tracks())
      assert.are.equal(0, redbook:get_used_audio_blocks())
    end)
  end)

  it("can be cancelled while blocks are added", function()
    local m, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    local notes, callbacks = mastering.notes()
    local cookie = assert(m:progress_advise(callbacks))
    assert(redbook:add_audio_track_blocks(samples(300)))
    assert.are.same({
      {"notify_add_progress", 0, 300}, {"notify_add_progress", 300, 300},
    }, notes)
    assert(m:progress_unadvise(cookie))
    assert(m:progress_advise{query_cancel = function()
      return true
    end})
    fails("user_abort", redbook:add_audio_track_blocks(samples(5)))
    assert.are.equal(300, redbook:get_used_audio_blocks())
  end)

  describe("does not choose a disc", function()
    local function refuses(code, query, prepare)
      rec = bench:recorder(query)
      if prepare then
        prepare()
      end
      local m = bench.opened()
      assert(m:set_active_disc_master_format "redbook")
      fails(code, m:set_active_disc_recorder(rec))
    end

    it("that is no CD", function()
      refuses("medium_invalid_type", "medium=dvd+r")
    end)

    it("that is not blank", function()
      refuses("medium_not_blank", "medium=cd-rw", function()
        assert(require("discrecorder.burn").tree(rec, bench:files()))
      end)
    end)

    it("that what was added does not fit on", function()
      local long = bench:recorder "medium=cd-r"
      local m, redbook = bench:redbook(long)
      nearly_full(redbook, 300)
      fails("disc_full",
        m:set_active_disc_recorder(bench:recorder "medium=cd-r&minutes=74"))
      assert.are.equal(long, m:get_active_disc_recorder())
    end)
  end)
end)

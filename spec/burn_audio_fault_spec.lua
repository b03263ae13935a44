-- Audio CDs that go wrong: a fault at every packet, cancels, discs that are too
-- small, and what is left on the disc.
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local plan = require("discrecorder.plan").plan
local each = require "spec.support.each"
local source = require "discrecorder.source"

local pcm, track = burn_audio.pcm, burn_audio.track

local bench = each(burning.bench)

local ONE <const>, TWO <const> = pcm(400, 1), pcm(330, 2)

local function job(more)
  local made = {
    tracks = {track(ONE, {isrc = "DEABC0600001"}), track(TWO)},
    text = {title = "Album"}, mcn = "0123456789012", packet = 131072,
  }
  for key, value in pairs(more or {}) do
    made[key] = value
  end
  return made
end

local function faulty(...)
  return bench:recorder {faults = {...}}
end

-- What is there of both tracks is right; how many blocks of it.
local function has_all()
  local look = burn_audio.look(bench)
  assert.is_true(ONE .. TWO == look.samples(0, 730))
  assert.matches("Album", look.text())
  look.close()
end

describe("a fault at any packet of a session at once", function()
  -- Packets of a clean burn; alike polls but for some are left out.
  local function clean_packets()
    local trace = bench:path "trace"
    local rec <close> = bench:recorder {trace = trace}
    local before = #burning.packets(trace)
    assert(rec:burn(job()))
    local list, polls = {}, 0
    for _, packet in ipairs(burning.packets(trace)) do
      local poll = packet.opcode == "TEST UNIT READY"
        or packet.opcode == "REQUEST SENSE"
      polls = poll and polls + 1 or 0
      if packet.number > before and polls <= 3 then
        table.insert(list, packet)
      end
    end
    return list
  end

  local function try(fault, seen)
    local rec = bench:recorder {faults = {fault}}
    local report, failure, code = rec:burn(job())
    local result = report and "ok" or code
    seen[result] = (seen[result] or 0) + 1
    rec:close()
    do
      local fresh <close> = bench:recorder()
      assert(fresh:load())
      local medium = assert(fresh:medium())
      if report then
        assert.is_true(report.verified)
        assert.are.equal("complete", medium.state)
      else
        assert.is_false(failure.report.ok)
        assert.are.equal(code, failure.code)
      end
      if medium.state ~= "blank" then
        assert(fresh:open_exclusive())
        assert(fresh:erase(false))
      end
    end
  end

  local function everywhere(what)
    local seen, packets = {}, clean_packets()
    do
      local fresh <close> = bench:recorder()
      assert(fresh:open_exclusive())
      assert(fresh:erase(false))
    end
    for _, packet in ipairs(packets) do
      local fault = {packet = packet.number}
      for key, value in pairs(what) do
        fault[key] = value
      end
      local ok, message = pcall(try, fault, seen)
      if not ok then
        error(("packet %d, %s: %s"):format(packet.number, packet.opcode,
          tostring(message)))
      end
    end
    return seen, #packets
  end

  it("that is a write error is a failure, or was not needed", function()
    assert.is_true(everywhere{sense = {3, 0x0C, 0}}.cannot_write_to_media > 10)
  end)

  it("that is a drive busy for three polls is waited for", function()
    local seen, count = everywhere {busy = 3}
    assert.are.same({ok = count}, seen)
  end)

  it("that unplugs the drive is told as such", function()
    local seen, count = everywhere {gone = true}
    assert.is_true(seen.device_not_present > count / 2)
  end)

  it("that is a short or a wrong answer gives no false success", function()
    everywhere {short = 4}
    everywhere {corrupt = true}
  end)
end)

describe("a session at once", function()
  it("whose sheet the drive refuses fails before the first block", function()
    local rec <close> = faulty {opcode = "SEND CUE SHEET", sense = {5, 0x26, 2}}
    local failure = burning.refused("initialize_write", rec:burn(job()))
    assert.matches("refuses", failure.message)
    assert.are.equal("blank", bench:medium().state)
    assert(bench:recorder():burn(job()))
    has_all()
  end)

  it("with CD-TEXT is announced in each way that some drive wants", function()
    local trace = bench:path "trace"
    local rec <close> = bench:recorder {trace = trace, faults = {
      {opcode = "SEND CUE SHEET", nth = 1, sense = {5, 0x26, 0}}}}
    local failure = burning.refused("initialize_write", rec:burn(job()))
    assert.matches("5/26/00", failure.message)
    local pages, sheets = {}, 0
    for line in require("spec.support.run").slurp(trace):gmatch "[^\n]+" do
      if line:find 'opcode="MODE SELECT' then
        local page = line:match " out=%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x(%x+)"
        if page:sub(6, 6) == "2" then
          table.insert(pages, tonumber(page:sub(9, 10), 16))
        end
      elseif line:find 'opcode="SEND CUE SHEET' then
        sheets = sheets + 1
      end
    end
    -- Before the calibration; then both sheets, and the type that is refused.
    assert.are.same({0, 0, 0, 3, 3}, pages)
    assert.are.equal(2, sheets)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("that meets a write error ends where it is, and names the block",
    function()
      local rec <close> = faulty {lba = 500, defect = true}
      local failure = burning.refused("cannot_write_to_media", rec:burn(job()))
      local report = failure.report
      assert.are.equal("appendable", report.medium.state)
      assert.are.equal(2, #report.tracks)
      assert.is_nil(report.tracks[2].sha256)
      local look = burn_audio.look(bench)
      assert.is_true(ONE == look.samples(0, 400))
      local whole = report.tracks[2].blocks
      assert.is_true(whole < 330)
      assert.is_true(TWO:sub(1, whole * 2352) == look.samples(400, whole))
      look.close()
    end)

  it("that is cancelled is filled up with silence, as its sheet says",
    function()
      local rec <close> = bench:recorder()
      local push = assert(source.push(588 * 4 * 3000))
      local work = assert(rec:burn_start {
        tracks = {track(ONE), {source = push, kind = "audio"}},
        buffer = 131072, packet = 32768,
      })
      assert(push:write(TWO))
      assert(push:write(TWO))
      for _ = 1, 3000 do -- into the second track
        if work:progress().done > 150 + 400 + 100 then
          break
        end
        work:wait(0.01)
      end
      work:cancel()
      local _, failure, code = work:wait()
      assert.are.equal("user_abort", code)
      local medium = failure.report.medium
      assert.are.equal("complete", medium.state)
      assert.are.same({400, 3000},
        {medium.tracks[1].blocks, medium.tracks[2].blocks})
      local done = failure.report.tracks[2].blocks
      local look = burn_audio.look(bench)
      assert.is_true(ONE == look.samples(0, 400))
      assert.is_true((TWO .. TWO):sub(1, done * 2352) ==
        look.samples(400, done))
      assert.is_true(look.silent(400 + done, 3000 - done))
      look.close()
    end)

  it("that is cancelled before the first block leaves the disc blank",
    function()
      local rec <close> = bench:recorder()
      -- Nothing is written before the buffer has something.
      local push = assert(source.push(588 * 4 * 400))
      local work = assert(rec:burn_start {
        tracks = {{source = push, kind = "audio"}},
      })
      burning.wait_phase(work, "writing")
      work:cancel()
      local _, failure, code = work:wait()
      assert.are.equal("user_abort", code)
      assert.are.equal("blank", failure.report.medium.state)
      assert.is_true(assert(rec:burn(job())).verified)
    end)

  it("that fails at its first block leaves the disc blank", function()
    local rec <close> = faulty {opcode = "WRITE(10)", nth = 1,
      sense = {3, 0x0C, 0}}
    burning.refused("cannot_write_to_media", rec:burn(job()))
    assert.are.equal("blank", bench:medium().state)
  end)

  it("that loses its drive is brought back by finish, or by erasing",
    function()
      local rec = faulty {opcode = "WRITE(10)", lba = 450, gone = true}
      burning.refused("device_not_present", rec:burn(job()))
      rec:close()
      collectgarbage()
      local again <close> = bench:recorder()
      assert(again:open_exclusive())
      assert.is_true(assert(again:medium()).session_open)
      assert(again:finish "session")
      local medium = assert(again:medium())
      assert.are.same({"complete", false, 2},
        {medium.state, medium.session_open, #medium.tracks})
      assert(again:erase(false))
    end)

  it("whose drive does not end its session by the flush closes it", function()
    local rec <close> = faulty {opcode = "SYNCHRONIZE CACHE", nth = 1,
      delivered = true, sense = {2, 4, 8}}
    assert.is_true(assert(rec:burn(job())).verified)
  end)

  it("is refused while a session is open", function()
    local rec <close> = bench:recorder()
    local medium = assert(rec:medium())
    medium.state, medium.session_open = "appendable", true
    local failure = burning.refused("unsupported",
      plan({append = true, tracks = {{kind = "audio", length = 2352 * 300}}},
        medium))
    assert.matches("finish", failure.advice)
  end)

  it("of no length is refused, and goes track at once when told", function()
    local rec <close> = bench:recorder()
    local open = {tracks = {{source = source.push(), kind = "audio"}}}
    burning.refused("unsupported", rec:burn(open))
    open.mode = "tao"
    assert(plan(open, bench:medium()))
  end)

  it("of more than one session has no CD-TEXT but in the first", function()
    local rec <close> = bench:recorder()
    assert(rec:burn(job {keep_open = true}))
    burning.refused("unsupported", rec:burn(job {append = true}))
    local more = job {append = true}
    more.text = nil
    assert.is_true(assert(rec:burn(more)).verified)
  end)

  it("is written track at once by a drive that knows nothing else", function()
    local medium = bench:medium()
    medium.write.sao = nil
    local tracks = {{kind = "audio", length = 2352 * 300}}
    assert.are.equal("tao", assert(plan({tracks = tracks}, medium)).mode)
    for _, more in ipairs {
      {pregap = 10}, {index = {5}}, {pregap_source = source.bytes(ONE)},
    } do
      more.kind, more.length = "audio", 2352 * 300
      local failure = burning.refused("unsupported",
        plan({tracks = {more}}, medium))
      assert.matches("track at once", failure.message)
    end
    burning.refused("unsupported",
      plan({tracks = tracks, text = {title = "x"}}, medium))
  end)
end)

describe("an album on a disc", function()
  local function minutes(count, more)
    local made = {tracks = {
      {kind = "audio", length = 2352 * 75 * 60 * count},
    }}
    for key, value in pairs(more or {}) do
      made[key] = value
    end
    return made
  end

  it("that is too long is refused, and by how much", function()
    local medium = bench:medium()
    assert(plan(minutes(79), medium))
    for _, mode in ipairs {"sao", "tao"} do
      local failure = burning.refused("disc_full",
        plan(minutes(81, {mode = mode}), medium))
      assert.matches("1:0%d minutes", failure.message)
      assert.matches("overburn", failure.advice)
    end
  end)

  it("fits to the last block", function()
    local medium = bench:medium()
    local function of(blocks)
      return {tracks = {{kind = "audio", length = 2352 * blocks}}}
    end
    assert.are.equal(0, assert(plan(of(medium.capacity_blocks),
      medium)).capacity_after)
    burning.refused("disc_full", plan(of(medium.capacity_blocks + 1), medium))
  end)

  it("goes on past the end when asked to, and the drive decides", function()
    local medium = bench:medium()
    local planned = assert(plan(minutes(81, {overburn = true}), medium))
    assert.are.equal("overburn", planned.warnings[1].code)
    burning.refused("disc_full", plan(minutes(101, {overburn = true}), medium))
    local rec <close> = bench:recorder()
    local long = {overburn = true, tracks = {{
      source = assert(source.push(2352 * 75 * 60 * 81)), kind = "audio"}}}
    local failure = burning.refused("disc_full", rec:burn(long))
    assert.matches("overburn", failure.advice)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("goes on past the end where the drive does", function()
    local over = burning.bench "medium=cd-r&quirk=overburn"
    local rec = over:recorder()
    -- A test write: it would be 857 MB.
    local report = assert(rec:burn {overburn = true, simulate = true,
      tracks = {{source = source.join {588 * 75 * 60 * 81}}}})
    assert.are.equal(75 * 60 * 81, report.tracks[1].blocks)
    assert.are.equal("overburn", report.warnings[1].code)
    rec:close()
    over:remove()
  end)

  it("has 99 tracks at most, with those that are there", function()
    local medium = bench:medium()
    medium.state, medium.sessions = "appendable", 1
    for i = 1, 98 do
      medium.tracks[i] = {number = i, session = 1, start = i, blocks = 1}
    end
    local one = {kind = "audio", length = 2352 * 300}
    assert(plan({tracks = {one}, append = true}, medium))
    burning.refused("unsupported",
      plan({tracks = {one, one}, append = true}, medium))
  end)

  it("has its indexes within it", function()
    local medium = bench:medium()
    burning.refused("bad_file", plan({tracks = {
      {kind = "audio", length = 2352 * 300, index = {300}}}}, medium))
  end)

  it("has two seconds between data and audio", function()
    local tracks = {{length = 2048 * 300},
      {kind = "audio", length = 2352 * 300, pregap = 149}}
    burning.refused("unsupported",
      plan({mode = "sao", tracks = tracks}, bench:medium()))
  end)

  it("is a CD", function()
    local dvd = burning.bench "medium=dvd-r"
    local medium = dvd:medium()
    for _, more in ipairs {
      {tracks = {{kind = "audio", length = 2352 * 300}}},
      {tracks = {{length = 2048 * 300}}, text = {title = "x"}},
      {tracks = {{length = 2048 * 300}}, overburn = true},
      {tracks = {{length = 2048 * 300}}, mcn = "0123456789012"},
      {tracks = {{length = 2048 * 300, isrc = "DEABC0600001"}}},
    } do
      burning.refused("medium_invalid_type", plan(more, medium))
    end
    dvd:remove()
  end)

  it("is asked for rightly", function()
    local good = {kind = "audio", length = 2352}
    for _, change in ipairs {
      {isrc = "abc"}, {isrc = "deabc0600001"}, {isrc = 7}, {index = {5, 5}},
      {index = {0}}, {index = {1.5}}, {index = 7}, {pregap = -1},
      {pregap = 1.5}, {pregap = 1, pregap_source = source.bytes(ONE)},
      {pregap_source = source.bytes "abc"}, {flags = {preemphasis = true}},
      {flags = {copy = 1}}, {kind = "data", flags = {pre_emphasis = true}},
      {kind = "data", source = require("discrecorder.source").join {588}},
      {text = "text"}, {text = {tittle = "x"}},
    } do
      local one = {}
      for key, value in pairs(good) do
        one[key] = value
      end
      for key, value in pairs(change) do
        one[key] = value
      end
      assert.has_error(function()
        plan({tracks = {one}}, bench:medium())
      end, nil, next(change))
    end
    for _, key in ipairs {"mcn", "text"} do
      assert.has_error(function()
        plan({tracks = {good}, [key] = "123"}, bench:medium())
      end)
    end
  end)
end)

describe("a gap that the drive refuses", function()
  it("is as long as it makes them, with a warning", function()
    local rec <close> = faulty {opcode = "MODE SELECT(10)", nth = 1,
      sense = {5, 0x26, 0}}
    assert(rec:open_exclusive())
    assert(rec:set_recorder_properties {audio_gap_size = 75})
    local made = job {mode = "tao"}
    made.text = nil
    local report = assert(rec:burn(made))
    assert.are.equal("audio_gap_refused", report.warnings[1].code)
    assert.are.equal(552, report.tracks[2].start)
  end)
end)

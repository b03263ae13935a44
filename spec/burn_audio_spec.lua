-- Burning audio: track at once, and a session at once.
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local source = require "discrecorder.source"

local pcm, track = burn_audio.pcm, burn_audio.track

local bench, rec

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

local function burned(job)
  local report = assert(rec:burn(job))
  assert.is_true(report.ok and report.verified)
  return report
end

describe("audio, track at once,", function()
  it("has the samples in its tracks, two seconds between them", function()
    local one, two = pcm(400, 1), pcm(333, 2)
    local report = burned {mode = "tao", tracks = {track(one), track(two)}}
    assert.are.equal("tao", report.mode)
    assert.are.same({0, 552}, {report.tracks[1].start, report.tracks[2].start})
    assert.are.same({400, 333},
      {report.tracks[1].blocks, report.tracks[2].blocks})
    assert.are.equal(0, report.tracks[1].padding)
    assert.are.equal(burning.sha256_of(two), report.tracks[2].sha256)
    assert.are.equal(burning.sha256_of(two),
      report.readback.tracks[2].sha256)
    assert.are.same({"audio", "audio"},
      {report.medium.tracks[1].kind, report.medium.tracks[2].kind})
    local look = burn_audio.look(bench)
    assert.is_true(one == look.samples(0, 400))
    assert.is_true(two == look.samples(552, 333))
    look.close()
  end)

  it("fills its last block, and a track under four seconds, with silence",
    function()
      local short = pcm(10.5, 1)
      local report = burned {mode = "tao", tracks = {track(short)}}
      assert.are.same({11, 289, #short}, {report.tracks[1].blocks,
        report.tracks[1].padding, report.tracks[1].bytes})
      assert.are.equal("short_track", report.warnings[1].code)
      local look = burn_audio.look(bench)
      assert.is_true(short .. ("\0"):rep(11 * 2352 - #short) ==
        look.samples(0, 11))
      assert.is_true(look.silent(11, 289))
      look.close()
    end)

  it("has codes and flags", function()
    local report = burned {mode = "tao", mcn = "0123456789012", tracks = {
      track(pcm(300, 1), {isrc = "DEABC0600001",
        flags = {copy = true, pre_emphasis = true}}),
      track(pcm(300, 2), {flags = {scms = true}}),
    }}
    assert.are.same({}, report.warnings)
    local look = burn_audio.look(bench)
    assert.are.equal("0123456789012", look.mcn())
    assert.are.equal("DEABC0600001", look.isrc(1))
    assert.is_nil(look.isrc(2))
    assert.are.same({3, 0}, {look.control(1), look.control(2)})
    assert.are.same({false, true}, {look.copied(1), look.copied(2)})
    look.close()
  end)

  it("leaves a disc open for more", function()
    burned {mode = "tao", tracks = {track(pcm(300, 1))}, keep_open = true}
    local report = burned {mode = "tao", append = true,
      tracks = {track(pcm(300, 2))}}
    assert.are.equal(2, report.medium.sessions)
    assert.are.equal("complete", report.medium.state)
  end)

  it("takes samples that have no length beforehand", function()
    local push = assert(source.push())
    local samples = pcm(350.25, 1)
    local job = assert(rec:burn_start {mode = "tao",
      tracks = {{source = push, kind = "audio"}}})
    for at = 1, #samples, 100000 do
      assert(push:write(samples:sub(at, at + 99999)))
    end
    assert(push:finish())
    local report = assert(job:wait())
    assert.are.equal(351, report.tracks[1].blocks)
    assert.are.equal(burning.sha256_of(samples), report.tracks[1].sha256)
  end)

  it("goes together with data", function()
    local path = bench:image(300)
    local report = burned {mode = "tao", tracks = {
      {source = assert(source.file(path))}, track(pcm(300, 1)),
    }}
    assert.are.same({"data", "audio"},
      {report.medium.tracks[1].kind, report.medium.tracks[2].kind})
    assert.are.equal(150, report.tracks[1].padding)
  end)

  it("is simulated", function()
    local report = assert(rec:burn {mode = "tao", simulate = true,
      tracks = {track(pcm(300, 1)), track(pcm(300, 2))}})
    assert.is_true(report.simulated)
    assert.are.equal("blank", report.medium.state)
  end)

  for _, packet in ipairs {2048, 4096, 32768, 1048576} do
    it(("goes in packets of %d bytes"):format(packet), function()
      local samples = pcm(700, 3)
      burned {mode = "tao", tracks = {track(samples)}, packet = packet,
        buffer = 131072}
      local look = burn_audio.look(bench)
      assert.is_true(samples == look.samples(0, 700))
      look.close()
    end)
  end
end)

describe("a session at once", function()
  it("has its tracks without a gap", function()
    local one, two = pcm(400, 1), pcm(333, 2)
    local report = burned {tracks = {track(one), track(two)}}
    assert.are.equal("sao", report.mode)
    assert.are.same({150, nil},
      {report.tracks[1].pregap, report.tracks[2].pregap})
    assert.are.same({0, 400}, {report.tracks[1].start, report.tracks[2].start})
    assert.are.same({}, report.warnings)
    assert.are.equal("complete", report.medium.state)
    local look = burn_audio.look(bench)
    assert.is_true(one .. two == look.samples(0, 733))
    look.close()
  end)

  it("is read in any pieces", function()
    for i, buffer in ipairs {131072, 700000, 4194304} do
      local one, two = pcm(1000.3, i), pcm(301, i + 10)
      burned {tracks = {track(one), track(two)}, buffer = buffer,
        as_needed = true}
      local look = burn_audio.look(bench)
      assert.is_true(one == look.samples(0, 1001):sub(1, #one))
      assert.is_true(two == look.samples(1001, 301))
      look.close()
    end
  end)

  it("has pregaps of silence", function()
    local one, two, three = pcm(300, 1), pcm(300, 2), pcm(300, 3)
    local report = burned {tracks = {track(one, {pregap = 30}),
      track(two, {pregap = 1}), track(three, {pregap = 400})}}
    assert.are.same({180, 1, 400}, {report.tracks[1].pregap,
      report.tracks[2].pregap, report.tracks[3].pregap})
    assert.are.same({30, 331, 1031}, {report.tracks[1].start,
      report.tracks[2].start, report.tracks[3].start})
    local look = burn_audio.look(bench)
    assert.is_true(look.silent(0, 30))
    assert.is_true(one == look.samples(30, 300))
    assert.is_true(look.silent(330, 1))
    assert.is_true(two == look.samples(331, 300))
    assert.is_true(look.silent(631, 400))
    assert.is_true(three == look.samples(1031, 300))
    assert.are.same({3, 0}, {look.position(700)})
    assert.are.same({3, 1}, {look.position(1031)})
    look.close()
  end)

  it("has audio in pregaps, also before the first track", function()
    local hidden, one, bridge, two = pcm(500, 1), pcm(300, 2), pcm(77, 3),
      pcm(300, 4)
    local report = burned {tracks = {
      track(one, {pregap_source = assert(source.bytes(hidden))}),
      track(two, {pregap_source = assert(source.bytes(bridge))}),
    }}
    assert.are.same({500, 877},
      {report.tracks[1].start, report.tracks[2].start})
    assert.are.same({650, 77},
      {report.tracks[1].pregap, report.tracks[2].pregap})
    assert.are.equal(burning.sha256_of(hidden), report.tracks[1].pregap_sha256)
    assert.are.equal(burning.sha256_of(bridge),
      report.readback.tracks[2].pregap_sha256)
    local look = burn_audio.look(bench)
    assert.is_true(hidden .. one .. bridge .. two == look.samples(0, 1177))
    assert.are.same({1, 0}, {look.position(0)})
    assert.are.same({2, 0}, {look.position(800)})
    look.close()
  end)

  it("has indexes, codes and flags", function()
    local report = burned {mcn = "0123456789012", tracks = {
      track(pcm(400, 1), {index = {100, 200}, isrc = "DEABC0600001",
        flags = {copy = true, pre_emphasis = true}}),
      track(pcm(300, 2), {isrc = "DEABC0600002", flags = {scms = true}}),
      track(pcm(300, 3), {flags = {four_channels = true}}),
    }}
    assert.are.same({}, report.warnings)
    local look = burn_audio.look(bench)
    assert.are.same({1, 1}, {look.position(99)})
    assert.are.same({1, 2}, {look.position(100)})
    assert.are.same({1, 3}, {look.position(200)})
    assert.are.same({2, 1}, {look.position(400)})
    assert.are.equal("0123456789012", look.mcn())
    assert.are.equal("DEABC0600001", look.isrc(1))
    assert.are.equal("DEABC0600002", look.isrc(2))
    assert.is_nil(look.isrc(3))
    assert.are.same({3, 0, 8},
      {look.control(1), look.control(2), look.control(3)})
    assert.are.same({false, true, false},
      {look.copied(1), look.copied(2), look.copied(3)})
    look.close()
  end)

  it("may be of data", function()
    local path = bench:image(500)
    local report = burned {mode = "sao",
      tracks = {{source = assert(source.file(path))}}}
    assert.are.same({0, 500, 150}, {report.tracks[1].start,
      report.tracks[1].blocks, report.tracks[1].padding})
    bench:has(report.tracks[1], require("spec.support.run").slurp(path))
    assert.are.equal("data", report.medium.tracks[1].kind)
  end)

  it("may begin with data: two seconds, then audio", function()
    local path = bench:image(500)
    local one, two = pcm(300, 1), pcm(300, 2)
    local report = burned {tracks = {{source = assert(source.file(path))},
      track(one), track(two)}}
    assert.are.equal("sao", report.mode)
    assert.are.same({0, 800, 1100}, {report.tracks[1].start,
      report.tracks[2].start, report.tracks[3].start})
    assert.are.same({150, 150},
      {report.tracks[1].padding, report.tracks[2].pregap})
    assert.are.same({"data", "audio", "audio"}, {report.medium.tracks[1].kind,
      report.medium.tracks[2].kind, report.medium.tracks[3].kind})
    local look = burn_audio.look(bench)
    assert.is_true(look.silent(650, 150))
    assert.is_true(one .. two == look.samples(800, 600))
    look.close()
  end)

  it("leaves a disc open, and is added to another", function()
    local report = burned {tracks = {track(pcm(300, 1))}, keep_open = true}
    assert.are.equal("appendable", report.medium.state)
    local two = pcm(300, 2)
    report = burned {tracks = {track(two)}, append = true}
    assert.are.equal("sao", report.mode)
    assert.are.equal(2, report.medium.sessions)
    assert.are.equal("complete", report.medium.state)
    local look = burn_audio.look(bench)
    assert.is_true(two == look.samples(report.tracks[1].start, 300))
    look.close()
  end)

  it("is simulated", function()
    local report = assert(rec:burn {simulate = true,
      tracks = {track(pcm(300, 1)), track(pcm(300, 2))}})
    assert.are.equal("sao", report.mode)
    assert.are.equal("blank", report.medium.state)
    -- And the drive writes again.
    assert.are.equal("complete",
      burned({tracks = {track(pcm(300, 3))}}).medium.state)
  end)

  it("is burned by many recorders from one reading", function()
    local second = burning.bench "medium=cd-r"
    local other = second:recorder()
    local hidden, one = pcm(100, 1), pcm(400, 2)
    local results = assert(require("discrecorder.burn").to_many(
      {tracks = {track(one, {pregap_source = assert(source.bytes(hidden))})}},
      {rec, other}))
    for i, at in ipairs {bench, second} do
      assert.is_true(results[i].report.verified)
      local look = burn_audio.look(at)
      assert.is_true(hidden .. one == look.samples(0, 500))
      look.close()
    end
    other:close()
    second:remove()
  end)

  it("is found where the drive has it, some samples off", function()
    local off = burning.bench "medium=cd-r&quirk=read-offset"
    local drive = off:recorder()
    local report = assert(drive:burn {tracks = {track(pcm(400, 1)),
      track(pcm(400, 2), {pregap_source = assert(source.bytes(pcm(9, 3)))})}})
    assert.is_true(report.verified)
    assert.are_not.equal(0, report.readback.tracks[1].offset)
    drive:close()
    off:remove()
  end)
end)

describe("CD-TEXT in a job", function()
  local cdtext = require "discrecorder.cdtext"

  it("stands in the lead-in", function()
    local one = pcm(300, 1)
    local report = burned {text = {title = "Album", performer = "Band"},
      tracks = {track(one, {text = {title = "First"}}),
        track(pcm(300, 2), {text = {title = "Zweites Stück"}})}}
    assert.are.equal("sao", report.mode)
    assert.are.same({}, report.warnings)
    local look = burn_audio.look(bench)
    local texts = assert(cdtext.decode(assert(look.text())))
    assert.are.equal("Album", texts.blocks[1].disc.title)
    assert.are.equal("Band", texts.blocks[1].disc.performer)
    assert.are.equal("Zweites Stück", texts.blocks[1].tracks[2].title)
    assert.is_true(one == look.samples(0, 300))
    look.close()
  end)

  it("may be in several languages, or ready packs", function()
    local texts = {blocks = {
      {language = "english", disc = {title = "Night"},
        tracks = {{title = "One"}}},
      {language = "german", disc = {title = "Nacht"},
        tracks = {{title = "Eins"}}},
    }}
    local packs = assert(cdtext.encode(texts))
    for _, text in ipairs {texts, packs} do
      burned {text = text, tracks = {track(pcm(300, 1))}, as_needed = true}
      local look = burn_audio.look(bench)
      assert.is_true(packs == look.text())
      look.close()
    end
  end)

  it("that is too long is refused before the first packet", function()
    local job = {tracks = {}}
    for i = 1, 99 do
      job.tracks[i] = track(pcm(1, i), {text = {
        title = ("%02d"):format(i):rep(30),
        message = ("%02d"):format(i):rep(80),
      }})
    end
    local trace = bench:path "trace"
    local traced <close> = bench:recorder {trace = trace}
    local before = #burning.packets(trace)
    burning.refused("unsupported", traced:burn(job))
    assert.are.equal(before, #burning.packets(trace))
    burning.refused("unsupported",
      require("discrecorder.plan").plan(job, bench:medium()))
  end)

  it("that reads back otherwise is a failure", function()
    local faulty <close> = bench:recorder {faults = {
      {opcode = "READ TOC/PMA/ATIP", nth = 5, corrupt = true}}}
    local failure = burning.refused("verify_failed", faulty:burn {
      text = {title = "Album"}, tracks = {track(pcm(300, 1))}})
    assert.matches("CD%-TEXT", failure.message)
  end)

  it("that the drive does not read is a warning", function()
    for _, case in ipairs {
      {"READ TOC/PMA/ATIP", 4, {text = {title = "Album"}}},
      {"READ SUB-CHANNEL", 1, {mcn = "0123456789012"}},
    } do
      local faulty <close> = bench:recorder {faults = {
        {opcode = case[1], nth = case[2], sense = {5, 0x24, 0}}}}
      local job = case[3]
      job.tracks, job.as_needed = {track(pcm(300, 1))}, true
      local report = assert(faulty:burn(job))
      assert.is_true(report.verified)
      assert.are.equal("codes_unread", report.warnings[1].code)
    end
  end)
end)

-- Burning: what arrives on the disc, and what the report says about it.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local bench, rec

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("burning an image", function()
  it("puts its bytes on the disc, and zeros behind them", function()
    local path = bench:image(1000)
    local report = assert(burn.image(rec, path))
    bench:has(report.tracks[1], run.slurp(path))
  end)

  it("reports what was written, as sha256sum sees the image", function()
    local path = bench:image(500)
    local report = assert(burn.image(rec, path))
    assert.are.same({{
      start = 0, blocks = 500, padding = 150, bytes = 500 * 2048,
      sha256 = burning.sha256(path),
    }}, report.tracks)
    assert.is_true(report.ok)
    assert.are.equal("tao", report.mode)
    assert.is_false(report.simulated)
    assert.are.same({}, report.warnings)
  end)

  it("reports what was read back, by a reload of the tray", function()
    local path = bench:image(500)
    local report = assert(burn.image(rec, path))
    assert.is_true(report.verified)
    assert.are.equal("reload", report.readback.method)
    assert.are.same({{blocks = 500, sha256 = burning.sha256(path)}},
      report.readback.tracks)
    assert.are.equal(report.seconds.reading, report.readback.seconds)
  end)

  it("reports the medium as it is now, the recorder, the program", function()
    local report = assert(burn.image(rec, bench:image(500)))
    assert.are.same(assert(rec:medium()), report.medium)
    assert.are.equal("complete", report.medium.state)
    assert.are.equal(652, report.medium.tracks[1].blocks)
    local vendor, product, revision = rec:get_display_names()
    assert.are.same({
      address = rec:get_path(), vendor = vendor, product = product,
      revision = revision, guid = rec:get_recorder_guid(),
      serial = report.recorder.serial,
    }, report.recorder)
    assert.are.equal("discrecorder " .. disc.version, report.program)
  end)

  it("reports what was asked for", function()
    local report = assert(burn.image(rec, bench:image(300),
      {keep_open = true, speed = 706, mode = "tao"}))
    assert.are.same({
      keep_open = true, speed = 706, mode = "tao", simulate = false,
      verify = true, tracks = 1,
    }, report.asked)
  end)

  it("reports the seconds of each phase by the drive's clock", function()
    local report = assert(burn.image(rec, bench:image(300)))
    for _, phase in ipairs {"preparing", "writing", "closing", "checking",
      "reading"} do
      assert.is_number(report.seconds[phase])
    end
    -- A virtual drive closes a session in 20 s of its own.
    assert.is_true(report.seconds.closing >= 20)
  end)

  it("goes to JSON and back as it is", function()
    local dkjson = require "dkjson"
    local report = assert(burn.image(rec, bench:image(300)))
    local back = assert(dkjson.decode(dkjson.encode(report)))
    assert.are.equal(report.tracks[1].sha256, back.tracks[1].sha256)
    assert.are.equal(report.readback.method, back.readback.method)
    assert.are.equal(report.medium.state, back.medium.state)
  end)

  it("may be larger than the buffer, and smaller than a packet", function()
    for i, blocks in ipairs {1, 31, 32, 33, 129} do
      bench:remove()
      bench = burning.bench()
      rec = bench:recorder()
      local path = bench:image(blocks, "image" .. i)
      local report = assert(burn.image(rec, path, {buffer = 131072}))
      bench:has(report.tracks[1], run.slurp(path))
    end
  end)

  it("refuses what is missing, empty or no whole number of blocks", function()
    local path = bench:path "image"
    burning.refused("bad_file", burn.image(rec, path))
    run.spit(path, "")
    burning.refused("bad_file", burn.image(rec, path))
    run.spit(path, ("x"):rep(2049))
    local failure = burning.refused("bad_file", burn.image(rec, path))
    assert.matches("2049", failure.message)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("raises for unknown options", function()
    local path = bench:image(10)
    assert.has_error(function()
      burn.image(rec, path, {keepopen = true})
    end, "burn.image: unknown key 'keepopen'")
    assert.has_error(function()
      burn.image(rec, path, {volume_id = "X"})
    end)
    assert.has_error(function()
      burn.image(rec, path, 7)
    end)
    assert.has_error(function()
      rec:burn {tracks = {{}}}
    end)
    assert.has_error(function()
      rec:burn()
    end)
    assert.are.equal("blank", bench:medium().state)
  end)
end)

describe("burning several tracks", function()
  it("writes each where the disc says it is", function()
    local names, tracks = {"a", "b", "c"}, {}
    for i, blocks in ipairs {700, 3, 401} do
      tracks[i] = {source = assert(source.file(bench:image(blocks, names[i])))}
    end
    local report = assert(rec:burn {tracks = tracks, buffer = 131072})
    assert.are.equal(3, #report.medium.tracks)
    for i, track in ipairs(report.tracks) do
      local content = run.slurp(bench:path(names[i]))
      bench:has(track, content)
      assert.are.equal(track.start, report.medium.tracks[i].start)
      assert.are.equal(burning.sha256(bench:path(names[i])), track.sha256)
      assert.are.equal(track.sha256, report.readback.tracks[i].sha256)
    end
  end)

  it("takes 99 of them", function()
    local path, tracks = bench:image(1), {}
    for i = 1, 99 do
      tracks[i] = {source = assert(source.file(path))}
    end
    local report = assert(rec:burn {tracks = tracks})
    assert.are.equal(99, #report.medium.tracks)
    assert.is_true(report.verified)
  end)

  it("refuses one source in two of them", function()
    local one = assert(source.file(bench:image(10)))
    burning.refused("busy",
      rec:burn {tracks = {{source = one}, {source = one}}})
    assert.are.equal("blank", bench:medium().state)
    assert(rec:burn {tracks = {{source = one}}})
  end)
end)

describe("a burn's options", function()
  it("leave the disc appendable with keep_open", function()
    local report = assert(burn.image(rec, bench:image(300), {keep_open = true}))
    assert.are.equal("appendable", report.medium.state)
    assert.are.equal("appendable", bench:medium().state)
    assert.is_true(report.verified)
  end)

  it("finalise it without", function()
    local report = assert(burn.image(rec, bench:image(300)))
    assert.are.equal("complete", report.medium.state)
    assert.are.equal("complete", bench:medium().state)
  end)

  it("change nothing when it is a simulation", function()
    local path = bench:image(300)
    local before = run.output("sha256sum", bench.disc_path)
    local report = assert(burn.image(rec, path, {simulate = true}))
    assert.is_true(report.ok and report.simulated)
    assert.is_false(report.verified)
    assert.is_nil(report.readback)
    assert.are.equal("blank", report.medium.state)
    assert.are.equal(before, run.output("sha256sum", bench.disc_path))
    report = assert(burn.image(rec, path))
    assert.is_true(report.verified)
    assert.are.equal("complete", bench:medium().state)
  end)

  it("simulate several tracks too", function()
    local report = assert(rec:burn {simulate = true, tracks = {
      {source = assert(source.file(bench:image(300, "a")))},
      {source = assert(source.file(bench:image(300, "b")))},
    }})
    assert.are.equal(602, report.tracks[2].start)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("pass the speed on to the drive", function()
    local trace = bench:path "trace"
    rec = bench:recorder {trace = trace}
    assert(burn.image(rec, bench:image(300), {speed = 706}))
    assert.matches('opcode="SET CD SPEED" cdb=bb00ffff02c2', run.slurp(trace))
  end)

  it("take the speed from the recorder's properties", function()
    local trace = bench:path "trace"
    rec = bench:recorder {trace = trace}
    assert(rec:open_exclusive())
    assert(rec:set_recorder_properties {write_speed = 706})
    assert(burn.image(rec, bench:image(300)))
    assert.matches('opcode="SET CD SPEED" cdb=bb00ffff02c2', run.slurp(trace))
  end)

  it("read nothing back with verify = false, and say so", function()
    local trace = bench:path "trace"
    rec = bench:recorder {trace = trace}
    local report = assert(burn.image(rec, bench:image(300), {verify = false}))
    assert.is_true(report.ok)
    assert.is_false(report.verified)
    assert.is_nil(report.readback)
    assert.are.equal("complete", report.medium.state)
    assert.not_matches('opcode="READ%(10%)"', run.slurp(trace))
  end)

  it("turn underrun protection off", function()
    for _, protected in ipairs {true, false} do
      bench:remove()
      bench = burning.bench()
      local trace = bench:path "trace"
      rec = bench:recorder {trace = trace}
      assert(burn.image(rec, bench:image(300), {underrun_free = protected}))
      -- Page 05h, byte 2: BUFE is bit 6, write type 1 is track at once.
      assert.matches("out=0000000000000000" .. "0532"
        .. (protected and "41" or "01"), run.slurp(trace))
    end
  end)
end)

describe("a disc that cannot be burned", function()
  it("is not touched: it is complete", function()
    assert(burn.image(rec, bench:image(300)))
    local before = bench:disc(0, 300)
    local failure = burning.refused("medium_not_blank",
      burn.image(rec, bench:image(600)))
    assert.matches("complete", failure.message)
    assert.are.equal("complete", failure.report.medium.state)
    assert.is_true(before == bench:disc(0, 300))
  end)

  it("is not touched: it is appendable", function()
    assert(burn.image(rec, bench:image(300), {keep_open = true}))
    burning.refused("medium_not_blank", burn.image(rec, bench:image(300)))
    assert.are.equal(1, #bench:medium().tracks)
  end)

  it("is not there", function()
    assert(rec:operator():remove())
    local failure = burning.refused("medium_not_present",
      burn.image(rec, bench:image(300)))
    assert.are.equal("medium", failure.culprit)
    assert.are.same({}, failure.report.tracks)
    assert.is_false(failure.report.ok)
  end)

  it("is write-protected", function()
    assert(rec:operator():write_protect(true))
    local _, failure = burn.image(rec, bench:image(300))
    assert.is_table(failure)
    assert.is_false(failure.report.ok)
    assert(rec:operator():write_protect(false))
    assert.are.equal("blank", bench:medium().state)
  end)
end)

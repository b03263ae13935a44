-- Sources that stall, hosts that sleep, clocks that jump: what a paced drive
-- with a small buffer makes of them, with and without underrun protection.

local burning = require "spec.support.burning"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local refused = burning.refused

local BLOCK <const> = 2048
-- Drained within a tenth of a second at the lowest speed.
local SLOW <const> = "&pace=1&buffer=64K"

local bench, rec

local function set_up(medium)
  bench = burning.bench("medium=" .. medium .. SLOW)
  rec = bench:recorder()
end

after_each(function()
  rec = nil
  if bench then
    bench:remove()
    bench = nil
  end
end)

-- Until a job has done so many units, or has ended.
local function done(work, units)
  for _ = 1, 10000 do
    if work:done() or work:progress().done >= units then
      return
    end
    work:wait(0.01)
  end
  error(("only %d of %d"):format(work:progress().done, units))
end

-- Burn a source that stalls for some seconds after the first half; the job's
-- result, and the bytes.
local function stalled(blocks, seconds, options)
  local half = blocks // 2 * BLOCK
  local first = ("first half "):rep(half // 11 + 1):sub(1, half)
  local bytes = first .. ("second half"):rep(half // 11 + 1):sub(1, half)
  local made = assert(source.push(#bytes))
  local job = {tracks = {{source = made}}}
  for key, value in pairs(options) do
    job[key] = value
  end
  local hand, work = rec:operator(), assert(rec:burn_start(job))
  assert(made:write(first))
  -- What the ring may keep back: its last piece.
  done(work, blocks // 2 - 64)
  if seconds > 0 then
    hand:pass(seconds)
  end
  if made:write(bytes:sub(half + 1)) then
    made:finish()
  end
  return bytes, work:wait()
end

local MEDIA <const> = {
  ["cd-r"] = {}, ["cd-rw"] = {mode = "sao"}, ["dvd-r"] = {mode = "dao"},
  ["dvd-rw"] = {mode = "incremental"}, ["dvd+r"] = {}, ["bd-r"] = {},
}
-- Those whose drives need the protection, by page 05h.
local UNDERRUNS <const> = {"cd-r", "cd-rw", "dvd-r", "dvd-rw"}

-- A job without it, at the lowest speed, with the least ring.
local function unprotected(medium)
  local job = {underrun_free = false, speed = 1, buffer = 1 << 17}
  for key, value in pairs(MEDIA[medium]) do
    job[key] = value
  end
  return job
end

describe("a source that stalls for a minute", function()
  for medium, options in pairs(MEDIA) do
    it("costs a " .. medium .. " nothing", function()
      set_up(medium)
      local bytes, report, why = stalled(1024, 60, options)
      assert(report, why)
      assert.is_true(report.ok and report.verified)
      bench:has(report.tracks[1], bytes)
    end)
  end

  for _, medium in ipairs(UNDERRUNS) do
    it("is told as what it is on a " .. medium .. " without protection",
      function()
        set_up(medium)
        local bytes, result, failure, code =
          stalled(1024, 60, unprotected(medium))
        refused("loss_of_streaming", result, failure, code)
        assert.are.equal("data", failure.culprit)
        assert.are.equal("WRITE(10)", failure.command)
        assert.are.same({key = 3, asc = 0x0C, ascq = 0x09,
          text = failure.sense.text}, failure.sense)
        local report = failure.report
        assert.is_false(report.ok)
        assert.is_false(report.verified)
        assert.is_true(report.tracks[1].blocks < 1024)
        bench:begins(report.tracks[1], bytes)
        -- What the disc says is what the report says, and it is in order.
        local m = rec:medium()
        assert.are.equal(report.medium.state, m.state)
        assert.is_truthy(m.state == "appendable" or m.state == "complete" or
          m.state == "damaged", m.state)
        assert.are.equal("idle", rec:get_recorder_state())
        if m.state == "damaged" then
          assert(rec:finish "session")
        end
      end)
  end

  it("costs a burn with the smallest ring nothing", function()
    for _, medium in ipairs {"cd-r", "dvd+r", "bd-r"} do
      set_up(medium)
      local bytes, report, why = stalled(2048, 60, {buffer = 1 << 17})
      assert(report, why)
      assert.is_true(report.verified)
      bench:has(report.tracks[1], bytes)
      rec = nil
      bench:remove()
    end
    bench = nil
  end)
end)

-- What the drive's buffer is for: what stalls is told from what does not.
describe("a source that does not stall", function()
  for _, medium in ipairs(UNDERRUNS) do
    it("costs a " .. medium .. " nothing without protection", function()
      set_up(medium)
      local bytes, report, why = stalled(1024, 0, unprotected(medium))
      assert(report, why)
      assert.is_true(report.ok and report.verified)
      bench:has(report.tracks[1], bytes)
    end)
  end
end)

describe("a pipe that pauses", function()
  -- For several times as long as the drive's buffer lasts, by the machine's
  -- clock, which this drive's goes with: what the burn came to, and the bytes.
  local function paused(protected)
    bench = burning.bench "medium=cd-r&clock=machine&pace=25&buffer=2M"
    rec = bench:recorder()
    local fifo, go = bench:path "pipe", bench:path "go"
    run.output("mkfifo", fifo)
    local writer = run.start("timeout", "60", "sh", "-c", ([[
      for i in 1 2; do
        head -c 2097152 /dev/zero | tr '\0' $i
        until test $i = 2 || test -e %s; do sleep 0.01; done
      done >%s
    ]]):format(go, fifo))
    local work = assert(rec:burn_start {
      tracks = {{source = source.pipe(fifo)}}, speed = 1,
      underrun_free = protected, buffer = 1 << 17,
    })
    done(work, 1024 - 64)
    os.execute "sleep 0.5"
    run.spit(go, "")
    local bytes = ("1"):rep(2097152) .. ("2"):rep(2097152)
    local report, failure, code = work:wait()
    writer:wait()
    return bytes, report, failure, code
  end

  it("costs a burn nothing", function()
    local bytes, report, why = paused(true)
    assert(report, why)
    assert.is_true(report.ok and report.verified)
    bench:has(report.tracks[1], bytes)
  end)

  it("is told as what it is without protection", function()
    local bytes, report, failure, code = paused(false)
    refused("loss_of_streaming", report, failure, code)
    assert.is_false(failure.report.ok or failure.report.verified)
    assert.is_true(failure.report.tracks[1].blocks < 2048)
    bench:begins(failure.report.tracks[1], bytes)
  end)

  it("is waited for", function()
    set_up "dvd+r"
    local fifo = bench:path "pipe"
    run.output("mkfifo", fifo)
    local writer = run.start("sh", "-c", ([[
      for i in 1 2 3 4; do
        head -c 131072 /dev/zero | tr '\0' $i
        sleep 0.2
      done >%s
    ]]):format(fifo))
    local report = assert(rec:burn {tracks = {{source = source.pipe(fifo)}}})
    writer:wait()
    assert.is_true(report.verified)
    assert.are.equal(4 * 131072, report.tracks[1].bytes)
    assert.are.equal(burning.sha256_of(("1"):rep(131072) .. ("2"):rep(131072) ..
      ("3"):rep(131072) .. ("4"):rep(131072)), report.tracks[1].sha256)
  end)
end)

describe("a host that sleeps, or a clock that jumps,", function()
  -- From moment to moment of a job, at which the drive's clock leaps: by less
  -- than any packet may take.
  local function leaping(work, seed)
    local hand, leaps = rec:operator(), 0
    math.randomseed(seed)
    for i = 1, 5 do
      work:wait(i == 1 and 0 or math.random() * 0.01)
      if work:done() then
        break
      end
      hand:pass(20)
      leaps = leaps + 1
    end
    return leaps, work:wait()
  end

  for medium, options in pairs(MEDIA) do
    it("does not fail a burn of a " .. medium, function()
      local leaps = 0
      for seed = 1, 8 do
        set_up(medium)
        local image = bench:image(3000)
        local job = {tracks = {{source = source.file(image)}}}
        for key, value in pairs(options) do
          job[key] = value
        end
        local more, report, why = leaping(assert(rec:burn_start(job)), seed)
        assert(report, why)
        leaps = leaps + more
        assert.is_true(report.ok and report.verified)
        bench:has(report.tracks[1], run.slurp(image))
        rec = nil
        bench:remove()
      end
      bench = nil
      assert.is_true(leaps > 0)
    end)
  end

  it("fails a burn without protection for what it is, if it does", function()
    for seed = 1, 3 do
      for _, medium in ipairs(UNDERRUNS) do
        set_up(medium)
        local image = bench:image(3000)
        local job = unprotected(medium)
        job.tracks = {{source = source.file(image)}}
        local _, report, failure, code =
          leaping(assert(rec:burn_start(job)), seed)
        local track = (report or failure.report).tracks[1]
        if report then
          assert.is_true(report.ok and report.verified)
          bench:has(track, run.slurp(image))
        else
          refused("loss_of_streaming", report, failure, code)
          assert.is_false(failure.report.ok or failure.report.verified)
          bench:begins(track, run.slurp(image))
        end
        rec = nil
        bench:remove()
      end
    end
    bench = nil
  end)

  it("does not fail erasing, nor a check", function()
    local leaps = 0
    for seed = 1, 4 do
      set_up "cd-rw"
      local image = bench:image(2000)
      local report = assert(rec:burn {
        tracks = {{source = source.file(image)}}, verify = false,
      })
      local more, checked, why = leaping(
        assert(verify.start(rec, {against = image})), seed)
      assert(checked, why)
      assert.are.equal("image", checked.verified)
      assert.are.equal("complete", report.medium.state)
      assert(rec:open_exclusive())
      local still, erased, reason = leaping(assert(rec:erase_start(true)), seed)
      assert(erased, reason)
      leaps = leaps + more + still
      assert.are.equal("blank", rec:medium().state)
      rec = nil
      bench:remove()
    end
    bench = nil
    assert.is_true(leaps > 0)
  end)
end)

describe("time", function()
  -- A tree's volume is dated like any file that is made now.
  it("is read in one place only, but for the date", function()
    local clocks = "[^a-z_>](time|gettimeofday|clock_gettime|nanosleep|" ..
      "clock_nanosleep|sleep|usleep)[(][^)]"
    local found = run("grep", "-rlE", clocks, run.root .. "/src")
    local files = {}
    for path in found.stdout:gmatch "[^\n]+" do
      table.insert(files, path:sub(#run.root + 2))
    end
    table.sort(files)
    assert.are.same({"src/source/tree.c", "src/transport/clock.c"}, files)
  end)
end)

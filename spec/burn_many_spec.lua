-- One job, many recorders, one reading of the sources.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local each = require "spec.support.each"
local many = require "spec.support.many"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const>, BLOCKS <const> = many.BLOCK, many.BLOCKS
-- Milliseconds; beside a `stall` of 0.02 seconds, twelve times that at first.
local HANG <const> = 1500

local m = each(many.new)
local benches, path, content

before_each(function()
  benches, path, content = m.benches, m.path, m.content
end)

local function recorders(...)
  return m:recorders(...)
end

local function job(...)
  return m:job(...)
end

local function is_burned(...)
  m:is_burned(...)
end

local function is_truthful(...)
  m:is_truthful(...)
end

-- All but these numbers are burned; the results of a burn where some failed.
local function burned_but(failed, results, failure, code)
  assert.is_nil(results)
  assert.are.equal(code, failure.code)
  local first
  for i, result in ipairs(failure.results) do
    if failed[i] then
      first = first or result.code
      assert.are.equal(failed[i], result.code, tostring(result.failure))
      assert.are.equal(result.code, result.failure.code)
    else
      is_burned(i, result)
    end
  end
  assert.are.equal(first, code)
  return failure.results
end

describe("many recorders", function()
  for _, count in ipairs {1, 2, 3, 8} do
    it(("burn equal bytes: %d"):format(count), function()
      local list = recorders(count)
      local results = assert(burn.to_many(job(), list))
      assert.are.equal(count, #results)
      for i, result in ipairs(results) do
        is_burned(i, result)
        assert.is_true(result.report.verified)
        assert.are.equal(list[i].serial, result.report.recorder.serial)
        assert.are.equal("idle", list[i]:get_recorder_state())
      end
    end)
  end

  it("read what is pushed once", function()
    local pushed = assert(source.push(BLOCKS * BLOCK, 65536))
    local work <close> = assert(burn.to_many_start(
      job {tracks = {{source = pushed}}}, recorders(3)))
    -- One byte more than the length is refused, so it was taken once.
    assert.are.equal(#content, assert(pushed:write(content)))
    burning.refused("bad_file", pushed:write "x")
    assert(pushed:finish())
    for i, result in ipairs(assert(work:wait())) do
      is_burned(i, result)
    end
  end)

  it("read a descriptor once", function()
    local file <close> = assert(io.open(path, "rb"))
    local piped = assert(source.pipe(file, BLOCKS * BLOCK))
    for i, result in ipairs(assert(burn.to_many(
      job {tracks = {{source = piped}}}, recorders(3)))) do
      is_burned(i, result)
    end
  end)

  it("burn several tracks each", function()
    local second = benches[1]:image(320, "second")
    local work = job {tracks = {
      {source = assert(source.file(path))},
      {source = assert(source.file(second))},
    }}
    for i, result in ipairs(assert(burn.to_many(work, recorders(3)))) do
      local track = result.report.tracks[2]
      assert.are.equal(burning.sha256(second), track.sha256)
      assert.is_true(benches[i]:disc(track.start, 320) == run.slurp(second))
    end
  end)

  it("burn discs of different kinds, each by its own plan", function()
    local results = assert(burn.to_many(job(), recorders(3, {
      {query = "medium=cd-r"}, {query = "medium=dvd%2Br"},
      {query = "medium=cd-rw&minutes=74"},
    })))
    for i, result in ipairs(results) do
      is_burned(i, result)
    end
    assert.are.equal("incremental", results[2].report.mode)
    assert.are.equal(4, results[2].report.tracks[1].padding)
    assert.are.equal(150, results[1].report.tracks[1].padding)
  end)

  it("tell the progress of each and of the furthest behind", function()
    local pushed = assert(source.push(BLOCKS * BLOCK))
    local work <close> = assert(burn.to_many_start(
      job {tracks = {{source = pushed}}}, recorders(2)))
    burning.wait_phase(work, "writing")
    local progress = work:progress()
    assert.are.equal(2, #progress.recorders)
    for _, one in ipairs(progress.recorders) do
      assert.are.equal("writing", one.phase)
      assert.is_false(one.ended)
    end
    assert.matches("burn, writing", tostring(work))
    assert(pushed:write(content))
    assert(pushed:finish())
    assert(work:wait())
    for _, one in ipairs(work:progress().recorders) do
      assert.is_true(one.ended)
    end
  end)

  it("put what the sources had to say into each report", function()
    local results = assert(burn.to_many(job {speed = 706}, recorders(2)))
    for _, result in ipairs(results) do
      assert.are.equal(706, result.report.asked.speed)
      assert.matches("^discrecorder ", result.report.program)
      assert.are.same({}, result.report.warnings)
    end
  end)
end)

describe("of many recorders", function()
  it("one that fails while it prepares drops out", function()
    local results = burned_but({[2] = "medium_not_present"},
      burn.to_many(job(), recorders(3, {[2] = {query = "medium=none"}})))
    assert.are.same({}, results[2].failure.report.tracks)
  end)

  it("one that fails last while preparing drops out", function()
    burned_but({[3] = "initialize_write"},
      burn.to_many(job(), recorders(3, {[3] = {faults = {
        {opcode = "SEND OPC INFORMATION", sense = {3, 0x73, 3}},
      }}})))
  end)

  it("one that is too small drops out", function()
    m.path = benches[1].scratch:path "large"
    run.output("truncate", "-s", "720M", m.path)
    local failure = select(2, burn.to_many(
      job {simulate = true, verify = false}, recorders(2, {
        {query = "medium=cd-r&minutes=74"}, {query = "medium=cd-r"},
      })))
    assert.are.equal("disc_full", failure.results[1].code)
  end)

  it("one that cannot be taken drops out", function()
    local list = recorders(3)
    local other <close> = benches[2]:recorder()
    assert(other:open_exclusive())
    local results = burned_but({[2] = "device_not_accessible"},
      burn.to_many(job(), list))
    assert.is_nil(results[2].failure.report)
    assert.is_truthy(
      results[2].address:find(benches[2].disc_path, 1, true))
  end)

  it("one drive by two objects is burned once", function()
    local first, second = benches[1]:recorder(), benches[1]:recorder()
    local failure = select(2, burn.to_many(job(), {first, second}))
    is_burned(1, failure.results[1])
    assert.are.equal("device_not_accessible", failure.results[2].code)
  end)

  it("none that can be taken is a failure, too", function()
    local rec = benches[1]:recorder()
    local other <close> = benches[1]:recorder()
    assert(other:open_exclusive())
    local work = job()
    burning.refused("device_not_accessible", burn.to_many(work, {rec}))
    other:close()
    assert(burn.to_many(work, {rec})) -- the source is free again
  end)

  it("one that fails in the middle drops out", function()
    for _, where in ipairs {1, 2, 3} do
      local options = {}
      options[where] = {faults = {
        {opcode = "WRITE(10)", nth = 10, sense = {3, 0x0C, 0}},
      }}
      local results = burned_but({[where] = "cannot_write_to_media"},
        burn.to_many(job(), recorders(3, options)))
      is_truthful(where, results[where])
      assert.are.equal(9 * 16, results[where].failure.report.tracks[1].blocks)
      for _, bench in ipairs(benches) do
        if bench ~= benches[1] then
          bench:remove()
        else
          burning.blank_disc(os.remove(bench.disc_path) and bench.disc_path)
        end
      end
      benches = {benches[1]}
    end
  end)

  it("several that fail leave the last one going", function()
    local function gone(nth)
      return {faults = {{opcode = "WRITE(10)", nth = nth, gone = true}}}
    end
    burned_but({
      "device_not_present", "device_not_present", [4] = "device_not_present",
    }, burn.to_many(job(), recorders(4, {gone(1), gone(20), [4] = gone(30)})))
  end)

  it("one that reads back wrong is told alone", function()
    local results = burned_but({[2] = "verify_failed"},
      burn.to_many(job(), recorders(3, {[2] = {faults = {
        {opcode = "READ(10)", lba = 700, corrupt = true},
      }}})))
    local bad = results[2].failure.report.readback.tracks[1].first_bad
    assert.are.equal(700, bad)
  end)

  it("all fail when the source does", function()
    local pushed = assert(source.push(BLOCKS * BLOCK, BLOCKS * BLOCK))
    assert(pushed:write(content:sub(1, 100 * BLOCK)))
    pushed:finish()
    local results, failure, code =
      burn.to_many(job {tracks = {{source = pushed}}}, recorders(3))
    assert.is_nil(results)
    assert.are.equal("bad_file", code)
    assert.matches("^3 of 3 recorders failed", failure.message)
    for i, result in ipairs(failure.results) do
      assert.are.equal("bad_file", result.code)
      is_truthful(i, result)
    end
  end)

  it("all fail when the source cannot be opened", function()
    local work = job()
    os.remove(path)
    local failure = burning.refused("bad_file",
      burn.to_many(work, recorders(3)))
    for i, result in ipairs(failure.results) do
      assert.are.equal("bad_file", result.code)
      is_truthful(i, result)
    end
  end)

  it("one that stalls drops out, its track ended, and holds nobody", function()
    local results = burned_but({[2] = "loss_of_streaming"},
      burn.to_many(job {stall = 0.02}, recorders(3, {[2] = {faults = {
        {opcode = "WRITE(10)", nth = 5, hang = HANG},
      }}})))
    is_truthful(2, results[2])
    -- What it hung in was written all the same, with the right bytes.
    assert.are.equal(5 * 16, results[2].failure.report.tracks[1].blocks)
  end)

  it("two that stall drop out", function()
    local hang = {faults = {{opcode = "WRITE(10)", nth = 5, hang = HANG}}}
    local results = burned_but(
      {"loss_of_streaming", [3] = "loss_of_streaming"},
      burn.to_many(job {stall = 0.02}, recorders(3, {hang, [3] = hang})))
    is_truthful(1, results[1])
    is_truthful(3, results[3])
  end)

  it("one alone may stall as long as it likes", function()
    local results = assert(burn.to_many(job {stall = 0.001}, recorders(1, {
      {faults = {{opcode = "WRITE(10)", nth = 5, hang = 200}}},
    })))
    is_burned(1, results[1])
  end)

  it("one that is merely slower is kept", function()
    local results = assert(burn.to_many(job(), recorders(3, {[3] = {faults = {
      {opcode = "WRITE(10)", hang = 2},
    }}})))
    for i, result in ipairs(results) do
      is_burned(i, result)
    end
  end)

  it("one that hangs for less than that is kept", function()
    local results = assert(burn.to_many(job {stall = 3600}, recorders(2, {
      {faults = {{opcode = "WRITE(10)", nth = 5, hang = 300}}},
    })))
    for i, result in ipairs(results) do
      is_burned(i, result)
    end
  end)
end)

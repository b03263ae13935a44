-- Cancelling in each phase, and what an operator does meanwhile. A drive that
-- is busy for long (by its own clock) holds the burn where it is wanted.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048
local BLOCKS <const> = 400
local POLLS <const> = 6000
-- To catch it at that: on a busy machine it may be over before anybody looked.
local TRIES <const> = 300

-- What keeps a burn in a phase, and the disc that a cancel there leaves.
local PHASES <const> = {
  preparing = {
    fault = {opcode = "SEND OPC INFORMATION", busy = POLLS},
    state = "blank",
  },
  writing = {
    fault = {opcode = "WRITE(10)", nth = 5, busy = POLLS},
    state = "appendable",
  },
  closing = {
    fault = {opcode = "CLOSE TRACK/SESSION", busy = POLLS},
    state = "complete",
  },
  checking = {
    fault = {opcode = "START STOP UNIT", nth = 2, busy = POLLS},
    state = "complete",
  },
  reading = {
    fault = {opcode = "READ(10)", nth = 2, busy = POLLS},
    state = "complete",
  },
}

local benches

before_each(function()
  benches = {}
end)

after_each(function()
  for _, bench in ipairs(benches) do
    bench:remove()
  end
end)

local function new_bench()
  local bench = burning.bench()
  table.insert(benches, bench)
  return bench
end

-- The disc has what the report says was written, and what was in the source.
local function is_truthful(bench, report, path)
  local medium = bench:medium()
  if report.medium then -- else the drive was still at work
    assert.are.equal(medium.state, report.medium.state)
    assert.are.same(medium.tracks, report.medium.tracks)
  end
  local track = report.tracks[1]
  if track and track.blocks > 0 and medium.state ~= "blank" then
    local file = assert(io.open(path, "rb"))
    local content = file:read(track.blocks * BLOCK)
    file:close()
    assert.is_true(bench:disc(track.start, track.blocks) == content)
  end
  return medium
end

-- Until the burn was caught in the phase: act, and give the job's end. That it
-- went well is possible always, as it may have left the phase before the act.
local function in_phase(phase, act, must_fail)
  for _ = 1, TRIES do
    local bench = new_bench()
    local rec = bench:recorder {
      faults = {PHASES[phase].fault}, trace = bench:path "trace",
    }
    local path = bench:image(BLOCKS)
    -- Several packets, as the faults are about one of them.
    local job = assert(burn.image_start(rec, path, {packet = 65536}))
    local progress
    repeat
      progress = job:progress()
    until progress.phase == phase or job:done()
    if not job:done() then
      act(job, rec, bench)
      local result, failure, code = job:wait()
      if not (result and must_fail) then
        return bench, rec, path, result, failure, code
      end
    end
  end
  error("it was never caught in " .. phase)
end

describe("cancelling a burn", function()
  for phase, expected in pairs(PHASES) do
    it("while " .. phase .. " leaves a truthful disc", function()
      local bench, rec, path, result, failure, code =
        in_phase(phase, function(job)
          job:cancel()
        end, true)
      burning.refused("user_abort", result, failure, code)
      assert.are.equal("program", failure.culprit)
      assert.is_false(failure.report.ok)
      local medium = is_truthful(bench, failure.report, path)
      if phase == "writing" then
        -- Where it was caught is chance: the first block or a later one.
        assert.is_true(medium.state == "appendable" or medium.state == "blank")
      elseif phase == "closing" then
        assert.is_true(
          medium.state == "complete" or medium.state == "appendable")
      else
        assert.are.equal(expected.state, medium.state)
      end
      assert.are.equal("idle", rec:get_recorder_state())
      rec = bench:recorder() -- without the fault
      assert(rec:open_exclusive())
      if medium.state ~= "blank" then
        assert(rec:erase(false))
      end
      local report = assert(burn.image(rec, path))
      assert.is_true(report.verified)
    end)
  end

  it("while a pipe is stalled wakes the reader", function()
    local bench = new_bench()
    local rec = bench:recorder()
    run.output("mkfifo", bench:path "fifo")
    -- Held open for writing, and nothing written.
    local writer = assert(io.open(bench:path "fifo", "r+"))
    local job <close> = assert(rec:burn_start {tracks = {
      {source = assert(source.pipe(bench:path "fifo", BLOCKS * BLOCK))},
    }})
    burning.wait_phase(job, "writing")
    job:cancel()
    burning.refused("user_abort", job:wait())
    writer:close()
    assert.are.equal("blank", bench:medium().state)
  end)

  it("while a pushed source is stalled in the middle", function()
    local bench = new_bench()
    local rec = bench:recorder()
    local pushed = assert(source.push(5000 * BLOCK))
    local job <close> = assert(rec:burn_start {
      tracks = {{source = pushed}}, buffer = 131072,
    })
    for _ = 1, 1000 do
      assert(pushed:write(("y"):rep(BLOCK)))
    end
    repeat until job:progress().done > 0
    job:cancel()
    local failure = burning.refused("user_abort", job:wait())
    local track = failure.report.tracks[1]
    assert.is_true(track.blocks > 0 and track.blocks < 1000)
    assert.is_nil(track.sha256)
    assert.are.equal(("y"):rep(track.blocks * BLOCK),
      bench:disc(0, track.blocks))
    assert.are.equal("appendable", bench:medium().state)
  end)

  it("before anything was done leaves everything as it was", function()
    local bench = new_bench()
    local rec = bench:recorder()
    for _ = 1, 20 do
      local pushed = assert(source.push(BLOCKS * BLOCK))
      local job = assert(rec:burn_start {tracks = {{source = pushed}}})
      job:cancel()
      burning.refused("user_abort", job:wait())
      assert.are.equal("blank", assert(rec:medium()).state)
    end
  end)

  it("of a simulation leaves the disc blank", function()
    local bench = new_bench()
    local rec = bench:recorder()
    local pushed = assert(source.push(BLOCKS * BLOCK))
    local job <close> = assert(rec:burn_start {
      tracks = {{source = pushed}}, simulate = true, buffer = 131072,
    })
    assert(pushed:write(("y"):rep(200 * BLOCK)))
    repeat until job:progress().done > 0
    job:cancel()
    burning.refused("user_abort", job:wait())
    assert.are.equal("blank", bench:medium().state)
    assert.is_true(assert(burn.image(rec, bench:image(300))).verified)
  end)

  it("works for reading too, which takes the file away", function()
    local bench = new_bench()
    local path = bench:image(BLOCKS)
    assert(burn.image(bench:recorder(), path))
    local rec = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 200, busy = POLLS},
    }}
    local job <close> =
      assert(require("discrecorder.read").start(rec, bench:path "out.iso"))
    job:cancel()
    burning.refused("user_abort", job:wait())
    assert.is_nil(io.open(bench:path "out.iso"))
    assert.are.equal("idle", rec:get_recorder_state())
  end)
end)

describe("an operator", function()
  local acts = {
    ["removes the disc"] = function(hand)
      hand:remove()
    end,
    ["swaps the disc"] = function(hand, bench)
      hand:remove()
      hand:insert(bench:path "other")
    end,
    ["unplugs the drive"] = function(hand)
      hand:unplug()
    end,
    ["cuts the power"] = function(hand)
      hand:power_off()
    end,
    ["presses eject"] = function(hand)
      hand:press_eject()
    end,
  }
  for phase in pairs(PHASES) do
    for what, act in pairs(acts) do
      it(("who %s while %s gets no false success"):format(what, phase),
        function()
          local bench, rec, path, result, failure, code =
            in_phase(phase, function(_, recorder, at)
              burning.blank_disc(at:path "other")
              act(recorder:operator(), at)
            end)
          local hand = rec:operator()
          hand:plug()
          hand:power_on()
          hand:remove()
          assert(hand:insert(bench.disc_path))
          if result then
            assert.is_true(result.ok)
          else
            assert.is_string(code)
            assert.is_false(failure.report.ok)
          end
          assert.are.equal("idle", rec:get_recorder_state())
          -- Both discs can be read, and nothing false stands on either.
          local medium = bench:medium()
          if result then
            local whole = run.slurp(path)
            assert.is_true(bench:disc(0, BLOCKS) == whole)
            assert.is_true(medium.state ~= "blank")
          end
          if medium.state ~= "blank" then
            local other <close> = bench:recorder()
            assert(other:open_exclusive())
            assert(other:erase(false))
          end
        end)
    end
  end
end)

describe("a disc that is swapped before the first byte", function()
  it("is not written to: another one was asked", function()
    local bench = new_bench()
    local rec = bench:recorder {faults = {
      {opcode = "SEND OPC INFORMATION", sense = {6, 0x28, 0}},
    }}
    local failure = burning.refused("wrong_disc",
      burn.image(rec, bench:image(BLOCKS)))
    assert.are.same({}, failure.report.tracks)
    assert.are.equal("blank", bench:medium().state)
  end)
end)

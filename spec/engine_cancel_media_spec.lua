-- Cancelling a burn in each phase, in every mode of DVDs and BDs: the disc is
-- what docs/engine.md's table says, and what the report says (CDs:
-- engine_cancel_spec.lua). A drive that is busy for long, by its own clock,
-- holds the burn where it is wanted.

local burning = require "spec.support.burning"
local media = require "spec.support.media"

local BLOCKS <const> = 400
local POLLS <const> = 6000
-- To catch it at that: on a busy machine it may be over before anybody looked.
local TRIES <const> = 300

local SEQUENCE <const> = {
  preparing = {"blank"}, writing = {"blank", "appendable"},
  closing = {"appendable", "complete"}, checking = {"complete"},
  reading = {"complete"},
}
local DAO <const> = {
  preparing = {"blank"}, writing = {"blank", "complete"},
  checking = {"complete"}, reading = {"complete"},
}
local OVERWRITE <const> = {
  preparing = {"overwritable"}, writing = {"overwritable"},
  checking = {"overwritable"}, reading = {"overwritable"},
}
local PLUS_RW <const> = {
  preparing = {"overwritable"}, writing = {"overwritable"},
  closing = {"overwritable"}, checking = {"overwritable"},
  reading = {"overwritable"},
}

-- Medium, job, states by phase; what comes before.
local MODES <const> = {
  ["dvd-r, incremental"] = {"dvd-r", {}, SEQUENCE},
  ["dvd-r, disc-at-once"] = {"dvd-r", {mode = "dao"}, DAO},
  ["dvd+r"] = {"dvd+r", {}, SEQUENCE},
  ["dvd+r-dl"] = {"dvd+r-dl", {}, SEQUENCE},
  ["bd-r"] = {"bd-r", {}, SEQUENCE},
  ["dvd+rw"] = {"dvd+rw", {as_needed = true}, PLUS_RW, "format"},
  ["dvd-ram"] = {"dvd-ram", {as_needed = true}, OVERWRITE},
  ["bd-re"] = {"bd-re", {as_needed = true}, OVERWRITE, "format"},
  ["dvd-rw, overwriting"] = {"dvd-rw", {as_needed = true}, PLUS_RW, "format"},
}

local HOLD <const> = {
  preparing = {opcode = "SET STREAMING", busy = POLLS},
  writing = {opcode = "WRITE(10)", nth = 3, busy = POLLS},
  closing = {opcode = "CLOSE TRACK/SESSION", nth = 2, busy = POLLS},
  checking = {opcode = "START STOP UNIT", nth = 2, busy = POLLS},
  reading = {opcode = "READ(10)", nth = 2, busy = POLLS},
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

local function new_bench(mode)
  local bench = burning.bench("medium=" .. mode[1])
  table.insert(benches, bench)
  if mode[4] then
    media.chore(bench, mode[4])
  end
  return bench
end

-- Those that have one CLOSE only are held at that.
local function hold(mode, phase)
  local fault = {}
  for key, value in pairs(HOLD[phase]) do
    fault[key] = value
  end
  if phase == "closing" and mode[3] == PLUS_RW then
    fault.nth = 1
  end
  return fault
end

-- Burn until it is caught in the phase, and cancel there.
local function cancelled(mode, phase)
  for _ = 1, TRIES do
    local bench = new_bench(mode)
    local path = bench:image(BLOCKS)
    local rec = bench:recorder {faults = {hold(mode, phase)}}
    local options = {packet = 65536}
    for key, value in pairs(mode[2]) do
      options[key] = value
    end
    local work = assert(rec:burn_start(burning.job(path, options)))
    local progress
    repeat
      progress = work:progress()
    until progress.phase == phase or work:done()
    work:cancel()
    local result, failure, code = work:wait()
    if not result and progress.phase == phase then
      assert.are.equal("user_abort", code, tostring(failure))
      assert.are.equal("idle", rec:get_recorder_state())
      rec:close()
      return bench, failure.report
    end
  end
  error("it was never caught in " .. phase)
end

local function is_one_of(state, list)
  for _, name in ipairs(list) do
    if name == state then
      return
    end
  end
  error(("%s, and not %s"):format(state, table.concat(list, " or ")))
end

for name, mode in pairs(MODES) do
  describe("cancelling a burn on " .. name, function()
    for phase, states in pairs(mode[3]) do
      it(("while %s leaves a truthful disc"):format(phase), function()
        local bench, report = cancelled(mode, phase)
        local medium = bench:medium()
        is_one_of(medium.state, states)
        if report.medium and report.medium.state ~= "none" then
          assert.are.equal(medium.state, report.medium.state)
          assert.are.same(medium.tracks, report.medium.tracks)
        end
        local track = report.tracks[1]
        if track and track.blocks > 0 and medium.state ~= "blank" then
          local file <close> = assert(io.open(bench:path "image.iso", "rb"))
          assert.is_true(bench:disc(track.start, track.blocks)
            == file:read(track.blocks * burning.BLOCK))
        end
        -- And what can be burned still, is.
        if medium.state ~= "complete" then
          local options = {append = true}
          if medium.erasable then
            options.as_needed = true
          end
          media.burn(bench, 64, options)
        end
      end)
    end
  end)
end

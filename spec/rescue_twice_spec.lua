-- Audio that is read twice, by a map (docs/copy.md): what two readings agree on
-- counts.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local export = require "discrecorder.export"
local run = require "spec.support.run"

local UNREADABLE <const> = {3, 0x11, 0x05}

local d = each(disc.new)
local map

before_each(function()
  map = d:path "out.map"
end)

-- Nobody has it open, then.
local function audio_disc(job)
  do
    local rec <close> = d:opened "medium=cd-r"
    album.record(rec, job)
  end
  collectgarbage()
  collectgarbage()
  return d.last
end

local function sound(path)
  return assert(discrecorder.recorder("virtual:" .. path))
end

describe("reading audio twice", function()
  local cue, bin

  before_each(function()
    cue, bin = d:path "out.cue", d:path "out.bin"
  end)

  local function recorder(path, faults, trace)
    return assert(discrecorder.recorder("virtual:" .. path,
      {faults = faults, trace = trace}))
  end

  it("is reading, where both readings agree", function()
    local path = audio_disc{tracks = {{blocks = 400}, {blocks = 301}}}
    assert(export.run(sound(path), cue, {map = map, twice = true}))
    assert.is_true(audio.blocks(0, 701) == run.slurp(bin))
  end)

  it("takes what two readings agree on", function()
    local path = audio_disc{tracks = {{blocks = 400}, {blocks = 301}}}
    local function guessed()
      return recorder(path, {
        {opcode = "READ CD", lba = 77, corrupt = true, times = 1},
        {opcode = "READ CD", lba = 640, corrupt = true, times = 1},
      })
    end
    -- Contents are read first.
    local plain = guessed()
    assert(export.run(plain, cue, {map = map}))
    assert.is_false(audio.blocks(0, 701) == run.slurp(bin))
    for _, path_of in ipairs {cue, bin, map} do
      os.remove(path_of)
    end
    assert(export.run(guessed(), cue, {map = map, twice = true}))
    assert.is_true(audio.blocks(0, 701) == run.slurp(bin))
  end)

  it("calls bad what reads but once", function()
    local path = audio_disc{tracks = {{blocks = 400}}}
    local failure = disc.fails("generic", export.run(recorder(path, {
      {opcode = "READ CD", lba = 77, corrupt = true, times = 1},
      {opcode = "READ CD", lba = 77, sense = UNREADABLE},
    }), cue, {map = map, twice = true}))
    assert.same({{start = 77, blocks = 1}}, failure.report.bad)
    assert.matches("0x0002C370  0x00000930  %-\n", run.slurp(map))
    assert(export.run(sound(path), cue, {map = map, twice = true}))
    assert.is_true(audio.blocks(0, 400) == run.slurp(bin))
  end)

  it("keeps what can be read once more as it was", function()
    local path = audio_disc{tracks = {{blocks = 400}}}
    local function reads(faults)
      local trace = d:path "trace"
      run.spit(trace, "")
      os.remove(cue)
      assert(export.run(recorder(path, faults, trace), cue,
        {map = map, twice = true}))
      assert.is_true(audio.blocks(0, 400) == run.slurp(bin))
      os.remove(bin)
      os.remove(map)
      return select(2, run.slurp(trace):gsub('opcode="READ CD"', ""))
    end
    local usual = reads()
    -- The three tries of a packet of the second reading.
    local faults, second = {}, usual // 2 + 4
    for nth = second, second + 2 do
      table.insert(faults, {opcode = "READ CD", nth = nth, sense = UNREADABLE})
    end
    assert.is_true(reads(faults) > usual + 3)
  end)

  it("comes with a map", function()
    local path = audio_disc{tracks = {{blocks = 400}}}
    assert.error_matches(function()
      export.run(sound(path), cue, {twice = true})
    end, "need a map")
  end)
end)

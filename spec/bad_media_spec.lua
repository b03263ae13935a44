-- Discs that cannot be written as asked, or no longer: refused by plan with the
-- reason and what would work, before anything is sent.

local append = require "discrecorder.append"
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local media = require "spec.support.media"
local plan = require("discrecorder.plan").plan

local refused = burning.refused

local WRITE_ONCE <const> = {
  "cd-r", "dvd-r", "dvd-r-dl", "dvd+r", "dvd+r-dl", "bd-r", "bd-r-dl",
  "bd-r-tl", "bd-r-ql",
}
local ALL <const> = {
  "cd-r", "cd-rw", "dvd-r", "dvd-r-dl", "dvd-rw", "dvd+r", "dvd+r-dl",
  "dvd+rw", "dvd-ram", "bd-r", "bd-r-dl", "bd-r-tl", "bd-r-ql", "bd-re",
  "bd-re-dl", "bd-re-tl",
}

-- What a disc has that keeps 4096 clusters.
local LEAST_SPARES <const> = 12219392 - 4096 * 32

local bench

local function with(query)
  bench = burning.bench(query)
end

after_each(function()
  bench:remove()
end)

-- By plan and by the burn alike; nothing is sent that changes anything.
local function is_refused(code, job, rec)
  local planned = {tracks = {{length = 100 * burning.BLOCK}}}
  for key, value in pairs(job) do
    planned[key] = value
  end
  local said = refused(code, plan(planned, assert(rec:medium())))
  assert.is_true(#said.advice > 0)
  local failure = refused(code, media.try(bench, 100, job, rec))
  assert.are.equal(said.message, failure.message)
  return failure
end

local function traced()
  return bench:recorder {trace = bench:path "trace"}
end

local function nothing_sent()
  assert.are.same({}, media.sent(bench:path "trace"))
end

describe("a disc that is closed", function()
  for _, kind in ipairs(WRITE_ONCE) do
    it(("takes no session more: %s"):format(kind), function()
      with("medium=" .. kind)
      media.burn(bench, 100)
      local rec <close> = traced()
      for _, job in ipairs {{}, {append = true}, {as_needed = true}} do
        is_refused("medium_not_blank", job, rec)
      end
      local failure = refused("medium_not_blank",
        append.tree(rec, bench.scratch:files()))
      assert.matches("blank disc", failure.advice)
      nothing_sent()
    end)
  end
end)

describe("a drive that cannot write such a disc", function()
  for kind, model in pairs {
    ["dvd+r"] = "cd-rw", ["dvd-ram"] = "cd-r", ["bd-r"] = "dvd",
    ["bd-re"] = "dvd",
  } do
    it(("says so, and the disc is left: %s in a %s"):format(kind, model),
      function()
        with("medium=" .. kind)
        bench:medium()
        collectgarbage() -- it is in no drive now
        local rec <close> = assert(discrecorder.recorder(
          ("virtual:%s?medium=none&model=%s"):format(bench:path "drive",
            model), {trace = bench:path "trace"}))
        assert(rec:operator():insert(bench.disc_path))
        refused("medium_invalid_type", rec:medium())
        for _, job in ipairs {{}, {as_needed = true}} do
          refused("medium_invalid_type", media.try(bench, 100, job, rec))
        end
        nothing_sent()
      end)
  end

  it("but reads it says so by plan", function()
    with "medium=cd-rw&model=cd-r"
    local rec <close> = traced()
    is_refused("medium_not_blank", {}, rec)
    is_refused("medium_not_blank", {as_needed = true}, rec)
  end)

  it("is seen by its features, on every disc", function()
    for _, kind in ipairs(ALL) do
      with("medium=" .. kind)
      local medium = bench:medium()
      medium.write = {}
      if medium.state == "unformatted" then
        medium.state, medium.next_writable = "overwritable", 0
        medium.free_blocks = 10000
      end
      local failure = refused("device_invalid_type",
        plan({as_needed = true, tracks = {{length = 2048}}}, medium))
      assert.matches("cannot write", failure.message)
      bench:remove()
    end
    with "medium=cd-rw"
  end)
end)

describe("a mode", function()
  local FIT <const> = {
    tao = {["cd-r"] = true, ["cd-rw"] = true},
    incremental = {["dvd-r"] = true, ["dvd-r-dl"] = true, ["dvd-rw"] = true,
      ["dvd+r"] = true, ["dvd+r-dl"] = true, ["bd-r"] = true,
      ["bd-r-dl"] = true, ["bd-r-tl"] = true, ["bd-r-ql"] = true},
    dao = {["dvd-r"] = true, ["dvd-r-dl"] = true, ["dvd-rw"] = true},
    overwrite = {["dvd+rw"] = true, ["dvd-ram"] = true, ["bd-re"] = true,
      ["bd-re-dl"] = true, ["bd-re-tl"] = true},
    sao = {["cd-r"] = true, ["cd-rw"] = true},
  }
  for mode, fitting in pairs(FIT) do
    it(mode .. " is refused on discs that are not written so", function()
      for _, kind in ipairs(ALL) do
        with("medium=" .. kind)
        local medium = bench:medium()
        local prepared = medium.state == "unformatted"
          or medium.state == "overwritable"
        local job = {mode = mode, as_needed = prepared or nil,
          tracks = {{length = 400 * 2048}}}
        if fitting[kind] then
          assert(plan(job, medium))
        else
          refused("unsupported", plan(job, medium))
        end
        bench:remove()
      end
      with "medium=cd-rw"
    end)
  end
end)

describe("what a disc does not do", function()
  local function data(blocks, start)
    return {length = blocks * burning.BLOCK, start = start}
  end
  local CASES <const> = {
    {"cd-r", {mode = "dao"}, 'mode "tao"'},
    {"dvd-r", {mode = "overwrite"}, 'mode "incremental"'},
    {"dvd-ram", {mode = "dao", as_needed = true}, 'mode "overwrite"'},
    {"dvd-rw", {mode = "overwrite"}, "as_needed"},
    {"dvd+r", {simulate = true}, "without `simulate`"},
    {"dvd+rw", {simulate = true, as_needed = true}, "Erase or format"},
    {"dvd+r", {stream = true}, "without `stream`"},
    {"dvd-r-dl", {keep_open = true}, "without `keep_open`"},
    {"dvd-r", {keep_open = true, mode = "dao"}, 'mode "incremental"'},
    {"bd-r", {tracks = {data(32), data(32)}}, "with `append`"},
    {"dvd-r", {tracks = {data(32, 32)}}, "Leave `start` out"},
    {"dvd-r", {tracks = {{}, data(32)}}, "how long"},
    {"dvd-ram", {as_needed = true, tracks = {data(32), data(32)}},
      "the `start` of each"},
    {"dvd-ram", {as_needed = true, tracks = {data(32, 8)}}, "Round"},
  }

  it("is refused with what would work", function()
    for _, case in ipairs(CASES) do
      local kind, job, advice = table.unpack(case)
      with("medium=" .. kind)
      job.tracks = job.tracks or {data(400)}
      local failure = refused("unsupported", plan(job, bench:medium()))
      assert.matches(advice, failure.advice, 1, true)
      bench:remove()
    end
    with "medium=cd-rw"
  end)

  it("is refused so where a DVD-RW would have to grow with a gap", function()
    with "medium=dvd-rw"
    media.chore(bench, "format")
    local failure = refused("unsupported", plan(
      {as_needed = true, tracks = {data(32, 1600)}}, bench:medium()))
    assert.matches('"full"', failure.advice, 1, true)
  end)
end)

describe("another disc than the one that was looked at", function()
  for _, kind in ipairs {"dvd-r", "dvd+r", "bd-r", "dvd+rw", "bd-re"} do
    it(("is wrong_disc, and is left: %s"):format(kind), function()
      with("medium=" .. kind)
      local other = burning.bench("medium=" .. kind)
      local before = bench:medium()
      if before.state == "blank" then
        media.burn(other, 100, {keep_open = true})
      else
        media.chore(other, "format")
      end
      local swapped = other:medium()
      collectgarbage() -- it is in no drive now
      local rec <close> = traced()
      local hand = rec:operator()
      assert(hand:remove())
      assert(hand:insert(other.disc_path))
      local failure = refused("wrong_disc", media.try(bench, 100,
        {expect = before, append = true, as_needed = true}, rec))
      assert.are.same({}, failure.report.tracks)
      local left = assert(rec:medium())
      assert.are.equal(swapped.state, left.state)
      assert.are.same(swapped.tracks, left.tracks)
      nothing_sent()
      rec:close()
      collectgarbage()
      other:remove()
    end)
  end

  it("that was put in while the burn prepared is not written to", function()
    for _, kind in ipairs {"dvd-r", "dvd+r", "bd-r"} do
      with("medium=" .. kind)
      local rec <close> = bench:recorder {faults = {
        {opcode = "SET STREAMING", sense = {6, 0x28, 0}},
      }}
      local failure = refused("wrong_disc", media.try(bench, 100, {}, rec))
      assert.are.same({}, failure.report.tracks)
      assert.are.equal("blank", bench:medium().state)
      bench:remove()
    end
    with "medium=cd-rw"
  end)
end)

describe("a BD-R without a spare cluster left", function()
  -- Each block that is written anew moves its bad cluster to another spare.
  local function use_up()
    local bad = {faults = {{lba = 5, defect = true}}}
    media.open(bench, function(rec, s)
      assert.are.equal("good", s.format(0x32, LEAST_SPARES, 0))
      assert.are.equal("good", s.write(0, 32))
      for _ = 1, 4095 do
        assert.are.equal("good", disc.write(rec, 5, disc.block(5)))
      end
      s.good(s.SYNC)
      assert.are.equal("good", s.close(1, 1))
    end, bad)
  end

  it("has used them up, and fails at the next bad one", function()
    with "medium=bd-r"
    use_up()
    local at = bench:medium().next_writable + 64
    local rec <close> = bench:recorder {faults = {{lba = at, defect = true}}}
    local failure = refused("cannot_write_to_media",
      media.try(bench, 200, {append = true, packet = 65536}, rec))
    assert.matches("reallocation", failure.message)
    assert.are.equal("medium", failure.culprit)
    assert.are.equal(64, failure.report.tracks[1].blocks)
  end)

  it("fails at the bad one, and says why", function()
    with "medium=bd-r"
    media.chore(bench, "format", "least_spare")
    local rec <close> = bench:recorder {faults = {
      {opcode = "WRITE(10)", lba = 64, sense = {3, 0x0C, 2}},
    }}
    local failure = refused("cannot_write_to_media",
      media.try(bench, 200, {packet = 65536}, rec))
    assert.are.equal("medium", failure.culprit)
    assert.matches("reallocation", failure.message)
    assert.are.equal(64, failure.report.tracks[1].blocks)
    assert.are.equal("appendable", failure.report.medium.state)
    rec:close()
    media.burn(bench, 100, {append = true})
  end)
end)

describe("an empty tray", function()
  it("is refused in every drive", function()
    for _, model in ipairs {"cd-rw", "dvd", "bd"} do
      with("medium=none&model=" .. model)
      local rec <close> = assert(discrecorder.recorder(bench.address))
      refused("medium_not_present", media.try(bench, 10, {}, rec))
      refused("medium_not_present",
        media.try(bench, 10, {as_needed = true}, rec))
      assert(rec:open_exclusive())
      for _, chore in ipairs {"erase", "finish", "format"} do
        refused("medium_not_present", rec[chore](rec))
      end
      rec:close()
      bench:remove()
    end
    with "medium=cd-rw"
  end)
end)

-- BD-R of one to four layers: what medium() tells, what is sent, sessions,
-- formats with spare areas and without, and bad clusters.

local burning = require "spec.support.burning"
local media = require "spec.support.media"

local refused = burning.refused

local SIZES <const> = {
  ["bd-r"] = {12219392, "R12"}, ["bd-r-dl"] = {24438784, "D08"},
  ["bd-r-tl"] = {48878592, "T06"}, ["bd-r-ql"] = {62500864, "Q06"},
}
local SIZE <const> = SIZES["bd-r"][1]
local CLUSTER <const> = 32

local bench

local function with(query)
  bench = burning.bench(query)
  return bench
end

after_each(function()
  bench:remove()
end)

local function sent(options)
  return media.traced(bench, 100, options)
end

describe("a BD-R", function()
  for kind, wanted in pairs(SIZES) do
    it(("(%s) tells all there is when it is blank"):format(kind), function()
      local m = with("medium=" .. kind):medium()
      assert.are.equal("blank", m.state)
      assert.are.equal("bd-r", m.profile)
      assert.are.equal("DISCRC/" .. wanted[2], m.media_id)
      assert.are.equal(wanted[1], m.free_blocks)
      assert.are.equal(wanted[1], m.capacity_blocks)
      assert.is_false(m.erasable)
      assert.are.equal(4, #m.formats)
      assert.are.same({"bd_r"}, media.ways(m))
    end)

    it(("(%s) is burned, kept open and finalised"):format(kind), function()
      with("medium=" .. kind)
      media.burn(bench, 100, {keep_open = true})
      local report = media.burn(bench, 200, {append = true})
      assert.are.equal(128, report.tracks[1].start)
      assert.are.equal(2, report.medium.sessions)
      assert.are.equal("complete", report.medium.state)
    end)
  end

  it("is sent blocks, flush, close of the track, and is finalised", function()
    with "medium=bd-r"
    assert.are.same({"WRITE", "FLUSH", "CLOSE 1 of 1", "CLOSE 6"}, sent())
  end)

  it("that is kept open gets its session closed, and no border", function()
    with "medium=bd-r"
    assert.are.same({"WRITE", "FLUSH", "CLOSE 1 of 1", "CLOSE 2"},
      sent {keep_open = true})
    local m = bench:medium()
    assert.are.equal("appendable", m.state)
    assert.is_false(m.session_open)
    assert.are.equal(128, m.next_writable)
    assert.are.equal(SIZE - 128, m.free_blocks)
    assert.are.equal("complete", media.chore(bench, "finish", "disc").state)
  end)

  it("is written in whole clusters", function()
    for blocks, padding in pairs {[1] = 31, [32] = 0, [33] = 31} do
      with "medium=bd-r"
      assert.are.equal(padding, media.burn(bench, blocks).tracks[1].padding)
      bench:remove()
    end
    with "medium=bd-r"
  end)

  it("is not simulated", function()
    with "medium=bd-r"
    refused("unsupported", media.try(bench, 10, {simulate = true}))
  end)
end)

describe("a BD-R is formatted", function()
  for kind, clusters in pairs {default = 12288, least_spare = 4096} do
    it(("once, %s, and then has so much less"):format(kind), function()
      with "medium=bd-r"
      local m = media.chore(bench, "format", kind)
      assert.are.equal("blank", m.state)
      assert.are.equal(SIZE - clusters * CLUSTER, m.free_blocks)
      assert.is_nil(m.formats)
      media.burn(bench, 100)
    end)
  end

  it("not in ways of other discs, and not when it has been written", function()
    with "medium=bd-r"
    media.open(bench, function(rec)
      refused("medium_invalid_type", rec:format "full")
      refused("medium_invalid_type", rec:format "no_spare")
    end)
    media.burn(bench, 100, {keep_open = true})
    media.open(bench, function(rec)
      refused("unsupported", rec:format())
    end)
  end)
end)

describe("a bad cluster of a BD-R", function()
  local function defect(...)
    local faults = {}
    for i, lba in ipairs {...} do
      faults[i] = {lba = lba, defect = true}
    end
    return bench:recorder {faults = faults}
  end

  it("is replaced where there are spares", function()
    with "medium=bd-r"
    media.chore(bench, "format", "default")
    local rec <close> = defect(64, 300)
    assert.is_true(assert(media.try(bench, 400, {}, rec)).verified)
  end)

  it("ends the burn where there are none", function()
    with "medium=bd-r"
    local rec <close> = defect(200)
    local failure = refused("cannot_write_to_media",
      media.try(bench, 400, {packet = 65536}, rec))
    assert.are.equal("medium", failure.culprit)
    assert.are.equal(192, failure.report.tracks[1].blocks)
    assert.are.equal("appendable", failure.report.medium.state)
    rec:close()
    -- What is left of the disc is still good.
    assert.is_true(assert(media.try(bench, 100, {append = true})).verified)
  end)
end)

describe("a BD-R that was formatted for pseudo-overwrite", function()
  it("is refused where it would have to be kept open", function()
    with "medium=bd-r"
    media.open(bench, function(_, s)
      assert.are.equal("good", s.format(0, SIZE - 12288 * CLUSTER, 0))
    end)
    refused("unsupported", media.try(bench, 100, {keep_open = true}))
    assert.are.equal("complete", media.burn(bench, 100).medium.state)
  end)
end)

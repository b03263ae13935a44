-- One reading, many burns, onto discs that are not alike.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local each = require "spec.support.each"
local source = require "discrecorder.source"

local bench = each(burning.bench)

local function recorder(medium, name)
  return assert(disc.recorder(("virtual:%s?medium=%s"):format(
    bench:path(name or medium), medium)))
end

local function job(options)
  options = options or {}
  options.tracks = {{source = assert(source.file(bench:image(300, "image")))}}
  return options
end

describe("burning by many recorders", function()
  it("plans for each disc by its kind", function()
    local media = {"cd-r", "dvd-r", "dvd+r", "bd-r", "dvd-ram"}
    local recorders = {}
    for i, medium in ipairs(media) do
      recorders[i] = recorder(medium)
    end
    local results = assert(burn.to_many(job {as_needed = true}, recorders))
    local padding = {150, 4, 4, 20, 4}
    for i, result in ipairs(results) do
      assert.is_true(result.report.verified)
      assert.are.equal(padding[i], result.report.tracks[1].padding)
    end
  end)

  it("erases, formats or leaves each disc as it needs", function()
    local media = {"cd-rw", "dvd+rw", "dvd-ram", "cd-r"}
    local recorders = {}
    for i, medium in ipairs(media) do
      recorders[i] = recorder(medium)
    end
    assert(recorders[1]:burn(job()))
    local results =
      assert(burn.to_many(job {as_needed = true}, recorders))
    local states = {"complete", "overwritable", "overwritable", "complete"}
    for i, result in ipairs(results) do
      assert.is_true(result.report.verified)
      assert.are.equal(states[i], result.report.medium.state)
    end
  end)

  it("refuses those that are not blank, unless it may", function()
    local first, second = recorder "cd-rw", recorder "dvd+r"
    assert(first:burn(job()))
    local _, failure, code = burn.to_many(job(), {first, second})
    assert.are.equal("medium_not_blank", code)
    assert.matches("as_needed", failure.advice, 1, true)
    assert.is_true(failure.results[2].ok)
  end)

  it("appends to each where it goes on", function()
    local first, second = recorder "cd-rw", recorder "dvd-r"
    assert(first:burn(job {keep_open = true}))
    local results = assert(burn.to_many(
      job {append = true, keep_open = true}, {first, second}))
    assert.are.equal(2, results[1].report.medium.sessions)
    assert.is_true(results[1].report.tracks[1].start > 300)
    assert.are.equal(0, results[2].report.tracks[1].start)
  end)

  it("knows for one disc only what it expects", function()
    local first, second = recorder "cd-rw", recorder "dvd-r"
    local _, _, code = burn.to_many(
      job {expect = assert(first:medium())}, {first, second})
    assert.are.equal("wrong_disc", code)
    assert.are.equal("blank", assert(second:medium()).state)
  end)
end)

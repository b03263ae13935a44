--- What the specs of burning to many recorders share: recorders with a disc of
-- their own each, one source, and what a result must be.
--
--     local many = require "spec.support.many"
--     local m = many.new()                  -- in before_each
--     burn.to_many(m:job(), m:recorders(3))
--     m:remove()                            -- in after_each
local assert = require "luassert"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local many = {BLOCK = 2048, BLOCKS = 1500}

-- A small ring of small packets: everybody has to wait for everybody.
local BUFFER <const> = 128 * 1024
local PACKET <const> = 32 * 1024

local methods = {}
methods.__index = methods

--- `benches` by number, the first of which has the image `path` with `content`.
function many.new()
  local m = setmetatable({benches = {burning.bench()}}, methods)
  m.path = m.benches[1]:image(many.BLOCKS)
  m.content = run.slurp(m.path)
  return m
end

function methods:remove()
  for _, bench in ipairs(self.benches) do
    bench:remove()
  end
end

--- So many recorders; options by number.
function methods:recorders(count, options)
  local list, benches = {}, self.benches
  for i = 1, count do
    local wanted = options and options[i] or {}
    benches[i] = (wanted.query or i > 1) and burning.bench(wanted.query)
      or benches[i]
    list[i] = benches[i]:recorder {faults = wanted.faults}
  end
  return list
end

--- A job of the image, with what is given besides.
function methods:job(options)
  local made = {
    tracks = {{source = assert(source.file(self.path))}},
    buffer = BUFFER, packet = PACKET,
  }
  for key, value in pairs(options or {}) do
    made[key] = value
  end
  return made
end

function methods:is_burned(i, result)
  assert.is_true(result.ok)
  assert.is_nil(result.failure)
  assert.is_true(result.report.ok)
  assert.are.equal(burning.sha256_of(self.content),
    result.report.tracks[1].sha256)
  local bench = self.benches[i]
  assert.is_truthy(result.address:find(bench.disc_path, 1, true))
  assert.is_true(bench:disc(0, many.BLOCKS) == self.content)
  assert.are.equal("complete", bench:medium().state)
end

--- Nothing but what the report says is on the disc.
function methods:is_truthful(i, result)
  assert.is_false(result.ok)
  assert.is_nil(result.report)
  local report = result.failure.report
  assert.is_false(report.ok)
  assert.are.equal("discrecorder", report.program:match "^%a+")
  local track = report.tracks[1]
  local bench = self.benches[i]
  local medium = bench:medium()
  if not track or track.blocks == 0 then
    assert.are.equal("blank", medium.state)
    return
  end
  assert.are.equal("appendable", medium.state)
  assert.is_nil(track.sha256)
  assert.is_true(bench:disc(0, track.blocks)
    == self.content:sub(1, track.blocks * many.BLOCK))
end

return many

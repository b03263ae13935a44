-- recorder:format: what is asked of the drive.
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local d = each(disc.new)

describe("format", function()
  -- MMC-6 6.5.4.2: as much as is named is written at once, else by overwriting.
  it("of a DVD-RW is quick: a border without a block, which grows", function()
    local trace = d:path "trace"
    local rec = d:opened("medium=dvd-rw", {trace = trace})
    assert(rec:format())
    local list = run.slurp(trace):match '"FORMAT UNIT".- out=(%x+)'
    assert.equal("00020008" .. "00000000" .. "54000010", list)
    assert.equal(2297888, assert(rec:medium()).free_blocks)
    local image = source.file(d:image(1000))
    assert(rec:burn{as_needed = true, tracks = {{source = image}}})
    local m = assert(rec:medium())
    assert.equal(1008, m.tracks[1].blocks)
    assert.equal(2297888, m.free_blocks)
  end)
end)

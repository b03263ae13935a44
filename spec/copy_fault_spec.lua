-- A fault at every packet of a copy, a rescue, a verify: a clear failure or a
-- good end, and both recorders free afterwards.
local album = require "spec.support.album_disc"
local cdtext = require "discrecorder.cdtext"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local PACKETS <const> = 75
local LAST <const> = 629 -- block of the disc

local d = each(disc.new)
local path

before_each(function()
  do
    local rec <close> = d:opened "medium=cd-r"
    album.record(rec, {
      mcn = "0123456789012",
      packs = assert(cdtext.encode{blocks = {{
        disc = {title = "Sky"}, tracks = {{title = "One"}, {title = "Two"}},
      }}}),
      tracks = {
        {pregap = 10, blocks = 300, isrc = "DEABC0600001"},
        {pregap = 20, blocks = 300, index = {100}},
      },
    })
  end
  collectgarbage()
  collectgarbage()
  path = d.last
end)

-- One time; whether it ended well.
local function with_fault(packet, what, act)
  local rule = {packet = packet}
  for key, value in pairs(what) do
    rule[key] = value
  end
  local from, failure = discrecorder.recorder("virtual:" .. path,
    {faults = {rule}})
  local result
  if from then
    result, failure = act(from)
  end
  if not result then
    assert.equal("string", type(failure.code))
    assert.is_true(#failure.message > 0)
  end
  return result ~= nil
end

-- Gives how many ended well.
local function at_every_packet(what, act)
  local good = 0
  for packet = 1, PACKETS do
    good = good + (with_fault(packet, what, act) and 1 or 0)
    collectgarbage()
    collectgarbage()
    local again <close> = assert(discrecorder.recorder("virtual:" .. path))
    assert.equal("complete", assert(again:medium()).state)
  end
  return good
end

-- The first look at a track's last block tells where its run-out begins.
describe("a block at the end of a track that is not read at once", function()
  it("is not taken for run-out and left out", function()
    -- A medium error is tried three times by itself.
    for times, sense in pairs {[3] = {3, 0x11, 5}, [1] = {5, 0x21, 0}} do
      local from <close> = assert(discrecorder.recorder("virtual:" .. path,
        {faults = {{lba = LAST, opcode = "READ CD", times = times,
          sense = sense}}}))
      local to <close> = assert(discrecorder.recorder("virtual:"
        .. d:path "to" .. "?medium=cd-rw"))
      local report = assert(copy.run(from, to, {as_needed = true}))
      assert.equal(300, report.tracks[2].blocks)
    end
  end)

  it("ends the copy when that cannot be what the drive says of it", function()
    local from <close> = assert(discrecorder.recorder("virtual:" .. path,
      {faults = {{lba = LAST, opcode = "READ CD", times = 1,
        sense = {5, 0x72, 1}}}}))
    local to <close> = assert(discrecorder.recorder("virtual:"
      .. d:path "to" .. "?medium=cd-rw"))
    disc.fails("initialize_endwrite", copy.run(from, to))
  end)
end)

describe("a drive that says at first that it is empty", function()
  it("is told as empty, and not its audio as data that cannot be copied",
    function()
      local from <close> = assert(discrecorder.recorder("virtual:" .. path,
        {faults = {{opcode = "TEST UNIT READY", nth = 1,
          sense = {2, 0x3A, 1}}}}))
      local to <close> = assert(discrecorder.recorder("virtual:"
        .. d:path "to" .. "?medium=cd-rw"))
      disc.fails("medium_not_present", copy.run(from, to))
    end)
end)

-- One that comes once is asked for again.
local ONCE <const> = "a medium error"

for name, what in pairs {
  ["a drive that goes away"] = {gone = true},
  [ONCE] = {sense = {3, 0x11, 5}},
  ["a refusal"] = {sense = {5, 0x24, 0}},
  ["a short reply"] = {short = 3},
  ["wrong bytes"] = {corrupt = true},
} do
  describe(name, function()
    it("ends a copy clearly, wherever it comes", function()
      local good = at_every_packet(what, function(from)
        local to = assert(discrecorder.recorder("virtual:" .. d:path "to"
          .. "?medium=cd-rw"))
        local report, failure = copy.run(from, to, {as_needed = true})
        assert.is_true(not report or report.verified)
        return report, failure
      end)
      assert.are.equal(name == ONCE, good == PACKETS)
    end)

    it("ends the reading of a disc to an image clearly", function()
      at_every_packet(what, function(from)
        for _, name_of in ipairs {"x.cue", "x.bin", "x.cdt", "x.map"} do
          os.remove(d:path(name_of))
        end
        return copy.run(from, d:path "x.cue", {map = d:path "x.map"})
      end)
    end)
  end)
end

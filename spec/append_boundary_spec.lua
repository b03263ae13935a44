-- To the block, for trees that are added: what append.plan accepts is burned
-- and fills the disc, and one block more is refused before anything is sent.

local append = require "discrecorder.append"
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local media = require "spec.support.media"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local refused = burning.refused

local BLOCK <const> = burning.BLOCK

local bench

after_each(function()
  bench:remove()
end)

-- A folder with one file of so many blocks.
local function folder(blocks)
  local path = bench.scratch:file("more/file", "")
  run.output("truncate", "-s", tostring(blocks * BLOCK), path)
  return bench:path "more"
end

-- A block too many for `room`, then just as many as there are.
local function fills(room)
  local trace = bench:path "trace"
  local rec <close> = bench:recorder {trace = trace}
  local small = assert(append.plan(rec, folder(100))).tracks[1].blocks
  local most = 100 + room - small
  local said = refused("disc_full", append.plan(rec, folder(most + 1)))
  assert.are.equal(said.message,
    refused("disc_full", append.tree(rec, folder(most + 1))).message)
  assert.are.same({}, media.sent(trace))
  local planned = assert(append.plan(rec, folder(most)))
  assert.are.equal(room, planned.tracks[1].blocks)
  local report = assert(append.tree(rec, folder(most)))
  assert.is_true(report.verified)
  assert.are.equal(room, report.tracks[1].blocks)
  return report
end

-- Reserved and closed without being written, it costs no room here.
local function fill_cd(room)
  media.open(bench, function(rec, s)
    assert.are.equal("good",
      disc.select(rec, disc.write_page {multi = true}))
    assert.are.equal("good",
      s.reserve(assert(rec:medium()).free_blocks - room))
    assert.are.equal("good", s.write(0, 16))
    s.good(s.SYNC)
    for _, func in ipairs {1, 2} do
      assert.are.equal("good", s.close(func, func == 1 and 1 or 0))
    end
  end)
end

-- What has to be free besides, for the borders of two sessions.
local IN_SEQUENCE <const> = {
  ["cd-r"] = 11400 + 6900, ["cd-rw"] = 11400 + 6900,
  ["dvd-r"] = 47120 + 10256, ["dvd-rw"] = 47120 + 10256,
  ["dvd+r"] = 2 * 2048, ["dvd+r-dl"] = 2 * 2048,
  ["bd-r"] = 0, ["bd-r-dl"] = 0, ["bd-r-tl"] = 0, ["bd-r-ql"] = 0,
}

describe("a session behind others fills the last block of a", function()
  for kind, borders in pairs(IN_SEQUENCE) do
    it(kind .. ", and takes none more", function()
      bench = burning.bench("medium=" .. kind, run.memory())
      if kind:find "^cd" then
        fill_cd(borders + 2000)
      else
        media.fill(bench, borders + 2000, true)
      end
      do
        local rec <close> = bench:recorder()
        assert(append.tree(rec, bench.scratch:files(),
          {how = "independent"}))
      end
      local report = fills(bench:medium().free_blocks)
      assert.are.equal(0, report.medium.free_blocks)
    end)
  end
end)

-- Let the tree's volume end shortly before the end of the disc.
local function stretch(room)
  local rec <close> = bench:recorder()
  local size = assert(rec:medium()).free_blocks - room
  local head = assert(rec:read(0, 64))
  for _, at in ipairs {16, 48} do
    at = at * BLOCK + 80
    head = head:sub(1, at) .. ("<I4>I4"):pack(size, size) .. head:sub(at + 9)
  end
  assert(rec:burn {as_needed = true,
    tracks = {{source = source.bytes(head), start = 0}}})
end

describe("a tree that grows fills the last block of a", function()
  for kind, prepare in pairs {
    ["dvd+rw"] = true, ["dvd-ram"] = false, ["dvd-rw"] = "full",
    ["bd-re"] = true, ["bd-re-dl"] = true, ["bd-re-tl"] = true,
  } do
    it(kind .. ", and takes none more", function()
      bench = burning.bench("medium=" .. kind, run.memory())
      if prepare then
        media.chore(bench, "format", prepare ~= true and prepare or nil)
      end
      do
        local rec <close> = bench:recorder()
        assert(append.tree(rec, bench.scratch:files()))
      end
      stretch(1024)
      fills(1024)
    end)
  end
end)

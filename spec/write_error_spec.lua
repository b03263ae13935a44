-- Not a fault on the way to the drive, but the drive's own: the file that is
-- the disc takes no more, and the track stays open and damaged (MMC-6 6.3).
-- A program of its own burns: a limit on files is its process's.

local burning = require "spec.support.burning"
local run = require "spec.support.run"

local BLOCK <const> = 2048

local bench

after_each(function()
  bench:remove()
end)

describe("a disc that fails under the laser", function()
  local CHILD <const> = [[ulimit -f 3648; trap "" XFSZ; exec lua5.4 -e '
    local burn = require "discrecorder.burn"
    local rec = assert(require "discrecorder".recorder(%q, {trace = %q}))
    local report, failure, code = burn.image(rec, %q, {packet = 65536})
    print(report, code, failure.report.tracks[1].blocks,
      failure.report.medium.state)']]

  local function spoiled(kind)
    bench = burning.bench("medium=" .. kind)
    bench:recorder():close()
    collectgarbage()
    -- The file ends 400 blocks after the disc's first one.
    local r = run {"sh", "-c", CHILD:format(bench.address,
      bench:path "trace", bench:image(600)), env = run.lua_env, ours = true}
    assert.are.equal("nil\tcannot_write_to_media\t384\tappendable\n", r.stdout,
      r.stderr)
    return bench:medium()
  end

  for _, kind in ipairs {"cd-r", "cd-rw", "dvd+r"} do
    it(("is left with what it took, closed: %s"):format(kind), function()
      local medium = spoiled(kind)
      assert.are.equal("appendable", medium.state)
      assert.are.equal(1, medium.sessions)
      assert.are.equal(1, #medium.tracks)
      assert.is_true(medium.tracks[1].blocks >= 384)
      assert.is_falsy(medium.tracks[1].damaged)
      local content = run.slurp(bench:path "image.iso")
      assert.is_true(bench:disc(0, 384) == content:sub(1, 384 * BLOCK))
    end)
  end

  it("has its damaged track closed before the session", function()
    spoiled "cd-r"
    local closes = {}
    for cdb in run.slurp(bench:path "trace"):gmatch "cdb=(5b%x+)" do
      table.insert(closes, cdb:sub(5, 6))
    end
    assert.are.same({"01", "02"}, closes)
  end)
end)

-- Exported images of every kind of disc, judged by xorriso, isoinfo, udfinfo
-- and 7z.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local export = require "discrecorder.export"
local run = require "spec.support.run"
local volume = require "spec.support.volume"

-- As long as what was burned is; more is padding up to an ECC block, or 150
-- blocks on CDs.
local MEDIA <const> = {
  "cd-r", "cd-rw", "dvd-r", "dvd-r-dl", "dvd-rw", "dvd+r", "dvd+r-dl",
  "dvd+rw", "dvd-ram", "bd-r", "bd-r-dl", "bd-r-tl", "bd-r-ql", "bd-re",
  "bd-re-dl", "bd-re-tl",
}

-- A new disc, burned with `start`, and what `export` makes of it.
local function exported(medium, start, judge)
  local bench = burning.bench("medium=" .. medium)
  do
    local rec <close> = bench:recorder()
    local report = assert(start(rec, bench))
    assert.is_true(report.verified)
    local out = bench:path "out.iso"
    assert(export.run(rec, out))
    judge(out, bench)
  end
  bench:remove()
end

for _, medium in ipairs(MEDIA) do
  describe("an exported " .. medium, function()
    it("has a tree and MD5 tags that xorriso finds good", function()
      exported(medium, function(rec, bench)
        return burn.tree(rec, bench.scratch:files(), {
          volume_id = "EXPORTED", as_needed = true,
        })
      end, function(out, bench)
        local said = run("xorriso", "-md5", "on", "-indev", out, "-toc",
          "-check_media", "what=disc", "--")
        local text = said.stdout .. said.stderr
        assert.are.equal(0, said.status, text)
        assert.matches("Volume id    : 'EXPORTED'", text)
        assert.matches("md5_match", text)
        assert.not_matches("md5_mismatch", text)
        assert.matches("Volume id: EXPORTED",
          run.output("isoinfo", "-d", "-i", out))
        run.output("xorriso", "-osirrox", "on", "-indev", out, "-extract", "/",
          bench:path "back")
        assert.are.equal("",
          run.output("diff", "-r", bench:path "files", bench:path "back"))
      end)
    end)

    it("has a bridge that isoinfo, udfinfo and 7z find good", function()
      exported(medium, function(rec, bench)
        return burn.image(rec, volume.bridge(bench:path "in",
          bench.scratch:files()), {as_needed = true})
      end, function(out, bench)
        assert.matches("/sub/numbers.bin",
          run.output("isoinfo", "-R", "-f", "-i", out))
        local info = volume.info(out)
        assert.are.equal("BRIDGE", info.label)
        assert.are.equal("1.02", info.udfrev)
        assert.are.equal("2", info.numdirs)
        assert.are.equal("3", info.numfiles)
        assert.matches("type=PSPACE", info.text)
        run.output("7z", "x", "-bd", "-tUdf", "-o" .. bench:path "back", out)
        assert.are.equal("",
          run.output("diff", "-r", bench:path "files", bench:path "back"))
      end)
    end)
  end)
end

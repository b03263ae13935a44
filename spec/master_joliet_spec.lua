-- IJolietDiscMaster: what is staged, and what becomes of it on the disc.
local each = require "spec.support.each"
local mastering = require "spec.support.mastering"
local read = require "discrecorder.read"
local run = require "spec.support.run"

local fails = mastering.fails

describe("the format joliet", function()
  local bench = each(mastering.bench)
  local rec

  before_each(function()
    rec = bench:recorder()
  end)

  local function shown(from)
    return bench:shown(from or rec)
  end

  local function folder(...)
    return bench:tree(...)
  end

  describe("stages", function()
    it("folders that are joined, call by call", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {
        ["one"] = "1", ["sub/two"] = "2", ["sub/deep/three"] = "3",
      })))
      assert(joliet:add_data(folder("b", {
        ["four"] = "4", ["sub/five"] = "5", ["sub/deep/six"] = "6",
        ["other/seven"] = "7",
      })))
      assert(joliet:add_data{["/sub/deep/eight"] = bench:file("c/x", "8")})
      assert(m:record_disc())
      assert.are.same({
        ["/one"] = "1", ["/sub/two"] = "2", ["/sub/deep/three"] = "3",
        ["/four"] = "4", ["/sub/five"] = "5", ["/sub/deep/six"] = "6",
        ["/other/seven"] = "7", ["/sub/deep/eight"] = "8",
      }, shown())
    end)

    it("links, as they are", function()
      local m, joliet = bench:joliet(rec)
      folder("a", {["sub/file"] = "a"})
      folder("b", {["sub/target"] = "b"})
      run.output("ln", "-s", "file", bench:path "a/sub/first")
      run.output("ln", "-s", "target", bench:path "b/sub/second")
      run.output("ln", "-s", "nowhere", bench:path "b/third")
      run.output("ln", "-s", bench:path "b", bench:path "b2")
      assert(joliet:add_data(bench:path "a"))
      assert(joliet:add_data(bench:path "b2"))
      assert(joliet:add_data{["/followed"] = bench:path "b/sub/second"})
      assert(m:record_disc())
      assert.are.same({
        ["/sub/file"] = "a", ["/sub/first"] = "-> file",
        ["/sub/target"] = "b", ["/sub/second"] = "-> target",
        ["/third"] = "-> nowhere", ["/followed"] = "b",
      }, shown())
    end)

    it("a folder that is named by a link, or from here", function()
      local m, joliet = bench:joliet(rec)
      folder("a", {["file"] = "a"})
      run.output("ln", "-s", "a", bench:path "link")
      assert(joliet:add_data{bench:path "link"})
      assert(m:record_disc())
      assert.are.same({["/file"] = "a"}, shown())
    end)

    it("a file of a name that is there only to overwrite it", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {["sub/x[1]*"] = "a", keep = "k"})))
      local b = folder("b", {["sub/x[1]*"] = "b!", ["sub/new"] = "n"})
      local failure = fails("file_exists", joliet:add_data(b))
      assert.matches("/sub/x", failure.message)
      assert(joliet:add_data(b, true))
      assert(joliet:add_data(folder("c", {["sub/new"] = "newer"}), true))
      assert(m:record_disc())
      assert.are.same({
        ["/sub/x[1]*"] = "b!", ["/keep"] = "k", ["/sub/new"] = "newer",
      }, shown())
    end)

    it("never a file in place of a folder", function()
      local _, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {["name/file"] = "a"})))
      fails("file_exists", joliet:add_data(folder("b", {name = "b"}), true))
    end)

    it("nothing of a call that fails", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {first = "a", second = "b"})))
      local before = joliet:get_used_data_blocks()
      fails("file_exists",
        joliet:add_data(folder("b", {["a/b/c"] = "c", second = "d"})))
      assert.are.equal(before, joliet:get_used_data_blocks())
      assert(m:record_disc())
      assert.are.same({["/first"] = "a", ["/second"] = "b"}, shown())
    end)

    it("nothing of a call that does not fit", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {first = "a"})))
      folder("b", {small = "s"})
      run.output("truncate", "-s", "800M", bench:path "b/large")
      local failure = fails("disc_full", joliet:add_data(bench:path "b"))
      assert.are.equal("data", failure.culprit)
      assert(m:record_disc())
      assert.are.same({["/first"] = "a"}, shown())
    end)

    it("to the last block", function()
      local _, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {first = "a"})))
      local free = joliet:get_total_data_blocks()
        - joliet:get_used_data_blocks()
      run.output("truncate", "-s", tostring(free * 2048), bench:path "b")
      assert(joliet:add_data{bench:path "b"})
      assert.are.equal(joliet:get_total_data_blocks(),
        joliet:get_used_data_blocks())
      fails("disc_full", joliet:add_data(folder("c", {one = "more"})))
      assert.are.equal(joliet:get_total_data_blocks(),
        joliet:get_used_data_blocks())
    end)

    it("no name of more than 255 bytes", function()
      local _, joliet = bench:joliet(rec)
      fails("bad_joliet_name", joliet:add_data{
        ["/" .. ("n"):rep(256)] = bench:file("a/file", "a"),
      })
    end)

    it("nothing that cannot be read", function()
      local _, joliet = bench:joliet(rec)
      fails("bad_file", joliet:add_data(bench:path "nowhere"))
      assert.has_error(function()
        joliet:add_data(7)
      end, "add_data: storage: string or table expected, got number")
      assert.has_error(function()
        joliet:add_data(bench:files(), 0)
      end, "add_data: overwrite: boolean expected, got number")
    end)

    it("nothing before a recorder was chosen", function()
      local m = bench.opened()
      local joliet = assert(m:set_active_disc_master_format "joliet")
      fails("no_active_recorder", joliet:add_data(bench:files()))
      fails("no_active_recorder", joliet:get_total_data_blocks())
      fails("no_active_recorder", joliet:get_used_data_blocks())
      assert.are.equal(2048, joliet:get_data_block_size())
    end)

    it("many files, one call each", function()
      local m, joliet = bench:joliet(rec)
      local expected = {}
      run.output("mkdir", bench:path "f")
      for i = 1, 300 do
        local content = ("%d\n"):format(i)
        expected[("/f/%d"):format(i)] = content
        assert(joliet:add_data{
          [("/f/%d"):format(i)] = run.spit(bench:path("f/" .. i), content),
        })
      end
      assert(m:record_disc())
      assert.are.same(expected, shown())
    end)
  end)

  describe("is recorded", function()
    it("with both trees, and the blocks that were counted", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:set_joliet_properties{volume_name = "PHOTOS"})
      assert(joliet:add_data(bench:files()))
      local used = joliet:get_used_data_blocks()
      assert.is_true(used < joliet:get_total_data_blocks())
      local report = assert(m:record_disc())
      assert.is_true(report.ok)
      assert.is_true(report.verified)
      assert.are.equal(used, report.tracks[1].blocks)
      assert(read.run(rec, bench:path "iso"))
      local said = run.output("isoinfo", "-d", "-i", bench:path "iso")
      assert.matches("Volume id: PHOTOS\n", said)
      assert.matches("Joliet with UCS level 3 found", said)
    end)

    it("as a test, and then for good", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local report = assert(m:record_disc(true))
      assert.is_true(report.simulated)
      assert.are.equal("blank", rec:medium().state)
      report = assert(m:record_disc())
      assert.is_false(report.simulated)
      assert.is_true(report.verified)
    end)

    it("onto a second disc, equal to the first", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local first = assert(m:record_disc())
      assert(rec:open_exclusive())
      assert(rec:erase())
      assert(rec:close())
      local second = assert(m:record_disc())
      assert.are.equal(first.tracks[1].sha256, second.tracks[1].sha256)
      -- And by another recorder.
      local other = bench:recorder "medium=cd-r"
      assert(m:set_active_disc_recorder(other))
      assert.are.equal(first.tracks[1].sha256,
        assert(m:record_disc()).tracks[1].sha256)
    end)

    it("and closed where no session could follow", function()
      rec = bench:recorder "medium=dvd-rw"
      assert(require("discrecorder.burn").tree(rec, bench:files()))
      assert(rec:open_exclusive())
      assert(rec:erase(false)) -- after which it takes disc-at-once only
      assert(rec:close())
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local report = assert(m:record_disc())
      assert.are.equal("dao", report.mode)
      assert.are.equal("complete", report.medium.state)
    end)

    it("and the disc is ejected when asked for", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local report = assert(m:record_disc(false, true))
      assert.are.equal(0, #report.warnings)
      assert.are.equal("none", rec:medium().state)
      assert.are.equal("idle", rec:get_recorder_state())
    end)

    it("and a tray that does not open is a warning", function()
      rec = bench:recorder("medium=cd-rw", {faults = {
        {opcode = "START STOP UNIT", nth = 1, sense = {5, 0x53, 0x02}},
      }})
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local report = assert(m:record_disc(false, true, {verify = false}))
      assert.are.equal("not_ejected", report.warnings[1].code)
    end)

    it("only when something was added", function()
      local m = bench:joliet(rec)
      fails("invalid_image", m:record_disc())
      assert(m:clear_format_content())
      fails("invalid_image", m:record_disc())
    end)

    it("only while its files are what they were", function()
      local m, joliet = bench:joliet(rec)
      local path = bench:file("a/file", "before")
      bench:file("a/other", "o")
      assert(joliet:add_data(bench:path "a"))
      bench:file("a/file", "after it")
      local failure = fails("invalid_image", m:record_disc())
      assert.are.equal("/file", failure.file)
      fails("invalid_image", joliet:get_used_data_blocks())
      bench:file("a/file", "before")
      bench:file("a/more", "m")
      fails("invalid_image", m:record_disc())
      os.remove(bench:path "a/more")
      assert(m:record_disc(true))
      -- The image is made now; its files are looked at when they are read.
      assert(os.remove(path))
      fails("invalid_image", m:record_disc())
      assert.are.equal("blank", rec:medium().state)
    end)

    it("never onto a disc that is not blank any more", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      assert(m:record_disc())
      fails("medium_not_blank", m:record_disc())
    end)

    it("not without a disc", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      assert(rec:open_exclusive())
      assert(rec:eject())
      assert(rec:close())
      fails("medium_not_present", m:record_disc())
    end)

    it("by several masters at once", function()
      local other = bench:recorder "medium=cd-r"
      local m, joliet = bench:joliet(rec)
      local n, second = bench:joliet(other)
      assert(joliet:add_data(folder("a", {a = "a"})))
      assert(second:add_data(folder("b", {b = "b"})))
      local inner
      assert(m:progress_advise{notify_closing_disc = function()
        inner = inner or n:record_disc()
      end})
      assert(m:record_disc())
      assert.is_true(inner.ok)
      assert.are.same({["/a"] = "a"}, shown())
      assert.are.same({["/b"] = "b"}, shown(other))
    end)
  end)
end)

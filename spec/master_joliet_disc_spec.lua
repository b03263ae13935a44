-- IJolietDiscMaster: discs that are added to, or refused; booting; properties.
local burn_audio = require "spec.support.burn_audio"
local disc = require "discrecorder"
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

  describe("adds a session", function()
    -- A disc with one session; chosen again.
    local function second_session(query)
      rec = bench:recorder(query)
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("first", {
        ["old"] = "old", ["sub/kept"] = "kept",
      })))
      assert(joliet:set_joliet_properties{volume_name = "FIRST"})
      local report = assert(m:record_disc())
      assert(m:clear_format_content())
      assert(m:set_active_disc_recorder(rec))
      return m, assert(m:set_active_disc_master_format "joliet"), report
    end

    for _, medium in ipairs {"cd-r", "dvd+r", "dvd-ram"} do
      it("of its own accord, on " .. medium, function()
        local m, joliet = second_session("medium=" .. medium)
        assert(m:set_active_disc_recorder(rec))
        assert(joliet:add_data(folder("more", {["sub/new"] = "new"})))
        local used = joliet:get_used_data_blocks()
        local report = assert(m:record_disc())
        assert.are.equal(used,
          report.tracks[1].start + report.tracks[1].blocks)
        assert.are.same({
          ["/old"] = "old", ["/sub/kept"] = "kept", ["/sub/new"] = "new",
        }, shown())
        assert(read.run(rec, bench:path "iso"))
        assert.matches("Volume id: FIRST\n",
          run.output("isoinfo", "-d", "-i", bench:path "iso"))
      end)
    end

    it("behind audio, which makes a CD-Extra", function()
      rec = bench:recorder "medium=cd-r"
      assert(rec:burn{
        keep_open = true, verify = false,
        tracks = {burn_audio.track(burn_audio.pcm(300, 1))},
      })
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("x", {new = "n"})))
      local report = assert(m:record_disc())
      assert.is_true(report.verified)
      assert.are.equal(2, report.medium.sessions)
      assert(rec:open_exclusive())
      assert.are.equal("cd_extra", (rec:query_media_type()))
      assert(rec:close())
    end)

    it("whose files take a name only to overwrite it", function()
      local m, joliet = second_session "medium=cd-r"
      assert(m:set_active_disc_recorder(rec))
      fails("file_exists", joliet:add_data(folder("x", {old = "newer"})))
      assert(joliet:add_data(bench:path "x", true))
      assert(m:record_disc())
      assert.are.same({["/old"] = "newer", ["/sub/kept"] = "kept"}, shown())
    end)

    it("but not after its content was cleared", function()
      local m, joliet = second_session "medium=cd-r"
      assert(m:set_active_disc_recorder(rec))
      assert(m:clear_format_content())
      fails("medium_not_blank", joliet:add_data(folder("x", {new = "n"})))
      assert(m:set_active_disc_recorder(rec))
      assert(joliet:add_data(bench:path "x"))
      assert(m:record_disc())
    end)

    it("only to the disc that was chosen", function()
      local m, joliet = second_session "medium=cd-r"
      assert(m:set_active_disc_recorder(rec))
      assert(joliet:add_data(folder("x", {new = "n"})))
      bench:recorder "medium=cd-r"
      collectgarbage() -- the drive of that disc
      local hand = rec:operator()
      assert(hand:remove())
      assert(hand:insert(bench.disc_path))
      fails("wrong_disc", m:record_disc())
      assert.are.equal("blank", rec:medium().state)
    end)

    it("only once, since the disc is another one then", function()
      local m, joliet = second_session "medium=cd-r"
      assert(m:set_active_disc_recorder(rec))
      assert(joliet:add_data(folder("x", {new = "n"})))
      assert(m:record_disc(true))
      assert(m:record_disc())
      fails("wrong_disc", m:record_disc())
    end)

    it("that takes what is staged along to another disc", function()
      local m, joliet = second_session "medium=cd-r"
      local blank = bench:recorder "medium=cd-r"
      assert(m:set_active_disc_recorder(blank))
      assert(joliet:add_data(folder("x", {new = "n"})))
      assert(m:set_active_disc_recorder(rec))
      assert(m:record_disc())
      assert.are.same(
        {["/old"] = "old", ["/sub/kept"] = "kept", ["/new"] = "n"}, shown())
    end)

    it("unless what is staged has names of the disc's", function()
      local m, joliet = second_session "medium=cd-r"
      local blank = bench:recorder "medium=cd-r"
      assert(m:set_active_disc_recorder(blank))
      assert(joliet:add_data(folder("x", {old = "other"})))
      fails("file_exists", m:set_active_disc_recorder(rec))
      assert.are.equal(blank, m:get_active_disc_recorder())
    end)
  end)

  describe("does not choose a disc", function()
    local function refuses(code, query, prepare)
      rec = bench:recorder(query)
      if prepare then
        prepare()
      end
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      return fails(code, m:set_active_disc_recorder(rec))
    end

    it("that is closed", function()
      refuses("disc_full", "medium=cd-r", function()
        assert(require("discrecorder.burn").tree(rec, bench:files()))
      end)
    end)

    it("that holds something else", function()
      refuses("medium_invalid_type", "medium=cd-r", function()
        assert(require("discrecorder.burn").image(rec, bench:image(400),
          {keep_open = true}))
      end)
    end)

    it("that is not formatted", function()
      refuses("medium_not_formatted", "medium=dvd+rw")
    end)

    it("that what is staged does not fit on", function()
      local m, joliet = bench:joliet(bench:recorder "medium=dvd+r")
      run.output("truncate", "-s", "800M", bench:path "large")
      assert(joliet:add_data{bench:path "large"})
      fails("disc_full", m:set_active_disc_recorder(rec))
    end)

    it("whose drive tells nonsense", function()
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      rec = bench:recorder("medium=cd-rw", {faults = {
        {opcode = "READ DISC INFORMATION", short = 2},
      }})
      fails("disc_info", m:set_active_disc_recorder(rec))
    end)
  end)

  describe("boots", function()
    local function el_torito(image)
      return run.output("sh", "-c", "xorriso -indev " .. run.quote(image)
        .. " -report_el_torito plain 2>/dev/null")
    end

    local function bootable(joliet, more)
      local t = {
        boot_image = bench:file("boot.bin", ("boot"):rep(1000)),
        place_boot_image_on_disc = true,
      }
      for name, value in pairs(more or {}) do
        t[name] = value
      end
      return joliet:set_joliet_properties(t)
    end

    it("from an image that its properties name", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {["BOOT.IMG"] = "mine"})))
      assert(bootable(joliet,
        {boot_image_manufacturer_id_string = "THE MAKER"}))
      local used = joliet:get_used_data_blocks()
      assert.are.equal(used, assert(m:record_disc()).tracks[1].blocks)
      assert.are.same({["/BOOT.IMG"] = "mine"}, shown())
      assert.matches("boot img :   1  BIOS  y   none",
        el_torito(bench:path "image1"))
      assert.matches("ID 'THE MAKER'",
        run.output("isoinfo", "-d", "-i", bench:path "image1"))
    end)

    it("for UEFI, and from a floppy", function()
      for platform, expected in pairs {efi = "UEFI", x86 = "BIOS"} do
        rec = bench:recorder()
        local m, joliet = bench:joliet(rec)
        run.output("truncate", "-s", "1440K", bench:path "floppy")
        run.output("ln", "-sf", "floppy", bench:path "link")
        assert(joliet:set_joliet_properties {
          boot_image = bench:path "link", place_boot_image_on_disc = true,
          boot_image_platform = platform,
          boot_image_emulation_type = platform == "x86" and "1.44m" or nil,
        })
        -- That is enough: nothing else has to be added.
        assert(m:record_disc())
        local image = bench:path("image" .. platform)
        assert(read.run(rec, image))
        assert.matches(expected .. "  y  " ..
          (platform == "x86" and "fd1%.4" or " none"), el_torito(image))
      end
    end)

    it("not when it is not to be placed", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      assert(bootable(joliet, {place_boot_image_on_disc = false}))
      assert(m:record_disc())
      shown()
      assert.is_nil(el_torito(bench:path "image1"):find "boot img")
    end)

    it("not on a disc that has a session", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(folder("a", {a = "a"})))
      assert(m:record_disc())
      assert(m:clear_format_content())
      assert(m:set_active_disc_recorder(rec))
      assert(bootable(joliet))
      fails("bootimage_and_nonblank_disc", m:record_disc())
      fails("bootimage_and_nonblank_disc", joliet:get_used_data_blocks())
    end)

    it("not from what is not there, or no floppy", function()
      local m, joliet = bench:joliet(rec)
      fails("bad_file", joliet:set_joliet_properties{
        volume_name = "LOST", boot_image = bench:path "nowhere",
      })
      assert.are_not.equal("LOST", joliet:get_joliet_properties().volume_name)
      assert(joliet:add_data(bench:files()))
      assert(bootable(joliet, {boot_image_emulation_type = "2.88m"}))
      fails("invalid_image", m:record_disc())
    end)
  end)

  describe("has properties", function()
    it("that begin with today's date as a name", function()
      local _, joliet = bench:joliet(rec)
      local name = joliet:get_joliet_properties().volume_name
      assert.matches("^%d%d%d%d%d%d%d%d$", name)
    end)

    it("of which unknown ones are ignored and told", function()
      local _, joliet = bench:joliet(rec)
      local done, ignored = joliet:set_joliet_properties{
        volume_name = "X", Zebra = 1, Alpha = 2,
      }
      assert.is_true(done)
      assert.are.same({"Alpha", "Zebra"}, ignored)
      assert.are.equal("X", joliet:get_joliet_properties().volume_name)
      assert.are.equal(0x00040200, disc.imapi.hresult.properties_ignored)
    end)

    it("that take no value they cannot have", function()
      local _, joliet = bench:joliet(rec)
      for _, wrong in ipairs {
        {volume_name = 7}, {volume_name = ""}, {volume_name = ("N"):rep(33)},
        {volume_name = "A\nB"}, {volume_name = "\xFF"},
        {place_boot_image_on_disc = 1}, {boot_image = true},
        {boot_image_platform = "vax"}, {boot_image_platform = 0},
        {boot_image_emulation_type = "tape"},
        {boot_image_manufacturer_id_string = ("I"):rep(25)},
      } do
        assert.has_error(function()
          joliet:set_joliet_properties(wrong)
        end)
      end
    end)

    it("that stay with the format while its content is cleared", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:set_joliet_properties{volume_name = "KEPT"})
      assert(m:clear_format_content())
      assert.are.equal("KEPT", joliet:get_joliet_properties().volume_name)
    end)
  end)
end)

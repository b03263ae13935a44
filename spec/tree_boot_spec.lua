-- El Torito: trees from which machines start, as xorriso and isoinfo see them.
local append = require "discrecorder.append"
local bench = require "spec.support.tree"
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local read = require "discrecorder.read"
local source = require "discrecorder.source"

local put, run, save, quote = bench.put, bench.run, bench.save, bench.quote
local refuses = bench.refuses

describe("a bootable tree", function()
  before_each(bench.new)
  after_each(bench.remove)

  -- What xorriso says of El Torito: {{platform =, emulation =, sectors =,
  -- lba =}, ...}, the catalog's block, and all of it.
  local function report(image)
    local said = run(("xorriso -indev %s -report_el_torito plain 2>/dev/null")
      :format(quote(image or bench.image)))
    local list = {}
    for platform, emulation, segment, sectors, lba in said:gmatch(
      "El Torito boot img : +%d+ +(%w+) +y +(%S+) +(%w+) +%w+ +(%d+) +(%d+)"
    ) do
      table.insert(list, {
        platform = platform, emulation = emulation,
        segment = tonumber(segment), sectors = tonumber(sectors),
        lba = tonumber(lba),
      })
    end
    return list, tonumber(said:match "El Torito catalog  : (%d+)"), said
  end

  local function block(number)
    local file <close> = assert(io.open(bench.image, "rb"))
    file:seek("set", number * 2048)
    return file:read(2048)
  end

  it("starts a BIOS from a file, without an emulation", function()
    local content = ("boot"):rep(6000)
    put("isolinux/isolinux.bin", content)
    put("zzz", "z")
    save{boot = {{image = "/isolinux/isolinux.bin"}}}
    local list, catalog = report()
    assert.equal(1, #list)
    assert.equal("BIOS", list[1].platform)
    assert.equal("none", list[1].emulation)
    assert.equal(4, list[1].sectors)
    assert.equal(content:sub(1, 2048), block(list[1].lba))
    assert.equal("\1\0", block(catalog):sub(1, 2))
    assert.matches("El Torito VD version 1 found, boot catalog is in sector "
      .. catalog, run("isoinfo -d -i " .. quote(bench.image)))
  end)

  it("starts BIOS and UEFI, each from its own file", function()
    put("bios.bin", ("b"):rep(3000))
    put("efi.img", ("e"):rep(1440 * 1024))
    local boot = {
      {image = "/bios.bin", id = "THE MAKER", load_segment = 0x100,
        load_sectors = 6},
      {image = "/efi.img", platform = "efi"},
    }
    save{boot = boot}
    local list = report()
    assert.equal("UEFI", list[2].platform)
    assert.equal(2880, list[2].sectors)
    assert.equal(6, list[1].sectors)
    assert.equal(0x100, list[1].segment)
    -- Where a bad block would be looked for.
    local s <close> = bench.make{boot = boot}
    assert.equal("/bios.bin", s:locate(list[1].lba))
    assert.equal("/efi.img", s:locate(list[2].lba))
    assert.matches("ID 'THE MAKER'",
      run("isoinfo -d -i " .. quote(bench.image)))
  end)

  for name, kib in pairs {
    ["1.2m"] = 1200, ["1.44m"] = 1440, ["2.88m"] = 2880,
  } do
    it("emulates a floppy of " .. name, function()
      put("floppy.img", ("f"):rep(kib * 1024))
      save{boot = {{image = "/floppy.img", emulation = name}}}
      local list = report()
      assert.equal("fd" .. name:sub(1, 3), list[1].emulation)
      assert.equal(1, list[1].sectors)
    end)
  end

  it("emulates a hard disk", function()
    local partition = ("\x80\1\1\0\x06\1\1\0\1\0\0\0\9\0\0\0") .. ("\0"):rep(48)
    put("disk.img", ("\0"):rep(446) .. partition .. "\x55\xAA"
      .. ("d"):rep(9 * 512))
    save{boot = {{image = "/disk.img", emulation = "hard_disk"}}}
    assert.equal("hd", report()[1].emulation)
  end)

  it("patches a boot info table into the image, not into the file", function()
    local content = ("p"):rep(5000)
    local path = put("isolinux.bin", content)
    save{boot = {{image = "/isolinux.bin", info_table = true}},
      manifest = true}
    local lba = report()[1].lba
    local volume, own, length, sum = string.unpack("<I4I4I4I4", block(lba), 9)
    assert.equal(16, volume)
    assert.equal(lba, own)
    assert.equal(#content, length)
    local expected = 0
    for at = 65, #content, 4 do
      expected = (expected + string.unpack("<I4",
        content:sub(at, at + 3) .. "\0\0\0")) & 0xFFFFFFFF
    end
    assert.equal(expected, sum)
    assert.equal(bench.sha256(path), run("printf %s " .. quote(content)
      .. " | sha256sum"):sub(1, 64))
    -- Its sum would be wrong on the disc.
    run(("cd %s && sha256sum -c --quiet SHA256SUMS 2>/dev/null || "
      .. "test ! -s SHA256SUMS"):format(quote(bench.extract())))
  end)

  it("shows neither catalog nor hidden images in a folder", function()
    put("boot.cat", "a file of mine")
    put("bios.bin", "b")
    put("efi.img", ("e"):rep(4096))
    save{boot = {
      {image = "/bios.bin", hidden = true},
      {image = "/efi.img", platform = "efi", hidden = true},
    }}
    assert.same({"/", "/boot.cat"}, bench.list())
    local list, catalog = report()
    assert.equal(2, #list)
    assert.equal("e", block(list[2].lba):sub(1, 1))
    assert.equal("\1\0", block(catalog):sub(1, 2))
    local joliet = run("isoinfo -f -J -i " .. quote(bench.image))
    assert.equal("/boot.cat;1\n", joliet)
  end)

  it("shows a catalog that has a name", function()
    put("boot/bios.bin", "b")
    save{boot = {catalog = "/boot/boot.cat", {image = "/boot/bios.bin"}}}
    assert.same({"/", "/boot", "/boot/bios.bin", "/boot/boot.cat"},
      bench.list())
  end)

  it("gives equal bytes each time", function()
    put("bios.bin", ("b"):rep(5000))
    local options = {date = 1000000000, boot = {
      {image = "/bios.bin", info_table = true},
    }}
    save(options)
    local first = bench.sha256(bench.image)
    save(options)
    assert.equal(first, bench.sha256(bench.image))
  end)

  describe("is refused", function()
    local function boot(list)
      return source.tree{paths = {bench.tree}, boot = list}
    end

    before_each(function()
      put("sub/bios.bin", ("b"):rep(3000))
      put("empty", "")
    end)

    it("when the image is no file of the tree", function()
      refuses("bad_file", "no file of the tree is /nowhere",
        boot{{image = "/nowhere"}})
      refuses("bad_file", "no file of the tree is /sub", boot{{image = "/sub"}})
      refuses("bad_file", "no file", boot{{image = "/sub/bios.bin/x"}})
      refuses("bad_file", "/empty is empty", boot{{image = "/empty"}})
    end)

    it("when a floppy has another size", function()
      refuses("bad_file", "3000 bytes, and a floppy of 1.44m has 1474560",
        boot{{image = "/sub/bios.bin", emulation = "1.44m"}})
    end)

    it("when a hard disk has no partition table", function()
      refuses("invalid_image", "",
        boot{{image = "/sub/bios.bin", emulation = "hard_disk"}})
    end)

    it("when the catalog has no place", function()
      refuses("bad_file", "no folder for the catalog", boot{
        catalog = "/nowhere/boot.cat", {image = "/sub/bios.bin"},
      })
      refuses("bad_file", "no folder for the catalog", boot{
        catalog = "/sub/", {image = "/sub/bios.bin"},
      })
      refuses("file_exists", "is a file of the tree", boot{
        catalog = "/empty", {image = "/sub/bios.bin"},
      })
    end)

    it("behind what a disc holds", function()
      refuses("bootimage_and_nonblank_disc", "", source.tree {
        paths = {bench.tree}, base = {at = 20000},
        boot = {{image = "/sub/bios.bin"}},
      })
    end)

    it("with what no catalog can say", function()
      for wanted, wrong in pairs {
        ["image expected"] = {{}},
        ["begins with /"] = {{image = "bios.bin"}},
        ["platform: invalid option 'vax'"] = {{image = "/x", platform = "vax"}},
        ["emulation: invalid option 'tape'"] =
          {{image = "/x", emulation = "tape"}},
        ["id: at most 24 bytes"] = {{image = "/x", id = ("i"):rep(25)}},
        ["load_sectors: out of range"] = {{image = "/x", load_sectors = 65536}},
        ["load_segment: not with an emulation"] =
          {{image = "/x", load_segment = 1, emulation = "1.2m"}},
        ["unknown key 'Image'"] = {{Image = "/x"}},
        ["unknown key 'name'"] = {name = "x", {image = "/x"}},
        ["1 to 32 entries"] = {},
        ["catalog: string expected"] = {catalog = 1, {image = "/x"}},
      } do
        local ok, message = pcall(boot, wrong)
        assert.is_false(ok)
        assert.is_truthy(message:find(wanted, 1, true), message)
      end
    end)
  end)

  describe("on a disc", function()
    local rec

    -- One with a catalog that is shown; what a session adds follows the folder.
    before_each(function()
      put("bios.bin", ("b"):rep(3000))
      rec = assert(disc.recorder(
        ("virtual:%s/disc?medium=cd-r"):format(bench.work)))
      local first = assert(burn.tree(rec, bench.tree, {
        keep_open = true,
        boot = {
          catalog = "/boot.cat", {image = "/bios.bin", info_table = true},
        },
      }))
      assert.is_true(first.verified)
    end)

    after_each(function()
      rec = nil
      collectgarbage()
    end)

    local options = {only_changed = true, remove_missing = true}

    -- The first block of what a machine starts.
    local function started()
      os.remove(bench.image)
      assert(read.run(rec, bench.image))
      local list = report()
      assert.equal(1, #list)
      assert.equal("BIOS", list[1].platform)
      return block(list[1].lba):sub(1, 1)
    end

    it("is started from", function()
      assert.equal("b", started())
    end)

    it("stays bootable when a session is added", function()
      put("more", "more")
      local planned = assert(append.plan(rec, bench.tree, options))
      assert.same({"/more"}, planned.files.new)
      assert.same({}, planned.files.removed)
      assert(append.tree(rec, bench.tree, options))
      assert.equal("b", started())
      assert.same({"/", "/bios.bin", "/boot.cat", "/more"}, bench.list())
    end)

    it("stays bootable from an image that is shown no more", function()
      os.remove(bench.tree .. "/bios.bin")
      put("more", "more")
      assert(append.tree(rec, bench.tree, options))
      assert.equal("b", started())
      assert.same({"/", "/boot.cat", "/more"}, bench.list())
    end)

    it("gets no other boot image", function()
      put("other.bin", "o")
      local made, failure, code = append.tree(rec, bench.tree, {
        boot = {{image = "/other.bin"}},
      })
      refuses("bootimage_and_nonblank_disc", "", made, failure, code)
    end)
  end)
end)

-- Adding to every kind of disc: what xorriso, isoinfo and we see afterwards.

local append = require "discrecorder.append"
local appending = require "spec.support.appending"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local refused = burning.refused

local bench, rec, first, second

-- What follows the medium in an address, and what is done before.
local function formatted(kind)
  return function()
    assert(rec:open_exclusive())
    assert(rec:format(kind))
    assert(rec:close())
  end
end

local IN_SEQUENCE <const> = {
  "dvd-r", "dvd-rw", "dvd+r", "dvd+r-dl", "bd-r", "bd-r-dl", "bd-r-tl",
  "bd-r-ql",
}
local OVERWRITABLE <const> = {
  {"dvd+rw", formatted()}, {"dvd-ram"}, {"dvd-rw", formatted()},
  {"dvd-rw", formatted "full"}, {"bd-re", formatted()},
  {"bd-re-dl", formatted()}, {"bd-re-tl", formatted()},
}

local function set_up(query, prepare)
  if bench then
    rec = nil
    bench:remove()
  end
  bench = appending.bench("medium=" .. query)
  first, second = bench.first, bench.second
  rec = bench:recorder()
  if prepare then
    prepare()
  end
end

local FIRST <const>, BOTH <const> = appending.FIRST, appending.BOTH

local function shown(session)
  return appending.shown(bench, rec, session)
end

after_each(function()
  rec = nil
  bench:remove()
  bench = nil
end)

describe("appending to a disc in sequence", function()
  for _, medium in ipairs(IN_SEQUENCE) do
    it("joins what is on a " .. medium, function()
      set_up(medium)
      local planned = assert(append.tree(rec, first)).medium
      local report = assert(append.tree(rec, second))
      assert.is_true(report.verified)
      assert.are.equal(planned.next_writable, report.tracks[1].start)
      assert.are.equal(2, report.medium.sessions)
      assert.are.same(BOTH, (shown(2)))
      assert.are.same(FIRST, (shown(1)))
      assert.are.equal("tags", assert(verify.run(rec)).verified)
      assert.are.equal("files",
        assert(verify.run(rec, {against = first, session = 1})).verified)
      refused("verify_failed", verify.run(rec, {against = first}))
      assert(append.tree(rec, first, {only_changed = true}))
      assert.are.equal("before\n", (shown(3))["/sub/changed.txt"])
      assert.are.equal("files",
        assert(verify.run(rec, {against = first})).verified)
    end)
  end
end)

describe("appending to a disc that can be overwritten", function()
  for _, entry in ipairs(OVERWRITABLE) do
    local medium, prepare = entry[1], entry[2]

    it("grows the tree of a " .. medium, function()
      set_up(medium, prepare)
      local report = assert(append.tree(rec, first))
      assert.is_true(report.verified)
      assert.are.equal("overwritable", report.medium.state)
      assert.are.same({32, 0},
        {report.tracks[1].start, report.tracks[2].start})
      assert.are.same(FIRST, (shown()))
      report = assert(append.tree(rec, second))
      assert.is_true(report.verified)
      assert.are.equal(0, report.tracks[1].start % 32)
      assert.are.same(BOTH, (shown()))
      assert.are.equal("tags", assert(verify.run(rec)).verified)
      assert.are.same(FIRST, (shown(1)))
      assert.are.same(BOTH, (shown(2)))
      assert.are.equal("files",
        assert(verify.run(rec, {against = first, session = 1})).verified)
      assert.are.equal("tags",
        assert(verify.run(rec, {session = 1})).verified)
    end)
  end

  local OTHERS <const> = {
    {"growisofs or mkisofs", "genisoimage", "-quiet", "-R", "-o"},
    {"xorriso", "xorriso", "-as", "mkisofs", "-quiet", "-J", "-o"},
  }

  for _, other in ipairs(OTHERS) do
    it("keeps the tree of " .. other[1] .. " at block 0", function()
      set_up("dvd+rw", formatted())
      local image = bench:path "other.iso"
      local command = table.move(other, 2, #other, 1, {})
      table.insert(command, image)
      table.insert(command, first)
      run.output(table.unpack(command))
      assert(burn.image(rec, image, {as_needed = true}))
      local report = assert(append.tree(rec, second))
      local image_blocks = #run.slurp(image) // 2048
      assert.are.equal((image_blocks + 31) // 32 * 32,
        report.tracks[1].start)
      local found, out = shown()
      assert.are.same(BOTH, found)
      assert.matches("/CHANGED.TXT;1", run.output("isoinfo", "-f", "-i", out),
        1, true)
      assert.are.equal("tags", assert(verify.run(rec)).verified)
      assert.are.equal(1, #assert(sessions.list(rec)))
    end)
  end

  it("grows again and again what was burned without append", function()
    set_up "dvd-ram"
    assert(burn.tree(rec, first, {as_needed = true}))
    assert(append.tree(rec, second))
    bench.scratch:file("third/x", "x\n")
    assert(append.tree(rec, bench:path "third"))
    local found = shown()
    assert.are.equal("x\n", found["/x"])
    assert.are.equal("new\n", found["/new.txt"])
    assert.are.equal("old\n", found["/sub/old.txt"])
  end)

  it("checks every tree by its own tag", function()
    set_up "dvd-ram"
    local blocks = {}
    for i, folder in ipairs {first, second, first} do
      blocks[i] = assert(append.tree(rec, folder)).tracks[1].start + 25
    end
    assert(verify.run(rec))
    for _, block in ipairs(blocks) do
      bench:flip(block)
      local failure = refused("verify_failed", verify.run(bench:recorder()))
      assert.matches(("block %d%%f[%%D]"):format(block - 25), failure.message)
      bench:flip(block)
    end
    assert(verify.run(bench:recorder()))
  end)

  it("is listed by xorriso as it wrote it itself", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first, {volume_id = "ONE"}))
    assert(append.tree(rec, second, {volume_id = "TWO"}))
    local list = assert(sessions.list(rec))
    local _, out = shown()
    local toc = run.output("xorriso", "-md5", "on", "-indev", "stdio:" .. out,
      "-toc", "-check_media", "use=indev", "--")
    for i, session in ipairs(list) do
      assert.matches(("session  : +%d , +%d , +%ds , (%%w+)"):format(
        i, session.start, session.blocks), toc)
      assert.matches(session.volume.id, toc, 1, true)
    end
    assert.are.same({"ONE", "TWO"}, {list[1].volume.id, list[2].volume.id})
    assert.matches("+ good", toc, 1, true)
  end)

  it("replaces, and leaves out", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    assert(append.tree(rec, {["/sub"] = second .. "/sub"}, {how = "replace"}))
    assert.are.same({
      ["/same.txt"] = "the same\n", ["/sub/changed.txt"] = "after it all\n",
    }, (shown()))
    assert(append.tree(rec, second, {how = "independent"}))
    assert.are.same({
      ["/new.txt"] = "new\n", ["/sub/changed.txt"] = "after it all\n",
    }, (shown()))
    assert.are.equal("old\n", (shown(1))["/sub/old.txt"])
  end)

  it("follows a folder by what has changed", function()
    set_up "dvd-ram"
    bench.scratch:file("first/large", ("x"):rep(2048 * 400))
    assert(append.tree(rec, first))
    assert(os.remove(first .. "/sub/old.txt"))
    local report = assert(append.tree(rec, first,
      {only_changed = true, remove_missing = true}))
    assert.is_true(report.tracks[1].blocks < 200)
    assert.is_nil((shown())["/sub/old.txt"])
    assert.are.equal("files",
      assert(verify.run(rec, {against = first})).verified)
  end)

  it("takes what growisofs -M has left", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    assert(append.tree(rec, second))
    -- Only descriptors are replaced then, not the tag behind them: here by
    -- those of the first tree.
    local list = assert(sessions.list(rec))
    local size = list[2].start + list[2].blocks
    local own = assert(rec:read(32 + 16, 1))
    local head = own:sub(1, 80) .. string.pack("<I4>I4", size, size)
      .. own:sub(89) .. assert(rec:read(17, 15))
    assert(rec:burn {as_needed = true,
      tracks = {{source = source.bytes(head), start = 16}}})
    assert.are.same(FIRST, (shown()))
    bench.scratch:file("third/x", "x\n")
    assert(append.tree(rec, bench:path "third"))
    local found = shown()
    assert.are.equal("x\n", found["/x"])
    assert.are.equal("before\n", found["/sub/changed.txt"])
  end)

  it("names each manifest anew", function()
    set_up "dvd-ram"
    assert(burn.tree(rec, first, {as_needed = true, manifest = true}))
    for _ = 1, 2 do
      assert(append.tree(rec, second, {manifest = true}))
    end
    local found = shown()
    assert.matches("old.txt", found["/SHA256SUMS"], 1, true)
    assert.matches("new.txt", found["/SHA256SUMS.2"], 1, true)
    assert.matches("new.txt", found["/SHA256SUMS.3"], 1, true)
  end)

  it("leaves the earlier tree when it breaks off", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    local start = assert(append.tree(rec, second, {})).tracks[1]
    local broken = bench:recorder {faults = {{
      opcode = "WRITE(10)", lba = 0, sense = {3, 0x0C, 0},
    }}}
    bench.scratch:file("third/x", "x\n")
    refused("cannot_write_to_media", append.tree(broken, bench:path "third"))
    rec = bench:recorder()
    assert.are.same(BOTH, (shown()))
    assert.are.equal(start.start, assert(sessions.list(rec))[2].start)
  end)

  it("does not take a drive that refuses to read for an empty disc", function()
    set_up("dvd+rw", formatted())
    assert(append.tree(rec, first))
    refused("unsupported", append.tree(bench:recorder {faults = {
      {opcode = "READ(10)", sense = {0x5, 0x24, 0}},
    }}, second))
    rec = bench:recorder()
    assert.are.same(FIRST, (shown()))
  end)

  it("formats an unformatted disc when it may", function()
    for _, medium in ipairs {"dvd+rw", "bd-re"} do
      set_up(medium)
      refused("medium_not_formatted", append.tree(rec, first))
      assert(append.tree(rec, first, {as_needed = true}))
      assert(append.tree(rec, second, {as_needed = true}))
      assert.are.same(BOTH, (shown()))
    end
  end)

  it("erases nothing, also when it may", function()
    set_up "cd-rw"
    assert(burn.tree(rec, first))
    refused("medium_not_blank", append.tree(rec, second, {as_needed = true}))
  end)

  it("is refused when the disc was swapped or written to", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    local medium = assert(rec:medium())
    medium.block = {lba = 16, bytes = assert(rec:read(16, 1))}
    assert(append.tree(rec, second))
    refused("wrong_disc", burn.tree(rec, first,
      {append = true, expect = medium}))
    assert.are.same(BOTH, (shown()))
  end)

  local KINDS <const> = {
    {"FAT", 510, "\x55\xAA"},
    {"UDF", 17 * 2048 + 1, "NSR02"},
    {"an anchor of UDF", 256 * 2048, "\2\0"},
  }

  for _, kind in ipairs(KINDS) do
    it("is refused where there is " .. kind[1], function()
      set_up "dvd-ram"
      local image = ("\0"):rep(kind[2]) .. kind[3]
      image = image .. ("\0"):rep(512 * 2048 - #image)
      local path = run.spit(bench:path "other.img", image)
      assert(burn.image(rec, path, {as_needed = true}))
      for _, how in ipairs {"merge", "independent"} do
        local failure =
          refused("invalid_image", append.tree(rec, first, {how = how}))
        assert.matches("as_needed", failure.advice, 1, true)
      end
    end)
  end

  it("is refused where the tree is UDF too", function()
    set_up "dvd-ram"
    local image = bench:path "bridge.iso"
    run.output("genisoimage", "-quiet", "-udf", "-o", image, first)
    assert(burn.image(rec, image, {as_needed = true}))
    local failure = refused("unsupported", append.tree(rec, second))
    assert.matches("UDF", failure.message, 1, true)
  end)

  it("is refused when its start cannot be read", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    local faulty = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 20, sense = {3, 0x11, 0}},
    }}
    local failure = refused("generic", append.tree(faulty, second))
    assert.are.equal(3, failure.sense.key)
  end)
end)

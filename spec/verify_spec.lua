-- Checking a disc: by report, image, folders, tags, or only by reading it.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local dkjson = require "dkjson"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BLOCK <const> = 2048

local refused = burning.refused

local bench, rec

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("verify by report", function()
  local report

  before_each(function()
    report = assert(burn.image(rec, bench:image(500)))
  end)

  it("finds the disc good", function()
    local result = assert(verify.run(rec, {report = report}))
    assert.is_true(result.ok)
    assert.are.equal("report", result.verified)
    assert.are.equal("reload", result.method)
    assert.are.equal("complete", result.medium.state)
    assert.are.same({{
      start = 0, blocks = 500, sha256 = report.tracks[1].sha256,
    }}, result.stretches)
  end)

  it("takes a report that went through JSON", function()
    local back = assert(dkjson.decode(dkjson.encode(report)))
    local result = assert(verify.run(rec, {report = back}))
    assert.are.equal("report", result.verified)
  end)

  it("finds one flipped byte", function()
    bench:flip(499, 2047)
    refused("verify_failed", verify.run(rec, {report = report}))
  end)

  it("finds another disc", function()
    local other = burning.bench()
    local another = other:recorder()
    assert(burn.image(another, other:image(400)))
    refused("verify_failed", verify.run(another, {report = report}))
    another = nil -- luacheck: ignore
    other:remove()
  end)

  it("says which block cannot be read", function()
    local faulty = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 333, sense = {3, 0x11, 5}},
    }}
    local _, failure = verify.run(faulty, {report = report})
    assert.are.equal(333, failure.lba)
    assert.are.equal("medium", failure.culprit)
  end)

  it("refuses what is no report", function()
    for _, bad in ipairs {
      {}, "report", {tracks = {}}, {tracks = {1}},
      {tracks = {{start = 0, blocks = 1}}},
      {tracks = {{start = -1, blocks = 1, sha256 = "x"}}},
      {tracks = {{start = 0, blocks = 0, sha256 = "x"}}},
      {tracks = {{start = 0, blocks = 1 << 40, sha256 = "x"}}},
      {tracks = {{start = 0.5, blocks = 1, sha256 = "x"}}},
    } do
      refused("bad_file", verify.run(rec, {report = bad}))
    end
  end)

  it("refuses the report of a burn that failed in the middle", function()
    local other = burning.bench()
    local broken = other:recorder {faults = {
      {opcode = "WRITE(10)", nth = 4, sense = {3, 0x0C, 0}},
    }}
    local _, failure = burn.image(broken, other:image(400), {packet = 65536})
    refused("bad_file", verify.run(broken, {report = failure.report}))
    broken = nil -- luacheck: ignore
    other:remove()
  end)

  it("raises for unknown options", function()
    assert.has_error(function()
      verify.run(rec, {reports = report})
    end)
  end)
end)

describe("verify against an image", function()
  local path

  before_each(function()
    path = bench:image(500)
    assert(burn.image(rec, path))
  end)

  it("finds the disc good", function()
    local result = assert(verify.run(rec, {against = path}))
    assert.are.equal("image", result.verified)
    assert.are.equal(burning.sha256(path), result.stretches[1].sha256)
  end)

  it("finds the first block that differs", function()
    bench:flip(77, 5)
    bench:flip(300, 5)
    local failure = refused("verify_failed", verify.run(rec, {against = path}))
    assert.are.equal(77, failure.lba)
  end)

  it("finds an image that is longer than the disc", function()
    refused("verify_failed",
      verify.run(rec, {against = bench:image(1000, "longer")}))
  end)

  it("warns of a disc that goes on after it", function()
    local whole = assert(verify.run(rec, {against = path}))
    assert.are.same({}, whole.warnings)
    local part =
      run.spit(bench:path "part", run.slurp(path):sub(1, 100 * BLOCK))
    local result = assert(verify.run(rec, {against = part}))
    assert.are.equal("more_on_disc", result.warnings[1].code)
  end)

  it("refuses one that is no whole number of blocks, or missing", function()
    refused("bad_file", verify.run(rec,
      {against = run.spit(bench:path "odd", ("x"):rep(3000))}))
    refused("bad_file", verify.run(rec, {against = bench:path "none"}))
  end)
end)

describe("verify against a single file that was burned", function()
  it("compares it with the file on the disc", function()
    for _, size in ipairs {10, 2 * BLOCK, 100 * BLOCK} do
      local path = run.spit(bench:path "single", ("s"):rep(size))
      assert(rec:open_exclusive())
      assert(rec:erase())
      assert(rec:close())
      assert(burn.tree(rec, path))
      local result = assert(verify.run(rec, {against = path}))
      assert.are.equal("files", result.verified)
      run.spit(path, ("s"):rep(size - 1) .. "t")
      refused("verify_failed", verify.run(rec, {against = {path}}))
    end
  end)

  it("fails on a volume that names blocks beyond every disc", function()
    local folder = bench.scratch:files()
    local path = bench:path "lying.iso"
    assert(assert(source.tree {paths = {folder}, md5 = "none"}):save(path))
    local image = run.slurp(path)
    -- The address of the root and of a file (ECMA-119 8.4.18, 9.1.3).
    local root = 16 * BLOCK + 156 + 2
    local file = image:find("HELLO.TXT;1", 1, true) - 1 - 33 + 2
    for at, code in pairs {
      [root] = "invalid_image", [file] = "verify_failed",
    } do
      run.spit(path, image:sub(1, at) .. ("\xF0"):rep(8) .. image:sub(at + 9))
      local other = burning.bench()
      local another <close> = other:recorder()
      assert(burn.image(another, path))
      refused(code, verify.run(another, {against = folder}))
      other:remove()
    end
  end)

  it("refuses a report of blocks beyond every disc", function()
    assert(burn.image(rec, bench:image(300)))
    refused("bad_file", verify.run(rec, {report = {tracks = {
      {start = 0x7FFFFFFF, blocks = 2, sha256 = ("0"):rep(64)},
    }}}))
  end)

  it("takes an image of a volume for the image", function()
    local made = assert(source.tree {paths = {bench.scratch:files()}})
    local path = bench:path "volume.iso"
    assert(made:save(path))
    assert(burn.image(rec, path))
    assert.are.equal("image",
      assert(verify.run(rec, {against = path})).verified)
  end)
end)

describe("verify against a folder", function()
  local folder

  before_each(function()
    folder = bench.scratch:files()
    os.execute(("ln -s hello.txt '%s/link'"):format(folder))
    assert(burn.tree(rec, folder))
  end)

  local function check()
    return verify.run(rec, {against = folder})
  end

  it("finds every file equal", function()
    local result = assert(check())
    assert.are.equal("files", result.verified)
    assert.are.equal(2, result.files) -- those with bytes in them
    assert.are.same({}, result.warnings)
  end)

  it("finds one changed byte, and names the file", function()
    run.spit(folder .. "/hello.txt", "hellO\n")
    local failure = refused("verify_failed", check())
    assert.matches("/hello.txt", failure.message)
    assert.are.equal("/hello.txt", failure.report.differences[1].path)
  end)

  it("finds another size without reading", function()
    run.spit(folder .. "/hello.txt", "hello")
    local failure = refused("verify_failed", check())
    assert.matches("has 6 bytes on the disc and 5 here", failure.message)
  end)

  it("finds a byte that was flipped on the disc", function()
    local lba
    for at = 0, 400 do
      if bench:disc(at, 1):sub(1, 6) == "hello\n" then
        lba = at
      end
    end
    bench:flip(lba, 0)
    local failure = refused("verify_failed", check())
    assert.are.equal(lba, failure.report.differences[1].lba)
  end)

  it("finds a file that is not on the disc", function()
    run.spit(folder .. "/new.txt", "new")
    local failure = refused("verify_failed", check())
    assert.matches("/new.txt is not on the disc", failure.message)
  end)

  it("finds a link that leads elsewhere", function()
    os.execute(("ln -sf sub '%s/link'"):format(folder))
    local failure = refused("verify_failed", check())
    assert.matches("/link leads elsewhere", failure.message)
  end)

  it("finds a folder where a file was", function()
    os.execute(("rm '%s/hello.txt' && mkdir '%s/hello.txt'"):format(
      folder, folder))
    refused("verify_failed", check())
  end)

  it("warns of what is on the disc only", function()
    os.remove(folder .. "/hello.txt")
    local result = assert(check())
    assert.are.equal("more_on_disc", result.warnings[1].code)
    assert.matches("/hello.txt", result.warnings[1].message)
  end)

  it("maps as the burn did", function()
    local other = burning.bench()
    local another = other:recorder()
    local mapping = {["/deep/in/here"] = folder .. "/sub"}
    assert(burn.tree(another, mapping))
    assert.are.equal("files",
      assert(verify.run(another, {against = mapping})).verified)
    refused("verify_failed", verify.run(another, {against = folder}))
    another = nil -- luacheck: ignore
    other:remove()
  end)

  it("leaves out what the burn left out", function()
    local other = burning.bench()
    local another = other:recorder()
    assert(burn.tree(another, folder, {exclude = {"*.bin"}}))
    assert(verify.run(another, {against = folder, exclude = {"*.bin"}}))
    refused("verify_failed", verify.run(another, {against = folder}))
    another = nil -- luacheck: ignore
    other:remove()
  end)
end)

describe("verify with nothing to compare with", function()
  it("checks the MD5 tags on the disc", function()
    assert(burn.tree(rec, bench.scratch:files()))
    assert.are.equal("tags", assert(verify.run(rec)).verified)
  end)

  it("finds a byte flipped under them", function()
    local report = assert(burn.tree(rec, bench.scratch:files()))
    -- In the last quarter of the image: file contents.
    local blocks = report.tracks[1].blocks
    for lba = blocks // 4 * 3, blocks - 1 do
      if bench:disc(lba, 1):find "0123456789" then
        bench:flip(lba, 7)
        break
      end
    end
    refused("verify_failed", verify.run(rec))
  end)

  it("says no more than 'readable' of a disc without tags", function()
    assert(burn.image(rec, bench:image(500)))
    local result = assert(verify.run(rec))
    assert.are.equal("readable", result.verified)
    assert(burn)
  end)

  it("finds a block that cannot be read", function()
    assert(burn.image(rec, bench:image(500)))
    local faulty = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 400, sense = {3, 0x11, 5}},
    }}
    local _, failure = verify.run(faulty)
    assert.are.equal(400, failure.lba)
  end)

  it("refuses a blank disc and an empty tray", function()
    refused("invalid_image", verify.run(rec))
    assert(rec:operator():remove())
    refused("medium_not_present", verify.run(rec))
  end)

  it("checks a disc whose burn was broken off", function()
    local broken = bench:recorder {faults = {
      {opcode = "WRITE(10)", nth = 9, sense = {3, 0x0C, 0}},
    }}
    refused("cannot_write_to_media",
      burn.image(broken, bench:image(500), {packet = 65536}))
    local result = assert(verify.run(rec))
    assert.are.equal("readable", result.verified)
    assert.is_true(result.stretches[1].blocks >= 8 * 32)
    assert.are.equal(0, result.stretches[1].start)
    assert.is_true(bench:disc(0, 256) ==
      run.slurp(bench:path "image.iso"):sub(1, 256 * BLOCK))
  end)
end)

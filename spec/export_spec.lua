-- Discs as ISO and as BIN/CUE, judged by other people's programs.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local export = require "discrecorder.export"
local run = require "spec.support.run"
local source = require "discrecorder.source"

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

local function burn_tree()
  return assert(burn.tree(rec, bench.scratch:files(), {volume_id = "EXPORTED"}))
end

-- What xorriso makes of the MD5 tags: "check_media" lists stretches, and says
-- whether the tags fit.
local function check_media(path)
  local r = run("xorriso", "-md5", "on", "-indev", path, "-check_media",
    "what=disc", "--")
  return r.stdout .. r.stderr, r.status
end

describe("an exported ISO", function()
  local iso

  before_each(function()
    iso = bench:path "out.iso"
  end)

  it("is the track, byte for byte", function()
    local path = bench:image(300)
    assert(burn.image(rec, path))
    local result = assert(export.run(rec, iso))
    assert.are.equal(450, result.tracks[1].blocks)
    assert.are.equal(run.slurp(path) .. ("\0"):rep(150 * BLOCK), run.slurp(iso))
  end)

  it("is read by xorriso, isoinfo and iso-info", function()
    burn_tree()
    assert(export.run(rec, iso))
    assert.matches("EXPORTED", run.output("xorriso", "-indev", iso, "-toc"))
    local found = run.output("xorriso", "-indev", iso, "-find", "/")
    assert.matches("'/sub/numbers.bin'", found)
    assert.matches("EXPORTED", run.output("isoinfo", "-d", "-i", iso))
    assert.matches("hello.txt", run.output("isoinfo", "-R", "-f", "-i", iso))
    assert.matches("EXPORTED",
      run.output("iso-info", "--no-header", "-i", iso))
  end)

  it("has the files' bytes", function()
    burn_tree()
    assert(export.run(rec, iso))
    run.output("xorriso", "-osirrox", "on", "-indev", iso, "-extract", "/",
      bench:path "back")
    assert.are.equal("",
      run.output("diff", "-r", bench:path "files", bench:path "back"))
  end)

  it("has MD5 tags that xorriso finds good", function()
    burn_tree()
    assert(export.run(rec, iso))
    local text, status = check_media(iso)
    assert.are.equal(0, status, text)
    assert.not_matches("md5_mismatch", text)
    assert.matches("md5_match", text)
  end)

  it("has MD5 tags by which xorriso finds a flipped byte", function()
    local report = burn_tree()
    for lba = report.tracks[1].blocks - 1, 0, -1 do
      if bench:disc(lba, 1):find("0123456789", 1, true) then
        bench:flip(lba, 100)
        break
      end
    end
    assert(export.run(rec, iso))
    local text = check_media(iso)
    assert.matches("md5_mismatch", text)
  end)

  it("has each track at its own address", function()
    assert(rec:burn {tracks = {
      {source = assert(source.file(bench:image(310, "a")))},
      {source = assert(source.file(bench:image(320, "b")))},
    }})
    assert(export.run(rec, iso))
    local bytes = run.slurp(iso)
    assert.is_true(bytes:sub(1, 310 * BLOCK) == run.slurp(bench:path "a"))
    assert.is_true(bytes:sub(612 * BLOCK + 1, 932 * BLOCK)
      == run.slurp(bench:path "b"))
  end)

  it("is not written over a file, and not left half", function()
    assert(burn.image(rec, bench:image(300)))
    run.spit(iso, "precious")
    refused("file_exists", export.run(rec, iso))
    assert.are.equal("precious", run.slurp(iso))
    local faulty = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 250, sense = {3, 0x11, 5}},
    }}
    assert.is_nil((export.run(faulty, bench:path "half.iso")))
    assert.is_nil(io.open(bench:path "half.iso"))
  end)
end)

describe("an exported BIN with its CUE", function()
  local cue, bin

  before_each(function()
    cue, bin = bench:path "out.cue", bench:path "out.bin"
  end)

  it("is read by cd-info", function()
    burn_tree()
    assert(export.run(rec, cue))
    local text = run.output("cd-info", "--no-header", "--cue-file", cue)
    assert.matches("ISO 9660", text)
    assert.matches("EXPORTED", text)
    assert.matches("1: 00:02:00  000000 data", text)
  end)

  it("holds whole sectors, with sync, header and EDC", function()
    local path = bench:image(300)
    assert(burn.image(rec, path))
    assert(export.run(rec, cue))
    local raw, image = run.slurp(bin), run.slurp(path)
    assert.are.equal(450 * 2352, #raw)
    for i = 0, 299 do
      local sector = raw:sub(i * 2352 + 1, (i + 1) * 2352)
      assert.are.equal("\0" .. ("\xFF"):rep(10) .. "\0", sector:sub(1, 12))
      assert.is_true(sector:sub(17, 16 + BLOCK)
        == image:sub(i * BLOCK + 1, (i + 1) * BLOCK))
    end
  end)

  it("lists every track, with its pregap", function()
    assert(rec:burn {tracks = {
      {source = assert(source.file(bench:image(310, "a")))},
      {source = assert(source.file(bench:image(320, "b")))},
    }})
    assert(export.run(rec, cue))
    assert.are.equal([[
FILE "out.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 MODE1/2352
    PREGAP 00:02:00
    INDEX 01 00:06:10
]], run.slurp(cue))
    local text = run.output("cd-info", "--no-header", "--cue-file", cue)
    assert.matches("2: ", text)
  end)

  it("is written over neither of them", function()
    assert(burn.image(rec, bench:image(300)))
    run.spit(cue, "precious")
    refused("file_exists", export.run(rec, cue))
    assert.is_nil(io.open(bin))
    os.remove(cue)
    run.spit(bin, "precious")
    refused("file_exists", export.run(rec, cue))
    assert.is_nil(io.open(cue))
    assert.are.equal("precious", run.slurp(bin))
  end)
end)

describe("an export", function()
  it("knows two endings", function()
    assert(burn.image(rec, bench:image(300)))
    for _, name in ipairs {"out.nrg", "out", "iso"} do
      refused("unsupported", export.run(rec, bench:path(name)))
    end
    assert.has_error(function()
      export.run(rec)
    end)
  end)

  it("refuses a blank disc and an empty tray", function()
    refused("invalid_image", export.run(rec, bench:path "out.iso"))
    assert(rec:operator():remove())
    refused("medium_not_present", export.run(rec, bench:path "out.iso"))
  end)
end)

describe("SOURCE_DATE_EPOCH", function()
  it("gives equal trees equal bytes on the disc", function()
    local script = burning.child(bench:path "burn.lua", [[
      local rec = assert(disc.recorder(arg[1]))
      local report = assert(require("discrecorder.burn").tree(rec, arg[2]))
      print(report.tracks[1].sha256)]])
    local sums = {}
    local folder = bench.scratch:files()
    for i = 1, 2 do
      local copy = bench:path("copy" .. i)
      run.output("cp", "-a", folder, copy)
      run.output("touch", copy .. "/hello.txt") -- its time does not count
      local r = run {"lua5.4", script, bench.scratch:address(), copy,
        env = {
          SOURCE_DATE_EPOCH = "1700000000",
          LUA_PATH_5_4 = run.lua_env.LUA_PATH_5_4,
          LUA_CPATH_5_4 = run.lua_env.LUA_CPATH_5_4,
        }}
      assert.are.equal(0, r.status, r.stderr)
      sums[i] = r.stdout
    end
    assert.matches("^%x+\n$", sums[1])
    assert.are.equal(sums[1], sums[2])
  end)
end)

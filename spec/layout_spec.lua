-- Folders for players, and images that no system would mount from a disc: what
-- is refused, and what works (docs/udf.md).

local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local export = require "discrecorder.export"
local players = require "spec.support.players"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"
local volume = require "spec.support.volume"

local BLOCK <const> = 2048

local refused = burning.refused

local bench, rec

before_each(function()
  bench = burning.bench "medium=dvd+r"
  rec = bench:recorder()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("a folder for players", function()
  it("is refused, with what would work, and nothing is written", function()
    local folder = players.dvd_video(bench.scratch)
    local failure = refused("unsupported", burn.tree(rec, folder))
    assert.matches("/VIDEO_TS/VIDEO_TS.IFO: a DVD%-Video player needs UDF 1.02",
      failure.message)
    assert.matches("genisoimage %-dvd%-video %-udf", failure.advice)
    assert.are.equal("data", failure.culprit)
    refused("unsupported", append.tree(rec, folder))
    refused("unsupported", source.tree{paths = {folder}})
    assert.are.equal("blank", bench:medium().state)
  end)

  it("is known by the name that it gets on the disc", function()
    local folder = players.dvd_video(bench.scratch)
    refused("unsupported", burn.tree(rec, {folder .. "/VIDEO_TS", folder}))
    refused("unsupported",
      burn.tree(rec, {["/VIDEO_TS"] = folder .. "/VIDEO_TS"}))
    refused("unsupported", burn.tree(rec,
      {["/VIDEO_TS/VIDEO_TS.IFO"] = folder .. "/VIDEO_TS/VIDEO_TS.IFO"}))
    assert.is_truthy(source.tree{
      paths = {["/films/1/VIDEO_TS"] = folder .. "/VIDEO_TS"}})
    assert.is_truthy(source.tree{
      paths = {folder}, exclude = {"VIDEO_TS.IFO"}})
  end)

  it("of a DVD-Audio or a Blu-ray is refused too", function()
    bench.scratch:file("audio/AUDIO_TS/AUDIO_TS.IFO", "DVDAUDIO-AMG")
    bench.scratch:file("bd/BDMV/index.bdmv", "INDX0200")
    assert.matches("DVD%-Audio player needs UDF 1.02",
      refused("unsupported", burn.tree(rec, bench:path "audio")).message)
    assert.matches("Blu%-ray %(BDMV%) player needs UDF 2.50",
      refused("unsupported", burn.tree(rec, bench:path "bd")).message)
  end)

  it("is burned as data where that is said, and compared as ever", function()
    local folder = players.dvd_video(bench.scratch)
    assert.is_true(assert(burn.tree(rec, folder, {layout = "data"})).verified)
    local result = assert(verify.run(rec, {against = folder}))
    assert.are.equal("files", result.verified)
  end)

  it("is refused by the command, which knows the way out", function()
    local folder = players.dvd_video(bench.scratch)
    rec = nil
    collectgarbage()
    local said = run.command("burn", bench.address, folder)
    assert.are.equal(1, said.status)
    assert.matches("genisoimage", said.stderr)
    said = run.command("burn", bench.address, folder, "--layout", "data")
    assert.are.equal(0, said.status, said.stderr)
  end)

  it("has no other way out", function()
    assert.has_error(function()
      burn.tree(rec, bench.scratch:files(), {layout = "dvd"})
    end, "tree: layout: 'data' expected")
    assert.has_error(function()
      burn.image(rec, bench:image(300), {layout = true})
    end, "burn.image: layout: 'data' expected")
  end)
end)

-- Where isoinfo finds files: {[name] = first block}.
local function extents(image)
  local list = {}
  for block, name in run.output("isoinfo", "-l", "-i", image)
    :gmatch "%[ *(%d+) 00%]  ([%u%d_.]+);1" do
    list[name] = tonumber(block)
  end
  return list
end

describe("an image of genisoimage -dvd-video", function()
  local image

  before_each(function()
    image = volume.bridge(bench:path "image.iso",
      players.dvd_video(bench.scratch), "-dvd-video")
  end)

  it("has its files on the disc where the image had them", function()
    assert.is_true(assert(burn.image(rec, image)).verified)
    local out = bench:path "out.iso"
    assert(export.run(rec, out))
    local before, after = extents(image), extents(out)
    assert.are.same(before, after)
    for i = 2, #players.order do
      local one, next = players.order[i - 1], players.order[i]
      local size = run.slurp(bench:path("dvd/VIDEO_TS/" .. one))
      assert.is_true(after[next] >= after[one] + #size // BLOCK, next)
    end
    local function ecc_block(name)
      return after[name] // 16
    end
    assert.are_not.equal(ecc_block "VIDEO_TS.IFO", ecc_block "VIDEO_TS.BUP")
    assert.are_not.equal(ecc_block "VTS_01_0.IFO", ecc_block "VTS_01_0.BUP")
    local info = run.slurp(bench:path "dvd/VIDEO_TS/VIDEO_TS.IFO")
    assert.are.equal(after["VTS_01_0.IFO"] - after["VIDEO_TS.IFO"],
      (string.unpack(">I4", info, BLOCK + 17)))
    local bytes = run.slurp(out)
    assert.is_true(bytes:sub(1, #run.slurp(image)) == run.slurp(image))
    assert.are.equal("1.02", volume.info(out).udfrev)
  end)
end)

describe("an image that no system would mount from a disc", function()
  it("is refused: blocks of another size", function()
    for _, size in ipairs {512, 1024, 4096} do
      local path = volume.made(bench:path(tostring(size)), 8192000 // size,
        "--blocksize=" .. size)
      local failure = refused("bad_file", burn.image(rec, path))
      assert.matches(("blocks of %d bytes"):format(size), failure.message)
      assert.matches("%-%-blocksize=2048", failure.advice)
    end
    assert.are.equal("blank", bench:medium().state)
  end)

  it("is refused: a VAT that would not end the track", function()
    local path = volume.made(bench:path "vat", 4000, "--media-type=dvdr")
    run.output("truncate", "-s", "+2048", path)
    assert.matches("no multiple of 16",
      refused("bad_file", burn.image(rec, path)).message)
    for _, medium in ipairs {"cd-r", "dvd+rw"} do
      local other = burning.bench("medium=" .. medium)
      assert.matches("nothing does on " .. medium:gsub("%p", "%%%0"),
        refused("bad_file", burn.image(other:recorder(), path)).message)
      other:remove()
    end
  end)

  it("is burned where its VAT ends the track, and read whole", function()
    local path = volume.made(bench:path "vat", 4000, "--media-type=dvdr")
    assert(burn.image(rec, path))
    local out = bench:path "out.iso"
    assert(export.run(rec, out))
    assert.are.equal(0, run("cmp", path, out).status)
    assert.are.equal("287", volume.info(out).vatblock)
  end)

  it("is burned all the same where that is said", function()
    local path = volume.made(bench:path "small", 16000, "--blocksize=512")
    assert.is_true(assert(burn.image(rec, path, {layout = "data"})).verified)
  end)
end)

-- Reading a disc: to an image, and raw.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048

local refused = burning.refused

local bench, rec, out

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
  out = bench:path "out.iso"
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("reading to an image", function()
  it("gives back the image that was burned, byte for byte", function()
    local made = assert(source.tree {paths = {bench.scratch:files()}, date = 7})
    assert(made:save(bench:path "in.iso"))
    made:close()
    assert(burn.image(rec, bench:path "in.iso"))
    local result = assert(read.run(rec, out))
    assert.are.equal(0, run("cmp", bench:path "in.iso", out).status)
    assert.are.equal(burning.sha256(out), result.sha256)
    assert.are.equal(#run.slurp(out), result.blocks * BLOCK)
    assert.is_false(result.whole)
  end)

  it("takes all of a track without a volume, and says so", function()
    assert(burn.image(rec, bench:image(300)))
    assert.is_true(assert(read.run(rec, out)).whole)
    assert.are.equal(450 * BLOCK, #run.slurp(out))
  end)

  it("is of one disc: one that was changed meanwhile is in no image", function()
    assert(burn.image(rec, bench:image(300)))
    rec:close()
    local other <close> = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 299, sense = {6, 0x28, 0}, times = 1}}}
    refused("wrong_disc", read.run(other, out, {whole = true}))
    assert.is_nil(io.open(out))
  end)

  it("gives the padding too when all of the track is wanted", function()
    local path = bench:image(300)
    assert(burn.image(rec, path))
    local result = assert(read.run(rec, out, {whole = true}))
    assert.are.equal(450, result.blocks)
    assert.are.equal(run.slurp(path) .. ("\0"):rep(150 * BLOCK), run.slurp(out))
  end)

  it("reads the track that is asked for", function()
    assert(rec:burn {tracks = {
      {source = assert(source.file(bench:image(310, "a")))},
      {source = assert(source.file(bench:image(320, "b")))},
    }})
    local result = assert(read.run(rec, out, {track = 2}))
    assert.are.equal(612, result.start)
    assert.are.equal(run.slurp(bench:path "b"),
      run.slurp(out):sub(1, 320 * BLOCK))
    refused("unsupported", read.run(rec, bench:path "x", {track = 3}))
  end)

  it("leaves a file that exists alone", function()
    assert(burn.image(rec, bench:image(300)))
    run.spit(out, "precious")
    refused("file_exists", read.run(rec, out))
    assert.are.equal("precious", run.slurp(out))
  end)

  it("leaves no half file behind", function()
    assert(burn.image(rec, bench:image(300)))
    local faulty = bench:recorder {faults = {
      {opcode = "READ(10)", lba = 200, sense = {3, 0x11, 5}},
    }}
    local _, failure = read.run(faulty, out)
    assert.are.equal(200, failure.lba)
    assert.is_nil(io.open(out))
  end)

  it("fails when there is no room, and takes the file away", function()
    assert(burn.image(rec, bench:image(300)))
    refused("file_access", read.run(rec, bench:path "none/out.iso"))
    local _, failure, code = read.run(rec, "/dev/full")
    assert.are.equal("file_exists", code, tostring(failure))
  end)

  it("refuses a blank disc and an empty tray", function()
    refused("invalid_image", read.run(rec, out))
    assert(rec:operator():remove())
    refused("medium_not_present", read.run(rec, out))
    assert.is_nil(io.open(out))
  end)

  it("raises for unknown options and no path", function()
    assert.has_error(function()
      read.run(rec, out, {tracks = 1})
    end)
    assert.has_error(function()
      read.run(rec)
    end)
  end)
end)

describe("recorder:read", function()
  before_each(function()
    assert(burn.image(rec, bench:image(300)))
  end)

  it("gives blocks", function()
    local image = run.slurp(bench:path "image.iso")
    assert.are.equal(image:sub(1, 100 * BLOCK), rec:read(0, 100))
    assert.are.equal(image:sub(299 * BLOCK + 1), rec:read(299, 1))
  end)

  it("gives whole sectors: sync, header, user data", function()
    local sectors = assert(rec:read(16, 2, true))
    assert.are.equal(2 * 2352, #sectors)
    assert.are.equal("\0" .. ("\xFF"):rep(10) .. "\0", sectors:sub(1, 12))
    -- 16 blocks after 00:02:00, in BCD; mode 1.
    assert.are.equal("\x00\x02\x16\x01", sectors:sub(13, 16))
    assert.are.equal("\x00\x02\x17\x01", sectors:sub(2352 + 13, 2352 + 16))
    assert.are.equal(bench:disc(16, 1), sectors:sub(17, 16 + BLOCK))
  end)

  it("says what cannot be read", function()
    local _, failure = rec:read(452, 1)
    assert.are.equal(5, failure.sense.key)
    _, failure = rec:read(100000, 1)
    assert.are.equal(0x21, failure.sense.asc)
  end)
end)

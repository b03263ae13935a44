-- Images with UDF on them: burned and checked like any other (docs/udf.md).

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local udf = require "discrecorder.udf"
local verify = require "discrecorder.verify"
local volume = require "spec.support.volume"

local BLOCK <const> = 2048

local bench

local function put_in(medium)
  bench = burning.bench("medium=" .. medium)
end

after_each(function()
  bench:remove()
end)

-- Burn an image, and have it back by `read`.
local function there_and_back(image)
  local rec = bench:recorder()
  assert(burn.image(rec, image, {as_needed = true}))
  local result = assert(read.run(rec, bench:path "back"))
  assert.are.equal(0, run("cmp", image, bench:path "back").status)
  assert.is_false(result.whole)
  return rec, result
end

local function reader(path)
  return function(block)
    local file <close> = assert(io.open(path, "rb"))
    file:seek("set", block * BLOCK)
    local data = file:read(BLOCK)
    return data and #data == BLOCK and data or nil
  end
end

local MEDIA <const> = {"cd-rw", "dvd-r", "dvd+r", "dvd+rw", "bd-r", "bd-re"}

describe("a bridge", function()
  it("is read back byte for byte from every kind of disc", function()
    for _, medium in ipairs(MEDIA) do
      put_in(medium)
      there_and_back(volume.bridge(bench:path "in", bench.scratch:files()))
      bench:remove()
    end
    put_in "cd-rw"
  end)

  it("is told with both of its file systems", function()
    put_in "cd-rw"
    local image = volume.bridge(bench:path "in", bench.scratch:files())
    local rec = there_and_back(image)
    local found = assert(sessions.list(rec))[1].volume
    assert.are.equal("bridge", found.kind)
    assert.are.equal("BRIDGE", found.id)
    assert.are.equal(volume.info(image).udfrev, found.udf)
    assert.are.equal(#run.slurp(image) // BLOCK, found.blocks)
  end)

  it("reaches as far as its UDF where that reaches further", function()
    put_in "cd-rw"
    local image = volume.bridge(bench:path "in", bench.scratch:files())
    local file <close> = assert(io.open(image, "r+b"))
    file:seek("set", 16 * BLOCK + 80)
    file:write(string.pack("<I4>I4", 300, 300))
    file:close()
    there_and_back(image)
  end)

  it("is not taken for the larger one that stood there before", function()
    put_in "dvd+rw"
    local image = volume.bridge(bench:path "large", bench.scratch:files())
    there_and_back(image)
    os.remove(bench:path "files/sub/numbers.bin")
    os.remove(bench:path "back")
    collectgarbage()
    there_and_back(volume.bridge(bench:path "small", bench:path "files"))
  end)
end)

describe("a plain UDF volume", function()
  it("of mkudffs is read back byte for byte from every kind of disc", function()
    for _, medium in ipairs(MEDIA) do
      put_in(medium)
      there_and_back(volume.made(bench:path "in", 2000, "--media-type=dvd"))
      bench:remove()
    end
    put_in "cd-rw"
  end)

  it("has its length found, whatever mkudffs made it for", function()
    put_in "cd-rw"
    for _, kind in ipairs {"hd", "dvd", "dvdram", "dvdrw", "cdrw"} do
      for _, blocks in ipairs {3200, 4001, 5000} do
        local path = volume.made(bench:path(kind .. blocks), blocks,
          "--media-type=" .. kind, "--blocksize=2048")
        local found = assert(udf.volume(reader(path), 10000), kind)
        local size = #run.slurp(path) // BLOCK
        assert.are.equal(tonumber(volume.info(path).blocks), size)
        assert.are.equal(size, found.blocks, kind .. blocks)
      end
    end
  end)

  it("is told with its name, date and revision", function()
    put_in "dvd+r"
    for _, revision in ipairs {"1.02", "1.50", "2.00", "2.01"} do
      local image = volume.made(bench:path(revision), 2000,
        "--media-type=dvd", "--udfrev=" .. revision, "--label=Größe 日本")
      local found = assert(udf.volume(reader(image), 2000))
      assert.are.equal(revision, found.revision)
      assert.are.equal("Größe 日本", found.id)
      assert.matches("^20%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$", found.created)
    end
    local rec = there_and_back(volume.made(bench:path "in", 2000,
      "--media-type=dvd"))
    local found = assert(sessions.list(rec))[1].volume
    assert.are.equal("udf", found.kind)
    assert.are.equal("MADE", found.id)
    assert.are.equal("2.01", found.udf)
    assert.are.equal(2000, found.blocks)
  end)

  it("is told by the command", function()
    put_in "dvd+r"
    there_and_back(volume.made(bench:path "in", 2000, "--media-type=dvd"))
    collectgarbage()
    local said = run.command("info", bench.address)
    assert.are.equal(0, said.status, said.stderr)
    assert.matches("session 1  MADE  20%S+ %S+  UDF 2.01", said.stdout)
  end)

  it("is found with either sequence of descriptors, but not without", function()
    put_in "cd-rw"
    local path = volume.made(bench:path "in", 2000, "--media-type=dvd")
    local function spoil(block)
      local file <close> = assert(io.open(path, "r+b"))
      file:seek("set", block * BLOCK)
      file:write(("\xFF"):rep(16 * BLOCK))
    end
    spoil(96) -- where mkudffs puts the main one
    assert.are.equal("MADE", assert(udf.volume(reader(path), 2000)).id)
    spoil(2000 - 17)
    assert.is_nil(udf.volume(reader(path), 2000))
  end)

  it("that is longer than its track is read as far as the track", function()
    put_in "dvd+r"
    local rec = bench:recorder()
    local path = volume.made(bench:path "in", 2000, "--media-type=dvd")
    run.output("truncate", "-s", tostring(1600 * BLOCK), path)
    assert(burn.image(rec, path))
    assert.is_true(assert(read.run(rec, bench:path "back")).whole)
  end)

  it("is checked against its image, and a flipped byte is found", function()
    put_in "dvd+r"
    local image = volume.plain(bench:path "in", bench.scratch:files())
    local rec = there_and_back(image)
    local result = assert(verify.run(rec, {against = image}))
    assert.are.equal("image", result.verified)
    bench:flip(300)
    burning.refused("verify_failed", verify.run(rec, {against = image}))
  end)
end)

-- One to three bytes changed, and what a tag sums up set right.
local function spoiled(data, is_tagged)
  local bytes, sum = {data:byte(1, -1)}, 0
  for _ = 1, math.random(3) do
    bytes[math.random(512)] = math.random(0, 255)
  end
  for i = 1, 16 do
    sum = sum + (i == 5 and 0 or bytes[i])
  end
  bytes[5] = is_tagged and sum & 0xFF or bytes[5]
  return string.char(table.unpack(bytes))
end

describe("a volume on what can be overwritten", function()
  it("is checked against its image, and the rest of the disc is nothing more",
    function()
      put_in "dvd-ram"
      local image = volume.made(bench:path "in", 2000, "--media-type=dvd")
      local rec = there_and_back(image)
      local result = assert(verify.run(rec, {against = image}))
      assert.are.equal("image", result.verified)
      assert.are.same({}, result.warnings)
    end)
end)

describe("what udf.volume reads", function()
  it("may be anything: no bytes make it raise or read for ever", function()
    put_in "cd-rw"
    local image = run.slurp(volume.made(bench:path "in", 3200,
      "--media-type=dvdrw", "--blocksize=2048"))
    local places = {16, 17, 96, 97, 98, 99, 256}
    math.randomseed(4)
    for _ = 1, 1000 do
      local place, count = places[math.random(#places)], 0
      local data = image:sub(place * BLOCK + 1, (place + 1) * BLOCK)
      data = spoiled(data, place > 17)
      local found = udf.volume(function(block)
        count = count + 1
        return block == place and data
          or block < 3200 and image:sub(block * BLOCK + 1, (block + 1) * BLOCK)
          or nil
      end, 3200)
      assert.is_true(count < 1000, "too many blocks read")
      assert.is_true(not found or not found.blocks or found.blocks <= 3200)
    end
  end)
end)

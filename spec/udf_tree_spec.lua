-- The files of a plain UDF volume, compared with a folder (docs/udf.md).

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local udf = require "discrecorder.udf"
local udf_tree = require "discrecorder.udf_tree"
local verify = require "discrecorder.verify"
local volume = require "spec.support.volume"

local BLOCK <const> = 2048

local refused = burning.refused

local bench, folder

before_each(function()
  bench = burning.bench "medium=dvd+r"
  folder = bench.scratch:files()
  bench.scratch:file("files/Größe 日本.txt", ("long "):rep(999))
end)

after_each(function()
  bench:remove()
end)

local function reader(image)
  return function(block)
    local data = image:sub(block * BLOCK + 1, (block + 1) * BLOCK)
    return #data == BLOCK and data or nil, {message = "no more"}, "generic"
  end
end

local function list(image)
  local read = reader(image)
  return udf_tree.list(read, assert(udf.volume(read, #image // BLOCK)))
end

local function by_path(entries)
  local map = {}
  for _, entry in ipairs(entries) do
    map[entry.path] = entry
  end
  return map
end

local function put(image, at, bytes)
  return image:sub(1, at) .. bytes .. image:sub(at + #bytes + 1)
end

-- A block with its tag summed up anew.
local function tagged(data, at, bytes)
  data = put(data, at, bytes)
  local sum = 0
  for i = 1, 16 do
    sum = sum + (i == 5 and 0 or data:byte(i))
  end
  return put(data, 4, string.char(sum & 0xFF))
end

describe("the tree of a UDF volume", function()
  it("has the files that 7z finds, with their bytes", function()
    local path = volume.plain(bench:path "in", folder)
    local image = run.slurp(path)
    run.output("7z", "x", "-bd", "-o" .. bench:path "out", path)
    local found = by_path(assert(list(image)))
    for _, name in ipairs {"/hello.txt", "/sub/numbers.bin", "/sub/empty",
      "/Größe 日本.txt"} do
      local content = run.slurp(bench:path "out" .. name)
      assert.are.equal("file", found[name].kind)
      assert.are.equal(#content, found[name].size)
      local section = found[name].sections[1]
      local start = section and section.start * BLOCK or 0
      assert.is_true(image:sub(start + 1, start + #content) == content, name)
    end
    assert.are.equal("dir", found["/sub"].kind)
  end)

  it("of a new volume of mkudffs is empty but for lost+found", function()
    for _, kind in ipairs {"dvd", "dvdram", "dvdrw", "cdrw"} do
      local found = assert(list(run.slurp(volume.made(bench:path(kind), 3200,
        "--media-type=" .. kind))))
      for _, entry in ipairs(found) do
        assert.are.equal("/lost+found", entry.path)
      end
    end
  end)

  it("is not told of a volume with a VAT", function()
    local _, failure, code = list(run.slurp(volume.made(bench:path "vat", 3200,
      "--media-type=dvdr")))
    assert.are.equal("unsupported", code)
    assert.matches("virtual partition", failure.message)
  end)

  it("is not told of a disc with replaced packets", function()
    local image = run.slurp(volume.made(bench:path "in", 3200,
      "--media-type=dvdrw"))
    local found = assert(udf.volume(reader(image), 3200))
    local tables = found.partitions[1].tables
    assert.is_true(#tables > 0)
    image = put(image, tables[1].start * BLOCK + 56, string.pack("<I4", 160))
    refused("unsupported", list(image))
  end)

  it("may be anything: no bytes make it raise or read for ever", function()
    local image = run.slurp(volume.plain(bench:path "in", folder))
    local places = {}
    for block = 257, 290 do
      if udf.tag(reader(image)(block), block - 257) then
        places[#places + 1] = block
      end
    end
    assert.is_true(#places > 5)
    math.randomseed(4)
    local codes = {}
    local found = assert(udf.volume(reader(image), #image // BLOCK))
    for _ = 1, 2000 do
      local place, count = places[math.random(#places)], 0
      local data = reader(image)(place)
      for _ = 1, math.random(3) do
        data = tagged(data, math.random(16, 260), string.char(
          math.random(0, 255)))
      end
      local good, _, code = udf_tree.list(function(block)
        count = count + 1
        assert(count < 20000, "too many blocks read")
        if block == place then
          return data
        end
        return reader(image)(block)
      end, found)
      codes[good and "good" or code] = true
    end
    assert.is_true(codes.good and codes.invalid_image)
    for code in pairs(codes) do
      assert.is_true(code == "good" or code == "invalid_image"
        or code == "generic", code)
    end
  end)
end)

describe("a plain UDF disc compared with a folder", function()
  local rec

  before_each(function()
    rec = bench:recorder()
    assert(burn.image(rec, volume.plain(bench:path "in", folder)))
  end)

  after_each(function()
    rec = nil
  end)

  it("holds what was burned", function()
    local result = assert(verify.run(rec, {against = folder}))
    assert.are.equal("files", result.verified)
    assert.are.equal(3, result.files)
    assert.are.same({}, result.warnings)
  end)

  it("is found out where a byte was flipped, and in which file", function()
    local image = run.slurp(bench:path "in")
    local at = image:find("0123456789", 1, true)
    bench:flip((at - 1) // BLOCK)
    local failure = refused("verify_failed",
      verify.run(rec, {against = folder}))
    assert.matches("/sub/numbers.bin", failure.message)
  end)

  it("is found out where a file is missing, longer or more", function()
    bench.scratch:file("files/new.txt", "new")
    assert.matches("/new.txt is not on the disc", refused("verify_failed",
      verify.run(rec, {against = folder})).message)
    os.remove(bench:path "files/new.txt")
    bench.scratch:file("files/hello.txt", "hello again\n")
    assert.matches("/hello.txt has 6 bytes on the disc and 12 here",
      refused("verify_failed", verify.run(rec, {against = folder})).message)
    os.remove(bench:path "files/hello.txt")
    local result = assert(verify.run(rec, {against = folder}))
    assert.are.equal("more_on_disc", result.warnings[1].code)
  end)
end)

-- The same volume with a file's bytes in its entry, as Linux puts small ones.
local function embedded(image, content)
  for block = 257, 300 do
    local data = reader(image)(block)
    if udf.tag(data, block - 257) == 261 and data:byte(28) == 5
      and string.unpack("<I8", data, 57) == #content then
      local attributes, kind = string.unpack("<I4", data, 169),
        string.unpack("<I2", data, 35)
      data = put(data, 34, string.pack("<I2", kind & ~7 | 3))
      data = put(data, 172, string.pack("<I4", #content))
      data = put(data, 176 + attributes, content)
      return put(image, block * BLOCK, data)
    end
  end
end

-- The same volume with a file that is a link of so many bytes.
local function with_link(image, size, bytes)
  for block = 257, 300 do
    local data = reader(image)(block)
    if udf.tag(data, block - 257) == 261 and data:byte(28) == 5
      and string.unpack("<I8", data, 57) == size then
      data = put(data, 27, "\12" .. data:sub(29, 56)
        .. string.pack("<I8", bytes))
      return put(image, block * BLOCK, data)
    end
  end
end

describe("a link on a UDF volume", function()
  -- Of sixteen million bytes it took minutes: there may be thousands of them.
  it("is no longer than any path", function()
    local image = run.slurp(volume.plain(bench:path "in", folder))
    local failure = refused("invalid_image",
      list(with_link(image, #"hello\n", 1 << 24)))
    assert.matches("a link of 16777216 bytes", failure.message)
    assert(list(with_link(image, #"hello\n", 6)))
  end)
end)

describe("a file that stands in its entry", function()
  it("is compared, and found out", function()
    local path = volume.plain(bench:path "in", folder)
    local image = embedded(run.slurp(path), "hello\n")
    run.spit(path, image)
    local rec = bench:recorder()
    assert(burn.image(rec, path))
    assert.are.equal("hello\n", by_path(assert(list(image)))["/hello.txt"].data)
    assert.are.equal(3, assert(verify.run(rec, {against = folder})).files)
    bench.scratch:file("files/hello.txt", "hullo\n")
    assert.matches("/hello.txt has other bytes on the disc",
      refused("verify_failed", verify.run(rec, {against = folder})).message)
  end)
end)

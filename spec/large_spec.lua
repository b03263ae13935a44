-- Files, trees and images beyond 4 GiB and beyond 100 GB: sparse ones, of which
-- only what matters is read.

local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local plan = require "discrecorder.plan"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local tree = require "discrecorder.tree"
local verify = require "discrecorder.verify"

local refused = burning.refused

local BLOCK <const> = 2048
local GIB <const> = 1 << 30

local bench

local function with(query)
  bench = burning.bench(query, run.memory())
end

before_each(function()
  with "medium=bd-r-ql"
end)

after_each(function()
  bench:remove()
end)

local function sparse(name, bytes)
  local path = bench.scratch:file(name, "")
  run.output("truncate", "-s", tostring(bytes), path)
  return path
end

-- The image that a tree would be, as far as its folders go; the rest is a hole.
local function image_of(made)
  local path = bench:path "image.iso"
  assert(made:open())
  run.spit(path, assert(made:read(1 << 20)))
  run.output("truncate", "-s", tostring(made.length), path)
  return path
end

-- What is there, as we read it from a disc.
local function listed(read)
  local list = {}
  for _, entry in ipairs(assert(tree.import(read, 0))) do
    list[entry.path] = entry
  end
  return list
end

local function found_in(path)
  local file <close> = assert(io.open(path, "rb"))
  return listed(function(block)
    file:seek("set", block * BLOCK)
    return file:read(BLOCK)
  end)
end

describe("a tree with a file beyond 4 GiB", function()
  it("has it in several extents that follow each other", function()
    for _, bytes in ipairs {4 * GIB - 1, 4 * GIB, 9 * GIB + 1} do
      sparse("folder/large", bytes)
      bench.scratch:file("folder/more", "more\n")
      local made <close> =
        assert(source.tree {paths = {bench:path "folder"}, md5 = "none"})
      local image = image_of(made)
      local found = found_in(image)
      assert.are.equal(bytes, found["/large"].size)
      local at, sum = found["/large"].sections[1].start, 0
      for _, section in ipairs(found["/large"].sections) do
        assert.are.equal(at, section.start)
        at = at + (section.bytes + BLOCK - 1) // BLOCK
        sum = sum + section.bytes
      end
      assert.are.equal(bytes, sum)
      assert.are.equal(at, found["/more"].sections[1].start)
      assert.are.equal("/more", made:locate(at))
      assert.are.equal("/large", made:locate(at - 1))
      assert.matches((" %d "):format(bytes), run.output("xorriso", "-indev",
        "stdio:" .. image, "-lsl", "/large", "--"), 1, true)
      os.remove(image)
    end
  end)

  it("is burned, and found out where a byte is wrong behind 4 GiB", function()
    local path = sparse("folder/large", 4 * GIB + 5)
    do
      local file <close> = assert(io.open(path, "r+b"))
      file:seek("set", 4 * GIB - 5)
      file:write "0123456789"
    end
    local folder = bench:path "folder"
    local rec <close> = bench:recorder()
    local report = assert(burn.tree(rec, folder, {md5 = "none"}))
    assert.is_true(report.verified)
    local sections = listed(function(block)
      return rec:read(block, 1)
    end)["/large"].sections
    assert.are.equal(2, #sections)
    local last = sections[2].start + (sections[2].bytes - 1) // BLOCK
    assert.are.equal("56789", bench:disc(last, 1):sub(1, 5))
    bench:flip(last, 4)
    local failure = refused("verify_failed",
      verify.run(bench:recorder(), {against = folder}))
    local differs = failure.report.differences[1]
    assert.are.same({"/large", last}, {differs.path, differs.lba})
  end)

  it("is planned to the block, beyond 100 GB too", function()
    local rec <close> = bench:recorder()
    sparse("folder/large", 110 * 1000 * 1000 * 1000)
    local planned = assert(append.plan(rec, bench:path "folder"))
    local least = 110 * 1000 * 1000 * 1000 // BLOCK
    assert.is_true(planned.blocks > least and planned.blocks < least + 1000)
    assert.are.same({"/large"}, planned.files.new)
    assert.are.equal(110 * 1000 * 1000 * 1000, planned.files.bytes)
    sparse("folder/larger", 20 * 1000 * 1000 * 1000)
    refused("disc_full", append.plan(rec, bench:path "folder"))
  end)
end)

describe("an image beyond 100 GB", function()
  it("is planned to the block", function()
    local rec <close> = bench:recorder()
    local medium = assert(rec:medium())
    local path = sparse("large.iso", medium.free_blocks * BLOCK)
    assert.is_true(medium.free_blocks * BLOCK > 100 * 1000 * 1000 * 1000)
    local planned = assert(plan.plan(burning.job(path), medium))
    assert.are.equal(medium.free_blocks, planned.blocks)
    run.output("truncate", "-s", "+2048", path)
    refused("disc_full", plan.plan(burning.job(path), medium))
  end)

  it("ends where a disc of 100 GB ends", function()
    bench:remove()
    with "medium=bd-re-tl"
    local rec <close> = bench:recorder()
    assert(rec:open_exclusive())
    assert(rec:format())
    local blocks = assert(rec:medium()).free_blocks
    local start = blocks - 64
    local path = bench:image(64)
    local report = assert(rec:burn {as_needed = true, tracks = {
      {source = source.file(path), start = start},
    }})
    assert.is_true(report.verified)
    assert.is_true(start * BLOCK > 90 * 1000 * 1000 * 1000)
    bench:has(report.tracks[1], run.slurp(path))
    refused("disc_full", rec:burn {as_needed = true, tracks = {
      {source = source.file(bench:image(65)), start = start},
    }})
  end)
end)

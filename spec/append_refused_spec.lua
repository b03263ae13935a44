-- Discs that nothing is appended to, and discs that a job was not made for.

local append = require "discrecorder.append"
local appending = require "spec.support.appending"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"

local refused = burning.refused

local bench, rec, first, second

before_each(function()
  bench = appending.bench "medium=cd-r"
  rec = bench:recorder()
  first, second = bench.first, bench.second
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("appending is refused", function()
  -- By a drive that fails so.
  local function refused_with(fault, code)
    local faulty = bench:recorder {faults = {fault}}
    return refused(code, append.tree(faulty, second))
  end

  it("without a disc", function()
    assert(rec:operator():remove())
    refused("medium_not_present", append.tree(rec, first))
  end)

  it("on a disc without a tree, unless it is independent", function()
    assert(burn.image(rec, bench:image(300), {keep_open = true}))
    local failure = refused("invalid_image", append.tree(rec, second))
    assert.matches("independent", failure.advice, 1, true)
    assert(append.tree(rec, second, {how = "independent"}))
    assert.are.equal("new\n", appending.shown(bench, rec, 2)["/new.txt"])
  end)

  -- Advice to append without the tree would hide it.
  it("for what the drive says when the tree cannot be read", function()
    assert(append.tree(rec, first))
    for code, sense in pairs {
      generic = {0x3, 0x11, 0x05}, unsupported = {0x5, 0x24, 0x00},
    } do
      local failure = refused_with(
        {opcode = "READ(10)", lba = 16, sense = sense}, code)
      assert.same(sense, {failure.sense.key, failure.sense.asc,
        failure.sense.ascq})
    end
    refused_with({opcode = "READ(10)", nth = 1, lost = true},
      "transport_error")
  end)

  it("when the drive does not tell of the last session", function()
    assert(append.tree(rec, first))
    local failure = refused_with(
      {opcode = "READ TRACK INFORMATION", nth = 1, sense = {0x5, 0x25, 0}},
      "device_not_present")
    assert.are.equal("READ TRACK INFORMATION", failure.command)
    assert.are.equal(1, bench:medium().sessions)
  end)

  it("while the last session is open", function()
    assert(append.tree(rec, first))
    local broken = bench:recorder {faults = {
      {opcode = "WRITE(10)", nth = 2, gone = true},
    }}
    assert.is_nil((append.tree(broken, second)))
    local failure =
      refused("unsupported", append.tree(bench:recorder(), second))
    assert.matches("finish", failure.advice, 1, true)
    assert(rec:open_exclusive())
    assert(rec:finish("session"))
    assert(rec:close())
    assert(append.tree(rec, second, {how = "independent"}))
    assert.are.equal("new\n", appending.shown(bench, rec, 3)["/new.txt"])
  end)

  it("when the tree cannot be read", function()
    assert(append.tree(rec, first))
    local failure = refused_with(
      {opcode = "READ(10)", lba = 20, sense = {3, 0x11, 0}}, "generic")
    assert.are.equal(3, failure.sense.key)
  end)

  it("when there is no room left, before a byte is written", function()
    assert(append.tree(rec, first))
    bench.scratch:file("huge/x", "")
    run.output("truncate", "-s", "2G", bench:path "huge/x")
    refused("disc_full", append.tree(rec, bench:path "huge"))
    assert.are.equal(1, bench:medium().sessions)
  end)

  it("for names that are on this machine only partly", function()
    refused("bad_file", append.tree(rec, bench:path "nowhere"))
  end)

  it("and raises for what no caller can mean", function()
    assert.has_error(function()
      append.tree(rec, first, {how = "somehow"})
    end, "append: how: 'somehow' is none of merge, replace, independent")
    assert.has_error(function()
      append.tree(rec, first, {only_changed = 1})
    end, "append: only_changed: boolean expected, got number")
    assert.has_error(function()
      append.tree(rec, first, {expect = {}})
    end, "append: unknown key 'expect'")
    assert.has_error(function()
      append.tree(rec, first, 7)
    end, "append: options are a table")
    assert.has_error(function()
      append.tree(rec, 5)
    end, "append: paths are a path, a list, or a mapping")
    assert.has_error(function()
      append.tree(rec, first, {mistyped = true})
    end)
  end)
end)

describe("a disc that a job was made for", function()
  local medium

  before_each(function()
    assert(append.tree(rec, first))
    medium = assert(rec:medium())
  end)

  local function burn_on(options)
    return rec:burn(burning.job(bench:image(300),
      {append = true, keep_open = true, expect = options}))
  end

  it("is burned when it is still there", function()
    assert(burn_on(medium))
  end)

  it("is wrong_disc when it was written to meanwhile", function()
    assert(append.tree(bench:recorder(), second))
    local failure = refused("wrong_disc", burn_on(medium))
    assert.are.equal("medium", failure.culprit)
    assert.are.equal(2, bench:medium().sessions)
  end)

  it("is wrong_disc when it is of another kind", function()
    medium.profile = "cd-rw"
    refused("wrong_disc", burn_on(medium))
  end)

  it("is wrong_disc when its block is another one", function()
    medium.block = {lba = 16, bytes = assert(rec:read(16, 1))}
    assert(burn_on(medium))
    medium = assert(rec:medium())
    medium.block = {lba = 16, bytes = ("x"):rep(2048)}
    refused("wrong_disc", burn_on(medium))
  end)

  it("is failed for what the drive says when its block cannot be read",
    function()
      medium.block = {lba = 16, bytes = assert(rec:read(16, 1))}
      rec = bench:recorder {faults = {
        {opcode = "READ(10)", lba = 16, sense = {0x3, 0x11, 0x05}},
      }}
      local failure = refused("generic", burn_on(medium))
      assert.are.equal(0x3, failure.sense.key)
      assert.are.equal(1, bench:medium().sessions)
    end)

  it("is burned when its media id is not told once", function()
    assert.is_true(#medium.media_id > 0)
    rec = bench:recorder {faults = {
      {opcode = "READ TOC/PMA/ATIP", nth = 1, sense = {0x5, 0x24, 0}},
    }}
    assert(burn_on(medium))
  end)

  it("is wrong_disc when its media id is another one", function()
    medium.media_id = "97m15s01f"
    local failure = refused("wrong_disc", burn_on(medium))
    assert.matches("media id", failure.message)
  end)

  it("needs a block of 2048 bytes", function()
    medium.block = {lba = 16, bytes = "short"}
    assert.has_error(function()
      burn_on(medium)
    end, "burn: expect: a block has 2048 bytes")
  end)

  it("cannot be appended to without saying so", function()
    local failure =
      refused("medium_not_blank", burn.tree(rec, second))
    assert.matches("Append", failure.advice, 1, true)
  end)
end)

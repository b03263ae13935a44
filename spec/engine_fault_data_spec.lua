-- Faults of the data: blocks that cannot be written, that read back badly, and
-- sources that change while they are burned.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048
local BLOCKS <const> = 300
-- Several packets make a track: some faults are about one of them.
local SHORT <const> = {packet = 65536}

local bench

before_each(function()
  bench = burning.bench()
end)

after_each(function()
  bench:remove()
end)

local function faulty(...)
  return bench:recorder {faults = {...}}
end

describe("a write error in the middle", function()
  local failure

  before_each(function()
    local rec = faulty {lba = 128, opcode = "WRITE(10)", sense = {3, 0x0C, 0}}
    failure = burning.refused("cannot_write_to_media",
      burn.image(rec, bench:image(BLOCKS), SHORT))
  end)

  it("says where, and what the drive said", function()
    assert.are.equal(128, failure.lba)
    assert.are.equal(3, failure.sense.key)
    assert.are.equal(0x0C, failure.sense.asc)
    assert.are.equal("WRITE(10)", failure.command)
    assert.are.equal("medium", failure.culprit)
  end)

  it("is not tried again, and leaves a closed session", function()
    assert.are.equal(128, failure.report.tracks[1].blocks)
    assert.is_nil(failure.report.tracks[1].sha256)
    local medium = bench:medium()
    assert.are.equal("appendable", medium.state)
    assert.are.equal(1, medium.sessions)
    assert.are.equal("appendable", failure.report.medium.state)
    local content = run.slurp(bench:path "image.iso")
    assert.is_true(bench:disc(0, 128) == content:sub(1, 128 * BLOCK))
  end)
end)

describe("a block that reads back badly", function()
  local function folder()
    bench.scratch:file("tree/a.bin", ("a"):rep(100 * BLOCK))
    bench.scratch:file("tree/b.bin", ("b"):rep(100 * BLOCK))
    return bench:path "tree"
  end

  -- Where a file's first block is: every block of it differs from all else.
  local function find(letter)
    for lba = 0, 1000 do
      if bench:disc(lba, 1) == letter:rep(BLOCK) then
        return lba
      end
    end
    error "it is not on the disc"
  end

  it("is named with the file it belongs to", function()
    assert(burn.tree(bench:recorder(), folder(), {date = 1}))
    local lba = find "b" + 41
    bench:remove()
    bench = burning.bench()
    local rec = faulty {opcode = "READ(10)", lba = lba, sense = {3, 0x11, 5}}
    local failure = burning.refused("verify_failed",
      burn.tree(rec, folder(), {date = 1}))
    assert.are.equal(lba, failure.lba)
    assert.matches("/b%.bin", failure.message)
    local track = failure.report.readback.tracks[1]
    assert.are.equal(lba, track.first_bad)
    assert.are.equal("/b.bin", track.file)
    assert.is_false(failure.report.verified)
    assert.are.equal("complete", failure.report.medium.state)
  end)

  it("is named exactly when its bytes are wrong", function()
    assert(burn.tree(bench:recorder(), folder(), {date = 1}))
    local lba = find "a" + 99
    bench:remove()
    bench = burning.bench()
    local rec = faulty {opcode = "READ(10)", lba = lba, corrupt = true}
    local failure = burning.refused("verify_failed",
      burn.tree(rec, folder(), {date = 1}))
    assert.are.equal(lba, failure.lba)
    local track = failure.report.readback.tracks[1]
    assert.are.equal(lba, track.first_bad)
    assert.are.equal(1, track.bad_range)
    assert.are.equal("/a.bin", track.file)
    assert.are_not.equal(failure.report.tracks[1].sha256, track.sha256)
  end)

  it("is found in the last track, and in the last block", function()
    local rec = faulty {opcode = "READ(10)", lba = 602 + 299, corrupt = true}
    local failure = burning.refused("verify_failed", rec:burn {tracks = {
      {source = assert(source.file(bench:image(300, "one")))},
      {source = assert(source.file(bench:image(300, "two")))},
    }})
    assert.are.equal(602 + 299, failure.lba)
    assert.are.equal(2, #failure.report.readback.tracks)
    assert.is_nil(failure.report.readback.tracks[1].first_bad)
  end)
end)

describe("a source that changes while it is burned", function()
  -- The first track waits for bytes; meanwhile the second one's file changes.
  local function burn_while(path, change)
    local rec = bench:recorder()
    local pushed = assert(source.push(BLOCKS * BLOCK))
    local job <close> = assert(rec:burn_start {tracks = {
      {source = pushed}, {source = assert(source.file(path))},
    }})
    burning.wait_phase(job, "writing")
    change()
    assert(pushed:write(("x"):rep(BLOCKS * BLOCK)))
    return job:wait()
  end

  for what, command in pairs {
    ["shrinks"] = "truncate -s 4096 '%s'",
    ["grows"] = "echo more >>'%s'",
    ["is touched"] = "touch -d 2001-01-01 '%s'",
  } do
    it("fails the burn: it " .. what, function()
      local path = bench:image(BLOCKS, "changing")
      local failure = burning.refused("bad_file", burn_while(path, function()
        os.execute(command:format(path))
      end))
      assert.matches("changing", failure.message)
      assert.are.equal("data", failure.culprit)
      assert.are.equal("appendable", bench:medium().state)
    end)
  end

  it("fails the burn: a file of a tree changes", function()
    local folder = bench.scratch:files()
    local rec = bench:recorder()
    local pushed = assert(source.push(BLOCKS * BLOCK))
    local job <close> = assert(rec:burn_start {tracks = {
      {source = pushed}, {source = assert(source.tree {paths = {folder}})},
    }})
    burning.wait_phase(job, "writing")
    run.spit(folder .. "/sub/numbers.bin", "short")
    assert(pushed:write(("x"):rep(BLOCKS * BLOCK)))
    local failure = burning.refused("bad_file", job:wait())
    assert.matches("numbers.bin", failure.message)
    assert.is_false(failure.report.ok)
  end)

  it("fails the burn: its file is gone when it starts", function()
    local image = assert(source.file(bench:image(BLOCKS)))
    os.remove(bench:path "image.iso")
    local failure = burning.refused("bad_file",
      bench:recorder():burn {tracks = {{source = image}}})
    assert.are.same({}, failure.report.tracks)
    assert.are.equal("blank", bench:medium().state)
  end)
end)

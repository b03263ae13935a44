-- Burning from sources of every kind, and who holds source and recorder
-- meanwhile.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048

local bench, rec

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("a source that nobody else holds", function()
  local path

  before_each(function()
    path = bench:image(300)
  end)

  it("lives as long as it is burned", function()
    local track = setmetatable({}, {__index = function(_, key)
      return key == "source" and assert(source.file(path)) or nil
    end})
    local report = assert(rec:burn(setmetatable({tracks = {track}}, {
      __index = function()
        collectgarbage()
        collectgarbage()
      end,
    })))
    bench:has(report.tracks[1], run.slurp(path))
  end)

  it("may be closed while it is burned, and its warnings are told", function()
    local folder = bench.scratch:files()
    run.spit(folder .. "/" .. ("n"):rep(100), "a name that Joliet cuts")
    local made = assert(source.tree {paths = {folder}})
    local expected = made.warnings
    assert.is_true(#expected > 0)
    local job <close> = assert(rec:burn_start {tracks = {{source = made}}})
    made:close()
    assert.are.same(expected, assert(job:wait()).warnings)
  end)
end)

describe("burning from a pipe", function()
  it("takes as many bytes as were announced", function()
    local path = bench:image(600)
    local pipe = assert(io.popen("cat '" .. path .. "'", "r"))
    local report = assert(rec:burn {tracks = {
      {source = assert(source.pipe(pipe, 600 * BLOCK))},
    }})
    pipe:close()
    assert.are.equal(burning.sha256(path), report.tracks[1].sha256)
    bench:has(report.tracks[1], run.slurp(path))
  end)

  it("fails when fewer come, and says so", function()
    local path = bench:image(600)
    local pipe = assert(io.popen("cat '" .. path .. "'", "r"))
    local failure = burning.refused("bad_file", rec:burn {tracks = {
      {source = assert(source.pipe(pipe, 601 * BLOCK))},
    }})
    pipe:close()
    assert.matches("ended after 1228800 of 1230848 bytes", failure.message)
    assert.is_false(failure.report.ok)
  end)

  it("fails when more come", function()
    local path = bench:image(600)
    local pipe = assert(io.popen("cat '" .. path .. "'", "r"))
    burning.refused("bad_file", rec:burn {tracks = {
      {source = assert(source.pipe(pipe, 599 * BLOCK))},
    }})
    pipe:close()
  end)
end)

describe("burning pushed bytes", function()
  it("takes them as they come", function()
    local pushed = assert(source.push(500 * BLOCK, 65536))
    local job <close> = assert(rec:burn_start {tracks = {{source = pushed}}})
    local parts = {}
    for i = 1, 500 do
      parts[i] = string.pack("<I4", i):rep(BLOCK // 4)
      assert(pushed:write(parts[i]))
    end
    assert(pushed:finish())
    local report = assert(job:wait())
    bench:has(report.tracks[1], table.concat(parts))
  end)

  it("fails when the end comes too early", function()
    local pushed = assert(source.push(500 * BLOCK))
    local job <close> = assert(rec:burn_start {tracks = {{source = pushed}}})
    assert(pushed:write(("x"):rep(BLOCK)))
    burning.refused("bad_file", pushed:finish())
    burning.refused("bad_file", job:wait())
  end)

  it("tells the writer when the burn has failed", function()
    local broken = bench:recorder {faults = {
      {opcode = "WRITE(10)", nth = 2, sense = {3, 0x0C, 0}},
    }}
    local pushed = assert(source.push(5000 * BLOCK, 65536))
    local job <close> =
      assert(broken:burn_start {tracks = {{source = pushed}}, buffer = 131072})
    local failure, code
    for _ = 1, 5000 do
      local taken
      taken, failure, code = pushed:write(("x"):rep(BLOCK))
      if not taken then
        break
      end
    end
    assert.are.equal("user_abort", code, tostring(failure))
    burning.refused("cannot_write_to_media", job:wait())
  end)
end)

describe("burning a folder", function()
  it("leaves a disc that xorriso and isoinfo can list", function()
    local report = assert(burn.tree(rec, bench.scratch:files(),
      {volume_id = "BACKUP_7"}))
    assert.is_true(report.ok and report.verified)
    local iso = bench:path "out.iso"
    assert(require("discrecorder.read").run(rec, iso))
    assert.matches("BACKUP_7", run.output("isoinfo", "-d", "-i", iso))
    assert.matches("NUMBERS.BIN", run.output("isoinfo", "-l", "-i", iso))
  end)

  it("passes the tree's warnings on in the report", function()
    local report = assert(burn.tree(rec, bench.scratch:files(),
      {volume_id = "not quite ISO"}))
    assert.are.equal("volume_id", report.warnings[1].code)
    assert.are.equal(1, #report.warnings)
  end)
end)

describe("the recorder that burns", function()
  it("is taken, and given back", function()
    local job = assert(burn.image_start(rec, bench:image(300)))
    assert(job:wait())
    assert.are.equal("idle", rec:get_recorder_state())
    local other <close> = bench:recorder()
    assert(other:open_exclusive())
  end)

  it("stays open when it was open before", function()
    local other <close> = bench:recorder()
    assert(rec:open_exclusive())
    assert(burn.image(rec, bench:image(300)))
    assert.are.equal("opened", rec:get_recorder_state())
    burning.refused("device_not_accessible", other:open_exclusive())
  end)

  it("burns one thing at a time", function()
    local other <close> = bench:recorder()
    local pushed = assert(source.push(300 * BLOCK))
    local job <close> = assert(rec:burn_start {tracks = {{source = pushed}}})
    assert.are.equal("burning", rec:get_recorder_state())
    local path = bench:image(300)
    burning.refused("device_not_accessible", burn.image(rec, path))
    burning.refused("device_not_accessible", rec:medium())
    burning.refused("device_not_accessible", rec:read(0, 1))
    burning.refused("device_not_accessible", rec:load_start())
    burning.refused("device_not_accessible", burn.image(other, path))
    assert(pushed:write(run.slurp(path)))
    assert(pushed:finish())
    assert(job:wait())
    assert(rec:medium())
  end)

  it("is not freed while it works, though nobody holds it", function()
    local pushed = assert(source.push(300 * BLOCK))
    local job <close> = assert(rec:burn_start {tracks = {{source = pushed}}})
    rec = nil
    collectgarbage()
    collectgarbage()
    assert(pushed:write(("x"):rep(300 * BLOCK)))
    assert(pushed:finish())
    local report = assert(job:wait())
    assert.is_true(report.verified)
    job:close()
    rec = bench:recorder()
    assert(rec:open_exclusive())
  end)

  it("leaves a source that is being read elsewhere alone", function()
    local image = assert(source.file(bench:image(300)))
    assert(image:open())
    burning.refused("busy", rec:burn {tracks = {{source = image}}})
    assert.are.equal(10, #image:read(10))
    image:close()
    assert.are.equal("idle", rec:get_recorder_state())
  end)

  it("may burn a source again, and cancel the first job too late", function()
    local pushed = assert(source.push(300 * BLOCK))
    local image = assert(source.file(bench:image(300)))
    local first = assert(rec:burn_start {tracks = {{source = image}}})
    assert(first:wait())
    assert(rec:open_exclusive())
    assert(rec:erase(false))
    local second <close> = assert(rec:burn_start {tracks = {
      {source = pushed}, {source = image},
    }})
    first:cancel()
    assert(pushed:write(("x"):rep(300 * BLOCK)))
    assert(second:wait())
  end)
end)

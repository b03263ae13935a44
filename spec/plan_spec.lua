-- What a plan counts, and what it refuses: to the block, before the first byte.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local plan = require("discrecorder.plan").plan
local each = require "spec.support.each"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048
-- Of 74 and 80 minutes: up to the last possible lead-out, less its run-out.
local FREE_74 <const>, FREE_80 <const> = 332847, 359847

local refused = burning.refused

local bench = each(burning.bench)
local blank

local function of(...)
  local tracks = {}
  for i, blocks in ipairs {...} do
    tracks[i] = {length = blocks * BLOCK}
  end
  return {tracks = tracks}
end

before_each(function()
  blank = bench:medium()
end)

describe("a plan", function()
  it("pads a track by 150 blocks", function()
    local p = assert(plan(of(1000), blank))
    assert.are.equal(1000, p.blocks)
    assert.are.equal(150, p.padding)
    assert.are.same({{start = 0, blocks = 1000, padding = 150}}, p.tracks)
    assert.are.equal("tao", p.mode)
    assert.are.same({}, p.warnings)
  end)

  it("counts run-out, and the next track's pregap, to the block", function()
    local p = assert(plan(of(1000), blank))
    assert.are.equal(1000 + 150 + 2, p.used)
    assert.are.equal(0, p.capacity_after)
  end)

  it("pads a short track to 300 blocks", function()
    for blocks, padding in pairs {[1] = 299, [149] = 151, [150] = 150} do
      local p = assert(plan(of(blocks), blank))
      assert.are.equal(padding, p.padding)
    end
  end)

  it("lays tracks out behind each other, 152 blocks apart", function()
    local p = assert(plan(of(1000, 10, 500), blank))
    assert.are.same({
      {start = 0, blocks = 1000, padding = 150},
      {start = 1302, blocks = 10, padding = 290},
      {start = 1302 + 300 + 152, blocks = 500, padding = 150},
    }, p.tracks)
    assert.are.equal(1510, p.blocks)
    assert.are.equal(590, p.padding)
    assert.are.equal(1754 + 650 + 2, p.used)
  end)

  it("is what the burn then does", function()
    local rec <close> = bench:recorder()
    local job = {tracks = {
      {source = assert(source.file(bench:image(400, "a")))},
      {source = assert(source.file(bench:image(7, "b")))},
    }}
    local p = assert(plan(job, assert(rec:medium())))
    local report = assert(rec:burn(job))
    for i, track in ipairs(p.tracks) do
      assert.are.equal(track.start, report.tracks[i].start)
      assert.are.equal(track.blocks, report.tracks[i].blocks)
      assert.are.equal(track.padding, report.tracks[i].padding)
    end
    local last = report.medium.tracks[2]
    assert.are.equal(p.used, last.start + last.blocks)
  end)

  it("says what stays free after a session that is kept open", function()
    local rec <close> = bench:recorder()
    local job = burning.job(bench:image(400), {keep_open = true})
    local p = assert(plan(job, assert(rec:medium())))
    assert(rec:burn(job))
    assert.are.equal(assert(rec:medium()).free_blocks, p.capacity_after)
  end)

  it("leaves the padding out, with a warning, when only then it fits",
    function()
      for _, blocks in ipairs {FREE_80, FREE_80 - 149} do
        local p = assert(plan(of(blocks), blank))
        assert.are.equal(0, p.padding)
        assert.are.equal("no_padding", p.warnings[1].code)
        assert.are.equal(0, p.capacity_after)
      end
      local p = assert(plan(of(FREE_80 - 150), blank))
      assert.are.equal(150, p.padding)
      assert.are.same({}, p.warnings)
    end)

  it("refuses one block too many and says how many", function()
    local failure = refused("disc_full", plan(of(FREE_80 + 1), blank))
    assert.matches("359848 blocks are needed and 359847 are free: 1 block",
      failure.message)
    refused("disc_full", plan(of(FREE_80 - 152 - 299, 1), blank))
    assert(plan(of(FREE_80 - 152 - 300, 1), blank))
  end)

  it("knows the smaller disc", function()
    local small = burning.bench "medium=cd-r&minutes=74"
    local medium = small:medium()
    small:remove()
    assert(plan(of(FREE_74), medium))
    refused("disc_full", plan(of(FREE_74 + 1), medium))
  end)

  it("refuses a file of 5 GiB without reading it", function()
    local path = bench:path "huge.iso"
    run.output("truncate", "-s", "5G", path)
    refused("disc_full", plan(burning.job(path), blank))
    local rec <close> = bench:recorder()
    local failure = refused("disc_full", burn.image(rec, path))
    assert.are.equal("data", failure.culprit)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("refuses what is empty or no whole number of blocks", function()
    refused("bad_file", plan({tracks = {{length = 0}}}, blank))
    local failure =
      refused("bad_file", plan({tracks = {{length = 2049}}}, blank))
    assert.matches("2049 bytes", failure.message)
  end)

  it("takes a length that nobody knows, of one track alone", function()
    for _, track in ipairs {{}, {source = assert(source.push())}} do
      local planned = assert(plan({tracks = {track}}, blank))
      assert.are.same(
        {{start = 0, blocks = 0, padding = 0, room = blank.free_blocks}},
        planned.tracks)
      assert.are.equal(0, planned.used)
      assert.are.equal(blank.free_blocks, planned.capacity_after)
      refused("unsupported", plan({tracks = {track, {length = 2048}}}, blank))
    end
  end)

  it("refuses modes in which no CD is written", function()
    for _, mode in ipairs {"overwrite", "incremental", "dao"} do
      local job = of(300)
      job.mode = mode
      local failure = refused("unsupported", plan(job, blank))
      assert.matches(mode, failure.message)
    end
    local job = of(300)
    for _, mode in ipairs {"tao", "sao"} do
      job.mode = mode
      assert.are.equal(mode, assert(plan(job, blank)).mode)
    end
  end)

  it("refuses to simulate where the drive cannot", function()
    local job = of(300)
    job.simulate = true
    assert(plan(job, blank))
    blank.write.test = false
    refused("unsupported", plan(job, blank))
  end)

  it("refuses a drive that cannot write track at once", function()
    blank.write.tao = false
    refused("device_invalid_type", plan(of(300), blank))
  end)

  it("refuses every state but blank", function()
    for state, code in pairs {
      appendable = "medium_not_blank", complete = "medium_not_blank",
      damaged = "medium_not_blank", none = "medium_not_present",
      overwritable = "medium_not_blank", unformatted = "medium_not_formatted",
      unsupported = "medium_invalid_type",
    } do
      blank.state = state
      refused(code, plan(of(300), blank))
    end
  end)

  it("refuses discs of other kinds", function()
    for _, profile in ipairs {"dvd-rom", "bd-r-random", "dvd-r-dl-jump"} do
      blank.profile = profile
      refused("medium_invalid_type", plan(of(300), blank))
    end
  end)

  it("refuses discs that this drive cannot write", function()
    for _, profile in ipairs {"dvd-r", "dvd+r", "bd-r"} do
      blank.profile = profile
      refused("device_invalid_type", plan(of(300), blank))
    end
  end)

  it("raises for what is no job", function()
    for _, job in ipairs {
      {}, {tracks = {}}, {tracks = {1}}, {tracks = 1},
      {tracks = {{length = 1.5}}},
      {tracks = {{length = -1}}}, {tracks = {{length = "x"}}},
      {tracks = {{length = 2048, kind = "video"}}},
      {tracks = {{length = 2048, knid = "data"}}},
      {tracks = {{source = "image.iso"}}},
      {tracks = {{length = 2048}}, keepopen = true},
      {tracks = {{length = 2048}}, keep_open = "yes"},
      {tracks = {{length = 2048}}, verify = 1},
      {tracks = {{length = 2048}}, speed = 0},
      {tracks = {{length = 2048}}, speed = "8x"},
      {tracks = {{length = 2048}}, buffer = 1},
      {tracks = {{length = 2048}}, mode = "raw"},
    } do
      assert.has_error(function()
        plan(job, blank)
      end)
    end
    local many = {}
    for i = 1, 100 do
      many[i] = {length = 2048}
    end
    assert.has_error(function()
      plan({tracks = many}, blank)
    end)
    assert.has_error(function()
      plan(nil, blank)
    end)
    assert.has_error(function()
      plan(of(300), nil)
    end)
  end)

  it("raises for a medium whose numbers no medium can have", function()
    for name, value in pairs {
      free_blocks = -1, capacity_blocks = 1 << 31, sessions = -1,
      next_writable = -151,
    } do
      local kept = blank[name]
      blank[name] = value
      assert.error_matches(function()
        plan(of(300), blank)
      end, "medium: " .. name .. " is out of range")
      blank[name] = kept
    end
  end)
end)

describe("a disc that is exactly full", function()
  -- The data is a hole, but for its last block: what must arrive.
  local function full_image(blocks)
    local path = bench:path "full.iso"
    run.output("truncate", "-s", tostring((blocks - 1) * BLOCK), path)
    local file = assert(io.open(path, "ab"))
    file:write(("the end."):rep(BLOCK // 8))
    file:close()
    return path
  end

  it("is burned, read back and verified", function()
    local full = burning.bench "medium=cd-r&minutes=74"
    local path = full_image(FREE_74)
    local rec <close> = full:recorder()
    assert.are.equal(FREE_74,
      assert(plan(burning.job(path), assert(rec:medium()))).blocks)
    local report = assert(burn.image(rec, path))
    assert.is_true(report.ok and report.verified)
    assert.are.equal("no_padding", report.warnings[1].code)
    assert.are.equal(burning.sha256(path), report.readback.tracks[1].sha256)
    assert.are.equal("complete", report.medium.state)
    local last = full:disc(FREE_74 - 1, 1)
    assert.are.equal(("the end."):rep(BLOCK // 8), last)
    full:remove()
  end)

  it("is refused with one block more, and stays blank", function()
    local path = full_image(FREE_80 + 1)
    local rec <close> = assert(disc.recorder(bench.address))
    refused("disc_full", plan(burning.job(path), assert(rec:medium())))
    local failure = refused("disc_full", burn.image(rec, path))
    assert.is_table(failure.report)
    assert.are.equal("blank", bench:medium().state)
  end)
end)

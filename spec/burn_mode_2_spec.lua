-- Burning data in mode 2 (CD-ROM XA): form 1 out of user data, and sectors of
-- either form with their subheaders.
local burning = require "spec.support.burning"
local each = require "spec.support.each"
local mode_2 = require "spec.support.mode_2"
local plan = require("discrecorder.plan").plan
local run = require "spec.support.run"
local source = require "discrecorder.source"

local bench = each(burning.bench)

local function image(blocks)
  local list = {}
  for lba = 0, blocks - 1 do
    list[lba + 1] = mode_2.data(lba, 2048)
  end
  return assert(source.bytes(table.concat(list)))
end

-- A track of sectors out of a BIN.
local function sectors(blocks, bytes, more)
  bytes = bytes or 2352
  local path = run.spit(bench:path("sectors" .. bytes .. blocks),
    mode_2.sectors(0, blocks, bytes))
  local track = {
    kind = "data2", sectors = true,
    source = assert(source.sectors(path, "mode2/" .. bytes, 0, blocks, true)),
  }
  for key, value in pairs(more or {}) do
    track[key] = value
  end
  return track
end

local function burned(job)
  local rec <close> = bench:recorder()
  local report = assert(rec:burn(job))
  assert.is_true(report.ok and report.verified)
  return report
end

-- Subheader and data of each sector from a block on, as they were sent.
local function has_sectors(start, blocks)
  local rec <close> = bench:recorder()
  for lba = 0, blocks - 1 do
    local raw = assert(rec:read(start + lba, 1, true))
    local content = mode_2.content(lba)
    assert.is_true(content == raw:sub(17, 16 + #content))
    assert.equal(0, mode_2.remainder(raw:sub(17, 20 + #content)))
  end
end

-- Form 1 with the subheader that is ours.
local function has_form_1(start, blocks)
  local rec <close> = bench:recorder()
  for lba = 0, blocks - 1, 7 do
    local raw = assert(rec:read(start + lba, 1, true))
    assert.is_true(("\0\0\8\0"):rep(2) .. mode_2.data(lba, 2048) ==
      raw:sub(17, 24 + 2048))
  end
end

local function disc_type()
  local rec <close> = bench:recorder()
  assert(rec:open_exclusive())
  return (rec:query_media_type())
end

describe("data in mode 2", function()
  it("is form 1, track at once, on a disc of type XA", function()
    local report = burned {tracks = {{kind = "data2", source = image(400)}}}
    assert.same({"tao", "data2"}, {report.mode, report.tracks[1].kind})
    assert.is_nil(report.tracks[1].sectors)
    assert.equal(report.tracks[1].sha256, report.readback.tracks[1].sha256)
    assert.same({"data", 2}, {report.medium.tracks[1].kind,
      report.medium.tracks[1].mode})
    assert.equal("cd_rom_xa", disc_type())
    has_form_1(0, 400)
  end)

  it("is form 1 in a session at once, too", function()
    local report = burned {mode = "sao", tracks = {
      {kind = "data2", source = image(400)}, {kind = "data2",
        source = image(300)}}}
    assert.same({"sao", 0, 550}, {report.mode, report.tracks[1].start,
      report.tracks[2].start})
    assert.equal("cd_rom_xa", disc_type())
    has_form_1(0, 400)
    has_form_1(550, 300)
    local rec <close> = bench:recorder()
    assert.is_true(("\0"):rep(2048) == rec:read(400, 1)) -- padding
  end)

  for _, bytes in ipairs {2336, 2352} do
    it(("has the subheaders of sectors of %d bytes"):format(bytes), function()
      local report = burned {tracks = {sectors(400, bytes)}}
      local track = report.tracks[1]
      assert.same({"sao", "data2", true, 400, 400 * 2352}, {report.mode,
        track.kind, track.sectors, track.blocks, track.bytes})
      assert.equal(track.sha256, report.readback.tracks[1].sha256)
      assert.is_nil(report.sample)
      has_sectors(0, 400)
    end)
  end

  it("is the same whatever stands where the drive puts its own", function()
    local one = burned {tracks = {sectors(300, 2336)}}
    local other = burned {as_needed = true, tracks = {sectors(300, 2352)}}
    assert.equal(one.tracks[1].sha256, other.tracks[1].sha256)
  end)

  -- A read of a pipe ends anywhere in a sector.
  for name, of in pairs {
    bytes = function(bytes)
      return source.bytes(bytes)
    end,
    push = function(bytes)
      local pushed = assert(source.push(#bytes, #bytes))
      for at = 1, #bytes, 1009 do
        assert(pushed:write(bytes:sub(at, at + 1008)))
      end
      assert(pushed:finish())
      return pushed
    end,
  } do
    it(("is whole sectors out of any source: %s"):format(name), function()
      burned {tracks = {{kind = "data2", sectors = true,
        source = assert(of(mode_2.sectors(0, 301, 2352)))}}}
      has_sectors(0, 301)
    end)
  end

  it("is form 2 out of its data alone", function()
    local list = {}
    for lba = 0, 299 do
      list[lba + 1] = mode_2.data(lba, 2324)
    end
    local path = run.spit(bench:path "form2", table.concat(list))
    burned {tracks = {{kind = "data2", sectors = true,
      source = assert(source.sectors(path, "mode2/2324", 0, 300, true))}}}
    local rec <close> = bench:recorder()
    assert.is_true(("\0\0\x20\0"):rep(2) .. list[300] ==
      rec:read(299, 1, true):sub(17, 2348))
  end)

  it("stands beside mode 1 and audio, two seconds between them", function()
    local report = burned {tracks = {
      {source = image(400)}, sectors(320),
      {kind = "audio",
        source = assert(source.bytes(("\1\0"):rep(588 * 2 * 300)))},
      {kind = "data2", source = image(310)},
    }}
    assert.equal("sao", report.mode)
    local starts, kinds = {}, {}
    for i, track in ipairs(report.tracks) do
      starts[i], kinds[i] = track.start, track.kind or "data"
    end
    assert.same({0, 700, 1320, 1770}, starts)
    assert.same({"data", "data2", "audio", "data2"}, kinds)
    has_sectors(700, 320)
    has_form_1(1770, 310)
    assert.is_true(mode_2.data(399, 2048) == bench:disc(399, 1))
  end)

  it("is what a job's data_mode makes of tracks of no kind", function()
    local rec <close> = bench:recorder()
    run.spit(bench:path "file", "content")
    local report = assert(require("discrecorder.burn").tree(rec,
      bench:path "file", {data_mode = 2}))
    assert.same({true, "data2", 2}, {report.verified, report.tracks[1].kind,
      report.asked.data_mode})
    assert.equal(2, report.medium.tracks[1].mode)
    assert.is_true(require("discrecorder.verify").run(rec,
      {against = bench:path "file"}).ok)
  end)

  it("has its type when another program's session is closed by finish",
    function()
      local rec <close> = bench:recorder()
      assert(rec:open_exclusive())
      local disc = require "spec.support.disc"
      disc.one_track(rec, 300, {[4] = 0x0A, [8] = 0x20, [50] = 0x08})
      assert(rec:finish())
      rec:close()
      assert.equal("cd_rom_xa", disc_type())
    end)

  it("is left as mode 1 was in the page, for what comes after", function()
    burned {keep_open = true, tracks = {{kind = "data2", source = image(300)}}}
    local report = burned {append = true, tracks = {{source = image(300)}}}
    assert.equal(1, report.medium.tracks[2].mode)
  end)
end)

describe("data in mode 2 is refused", function()
  local function refused(code, job, query)
    local where = query and burning.bench(query) or bench
    local rec <close> = where:recorder()
    local failure = burning.refused(code, plan(job, rec:medium()))
    burning.refused(code, rec:burn(job))
    assert.equal("blank", where:medium().state)
    if where ~= bench then
      where:remove()
    end
    return failure
  end

  it("on what is no CD", function()
    assert.matches("mode 2", refused("medium_invalid_type",
      {tracks = {{kind = "data2", source = image(300)}}},
      "medium=dvd+r").message)
    refused("medium_invalid_type", {data_mode = 2,
      tracks = {{source = image(300)}}}, "medium=dvd+r")
  end)

  it("with subheaders, track at once", function()
    assert.matches("subheaders", refused("unsupported",
      {mode = "tao", tracks = {sectors(300)}}).message)
  end)

  it("right behind mode 1 where the job says so", function()
    assert.matches("modes 1 and 2", refused("unsupported", {mode = "sao",
      tracks = {{source = image(300)}, sectors(300, 2352, {pregap = 100})}})
      .message)
  end)

  it("of half a sector", function()
    refused("bad_file", {tracks = {{kind = "data2", sectors = true,
      source = assert(source.bytes(("x"):rep(2352 * 300 - 1)))}}})
  end)

  it("with what nobody knows", function()
    local rec <close> = bench:recorder()
    for _, wrong in ipairs {
      {"'data3'", {kind = "data3"}},
      {"only .* data2 has sectors", {kind = "data", sectors = true}},
      {"only .* data2 has sectors", {kind = "audio", sectors = true}},
      {"sectors is", {kind = "data2", sectors = 1}},
      {"no other flag", {kind = "data2", flags = {scms = true}}},
    } do
      local message, track = table.unpack(wrong)
      track.source = image(300)
      assert.error_matches(function()
        rec:burn {tracks = {track}}
      end, message)
    end
    for _, mode in ipairs {0, 3, 1.5} do
      assert.error_matches(function()
        rec:burn {data_mode = mode, tracks = {{source = image(300)}}}
      end, "burn: data_mode")
    end
  end)
end)

describe("a burn in mode 2", function()
  local function job()
    return {tracks = {sectors(400), sectors(330, 2336)}, packet = 131072}
  end

  it("whose drive knows no such blocks fails before the first", function()
    local rec <close> = bench:recorder {faults = {
      {opcode = "SEND CUE SHEET", sense = {5, 0x26, 1}}}}
    burning.refused("initialize_write", rec:burn(job()))
    assert.equal("blank", bench:medium().state)
  end)

  it("that meets a write error ends where it is, and names the block",
    function()
      local rec <close> = bench:recorder {faults = {
        {lba = 700, defect = true}}}
      local failure = burning.refused("cannot_write_to_media", rec:burn(job()))
      assert.equal("appendable", failure.report.medium.state)
      local whole = failure.report.tracks[2].blocks
      assert.is_true(whole > 0 and whole <= 150)
      has_sectors(0, 400)
      has_sectors(550, whole)
    end)

  -- Where the disc file has whole sectors (docs/disc-file.md).
  local function flip(lba, offset)
    local file <close> = assert(io.open(bench.disc_path, "r+b"))
    local at = (1 << 30) + lba * 2352 + offset
    file:seek("set", at)
    local byte = file:read(1):byte()
    file:seek("set", at)
    file:write(string.char(byte ~ 1))
  end

  for what, offset in pairs {["a subheader"] = 16, ["data"] = 200,
    ["the last byte of form 2"] = 2347} do
    it(("is not verified when %s is another on the disc"):format(what),
      function()
        local report = burned(job())
        flip(302, offset)
        local rec <close> = bench:recorder()
        burning.refused("verify_failed",
          require("discrecorder.verify").run(rec, {report = report}))
      end)
  end

  it("that reads back with other bytes fails, and names the block", function()
    local rec <close> = bench:recorder {faults = {
      {opcode = "READ CD", nth = 3, corrupt = true}}}
    local failure = burning.refused("verify_failed", rec:burn(job()))
    assert.is_true(failure.lba >= 0 and failure.lba < 730)
    assert.is_false(failure.report.ok)
  end)

  it("that the drive leaves in the middle is told as such", function()
    local rec <close> = bench:recorder {faults = {
      {opcode = "WRITE(10)", nth = 4, gone = true}}}
    burning.refused("device_not_present", rec:burn(job()))
    assert.is_not.equal("complete", bench:medium().state)
  end)

  it("whose source shrinks fails", function()
    local track = sectors(400)
    run.spit(bench:path "sectors2352400", ("x"):rep(2352 * 10))
    local rec <close> = bench:recorder()
    burning.refused("bad_file", rec:burn {tracks = {track}})
  end)

  it("can be simulated", function()
    local rec <close> = bench:recorder()
    local made = job()
    made.simulate = true
    assert.is_true(assert(rec:burn(made)).ok)
    assert.equal("blank", bench:medium().state)
    burned(job())
  end)
end)

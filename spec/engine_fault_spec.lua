-- A fault at every packet of a burn, and the failures that have a story.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local each = require "spec.support.each"
local imapi = require "discrecorder.imapi"
local run = require "spec.support.run"

local BLOCKS <const> = 300
-- Several packets make a track: some faults are about one of them.
local SHORT <const> = {packet = 65536}

local bench = each(burning.bench)

local function faulty(...)
  return bench:recorder {faults = {...}}
end

describe("a fault at any packet", function()
  local sweep, content, path, count

  -- The packets of a clean burn, counted from the recorder's opening on: those
  -- before it are not the burn's. Polls of a drive at work are left out but
  -- some, they are all alike.
  local function clean_packets()
    local rec <close> = bench:recorder {trace = bench:path "trace"}
    local before = #burning.packets(bench:path "trace")
    assert(burn.image(rec, path, SHORT))
    local list, last = {}, nil
    for _, packet in ipairs(burning.packets(bench:path "trace")) do
      local poll = packet.opcode == "TEST UNIT READY"
        or packet.opcode == "REQUEST SENSE"
      local repeated = last and poll and (last.poll or 0) > 3
      if packet.number > before and not repeated then
        table.insert(list, packet)
      end
      last = {poll = poll and (last and last.poll or 0) + 1 or 0}
    end
    return list
  end

  -- One disc for all: erased after each burn, which also shows that the
  -- recorder is usable.
  local function try(fault)
    do
      local rec <close> = bench:recorder {faults = {fault}}
      local report, failure, code = burn.image(rec, path, SHORT)
      local state, _, why = rec:get_recorder_state()
      if fault.gone and state == nil then
        assert.are.equal("device_not_present", why)
      else
        assert.are.equal("idle", state)
      end
      if report then
        assert.is_true(report.ok and report.verified)
        assert.are.equal(burning.sha256_of(content),
          report.readback.tracks[1].sha256)
      else
        assert.are.equal(code, failure.code)
        assert.is_true(imapi.hresult[code] ~= nil or #code > 0)
        assert.is_false(failure.report.ok)
        assert.is_string(failure.message)
      end
      sweep[report and "ok" or code] = (sweep[report and "ok" or code] or 0) + 1
      rec:close()
      -- A fresh look, without faults.
      local fresh <close> = bench:recorder()
      assert(fresh:load()) -- the fault may have kept it open
      local medium = assert(fresh:medium())
      if report then
        assert.are.equal("complete", medium.state)
        assert.is_true(bench:disc(0, BLOCKS) == content)
      elseif failure.report.verified then
        assert.is_true(bench:disc(0, BLOCKS) == content)
      end
      if medium.state ~= "blank" then
        assert(fresh:open_exclusive())
        assert(fresh:erase(false))
      end
    end
  end

  local function everywhere(what)
    sweep = {}
    path = bench:image(BLOCKS)
    content = run.slurp(path)
    local packets = clean_packets()
    do
      local fresh <close> = bench:recorder()
      assert(fresh:open_exclusive())
      assert(fresh:erase(false))
    end
    assert.is_true(#packets > 50)
    for _, packet in ipairs(packets) do
      local fault = {packet = packet.number}
      for key, value in pairs(what) do
        fault[key] = value
      end
      local ok, message = pcall(try, fault)
      if not ok then
        error(("packet %d, %s: %s"):format(
          packet.number, packet.opcode, tostring(message)))
      end
    end
    count = #packets
    return sweep
  end

  it("that is a write error is a failure, or was not needed", function()
    local seen = everywhere {sense = {3, 0x0C, 0}}
    assert.is_true(seen.cannot_write_to_media >= BLOCKS // 32)
  end)

  it("that is a drive busy for three polls is waited for", function()
    local seen = everywhere {busy = 3}
    assert.are.same({ok = count}, seen)
  end)

  it("that is an operation in progress for three polls is waited for",
    function()
      local seen = everywhere {sense = {2, 4, 7}}
      assert.are.same({ok = count}, seen)
    end)

  it("that unplugs the drive is told as such", function()
    local seen = everywhere {gone = true}
    assert.is_true(seen.device_not_present > count / 2)
  end)

  it("that loses the answer is a failure, or was not needed", function()
    everywhere {lost = true}
  end)

  it("that is a medium change never gives a false success", function()
    everywhere {sense = {6, 0x28, 0}}
  end)

  it("that tells of a neighbour that came or went does no harm", function()
    local seen = everywhere {sense = {6, 0x3F, 0x0E}}
    assert.are.same({ok = count}, seen)
  end)

  it("that is a short answer never gives a false success", function()
    everywhere {short = 4}
  end)

  it("that is a wrong answer never gives a false success", function()
    everywhere {corrupt = true}
  end)
end)

describe("a drive", function()
  it("that refuses to calibrate is burned on all the same", function()
    for _, sense in ipairs {{5, 0x20, 0}, {6, 0x5A, 3}, {5, 0x24, 0}} do
      local rec = faulty {opcode = "SEND OPC INFORMATION", sense = sense}
      assert.is_true(assert(burn.image(rec, bench:image(BLOCKS))).verified)
      assert(rec:open_exclusive())
      assert(rec:erase(false))
      rec:close()
    end
  end)

  it("whose calibration area is almost full gives a warning", function()
    for _, key in ipairs {1, 3} do
      local rec =
        faulty {opcode = "SEND OPC INFORMATION", sense = {key, 0x73, 1}}
      local report = assert(burn.image(rec, bench:image(BLOCKS)))
      assert.are.equal("calibration_area_almost_full", report.warnings[1].code)
      assert(rec:open_exclusive())
      assert(rec:erase(false))
      rec:close()
    end
  end)

  it("that cannot calibrate fails before the first byte", function()
    local rec = faulty {opcode = "SEND OPC INFORMATION", sense = {3, 0x73, 3}}
    local failure = burning.refused("initialize_write",
      burn.image(rec, bench:image(BLOCKS)))
    assert.are.same({}, failure.report.tracks)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("that knows no GET CONFIGURATION is refused, or burns", function()
    local rec = faulty {opcode = "GET CONFIGURATION", sense = {5, 0x20, 0}}
    local report, failure, code = burn.image(rec, bench:image(BLOCKS))
    if report then
      assert.is_true(report.verified)
    else
      assert.are.equal("medium_invalid_type", code, tostring(failure))
      assert.are.equal("blank", bench:medium().state)
    end
  end)

  it("that does not know its speed keeps its own, with a warning", function()
    local rec = faulty {opcode = "SET CD SPEED", sense = {5, 0x20, 0}}
    local report = assert(burn.image(rec, bench:image(BLOCKS)))
    assert.are.equal("speed_not_set", report.warnings[1].code)
  end)

  it("that cannot lock its tray is burned on all the same", function()
    local rec =
      faulty {opcode = "PREVENT ALLOW MEDIUM REMOVAL", sense = {5, 0x20, 0}}
    assert.is_true(assert(burn.image(rec, bench:image(BLOCKS))).verified)
  end)

  it("that refuses to tell the track before the first byte", function()
    local rec =
      faulty {opcode = "READ TRACK INFORMATION", nth = 2, sense = {5, 0x24, 0}}
    local report, failure = burn.image(rec, bench:image(BLOCKS))
    assert.is_nil(report)
    assert.are.equal(0, #failure.report.tracks)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("that refuses to tell the track of a disc that is full is right",
    function()
      local rec = faulty
        {opcode = "READ TRACK INFORMATION", nth = 3, sense = {5, 0x24, 0}}
      assert.is_true(assert(burn.image(rec, bench:image(BLOCKS))).verified)
    end)

  it("that comes back early from CLOSE is waited for", function()
    for _, sense in ipairs {{2, 4, 7}, {2, 4, 8}, {6, 0x2E, 0}} do
      local rec = faulty
        {opcode = "CLOSE TRACK/SESSION", nth = 1, sense = sense}
      local report = assert(burn.image(rec, bench:image(BLOCKS)))
      assert.are.equal("complete", report.medium.state)
      assert(rec:open_exclusive())
      assert(rec:erase(false))
      rec:close()
    end
  end)

  it("that never closes the session fails", function()
    local rec = faulty {opcode = "CLOSE TRACK/SESSION", sense = {3, 0x72, 0}}
    local failure = burning.refused("initialize_endwrite",
      burn.image(rec, bench:image(BLOCKS)))
    assert.is_true(failure.report.medium.session_open)
    assert.are.equal(BLOCKS, failure.report.tracks[1].blocks)
  end)

  it("that is stuck in a flush fails, by its own clock", function()
    local rec =
      faulty {opcode = "SYNCHRONIZE CACHE", nth = 1, busy = 1000000}
    burning.refused("busy", burn.image(rec, bench:image(BLOCKS)))
  end)

  it("that is busy for good with a write fails", function()
    local rec = faulty {opcode = "WRITE(10)", nth = 3, busy = 10000000}
    local report, failure = burn.image(rec, bench:image(BLOCKS), SHORT)
    assert.is_nil(report)
    assert.are.equal(64, failure.report.tracks[1].blocks)
  end)

  it("that has an operation in progress at a write is waited for", function()
    local rec = faulty
      {opcode = "WRITE(10)", nth = 3, sense = {2, 4, 7}}
    assert.is_true(
      assert(burn.image(rec, bench:image(BLOCKS), SHORT)).verified)
  end)

  it("whose tray does not close again says what to do", function()
    local rec = faulty
      {opcode = "START STOP UNIT", nth = 2, sense = {4, 0x53, 0}}
    local report, failure = burn.image(rec, bench:image(BLOCKS))
    assert.is_nil(report)
    assert.matches("tray", failure.advice)
    assert.is_false(failure.report.verified)
  end)

  it("whose tray does not open is read past its buffer", function()
    local rec = faulty
      {opcode = "START STOP UNIT", nth = 1, sense = {5, 0x24, 0}}
    local report = assert(burn.image(rec, bench:image(BLOCKS)))
    assert.are.equal("fua", report.readback.method)
  end)

  it("that loses what it is given fails: the disc stayed blank", function()
    local rec = faulty {opcode = "WRITE(10)", lost_write = true}
    local failure = burning.refused("cannot_write_to_media",
      burn.image(rec, bench:image(BLOCKS)))
    assert.matches("every command succeeded, but the disc is blank",
      failure.message)
    assert.is_false(failure.report.ok)
    assert.is_false(failure.report.verified)
  end)

  it("that loses it is found out without reading back, too", function()
    local rec = faulty {opcode = "WRITE(10)", lost_write = true}
    local report, failure =
      burn.image(rec, bench:image(BLOCKS), {verify = false})
    -- The drive still says from memory what it never wrote: nothing was
    -- reloaded, nothing is called verified.
    if report then
      assert.is_false(report.verified)
    else
      assert.is_false(failure.report.ok)
    end
  end)

  it("that loses a part of it fails", function()
    local rec = faulty {opcode = "WRITE(10)", nth = 7, lost_write = true}
    local report, failure = burn.image(rec, bench:image(BLOCKS), SHORT)
    assert.is_nil(report)
    assert.is_false(failure.report.ok)
  end)
end)

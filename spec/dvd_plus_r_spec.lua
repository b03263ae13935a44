-- DVD+R, the second way of writing, on a drive that others wrote: tgt's. What
-- it does not do as MMC says (docs/iscsi.md) is not asked of it here.

local burning = require "spec.support.burning"
local disc = require "discrecorder"
local plan = require("discrecorder.plan").plan
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"
local tgt = require "spec.support.tgt"

local BLOCK <const> = 2048
local FREE <const> = 2295104 -- of a blank DVD+R
local BORDER <const> = 2048

local missing = tgt.missing()
local refused = burning.refused

local target, address, path, s

local function with_tgt(name, f)
  it(name, function()
    if missing then
      pending(missing)
    end
    f()
  end)
end

local function job(image, more)
  local j = {tracks = {{source = assert(source.file(image))}}}
  for key, value in pairs(more or {}) do
    j[key] = value
  end
  return j
end

-- The command blocks of a trace, as hexadecimal digits.
local function packets(trace)
  local list = {}
  for line in io.lines(trace) do
    list[#list + 1] = line:match "^packet .* cdb=(%x+)"
  end
  return list
end

-- Those with one of the opcodes, in their order.
local function of(opcodes, trace)
  local list = {}
  for _, cdb in ipairs(packets(trace)) do
    if opcodes[tonumber(cdb:sub(1, 2), 16)] then
      list[#list + 1] = cdb
    end
  end
  return list
end

before_each(function()
  s = scratch.new()
  if not missing then
    target = tgt.start()
    address, path = target:disc()
  end
end)

after_each(function()
  collectgarbage()
  if target then
    target:stop()
  end
  s:remove()
end)

-- The codes of a report's warnings.
local function warnings(report)
  local codes = {}
  for i, warning in ipairs(report.warnings) do
    codes[i] = warning.code
  end
  return codes
end

describe("a plan for DVD+R", function()
  local blank = {
    state = "blank", profile = "dvd+r", erasable = false,
    next_writable = 0, free_blocks = FREE, capacity_blocks = FREE,
    write = {plus_r = true, tao = false, test = false, underrun_free = false},
  }

  local function of_blocks(blocks, more)
    local j = {tracks = {{length = blocks * BLOCK}}}
    for key, value in pairs(more or {}) do
      j[key] = value
    end
    return j
  end

  local function with(changes)
    local medium = {}
    for key, value in pairs(blank) do
      medium[key] = value
    end
    for key, value in pairs(changes) do
      medium[key] = value
    end
    return medium
  end

  it("counts whole ECC blocks of sixteen", function()
    for blocks, padding in pairs{[1] = 15, [15] = 1, [16] = 0, [17] = 15} do
      local p = assert(plan(of_blocks(blocks), blank))
      assert.are.equal("incremental", p.mode)
      assert.are.equal(padding, p.padding)
      assert.are.equal(blocks + padding, p.used)
      assert.are.equal(0, p.tracks[1].start)
    end
  end)

  it("leaves a border when the disc is kept open", function()
    local p = assert(plan(of_blocks(100, {keep_open = true}), blank))
    assert.are.equal(FREE - 112 - BORDER, p.capacity_after)
    p = assert(plan(of_blocks(100), blank))
    assert.are.equal(0, p.capacity_after)
  end)

  it("fills the disc to its last block, and not further", function()
    assert.are.equal(0, assert(plan(of_blocks(FREE), blank)).padding)
    refused("disc_full", plan(of_blocks(FREE + 1), blank))
    refused("disc_full", plan(of_blocks(20), with{free_blocks = 31}))
    refused("disc_full", plan(of_blocks(2147483647), blank))
  end)

  it("refuses what such a disc cannot hold", function()
    refused("unsupported", plan(of_blocks(100, {simulate = true}), blank))
    for _, mode in ipairs{"tao", "sao", "dao"} do
      refused("unsupported", plan(of_blocks(100, {mode = mode}), blank))
    end
    assert(plan(of_blocks(100, {mode = "incremental"}), blank))
    refused("unsupported", plan({tracks = {
      {length = BLOCK * 300}, {length = BLOCK * 300},
    }}, blank))
  end)

  it("refuses a drive that only reads, and one that talks nonsense", function()
    refused("device_invalid_type",
      plan(of_blocks(100), with{write = {plus_r = false}}))
    refused("disc_info", plan(of_blocks(100), with{next_writable = 8}))
  end)
end)

describe("burning a DVD+R", function()
  with_tgt("leaves the image on the disc, read back", function()
    local image = s:image(10240)
    local rec <close> = assert(disc.recorder(address))
    local report = assert(rec:burn(job(image)))
    assert.is_true(report.verified)
    assert.are.equal("incremental", report.mode)
    assert.are.equal("complete", report.medium.state)
    assert.are.same({}, warnings(report))
    assert.are.equal(0, report.tracks[1].padding)
    assert.are.equal(report.tracks[1].sha256, report.readback.tracks[1].sha256)
    assert.are.equal(run.output("sha256sum", image):match "^%x+",
      report.tracks[1].sha256)
    assert.are.equal(0, run("cmp", image, path).status)
    local bytes = assert(rec:read(10239, 1))
    assert.are.equal(10240, (string.unpack("<I4", bytes)))
    local medium = assert(rec:medium())
    assert.are.equal(1, medium.sessions)
    assert.are.equal(10240, medium.tracks[1].blocks)
    assert.are.equal(10240, medium.capacity_blocks)
    refused("medium_not_blank", rec:burn(job(image)))
  end)

  for _, blocks in ipairs{1, 15, 16, 17, 33, 100} do
    with_tgt(("writes %d blocks as whole ECC blocks"):format(blocks), function()
      local image, trace = s:image(blocks), s:path "trace"
      local padded = (blocks + 15) // 16 * 16
      local rec <close> = assert(disc.recorder(address, {trace = trace}))
      local report = assert(rec:burn(job(image)))
      assert.is_true(report.verified)
      assert.are.equal(blocks, report.tracks[1].blocks)
      assert.are.equal(padded - blocks, report.tracks[1].padding)
      assert.are.equal(
        run.slurp(image) .. ("\0"):rep((padded - blocks) * BLOCK),
        run.slurp(path))
      local at = 0
      for _, cdb in ipairs(of({[0x2A] = true}, trace)) do
        assert.are.equal(at, tonumber(cdb:sub(5, 12), 16))
        local count = tonumber(cdb:sub(15, 18), 16)
        assert.are.equal(0, count % 16)
        at = at + count
      end
      assert.are.equal(padded, at)
    end)
  end

  local ending <const> = {
    [0x35] = true, [0x54] = true, [0x55] = true, [0x5B] = true,
  }

  with_tgt("ends with flush, close of the track, finalising", function()
    local trace = s:path "trace"
    local rec <close> = assert(disc.recorder(address, {trace = trace}))
    assert(rec:burn(job(s:image(100))))
    assert.are.same({
      "35020000000000000000",
      "5b010100000100000000",
      "5b010600000000000000",
    }, of(ending, trace))
  end)

  with_tgt("finalises the other way when the first is refused", function()
    local trace = s:path "trace"
    local rec <close> = assert(disc.recorder(address, {
      trace = trace,
      faults = {{
        opcode = "CLOSE TRACK/SESSION", nth = 2, sense = {5, 0x24, 0},
      }},
    }))
    assert(rec:burn(job(s:image(100))))
    assert.are.same({
      "35020000000000000000",
      "5b010100000100000000",
      "5b010600000000000000",
      "5b010500000000000000",
    }, of(ending, trace))
  end)

  -- tgt knows no sessions: its disc is complete when the track is closed.
  with_tgt("says so when the drive does not keep the disc open", function()
    local trace = s:path "trace"
    local rec <close> = assert(disc.recorder(address, {trace = trace}))
    local report = assert(rec:burn(job(s:image(100), {keep_open = true})))
    assert.are.equal("complete", report.medium.state)
    assert.are.same({"smaller_than_buffer", "not_kept_open"}, warnings(report))
    assert.are.same({
      "35020000000000000000",
      "5b010100000100000000",
      "5b010200000000000000",
    }, of(ending, trace))
  end)

  with_tgt("asks for the last track where FFh is not known", function()
    local trace = s:path "trace"
    local function unknown(nth)
      return {
        opcode = "READ TRACK INFORMATION", nth = nth, sense = {5, 0x24, 0},
      }
    end
    local rec <close> = assert(disc.recorder(address, {
      trace = trace, faults = {unknown(1), unknown(3)},
    }))
    assert.is_true(assert(rec:burn(job(s:image(100)))).verified)
    local asked = of({[0x52] = true}, trace)
    assert.are.same({"000000ff", "00000001", "000000ff", "00000001"}, {
      asked[1]:sub(5, 12), asked[2]:sub(5, 12),
      asked[3]:sub(5, 12), asked[4]:sub(5, 12),
    })
  end)

  with_tgt("fails where writing fails, and can be tried again", function()
    local image = s:image(1000)
    do
      local rec <close> = assert(disc.recorder(address, {
        faults = {{opcode = "WRITE(10)", nth = 5, sense = {3, 0x0C, 0}}},
      }))
      local _, failure = rec:burn(job(image))
      assert.are.equal(3, failure.sense.key)
      assert.are.equal(128, failure.lba)
      assert.is_false(failure.report.verified)
      assert.are.equal("idle", rec:get_recorder_state())
    end
    local rec <close> = assert(disc.recorder(address))
    -- tgt calls a disc empty until its track is closed.
    assert.are.equal("blank", assert(rec:medium()).state)
    assert.is_true(assert(rec:burn(job(image))).verified)
  end)

  with_tgt("fails when the closed track is not what was written", function()
    local faults = {}
    for nth = 3, 5 do
      table.insert(faults,
        {opcode = "READ TRACK INFORMATION", nth = nth, corrupt = true})
    end
    local rec <close> = assert(disc.recorder(address, {faults = faults}))
    local _, failure = rec:burn(job(s:image(100)))
    assert.is_truthy(failure)
    assert.is_false(failure.report.verified)
  end)

  with_tgt("fails when other bytes come back", function()
    local rec <close> = assert(disc.recorder(address))
    local watched = assert(rec:burn(job(s:image(64))))
    assert.is_true(watched.verified)
    local other, other_path = target:disc()
    local second <close> = assert(disc.recorder(other, {
      faults = {{opcode = "READ(10)", lba = 0, corrupt = true}},
    }))
    refused("verify_failed", second:burn(job(s:image(64))))
    assert.are.equal(64 * BLOCK, #run.slurp(other_path))
  end)

  with_tgt("is broken off by cancel", function()
    local pushed = assert(source.push(10000 * BLOCK))
    local rec <close> = assert(disc.recorder(address))
    local work <close> =
      assert(rec:burn_start{tracks = {{source = pushed}}, buffer = 65536 * 4})
    local ok, why = pushed:write(("x"):rep(BLOCK * 1000))
    work:cancel()
    local _, failure = work:wait()
    assert(ok, tostring(why) .. tostring(failure))
    assert.are.equal("user_abort", failure.code)
    assert.are.equal("idle", rec:get_recorder_state())
    assert(rec:medium())
  end)
end)

describe("finish on DVD+R", function()
  with_tgt("has nothing to do on a blank or a complete disc", function()
    local rec <close> = assert(disc.recorder(address))
    assert(rec:open_exclusive())
    refused("medium_invalid_type", rec:finish "disc")
    assert(rec:burn(job(s:image(100))))
    assert.is_true(assert(rec:finish "disc"))
  end)
end)

describe("on a drive that tells of itself what MMC says, a DVD+R", function()
  local function strict(number)
    return target:address(1, target:proxy("strict", number))
  end

  with_tgt("is finalised", function()
    local rec <close> = assert(disc.recorder(strict()))
    assert.are.equal("blank", assert(rec:medium()).state)
    local report = assert(rec:burn(job(s:image(100))))
    assert.is_true(report.verified)
    -- A small disc fits into the buffer of a drive that cannot be reloaded.
    assert.are.same({"smaller_than_buffer"}, warnings(report))
    assert.are.equal("dvd+r", report.medium.profile)
    assert.are.equal("complete", report.medium.state)
    assert.are.equal(1, report.medium.sessions)
    assert.are.equal(112, report.medium.tracks[1].blocks)
    refused("medium_not_blank", rec:burn(job(s:image(100))))
  end)

  with_tgt("is kept open, and finalised later", function()
    local rec <close> = assert(disc.recorder(strict()))
    local report = assert(rec:burn(job(s:image(100), {keep_open = true})))
    assert.is_true(report.verified)
    -- A small disc fits into the buffer of a drive that cannot be reloaded.
    assert.are.same({"smaller_than_buffer"}, warnings(report))
    local medium = report.medium
    assert.are.equal("appendable", medium.state)
    assert.is_false(medium.session_open)
    assert.are.equal(1, medium.sessions)
    assert.are.equal(1, #medium.tracks)
    assert.are.equal(112 + BORDER, medium.next_writable)
    assert.are.equal(FREE - 112 - BORDER, medium.free_blocks)
    assert(rec:open_exclusive())
    assert.is_true(assert(rec:finish "session"))
    assert.are.equal("appendable", assert(rec:medium()).state)
    assert.is_true(assert(rec:finish "disc"))
    assert.are.equal("complete", assert(rec:medium()).state)
  end)

  with_tgt("ends where writing failed, its session closed", function()
    local rec <close> = assert(disc.recorder(strict(), {
      faults = {{opcode = "WRITE(10)", nth = 5, sense = {3, 0x0C, 0}}},
    }))
    local _, failure = rec:burn(job(s:image(1000)))
    assert.are.equal(3, failure.sense.key)
    assert.are.equal(128, failure.report.tracks[1].blocks)
    local medium = failure.report.medium
    assert.are.equal("appendable", medium.state)
    assert.is_false(medium.session_open)
    assert.are.equal(128, medium.tracks[1].blocks)
    assert.are.equal(128 + BORDER, medium.next_writable)
  end)

  with_tgt("stays blank when nothing was written", function()
    local rec <close> = assert(disc.recorder(strict(), {
      faults = {{opcode = "WRITE(10)", nth = 1, sense = {3, 0x0C, 0}}},
    }))
    local _, failure = rec:burn(job(s:image(1000)))
    assert.are.equal("blank", failure.report.medium.state)
  end)

  with_tgt("is ended by finish when the connection was lost", function()
    local where = strict(3000000)
    local image = s:image(4096)
    do
      local rec <close> = assert(disc.recorder(where))
      refused("transport_error", rec:burn(job(image)))
    end
    local rec <close> = assert(disc.recorder(where))
    local medium = assert(rec:medium())
    assert.are.equal("appendable", medium.state)
    assert.is_true(medium.session_open)
    assert.is_true(medium.tracks[1].open)
    local blocks = medium.tracks[1].blocks
    assert.is_true(blocks > 1000 and blocks < 1600)
    assert(rec:open_exclusive())
    assert.is_true(assert(rec:finish "session"))
    medium = assert(rec:medium())
    assert.is_false(medium.session_open)
    assert.are.equal(blocks, medium.tracks[1].blocks)
    assert.are.equal(run.slurp(image):sub(1, blocks * BLOCK),
      run.slurp(path):sub(1, blocks * BLOCK))
  end)

  for nth = 1, 2 do
    with_tgt(("is looked after when CLOSE %d comes back early"):format(nth),
      function()
        local rec <close> = assert(disc.recorder(strict(), {
          faults = {{
            opcode = "CLOSE TRACK/SESSION", nth = nth, sense = {2, 4, 8},
          }},
        }))
        local report = assert(rec:burn(job(s:image(100))))
        assert.are.equal("complete", report.medium.state)
      end)
  end

  with_tgt("whose close is never done is a failure", function()
    local faults = {}
    for nth = 1, 20 do
      faults[nth] = {
        opcode = "CLOSE TRACK/SESSION", nth = nth, sense = {2, 4, 8},
      }
    end
    local rec <close> = assert(disc.recorder(strict(), {faults = faults}))
    local failure = refused("initialize_endwrite", rec:burn(job(s:image(100))))
    assert.matches("track 1 is still open", failure.message)
    assert.is_true(failure.report.medium.tracks[1].open)
  end)
end)

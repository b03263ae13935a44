-- How fast a drive is told to read and write, and that it obeys: by the packets
-- and by the drive's own clock.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local export = require "discrecorder.export"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local BLOCKS <const> = 400
local MOST <const> = "10000000000003e8" -- kB in so many ms: as fast as it goes
local LAST <const> = ("%08x"):format(2295104 - 1) -- of a DVD+R

local kinds <const> = {
  cd = {
    query = "medium=cd-r&pace=1",
    slow = 706,
    capped = "cdb=bb0002c2ffff",
    lifted = "cdb=bb00ffffffff",
  },
  dvd = {
    query = "medium=dvd+r&pace=1",
    slow = 2770,
    capped = "out=0000000000000000" .. LAST .. "00000ad2000003e8" .. MOST,
    lifted = "out=04" .. ("00"):rep(27),
  },
}

local bench, trace

-- A recorder whose trace has the bytes that went out.
local function recorder(options)
  trace = bench:path "trace"
  os.remove(trace)
  options = options or {}
  options.trace = trace
  return bench:recorder(options)
end

local function position(text, what, from)
  local at = text:find(what, from or 1, true)
  return assert(at, what .. " is not in the trace")
end

-- The cap before the first block that is read, the lifting after the last.
local function assert_capped(kind)
  local text = run.slurp(trace)
  local capped = position(text, kind.capped)
  local lifted = position(text, kind.lifted, capped)
  local last = 0
  for at in text:gmatch '()opcode="READ%(10%)"' do
    last = at
  end
  assert.is_true(capped < last and last < lifted)
end

after_each(function()
  bench:remove()
end)

for name, kind in pairs(kinds) do
  describe("a read speed on a " .. name, function()
    local rec, path

    before_each(function()
      bench = burning.bench(kind.query)
      path = bench:image(BLOCKS)
      rec = bench:recorder()
      assert(burn.image(rec, path, {verify = false}))
      rec = nil
      collectgarbage()
      bench.address = bench.address:gsub("medium=[^&]*&", "")
    end)

    -- Seconds that all blocks of the image take at least, but for rounding.
    local least = BLOCKS * 2048 / (kind.slow * 1000) - 1e-6

    it("caps verify, and is lifted again", function()
      rec = recorder()
      local fast = assert(verify.run(rec, {against = path}))
      rec = recorder()
      local slow = assert(verify.run(rec, {against = path, speed = kind.slow}))
      assert_capped(kind)
      assert.is_true(slow.seconds >= least)
      assert.is_true(fast.seconds < slow.seconds)
      local after = assert(verify.run(rec, {against = path}))
      assert.are.equal(fast.seconds, after.seconds)
    end)

    it("caps reading", function()
      rec = recorder()
      local slow = assert(read.run(rec, bench:path "out",
        {speed = kind.slow}))
      assert_capped(kind)
      assert.is_true(slow.seconds >= least)
      assert.are.same({}, slow.warnings)
    end)

    it("caps export", function()
      rec = recorder()
      local slow = assert(export.run(rec, bench:path "out.iso",
        {speed = kind.slow}))
      assert_capped(kind)
      assert.is_true(slow.seconds >= least)
    end)

    it("is lifted when the reading fails", function()
      rec = recorder {faults = {
        {opcode = "READ(10)", lba = 200, sense = {3, 0x11, 5}},
      }}
      burning.refused("generic",
        read.run(rec, bench:path "out", {speed = kind.slow}))
      position(run.slurp(trace), kind.lifted)
    end)

    it("that the drive refuses is a warning", function()
      rec = recorder {faults = {
        {opcode = "SET STREAMING", sense = {5, 0x20, 0}},
        {opcode = "SET CD SPEED", sense = {5, 0x20, 0}},
      }}
      local slow = assert(read.run(rec, bench:path "out", {speed = kind.slow}))
      assert.are.equal("speed_not_set", slow.warnings[1].code)
      local checked = assert(verify.run(rec,
        {against = path, speed = kind.slow}))
      assert.are.equal("speed_not_set", checked.warnings[1].code)
    end)

    it("that no drive has raises", function()
      rec = recorder()
      for _, speed in ipairs {0, -1, 1 << 24, 1.5, "8x"} do
        assert.has_error(function()
          read.run(rec, bench:path "out", {speed = speed})
        end, "read: speed is out of range")
      end
    end)

    it("is an option of the commands that read", function()
      local address = bench.address
      trace = bench:path "trace"
      for _, command in ipairs {
        {"verify", address},
        {"read", address, bench:path "out"},
        {"export", address, bench:path "out.iso"},
      } do
        os.remove(trace)
        table.move({"--read-speed", tostring(kind.slow), "--trace", trace},
          1, 4, #command + 1, command)
        local r = run.command(table.unpack(command))
        assert.are.equal(0, r.status, r.stderr)
        assert_capped(kind)
      end
    end)
  end)

  describe("a burn on a " .. name, function()
    local function burnt(options)
      bench = burning.bench(kind.query)
      local rec = recorder()
      local report = assert(burn.image(rec, bench:image(BLOCKS), options))
      assert.is_true(report.verified)
      return report
    end

    it("reads back no faster than it is told, and lifts that again", function()
      local fast = burnt()
      bench:remove()
      local slow = burnt {read_speed = kind.slow}
      assert_capped(kind)
      assert.are.equal(kind.slow, slow.asked.read_speed)
      assert.is_true(slow.seconds.reading > fast.seconds.reading)
      assert.are.equal(fast.seconds.writing, slow.seconds.writing)
    end)

    it("reads back at the speed that the command is given", function()
      bench = burning.bench(kind.query)
      trace = bench:path "trace"
      local r = run.command("write", bench.address, bench:image(BLOCKS),
        "--read-speed", tostring(kind.slow), "--trace", trace)
      assert.are.equal(0, r.status, r.stderr)
      assert_capped(kind)
    end)
  end)
end

describe("a write speed on a DVD", function()
  before_each(function()
    bench = burning.bench(kinds.dvd.query)
  end)

  it("is set by SET STREAMING, reading as fast as it goes", function()
    -- More than the time between two questions whether the drive is done.
    local blocks = 10 * BLOCKS
    local fast = assert(burn.image(recorder(), bench:image(blocks)))
    bench:remove()
    bench = burning.bench(kinds.dvd.query)
    local slow =
      assert(burn.image(recorder(), bench:image(blocks), {speed = 3324}))
    assert.is_true(slow.seconds.writing > fast.seconds.writing)
    local text = run.slurp(trace)
    position(text, "out=0000000000000000" .. LAST .. MOST .. "00000cfc000003e8")
    assert.is_nil(text:find('"SET CD SPEED"', 1, true))
  end)

  it("is set by SET CD SPEED where the drive refuses that", function()
    local rec = recorder {faults = {
      {opcode = "SET STREAMING", sense = {5, 0x20, 0}},
    }}
    local report =
      assert(burn.image(rec, bench:image(BLOCKS), {speed = 3324}))
    assert.are.same({}, report.warnings)
    position(run.slurp(trace), "cdb=bb00ffff0cfc")
  end)

  it("is set by SET CD SPEED where the drive does not say how long the disc is",
    function()
      local rec = recorder {faults = {
        {opcode = "GET PERFORMANCE", sense = {5, 0x20, 0}},
        {opcode = "READ CAPACITY", sense = {5, 0x20, 0}},
      }}
      assert(burn.image(rec, bench:image(BLOCKS),
        {speed = 3324, verify = false}))
      position(run.slurp(trace), "cdb=bb00ffff0cfc")
    end)
end)

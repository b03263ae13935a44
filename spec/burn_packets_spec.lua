-- How much one WRITE or READ carries, and what happens when that is too much.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local BLOCK <const> = 2048
local KIB <const> = 1024
local BLOCKS <const> = 2000 -- not whole units of DVD+R's 16

local bench

local function new_bench(query)
  if bench then
    bench:remove()
  end
  bench = burning.bench(query)
end

before_each(function()
  new_bench()
end)

after_each(function()
  bench:remove()
  bench = nil
end)

-- A burn with these faults: its report, and the blocks that its WRITEs and
-- READs carried, those that were refused too.
local function burned(faults, options)
  local trace, path = bench:path "trace", bench:image(BLOCKS)
  local carried = {["WRITE(10)"] = {}, ["READ(10)"] = {}}
  local rec <close> = bench:recorder {faults = faults, trace = trace}
  local report = assert(burn.image(rec, path, options))
  rec:close()
  for opcode, cdb in run.slurp(trace):gmatch
    'opcode="([^"]*)" cdb=(%x+)' do
    table.insert(carried[opcode] or {}, tonumber(cdb:sub(15, 18), 16))
  end
  assert.is_true(report.verified)
  assert.is_true(bench:disc(0, BLOCKS) == run.slurp(path))
  return report, carried["WRITE(10)"], carried["READ(10)"]
end

local function most(list)
  return math.max(table.unpack(list))
end

local function sum(list)
  local all = 0
  for _, blocks in ipairs(list) do
    all = all + blocks
  end
  return all
end

local function warned(report)
  local codes = {}
  for _, warning in ipairs(report.warnings) do
    table.insert(codes, warning.code)
  end
  return table.concat(codes, " ")
end

describe("packets", function()
  it("are as large as the way to the drive takes", function()
    local report, writes, reads = burned()
    assert.are.equal(512, most(writes))
    assert.are.equal(512, most(reads))
    assert.are.equal(BLOCKS + 150, sum(writes))
    assert.are.equal("", warned(report))
  end)

  it("are no larger than the job says", function()
    for _, kib in ipairs {2, 32, 96, 1024} do
      local report, writes, reads = burned(nil, {packet = kib * KIB})
      assert.are.equal(kib // 2, most(reads))
      -- The padding goes in packets of 64 KiB where these are allowed.
      assert.are.equal(kib // 2, most(writes))
      assert.are.equal("", warned(report))
      new_bench()
    end
  end)

  it("are never more than half of the ring", function()
    local _, writes = burned(nil, {buffer = 256 * KIB})
    assert.are.equal(64, most(writes))
  end)

  it("have room for two of them in the drive's buffer", function()
    for _, kib in ipairs {64, 100, 512, 1536} do
      new_bench(("medium=cd-rw&buffer=%dK"):format(kib))
      local _, writes, reads = burned()
      local least = 32
      while least * 4 <= kib do
        least = least * 2
      end
      assert.are.equal(least // 2, most(writes))
      assert.are.equal(512, most(reads))
    end
  end)

  it("are whole units of the write mode, its least at the least", function()
    for _, kib in ipairs {2, 32, 50, 1000} do
      new_bench "medium=dvd%2Br"
      local _, writes = burned(nil, {packet = kib * KIB})
      for _, blocks in ipairs(writes) do
        assert.are.equal(0, blocks % 16)
      end
      assert.are.equal(BLOCKS, sum(writes))
      assert.are.equal(math.max(16, kib // 32 * 16), most(writes))
    end
  end)

  it("of a wrong size are the caller's mistake", function()
    local rec = bench:recorder()
    local path = bench:image(300)
    local wrong = {0, 1, 2047, 2049, 1024 * KIB + 2048, 4096.5, "x"}
    for _, packet in ipairs(wrong) do
      assert.has_error(function()
        burn.image(rec, path, {packet = packet})
      end)
    end
    assert.are.equal("blank", rec:medium().state)
  end)
end)

local REFUSALS <const> = {
  ["an invalid field"] = {sense = {5, 0x24, 0}},
  ["a wrong parameter list length"] = {sense = {5, 0x1A, 0}},
  ["a system that does not let it through"] = {denied = true},
}

for name, refusal in pairs(REFUSALS) do
  local function rule(when)
    local made = {longer = 64 * KIB}
    for _, from in ipairs {refusal, when or {}} do
      for key, value in pairs(from) do
        made[key] = value
      end
    end
    return made
  end

  describe("long packets refused by " .. name, function()
    it("are sent again shorter, and the report says so", function()
      local report, writes, reads = burned {rule()}
      assert.are.equal(512, writes[1])
      assert.are.equal(16, most {table.unpack(writes, 2)})
      assert.are.equal(16, most(reads))
      assert.are.equal("packets_reduced", warned(report))
      assert.matches("32 KiB", report.warnings[1].message)
    end)

    it("are sent again shorter in the middle of a track", function()
      local report, writes =
        burned {rule {opcode = "WRITE(10)", nth = 3}}
      assert.are.same({512, 512, 512, 16}, {table.unpack(writes, 1, 4)})
      assert.are.equal("packets_reduced", warned(report))
    end)

    it("are sent again shorter by whole units on DVD+R", function()
      new_bench "medium=dvd%2Br"
      local report, writes = burned {rule {opcode = "WRITE(10)", nth = 2}}
      assert.are.same({512, 512, 16}, {table.unpack(writes, 1, 3)})
      assert.are.equal(BLOCKS + 512, sum(writes))
      assert.are.equal("packets_reduced", warned(report))
    end)

    it("are read shorter", function()
      local report, writes, reads =
        burned {rule {opcode = "READ(10)", nth = 2}}
      assert.are.equal(512, most(writes))
      assert.are.same({512, 488 + 24, 16}, {table.unpack(reads, 1, 3)})
      assert.are.equal("packets_reduced", warned(report))
    end)

    it("are refused by a drive that reads for others, too", function()
      local image = bench:image(BLOCKS)
      assert(burn.image(bench:recorder(), image))
      local rec = bench:recorder {faults = {rule()}}
      local result = assert(verify.run(rec, {against = image}))
      assert.are.equal("packets_reduced", warned(result))
      assert(read.run(rec, bench:path "copy"))
      assert.are.equal(run.slurp(image),
        run.slurp(bench:path "copy"):sub(1, BLOCKS * BLOCK))
    end)
  end)
end

describe("a refusal that is not about the length", function()
  it("fails after one shorter try", function()
    local rec = bench:recorder {
      faults = {{opcode = "WRITE(10)", sense = {5, 0x24, 0}}},
      trace = bench:path "trace",
    }
    burning.refused("unsupported", burn.image(rec, bench:image(BLOCKS)))
    rec:close()
    local writes = 0
    for _, packet in ipairs(burning.packets(bench:path "trace")) do
      writes = writes + (packet.opcode == "WRITE(10)" and 1 or 0)
    end
    assert.are.equal(2, writes)
  end)

  it("is not repeated when the drive took it all the same", function()
    local _, writes = burned {{
      opcode = "WRITE(10)", nth = 2, sense = {5, 0x24, 0}, delivered = true,
    }}
    assert.are.same({512, 512, 16}, {table.unpack(writes, 1, 3)})
    assert.are.equal(BLOCKS + 150, sum(writes))
  end)
end)

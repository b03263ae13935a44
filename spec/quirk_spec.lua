-- Quirks: what real drives do otherwise than the standard says, and how we go
-- about it. That every kind of job passes is in quirk_jobs_spec.lua.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local quirks = require "spec.support.quirks"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local bench

local function with(quirk, medium)
  bench = burning.bench(("medium=%s&quirk=%s"):format(medium or "cd-rw", quirk))
  return bench:recorder()
end

after_each(function()
  if bench then
    bench:remove()
  end
  bench = nil
end)

local TEST_UNIT_READY <const> = "00 00 00 00 00 00"
local INFORMATION <const> = "51 00 00 00 00 00 00 0022 00"
local NEXT <const> = "52 01 000000FF 00 0024 00"
local OPC <const> = "54 01 00 00 00 00 00 0000 00"
local UNLOAD <const> = "1B 00 00 00 02 00"
local LOAD <const> = "1B 00 00 00 03 00"

describe("an address with quirks", function()
  it("takes several", function()
    local rec = with "no-opc,no-load,nwa-150"
    assert(rec:open_exclusive())
    assert.are.equal("5/20/00", disc.sense(rec, OPC))
    assert.are.equal("5/24/00", disc.sense(rec, LOAD))
  end)

  it("is refused with one that there is not", function()
    bench = burning.bench "medium=cd-rw&quirk=no-opc,sloth"
    local failure = burning.refused("unsupported",
      discrecorder.recorder(bench.address))
    assert.matches('"sloth"', failure.message, 1, true)
    for _, name in ipairs(quirks) do
      assert.matches(name, failure.message, 1, true)
    end
    assert.is_nil(io.open(bench.disc_path))
  end)

  it("is refused on a drive that is open with others", function()
    local rec = with "no-opc"
    burning.refused("unsupported",
      discrecorder.recorder("virtual:" .. bench.disc_path .. "?quirk=no-load"))
    assert(discrecorder.recorder("virtual:" .. bench.disc_path)) -- as it is
    assert(rec:medium())
  end)
end)

describe("the drive", function()
  it("names -150 as a blank disc's next writable address", function()
    local rec = with "nwa-150"
    local track = disc.track(rec, 0xFF)
    assert.are.equal(-150, track.next)
    assert.are.equal(0, track.start)
    assert.are.equal(0, rec:medium().next_writable)
  end)

  it("is ready too early after a load", function()
    local rec = with "early-ready"
    assert(rec:open_exclusive())
    assert.are.equal("good", disc.sense(rec, UNLOAD))
    assert.are.equal("good", disc.sense(rec, "1B 01 00 00 03 00"))
    assert.are.equal("6/28/00", disc.sense(rec, TEST_UNIT_READY))
    assert.are.equal("good", disc.sense(rec, TEST_UNIT_READY))
    assert.are.equal("2/04/07", disc.sense(rec, INFORMATION, 34))
    assert.are.equal("blank", rec:medium().state)
  end)

  for _, quirk in ipairs {"early-ready", "early-close"} do
    it("closes a session in its own way: " .. quirk, function()
      local rec = with(quirk)
      assert(rec:open_exclusive())
      disc.one_track(rec, 1)
      local at_once = "5B 01 02 00 0000 00 00 00 00"
      if quirk == "early-ready" then
        assert.are.equal("good", disc.sense(rec, at_once))
        assert.are.equal("good", disc.sense(rec, TEST_UNIT_READY))
      else
        assert.are.equal("6/2E/00", disc.close_session(rec))
        assert.are.equal("2/04/07", disc.sense(rec, TEST_UNIT_READY))
        assert.are.equal("2/04/07", disc.sense(rec, at_once))
      end
      assert.are.equal("2/04/07", disc.sense(rec, INFORMATION, 34))
      assert.are.equal("complete", rec:medium().state)
    end)
  end

  it("knows no calibration, or answers it with an attention", function()
    local rec = with "no-opc"
    assert(rec:open_exclusive())
    assert.are.equal("5/20/00", disc.sense(rec, OPC))
    rec:close()
    bench:remove()
    rec = with "opc-attention"
    assert(rec:open_exclusive())
    assert.are.equal("6/5A/03", disc.sense(rec, OPC))
  end)

  it("knows no GET CONFIGURATION, and is known all the same", function()
    for _, medium in ipairs {"cd-r", "cd-rw"} do
      local rec = with("no-configuration", medium)
      assert.are.equal("5/20/00",
        disc.sense(rec, "46 00 0000 000000 0008 00", 8))
      assert.are.equal(medium, rec:medium().profile)
      assert.are.equal("blank", rec:medium().state)
      assert.are.equal("cdrw", rec:get_recorder_type())
      bench:remove()
    end
    bench = nil
  end)

  it("tells what it can do by its page when that is all it has", function()
    local can = assert((with "no-configuration"):capabilities())
    assert.are.same({}, can.profiles)
    assert.is_nil(can.can_load)
    assert.are.equal(2 << 20, can.buffer)
    assert.is_true(can.test_write)
  end)

  it("has more room in its buffer than the buffer is large", function()
    local rec = with "false-buffer"
    local reply = disc.ask(rec, "5C 00 00 00 00 00 00 000C 00", 12)
    local total, free = (">I4I4"):unpack(reply, 5)
    assert.is_true(free > total)
  end)

  it("cannot close its tray, and is not asked to", function()
    local rec = with "no-load"
    assert.is_false(rec:capabilities().can_load)
    local report = assert(burn.tree(rec, bench.scratch:files()))
    assert.are.equal("fua", report.readback.method)
    assert(rec:open_exclusive())
    assert(rec:eject())
    burning.refused("unsupported", rec:load())
    assert(rec:operator():press_eject())
    assert.are.equal("complete", rec:medium().state)
  end)

  -- What was read after the session was closed: {{blocks, fua}}, in order.
  local function reads_of_proof(trace)
    local reads, closed = {}, false
    for cdb in run.slurp(trace):gmatch 'packet[^\n]* cdb=(%x+)' do
      local opcode, flags, blocks =
        cdb:match("^(%x%x)(%x%x)" .. ("%x"):rep(10) .. "(%x%x%x%x)")
      if opcode == "5b" or opcode == "5B" then
        closed, reads = true, {}
      elseif opcode == "28" and closed then
        table.insert(reads, {
          blocks = tonumber(blocks, 16), fua = tonumber(flags, 16) & 8 ~= 0,
        })
      end
    end
    return reads
  end

  local function count(reads, fua)
    local sum = 0
    for _, read in ipairs(reads) do
      sum = sum + (read.fua == fua and read.blocks or 0)
    end
    return sum
  end

  it("is read as much elsewhere as its buffer holds, then with FUA", function()
    bench = burning.bench "medium=cd-rw&quirk=no-load&buffer=512K"
    local trace = bench:path "trace"
    local rec = bench:recorder {trace = trace}
    local report = assert(burn.image(rec, bench:image(500)))
    assert.are.equal("fua", report.readback.method)
    assert.are.same({}, report.warnings)
    local reads = reads_of_proof(trace)
    assert.is_false(reads[1].fua)
    assert.are.equal(256 + 24, count(reads, false)) -- 24 with the run-out
    assert.are.equal(501, count(reads, true)) -- one to try it
    rec = bench:recorder()
    local found = assert(verify.run(rec, {report = report}))
    assert.are.equal("fua", found.method)
    assert.are.same({}, found.warnings)
  end)

  it("is read without FUA when it refuses that", function()
    bench = burning.bench "medium=cd-rw&quirk=no-load,no-fua&buffer=512K"
    local rec = bench:recorder()
    assert.are.equal("5/24/00",
      disc.sense(rec, "28 08 00 00 00 00 00 00 01 00"))
    local report = assert(burn.image(rec, bench:image(500)))
    assert.are.equal("flush", report.readback.method)
    assert.is_true(report.verified)
    local found = assert(verify.run(rec, {report = report}))
    assert.are.equal("flush", found.method)
  end)

  it("is not believed for what stands in its buffer alone", function()
    bench = burning.bench "medium=cd-rw&quirk=no-load,no-fua&buffer=512K"
    local rec = bench:recorder {faults = {
      {opcode = "WRITE(10)", nth = 10, lost_write = true},
    }}
    local report, failure =
      burn.image(rec, bench:image(500), {packet = 65536})
    assert.is_nil(report)
    assert.is_false(failure.report.verified)
  end)

  it("warns of a disc that its buffer holds whole", function()
    local rec = with "no-load"
    local report = assert(burn.image(rec, bench:image(400)))
    assert.are.equal("smaller_than_buffer", report.warnings[1].code)
    local found = assert(verify.run(rec, {report = report}))
    assert.are.equal("smaller_than_buffer", found.warnings[1].code)
  end)

  it("tells nothing of the next track of a full disc", function()
    for _, quirk in ipairs {"no-track-info-when-full", "no-opc"} do
      local rec = with(quirk, "cd-r&minutes=74")
      assert(rec:open_exclusive())
      disc.ask(rec, ("53 00 00 00 00 %08X 00"):format(332849 - 2))
      if quirk == "no-opc" then
        local track = disc.track(rec, 2)
        assert.is_false(track.has_next)
        assert.are.equal(0, track.free)
      else
        assert.are.equal("5/24/00", disc.sense(rec, NEXT, 36))
      end
      local medium = assert(rec:medium())
      assert.are.equal("appendable", medium.state)
      assert.is_nil(medium.next_writable)
      assert.are.equal(1, #medium.tracks)
      bench:remove()
    end
    bench = nil
  end)

  it("names no next writable address before page 05h", function()
    local rec = with "no-nwa-before-page"
    assert(rec:open_exclusive())
    assert.are.equal("5/64/00", disc.sense(rec, NEXT, 36))
    assert.are.equal("good", disc.select(rec, disc.write_page {test = true}))
    assert.are.equal("good", disc.sense(rec, NEXT, 36))
    assert(rec:eject())
    assert(rec:load())
    assert.are.equal("5/64/00", disc.sense(rec, NEXT, 36))
    local page = disc.page(rec, 5)
    assert.are.equal(0, rec:medium().next_writable)
    assert.are.equal(page, disc.page(rec, 5))
  end)

  it("fails CLOSE TRACK after track-at-once", function()
    local rec = with "close-track-fails"
    assert(burn.image(rec, bench:image(300), {keep_open = true}))
    assert(rec:open_exclusive())
    assert.are.equal("5/24/00", disc.sense(rec, "5B 00 01 00 0001 00 00 00 00"))
  end)
end)

-- What the disc holds after a burn that says it went well.
local function holds(report, path)
  for i, track in ipairs(report.tracks) do
    local file = assert(io.open(path, "rb"))
    local content = file:read("a")
    file:close()
    assert.is_true(content == bench:disc(track.start, track.blocks),
      ("track %d: other bytes"):format(i))
  end
end

describe("a drive that overburns", function()
  -- A track of silence, but for its ends.
  local function long_track(path, blocks)
    local sound = ("\x11\x22\x33\x44"):rep(588 * 5)
    run.spit(path, sound)
    local file <close> = assert(io.open(path, "r+b"))
    assert(file:seek("set", (blocks - 5) * 2352))
    assert(file:write(sound))
    assert(file:close())
    return {source = assert(source.file(path)), kind = "audio"}
  end

  it("leaves a disc that is longer than it says", function()
    local rec = with("overburn", "cd-r&minutes=74")
    local blocks = assert(rec:medium()).capacity_blocks + 900
    local job = {tracks = {long_track(bench:path "long", blocks)}}
    burning.refused("disc_full", rec:burn(job))
    job.overburn = true
    local report = assert(rec:burn(job))
    assert.is_true(report.verified)
    assert.are.equal("overburn", report.warnings[1].code)
    rec:close()
    collectgarbage()
    local medium = bench:medium() -- from the file
    assert.are.equal("complete", medium.state)
    assert.are.equal(blocks, medium.tracks[1].blocks)
  end)
end)

describe("a time-out that looks like success", function()
  it("never makes a burn say ok that is not", function()
    local rec = with "silent-timeout"
    local warned = 0
    for blocks = 290, 340 do
      local path = bench:image(blocks)
      local report, failure = burn.image(rec, path, {
        packet = 65536, verify = false,
      })
      if report then
        holds(report, path)
        warned = warned + #report.warnings
      else
        assert.is_string(failure.code)
      end
      assert(rec:open_exclusive())
      assert(rec:erase())
      rec:close()
    end
    assert.is_true(warned > 10)
  end)

  it("is told as a warning when it was made good", function()
    local rec = with "silent-timeout"
    local report =
      assert(burn.image(rec, bench:image(1000), {packet = 65536}))
    assert.are.equal("write_timed_out", report.warnings[1].code)
    assert.matches("nothing", report.warnings[1].message)
    assert.is_true(report.seconds.writing >= 200)
  end)
end)

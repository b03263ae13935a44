-- A recorded trace as a recorder: replay:FILE.
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local run = require "spec.support.run"

local TUR <const> = ("\0"):rep(6)
local INQUIRY <const> = "\x12\0\0\0\x24\0"
local DISC_INFORMATION <const> = "\x51" .. ("\0"):rep(7) .. "\x22\0"

describe("a replay", function()
  local bench, path

  before_each(function()
    bench = burning.bench()
    path = bench:path "trace"
  end)

  after_each(function()
    bench:remove()
  end)

  -- Do something with the virtual recorder, traced.
  local function traced(f)
    local rec <close> = bench:recorder{trace = path}
    local result = f(rec)
    return result
  end

  local function replay()
    return assert(disc.recorder("replay:" .. path))
  end

  -- The trace changed by hand: each line by f.
  local function edit(f)
    local lines = {}
    for line in run.slurp(path):gmatch "[^\n]*\n" do
      table.insert(lines, f(line) or line)
    end
    run.spit(path, table.concat(lines))
  end

  -- What differs between two runs of one burn: nothing but where it was.
  local function same_place(report)
    report.recorder = nil
    report.drive = nil
    report.program = nil
    report.started = nil
    report.finished = nil
    return report
  end

  -- A drive tells an attention as data, too, and once only (SPC-3, REQUEST
  -- SENSE).
  it("whose drive tells of another disc instead of its progress fails so",
    function()
      bench:remove()
      bench = burning.bench "medium=dvd%2Brw"
      path = bench:path "trace"
      local function job()
        return burning.job(bench:image(300), {as_needed = true})
      end
      do
        local rec <close> = bench:recorder()
        assert(rec:burn(job())) -- whose end breaks the formatting off
      end
      traced(function(rec)
        return assert(rec:burn(job()))
      end)
      collectgarbage()
      local told = 0
      edit(function(line)
        local before, after = line:match "^(answer .* in=7000)02(.*\n)$"
        if before and told == 0 then
          told = told + 1
          return before .. "06" .. after:gsub("0404", "2800", 1)
        end
      end)
      assert.are.equal(1, told)
      burning.refused("wrong_disc", replay():burn(job()))
    end)

  it("burns as the trace's drive did, and reads back", function()
    local image = bench:image(700)
    local first = traced(function(rec)
      return assert(burn.image(rec, image))
    end)
    collectgarbage() -- the trace's end
    local rec = replay()
    local second = assert(burn.image(rec, image))
    assert.is_true(second.ok)
    assert.is_true(second.verified)
    assert.are.same(first.tracks, second.tracks)
    assert.are.same(first.medium, second.medium)
    assert.are.same(first.readback, second.readback)
    assert.are.same(first.seconds, second.seconds)
    assert.are.same(same_place(first), same_place(second))
  end)

  it("is the same drive", function()
    local was = traced(function(rec)
      return {rec:get_recorder_guid(), rec.serial, rec:medium().state}
    end)
    local rec = replay()
    assert.are.same(was,
      {rec:get_recorder_guid(), rec.serial, rec:medium().state})
    assert.are.equal("replay:" .. path, rec:get_path())
  end)

  it("fails as the drive failed", function()
    local image = bench:image(700)
    bench.address = bench.address ..
      "&fault=opcode:WRITE(10),nth:3,sense:3/0C/00"
    local failure = traced(function(rec)
      return select(2, burn.image(rec, image, {packet = 65536}))
    end)
    local _, again = burn.image(replay(), image, {packet = 65536})
    assert.are.equal(failure.message, again.message)
    assert.are.same(failure.sense, again.sense)
    assert.are.equal(failure.lba, again.lba)
  end)

  it("refuses what the trace has only a checksum of", function()
    burning.bench()
    local image = bench:image(700)
    assert(burn.image(bench:recorder(), image))
    traced(function(rec)
      assert(rec:read(16, 2))
    end)
    local nothing, failure, code = replay():read(16, 2)
    assert.is_nil(nothing)
    assert.are.equal("unsupported", code)
    assert.matches("line %d+ of the trace has only a checksum",
      failure.message)
  end)

  it("goes ahead to the same question", function()
    traced(function(rec)
      rec:command(TUR)
      rec:command(DISC_INFORMATION, "in", 34)
      rec:command(INQUIRY, "in", 36)
    end)
    local rec = replay()
    local vendor = assert(rec:command(INQUIRY, "in", 36)):sub(9, 16)
    assert.are.equal(vendor:gsub(" +$", ""), rec.vendor)
    -- and what was passed over can still be asked
    assert.is_truthy(rec:command(DISC_INFORMATION, "in", 34))
  end)

  it("repeats what it said last about the same", function()
    local was = traced(function(rec)
      return rec:command(DISC_INFORMATION, "in", 34)
    end)
    local rec = replay()
    for _ = 1, 3 do
      assert.are.equal(was, rec:command(DISC_INFORMATION, "in", 34))
    end
  end)

  it("does not tell of a disc before it was written", function()
    local blank, full
    traced(function(rec)
      blank = rec:medium().state
      assert(burn.image(rec, bench:image(400)))
      full = rec:medium().state
    end)
    local rec = replay()
    assert.are.equal(blank, rec:medium().state)
    assert.are.equal(blank, rec:medium().state)
    assert.are_not.equal(blank, full)
    assert(burn.image(rec, bench:image(400)))
    assert.are.equal(full, rec:medium().state)
  end)

  it("says that it has no answer, and after which line", function()
    traced(function() end)
    local rec = replay()
    local nothing, failure = rec:command("\x43" .. ("\0"):rep(7) .. "\4\0",
      "in", 4)
    assert.is_nil(nothing)
    assert.are.same({5, 0x20, 0},
      {failure.sense.key, failure.sense.asc, failure.sense.ascq})
    assert.matches("the trace has no answer to this after its line %d+",
      failure.message)
  end)

  it("loses a question that the trace ends in", function()
    traced(function(rec)
      rec:command("\x1E\0\0\0\0\0")
      rec:command(DISC_INFORMATION, "in", 34)
    end)
    local text = run.slurp(path)
    local last = assert(text:match "^.*\n()answer ")
    run.spit(path, text:sub(1, last - 1))
    local _, failure, code = replay():command(DISC_INFORMATION, "in", 34)
    assert.are.equal("transport_error", code)
    assert.matches("not known", failure.message)
  end)

  it("refuses the drive when the trace's was refused", function()
    local other = bench:recorder()
    traced(function(rec)
      assert(other:open_exclusive())
      assert.is_nil((rec:open_exclusive()))
      other:close()
    end)
    local _, failure, code = replay():open_exclusive()
    assert.are.equal("device_not_accessible", code)
    assert.matches("somebody else", failure.message)
  end)

  it("keeps the trace's time", function()
    local image = bench:image(700)
    bench.address = bench.address .. "&pace=1"
    local first = traced(function(rec)
      return assert(burn.image(rec, image)).seconds
    end)
    local second = assert(burn.image(replay(), image)).seconds
    assert.is_true(first.writing > 1)
    assert.are.same(first, second)
  end)

  it("is told how much a packet of the trace's drive may carry", function()
    traced(function(rec)
      rec:medium()
    end)
    edit(function(line)
      return line:gsub("^(discrecorder%-trace.*)\n",
        "%1 max_bytes=32768 asks=freely new=\"a b\" word\n")
    end)
    assert.are.equal("blank", replay():medium().state)
  end)

  it("passes over lines and fields that it does not know", function()
    traced(function() end)
    edit(function(line)
      return "later x=\"y z\"\n" .. line
    end)
    edit(function(line)
      return line:find "^discrecorder" and line or line:gsub("\n", " a=b c\n")
    end)
    local text = run.slurp(path):gsub("^later[^\n]*\n", "")
    run.spit(path, text)
    assert.is_truthy(replay().vendor)
  end)

  it("replays the first of several traces in one file", function()
    traced(function(rec)
      rec:medium()
    end)
    bench.address = ("virtual:%s?medium=cd-rw&serial=OTHER"):format(
      bench:path "other")
    traced(function() end)
    assert.are_not.equal("OTHER", replay().serial)
  end)

  describe("of a file that is no good", function()
    local function refused(content, code, pattern)
      run.spit(path, content)
      local nothing, failure, which = disc.recorder("replay:" .. path)
      assert.is_nil(nothing)
      assert.are.equal(code, which)
      assert.matches(pattern, failure.message)
    end
    local first = 'discrecorder-trace 1 address="a" program="b"\n'

    it("says so", function()
      refused("", "bad_file", "is no trace")
      refused("hello\n", "bad_file", "is no trace")
      refused(first:sub(1, -2), "bad_file", "is no trace")
      refused("discrecorder-trace 2 x\n", "unsupported", "another version")
      for _, line in ipairs{
        "packet 1 at=0.000000000 cdb=12 dir=none len=0",
        "packet 1 at=0.0 cdb=120000002400 dir=none len=0",
        "packet 1 cdb=12000000240 dir=none",
        "packet 1 cdb=12000000240g dir=none",
        "packet 1 dir=in len=3",
        "packet x cdb=120000002400 dir=in",
        "packet 1 cdb=120000002400 dir=up",
        "packet 1 cdb=" .. ("00"):rep(17),
        "answer 1 status=good moved=0",
        'acquire at=0.000000000 failed message="open',
      } do
        refused(first .. line .. "\n", "bad_file", "line 2 makes no sense")
      end
      local packet = "packet 1 at=0.000000000 cdb=120000002400 dir=in len=36\n"
      for _, line in ipairs{
        "answer 2 status=good moved=0", "answer 1 moved=0",
        "answer 1 status=fine", "answer 1 status=good moved=-1",
        "answer 1 status=good in=0", "answer 1 status=good sum=12",
        "answer 1 status=check sense=" .. ("00"):rep(33),
        "answer 1 status=good elapsed=99999999999999999.000000000",
      } do
        refused(first .. packet .. line .. "\n", "bad_file",
          "line 3 makes no sense")
      end
    end)

    it("fails as a drive that knows nothing when it is empty", function()
      run.spit(path, first)
      local _, failure = disc.recorder("replay:" .. path)
      assert.matches("INQUIRY.*no answer to this after its line 1",
        failure.message)
    end)

    it("says where there is none", function()
      local _, failure, code = disc.recorder "replay:/no/such/trace"
      assert.are.equal("device_not_present", code)
      assert.matches("no trace /no/such/trace", failure.message)
      assert.are.equal("bad_file", select(3, disc.recorder "replay:/dev/zero"))
      assert.are.equal("unsupported",
        select(3, disc.recorder "replay:/x?medium=cd-r"))
      assert.are.equal("device_not_present", select(3, disc.recorder "replay:"))
    end)
  end)
end)

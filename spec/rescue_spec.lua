-- Damaged discs: read past what cannot be read, by a map that the reading goes
-- on by (docs/copy.md).
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local export = require "discrecorder.export"
local read = require "discrecorder.read"
local run = require "spec.support.run"

local BLOCK <const> = disc.BLOCK
local UNREADABLE <const> = {3, 0x11, 0x05}

local d = each(disc.new)
local out, map

before_each(function()
  out, map = d:path "out.iso", d:path "out.map"
end)

-- A closed disc with a track of data; its path.
local function data_disc(blocks)
  local rec <close> = d:opened "medium=cd-r"
  disc.tao(rec, {blocks})
  return d.last
end

-- Nobody has it open, then.
local function audio_disc(job)
  do
    local rec <close> = d:opened "medium=cd-r"
    album.record(rec, job)
  end
  collectgarbage()
  collectgarbage()
  return d.last
end

-- A recorder with a disc, some of whose blocks cannot be read; how many times.
local function damaged(path, list, times)
  local faults = {}
  for i, lba in ipairs(list) do
    faults[i] = {lba = lba, sense = UNREADABLE, times = times}
  end
  return assert(discrecorder.recorder("virtual:" .. path, {faults = faults}))
end

local function sound(path)
  return assert(discrecorder.recorder("virtual:" .. path))
end

local function blocks(from, n)
  local list = {}
  for i = 1, n do
    list[i] = disc.block(from + i - 1)
  end
  return table.concat(list)
end

-- The runs of a map, as "status size" in blocks.
local function runs(path, size)
  local list = {}
  for length, status in run.slurp(path):gmatch "\n0x%x+  (0x%x+)  (%S)" do
    table.insert(list, ("%s%d"):format(status, tonumber(length) // size))
  end
  return table.concat(list, " ")
end

describe("reading with a map", function()
  it("is reading, where nothing is damaged", function()
    local path = data_disc(700)
    local result = assert(read.run(sound(path), out, {map = map}))
    assert.is_true(blocks(0, 700) == run.slurp(out))
    assert.equal(run.output("sha256sum", out):sub(1, 64), result.sha256)
    assert.is_false(result.resumed)
    assert.equal("+700", runs(map, BLOCK))
  end)

  it("goes on past what cannot be read, and says what that is", function()
    local path = data_disc(1000)
    local failure = disc.fails("generic",
      read.run(damaged(path, {100, 101, 500}), out, {map = map}))
    assert.equal(100, failure.lba)
    assert.equal("medium", failure.culprit)
    assert.same({{start = 100, blocks = 2}, {start = 500, blocks = 1}},
      failure.report.bad)
    assert.equal(3, failure.report.bad_blocks)
    assert.equal("+100 -2 +398 -1 +499", runs(map, BLOCK))
    local zeros = ("\0"):rep(BLOCK)
    assert.is_true(blocks(0, 100) .. zeros .. zeros .. blocks(102, 398)
      .. zeros .. blocks(501, 499) == run.slurp(out))
  end)

  it("goes on by the map, and ends well", function()
    local path = data_disc(1000)
    read.run(damaged(path, {100, 500}), out, {map = map})
    local trace = d:path "trace"
    local rec <close> = assert(discrecorder.recorder("virtual:" .. path,
      {trace = trace}))
    local result = assert(read.run(rec, out, {map = map}))
    assert.is_true(result.resumed)
    assert.is_true(blocks(0, 1000) == run.slurp(out))
    assert.equal("+1000", runs(map, BLOCK))
    assert.matches("# current_pos.-\n0x%x+ +%+ ", run.slurp(map))
    -- The two blocks; and those of run-out, by which the track's end is found.
    local _, reads = run.slurp(trace):gsub('opcode="READ%(10%)"', "")
    assert.equal(4, reads)
  end)

  it("tries again as often as it is told", function()
    local path = data_disc(400)
    -- Once in a packet, once alone, and then again; each READ that fails so is
    -- sent three times.
    for retries = 0, 2 do
      local reads = 3 * (2 + retries)
      disc.fails("generic", read.run(damaged(path, {333}, reads), out,
        {map = map, retries = retries, whole = true}))
      os.remove(out)
      os.remove(map)
      assert(read.run(damaged(path, {333}, reads - 1), out,
        {map = map, retries = retries, whole = true}))
      os.remove(out)
      os.remove(map)
    end
  end)

  it("leaves a large damaged place early, and comes back to it", function()
    local path = data_disc(3000)
    local rec <close> = assert(discrecorder.recorder("virtual:" .. path, {
      faults = {
        {lba = 700, sense = UNREADABLE}, {lba = 760, sense = UNREADABLE},
        {opcode = "READ(10)", nth = 60, gone = true},
      },
    }))
    disc.fails("device_not_present", read.run(rec, out, {map = map}))
    -- 26 blocks failed, 64 were skipped, and it went on at once behind them.
    assert.matches("%*26 %?64 %+%d+ %?%d+$", runs(map, BLOCK))
    assert(read.run(sound(path), out, {map = map}))
    assert.is_true(blocks(0, 3000) == run.slurp(out))
  end)

  it("goes on where the drive was gone, a cancel came", function()
    local path = data_disc(2000)
    local rec = assert(discrecorder.recorder("virtual:" .. path, {
      faults = {{opcode = "READ(10)", nth = 40, gone = true}},
    }))
    disc.fails("device_not_present", read.run(rec, out, {map = map}))
    rec = assert(discrecorder.recorder("virtual:" .. path, {
      faults = {{opcode = "READ(10)", nth = 20, hang = 300}},
    }))
    local job = assert(read.start(rec, out, {map = map}))
    job:cancel()
    disc.fails("user_abort", job:wait())
    job:close()
    local left = runs(map, BLOCK)
    assert.matches("^%+%d+ %?%d+$", left)
    local result = assert(read.run(sound(path), out, {map = map}))
    assert.is_true(result.resumed)
    assert.is_true(blocks(0, 2000) == run.slurp(out))
  end)

  it("keeps the length that it began with", function()
    local path = data_disc(700)
    read.run(damaged(path, {16, 100}), out, {map = map, whole = true})
    assert(read.run(sound(path), out, {map = map}))
    assert.is_true(blocks(0, 700) == run.slurp(out))
  end)

  it("leaves nothing where nothing could be read", function()
    local path = data_disc(300)
    local rec = sound(path)
    assert(rec:operator():remove())
    disc.fails("medium_not_present", read.run(rec, out, {map = map}))
    assert.is_nil(io.open(out))
    assert.is_nil(io.open(map))
  end)

  it("reads several sessions' image", function()
    local rec = d:opened "medium=cd-r"
    local burn = require "discrecorder.burn"
    rec:close()
    assert(burn.tree(rec, {d:files()}, {keep_open = true}))
    local append = require "discrecorder.append"
    run.spit(d:path "more.txt", ("x"):rep(5000))
    assert(append.tree(rec, {d:path "more.txt"}))
    assert(read.run(rec, d:path "plain.iso"))
    assert(read.run(rec, out, {map = map}))
    assert.is_true(run.slurp(d:path "plain.iso") == run.slurp(out))
  end)
end)

describe("exporting with a map", function()
  local cue, bin

  before_each(function()
    cue, bin = d:path "out.cue", d:path "out.bin"
  end)

  it("keeps what could be read, with its sheet", function()
    local path = audio_disc{tracks = {{blocks = 400}, {blocks = 301}}}
    local failure = disc.fails("generic",
      export.run(damaged(path, {250, 600}), cue, {map = map}))
    assert.same({{start = 250, blocks = 1}, {start = 600, blocks = 1}},
      failure.report.bad)
    assert.matches("TRACK 02 AUDIO", run.slurp(cue))
    local result = assert(export.run(sound(path), cue, {map = map}))
    assert.is_true(result.resumed)
    assert.is_true(audio.blocks(0, 701) == run.slurp(bin))
    assert.equal(64, #result.tracks[2].sha256)
  end)

  it("finds audio at its offset, and silence beyond the disc", function()
    local path = audio_disc{tracks = {{blocks = 400}, {blocks = 301}}}
    local rec = assert(discrecorder.recorder("virtual:" .. path
      .. "?quirk=read-offset", {faults = {{lba = 250, sense = UNREADABLE}}}))
    local failure = disc.fails("generic",
      export.run(rec, cue, {map = map, offset = 30}))
    -- Each block lies in two of the drive's.
    assert.same({{start = 249, blocks = 2}}, failure.report.bad)
    local other = assert(discrecorder.recorder("virtual:" .. path
      .. "?quirk=read-offset"))
    assert(export.run(other, cue, {map = map, offset = 30}))
    local bytes = run.slurp(bin)
    assert.is_true(audio.blocks(0, 701):sub(1, -121) == bytes:sub(1, -121))
    assert.equal(("\0"):rep(120), bytes:sub(-120))
  end)

  it("is not done over a sheet of another disc", function()
    local path = audio_disc{tracks = {{blocks = 400}}}
    export.run(damaged(path, {250}), cue, {map = map})
    run.spit(cue, "precious")
    disc.fails("file_exists", export.run(sound(path), cue, {map = map}))
    assert.equal("precious", run.slurp(cue))
  end)
end)

describe("a map", function()
  local path

  before_each(function()
    path = data_disc(700)
  end)

  local function begun()
    disc.fails("generic",
      read.run(damaged(path, {100}), out, {map = map, retries = 0}))
  end

  it("of another disc is refused", function()
    begun()
    local other = data_disc(701)
    disc.fails("wrong_disc", read.run(sound(other), out,
      {map = map, whole = true}))
    assert.equal("+100 -1 +599", runs(map, BLOCK))
  end)

  it("as ddrescue leaves it is taken on trust", function()
    begun()
    run.spit(map, [[
# Mapfile. Created by GNU ddrescue version 1.27
# Command line: ddrescue -b2048 /dev/sr0 out.iso out.map
# Current time: 2026-01-01 00:00:00
# Finished
# current_pos  current_status  current_pass
0x00032800     F               1
#      pos        size  status
0x00000000  0x00032000  +
0x00032000  0x00000800  -
0x00032800  0x0012B800  +
]])
    assert(read.run(sound(path), out, {map = map}))
    assert.is_true(blocks(0, 700) == run.slurp(out))
    assert.matches("# disc: %x+", run.slurp(map))
  end)

  it("may have decimal numbers, CRLF, remarks and parts of blocks", function()
    begun()
    local whole = run.slurp(out)
    run.spit(out, ("\xFF"):rep(#whole))
    run.spit(map, ("0 ? # now\r\n\r\n0 2049 +\r\n2049 1 /\r\n" ..
      "2050 4093 ?\r\n 6143 %d *# and " .. ("so on "):rep(100) .. "\r\n")
      :format(700 * BLOCK - 6143))
    assert(read.run(sound(path), out, {map = map}))
    local bytes = run.slurp(out)
    assert.equal(("\xFF"):rep(BLOCK), bytes:sub(1, BLOCK))
    assert.is_true(blocks(1, 699) == bytes:sub(BLOCK + 1))
  end)

  it("that is none is refused", function()
    begun()
    local good = run.slurp(map)
    for _, text in ipairs {
      "", "x", "0 +\n", "0x0 + 1\n0x0 0x10 +\n", "+ 0\n0 1433600 +\n",
      "0 +\n0 1433600\n", "0 +\n0 1433600 !\n", "0 +\n0 0 +\n0 1433600 +\n",
      "0 +\n10 1433600 +\n", "0 +\n0 1433601 +\n", "0 +\n0 -1 +\n",
      "0 +\n0 1433600 +\n1433600 1 +", "0 +\n0 1433600 + +",
      "0 +\n0 99999999999999999999999 +\n", "0 +\n0 1433600+\n",
      "0 +\n0 18446744073709551615 +", ("0"):rep(1000) .. "\n",
      good:sub(1, -20), "\0\0\0",
    } do
      run.spit(map, text)
      disc.fails("bad_file", read.run(sound(path), out, {map = map}))
    end
    assert.equal(700 * BLOCK, #run.slurp(out))
  end)

  it("may be cut or changed anywhere without harm", function()
    begun()
    local good = run.slurp(map)
    for at = 1, #good, 3 do
      run.spit(map, good:sub(1, at - 1) .. "\xB5" .. good:sub(at + 1))
      local rec <close> = sound(path)
      local result, failure, code = read.run(rec, out, {map = map})
      assert.is_true(result ~= nil or code == "bad_file"
        or code == "wrong_disc", tostring(failure))
      run.spit(map, good:sub(1, at))
      result, failure, code = read.run(sound(path), out, {map = map})
      assert.is_true(result ~= nil or code == "bad_file"
        or code == "wrong_disc", tostring(failure))
    end
    run.spit(map, good)
    assert(read.run(sound(path), out, {map = map}))
    assert.is_true(blocks(0, 700) == run.slurp(out))
  end)

  it("whose file is gone, or of another length, is no use", function()
    begun()
    local bytes = run.slurp(out)
    os.remove(out)
    disc.fails("file_access", read.run(sound(path), out, {map = map}))
    run.spit(out, bytes .. "more")
    disc.fails("bad_file", read.run(sound(path), out, {map = map}))
    for _, length in ipairs {
      0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 699 * BLOCK, 700 * BLOCK - 1,
    } do
      run.spit(out, bytes:sub(1, length))
      disc.fails("bad_file", read.run(sound(path), out, {map = map}))
      assert.equal(length, #run.slurp(out))
    end
  end)

  it("does not let a file be overwritten that it does not know", function()
    run.spit(out, "precious")
    disc.fails("file_exists", read.run(sound(path), out, {map = map}))
    assert.equal("precious", run.slurp(out))
    assert.is_nil(io.open(map))
  end)

  it("that cannot be written ends the reading", function()
    disc.fails("file_access", read.run(sound(path), out,
      {map = d:path "no/such/map"}))
    disc.fails("file_access", read.run(sound(path), out, {map = out}))
    assert.is_nil(io.open(out))
  end)

  it("is a path, and retries come with one", function()
    for _, options in ipairs {
      {map = 7}, {map = ""}, {retries = 3}, {map = map, retries = -1},
      {map = map, retries = 1001},
    } do
      assert.has_error(function()
        read.run(sound(path), out, options)
      end)
    end
    assert.error_matches(function()
      export.run(sound(path), out, {map = map})
    end, "ISO")
    assert.error_matches(function()
      export.run(sound(path), d:path "x.cue", {retries = 3})
    end, "map")
  end)
end)

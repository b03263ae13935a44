-- What a recorder can do beyond IMAPI: speeds, the tray, reading, raw packets,
-- finishing; and erasing.
local disc = require "spec.support.disc"
local run = require "spec.support.run"
local discrecorder = require "discrecorder"

local d

before_each(function()
  d = disc.new()
end)

after_each(function()
  d:remove()
end)

-- The call fails with this code.
local function fails(code, result, failure, given)
  assert.is_nil(result)
  assert.equal(code, given)
  assert.equal(code, failure.code)
  assert.is_true(#tostring(failure) > 0)
  return failure
end

describe("speeds", function()
  it("are the drive's for the disc, the highest first", function()
    local rec = d:recorder()
    local speeds = assert(rec:speeds())
    assert.is_true(#speeds > 1)
    for i = 2, #speeds do
      assert.is_true(speeds[i] < speeds[i - 1])
    end
    assert.same(speeds, rec:medium().speeds)
    -- GET PERFORMANCE itself: the highest is in its first descriptor.
    local r = disc.ask(rec, "AC 00 00000000 0000 0010 03 00", 264)
    assert.equal((#r - 8) // 16, #speeds)
    assert.equal(speeds[1], (string.unpack(">I4", r, 8 + 13)))
  end)
end)

describe("capabilities", function()
  it("name the profiles and the one that is current", function()
    local c = assert(d:recorder():capabilities())
    table.sort(c.profiles)
    assert.same({"cd-r", "cd-rom", "cd-rw"}, c.profiles)
    assert.equal("cd-rw", c.current)
    for _, name in ipairs {
      "can_load", "can_eject", "can_lock", "test_write", "underrun_free",
    } do
      assert.is_true(c[name], name)
    end
  end)

  it("of a drive that cannot erase have no rewritable profile", function()
    local c = assert(d:recorder "medium=cd-r&model=cd-r":capabilities())
    table.sort(c.profiles)
    assert.same({"cd-r", "cd-rom"}, c.profiles)
    assert.equal("cd-r", c.current)
  end)

  it("of an empty drive have no current profile", function()
    local c = assert(d:recorder "medium=none":capabilities())
    assert.is_nil(c.current)
    assert.is_true(#c.profiles > 0)
  end)

  it("tell the size of the buffer", function()
    local c = assert(d:recorder "medium=cd-rw&buffer=512K":capabilities())
    assert.equal(512 * 1024, c.buffer)
  end)
end)

describe("the tray", function()
  it("opens by eject and closes by load", function()
    local rec = d:opened()
    assert.is_true(rec:eject())
    assert.equal("none", rec:medium().state)
    assert.equal("2/3A/02", disc.sense(rec, "00 00 00 00 00 00"))
    assert.is_true(rec:load())
    assert.equal("blank", rec:medium().state)
  end)

  it("may be loaded when it is closed, also when it is empty", function()
    assert.is_true(d:recorder():load())
    assert.is_true(d:recorder "medium=none":load())
  end)

  it("is kept by lock: the operator's button does nothing", function()
    local rec = d:opened()
    assert.is_true(rec:lock())
    assert.is_true(rec:operator():press_eject())
    assert.equal("blank", rec:medium().state)
    assert.is_true(rec:unlock())
    assert.is_true(rec:operator():press_eject())
    assert.equal("none", rec:medium().state)
  end)

  it("is unlocked by eject", function()
    local rec = d:opened()
    assert(rec:lock())
    assert.is_true(rec:eject())
    assert.equal("none", rec:medium().state)
    assert(rec:load())
    assert.is_true(rec:operator():press_eject())
    assert.equal("none", rec:medium().state)
  end)
end)

describe("wait_medium", function()
  it("returns at once when a disc is there", function()
    assert.is_true(d:recorder():wait_medium(0))
  end)

  it("gives up when the drive's clock says so", function()
    local rec = d:recorder "medium=none"
    local failure = fails("medium_not_present", rec:wait_medium(3600))
    assert.equal("medium", failure.culprit)
    fails("medium_not_present", rec:wait_medium(0))
  end)

  it("sees a disc that the operator puts in", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert(hand:remove())
    fails("medium_not_present", rec:wait_medium(1))
    assert(hand:insert(d.last))
    assert.is_true(rec:wait_medium(60))
    assert.equal("blank", rec:medium().state)
  end)

  it("for ever rests until the operator puts a disc in", function()
    local trace = d:path "trace"
    local rec = d:recorder(nil, {trace = trace})
    local hand = rec:operator()
    assert(hand:remove())
    local job <close> = assert(rec:wait_medium_start(math.huge))
    local _, state = job:wait(0.2)
    assert.equal("running", state)
    assert(hand:insert(d.last))
    assert.is_true(job:wait())
    rec:close()
    -- A look now and then, not as many as a processor can.
    local _, looks = run.slurp(trace):gsub('opcode="TEST UNIT READY"', "")
    assert.is_true(looks < 100, looks)
  end)

  it("for ever can be cancelled", function()
    local job <close> =
      assert(d:recorder "medium=none":wait_medium_start(math.huge))
    job:cancel()
    fails("user_abort", job:wait())
  end)

  it("takes no negative time, and needs one", function()
    local rec = d:recorder()
    assert.has_error(function() rec:wait_medium(-1) end)
    assert.has_error(function() rec:wait_medium(0 / 0) end)
    assert.has_error(function() rec:wait_medium() end)
  end)
end)

-- The EDC of a CD sector (ECMA-130 14.3), a bit at a time.
local function edc(bytes)
  local crc = 0
  for i = 1, #bytes do
    crc = crc ~ bytes:byte(i)
    for _ = 1, 8 do
      crc = crc >> 1 ~ (crc & 1 == 1 and 0xD8018001 or 0)
    end
  end
  return crc
end

-- GF(2^8) with x^8+x^4+x^3+x^2+1, for the two parities of a P or Q word
-- (ECMA-130 Annex A): the word and its parity sum up to 0, plain and weighted.
local function gf_times_alpha(a)
  a = a << 1
  return a > 255 and a ~ 0x11D or a
end

-- Whether all words of P (43 rows) and Q (26 diagonals) are right, for bytes
-- 12 on of a sector.
local function ecc_is_right(sector)
  local b = {sector:byte(13, 2352)}
  local function word_is_right(indices)
    local sum, weighted = 0, 0
    for _, i in ipairs(indices) do
      sum = sum ~ b[i + 1]
      weighted = gf_times_alpha(weighted) ~ b[i + 1]
    end
    return sum == 0 and weighted == 0
  end
  for column = 0, 85 do
    local word = {}
    for row = 0, 25 do
      table.insert(word, column + 86 * row)
    end
    if not word_is_right(word) then
      return false
    end
  end
  for diagonal = 0, 25 do
    for half = 0, 1 do
      local word = {}
      for i = 0, 42 do
        table.insert(word, (88 * i + 86 * diagonal) % 2236 + half)
      end
      table.insert(word, 2236 + 2 * diagonal + half)
      table.insert(word, 2236 + 52 + 2 * diagonal + half)
      if not word_is_right(word) then
        return false
      end
    end
  end
  return true
end

local function bcd(n)
  return n // 10 * 16 + n % 10
end

describe("reading", function()
  local rec

  before_each(function()
    rec = d:opened()
    disc.tao(rec, {400})
    assert(rec:close())
  end)

  it("gives the blocks that were written", function()
    for _, range in ipairs {{0, 1}, {31, 2}, {0, 400}, {399, 1}} do
      local lba, count = table.unpack(range)
      local wanted = {}
      for i = lba, lba + count - 1 do
        table.insert(wanted, disc.block(i))
      end
      assert.is_true(table.concat(wanted) == rec:read(lba, count))
    end
  end)

  it("of the run-out blocks is refused with 5/64/00", function()
    for _, range in ipairs {{400, 1}, {401, 1}, {399, 2}, {370, 32}} do
      local _, failure = rec:read(table.unpack(range))
      assert.equal("5/64/00", disc.sense_of(failure))
      assert.equal("generic", failure.code)
      assert.equal("medium", failure.culprit)
    end
    local _, failure = rec:read(399, 2)
    assert.equal(400, failure.lba)
  end)

  it("of unwritten blocks is refused with 5/21/00", function()
    for _, lba in ipairs {402, 100000, 359849, 2147483647, -1, -150,
      -2147483648} do
      local _, failure = rec:read(lba, 1)
      assert.equal("5/21/00", disc.sense_of(failure), lba)
    end
  end)

  it("of a blank disc is refused with 5/21/00", function()
    local _, failure = d:recorder():read(0, 1)
    assert.equal("5/21/00", disc.sense_of(failure))
  end)

  it("of raw sectors gives sync, header, data, EDC and ECC", function()
    for _, lba in ipairs {0, 74, 399} do
      local raw = assert(rec:read(lba, 1, true))
      assert.equal(2352, #raw)
      assert.equal("\0" .. ("\xFF"):rep(10) .. "\0", raw:sub(1, 12))
      local at = lba + 150
      assert.same({bcd(at // 4500), bcd(at // 75 % 60), bcd(at % 75), 1},
        {raw:byte(13, 16)})
      assert.is_true(disc.block(lba) == raw:sub(17, 2064))
      assert.equal(edc(raw:sub(1, 2064)), (string.unpack("<I4", raw, 2065)))
      assert.equal(("\0"):rep(8), raw:sub(2069, 2076))
      assert.is_true(ecc_is_right(raw))
    end
  end)

  it("of raw sectors has the same limits", function()
    assert.equal(400 * 2352, #assert(rec:read(0, 400, true)))
    local _, failure = rec:read(400, 1, true)
    assert.equal("5/64/00", disc.sense_of(failure))
    _, failure = rec:read(402, 1, true)
    assert.equal("5/21/00", disc.sense_of(failure))
  end)

  it("has no disc to read from in an empty drive", function()
    fails("medium_not_present", d:recorder "medium=none":read(0, 1))
  end)

  it("takes 1 to 16384 blocks at an address of 32 bits", function()
    for _, bad in ipairs {
      {0, 0}, {0, -1}, {0, 16385}, {1 << 31, 1}, {-(1 << 31) - 1, 1},
      {0, 1.5}, {"x", 1}, {0}, {}, {0, 1, "raw"}, {0, 1, 1}, {{}, 1},
    } do
      assert.error_matches(function() rec:read(table.unpack(bad)) end,
        "bad argument")
    end
  end)
end)

describe("command", function()
  it("receives what the drive sends, and no more than was asked", function()
    local rec = d:recorder()
    assert.equal(36, #disc.ask(rec, "12 00 00 00 24 00", 36))
    assert.equal(5, #disc.ask(rec, "12 00 00 00 24 00", 5))
    assert.equal(5, #disc.ask(rec, "12 00 00 00 05 00", 4096))
    assert.equal("", disc.ask(rec, "12 00 00 00 24 00", 0))
  end)

  it("sends data and tells success as true", function()
    local rec = d:opened()
    assert.is_true(rec:command(disc.hex "55 10 00 00 00 00 00 003C 00", "out",
      ("\0"):rep(8) .. disc.write_page()))
    assert.is_true(rec:command(disc.hex "00 00 00 00 00 00"))
    assert.is_true(rec:command(disc.hex "00 00 00 00 00 00", "none"))
  end)

  it("tells a refusal with its sense, its name and advice", function()
    local rec = d:opened()
    local failure = fails("cannot_write_to_media",
      disc.send(rec, "2A 00 00000007 00 0001 00", ("\0"):rep(2048)))
    assert.same({key = 5, asc = 0x21, ascq = 2, text = failure.sense.text},
      failure.sense)
    assert.matches("%a", failure.sense.text)
    assert.equal("WRITE(10)", failure.command)
    assert.equal(7, failure.lba)
    assert.is_string(failure.advice)
  end)

  it("sends one packet and repeats nothing", function()
    local rec = d:recorder()
    assert(rec:operator():remove())
    assert(rec:operator():insert(d.last))
    assert.equal("6/28/00", disc.sense(rec, "00 00 00 00 00 00"))
    assert.equal("2/04/01", disc.sense(rec, "00 00 00 00 00 00"))
  end)

  it("needs open_exclusive for opcodes that change something", function()
    local rec = d:recorder()
    for opcode = 0, 255 do
      local cdb = string.char(opcode) .. ("\0"):rep(11)
      local _, failure = rec:command(cdb)
      local held = failure and failure.code == "not_opened"
      local reads = ({
        [0x00] = 1, [0x03] = 1, [0x12] = 1, [0x1A] = 1, [0x23] = 1,
        [0x25] = 1, [0x28] = 1, [0x2B] = 1, [0x2F] = 1, [0x42] = 1,
        [0x43] = 1, [0x46] = 1, [0x4A] = 1, [0x51] = 1, [0x52] = 1,
        [0x5A] = 1, [0x5C] = 1, [0xA8] = 1, [0xAC] = 1, [0xAD] = 1,
        [0xB9] = 1, [0xBD] = 1, [0xBE] = 1,
      })[opcode]
      assert.equal(not reads, held or false, ("opcode %02X"):format(opcode))
    end
  end)

  it("is refused for opcodes that the drive does not know", function()
    local rec = d:opened()
    for _, opcode in ipairs {0x04, 0x0A, 0x2E, 0x5D, 0xA0, 0xBF, 0xFF} do
      local _, failure = rec:command(string.char(opcode) .. ("\0"):rep(15))
      assert.equal("5/20/00", disc.sense_of(failure))
    end
  end)

  it("raises for arguments that are none", function()
    local rec = d:opened()
    local six = ("\0"):rep(6)
    for _, bad in ipairs {
      {}, {12}, {six:sub(2)}, {("\0"):rep(17)}, {six, "up"}, {six, "in"},
      {six, "in", -1}, {six, "in", 16 * 1024 * 1024 + 1}, {six, "in", "x"},
      {six, "out"}, {six, "out", 5}, {six, "out", {}}, {six, "none", nil, 0},
      {six, "none", nil, -1}, {six, "none", nil, "long"}, {six, {}},
      {six, "none", nil, 0 / 0}, {six, "none", nil, 86401},
    } do
      assert.has_error(function() rec:command(table.unpack(bad, 1, 4)) end)
    end
  end)
end)

describe("finish", function()
  it("has nothing to end on no disc and on a blank one", function()
    for _, what in ipairs {"track", "session", "disc"} do
      fails("medium_not_present", d:opened "medium=none":finish(what))
      fails("medium_invalid_type", d:opened():finish(what))
    end
  end)

  it("advises to leave a blank disc as it is", function()
    local _, failure = d:opened():finish()
    assert.matches("Leave it as it is", failure.advice, 1, true)
  end)

  it("leaves a complete disc alone", function()
    local rec = d:opened()
    disc.tao(rec, {300})
    for _, what in ipairs {"track", "session", "disc"} do
      assert.is_true(rec:finish(what))
      assert.equal("complete", rec:medium().state)
    end
  end)

  it("closes an open session, so that a next one may follow", function()
    local rec = d:opened()
    disc.tao(rec, {300, 300}, {open = true})
    assert.equal(0, rec:medium().sessions)
    assert.is_true(rec:finish "session")
    local m = rec:medium()
    assert.equal("appendable", m.state)
    assert.equal(1, m.sessions)
    assert.equal(2, #m.tracks)
  end)

  it("closes an open session and the disc with it", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {open = true})
    assert.is_true(rec:finish())
    assert.equal("complete", rec:medium().state)
  end)

  it("ends a track, and nothing more", function()
    local rec = d:opened()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
    assert.is_true(rec:finish "track")
    local m = rec:medium()
    assert.equal("appendable", m.state)
    assert.equal(1, #m.tracks)
    assert.equal(302, m.tracks[1].blocks)
    assert.is_true(m.session_open)
  end)

  it("cannot finalise a disc whose sessions are all closed", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {multi = true})
    assert.is_true(rec:finish "session")
    fails("unsupported", rec:finish "disc")
    assert.equal("appendable", rec:medium().state)
  end)

  it("that is cancelled is no success, whatever came of the disc", function()
    local in_time = 0
    for _ = 1, 20 do
      local rec = d:opened(nil, {faults = {
        {opcode = "CLOSE TRACK/SESSION", nth = 2, busy = 6000},
      }})
      disc.tao(rec, {300}, {open = true})
      local job <close> = assert(rec:finish_start "disc")
      job:cancel()
      local ok, failure = job:wait()
      assert.is_true(ok or failure.code == "user_abort")
      in_time = in_time + (ok and 0 or 1)
      local state = rec:medium().state
      assert.is_true(state == "complete" or state == "appendable", state)
    end
    assert.is_true(in_time > 0)
  end)

  it("brings back a disc whose burn was broken off", function()
    for _, case in ipairs {
      {"track", "appendable"}, {"session", "appendable"}, {"disc", "complete"},
    } do
      local rec = d:opened()
      assert.equal("good", disc.select(rec, disc.write_page()))
      for lba = 0, 511, 16 do
        assert.equal("good", disc.write(rec, lba, disc.block(lba):rep(16)))
      end
      local hand = rec:operator()
      assert(hand:remove())
      assert(hand:insert(d.last))
      assert.equal("damaged", rec:medium().state)
      assert.is_true(rec:finish(case[1]))
      local m = rec:medium()
      assert.equal(case[2], m.state)
      assert.equal(512 + 2, m.tracks[1].blocks)
      assert.is_true(disc.block(496):rep(16) == rec:read(496, 16))
    end
  end)

  it("does not say that it brought back a disc that was being erased",
    function()
      local rec = d:opened()
      disc.tao(rec, {300})
      assert.equal("good", disc.sense(rec, "A1 11 00000000 0000 0000 00 00"))
      assert(rec:operator():remove())
      assert(rec:operator():insert(d.last))
      for _, what in ipairs {"track", "session", "disc"} do
        fails("initialize_endwrite", rec:finish(what))
        assert.equal("damaged", rec:medium().state)
      end
      assert.is_true(rec:erase())
    end)

  it("takes only its three words", function()
    local rec = d:opened()
    for _, bad in ipairs {"all", "", 1, {}, true} do
      assert.error_matches(function() rec:finish(bad) end, "bad argument")
    end
  end)
end)

describe("erase", function()
  local function burned()
    local rec = d:opened()
    disc.tao(rec, {300, 400}, {multi = true})
    disc.tao(rec, {300})
    return rec
  end

  it("makes a disc blank, quick and full", function()
    for _, full in ipairs {false, true} do
      local rec = burned()
      assert.is_true(rec:erase(full))
      local m = rec:medium()
      assert.equal("blank", m.state)
      assert.same({}, m.tracks)
      assert.equal(0, m.next_writable)
      assert.equal(359847, m.free_blocks)
      disc.tao(rec, {300})
      assert.is_true(disc.block(299) == rec:read(299, 1))
    end
  end)

  it("is quick without an argument, and raises for odd ones", function()
    local rec = burned()
    for _, bad in ipairs {1, "full", {}} do
      assert.error_matches(function() rec:erase(bad) end, "bad argument")
    end
    assert.equal("complete", rec:medium().state)
    assert.is_true(rec:erase())
    assert.equal("blank", rec:medium().state)
  end)

  it("erases a blank disc", function()
    assert.is_true(d:opened():erase())
  end)

  it("tells its progress on the way", function()
    -- At twice a real drive's pace, by the drive's clock.
    local rec = d:opened "medium=cd-rw&pace=2"
    local job <close> = assert(rec:erase_start(true))
    local seen = {}
    repeat
      local progress, state = job:wait_once(0.001)
      if state == "running" and progress.phase == "erasing" then
        table.insert(seen, progress.done)
        assert.equal(65536, progress.total)
      end
    until state ~= "running"
    for i = 2, #seen do
      assert.is_true(seen[i] >= seen[i - 1])
    end
    assert.is_true(job:wait())
    -- The last look was shortly before the end.
    assert.is_true(job:progress().done > 60000)
  end)

  it("that is cancelled waits for the drive and then says so", function()
    local rec = burned()
    local job <close> = assert(rec:erase_start(true))
    job:cancel()
    local ok, failure = job:wait()
    -- It may have been done before it was cancelled.
    assert.is_true(ok or failure.code == "user_abort")
    assert.is_true(rec:medium().state ~= "damaged")
  end)

  it("that is cancelled before the drive is ready leaves the disc", function()
    local in_time = 0
    for _ = 1, 20 do
      local rec = burned()
      assert(rec:close())
      local slow <close> = assert(discrecorder.recorder(rec:get_path(), {
        faults = {{opcode = "TEST UNIT READY", times = 1, busy = 590}},
      }))
      assert(slow:open_exclusive())
      local job <close> = assert(slow:erase_start())
      job:cancel()
      local ok, failure = job:wait()
      if not ok and not failure.message:find("had to finish", 1, true) then
        assert.equal("user_abort", failure.code)
        assert.equal("complete", slow:medium().state)
        in_time = in_time + 1
      end
    end
    assert.is_true(in_time > 0)
  end)

  it("looks at the disc afterwards, and believes that", function()
    local rec = burned()
    assert(rec:close())
    -- The second look gets a garbled answer.
    local lying = assert(discrecorder.recorder(rec:get_path(), {
      faults = {{opcode = "READ DISC INFORMATION", nth = 2, short = 4}},
    }))
    assert(lying:open_exclusive())
    fails("disc_info", lying:erase())
    assert.equal("blank", lying:medium().state)
  end)

  it("takes a recovered error for success", function()
    local rec = burned()
    assert(rec:close())
    local odd = assert(discrecorder.recorder(rec:get_path(), {
      faults = {{opcode = "BLANK", sense = {1, 0x0C, 0}}},
    }))
    assert(odd:open_exclusive())
    assert.is_true(odd:erase())
    assert.equal("blank", odd:medium().state)
  end)

  it("passes on what the drive says when it cannot", function()
    local rec = d:opened("medium=cd-rw",
      {faults = {{opcode = "BLANK", sense = {3, 0x51, 0}}}})
    local failure = select(2, rec:erase())
    assert.equal("3/51/00", disc.sense_of(failure))
    assert.matches("full", failure.advice)
  end)
end)

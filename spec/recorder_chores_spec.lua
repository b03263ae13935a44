-- Ending what was left open, and erasing.

local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local fails = disc.fails

local d = each(disc.new)

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

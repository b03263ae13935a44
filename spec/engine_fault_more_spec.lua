-- Failures that `make faults` has found: each with its story.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"

local BLOCKS <const> = 300
local HOUR <const> = 3600

local bench

after_each(function()
  bench:remove()
end)

local function faulty(query, ...)
  bench = burning.bench(query)
  return bench:recorder {faults = {...}, trace = bench:path "trace"}
end

local function sent(opcode)
  local count = 0
  for _, packet in ipairs(burning.packets(bench:path "trace")) do
    count = count + (packet.opcode == opcode and 1 or 0)
  end
  return count
end

describe("a drive", function()
  it("that closed the session and has something to say of it has closed it",
    function()
      for _, sense in ipairs {{0, 0, 0}, {1, 0x0B, 1}, {2, 0x3E, 0}} do
        local rec = faulty("medium=dvd+r",
          {opcode = "CLOSE TRACK/SESSION", nth = 2, sense = sense})
        local report = assert(burn.image(rec, bench:image(BLOCKS)))
        assert.are.equal("complete", report.medium.state)
        rec:close()
        bench:remove()
      end
      bench = burning.bench()
    end)

  -- 3/73/01 is good news of a calibration, and of nothing else.
  it("that refuses a WRITE as if it calibrated has not written", function()
    local rec = faulty("medium=cd-rw",
      {opcode = "WRITE(10)", nth = 3, sense = {3, 0x73, 1}})
    local failure = burning.refused("initialize_write",
      burn.image(rec, bench:image(BLOCKS), {packet = 65536}))
    assert.are.equal(64, failure.report.tracks[1].blocks)
  end)

  it("that does not set its speed burns at its own, whyever", function()
    for _, what in ipairs {{sense = {4, 0x44, 0}}, {denied = true},
      {lost = true}} do
      what.opcode = "SET CD SPEED"
      local rec = faulty("medium=cd-rw", what)
      local report = assert(burn.image(rec, bench:image(BLOCKS)))
      assert.are.equal("speed_not_set", report.warnings[1].code)
      rec:close()
      bench:remove()
    end
    bench = burning.bench()
  end)

  it("whose poll is spoilt on its way is asked again, and not for ever",
    function()
      for _, sense in ipairs {{11, 0x47, 0}, {4, 0x08, 0}} do
        -- The first after the flush: the tray is loaded, the disc looked at.
        local rec = faulty("medium=cd-rw",
          {opcode = "TEST UNIT READY", nth = 5, sense = sense})
        assert(burn.image(rec, bench:image(BLOCKS)))
        rec:close()
        bench:remove()
        rec = faulty("medium=cd-rw",
          {opcode = "TEST UNIT READY", sense = sense})
        burning.refused("transport_error",
          burn.image(rec, bench:image(BLOCKS)))
        rec:close()
        bench:remove()
      end
      bench = burning.bench()
    end)

  -- Its command is over: to ask again would lose what it says.
  it("that tells late of a command that failed is believed", function()
    local rec = faulty("medium=dvd+r", {opcode = "TEST UNIT READY", nth = 5,
      sense = {4, 0x09, 0}, deferred = true})
    burning.refused("generic", burn.image(rec, bench:image(BLOCKS)))
  end)

  -- It names block 0 as the next one before and after its last WRITE there.
  it("that is denied the end of a first pregap gets it in shorter packets",
    function()
      local rec = faulty("medium=cd-rw", {opcode = "WRITE(10)", lba = -22,
        denied = true, times = 1})
      local report = assert(burn.image(rec, bench:image(BLOCKS),
        {mode = "sao", packet = 65536}))
      assert.are.equal("packets_reduced", report.warnings[1].code)
    end)

  it("that wants a hand when it is to close has not closed", function()
    local rec = faulty("medium=dvd+r",
      {opcode = "CLOSE TRACK/SESSION", nth = 2, sense = {2, 0x04, 3}})
    burning.refused("device_not_accessible",
      burn.image(rec, bench:image(BLOCKS)))
  end)

  it("that has another disc now is neither erased nor formatted", function()
    local changed <const> = {opcode = "READ CAPACITY", sense = {6, 0x28, 0}}
    for _, row in ipairs {
      {"cd-rw", "BLANK", function(rec)
        return rec:erase(false)
      end},
      {"dvd%2Brw", "FORMAT UNIT", function(rec)
        return rec:format "default"
      end},
      {"bd-re", "FORMAT UNIT", function(rec)
        return rec:burn(burning.job(bench:image(BLOCKS), {as_needed = true}))
      end},
    } do
      local rec = faulty("medium=" .. row[1],
        {opcode = changed.opcode, sense = changed.sense, times = 1})
      assert(rec:open_exclusive())
      burning.refused("wrong_disc", row[3](rec))
      assert.are.equal(0, sent(row[2]))
      rec:close()
      bench:remove()
    end
    bench = burning.bench()
  end)

  -- The disc's formatting, which a burn before it broke off, is gone on with.
  it("that tells of another disc where progress was asked is not written to",
    function()
      bench = burning.bench "medium=dvd%2Brw"
      local job = burning.job(bench:image(BLOCKS), {as_needed = true})
      do
        local rec <close> = bench:recorder()
        assert(rec:burn(job))
      end
      local rec <close> = bench:recorder {trace = bench:path "trace", faults = {
        {opcode = "REQUEST SENSE", nth = 2, sense = {6, 0x28, 0}}}}
      job = burning.job(bench:image(BLOCKS), {as_needed = true})
      burning.refused("wrong_disc", rec:burn(job))
      assert.are.equal(1, sent "FORMAT UNIT")
      assert.are.equal(0, sent "WRITE(10)")
    end)

  it("that refuses to tell of a track that is recorded has not left it out",
    function()
      bench = burning.bench "medium=bd-r"
      do
        local rec <close> = bench:recorder()
        assert(burn.image(rec, bench:image(BLOCKS), {keep_open = true}))
      end
      local rec <close> = bench:recorder {faults = {
        {opcode = "READ TRACK INFORMATION", nth = 1, sense = {5, 0x30, 9}}}}
      burning.refused("medium_invalid_type", rec:medium())
      assert.are.equal(1, #assert(rec:medium()).tracks)
    end)

  it("that does not unlock its tray at once is asked again", function()
    local opcode <const> = "PREVENT ALLOW MEDIUM REMOVAL"
    for _, what in ipairs {{sense = {5, 0x39, 0}},
      {sense = {5, 0x25, 0}}, {denied = true}} do
      -- The first is the lock.
      for nth = 2, 3 do
        what.opcode, what.nth = opcode, nth
        local rec = faulty("medium=cd-rw", what)
        assert(burn.image(rec, bench:image(BLOCKS)))
        assert.are.equal(4, sent(opcode))
        assert.is_false(rec:operator():is_locked())
        rec:close()
        bench:remove()
      end
    end
    bench = burning.bench()
  end)

  it("that is stuck is waited for an hour once, and not for each step more",
    function()
      for _, opcode in ipairs {"WRITE(10)", "SYNCHRONIZE CACHE",
        "CLOSE TRACK/SESSION"} do
        local rec = faulty("medium=dvd+r",
          {opcode = opcode, nth = 1, busy = 1000000000})
        local hand = rec:operator()
        local begun = hand:clock()
        burning.refused("busy", burn.image(rec, bench:image(BLOCKS)))
        assert.is_true(hand:clock() - begun < 1.5 * HOUR, opcode)
        rec:close()
        bench:remove()
      end
      bench = burning.bench()
    end)

  -- A flush would end the track: it helps only where blocks can be overwritten
  -- or the track goes on.
  it("that wants another order is not made to end a track at once", function()
    local rec = faulty("medium=cd-rw",
      {opcode = "WRITE(10)", nth = 2, sense = {5, 0x2C, 0}})
    local failure = burning.refused("generic",
      burn.image(rec, bench:image(BLOCKS), {packet = 65536}))
    assert.are.equal("5/2C/00", ("%X/%02X/%02X"):format(failure.sense.key,
      failure.sense.asc, failure.sense.ascq))
    assert.are.equal(2, sent "WRITE(10)")
  end)

  it("that wants a flush before more is given one, where that ends nothing",
    function()
      local rec = faulty("medium=dvd+r",
        {opcode = "WRITE(10)", nth = 2, sense = {5, 0x2C, 0}})
      assert.is_true(assert(burn.image(rec, bench:image(BLOCKS),
        {packet = 65536})).verified)
      assert.are.equal(2, sent "SYNCHRONIZE CACHE") -- and the one at the end
    end)

  it("that talks nonsense after CLOSE is not sent another CLOSE for it",
    function()
      bench = burning.bench "medium=dvd+r"
      local trace = bench:path "trace"
      do
        local rec <close> = bench:recorder {trace = trace}
        assert(burn.image(rec, bench:image(BLOCKS), {verify = false}))
      end
      collectgarbage()
      collectgarbage()
      -- The first poll behind the last CLOSE.
      local at, closed
      for _, packet in ipairs(burning.packets(trace)) do
        if packet.opcode == "CLOSE TRACK/SESSION" then
          at, closed = nil, true
        elseif closed and packet.opcode == "TEST UNIT READY" and not at then
          at = packet.number
        end
      end
      bench:remove()
      local rec = faulty("medium=dvd+r", {packet = at, sense = {5, 0x72, 2}})
      local failure = burning.refused("initialize_endwrite",
        burn.image(rec, bench:image(BLOCKS), {verify = false}))
      assert.are.equal("TEST UNIT READY", failure.command)
      assert.are.equal("complete", failure.report.medium.state)
    end)

  it("that says after an erase or a format that it is empty is believed",
    function()
      for _, how in ipairs {
        {"medium=cd-rw", "erase", false},
        {"medium=dvd%2Brw", "format", "default"},
      } do
        bench = burning.bench(how[1])
        local trace = bench:path "trace"
        do
          local rec <close> = bench:recorder {trace = trace}
          assert(rec:open_exclusive())
          assert(rec[how[2]](rec, how[3]))
        end
        collectgarbage()
        collectgarbage()
        -- The first poll once the tray is unlocked: the disc is asked again.
        local at
        for _, packet in ipairs(burning.packets(trace)) do
          if packet.opcode == "PREVENT ALLOW MEDIUM REMOVAL" then
            at = nil
          elseif packet.opcode == "TEST UNIT READY" then
            at = at or packet.number
          end
        end
        os.remove(bench.disc_path)
        local rec = bench:recorder {faults = {
          {packet = at, sense = {2, 0x3A, 1}},
        }}
        assert(rec:open_exclusive())
        burning.refused("medium_not_present", rec[how[2]](rec, how[3]))
        rec:close()
        bench:remove()
      end
      bench = burning.bench()
    end)

  it("that says in the middle of `finish` that it is empty has ended nothing",
    function()
      for nth = 2, 4 do
        do
          local rec = faulty("medium=cd-rw",
            {opcode = "WRITE(10)", nth = 2, gone = true})
          burning.refused("device_not_present", burn.image(rec,
            bench:image(BLOCKS), {packet = 65536}))
        end
        collectgarbage()
        collectgarbage()
        assert.are.equal("damaged", bench:medium().state)
        collectgarbage()
        collectgarbage()
        local rec = bench:recorder {faults = {
          {opcode = "TEST UNIT READY", nth = nth, sense = {2, 0x3A, 1}},
        }}
        assert(rec:open_exclusive())
        local ok, failure, code = rec:finish "session"
        rec:close()
        if ok then
          assert.are.equal("appendable", bench:medium().state)
        else
          assert.are.equal("medium_not_present", code, tostring(failure))
        end
        bench:remove()
      end
      bench = burning.bench()
    end)

  -- The least that such a disc is written by is longer than what a packet is
  -- shortened to.
  it("that refuses every WRITE, however long, ends the burn", function()
    for _, what in ipairs {{sense = {5, 0x24, 0}}, {denied = true}} do
      what.opcode = "WRITE(10)"
      local rec = faulty("medium=bd-re", what)
      burning.refused(what.denied and "device_not_accessible" or "unsupported",
        burn.image(rec, bench:image(BLOCKS), {as_needed = true}))
      rec:close()
      bench:remove()
    end
    bench = burning.bench()
  end)

  it("that refuses a session at once for another reason than length says so",
    function()
      for ascq, code in pairs {[0] = "disc_full", [3] = "initialize_write"} do
        local rec = faulty("medium=cd-rw",
          {opcode = "SEND CUE SHEET", sense = {5, 0x21, ascq}})
        burning.refused(code, burn.image(rec, bench:image(BLOCKS),
          {mode = "sao"}))
        rec:close()
        bench:remove()
      end
      bench = burning.bench()
    end)
end)

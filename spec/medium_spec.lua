-- medium(): what is made of a drive's account of its disc, honest or hostile.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local d = each(disc.new)

-- Of each track who it is and where; the rest is medium_details_spec's.
local function places(tracks)
  local list = {}
  for i, track in ipairs(tracks) do
    list[i] = {
      number = track.number, session = track.session, kind = track.kind,
      start = track.start, blocks = track.blocks,
    }
  end
  return list
end

describe("medium", function()
  it("of an empty drive is none, and nothing else", function()
    assert.same({state = "none"}, d:recorder "medium=none":medium())
  end)

  it("of a blank disc tells its kind and size", function()
    for query, wanted in pairs {
      ["medium=cd-rw"] = {"cd-rw", true, 359849},
      ["medium=cd-r"] = {"cd-r", false, 359849},
      ["medium=cd-rw&minutes=74"] = {"cd-rw", true, 332849},
      ["medium=cd-r&minutes=74"] = {"cd-r", false, 332849},
      ["medium=cd-r&model=cd-r"] = {"cd-r", false, 359849},
    } do
      local m = assert(d:recorder(query):medium())
      assert.equal("blank", m.state)
      assert.equal(wanted[1], m.profile)
      assert.equal(wanted[2], m.erasable)
      assert.equal(wanted[3], m.capacity_blocks)
      assert.equal(wanted[3] - 2, m.free_blocks)
      assert.equal(0, m.next_writable)
      assert.equal(0, m.sessions)
      assert.is_false(m.session_open)
      assert.same({}, m.tracks)
      assert.matches("^%d+m%d+s%d+f$", m.media_id)
      assert.is_true(#m.speeds > 0)
      assert.same({sao = true, tao = true, test = true,
        underrun_free = true}, m.write)
    end
  end)

  it("of a rewritable disc in a drive that cannot erase is complete",
    function()
      local rec = d:recorder "medium=cd-rw&model=cd-r"
      local m = assert(rec:medium())
      assert.equal("cd-rom", m.profile)
      assert.equal("complete", m.state)
      assert.is_nil(m.write.tao)
    end)

  it("of an open session is appendable, and says where to go on", function()
    local rec = d:opened()
    disc.tao(rec, {300, 1000}, {open = true})
    local m = assert(rec:medium())
    assert.equal("appendable", m.state)
    assert.equal(0, m.sessions)
    assert.is_true(m.session_open)
    assert.same({
      {number = 1, session = 1, kind = "data", start = 0, blocks = 302},
      {number = 2, session = 1, kind = "data", start = 452, blocks = 1002},
    }, places(m.tracks))
    assert.equal(452 + 1000 + 152, m.next_writable)
    assert.equal(359849 - 2 - m.next_writable, m.free_blocks)
  end)

  it("of an overwritable disc needs no READ TRACK INFORMATION", function()
    local rec = d:recorder("medium=dvd-ram", {
      faults = {{opcode = "READ TRACK INFORMATION", sense = {5, 0x20, 0}}},
    })
    local m = assert(rec:medium())
    assert.equal("overwritable", m.state)
    assert.same({
      {number = 1, session = 1, kind = "data", start = 0, blocks = 2236704},
    }, places(m.tracks))
  end)

  it("of closed sessions follows the gaps of the Orange Book", function()
    local rec = d:opened "medium=cd-r"
    local wanted, next_start = {}, 0
    for session = 1, 3 do
      assert.same({next_start}, disc.tao(rec, {300 + session}, {multi = true}))
      table.insert(wanted, {
        number = session, session = session, kind = "data",
        start = next_start, blocks = 302 + session,
      })
      next_start = next_start + 302 + session + (session == 1 and 11400 or 6900)
      local m = assert(rec:medium())
      assert.equal("appendable", m.state)
      assert.equal(session, m.sessions)
      assert.is_false(m.session_open)
      assert.same(wanted, places(m.tracks))
      assert.equal(next_start, m.next_writable)
      assert.equal(359849 - 2 - next_start, m.free_blocks)
    end
  end)

  it("of a finalised disc is complete, without a next address", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {multi = true})
    disc.tao(rec, {400})
    local m = assert(rec:medium())
    assert.equal("complete", m.state)
    assert.equal(2, m.sessions)
    assert.equal(0, m.free_blocks)
    assert.is_nil(m.next_writable)
    assert.equal(359849, m.capacity_blocks)
    assert.same({302, 402}, {m.tracks[1].blocks, m.tracks[2].blocks})
    assert.is_true(m.erasable)
  end)

  it("of a recording that was broken off is damaged", function()
    local rec = d:opened()
    assert.equal("good", disc.select(rec, disc.write_page()))
    for lba = 0, 319, 16 do
      assert.equal("good", disc.write(rec, lba, disc.block(lba):rep(16)))
    end
    local hand = rec:operator()
    assert(hand:remove())
    assert.equal("none", rec:medium().state)
    assert(hand:insert(d.last))
    local m = assert(rec:medium())
    assert.equal("damaged", m.state)
    assert.is_true(m.tracks[1].damaged)
    assert.equal(0, m.free_blocks)
    assert.is_nil(m.next_writable)
    local kind, flags = rec:query_media_type()
    assert.equal("cdda_cdrom", kind)
    assert.is_true(flags.unusable)
    assert.is_false(flags.writable)
    assert.is_true(rec:erase())
    assert.equal("blank", rec:medium().state)
  end)

  it("of an erasing that was broken off is damaged", function()
    local rec = d:opened()
    disc.tao(rec, {300})
    assert.equal("good", disc.sense(rec, "A1 11 00000000 0000 0000 00 00"))
    local hand = rec:operator()
    assert(hand:remove())
    assert(hand:insert(d.last))
    assert.equal("damaged", rec:medium().state)
    assert.is_true(rec:erase())
    assert.equal("blank", rec:medium().state)
  end)

  it("of a disc with 99 tracks has all of them, and no room", function()
    local rec = d:opened()
    local lengths = {}
    for i = 1, 99 do
      lengths[i] = 300
    end
    local starts = disc.tao(rec, lengths, {multi = true, open = true})
    local m = assert(rec:medium())
    assert.equal(99, #m.tracks)
    assert.equal(98 * 452, starts[99])
    assert.is_nil(m.next_writable)
    assert.equal(0, m.free_blocks)
    assert.equal("5/21/00", disc.write(rec, 99 * 452, disc.block(0)))
    assert.equal("5/72/05", disc.sense(rec, "53 00 000000 0000012C 00"))
    assert.equal("good", disc.close_session(rec))
    m = assert(rec:medium())
    assert.equal("appendable", m.state)
    assert.equal(99, #m.tracks)
    assert.equal(1, m.sessions)
    assert.equal(0, m.free_blocks)
  end)

  it("of a DVD+R with 153 sessions has all of them", function()
    local rec = d:opened "medium=dvd+r"
    for i = 0, 152 do
      assert.equal("good", disc.write(rec, i * (16 + 2048),
        disc.block(i):rep(16)))
      assert.equal("good", disc.sense(rec, "5B 00 01 00 00FF 00000000"))
      assert.equal("good", disc.sense(rec, "5B 00 02 00 0000 00000000"))
    end
    local m = assert(rec:medium())
    assert.equal("complete", m.state)
    assert.equal(153, m.sessions)
    assert.equal(153, #m.tracks)
    assert.same({number = 153, session = 153, kind = "data",
      start = 152 * (16 + 2048), blocks = 16}, places(m.tracks)[153])
  end)

  it("is asked anew each time", function()
    local rec = d:opened()
    assert.equal("blank", rec:medium().state)
    disc.tao(rec, {300}, {multi = true})
    assert.equal("appendable", rec:medium().state)
    assert(rec:erase())
    assert.equal("blank", rec:medium().state)
  end)

  it("comes to the same in IMAPI's words", function()
    local rec = d:opened()
    local kind, flags = rec:query_media_type()
    assert.equal("cdda_cdrom", kind)
    assert.same(
      {blank = true, rw = true, writable = true, unusable = false}, flags)
    assert.same({
      sessions = 0, last_track = 0, start_address = 0, next_writable = 0,
      free_blocks = 359847,
    }, rec:query_media_info())
    disc.tao(rec, {300, 400}, {multi = true})
    assert.same({
      sessions = 1, last_track = 2, start_address = 452,
      next_writable = 452 + 402 + 11400,
      free_blocks = 359847 - (452 + 402 + 11400),
    }, rec:query_media_info())
    kind, flags = rec:query_media_type()
    assert.equal("cdda_cdrom", kind)
    assert.same(
      {blank = false, rw = true, writable = true, unusable = false}, flags)
    -- A track of an open session is none of the previous session.
    disc.tao(rec, {300}, {open = true})
    local info = rec:query_media_info()
    assert.equal(1, info.sessions)
    assert.equal(2, info.last_track)
    assert(rec:finish())
    info = rec:query_media_info()
    assert.equal(2, info.sessions)
    assert.equal(3, info.last_track)
    assert.equal(0, info.free_blocks)
    kind, flags = rec:query_media_type()
    assert.equal("cdda_cdrom", kind)
    assert.same(
      {blank = false, rw = true, writable = false, unusable = false}, flags)
  end)

  it("knows a CD-ROM XA by its session's format", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {[8] = 0x20})
    assert.equal("cd_rom_xa", (rec:query_media_type()))
    assert(rec:erase())
    disc.tao(rec, {300}, {[8] = 0x10})
    assert.equal("cd_i", (rec:query_media_type()))
  end)
end)

describe("medium, of a drive that answers badly,", function()
  local address

  before_each(function()
    local rec <close> = d:opened()
    disc.tao(rec, {300, 400}, {multi = true})
    disc.tao(rec, {300}, {open = true})
    address = rec:get_path()
  end)

  local full <const> = {
    ["READ DISC INFORMATION"] = 34,
    ["READ TRACK INFORMATION"] = 36,
    ["GET CONFIGURATION"] = 300,
    ["READ TOC/PMA/ATIP"] = 28,
    ["READ CAPACITY"] = 8,
    ["MODE SENSE(10)"] = 64,
    ["GET PERFORMANCE"] = 80,
  }

  -- The medium with a fault; false when the recorder cannot be opened.
  local function medium(fault)
    local rec <close>, failure, code =
      discrecorder.recorder(address, {faults = {fault}})
    if not rec then
      return nil, failure, code
    end
    return rec:medium()
  end

  local truth <const> = {
    {1, 0, 302}, {2, 452, 402}, {3, 452 + 402 + 11400, 302},
  }

  local function assert_true_or_disc_info(m, failure, code)
    if not m then
      assert.equal("disc_info", code, tostring(failure))
      return
    end
    assert.equal("appendable", m.state)
    assert.equal(1, m.sessions)
    assert.equal(#truth, #m.tracks)
    for i, track in ipairs(m.tracks) do
      assert.same(truth[i], {track.number, track.start, track.blocks})
    end
  end

  for opcode, size in pairs(full) do
    it(("is disc_info or the truth: short %s"):format(opcode), function()
      local failed = 0
      for short = 0, size do
        local m, failure, code = medium{opcode = opcode, short = short}
        assert_true_or_disc_info(m, failure, code)
        failed = failed + (m and 0 or 1)
      end
      -- All of it makes no failure.
      assert.is_true(failed <= size)
    end)

    it(("is no crash: garbled %s"):format(opcode), function()
      for nth = 0, 4 do
        local m, _, code = medium{opcode = opcode, nth = nth, corrupt = true}
        assert.is_true(m and type(m.state) == "string" or
          code == "disc_info" or code == "device_invalid_type", code)
      end
    end)

    it(("is a failure or the truth: %s fails"):format(opcode), function()
      for _, sense in ipairs {{5, 0x20, 0}, {5, 0x24, 0}, {3, 0x11, 5},
        {4, 0x44, 0}, {0xB, 0, 0}} do
        local m, failure = medium{opcode = opcode, sense = sense}
        if m then
          assert.equal("appendable", m.state)
        else
          assert.equal(sense[1], failure.sense.key)
        end
      end
    end)
  end

  it("needs READ DISC INFORMATION whole up to the track numbers", function()
    for short = 0, 11 do
      local _, _, code = medium{opcode = "READ DISC INFORMATION",
        short = short}
      assert.equal("disc_info", code)
    end
    assert.is_table(medium{opcode = "READ DISC INFORMATION", short = 34})
  end)

  it("believes in no more tracks than such a disc can have", function()
    for query, most in pairs {["medium=cd-r"] = 99, ["medium=dvd+r"] = 2302} do
      local rec = d:opened(query)
      local trace = d.last .. ".trace"
      assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
      rec:close()
      local traced <close> =
        assert(discrecorder.recorder("virtual:" .. d.last, {trace = trace}))
      assert(traced:medium())
      -- The number of the last track of the last session: bytes 6 and 11.
      local recorded = run.slurp(trace)
      for last, message in pairs {
        [most + 1] = "more tracks than such a disc can have",
        [most] = "the trace", -- it goes on to ask about them
      } do
        run.spit(trace, (recorded:gsub(
          '(opcode="READ DISC INFORMATION".-in=%x%x%x%x%x%x%x%x%x%x%x%x)%x%x'
          .. "(%x%x%x%x%x%x%x%x)%x%x",
          ("%%1%02x%%2%02x"):format(last & 0xFF, last >> 8))))
        local replayed = assert(discrecorder.recorder("replay:" .. trace))
        local _, failure = replayed:medium()
        assert.matches(message, failure.message, 1, true)
      end
    end
  end)

  it("needs READ TRACK INFORMATION whole up to the size", function()
    for short = 0, 27 do
      local _, _, code = medium{opcode = "READ TRACK INFORMATION",
        short = short}
      assert.equal("disc_info", code)
    end
    assert.is_table(medium{opcode = "READ TRACK INFORMATION", short = 36})
  end)

  it("is not waited for for ever", function()
    local m = medium{opcode = "READ DISC INFORMATION", nth = 1, busy = 20}
    assert.equal("appendable", m.state)
  end)

  it("is no crash when it does not say who it is", function()
    for short = 0, 36 do
      local rec, _, code = discrecorder.recorder(address,
        {faults = {{opcode = "INQUIRY", short = short}}})
      assert.is_true(rec ~= nil or code == "disc_info" or
        code == "device_invalid_type", code)
    end
    local _, _, code = discrecorder.recorder(address,
      {faults = {{opcode = "INQUIRY", corrupt = true}}})
    assert.equal("device_invalid_type", code)
  end)
end)

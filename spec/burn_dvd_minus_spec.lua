-- DVD-R, DVD-RW and DVD-R of two layers: what medium() tells, and what becomes
-- of them: incrementally, disc-at-once, kept open, simulated, erased.

local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local media = require "spec.support.media"
local verify = require "discrecorder.verify"

local refused = burning.refused

local FREE <const>, DISC <const> = 2297888, 2298496
local FREE_DL <const> = 4171712

local bench

local function with(query)
  bench = burning.bench(query)
  return bench
end

after_each(function()
  bench:remove()
end)

-- What a burn sends.
local function sent(options, blocks)
  return media.traced(bench, blocks or 100, options)
end

describe("medium() of", function()
  for kind, wanted in pairs {
    ["dvd-r"] = {FREE, DISC, false, {}, "R16"},
    ["dvd-r-dl"] = {FREE_DL, FREE_DL, false, {}, "D08"},
    ["dvd-rw"] = {FREE, DISC, true,
      {"00 2297888", "10 2297888", "15 2297888"}, "W06"},
  } do
    it("a blank " .. kind .. " tells all there is", function()
      local m = with("medium=" .. kind):medium()
      assert.are.equal("blank", m.state)
      assert.are.equal(kind, m.profile)
      assert.are.equal("DISCREC " .. wanted[5], m.media_id)
      assert.are.equal(wanted[1], m.free_blocks)
      assert.are.equal(wanted[2], m.capacity_blocks)
      assert.are.equal(wanted[3], m.erasable)
      assert.are.same(wanted[4], media.formats(m))
      assert.are.equal(0, m.next_writable)
      assert.are.equal(0, m.sessions)
      assert.are.same({}, m.tracks)
      assert.is_true(#m.speeds > 2)
      assert.are.same({"dao", "incremental", "test", "underrun_free"},
        media.ways(m))
    end)
  end

  it("a DVD-RW that was blanked minimally says that it is for one session",
    function()
      with "medium=dvd-rw"
      media.burn(bench, 100)
      local m = media.chore(bench, "erase", false)
      assert.are.equal("blank", m.state)
      assert.are.same({"dao", "test", "underrun_free"}, media.ways(m))
      m = media.chore(bench, "erase", true)
      assert.are.same({"dao", "incremental", "test", "underrun_free"},
        media.ways(m))
    end)

  it("a disc that is closed is complete, with nothing to write to", function()
    with "medium=dvd-r"
    media.burn(bench, 100)
    local m = bench:medium()
    assert.are.equal("complete", m.state)
    assert.are.equal(0, m.free_blocks)
    assert.is_nil(m.next_writable)
    assert.are.equal(1, m.sessions)
    assert.are.equal(1, #m.tracks)
    assert.are.equal(0, m.tracks[1].start)
    assert.are.equal(112, m.tracks[1].blocks)
    assert.is_nil(m.tracks[1].open)
  end)

  it("a disc that is open counts the border that comes before the next session",
    function()
      with "medium=dvd-r"
      media.burn(bench, 100, {keep_open = true})
      local m = bench:medium()
      assert.are.equal("appendable", m.state)
      assert.is_false(m.session_open)
      assert.are.equal(93952, m.next_writable)
      assert.are.equal(FREE - 93952, m.free_blocks)
    end)
end)

describe("IMAPI's view of a DVD-R", function()
  it("is special, with flags that tell what can be done with it", function()
    with "medium=dvd-r"
    local function flags()
      return media.open(bench, function(rec)
        local kind, found = rec:query_media_type()
        assert.are.equal("special", kind)
        return found
      end)
    end
    local f = flags()
    assert.is_true(f.blank and f.writable and not f.rw and not f.unusable)
    media.burn(bench, 100, {keep_open = true})
    f = flags()
    assert.is_true(f.writable and not f.blank)
    media.open(bench, function(rec)
      local info = assert(rec:query_media_info())
      assert.are.equal(1, info.sessions)
      assert.are.equal(93952, info.next_writable)
      assert.are.equal(FREE - 93952, info.free_blocks)
    end)
  end)
end)

describe("a DVD-R, incrementally,", function()
  it("is sent its page, OPC, blocks, flush, close of track and border",
    function()
      with "medium=dvd-r"
      assert.are.same({
        "page 0", "OPC", "page 0", "WRITE", "FLUSH", "CLOSE 1 of 1", "page 0",
        "CLOSE 2",
      }, sent())
      assert.are.equal("complete", bench:medium().state)
    end)

  it("is sent the page that allows another session when it is kept open",
    function()
      with "medium=dvd-r"
      assert.are.same({
        "page 0 multi", "OPC", "page 0 multi", "WRITE", "FLUSH",
        "CLOSE 1 of 1", "page 0 multi", "CLOSE 2",
      }, sent {keep_open = true})
    end)

  it("has its second session's track closed by its number", function()
    with "medium=dvd-r"
    media.burn(bench, 100, {keep_open = true})
    local words = table.concat(sent({append = true}, 200), ", ")
    assert.matches("FLUSH, CLOSE 1 of 2, page 0, CLOSE 2$", words)
  end)

  it("is written in whole ECC blocks", function()
    for blocks, padding in pairs {[1] = 15, [16] = 0, [17] = 15} do
      with "medium=dvd-r"
      local report = media.burn(bench, blocks)
      assert.are.equal(padding, report.tracks[1].padding)
      bench:remove()
    end
    with "medium=dvd-r"
  end)

  it("takes session after session, and is finished without another", function()
    with "medium=dvd-r"
    media.burn(bench, 100, {keep_open = true})
    media.burn(bench, 200, {keep_open = true, append = true})
    local report = media.burn(bench, 300, {append = true})
    assert.are.equal(3, report.medium.sessions)
    assert.are.equal("complete", report.medium.state)
    refused("medium_not_blank", media.try(bench, 10, {append = true}))
  end)

  it("is finalised later, without another session", function()
    for _, kind in ipairs {"dvd-r", "dvd-rw"} do
      with("medium=" .. kind)
      media.burn(bench, 100, {keep_open = true})
      local rec <close> = bench:recorder {trace = bench:path "trace"}
      assert(rec:open_exclusive())
      assert(rec:finish "disc")
      rec:close()
      assert.are.same({"FLUSH", "page 0", "CLOSE 3"},
        media.sent(bench:path "trace"))
      assert.are.equal("complete", bench:medium().state)
      bench:remove()
    end
    with "medium=dvd-r"
  end)

  it("goes through a simulation and is blank afterwards", function()
    with "medium=dvd-r"
    local rec <close> = bench:recorder {trace = bench:path "trace"}
    local report = assert(media.try(bench, 100, {simulate = true}, rec))
    assert.are.equal("blank", report.medium.state)
    assert.is_false(report.verified)
    assert.are.same({
      "page 0 test", "OPC", "page 0 test", "WRITE", "FLUSH", "page 0",
    }, media.sent(bench:path "trace"))
    rec:close()
    media.burn(bench, 100)
  end)

  it("left with an open track is finished first", function()
    with "medium=dvd-r"
    media.open(bench, function(_, s)
      assert.are.equal("good", s.select(0))
      assert.are.equal("good", s.write(0, 64))
      s.good(s.SYNC)
    end)
    local m = bench:medium()
    assert.is_true(m.session_open)
    local failure = refused("unsupported",
      media.try(bench, 10, {append = true}))
    assert.matches("track 1 is still open", failure.message)
    assert.matches("finish", failure.advice)
    m = media.chore(bench, "finish", "session")
    assert.are.equal("appendable", m.state)
    media.burn(bench, 10, {append = true})
  end)

  it("takes a tree, and further ones", function()
    with "medium=dvd-r"
    local rec <close> = bench:recorder()
    local files = bench.scratch:files()
    assert(burn.tree(rec, files, {keep_open = true}))
    bench.scratch:file("more/new.txt", "new\n")
    assert.is_true(assert(append.tree(rec, bench:path "more")).verified)
    assert(verify.run(rec))
  end)
end)

describe("a DVD-R, disc-at-once,", function()
  it("is reserved, written and flushed, and then complete", function()
    with "medium=dvd-r"
    assert.are.same({
      "page 2", "OPC", "page 2", "RESERVE 112", "WRITE", "FLUSH",
    }, sent {mode = "dao"})
    assert.are.equal("complete", bench:medium().state)
  end)

  it("goes through a simulation and is blank afterwards", function()
    with "medium=dvd-r"
    for _ = 1, 2 do
      local report = assert(
        media.try(bench, 100, {simulate = true, mode = "dao"}))
      assert.are.equal("blank", report.medium.state)
    end
    media.burn(bench, 100, {mode = "dao"})
  end)

  it("takes the test bit back in disc-at-once where packets are refused",
    function()
      with "medium=dvd-r"
      local function simulate(...)
        local faults = {}
        for i, sense in ipairs {...} do
          faults[i] = {opcode = "MODE SELECT(10)", nth = 2 + i, sense = sense}
        end
        local rec <close> = bench:recorder {
          trace = bench:path "trace", faults = faults,
        }
        return media.try(bench, 100, {simulate = true, mode = "dao"}, rec)
      end
      local report = assert(simulate {5, 0x26, 0})
      assert.are.equal("blank", report.medium.state)
      local packets = media.sent(bench:path "trace")
      assert.are.same({"page 0", "page 2"},
        table.move(packets, #packets - 1, #packets, 1, {}))
      refused("unsupported", simulate({5, 0x26, 0}, {5, 0x26, 0}))
      refused("generic", simulate {4, 0x44, 0})
    end)

  it("cannot be kept open, and wants a blank disc", function()
    with "medium=dvd-r"
    local failure = refused("unsupported",
      media.try(bench, 100, {mode = "dao", keep_open = true}))
    assert.matches("incremental", failure.advice)
    media.burn(bench, 100, {keep_open = true})
    refused("medium_not_blank",
      media.try(bench, 100, {mode = "dao", append = true}))
  end)

  it("takes the reservation of a burn that never began", function()
    with "medium=dvd-r"
    media.open(bench, function(rec, s)
      assert.are.equal("good", s.select(2))
      assert.are.equal("good", s.reserve(112))
      rec:close()
      media.burn(bench, 100, {mode = "dao"}, rec)
    end)
  end)

  it("says what to do where the drive keeps another reservation", function()
    with "medium=dvd-r"
    media.open(bench, function(rec, s)
      assert.are.equal("good", s.select(2))
      assert.are.equal("good", s.reserve(1600))
      rec:close()
      local failure = refused("initialize_write",
        media.try(bench, 100, {mode = "dao"}, rec))
      assert.matches("Eject", failure.advice)
      -- The burn has done that itself.
      media.burn(bench, 100, {mode = "dao"}, rec)
      assert(rec:open_exclusive())
    end)
  end)
end)

describe("a DVD-R of two layers", function()
  it("is written incrementally and disc-at-once", function()
    for _, mode in ipairs {"incremental", "dao"} do
      with "medium=dvd-r-dl"
      local report = media.burn(bench, 100, {mode = mode})
      assert.are.equal(mode, report.mode)
      assert.are.equal("complete", report.medium.state)
      bench:remove()
    end
    with "medium=dvd-r-dl"
  end)

  it("cannot be kept open", function()
    with "medium=dvd-r-dl"
    refused("unsupported", media.try(bench, 100, {keep_open = true}))
    assert.are.equal("blank", bench:medium().state)
  end)

  it("is complete where a burn was broken off", function()
    with "medium=dvd-r-dl"
    local rec <close> = bench:recorder {faults = {
      {opcode = "WRITE(10)", lba = 64, sense = {3, 0x0C, 0}},
    }}
    local failure = refused("cannot_write_to_media",
      media.try(bench, 100, {packet = 65536}, rec))
    assert.are.equal(64, failure.report.tracks[1].blocks)
    assert.are.equal("complete", failure.report.medium.state)
  end)
end)

describe("a DVD-RW", function()
  it("is erased and burned again", function()
    with "medium=dvd-rw"
    for _, full in ipairs {false, true} do
      media.burn(bench, 100)
      assert.are.equal("blank", media.chore(bench, "erase", full).state)
    end
    media.burn(bench, 100, {keep_open = true})
  end)

  it("that was blanked minimally is written disc-at-once by itself", function()
    with "medium=dvd-rw"
    media.burn(bench, 100)
    media.chore(bench, "erase", false)
    assert.are.equal("dao", media.burn(bench, 100).mode)
  end)

  it("that was blanked minimally takes no sessions, and says why", function()
    with "medium=dvd-rw"
    media.burn(bench, 100)
    media.chore(bench, "erase", false)
    local failure = refused("unsupported",
      media.try(bench, 100, {keep_open = true}))
    assert.matches("Erase the disc fully", failure.advice)
    refused("device_invalid_type",
      media.try(bench, 100, {mode = "incremental"}))
    assert.are.equal("blank", bench:medium().state)
  end)

  it("is not formatted for overwriting unless that is wanted", function()
    with "medium=dvd-rw"
    local failure = refused("unsupported",
      media.try(bench, 100, {mode = "overwrite"}))
    assert.matches("Format", failure.advice)
  end)
end)

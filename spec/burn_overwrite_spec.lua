-- What can be overwritten: DVD+RW, DVD-RAM, BD-RE, and DVD-RW formatted for it.
-- What medium() tells, what is sent, where blocks go, and what becomes of
-- formats that go on and of borders that grow.

local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local media = require "spec.support.media"
local overwrite = require "spec.support.overwrite"
local plan = require("discrecorder.plan").plan
local source = require "discrecorder.source"

local refused = burning.refused

local NEEDED <const> = {as_needed = true}

-- Blocks when it is formatted by default, media id, formats, ways.
local KINDS <const> = {
  ["dvd+rw"] = {
    size = 2295104, id = "DISCREC/W08", unit = 16,
    formats = {"26 2295104"}, ways = {"overwrite"},
    first = "FORMAT 26 230540",
  },
  ["dvd-ram"] = {
    size = 2236704, unit = 16, formatted = true,
    formats = {"00 2236704", "00 2295072", "01 2226976", "01 2217248"},
    ways = {"overwrite", "stream"},
  },
  ["bd-re"] = {
    size = 11826176, id = "DISCRC/RE1", unit = 32, formats = {"00 11826176",
      "30 11826176", "30 11564032", "30 12088320", "31 12219392"},
    ways = {"overwrite", "stream"}, first = "FORMAT 00 B47400",
  },
  ["bd-re-dl"] = {
    size = 23652352, id = "DISCRC/RE2", unit = 32, profile = "bd-re",
    formats = {"00 23652352", "30 23652352", "30 23128064", "30 24176640",
      "31 24438784"},
    ways = {"overwrite", "stream"}, first = "FORMAT 00 168E800",
  },
  ["bd-re-tl"] = {
    size = 47305728, id = "DISCRC/RE3", unit = 32, profile = "bd-re",
    formats = {"00 47305728", "30 47305728", "30 46257152", "30 48092160",
      "31 48878592"},
    ways = {"overwrite", "stream"}, first = "FORMAT 00 2D1D400",
  },
}

local bench

local function with(query)
  bench = burning.bench(query)
  return bench
end

after_each(function()
  bench:remove()
end)

for kind, wanted in pairs(KINDS) do
  describe("a " .. kind, function()
    before_each(function()
      with("medium=" .. kind)
    end)

    it("tells all there is when it is new", function()
      local m = bench:medium()
      assert.are.equal(wanted.formatted and "overwritable" or "unformatted",
        m.state)
      assert.are.equal(wanted.profile or kind, m.profile)
      assert.are.equal(wanted.id, m.media_id)
      assert.is_true(m.erasable)
      assert.are.same(wanted.formats, media.formats(m))
      assert.are.equal(wanted.formatted and wanted.size or 0, m.free_blocks)
    end)

    it("is formatted, and burned as often as one likes", function()
      if not wanted.formatted then
        refused("medium_not_formatted", media.try(bench, 100))
      end
      local m = media.chore(bench, "format")
      assert.are.equal("overwritable", m.state)
      assert.are.equal(wanted.size, m.free_blocks)
      assert.are.equal(wanted.size, m.capacity_blocks)
      assert.are.equal(0, m.next_writable)
      local ways = media.ways(m)
      for _, way in ipairs(wanted.ways) do
        assert.is_true(m.write[way], table.concat(ways, " "))
      end
      for _, blocks in ipairs {100, 33, 200} do
        local report = media.burn(bench, blocks, NEEDED)
        assert.are.equal("overwrite", report.mode)
        assert.are.equal("overwritable", report.medium.state)
        assert.are.equal(-blocks % wanted.unit, report.tracks[1].padding)
      end
    end)

    it("is not overwritten unless that is allowed", function()
      media.chore(bench, "format")
      local failure = refused("medium_not_blank", media.try(bench, 100))
      assert.matches("as_needed", failure.advice)
    end)

    it("is formatted by the burn where it has to be", function()
      local words = media.traced(bench, 100, NEEDED)
      assert.are.equal(wanted.first or "WRITE", words[1])
      for _, word in ipairs(media.traced(bench, 200, NEEDED)) do
        assert.are_not.equal(wanted.first, word)
      end
    end)

    it("takes sources at their places, and leaves the rest", function()
      media.burn(bench, 320, NEEDED)
      local before = bench:disc(0, 32)
      local at, far = 64, wanted.size - wanted.unit
      local path = bench:image(20, "twenty")
      local rec <close> = bench:recorder()
      local report = assert(rec:burn {as_needed = true, tracks = {
        {source = assert(source.file(path)), start = at},
        {source = assert(source.file(bench:image(wanted.unit, "last"))),
          start = far},
      }})
      assert.is_true(report.verified)
      assert.are.equal(at, report.tracks[1].start)
      assert.are.equal(far, report.tracks[2].start)
      assert.is_true(before == bench:disc(0, 32))
      refused("disc_full", rec:burn {as_needed = true, tracks = {
        {source = assert(source.file(path)), start = wanted.size}}})
      refused("unsupported", rec:burn {as_needed = true, tracks = {
        {source = assert(source.file(path)), start = wanted.unit // 2}}})
      refused("unsupported", rec:burn {as_needed = true, tracks = {
        {source = assert(source.file(path))},
        {source = assert(source.file(path))}}})
    end)

    it("is never blank: erase says what to do instead", function()
      for _, formatted in ipairs {false, true} do
        if formatted then
          media.chore(bench, "format")
        end
        media.open(bench, function(rec)
          local failure = refused("medium_invalid_type", rec:erase())
          assert.matches("Format", failure.advice)
        end)
      end
    end)

    it("has nothing to be finished, and is not simulated", function()
      media.burn(bench, 100, NEEDED)
      for _, what in ipairs {"track", "session", "disc"} do
        assert.are.equal("overwritable",
          media.chore(bench, "finish", what).state)
      end
      refused("unsupported",
        media.try(bench, 100, {as_needed = true, simulate = true}))
    end)

    it("is special to IMAPI, rewritable and writable", function()
      media.chore(bench, "format")
      media.open(bench, function(rec)
        local name, flags = rec:query_media_type()
        assert.are.equal("special", name)
        assert.is_true(flags.rw and flags.writable)
        assert.is_false(flags.blank or flags.unusable)
        assert.are.equal(wanted.size,
          assert(rec:query_media_info()).free_blocks)
      end)
    end)
  end)
end

describe("a DVD+RW's format in the background", function()
  local RUNNING <const>, SUSPENDED <const> = 2, 1
  local RESTART <const> = "FORMAT 26 FFFFFFFF"

  -- Do something with a disc whose format is in this state.
  local function while_it_is(state, f)
    with "medium=dvd+rw"
    media.open(bench, function(rec, s)
      assert(rec:format())
      if state == SUSPENDED then
        assert.are.equal("good", s.close(0))
      end
      assert.are.equal(state, overwrite.new(rec).background())
      rec:close()
      f()
      assert(rec:open_exclusive())
    end)
  end

  it("goes on while the disc is written, and is ended then", function()
    while_it_is(RUNNING, function()
      assert.are.equal("overwritable", bench:medium().state)
      assert.are.same({"WRITE", "FLUSH", "CLOSE 2"},
        media.traced(bench, 100, NEEDED))
    end)
  end)

  it("that was suspended is gone on with, and is ended then", function()
    while_it_is(SUSPENDED, function()
      local m = bench:medium()
      assert.are.equal("overwritable", m.state)
      assert.are.equal(2295104, m.free_blocks)
      assert.are.same({RESTART, "FLUSH", "WRITE", "FLUSH", "CLOSE 2"},
        media.traced(bench, 100, NEEDED))
    end)
  end)

  for name, state in pairs {running = RUNNING, suspended = SUSPENDED} do
    it(("that is %s is ended by finish"):format(name), function()
      while_it_is(state, function()
        local rec <close> = bench:recorder {trace = bench:path "trace"}
        assert(rec:open_exclusive())
        assert(rec:finish "disc")
        rec:close()
        assert.are.same({"FLUSH", "CLOSE 2"}, media.sent(bench:path "trace"))
      end)
    end)
  end

  it("that is complete needs no restart, and no end", function()
    with "medium=dvd+rw&pace=100000"
    media.open(bench, function(rec, s)
      local o = overwrite.new(rec)
      assert(rec:format())
      while o.background() == RUNNING do
        s.good "54 01 0000000000 0000 00" -- time passes
      end
      rec:close()
      assert.are.same({"WRITE", "FLUSH"}, media.traced(bench, 100, NEEDED))
      assert(rec:open_exclusive())
    end)
  end)

  it("that was broken off leaves an unformatted disc", function()
    with "medium=dvd+rw"
    media.open(bench, function(rec)
      local job <close> = assert(rec:format_start())
      local hand = rec:operator()
      burning.wait_phase(job, "formatting")
      hand:unplug()
      job:wait()
      hand:plug()
    end)
    local state = bench:medium().state
    assert.is_true(state == "unformatted" or state == "overwritable")
    media.burn(bench, 100, NEEDED)
  end)
end)

describe("a DVD-RW for overwriting", function()
  local SIZE <const> = 2297888

  before_each(function()
    with "medium=dvd-rw"
  end)

  it("is formatted quickly, and its border grows with what is written",
    function()
      local m = media.chore(bench, "format")
      assert.are.equal("dvd-rw-overwrite", m.profile)
      assert.are.equal("overwritable", m.state)
      assert.are.equal("DISCREC W06", m.media_id)
      assert.are.equal(SIZE, m.free_blocks)
      assert.are.same({"overwrite"}, {media.ways(m)[1]})
      assert.are.same({"WRITE", "FLUSH", "CLOSE 2"},
        media.traced(bench, 100, NEEDED))
      -- As long as what is there: nothing has to be opened.
      assert.are.same({"WRITE", "FLUSH"}, media.traced(bench, 100, NEEDED))
      assert.are.same({"FORMAT 13 0", "FLUSH", "WRITE", "FLUSH", "CLOSE 2"},
        media.traced(bench, 300, NEEDED))
      assert.are.equal(SIZE, bench:medium().free_blocks)
    end)

  it("is formatted wholly, and then never grows", function()
    local m = media.chore(bench, "format", "full")
    assert.are.equal("overwritable", m.state)
    assert.are.equal(SIZE, m.free_blocks)
    assert.are.same({"WRITE", "FLUSH"}, media.traced(bench, 100, NEEDED))
  end)

  it("takes a source behind its border, if one before reaches there",
    function()
      media.chore(bench, "format")
      media.burn(bench, 96, NEEDED)
      local path = bench:image(32, "next")
      local rec <close> = bench:recorder()
      local report = assert(rec:burn {as_needed = true, tracks = {
        {source = assert(source.file(path)), start = 96}}})
      assert.is_true(report.verified)
      assert.are.equal(96, report.tracks[1].start)
    end)

  it("does not take a source far behind its border: it grows in sequence",
    function()
      media.chore(bench, "format")
      media.burn(bench, 96, NEEDED)
      local rec <close> = bench:recorder()
      local job = {as_needed = true, tracks = {
        {source = assert(source.file(bench:image(32, "far"))), start = 9600}}}
      refused("unsupported", plan(job, assert(rec:medium())))
      refused("unsupported", rec:burn(job))
    end)

  it("is erased, and is one for sequential writing again", function()
    media.chore(bench, "format")
    media.burn(bench, 100, NEEDED)
    local m = media.chore(bench, "erase", true)
    assert.are.equal("dvd-rw", m.profile)
    assert.are.equal("blank", m.state)
    media.burn(bench, 100)
  end)

  it("whose border was left open is closed by finish", function()
    media.chore(bench, "format")
    media.open(bench, function(_, s)
      assert.are.equal("good", s.write(0, 64))
      s.good(s.SYNC)
    end)
    local m = bench:medium()
    assert.are.equal("overwritable", m.state)
    assert.is_true(m.session_open)
    m = media.chore(bench, "finish", "disc")
    assert.are.equal("overwritable", m.state)
    assert.is_false(m.session_open)
  end)
end)

describe("a DVD-RAM", function()
  before_each(function()
    with "medium=dvd-ram"
  end)

  it("is formatted with certification, or with fewer spares", function()
    assert.are.equal(2236704, media.chore(bench, "format", "full").free_blocks)
    assert.are.equal(2295072,
      media.chore(bench, "format", "least_spare").free_blocks)
    media.open(bench, function(rec)
      refused("medium_invalid_type", rec:format "no_spare")
    end)
  end)

  it("that is protected is refused before anything is sent", function()
    media.open(bench, function(rec)
      assert.are.equal("good", disc.sense(rec,
        "BF 00 00000000 00 C0 0008 00 00", "\0\6\0\0\2\0\0\0"))
    end)
    local m = bench:medium()
    assert.is_true(m.write_protected)
    local rec <close> = bench:recorder {trace = bench:path "trace"}
    local failure = refused("cannot_write_to_media",
      media.try(bench, 100, NEEDED, rec))
    assert.matches("write%-protected", failure.message)
    assert.are.same({}, media.sent(bench:path "trace"))
    rec:close()
    refused("cannot_write_to_media",
      plan({as_needed = true, tracks = {{length = 2048}}}, m))
    media.open(bench, function(open)
      refused("cannot_write_to_media", open:format())
    end)
  end)
end)

describe("a BD-RE", function()
  it("is formatted with certification, fewer spares, or none", function()
    with "medium=bd-re"
    for kind, size in pairs {
      full = 11826176, least_spare = 12088320, no_spare = 12219392,
    } do
      assert.are.equal(size, media.chore(bench, "format", kind).free_blocks)
    end
  end)

  it("has a spare cluster for a bad one, while there are any", function()
    with "medium=bd-re"
    for kind, good in pairs {default = true, no_spare = false} do
      media.chore(bench, "format", kind)
      local rec <close> = bench:recorder {faults = {{lba = 70, defect = true}}}
      local report, failure = media.try(bench, 200, NEEDED, rec)
      if good then
        assert.is_true(report.verified)
      else
        assert.are.equal("cannot_write_to_media", failure.code)
        assert.are.equal("overwritable", failure.report.medium.state)
      end
      rec:close()
    end
  end)
end)

describe("recording as a stream", function()
  it("is what DVD-RAM and BD-RE are sent when it is asked for", function()
    for _, kind in ipairs {"dvd-ram", "bd-re"} do
      with("medium=" .. kind)
      media.burn(bench, 100, NEEDED)
      assert.are.same({"STREAM", "FLUSH"},
        media.traced(bench, 100, {as_needed = true, stream = true}))
      bench:remove()
    end
    with "medium=bd-re"
  end)

  it("is refused on other discs", function()
    for _, kind in ipairs {"cd-rw", "dvd+rw", "dvd+r", "bd-r"} do
      with("medium=" .. kind)
      refused("unsupported",
        media.try(bench, 100, {as_needed = true, stream = true}))
      bench:remove()
    end
    with "medium=cd-rw"
  end)
end)

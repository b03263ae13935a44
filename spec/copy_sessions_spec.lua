-- CDs of several sessions, from disc to disc.
local append = require "discrecorder.append"
local burn_audio = require "spec.support.burn_audio"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local several = require "spec.support.several"
local source = require "discrecorder.source"

local pcm, track = burn_audio.pcm, burn_audio.track
local data, places, same_disc = several.data, several.places, several.same_disc

local d = each(disc.new)

local function blank(query, options)
  return d:recorder(query or "medium=cd-rw", options)
end

describe("a copy of several sessions", function()
  it("is the same CD-Extra", function()
    local from, to = several.cd_extra(d), blank()
    local report = assert(copy.run(from, to))
    assert.same({true, "sao", "complete"},
      {report.verified, report.mode, report.medium.state})
    same_disc(from, to)
    assert.same({
      {ok = true, verified = true, tracks = 2},
      {ok = true, verified = true, tracks = 1},
    }, report.sessions)
  end)

  it("shows the trees of all sessions where they were", function()
    local from, to = several.two_trees(d, false), blank()
    assert(copy.run(from, to))
    same_disc(from, to)
    assert.same(assert(sessions.list(from)), (assert(sessions.list(to))))
    assert(read.run(to, d:path "all.iso"))
    for _, name in ipairs {"one.txt", "two.txt"} do
      run.output("xorriso", "-osirrox", "on", "-indev",
        "stdio:" .. d:path "all.iso", "-extract", "/" .. name, d:path "out")
      assert.equal(run.slurp(d:path(name)), run.slurp(d:path "out"))
      run.output("rm", "-f", d:path "out")
    end
    assert(read.run(to, d:path "first.iso", {session = 1}))
    local listed = run.output("isoinfo", "-R", "-f", "-i", d:path "first.iso")
    assert.matches("/one%.txt", listed)
    assert.not_matches("/two%.txt", listed)
  end)

  it("can be copied again, and does not grow", function()
    local from = several.two_trees(d, false)
    local first = from
    for _ = 1, 2 do
      local to = blank()
      assert(copy.run(from, to))
      from = to
    end
    same_disc(first, from)
    assert.equal(first:medium().tracks[2].size, from:medium().tracks[2].size)
  end)

  it("has sessions of audio alone, each with its pregaps", function()
    local from, to = blank "medium=cd-r", blank()
    assert(from:burn {
      keep_open = true, text = {title = "Both"}, mcn = "0123456789012",
      tracks = {track(pcm(310, 1), {pregap = 20})},
    })
    assert(from:burn {
      append = true, mode = "sao", tracks = {
        track(pcm(320, 2), {pregap_source = assert(source.bytes(pcm(33, 3))),
          isrc = "DEABC0600001"}),
        track(pcm(330, 4), {pregap = 7, index = {50}}),
      },
    })
    assert.same({20, 183, 7}, {places(from)[1][7], places(from)[2][7],
      places(from)[3][7]})
    assert(copy.run(from, to))
    same_disc(from, to)
  end)

  it("has sessions of several tracks of data", function()
    local from, to = blank "medium=cd-r", blank()
    assert(from:burn {keep_open = true, tracks = {data(310, 1), data(400, 2)}})
    assert(from:burn {append = true, tracks = {data(301, 3), data(302, 4)}})
    assert(copy.run(from, to))
    same_disc(from, to)
  end)

  it("has data that ends with its session, without any padding", function()
    local from, to = blank "medium=cd-r", blank()
    assert(from:burn {keep_open = true, mode = "sao", tracks = {
      data(400, 1, {padding = 0}), track(pcm(300, 2), {pregap = 150}),
      data(310, 3, {pregap = 160, padding = 5}),
    }})
    assert(from:burn {append = true, mode = "sao",
      tracks = {data(333, 3, {padding = 0})}})
    assert(copy.run(from, to))
    same_disc(from, to)
  end)

  it("is left open where the disc was, or where that is said", function()
    local from = several.two_trees(d, true)
    local function state(options)
      return assert(copy.run(from, blank(), options)).medium.state
    end
    assert.equal("appendable", state())
    assert.equal("complete", state {keep_open = false})
    from = several.two_trees(d, false)
    assert.equal("complete", state())
    local to = blank()
    assert(copy.run(from, to, {keep_open = true}))
    assert(append.tree(to, several.file(d, "three.txt")))
    assert.equal(3, #assert(sessions.list(to)))
  end)

  it("goes to a disc that has to be erased, when that is said", function()
    local from, to = several.cd_extra(d), blank()
    assert(append.tree(to, several.file(d, "old.txt")))
    disc.fails("medium_not_blank", copy.run(from, to))
    assert(copy.run(from, to, {as_needed = true}))
    same_disc(from, to)
  end)

  it("makes good what the reading drive shifts", function()
    local from = several.cd_extra(d, "medium=cd-r&quirk=read-offset")
    local to = blank()
    assert(copy.run(from, to, {offset = 30}))
    assert.is_true(pcm(400, 1) == to:read(0, 400, "audio"))
  end)

  it("says who wrote it, and in which session it is", function()
    local from, to = several.two_trees(d, false), blank()
    local job <close> = assert(copy.start(from, to))
    local seen = {}
    repeat
      local now = job:progress()
      assert.equal(2, now.sessions)
      seen[now.session] = true
    until job:wait(0.005) and job:done()
    -- It may have been over sooner than it was asked again.
    seen[job:progress().session] = true
    assert.is_true(seen[2])
    local report = assert(job:wait())
    assert.matches("^discrecorder ", report.program)
    assert.equal(2, report.asked.tracks)
    assert.equal(2, #report.readback.tracks)
    assert.equal(report.tracks[2].sha256, report.readback.tracks[2].sha256)
  end)
end)

describe("a copy of several sessions is refused before the first byte",
  function()
    local function refused(code, pattern, from, to, options)
      local before = assert(to:medium())
      local failure = disc.fails(code, copy.run(from, to, options))
      assert.matches(pattern, failure.message)
      assert.is_truthy(failure.advice)
      assert.same(before, (assert(to:medium())))
    end

    it("on a disc that has a session already", function()
      local to = blank()
      assert(append.tree(to, several.file(d, "old.txt")))
      refused("unsupported", "session 1 of 2: track 1 would begin at block",
        several.two_trees(d, false), to, {append = true})
    end)

    it("on what is no CD", function()
      refused("unsupported", "to a CD alone", several.two_trees(d, false),
        blank "medium=dvd+r")
    end)

    it("track at once, and for test", function()
      local from = several.two_trees(d, false)
      refused("unsupported", "session at once", from, blank(), {mode = "tao"})
      refused("unsupported", "simulation", from, blank(), {simulate = true})
    end)

    it("where a session begins before the one in front of it ends", function()
      local function one(number, session, start, blocks, stop)
        return {number = number, session = session, kind = "data",
          start = start, from = start, blocks = blocks, stop = stop,
          pregap = session == 1 and 0 or 150, indexes = {}}
      end
      local failure = disc.fails("unsupported",
        require("discrecorder.copy.sessions").put({tracks = {
          one(1, 1, 0, 300, 290), one(2, 2, 11690, 300, 11990),
        }}, {}, function() return 1 end, function() end))
      assert.matches("track 1 begins 10 blocks before its end",
        failure.message)
    end)

    it("of a DVD's tracks", function()
      local from = blank "medium=dvd+r"
      assert(append.tree(from, several.file(d, "one.txt")))
      assert(append.tree(from, several.file(d, "two.txt")))
      refused("unsupported", "holds addresses", from, blank "medium=dvd+r")
    end)
  end)

describe("a copy of several sessions that fails in the second", function()
  -- Where session 2 is, and a failed copy's failure.
  local function failed(code, from, to)
    local failure = disc.fails(code, copy.run(from, to))
    assert.matches("^session 2 of 2: .*before it is on the disc",
      failure.message)
    local report = failure.report
    assert.same({ok = true, verified = true, tracks = 1}, report.sessions[1])
    assert.is_false(report.sessions[2].ok)
    assert.is_false(report.ok)
    assert.is_false(report.verified)
    assert.matches("^discrecorder ", report.program)
    return failure
  end

  it("for a write error has the first on the disc", function()
    local from = several.two_trees(d, false)
    local at = from:medium().tracks[2].start + 20
    local to = blank("medium=cd-r", {faults = {
      {opcode = "WRITE(10)", lba = at, sense = {3, 0x0C, 0}},
    }})
    failed("cannot_write_to_media", from, to)
    to = d:again()
    assert.equal(assert(sessions.list(from))[1].volume.id,
      assert(sessions.list(to))[1].volume.id)
    assert.is_true(assert(from:read(0, 300)) == to:read(0, 300))
  end)

  it("for what cannot be read says where", function()
    local from = several.two_trees(d, false)
    local at = from:medium().tracks[2].start + 20
    from = nil -- luacheck: ignore
    from = d:again(nil, {faults = {
      {opcode = "READ(10)", lba = at, sense = {3, 0x11, 5}, times = 20},
    }})
    from:close()
    assert.equal(at, failed("generic", from, blank()).lba)
  end)

  it("by a cancel leaves both recorders free", function()
    local from, to = several.two_trees(d, false), blank "medium=cd-r"
    local job <close> = assert(copy.start(from, to))
    while job:progress().session == 1 do
      job:wait(0.002)
    end
    job:cancel()
    local failure = disc.fails("user_abort", job:wait())
    assert.matches("^session 2 of 2: .*before it is on the disc",
      failure.message)
    assert.matches("with a blank one", failure.advice)
    assert.is_true(failure.report.sessions[1].ok)
    job:close()
    assert.equal(to:medium().state, failure.report.medium.state)
    assert.equal("complete", from:medium().state)
    assert.is_true(to:medium().sessions >= 1)
  end)

  it("by a cancel between the two says that the first went well", function()
    local first = {ok = true, report = {
      tracks = {{}}, warnings = {}, seconds = {}, verified = true,
    }}
    local _, failure = require("discrecorder.series").sum_up(2, nil,
      {message = "cancelled", results = {first}}, "user_abort")
    assert.matches("^session 2 of 2: .*before it is on the disc",
      failure.message)
    assert.same({{ok = true, verified = true, tracks = 1}},
      failure.report.sessions)
    assert.is_false(failure.report.ok)
  end)

  it("keeps both recorders from others until its end", function()
    local from = several.two_trees(d, false)
    local to = blank "medium=cd-r"
    local job <close> = assert(copy.start(from, to))
    disc.fails("device_not_accessible", from:medium())
    disc.fails("device_not_accessible", to:medium())
    assert(job:wait())
  end)
end)

describe("a job of several sessions", function()
  it("is burned, session after session", function()
    local rec = blank()
    local report = assert(rec:burn {sessions = {
      {tracks = {track(pcm(300, 1))}, mcn = "0123456789012",
        text = {title = "Sky"}},
      {tracks = {data(300, 1)}}, {tracks = {data(300, 2)}},
    }})
    assert.same({"complete", 3}, {report.medium.state, report.medium.sessions})
    assert.same({0, 300 + 11400}, {report.tracks[1].start,
      report.tracks[2].start})
    assert.equal("0123456789012", rec:mcn())
  end)

  it("has no disc in its report that nobody could ask after it", function()
    local rec = blank("medium=cd-r", {faults = {
      {opcode = "WRITE(10)", lba = 450 + 2 + 11400, gone = true},
    }})
    local failure = disc.fails("device_not_present", rec:burn {sessions = {
      {tracks = {data(300, 1)}}, {tracks = {data(300, 2)}},
    }})
    assert.is_true(failure.report.sessions[1].ok)
    assert.is_nil(failure.report.medium)
  end)

  it("is planned as it will be", function()
    local plan = require("discrecorder.plan").plan
    local rec = blank()
    assert(append.tree(rec, several.file(d, "old.txt")))
    local job = {as_needed = true, keep_open = true, sessions = {
      {tracks = {track(pcm(300, 1))}}, {tracks = {data(300, 1)}},
      {tracks = {data(333, 2), data(300, 3)}},
    }}
    local planned = assert(plan(job, rec:medium()))
    local report = assert(rec:burn(job))
    assert.equal(4, #report.tracks)
    for i, one in ipairs(report.tracks) do
      assert.same({one.start, one.blocks, one.padding},
        {planned.tracks[i].start, planned.tracks[i].blocks,
          planned.tracks[i].padding})
    end
    assert.equal(planned.capacity_after, report.medium.free_blocks)
    assert.equal(3, #planned.sessions)
  end)

  it("is refused when all of it does not fit", function()
    local rec = blank()
    run.output("truncate", "-s", 350000 * disc.BLOCK, d:path "large")
    local large = assert(source.file(d:path "large"))
    local failure = disc.fails("disc_full", rec:burn {sessions = {
      {tracks = {data(300, 1)}}, {tracks = {{source = large}}},
    }})
    assert.matches("^session 2 of 2: ", failure.message)
    assert.equal("blank", rec:medium().state)
  end)

  it("has no source without a length but in the last", function()
    local plan = require("discrecorder.plan").plan
    local rec = blank()
    local open, closed = {tracks = {{}}}, {tracks = {data(300, 1)}}
    local failure = disc.fails("unsupported",
      plan({sessions = {open, closed}}, rec:medium()))
    assert.matches("^session 1 of 2: .*how long it is", failure.message)
    local pushed = assert(source.push())
    disc.fails("unsupported", rec:burn {sessions = {
      {tracks = {{source = pushed}}}, closed,
    }})
    assert.equal("blank", rec:medium().state)
    assert(plan({sessions = {closed, open}}, rec:medium()))
  end)

  it("may go on past the disc's end with its last session alone", function()
    local plan = require("discrecorder.plan").plan
    local rec = blank()
    local function planned(...)
      local job = {overburn = true, sessions = {}}
      for i, blocks in ipairs {...} do
        job.sessions[i] = {tracks = {{length = blocks * disc.BLOCK}}}
      end
      return plan(job, rec:medium())
    end
    assert.equal("overburn", assert(planned(300, 349000)).warnings[1].code)
    for which, blocks in ipairs {{361000, 300}, {355000, 300}} do
      local failure = disc.fails("disc_full", planned(table.unpack(blocks)))
      assert.matches(("^session %d of 2: "):format(which), failure.message)
    end
  end)

  it("is one of CDs, and of one recorder", function()
    local job = {sessions = {{tracks = {data(16, 1)}}}}
    disc.fails("medium_invalid_type", blank "medium=dvd+r":burn(job))
    disc.fails("unsupported",
      require("discrecorder.burn").to_many(job, {blank()}))
    disc.fails("medium_not_present", blank "medium=none":burn(job))
  end)

  it("has nothing beside them, and each its tracks", function()
    local rec = blank()
    for _, wrong in ipairs {
      {sessions = {}}, {sessions = 7}, {sessions = {{}}}, {sessions = {7}},
      {sessions = {{tracks = {data(16, 1)}, keep_open = true}}},
      {sessions = {{tracks = {data(16, 1)}}}, tracks = {data(16, 2)}},
      {sessions = {{tracks = {data(16, 1)}}}, mcn = "0123456789012"},
      {sessions = {{tracks = {{}}}}},
    } do
      assert.error_matches(function()
        rec:burn(wrong)
      end, "burn: ")
    end
    assert.equal("blank", rec:medium().state)
  end)
end)

describe("a track of a CD", function()
  it("has the padding that the job says", function()
    for _, mode in ipairs {"tao", "sao"} do
      local rec = blank()
      local report = assert(rec:burn {mode = mode, tracks = {
        data(310, 1, {padding = 0}), data(310, 2, {padding = 7}),
        data(100, 3, {padding = 0}),
      }})
      assert.same({0, 7, 200}, {report.tracks[1].padding,
        report.tracks[2].padding, report.tracks[3].padding})
    end
  end)

  it("begins where it belongs, or is refused", function()
    local rec = blank()
    local failure = disc.fails("unsupported", rec:burn {mode = "sao",
      tracks = {data(310, 1), data(310, 2, {at = 461})}})
    assert.matches("track 2 would begin at block 460", failure.message)
    assert.equal("blank", rec:medium().state)
    assert(rec:burn {mode = "sao",
      tracks = {data(310, 1, {at = 0}), data(310, 2, {at = 460})}})
  end)

  it("is one of a CD with padding of its own", function()
    disc.fails("medium_invalid_type",
      blank "medium=dvd+r":burn {tracks = {data(16, 1, {padding = 0})}})
  end)

  it("has whole numbers for both", function()
    for _, more in ipairs {{padding = -1}, {padding = 1.5}, {at = -1},
      {at = "x"}} do
      assert.error_matches(function()
        blank():burn {tracks = {data(300, 1, more)}}
      end, "burn: " .. next(more) .. " is out of range")
    end
  end)
end)


-- Adding sessions, and reading what was there before: as xorriso sees it.

local append = require "discrecorder.append"
local appending = require "spec.support.appending"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local verify = require "discrecorder.verify"

local refused = burning.refused

local bench, rec, first, second

local function shown(session)
  return (appending.shown(bench, rec, session))
end

local function set_up(query)
  bench = appending.bench(query or "medium=cd-r")
  rec = bench:recorder()
  first, second = bench.first, bench.second
end

before_each(function()
  set_up()
end)

after_each(function()
  rec = nil
  bench:remove()
end)

describe("appending a tree", function()
  for _, medium in ipairs {"cd-r", "cd-rw", "dvd+r"} do
    it("joins what is on a " .. medium, function()
      bench:remove()
      set_up("medium=" .. medium)
      assert(append.tree(rec, first))
      local report = assert(append.tree(rec, second))
      assert.is_true(report.verified)
      assert.is_true(report.asked.append)
      assert.are.equal(2, report.medium.sessions)
      assert.are.equal("appendable", report.medium.state)
      assert.are.same(appending.BOTH, shown(2))
      assert.are.same(appending.FIRST, shown(1))
    end)
  end

  it("leaves sessions that isoinfo and xorriso see, each of them", function()
    assert(append.tree(rec, first))
    assert(append.tree(rec, second))
    bench.scratch:file("third/last.txt", "last\n")
    assert(append.tree(rec, bench:path "third"))
    local out = bench:path "all.iso"
    assert(require("discrecorder.export").run(rec, out))
    local names <const> = {"SAME.TXT", "NEW.TXT", "LAST.TXT"}
    local list = assert(sessions.list(rec))
    assert.are.equal(3, #list)
    for number, session in ipairs(list) do
      local start = tostring(session.start)
      local isoinfo = run.output("isoinfo", "-f", "-T", start, "-i", out)
      local xorriso = run.output("xorriso", "-load", "lba", start, "-indev",
        "stdio:" .. out, "-find", "/")
      for i, name in ipairs(names) do
        local there = i <= number
        assert.are.equal(there, isoinfo:find("/" .. name, 1, true) ~= nil)
        assert.are.equal(there,
          xorriso:find("/" .. name:lower(), 1, true) ~= nil)
      end
    end
  end)

  it("begins a blank disc and leaves it open", function()
    local report = assert(append.tree(rec, first))
    assert.are.equal(0, report.tracks[1].start)
    assert.are.equal("appendable", report.medium.state)
  end)

  it("closes the disc when it is told to", function()
    assert(append.tree(rec, first))
    local report = assert(append.tree(rec, second, {keep_open = false}))
    assert.are.equal("complete", report.medium.state)
    local failure = refused("medium_not_blank", append.tree(rec, first))
    assert.matches("closed", failure.advice, 1, true)
  end)

  it("goes where the drive goes on writing", function()
    assert(append.tree(rec, first))
    local next_writable = rec:medium().next_writable
    local report = assert(append.tree(rec, second))
    assert.are.equal(next_writable, report.tracks[1].start)
  end)

  it("puts whole folders in the place of others when it replaces", function()
    assert(append.tree(rec, first))
    local named = {["/sub"] = second .. "/sub"}
    assert(append.tree(rec, named, {how = "replace"}))
    assert.are.same({
      ["/same.txt"] = "the same\n",
      ["/sub/changed.txt"] = "after it all\n",
    }, shown(2))
  end)

  it("shows nothing of before when the root is replaced", function()
    assert(append.tree(rec, first))
    assert(append.tree(rec, second, {how = "replace"}))
    assert.are.same({
      ["/new.txt"] = "new\n", ["/sub/changed.txt"] = "after it all\n",
    }, shown(2))
  end)

  it("shows only what is new when it is independent", function()
    assert(append.tree(rec, first))
    assert(append.tree(rec, second, {how = "independent"}))
    assert.are.same({
      ["/new.txt"] = "new\n", ["/sub/changed.txt"] = "after it all\n",
    }, shown(2))
  end)

  it("puts a file where a folder was, and a folder where a file was", function()
    assert(append.tree(rec, first))
    bench.scratch:file("third/sub", "a file now\n")
    bench.scratch:file("third/same.txt/deep", "a folder now\n")
    assert(append.tree(rec, bench:path "third"))
    assert.are.same({
      ["/sub"] = "a file now\n", ["/same.txt/deep"] = "a folder now\n",
    }, shown(2))
  end)

  it("keeps the disc's name unless it gets another", function()
    assert(append.tree(rec, first, {volume_id = "WEEKLY"}))
    assert(append.tree(rec, second))
    assert(append.tree(rec, second, {volume_id = "OTHER"}))
    local ids = {}
    for i, session in ipairs(assert(sessions.list(rec))) do
      ids[i] = session.volume.id
    end
    assert.are.same({"WEEKLY", "WEEKLY", "OTHER"}, ids)
  end)

  it("gives the sums of each session a name of their own", function()
    assert(append.tree(rec, first, {manifest = true}))
    assert(append.tree(rec, second, {manifest = true}))
    local files = shown(2)
    assert.matches("same.txt", files["/SHA256SUMS"], 1, true)
    assert.matches("new.txt", files["/SHA256SUMS.2"], 1, true)
  end)

  it("leaves MD5 tags in each session", function()
    assert(append.tree(rec, first))
    assert(append.tree(rec, second))
    local checked = assert(verify.run(rec))
    assert.are.equal("tags", checked.verified)
    local session = assert(sessions.list(rec))[2]
    bench:flip(session.start + 25)
    refused("verify_failed", verify.run(bench:recorder()))
  end)

  it("adds to a disc that another program wrote", function()
    local image = bench:path "other.iso"
    run.output("xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", image, first)
    assert(burn.image(rec, image, {keep_open = true}))
    assert(append.tree(rec, second))
    assert.are.equal("old\n", shown(2)["/sub/old.txt"])
    assert.are.equal("new\n", shown(2)["/new.txt"])
  end)
end)

describe("following a folder", function()
  -- The blocks of a session in which nothing is written again, and in which
  -- everything is.
  local function add(options)
    return assert(append.tree(rec, first, options)).tracks[1].blocks
  end

  before_each(function()
    bench.scratch:file("first/large", ("x"):rep(2048 * 400))
    assert(append.tree(rec, first))
  end)

  it("writes only what has changed", function()
    assert.is_true(add {} > 400)
    assert.is_true(add {only_changed = true} < 100)
    assert.are.equal(2048 * 400, #shown(3)["/large"])
  end)

  it("writes a file again whose size has changed", function()
    bench.scratch:file("first/large", ("y"):rep(2048 * 300))
    assert.is_true(add {only_changed = true} > 300)
    assert.are.equal(("y"):rep(2048 * 300), shown(2)["/large"])
  end)

  it("writes a file again whose time has changed", function()
    run.output("touch", "-d", "2020-01-01", first .. "/same.txt")
    local before = add {only_changed = true}
    assert.is_true(before < 100)
    assert.are.equal("the same\n", shown(2)["/same.txt"])
    assert.are.equal(before - 1, add {only_changed = true})
  end)

  it("shows no more what is gone, when it is told to", function()
    assert(os.remove(first .. "/sub/old.txt"))
    add {only_changed = true}
    assert.are.equal("old\n", shown(2)["/sub/old.txt"])
    add {only_changed = true, remove_missing = true}
    assert.is_nil(shown(3)["/sub/old.txt"])
    assert.are.equal("before\n", shown(3)["/sub/changed.txt"])
  end)

  it("agrees with the folder afterwards", function()
    bench.scratch:file("first/sub/more.txt", "more\n")
    add {only_changed = true, remove_missing = true}
    assert.are.equal("files",
      assert(verify.run(rec, {against = first})).verified)
  end)
end)

describe("the sessions of a disc", function()
  it("are listed with what is on them", function()
    assert.are.same({}, (assert(sessions.list(rec))))
    assert(append.tree(rec, first, {date = 0, volume_id = "ONE"}))
    assert(append.tree(rec, second))
    local list = assert(sessions.list(rec))
    assert.are.equal(2, #list)
    assert.are.same({1, 0, "data", "ONE", "1970-01-01 00:00:00"}, {
      list[1].number, list[1].start, list[1].kind, list[1].volume.id,
      list[1].volume.created,
    })
    assert.are.same({2}, list[2].tracks)
  end)

  it("need no tree in them", function()
    assert(burn.image(rec, bench:image(300), {keep_open = true}))
    assert.is_nil(assert(sessions.list(rec))[1].volume)
    refused("invalid_image",
      read.run(rec, bench:path "x", {session = 1}))
  end)

  it("are not read otherwise when the last one's start cannot be read",
    function()
      assert(append.tree(rec, first))
      assert(append.tree(rec, second))
      local at = sessions.list(rec)[2].start + 16
      rec = bench:recorder {faults = {
        {opcode = "READ(10)", lba = at, sense = {0x3, 0x11, 0x05}},
      }}
      local other_kind = bench:recorder {faults = {
        {opcode = "READ(10)", lba = at, sense = {0x5, 0x64, 0}, times = 1},
      }}
      assert.are.equal(2, assert(read.run(other_kind, bench:path "y")).track)
      for _, options in ipairs {{}, {session = 2}} do
        local failure = refused("generic",
          read.run(rec, bench:path "x", options))
        assert.are.equal(at, failure.lba)
      end
    end)

  it("are read as the last one shows them without a number", function()
    assert(append.tree(rec, first))
    assert(append.tree(rec, second))
    local result = assert(read.run(rec, bench:path "x"))
    assert.are.equal(2, result.session)
    refused("unsupported", read.run(rec, bench:path "y", {session = 3}))
    assert.has_error(function()
      read.run(rec, bench:path "y", {session = 1, track = 1})
    end, "read: either a session or a track")
  end)
end)

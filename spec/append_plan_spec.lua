-- What would be added, before it is; and the check of one session alone.

local append = require "discrecorder.append"
local appending = require "spec.support.appending"
local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local refused = burning.refused

local bench, rec, first, second

local function set_up(query)
  if bench then
    rec = nil
    bench:remove()
  end
  bench = appending.bench("medium=" .. query)
  first, second = bench.first, bench.second
  rec = bench:recorder()
end

after_each(function()
  rec = nil
  bench:remove()
  bench = nil
end)

describe("checking a session", function()
  it("is refused where there is none, and beside a report", function()
    set_up "cd-r"
    assert(append.tree(rec, first))
    refused("unsupported", verify.run(rec, {session = 2}))
    assert.has_error(function()
      verify.run(rec, {session = 1, report = {}})
    end, "verify: either a report or a session")
  end)

  it("sees no other one", function()
    set_up "cd-r"
    local one = assert(append.tree(rec, first)).tracks[1]
    assert(append.tree(rec, second))
    bench:flip(one.start + 30)
    rec = bench:recorder()
    refused("verify_failed", verify.run(rec, {session = 1}))
    assert.are.equal("tags", assert(verify.run(rec, {session = 2})).verified)
  end)
end)

describe("a plan of what would be added", function()
  before_each(function()
    set_up "cd-rw"
  end)

  it("counts what is new, changed, kept and gone", function()
    local planned = assert(append.plan(rec, first))
    assert.are.same({
      new = {"/same.txt", "/sub/changed.txt", "/sub/old.txt"},
      changed = {}, removed = {}, kept = 0, bytes = 9 + 7 + 4,
    }, planned.files)
    assert(append.tree(rec, first))
    bench.scratch:file("first/sub/changed.txt", "not as before\n")
    bench.scratch:file("first/more.txt", "more\n")
    assert(os.remove(first .. "/sub/old.txt"))
    planned = assert(append.plan(rec, first,
      {only_changed = true, remove_missing = true}))
    assert.are.same({
      new = {"/more.txt"}, changed = {"/sub/changed.txt"},
      removed = {"/sub/old.txt"}, kept = 1, bytes = 5 + 14,
    }, planned.files)
    planned = assert(append.plan(rec, second, {how = "independent"}))
    assert.are.same({
      new = {"/new.txt", "/sub/changed.txt"}, changed = {}, removed = {},
      kept = 0, bytes = 17,
    }, planned.files)
  end)

  it("is what the burn does, and writes nothing", function()
    for _, medium in ipairs {"cd-rw", "dvd-r", "dvd-ram", "bd-r"} do
      set_up(medium)
      for _, folder in ipairs {first, second} do
        local before = assert(rec:medium())
        local planned = assert(append.plan(rec, folder))
        assert.are.same(before, (rec:medium()))
        local report = assert(append.tree(rec, folder))
        for i, track in ipairs(planned.tracks) do
          assert.are.same(track, {
            start = report.tracks[i].start,
            blocks = report.tracks[i].blocks,
            padding = report.tracks[i].padding,
          })
        end
      end
    end
  end)

  it("knows to the block what fits behind a tree", function()
    set_up "dvd-ram"
    assert(append.tree(rec, first))
    local at = assert(append.plan(rec, second)).tracks[1].start
    local free = assert(rec:medium()).free_blocks - at
    bench.scratch:file("huge/x", "")
    local huge = bench:path "huge/x"
    run.output("truncate", "-s", tostring(1024 * 2048), huge)
    local small = assert(append.plan(rec, huge)).blocks - 32
    run.output("truncate", "-s", tostring((1024 + free - small) * 2048), huge)
    local planned = assert(append.plan(rec, huge))
    assert.are.equal(free, planned.tracks[1].blocks)
    assert.are.equal(0, planned.capacity_after)
    run.output("truncate", "-s", tostring((1025 + free - small) * 2048), huge)
    local failure = refused("disc_full", append.plan(rec, huge))
    assert.are.same(failure.message,
      refused("disc_full", append.tree(rec, huge)).message)
  end)

  it("is refused as the burn is", function()
    assert(burn.tree(rec, first))
    refused("medium_not_blank", append.plan(rec, second))
    assert(rec:operator():remove())
    refused("medium_not_present", append.plan(rec, second))
    assert.has_error(function()
      append.plan(rec, first, {mistyped = true})
    end)
  end)
end)

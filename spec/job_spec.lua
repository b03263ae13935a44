-- A Job, seen from the script that waits for it: a burn fed by hand, so that it
-- is where the spec wants it.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local core = require "discrecorder.core"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local BLOCK <const> = 2048
local BLOCKS <const> = 300

local bench, rec, pushed

local function start(options)
  local job = {tracks = {{source = pushed}}}
  for key, value in pairs(options or {}) do
    job[key] = value
  end
  return assert(rec:burn_start(job))
end

local function feed()
  assert(pushed:write(("x"):rep(BLOCKS * BLOCK)))
  assert(pushed:finish())
end

-- Is the descriptor readable now? The kernel is asked, which tells an eventfd's
-- counter.
local function is_readable(job)
  for line in io.lines(("/proc/self/fdinfo/%d"):format(job:fd())) do
    local count = line:match "^eventfd%-count:%s*(%x+)"
    if count then
      return tonumber(count, 16) > 0
    end
  end
  error "this is no eventfd"
end

before_each(function()
  bench = burning.bench()
  rec = bench:recorder()
  pushed = assert(source.push(BLOCKS * BLOCK, BLOCKS * BLOCK))
end)

after_each(function()
  rec, pushed = nil, nil
  bench:remove()
end)

describe("a job", function()
  it("gives its progress while it runs, and then its result", function()
    local job <close> = start()
    local progress, word = job:wait(0)
    assert.are.equal("running", word)
    assert.is_string(progress.phase)
    assert.is_false(job:done())
    feed()
    assert.is_true(assert(job:wait()).ok)
    assert.is_true(job:done())
  end)

  it("waits no longer than it is told to", function()
    local job <close> = start()
    local _, word = job:wait(0.01)
    assert.are.equal("running", word)
    _, word = job:wait(0)
    assert.are.equal("running", word)
  end)

  it("has its result completed by one after the other", function()
    local job <close> = start()
    job:complete_with(function(report)
      return report, "one"
    end)
    job:complete_with(function(report, one)
      return report.program, one .. " two"
    end)
    feed()
    local program, both = job:wait()
    assert.matches("^discrecorder ", program)
    assert.are.equal("one two", both)
  end)

  it("gives equal results as often as it is asked", function()
    local job <close> = start()
    feed()
    local report = assert(job:wait())
    assert.are.equal(report, job:wait())
    assert.are.equal(report, job:wait(0))
    assert.are.equal(report, (job:wait(5)))
  end)

  it("keeps any number of results of what completes it", function()
    for _, results in ipairs {
      {n = 2, "one", "two"}, {n = 3, nil, "failure", "code"}, {n = 0},
      {n = 3, "one", nil, nil},
    } do
      rec = bench:recorder()
      local job <close> = assert(rec:load_start())
      job:complete_with(function()
        return table.unpack(results, 1, results.n)
      end)
      for _ = 1, 3 do
        assert.are.same(results, table.pack(job:wait()))
      end
    end
  end)

  it("gives equal failures as often as it is asked", function()
    local job <close> = start()
    job:cancel()
    local failure = burning.refused("user_abort", job:wait())
    local result, again, code = job:wait(0)
    assert.is_nil(result)
    assert.are.equal(failure, again)
    assert.are.equal("user_abort", code)
  end)

  it("tells progress that never goes back within a phase", function()
    local path = bench:image(20000)
    local job <close> = assert(burn.image_start(rec, path))
    local done, phase, seen = 0, nil, {}
    repeat
      local progress, word = job:wait(0)
      if word == "running" then
        if progress.phase ~= phase then
          phase, done = progress.phase, 0
          seen[phase] = true
        end
        assert.is_true(progress.done >= done)
        assert.is_true(progress.total == 0 or progress.done <= progress.total)
        assert.is_true(progress.buffer >= 0 and progress.buffer <= 1)
        assert.is_true(not progress.fraction or progress.fraction <= 1)
        done = progress.done
      end
    until word ~= "running"
    assert.is_true(seen.writing)
    assert.is_true(assert(job:wait()).ok)
  end)

  it("counts the blocks of all tracks in one phase", function()
    local other = assert(source.file(bench:image(BLOCKS)))
    local job <close> = assert(rec:burn_start {tracks = {
      {source = other}, {source = pushed},
    }})
    local progress
    for _ = 1, 3000 do -- until the first track is done, and its padding
      progress = job:wait(0.001)
      if progress.done == 450 then
        break
      end
    end
    assert.are.equal("writing", progress.phase)
    assert.are.equal(450, progress.done)
    assert.are.equal(900, progress.total)
    feed()
    assert(job:wait())
  end)

  it("has a descriptor that is readable from news until they are looked at",
    function()
      local job <close> = start()
      burning.wait_phase(job, "writing")
      job:wait(0)
      assert.is_false(is_readable(job))
      feed()
      while not job:done() do
        job:progress()
      end
      job:progress() -- does not tell the end: it stays news
      assert.is_true(is_readable(job))
      assert(job:wait())
      assert.is_false(is_readable(job))
    end)

  it("never ends unseen by who waits for the descriptor", function()
    for _ = 1, 200 do
      local read <close> = assert(rec:wait_medium_start(0))
      local result, word = read:wait(0)
      -- Either it was told, or the descriptor will say so.
      while word == "running" do
        assert.is_true(not read:done() or is_readable(read))
        if is_readable(read) then
          result, word = read:wait(0)
        end
      end
      assert.is_true(result)
    end
  end)

  it("can be closed while it runs, and again", function()
    local job = start()
    job:close()
    job:close()
    assert.has_error(function()
      job:wait()
    end)
    assert.are.equal("idle", rec:get_recorder_state())
    assert.are.equal("Job (closed)", tostring(job))
  end)

  it("is cancelled when its scope ends", function()
    do
      local job <close> = start()
      burning.wait_phase(job, "writing")
    end
    assert.are.equal("idle", rec:get_recorder_state())
    burning.refused("user_abort", pushed:write "x")
  end)

  it("is cancelled when nobody holds it any more", function()
    start()
    collectgarbage()
    collectgarbage()
    assert.are.equal("idle", rec:get_recorder_state())
    assert(rec:open_exclusive())
  end)

  -- The thread has given up its share when the end is told: a drive that is
  -- dropped then is closed then, and another program finds it free.
  it("leaves nothing open once it is over and closed", function()
    local open = #core.folder "/proc/self/fd"
    for _ = 1, 300 do
      local job = rec:load_start()
      assert(job:wait())
      job:close()
      assert.are.equal(open, #core.folder "/proc/self/fd")
    end
  end)

  it("may be cancelled twice, and when it is over", function()
    local job <close> = start()
    job:cancel()
    job:cancel()
    burning.refused("user_abort", job:wait())
    job:cancel()
    burning.refused("user_abort", job:wait())
  end)

  it("stays a success when it is cancelled after the end", function()
    local job <close> = start()
    feed()
    assert(job:wait())
    job:cancel()
    assert.is_true(assert(job:wait()).ok)
  end)

  it("refuses what is no number of seconds", function()
    local job <close> = start()
    assert.has_error(function()
      job:wait "soon"
    end)
    assert.has_error(function()
      job:wait {}
    end)
    assert.has_error(function()
      job:wait(0 / 0)
    end)
  end)

  it("reads a disc with the same shape", function()
    assert(burn.image(rec, bench:image(BLOCKS)))
    local job <close> =
      assert(require("discrecorder.read").start(rec, bench:path "out.iso"))
    assert.is_number(job:fd())
    assert.is_true(assert(job:wait()).ok)
    assert.are.equal(run.slurp(bench:path "image.iso"),
      run.slurp(bench:path "out.iso"):sub(1, BLOCKS * BLOCK))
  end)
end)

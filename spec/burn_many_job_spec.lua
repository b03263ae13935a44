-- The job of many recorders: cancelled, dropped, waited for; what it refuses.

local burn = require "discrecorder.burn"
local burning = require "spec.support.burning"
local each = require "spec.support.each"
local many = require "spec.support.many"
local source = require "discrecorder.source"

local BLOCK <const>, BLOCKS <const> = many.BLOCK, many.BLOCKS

local m = each(many.new)
local benches, content

before_each(function()
  benches, content = m.benches, m.content
end)

local function recorders(...)
  return m:recorders(...)
end

local function job(...)
  return m:job(...)
end

local function is_burned(...)
  m:is_burned(...)
end

local function is_truthful(...)
  m:is_truthful(...)
end

describe("a job of many recorders", function()
  local pushed, list, work

  local function start(count)
    pushed = assert(source.push(BLOCKS * BLOCK))
    list = recorders(count or 3)
    work = assert(burn.to_many_start(
      job {tracks = {{source = pushed}}}, list))
  end

  local function is_over()
    for i, rec in ipairs(list) do
      assert(rec:open_exclusive()) -- it is free
      local state = benches[i] and assert(rec:medium()).state
      assert.is_true(state == "blank" or state == "appendable")
    end
    burning.refused("user_abort", pushed:write "x")
  end

  it("is cancelled as a whole", function()
    start()
    burning.wait_phase(work, "writing")
    assert(pushed:write(content:sub(1, 400 * BLOCK)))
    work:cancel()
    local failure = burning.refused("user_abort", work:wait())
    for i, result in ipairs(failure.results) do
      assert.are.equal("user_abort", result.code)
      is_truthful(i, result)
    end
    is_over()
  end)

  it("is cancelled at once", function()
    start()
    work:cancel()
    local failure = burning.refused("user_abort", work:wait())
    assert.are.equal(3, #failure.results)
    is_over()
  end)

  it("is cancelled when it is closed", function()
    start()
    assert(pushed:write(content:sub(1, 400 * BLOCK)))
    work:close()
    is_over()
  end)

  it("is cancelled when it is dropped", function()
    start()
    assert(pushed:write(content:sub(1, 400 * BLOCK)))
    work = nil
    collectgarbage()
    collectgarbage()
    is_over()
  end)

  it("needs neither its table nor its recorders to be kept", function()
    start()
    list = nil
    collectgarbage()
    collectgarbage()
    assert(pushed:write(content))
    assert(pushed:finish())
    for i, result in ipairs(assert(work:wait())) do
      is_burned(i, result)
    end
  end)

  it("has a descriptor that is readable from news until they are taken",
    function()
      local function news()
        for line in io.lines(("/proc/self/fdinfo/%d"):format(work:fd())) do
          local count = line:match "^eventfd%-count:%s*(%x+)"
          if count then
            return tonumber(count, 16) > 0
          end
        end
      end
      start()
      assert(pushed:write(content))
      assert(pushed:finish())
      while not work:done() do
        work:wait(0.01)
      end
      for _ = 1, 2 do -- progress does not take the end's news
        work:progress()
        assert.is_true(news())
      end
      assert(work:wait())
      assert.is_false(news())
    end)

  it("leaves the sources to the next burn", function()
    local made = job()
    local two = recorders(2)
    assert(burn.to_many(made, two))
    benches[3] = burning.bench()
    assert(benches[3]:recorder():burn(made))
  end)

  it("refuses sources that are being read", function()
    start(2)
    benches[3] = burning.bench()
    burning.refused("busy", burn.to_many(
      job {tracks = {{source = pushed}}}, {benches[3]:recorder()}))
    work:close()
  end)

  it("raises for what is the caller's mistake", function()
    local rec = benches[1]:recorder()
    for _, bad in ipairs {
      {job(), {}},
      {job(), {rec, rec}},
      {job(), {rec, "virtual:x"}},
      {job(), rec},
      {job(), {rec, 5}},
      {nil, {rec}},
      {job {stall = 0}, {rec}},
      {job {stall = -1}, {rec}},
      {job {stall = 0 / 0}, {rec}},
      {job {stall = "long"}, {rec}},
      {job {keepopen = true}, {rec}},
      {{tracks = {}}, {rec}},
    } do
      assert.has_error(function()
        burn.to_many(bad[1], bad[2])
      end)
    end
    assert.are.equal("blank", rec:medium().state)
  end)

  it("says which of the recorders is none", function()
    assert.error_matches(function()
      burn.to_many(job(), {benches[1]:recorder(), "virtual:x"})
    end, "recorder 2: Recorder expected, got string", 1, true)
  end)

  it("takes no `stall` for a single burn", function()
    assert.has_error(function()
      benches[1]:recorder():burn(job {stall = 1})
    end)
  end)
end)

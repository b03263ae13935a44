local dkjson = require "dkjson"

local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

-- A disc of 30,000 blocks at 40x takes ten seconds at this pace: time enough to
-- interrupt it anywhere.
local PACE <const> = "medium=cd-rw&pace=1"
local BLOCKS <const> = 30000

local function medium_state(address)
  local r = run.command("info", (address:gsub("&pace=1", "")), "--json")
  assert.are.equal(0, r.status, r.stdout .. r.stderr)
  return assert(dkjson.decode(r.stdout)).medium.state
end

-- Wait until the command says a word on stderr.
local function wait_for(process, word)
  for _ = 1, 500 do
    if process.stderr():find(word, 1, true) then
      return
    end
    os.execute("sleep 0.02")
  end
  error(("it never said '%s': %s"):format(word, process.stderr()))
end

describe("a signal to a command that burns", function()
  local s

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  for _, name in ipairs{"INT", "TERM", "HUP"} do
    it("ends it so that the disc tells the truth: SIG" .. name, function()
      local address = s:address(PACE)
      local process = run.start(run.root .. "/bin/discrecorder", "write",
        address, s:image(BLOCKS), "--json")
      wait_for(process, "writing: 10%")
      process.signal(name)
      local r = process.wait()
      assert.are.equal(1, r.status, r.stderr)
      local result = assert(dkjson.decode(r.stdout))
      assert.is_false(result.ok)
      assert.are.equal("user_abort", result.error.code)
      assert.is_truthy(r.stderr:find("Stopping", 1, true))
      assert.are_not.equal("blank", medium_state(address))
    end)
  end

  it("ends it at any moment", function()
    for i = 1, 20 do
      local address = s:address("medium=cd-rw")
      local process = run.start(run.root .. "/bin/discrecorder", "write",
        address, s:image(3000), "--quiet")
      process.pid()
      os.execute(("sleep %.3f"):format(i * 0.01))
      process.signal("INT")
      local r = process.wait()
      -- Too late, in time, or before anything began.
      assert.is_true(
        r.status == 0 or r.status == 1 or r.status == 130,
        ("status %s: %s"):format(r.status, r.stderr)
      )
      if io.open(s:path("disc" .. i)) then
        local state = medium_state(address)
        assert.is_true(
          state == "complete" or state == "blank" or state == "appendable" or
            state == "damaged",
          state
        )
        assert.is_true(r.status ~= 0 or state == "complete", state)
      end
    end
  end)

  it("leaves at once when it comes twice", function()
    local address = s:address(PACE)
    local process = run.start(run.root .. "/bin/discrecorder", "write",
      address, s:image(BLOCKS))
    wait_for(process, "writing: 10%")
    local began = os.time()
    process.signal("INT")
    os.execute("sleep 0.2")
    process.signal("INT")
    local r = process.wait()
    assert.are_not.equal(0, r.status)
    assert.is_true(os.time() - began <= 5)
    assert.are_not.equal("complete", medium_state(address))
  end)
end)

local dkjson = require "dkjson"

local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

-- Enough to be interrupted while it is written: 586 MiB.
local BLOCKS <const> = 300000

local function medium_state(address)
  local r = run.command("info", address, "--json")
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

  -- An image without data in it: made at once, whatever its size.
  local function large_image()
    local path = s:path("large.iso")
    run.output("truncate", "-s", tostring(BLOCKS * 2048), path)
    return path
  end

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  for _, name in ipairs{"INT", "TERM", "HUP"} do
    it("ends it so that the disc tells the truth: SIG" .. name, function()
      local address = s:address()
      local process = run.start(run.root .. "/bin/discrecorder", "write",
        address, large_image(), "--json")
      wait_for(process, "writing")
      process.signal(name)
      local r = process.wait()
      assert.are.equal(1, r.status, r.stderr)
      local result = assert(dkjson.decode(r.stdout))
      assert.is_false(result.ok)
      assert.are.equal("user_abort", result.error.code)
      assert.is_truthy(r.stderr:find("Stopping", 1, true))
      local track = result.error.report.tracks[1]
      assert.are.equal(track and track.blocks > 0 and "appendable" or "blank",
        medium_state(address))
    end)
  end

  it("leaves one alone that was started to ignore it, as by nohup", function()
    local address = s:address()
    local process = run.start{"sh", "-c", [[trap "" HUP; exec "$@"]], "sh",
      run.root .. "/bin/discrecorder", "write", address, large_image(),
      "--no-verify", ours = true}
    wait_for(process, "writing")
    process.signal("HUP")
    local r = process.wait()
    assert.are.equal(0, r.status, r.stderr)
    assert.are.equal("complete", medium_state(address))
  end)

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
    local address = s:address()
    -- A drive that keeps a packet, so that the first signal ends nothing.
    local process = run.start(run.root .. "/bin/discrecorder", "write",
      address .. "&fault=opcode:WRITE(10),nth:9,hang:60000", large_image())
    wait_for(process, "writing")
    process.signal("INT")
    wait_for(process, "Stopping")
    process.signal("INT")
    assert.are.equal(128 + 2, process.wait().status)
    assert.are_not.equal("complete", medium_state(address))
  end)

  it("takes the two SIGHUPs of a terminal that closes for one", function()
    local address = s:address()
    local process = run.start(run.root .. "/bin/discrecorder", "write",
      address, large_image(), "--json")
    wait_for(process, "writing")
    process.signal("HUP")
    os.execute("sleep 0.1") -- delivered each: pending ones are one anyway
    process.signal("HUP")
    local r = process.wait()
    assert.are.equal(1, r.status, r.stderr)
    local result = assert(dkjson.decode(r.stdout))
    assert.are.equal("user_abort", result.error.code)
  end)

  it("is not ended by the second SIGHUP when the burn is over", function()
    local r = run{"lua5.4", "-e", [[
      local core = require "discrecorder.core"
      local function hang_up()
        os.execute("kill -HUP $PPID")
      end
      local signals = core.catch_signals()
      hang_up()
      assert(signals:count() == 1)
      signals:release()
      hang_up()
      print "told"]], env = run.lua_env}
    assert.are.equal("told\n", r.stdout, r.stderr)
    assert.are.equal(0, r.status)
  end)
end)

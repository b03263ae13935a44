-- The operator's hand at a virtual drive: insert, remove, the button, the
-- write-protect tab, cable and power.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local d = each(disc.new)

local TUR <const> = "00 00 00 00 00 00"

-- A disc that is in no drive; its path.
local function spare(query)
  d:recorder(query)
  collectgarbage()
  collectgarbage()
  return d.last
end

describe("the operator", function()
  it("takes a disc out by force, and puts another one in", function()
    local rec = d:recorder "medium=cd-rw"
    local other = spare "medium=cd-r"
    local hand = assert(rec:operator())
    assert.is_true(hand:remove())
    assert.equal("none", rec:medium().state)
    assert.is_true(hand:insert(other))
    assert.equal("cd-r", rec:medium().profile)
  end)

  it("cannot take out what is not there", function()
    local hand = d:recorder "medium=none":operator()
    local ok, failure, code = hand:remove()
    assert.is_nil(ok)
    assert.equal("medium_not_present", code)
    assert.equal("medium_not_present", failure.code)
  end)

  it("cannot put a second disc into a closed drive", function()
    local rec = d:recorder()
    local other = spare()
    local ok, _, code = rec:operator():insert(other)
    assert.is_nil(ok)
    assert.equal("device_not_accessible", code)
  end)

  it("swaps the discs when the tray is open", function()
    local rec = d:opened()
    local other = spare "medium=cd-r"
    assert(rec:eject())
    assert.is_true(rec:operator():insert(other))
    assert.equal("cd-r", rec:medium().profile)
  end)

  it("cannot put in what is no disc, or is in another drive", function()
    local rec = d:recorder "medium=none"
    local hand = rec:operator()
    local held = d:recorder()
    for path, wanted in pairs {
      [d:path "none"] = "device_not_present",
      [d.folder] = "bad_file",
      [d:file("text", "no disc")] = "bad_file",
      [d.last] = "device_not_accessible",
    } do
      local ok, _, code = hand:insert(path)
      assert.is_nil(ok)
      assert.equal(wanted, code, path)
    end
    assert.equal("none", rec:medium().state)
    assert.equal("blank", held:medium().state)
  end)

  it("presses the button: out, and in again", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert.is_true(hand:press_eject())
    assert.equal("2/3A/02", disc.sense(rec, TUR))
    assert.is_true(hand:press_eject())
    assert.equal("blank", rec:medium().state)
  end)

  it("presses in vain while the tray is locked", function()
    local rec = d:opened()
    assert(rec:lock())
    assert.is_true(rec:operator():press_eject())
    assert.equal("good", disc.sense(rec, TUR))
  end)

  it("presses in vain while something is recorded or erased", function()
    local rec = d:opened "medium=cd-rw&pace=1"
    local hand = rec:operator()
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("good", disc.write(rec, 0, disc.block(0)))
    assert.is_true(hand:press_eject())
    assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
    assert.equal("good", disc.sense(rec, "A1 11 00000000 0000 0000 00 00"))
    assert.is_true(hand:press_eject())
    assert.equal("2/04/07", disc.sense(rec, TUR))
  end)

  it("has no button to press without power", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert(hand:power_off())
    local ok, _, code = hand:press_eject()
    assert.is_nil(ok)
    assert.equal("device_not_present", code)
  end)

  it("pulls the plug: locks, pages and speeds are forgotten", function()
    local rec = d:opened()
    local hand = rec:operator()
    assert(rec:lock())
    assert.equal("good", disc.select(rec, disc.write_page{multi = true}))
    assert(hand:unplug())
    assert.equal("device_not_present", disc.sense(rec, TUR))
    assert(hand:plug())
    assert.same({"6/29/00", "6/28/00"}, disc.ready(rec))
    assert.not_equal(0xC0, disc.page(rec, 0x05):byte(4) & 0xC0)
    assert.is_true(hand:press_eject())
    assert.equal("none", rec:medium().state)
  end)

  it("may plug in what is plugged in, and the other way round", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert.is_true(hand:plug())
    assert.is_true(hand:power_on())
    assert.equal("good", disc.sense(rec, TUR))
    assert.is_true(hand:unplug())
    assert.is_true(hand:unplug())
    assert.is_true(hand:power_off())
    assert.is_true(hand:plug())
    assert.equal("device_not_present", disc.sense(rec, TUR))
    assert.is_true(hand:power_on())
    assert.equal("blank", rec:medium().state)
  end)

  it("changes discs while there is no power, and the drive finds out",
    function()
      local rec = d:recorder()
      local other = spare "medium=cd-r"
      local hand = rec:operator()
      assert(hand:unplug())
      assert.is_true(hand:remove())
      assert.is_true(hand:insert(other))
      assert(hand:plug())
      assert.equal("cd-r", rec:medium().profile)
    end)

  it("moves the tab that protects a disc", function()
    local rec = d:opened()
    local hand = rec:operator()
    assert(hand:write_protect(true))
    local _, failure = rec:erase()
    assert.equal("7/27/00", disc.sense_of(failure))
    assert(hand:write_protect(false))
    assert.is_true(rec:erase())
  end)

  for what, code in pairs {
    remove = "medium_not_present", unplug = "device_not_present",
    power_off = "device_not_present",
  } do
    it(("ends a burn by %s, and the process lives"):format(what), function()
      local rec = d:recorder()
      local hand = rec:operator()
      local push <close> = assert(source.push(3000 * 2048))
      local job <close> = assert(rec:burn_start{
        tracks = {{source = push}}, verify = false,
      })
      assert(push:write(("x"):rep(600 * 2048)))
      assert.is_true(hand[what](hand))
      pcall(push.write, push, ("x"):rep(1400 * 2048))
      pcall(push.write, push, ("x"):rep(1000 * 2048))
      pcall(push.finish, push)
      local ok, failure, given = job:wait()
      assert.is_nil(ok)
      assert.equal(failure.code, given)
      assert.is_true(given == code or given == "wrong_disc", given)
    end)
  end

  it("sees whether the tray is locked, and the drive's clock", function()
    local rec = d:opened()
    local hand = rec:operator()
    assert.is_false(hand:is_locked())
    assert(rec:lock())
    assert.is_true(hand:is_locked())
    local before = hand:clock()
    assert(rec:unlock())
    assert.is_false(hand:is_locked())
    assert(rec:erase(false))
    assert.is_true(hand:clock() - before > 59)
  end)

  it("sees the drive's clock stand, or go with the machine's", function()
    local own = d:recorder "medium=cd-r":operator()
    local machine = d:recorder "medium=cd-r&clock=machine":operator()
    local before, since = own:clock(), machine:clock()
    os.execute "sleep 0.05"
    assert.equal(before, own:clock())
    assert.is_true(machine:clock() - since >= 0.05)
  end)

  it("waits for a drive whose clock goes with the machine's", function()
    local function uptime()
      return tonumber(run.slurp "/proc/uptime":match "^%S+")
    end
    local rec = d:opened "medium=cd-r&clock=machine&pace=50"
    assert(disc.ask(rec, TUR))
    local before = uptime()
    -- SEND OPC: five seconds, at this pace a tenth of one.
    assert(disc.ask(rec, "54 01 00 00 00 00 00 00 00 00"))
    rec:operator():pass(0.1)
    assert.is_true(uptime() - before >= 0.19) -- it is told in hundredths
  end)

  it("sees no clock that stands where one is to go", function()
    local function look(query, packet)
      local rec <close> = d:opened("medium=cd-rw&clock=machine" .. query)
      if packet then
        assert(disc.ask(rec, packet))
      end
      local hand = rec:operator()
      local before = hand:clock()
      os.execute "sleep 0.02"
      return hand:clock() - before >= 0.02
    end
    -- A BLANK, which this drive finishes in no time when it is left.
    assert.is_true(look("&pace=1", "A1 11 00 00 00 00 00 00 00 00 00 00"))
    collectgarbage()
    collectgarbage()
    assert.is_true(look "")
  end)

  it("stays at the drive when the recorder is collected", function()
    local hand = d:recorder():operator()
    collectgarbage()
    collectgarbage()
    assert.is_true(hand:press_eject())
  end)

  it("raises for arguments that are none", function()
    local hand = d:recorder():operator()
    for _, bad in ipairs {false, {}, true} do
      assert.has_error(function() hand:insert(bad or nil) end)
    end
    for _, bad in ipairs {1, "on", {}} do
      assert.has_error(function() hand:write_protect(bad) end)
    end
    assert.has_error(function() hand:write_protect() end)
    for _, name in ipairs {"insert", "remove", "press_eject", "write_protect",
      "unplug", "plug", "power_off", "power_on", "is_locked", "clock",
      "pass"} do
      assert.has_error(function() hand[name](io.stdout) end)
      assert.has_error(function() hand[name]() end)
    end
    assert.is_nil(hand.nothing)
    assert.is_table(discrecorder)
  end)
end)

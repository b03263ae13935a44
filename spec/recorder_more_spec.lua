-- What a recorder can do beyond IMAPI: speeds, capabilities, the tray.

local disc = require "spec.support.disc"
local each = require "spec.support.each"
local run = require "spec.support.run"

local fails = disc.fails

local d = each(disc.new)

describe("speeds", function()
  it("are the drive's for the disc, the highest first", function()
    local rec = d:recorder()
    local speeds = assert(rec:speeds())
    assert.is_true(#speeds > 1)
    for i = 2, #speeds do
      assert.is_true(speeds[i] < speeds[i - 1])
    end
    assert.same(speeds, rec:medium().speeds)
    -- GET PERFORMANCE itself: the highest is in its first descriptor.
    local r = disc.ask(rec, "AC 00 00000000 0000 0010 03 00", 264)
    assert.equal((#r - 8) // 16, #speeds)
    assert.equal(speeds[1], (string.unpack(">I4", r, 8 + 13)))
  end)
end)

describe("capabilities", function()
  it("name the profiles and the one that is current", function()
    local c = assert(d:recorder():capabilities())
    table.sort(c.profiles)
    assert.same({"cd-r", "cd-rom", "cd-rw"}, c.profiles)
    assert.equal("cd-rw", c.current)
    for _, name in ipairs {
      "can_load", "can_eject", "can_lock", "test_write", "underrun_free",
    } do
      assert.is_true(c[name], name)
    end
  end)

  it("of a drive that cannot erase have no rewritable profile", function()
    local c = assert(d:recorder "medium=cd-r&model=cd-r":capabilities())
    table.sort(c.profiles)
    assert.same({"cd-r", "cd-rom"}, c.profiles)
    assert.equal("cd-r", c.current)
  end)

  it("of a DVD writer and of a BD writer name all that they take", function()
    local dvd = {"cd-r", "cd-rom", "cd-rw", "dvd+r", "dvd+r-dl", "dvd+rw",
      "dvd-r", "dvd-r-dl", "dvd-ram", "dvd-rom", "dvd-rw", "dvd-rw-overwrite"}
    local bd = table.move({"bd-r", "bd-re", "bd-rom"}, 1, 3, #dvd + 1,
      table.move(dvd, 1, #dvd, 1, {}))
    for model, profiles in pairs {dvd = dvd, bd = bd} do
      local rec = d:recorder("medium=none&model=" .. model)
      local c = assert(rec:capabilities())
      table.sort(c.profiles)
      table.sort(profiles)
      assert.same(profiles, c.profiles)
      assert.equal("cdrw", rec:get_recorder_type())
    end
  end)

  it("of an empty drive have no current profile", function()
    local c = assert(d:recorder "medium=none":capabilities())
    assert.is_nil(c.current)
    assert.is_true(#c.profiles > 0)
  end)

  it("tell the size of the buffer", function()
    local c = assert(d:recorder "medium=cd-rw&buffer=512K":capabilities())
    assert.equal(512 * 1024, c.buffer)
  end)
end)

describe("the tray", function()
  it("opens by eject and closes by load", function()
    local rec = d:opened()
    assert.is_true(rec:eject())
    assert.equal("none", rec:medium().state)
    assert.equal("2/3A/02", disc.sense(rec, "00 00 00 00 00 00"))
    assert.is_true(rec:load())
    assert.equal("blank", rec:medium().state)
  end)

  it("may be loaded when it is closed, also when it is empty", function()
    assert.is_true(d:recorder():load())
    assert.is_true(d:recorder "medium=none":load())
  end)

  it("is kept by lock: the operator's button does nothing", function()
    local rec = d:opened()
    assert.is_true(rec:lock())
    assert.is_true(rec:operator():press_eject())
    assert.equal("blank", rec:medium().state)
    assert.is_true(rec:unlock())
    assert.is_true(rec:operator():press_eject())
    assert.equal("none", rec:medium().state)
  end)

  it("is unlocked by eject", function()
    local rec = d:opened()
    assert(rec:lock())
    assert.is_true(rec:eject())
    assert.equal("none", rec:medium().state)
    assert(rec:load())
    assert.is_true(rec:operator():press_eject())
    assert.equal("none", rec:medium().state)
  end)
end)

describe("wait_medium", function()
  it("returns at once when a disc is there", function()
    assert.is_true(d:recorder():wait_medium(0))
  end)

  it("gives up when the drive's clock says so", function()
    local rec = d:recorder "medium=none"
    local failure = fails("medium_not_present", rec:wait_medium(3600))
    assert.equal("medium", failure.culprit)
    fails("medium_not_present", rec:wait_medium(0))
  end)

  it("sees a disc that the operator puts in", function()
    local rec = d:recorder()
    local hand = rec:operator()
    assert(hand:remove())
    fails("medium_not_present", rec:wait_medium(1))
    assert(hand:insert(d.last))
    assert.is_true(rec:wait_medium(60))
    assert.equal("blank", rec:medium().state)
  end)

  it("for ever rests until the operator puts a disc in", function()
    local trace = d:path "trace"
    local rec = d:recorder(nil, {trace = trace})
    local hand = rec:operator()
    assert(hand:remove())
    local job <close> = assert(rec:wait_medium_start(math.huge))
    local _, state = job:wait(0.2)
    assert.equal("running", state)
    assert(hand:insert(d.last))
    assert.is_true(job:wait())
    rec:close()
    -- A look now and then, not as many as a processor can.
    local _, looks = run.slurp(trace):gsub('opcode="TEST UNIT READY"', "")
    assert.is_true(looks < 100, looks)
  end)

  it("for ever can be cancelled", function()
    local job <close> =
      assert(d:recorder "medium=none":wait_medium_start(math.huge))
    job:cancel()
    fails("user_abort", job:wait())
  end)

  it("takes no negative time, and needs one", function()
    local rec = d:recorder()
    assert.has_error(function() rec:wait_medium(-1) end)
    assert.has_error(function() rec:wait_medium(0 / 0) end)
    assert.has_error(function() rec:wait_medium() end)
  end)
end)

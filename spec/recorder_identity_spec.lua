-- Who a recorder is, and its properties.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local d = each(disc.new)

describe("a recorder's GUID", function()
  it("is a UUID of version 5", function()
    local rec = d:recorder()
    assert.matches("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-5%x%x%x%-[89ab]%x%x%x%-" ..
      ("%x"):rep(12) .. "$", rec:get_recorder_guid())
    assert.equal(rec.guid, rec:get_recorder_guid())
  end)

  it("is the same each time, in every process", function()
    local rec = d:recorder()
    local guid = rec:get_recorder_guid()
    assert.equal(guid,
      assert(discrecorder.recorder(rec:get_path())):get_recorder_guid())
    assert.equal(guid, run.output{"lua5.4", "-e", ([[print(
      require "discrecorder".recorder(%q):get_recorder_guid())]]):format(
        rec:get_path()), env = run.lua_env})
  end)

  it("follows from model and serial number, not from the disc", function()
    local a = d:recorder "medium=cd-rw&serial=ONE"
    local b = d:recorder "medium=cd-r&serial=ONE"
    local c = d:recorder "medium=cd-rw&serial=TWO"
    local e = d:recorder "medium=cd-rw&serial=ONE&model=cd-r"
    assert.equal(a.guid, b.guid)
    assert.not_equal(a.guid, c.guid)
    assert.not_equal(a.guid, e.guid)
  end)

  it("differs for drives that were given no serial number", function()
    assert.not_equal(d:recorder().guid, d:recorder().guid)
  end)
end)

describe("a recorder's names", function()
  it("are vendor, product and revision, without blanks at the end",
    function()
      local rec = d:recorder()
      local vendor, product, revision = rec:get_display_names()
      for _, name in ipairs {vendor, product, revision} do
        assert.matches("^%S", name)
        assert.matches("%S$", name)
      end
      assert.equal(vendor, rec.vendor)
      assert.equal(product, rec.product)
      assert.equal(revision, rec.revision)
      -- What INQUIRY really says.
      local r = disc.ask(rec, "12 00 00 00 60 00", 96)
      assert.equal(vendor, (r:sub(9, 16):gsub(" +$", "")))
      assert.equal(product, (r:sub(17, 32):gsub(" +$", "")))
      assert.equal(revision, (r:sub(33, 36):gsub(" +$", "")))
    end)

  it("make a plug and play id that is equal for equal models", function()
    local a, b = d:recorder(), d:recorder()
    local c = d:recorder "medium=cd-r&model=cd-r"
    assert.equal(a:get_base_pnp_id(), b:get_base_pnp_id())
    assert.not_equal(a:get_base_pnp_id(), c:get_base_pnp_id())
    assert.equal(table.concat({a:get_display_names()}, " "),
      a:get_base_pnp_id())
  end)

  it("come with a type that is the drive's, whatever the disc is", function()
    assert.equal("cdrw", d:recorder "medium=cd-r":get_recorder_type())
    assert.equal("cdrw", d:recorder "medium=none":get_recorder_type())
    local cdr = d:recorder "medium=cd-r&model=cd-r"
    assert.equal("cdr", cdr:get_recorder_type())
  end)
end)

describe("a recorder's path", function()
  it("is its address, made absolute", function()
    assert.equal("virtual:" .. d.folder .. "/a%20disc?medium=cd-r",
      run.output{"lua5.4", "-e", [[print(require "discrecorder"
        .recorder "virtual:./a disc?medium=cd-r":get_path())]],
        cwd = d.folder, env = run.lua_env})
    local rec = d:recorder()
    assert.equal(rec.address, rec:get_path())
  end)
end)

describe("a recorder's fields", function()
  it("are known without a packet", function()
    local rec = d:recorder("medium=cd-rw&serial=S1",
      {trace = d:path "trace"})
    local before = #run.slurp(d:path "trace")
    for _, name in ipairs {
      "address", "guid", "product", "revision", "serial", "vendor",
    } do
      assert.equal("string", type(rec[name]), name)
    end
    assert.equal("S1", rec.serial)
    assert.equal(before, #run.slurp(d:path "trace"))
  end)

  it("raise when they are not there, and cannot be set", function()
    local rec = d:recorder()
    assert.error_matches(function() return rec.vendr end,
      "a recorder has no 'vendr'")
    assert.has_error(function() return rec[1] end)
    assert.has_error(function() return rec[{}] end)
    assert.has_error(function() rec.vendor = "me" end)
  end)
end)

describe("recorder properties", function()
  local rec

  before_each(function()
    rec = d:recorder()
  end)

  local function get()
    return assert(rec:get_recorder_properties())
  end

  it("are all there, with IMAPI's defaults", function()
    local p = get()
    assert.equal(150, p.audio_gap_size)
    assert.is_true(p.buffer_underrun_free_capable)
    assert.is_true(p.enable_buffer_underrun_free)
    assert.equal(p.max_write_speed, p.write_speed)
    assert.equal(rec:speeds()[1], p.max_write_speed)
  end)

  it("are read back as they were set", function()
    local ok, ignored = rec:set_recorder_properties {
      write_speed = 706, audio_gap_size = 0,
      enable_buffer_underrun_free = false,
    }
    assert.is_true(ok)
    assert.same({}, ignored)
    local p = get()
    assert.equal(706, p.write_speed)
    assert.equal(0, p.audio_gap_size)
    assert.is_false(p.enable_buffer_underrun_free)
  end)

  it("can be set a few at a time, also none", function()
    assert(rec:set_recorder_properties {audio_gap_size = 225})
    assert(rec:set_recorder_properties {enable_buffer_underrun_free = false})
    assert(rec:set_recorder_properties {})
    local p = get()
    assert.equal(225, p.audio_gap_size)
    assert.is_false(p.enable_buffer_underrun_free)
    assert.equal(p.max_write_speed, p.write_speed)
  end)

  it("can be got, changed and set as a whole", function()
    local p = get()
    p.audio_gap_size = 75
    local ok, ignored = rec:set_recorder_properties(p)
    assert.is_true(ok)
    assert.same({"buffer_underrun_free_capable", "max_write_speed"}, ignored)
    assert.same(p, get())
  end)

  it("name what was ignored: read-only and unknown ones, sorted", function()
    local before = get()
    local ok, ignored = rec:set_recorder_properties {
      zebra = 1, max_write_speed = 1, ["WriteSpeed"] = 2, [7] = "x",
      audio_gap_size = 10,
    }
    assert.is_true(ok)
    assert.same({"7", "WriteSpeed", "max_write_speed", "zebra"}, ignored)
    before.audio_gap_size = 10
    assert.same(before, get())
  end)

  it("take a speed above the highest as the highest", function()
    assert(rec:set_recorder_properties {write_speed = 65535})
    local p = get()
    assert.equal(p.max_write_speed, p.write_speed)
  end)

  for what, t in pairs {
    ["a gap above 225"] = {audio_gap_size = 226},
    ["a negative gap"] = {audio_gap_size = -1},
    ["a gap that is a text"] = {audio_gap_size = "much"},
    ["a gap that is no whole number"] = {audio_gap_size = 1.5},
    ["a speed of 0"] = {write_speed = 0},
    ["a speed of -1"] = {write_speed = -1},
    ["a speed of 65536"] = {write_speed = 65536},
    ["a speed that is a table"] = {write_speed = {}},
    ["a switch that is a number"] = {enable_buffer_underrun_free = 1},
  } do
    it("raise for " .. what .. ", and nothing is set", function()
      local before = get()
      t.zebra = 1
      assert.error_matches(function() rec:set_recorder_properties(t) end,
        "bad argument")
      assert.same(before, get())
    end)
  end

  it("raise for what is no table", function()
    for _, value in ipairs {1, "x", true} do
      assert.has_error(function() rec:set_recorder_properties(value) end)
    end
    assert.has_error(function() rec:set_recorder_properties() end)
  end)

  it("belong to one object", function()
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert(rec:set_recorder_properties {audio_gap_size = 1})
    assert.equal(150, other:get_recorder_properties().audio_gap_size)
  end)

  it("know the speeds of the disc that is in the drive now", function()
    local old, slow = get().max_write_speed, d.last
    local other = d:recorder "medium=cd-r" -- luacheck: ignore
    local path = d.last
    other = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    local hand = rec:operator()
    assert(hand:remove())
    assert(hand:insert(path))
    assert(rec:wait_medium(60))
    local fast = get().max_write_speed
    assert.is_true(fast > old)
    -- A speed that only this disc can do, and the slower disc again.
    assert(rec:set_recorder_properties {write_speed = fast - 1})
    assert.equal(fast - 1, get().write_speed)
    assert(hand:remove())
    assert(hand:insert(slow))
    assert(rec:wait_medium(60))
    assert.same({old, old}, {get().write_speed, get().max_write_speed})
  end)
end)

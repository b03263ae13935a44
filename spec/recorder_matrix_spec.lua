-- IDiscRecorder's state/return matrix (IMAPI v1), cell by cell: what each
-- method says when the recorder is idle, held, burning, or gone.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local source = require "discrecorder.source"

-- What a call comes to: "ok" or a failure's code.
local function outcome(first, failure, code)
  if first == nil then
    assert.equal(code, failure.code)
    return code
  end
  return "ok"
end

local methods <const> = {
  get_recorder_guid = {},
  get_recorder_type = {},
  get_display_names = {},
  get_base_pnp_id = {},
  get_path = {},
  get_recorder_properties = {},
  set_recorder_properties = {{audio_gap_size = 150}},
  get_recorder_state = {},
  open_exclusive = {},
  query_media_type = {},
  query_media_info = {},
  eject = {},
  erase = {false},
  close = {},
}

local function call(rec, name)
  return outcome(rec[name](rec, table.unpack(methods[name])))
end

-- Methods that need no open_exclusive, and those that do.
local free <const> = {
  "get_recorder_guid", "get_recorder_type", "get_display_names",
  "get_base_pnp_id", "get_path", "get_recorder_properties",
  "set_recorder_properties", "get_recorder_state",
}
local bound <const> = {
  "query_media_type", "query_media_info", "eject", "erase", "close",
}
local from_memory <const> = {table.unpack(free, 1, 5)}

describe("a recorder's answers", function()
  local d, rec, undo

  before_each(function()
    d = disc.new()
    undo = {}
  end)

  after_each(function()
    for i = #undo, 1, -1 do
      undo[i]()
    end
    d:remove()
  end)

  -- Each state: how a recorder gets there, and what get_recorder_state says.
  local states <const> = {
    idle = {is = "idle", enter = function()
      rec = d:recorder()
    end},
    opened = {is = "opened", enter = function()
      rec = d:opened()
    end},
    ["open by another object"] = {is = "idle", enter = function()
      rec = d:recorder()
      local other = assert(discrecorder.recorder(rec:get_path()))
      assert(other:open_exclusive())
      table.insert(undo, function() other:close() end)
    end},
    ["open by another process"] = {is = "idle", enter = function()
      rec = d:recorder()
      local child = disc.child([[
        local rec = assert(discrecorder.recorder(args[1]))
        assert(rec:open_exclusive())
        ready()
        forever()]], rec:get_path())
      table.insert(undo, child.kill)
    end},
    -- The source has nothing yet, so the burn surely still runs.
    burning = {is = "burning", enter = function()
      rec = d:recorder()
      local push = assert(source.push(400 * 2048))
      local job = assert(rec:burn_start{tracks = {{source = push}}})
      table.insert(undo, function() push:close() end)
      table.insert(undo, function() job:close() end)
    end},
    removed = {enter = function()
      rec = d:recorder()
      assert(rec:operator():unplug())
    end},
    ["removed while opened"] = {enter = function()
      rec = d:opened()
      assert(rec:operator():unplug())
    end},
  }

  -- What each state says to a list of methods.
  local cells <const> = {
    idle = {
      ok = {free, {"open_exclusive"}},
      not_opened = {bound},
    },
    opened = {
      ok = {free, bound},
      device_not_accessible = {{"open_exclusive"}},
    },
    ["open by another object"] = {
      ok = {free},
      device_not_accessible = {{"open_exclusive"}},
      not_opened = {bound},
    },
    ["open by another process"] = {
      ok = {free},
      device_not_accessible = {{"open_exclusive"}},
      not_opened = {bound},
    },
    burning = {
      ok = {free},
      device_not_accessible = {{"open_exclusive"}},
      not_opened = {bound},
    },
    removed = {
      ok = {from_memory},
      device_not_present = {
        {table.unpack(free, 6)}, {"open_exclusive"}, bound,
      },
    },
    ["removed while opened"] = {
      ok = {from_memory},
      device_not_present = {
        {table.unpack(free, 6)}, {"open_exclusive"}, bound,
      },
    },
  }

  for state, codes in pairs(cells) do
    describe(("(%s)"):format(state), function()
      for code, lists in pairs(codes) do
        for _, list in ipairs(lists) do
          for _, name in ipairs(list) do
            it(("to %s is %s"):format(name, code), function()
              states[state].enter()
              assert.equal(code, call(rec, name))
            end)
          end
        end
      end
      if states[state].is then
        it("names its state", function()
          states[state].enter()
          assert.equal(states[state].is, rec:get_recorder_state())
        end)
      end
    end)
  end

  it("say of an empty drive: no medium type, and no medium info", function()
    rec = d:opened "medium=none"
    local kind, flags = rec:query_media_type()
    assert.equal("none", kind)
    assert.same(
      {blank = false, rw = false, writable = false, unusable = false}, flags)
    assert.equal("medium_not_present", call(rec, "query_media_info"))
  end)

  it("refuse to erase what cannot be erased, by its name", function()
    for query, code in pairs {
      ["medium=none"] = "medium_not_present",
      ["medium=cd-r"] = "medium_invalid_type",
      ["medium=cd-r&model=cd-r"] = "device_invalid_type",
      ["medium=cd-rw&model=cd-r"] = "device_invalid_type",
      ["medium=none&model=cd-r"] = "device_invalid_type",
    } do
      local recorder <close> = d:opened(query)
      assert.equal(code, call(recorder, "erase"), query)
      assert.equal("opened", recorder:get_recorder_state())
    end
  end)

  it("say not_opened to a second close", function()
    rec = d:opened()
    assert.is_true(rec:close())
    assert.equal("not_opened", call(rec, "close"))
    assert.is_true(rec:open_exclusive())
  end)

  it("leave the recorder closed when it was closed after its removal",
    function()
      rec = d:opened()
      local hand = rec:operator()
      assert(hand:unplug())
      assert.equal("device_not_present", call(rec, "close"))
      assert(hand:plug())
      assert.equal("idle", rec:get_recorder_state())
      assert.equal("not_opened", call(rec, "close"))
    end)

  it("are those of a recorder again when it is plugged in again", function()
    rec = d:opened()
    local hand = rec:operator()
    assert(hand:unplug())
    assert(hand:plug())
    assert.equal("opened", rec:get_recorder_state())
    assert.equal("ok", call(rec, "query_media_type"))
    assert.equal("ok", call(rec, "close"))
  end)

  it("tell a drive without power from one that is there", function()
    rec = d:recorder()
    local hand = rec:operator()
    assert(hand:power_off())
    assert.equal("device_not_present", call(rec, "get_recorder_state"))
    assert(hand:power_on())
    assert.equal("idle", rec:get_recorder_state())
  end)

  it("know of a drive that a fault took away, through a trace too", function()
    rec = d:recorder("medium=cd-rw", {
      trace = d:path "trace",
      faults = {{opcode = "READ CAPACITY", gone = true}},
    })
    assert.equal("idle", rec:get_recorder_state())
    assert.equal("device_not_present",
      disc.sense(rec, "25 00 00 00 00 00 00 00 00 00", 8))
    assert.equal("device_not_present", call(rec, "get_recorder_state"))
    assert.equal("device_not_present", call(rec, "open_exclusive"))
  end)

  it("keep open_exclusive over an eject", function()
    rec = d:recorder()
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert(rec:open_exclusive())
    assert.is_true(rec:lock())
    assert.is_true(rec:eject())
    assert.equal("opened", rec:get_recorder_state())
    assert.equal("none", (rec:query_media_type()))
    assert.equal("device_not_accessible", call(other, "open_exclusive"))
    assert.equal("ok", call(rec, "close"))
  end)

  it("say not_opened to everything that needs open_exclusive", function()
    rec = d:recorder()
    for _, name in ipairs {
      "lock", "unlock", "finish", "finish_start", "erase_start", "eject_start",
    } do
      assert.equal("not_opened", outcome(rec[name](rec)), name)
    end
    for _, cdb in ipairs {
      "2A 00 00000000 00 0001 00", "A1 11 00000000 0000 0000 00 00",
      "FF 00 00 00 00 00 00 00 00 00", "1E 00 00 00 01 00",
      "55 10 00 00 00 00 00 00 00 00", "1B 00 00 00 02 00",
    } do
      assert.equal("not_opened", disc.sense(rec, cdb))
    end
  end)

  it("refuse the drive to this process while a job works", function()
    rec = d:opened()
    local push = assert(source.push(400 * 2048))
    table.insert(undo, function() push:close() end)
    local job <close> = assert(rec:burn_start{tracks = {{source = push}}})
    assert.equal("burning", rec:get_recorder_state())
    for _, name in ipairs {"open_exclusive", "query_media_type", "close",
      "eject", "erase", "medium", "speeds", "capabilities", "load", "lock"} do
      assert.equal("device_not_accessible", outcome(rec[name](rec)), name)
    end
    assert.equal("device_not_accessible", outcome(rec:read(0, 1)))
    assert.equal("device_not_accessible",
      disc.sense(rec, "00 00 00 00 00 00"))
    job:close()
    assert.equal("opened", rec:get_recorder_state())
  end)
end)

describe("open_exclusive", function()
  local d

  before_each(function()
    d = disc.new()
  end)

  after_each(function()
    d:remove()
  end)

  it("ends silently with a block, opened or not", function()
    local rec = d:recorder()
    do
      local held <close> = assert(discrecorder.recorder(rec:get_path()))
      assert(held:open_exclusive())
      assert.equal("device_not_accessible", outcome(rec:open_exclusive()))
    end
    do
      local other <close> = assert(discrecorder.recorder(rec:get_path()))
      assert(rec:open_exclusive())
      assert.equal("idle", other:get_recorder_state())
    end
    assert.equal("opened", rec:get_recorder_state())
  end)

  it("ends with a block that an error leaves", function()
    local rec = d:recorder()
    local ok, message = pcall(function()
      local held <close> = assert(discrecorder.recorder(rec:get_path()))
      assert(held:open_exclusive())
      error("on the way", 0)
    end)
    assert.is_false(ok)
    assert.equal("on the way", message)
    assert.is_true(rec:open_exclusive())
  end)

  it("ends with a recorder that is collected", function()
    local rec = d:recorder()
    local held = assert(discrecorder.recorder(rec:get_path()))
    assert(held:open_exclusive())
    held = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.is_true(rec:open_exclusive())
  end)

  it("ends silently when the drive is gone by then", function()
    local rec = d:recorder()
    do
      local held <close> = assert(discrecorder.recorder(rec:get_path()))
      assert(held:open_exclusive())
      assert(held:operator():unplug())
    end
    assert(rec:operator():plug())
    assert.is_true(rec:open_exclusive())
  end)

  it("ends with the process that has it, even a killed one", function()
    local rec = d:recorder()
    local child = disc.child([[
      local rec = assert(discrecorder.recorder(args[1]))
      assert(rec:open_exclusive())
      ready()
      forever()]], rec:get_path())
    local held = outcome(rec:open_exclusive())
    child.kill()
    assert.equal("device_not_accessible", held)
    assert.is_true(rec:open_exclusive())
  end)

  it("keeps every packet of others away", function()
    local rec = d:recorder()
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert(rec:open_exclusive())
    for name, arguments in pairs {
      medium = {}, speeds = {}, capabilities = {}, read = {0, 1}, load = {},
      wait_medium = {0}, command = {("\0"):rep(6)},
    } do
      assert.equal("device_not_accessible",
        outcome(other[name](other, table.unpack(arguments))), name)
    end
    -- It cannot even be asked who it is.
    assert.equal("device_not_accessible",
      outcome(discrecorder.recorder(rec:get_path())))
  end)
end)

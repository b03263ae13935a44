-- IDiscMaster: the order of calls, and what each state says.
local core = require "discrecorder.core"
local disc = require "discrecorder"
local each = require "spec.support.each"
local mastering = require "spec.support.mastering"
local master = require "discrecorder.master"
local source = require "discrecorder.source"

local fails = mastering.fails

describe("a disc master", function()
  local bench = each(mastering.bench)
  local rec

  before_each(function()
    rec = bench:recorder()
  end)

  -- What a call comes to: "ok" or a failure's code.
  local function outcome(first, failure, code)
    if first == nil then
      assert.are.equal(code, failure.code)
      return code
    end
    return "ok"
  end

  local methods <const> = {
    "open", "enum_disc_master_formats", "get_active_disc_master_format",
    "set_active_disc_master_format", "enum_disc_recorders",
    "get_active_disc_recorder", "set_active_disc_recorder",
    "clear_format_content", "progress_advise", "progress_unadvise",
    "record_disc", "close",
  }

  local function arguments_of(name)
    return ({
      set_active_disc_master_format = "joliet",
      set_active_disc_recorder = rec,
      progress_advise = {},
      progress_unadvise = 1,
    })[name]
  end

  -- How a master comes into a state, and what it says then; all else is "ok".
  local states <const> = {
    {"closed", function() end, {
      not_opened = {
        "enum_disc_master_formats", "get_active_disc_master_format",
        "set_active_disc_master_format", "enum_disc_recorders",
        "get_active_disc_recorder", "set_active_disc_recorder",
        "clear_format_content", "progress_advise", "progress_unadvise",
        "record_disc",
      },
    }},
    {"open", function(m)
      assert(m:open())
    end, {
      already_open = {"open"},
      no_active_format = {
        "get_active_disc_master_format", "enum_disc_recorders",
        "get_active_disc_recorder", "set_active_disc_recorder", "record_disc",
      },
    }},
    {"with a format", function(m)
      assert(m:open())
      assert(m:set_active_disc_master_format "joliet")
    end, {
      already_open = {"open"},
      no_active_recorder = {"get_active_disc_recorder", "record_disc"},
    }},
    {"with a recorder", function(m)
      assert(m:open())
      assert(m:set_active_disc_master_format "joliet")
      assert(m:set_active_disc_recorder(rec))
    end, {
      already_open = {"open"},
      invalid_image = {"record_disc"},
    }},
  }

  for _, state in ipairs(states) do
    local name, enter, codes = table.unpack(state)
    local expected = {}
    for code, list in pairs(codes) do
      for _, method in ipairs(list) do
        expected[method] = code
      end
    end
    for _, method in ipairs(methods) do
      local code = expected[method] or "ok"
      it(("that is %s answers %s with %s"):format(name, method, code),
        function()
          local m = master.new()
          enter(m)
          if m.opened then
            assert.are.equal(1, m:progress_advise {})
          end
          assert.are.equal(code,
            outcome(m[method](m, arguments_of(method))))
        end)
    end
  end

  it("has the methods that IDiscMaster has, and no more", function()
    local m, found = master.new(), {}
    for name in pairs(getmetatable(m)) do
      if not name:find "^__" then
        table.insert(found, name)
      end
    end
    table.sort(found)
    local expected = {table.unpack(methods)}
    table.sort(expected)
    assert.are.same(expected, found)
  end)

  it("is closed as often as one likes", function()
    local m = bench.opened()
    assert.is_true(m:close())
    assert.is_true(m:close())
    assert.is_true(m:open())
  end)

  it("forgets all when it is closed", function()
    local m, joliet = bench:joliet(rec)
    local called = 0
    assert(m:progress_advise{notify_add_progress = function()
      called = called + 1
    end})
    assert(m:close())
    fails("not_opened", joliet:get_data_block_size())
    assert(m:open())
    fails("no_active_format", m:get_active_disc_master_format())
    fails("no_active_format", joliet:get_data_block_size())
    joliet = assert(m:set_active_disc_master_format "joliet")
    assert(m:set_active_disc_recorder(rec))
    assert(joliet:add_data(bench:files()))
    assert.are.equal(0, called)
  end)

  it("ends with a block", function()
    local m
    do
      local held <close> = bench.opened()
      m = held
    end
    fails("not_opened", m:enum_disc_master_formats())
  end)

  describe("with formats", function()
    it("lists both in IMAPI's order", function()
      local m, names = bench.opened(), {}
      for name in assert(m:enum_disc_master_formats()) do
        table.insert(names, name)
      end
      assert.are.same({"redbook", "joliet"}, names)
    end)

    it("takes names and interface identifiers", function()
      local m = bench.opened()
      for given, name in pairs {
        joliet = "joliet", redbook = "redbook",
        [disc.imapi.iid.IJolietDiscMaster] = "joliet",
        [disc.imapi.iid.IRedbookDiscMaster:lower()] = "redbook",
      } do
        assert(m:set_active_disc_master_format(given))
        assert.are.equal(name, m:get_active_disc_master_format())
      end
      assert.has_error(function()
        m:set_active_disc_master_format "udf"
      end, "set_active_disc_master_format: no format 'udf'")
    end)

    it("forgets the recorder and the content with another one", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      assert(m:set_active_disc_master_format "redbook")
      fails("no_active_recorder", m:get_active_disc_recorder())
      joliet = assert(m:set_active_disc_master_format "joliet")
      assert(m:set_active_disc_recorder(rec))
      assert.are.equal(0, joliet:get_used_data_blocks())
    end)

    it("knows the format's own object from one that is over", function()
      local m, joliet = bench:joliet(rec)
      assert(m:set_active_disc_master_format "redbook")
      fails("wrong_format", joliet:get_data_block_size())
      fails("wrong_format", joliet:add_data(bench:files()))
      assert(m:set_active_disc_master_format "joliet")
      fails("wrong_format", joliet:get_data_block_size())
    end)
  end)

  describe("with recorders", function()
    local getenv <const> = os.getenv
    local named

    before_each(function()
      os.getenv = function(name) -- luacheck: ignore
        return name == "DISCRECORDER_ADDRESSES" and named or getenv(name)
      end
    end)

    after_each(function()
      os.getenv = getenv -- luacheck: ignore
    end)

    local function list_of(m)
      local found = {}
      for one in assert(m:enum_disc_recorders()) do
        found[one:get_path():match "[^/]*$"] = one
      end
      return found
    end

    it("lists those that can write in the format", function()
      local cd, bd = bench:recorder "medium=cd-r", bench:recorder "medium=bd-r"
      named = cd:get_path() .. " " .. bd:get_path() .. " virtual:/no/disc"
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      local found = assert(m:enum_disc_recorders())
      assert.are.equal(1, #found.left_out)
      assert.are.equal("virtual:/no/disc", found.left_out[1].address)
      local count = 0
      for one in found do
        count = count + 1
        assert.is_true(one:get_path() == cd:get_path()
          or one:get_path() == bd:get_path())
      end
      assert.are.equal(2, count)
    end)

    it("leaves out those that write no CDs, for audio", function()
      named = rec:get_path()
      local of_all = core.recorder_methods()
      local capabilities, profiles = of_all.capabilities, nil
      finally(function()
        of_all.capabilities = capabilities
      end)
      function of_all.capabilities()
        return {profiles = profiles}
      end
      local m = bench.opened()
      for format, expected in pairs {redbook = 0, joliet = 1} do
        assert(m:set_active_disc_master_format(format))
        profiles = {"dvd-rom", "dvd+r"}
        assert.are.equal(expected, #assert(m:enum_disc_recorders()):next(9))
        profiles = {"cd-rom", "cd-r"}
        assert.are.equal(1, #assert(m:enum_disc_recorders()):next(9))
        profiles = {} -- a drive from before MMC-2
        assert.are.equal(1, #assert(m:enum_disc_recorders()):next(9))
      end
    end)

    it("lists a snapshot", function()
      named = rec:get_path()
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      local found = assert(m:enum_disc_recorders())
      named = ""
      local one = found()
      assert.are.equal(rec:get_path(), one:get_path())
      assert.is_nil(found())
      assert.is_nil(found())
      assert.is_nil(next(list_of(m)))
      assert(one:operator():unplug())
      fails("device_not_present", one:open_exclusive())
    end)

    it("tells when others are there than before", function()
      local m, notes, callbacks = bench.opened(), mastering.notes()
      assert(m:progress_advise(callbacks))
      assert(m:set_active_disc_master_format "joliet")
      named = rec:get_path()
      list_of(m)
      list_of(m)
      assert.are.same({}, notes)
      named = ""
      list_of(m)
      assert.are.same({{"notify_pnp_activity"}}, notes)
    end)

    it("has an enumerator with IMAPI's methods", function()
      local m = bench.opened()
      local one = assert(m:enum_disc_master_formats())
      assert.are.same({"redbook"}, one:next())
      local other = one:clone()
      assert.are.same({"joliet"}, one:next(2))
      assert.are.same({}, one:next(2))
      assert.is_true(other:skip(1))
      assert.is_false(other:skip(1))
      other:reset()
      assert.are.same({"redbook", "joliet"}, other:next(2))
    end)
  end)

  describe("and the active recorder", function()
    it("gives it back", function()
      local m = bench:joliet(rec)
      assert.are.equal(rec, m:get_active_disc_recorder())
    end)

    it("tells that it is gone", function()
      local m = bench:joliet(rec)
      assert(rec:operator():unplug())
      fails("device_not_present", m:get_active_disc_recorder())
      fails("device_not_present", m:set_active_disc_recorder(rec))
    end)

    it("needs a disc", function()
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      local empty = bench:recorder "medium=none"
      fails("medium_not_present", m:set_active_disc_recorder(empty))
      fails("no_active_recorder", m:get_active_disc_recorder())
    end)

    it("stays chosen when another one cannot be", function()
      local m = bench:joliet(rec)
      fails("medium_not_present",
        m:set_active_disc_recorder(bench:recorder "medium=none"))
      assert.are.equal(rec, m:get_active_disc_recorder())
    end)

    it("has to be one", function()
      local m = bench.opened()
      assert(m:set_active_disc_master_format "joliet")
      assert.has_error(function()
        m:set_active_disc_recorder "virtual:/tmp/disc"
      end, "set_active_disc_recorder: Recorder expected, got string")
    end)
  end)

  it("takes no numbers for booleans, of which 0 is true in Lua", function()
    local m = bench:joliet(rec)
    for _, wrong in ipairs {{0}, {false, 0}, {false, false, {verify = 0}}} do
      assert.has_error(function()
        m:record_disc(table.unpack(wrong))
      end)
    end
    assert.has_error(function()
      m:record_disc(false, false, {simulate = true})
    end)
  end)

  describe("never shares a drive", function()
    it("that its recorder has open", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      assert(rec:open_exclusive())
      fails("device_not_accessible", m:set_active_disc_recorder(rec))
      fails("device_not_accessible", m:record_disc())
      assert.are.equal("opened", rec:get_recorder_state())
      assert(rec:close())
      assert(m:record_disc())
      assert.are.equal("idle", rec:get_recorder_state())
    end)

    it("that another recorder object has open", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local other <close> = assert(disc.recorder(rec:get_path()))
      assert(other:open_exclusive())
      fails("device_not_accessible", m:set_active_disc_recorder(rec))
      fails("device_not_accessible", m:record_disc())
    end)

    it("with a job of this program", function()
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data(bench:files()))
      local push <close> = assert(source.push(400 * 2048))
      local job <close> = assert(rec:burn_start{tracks = {{source = push}}})
      fails("device_still_in_use", m:set_active_disc_recorder(rec))
      fails("device_still_in_use", m:record_disc())
      job:cancel()
      push:close()
      job:wait()
    end)

    it("while it records", function()
      local m, joliet = bench:joliet(rec)
      local other = assert(disc.recorder(rec:get_path()))
      assert(joliet:add_data(bench:files()))
      local said = {}
      assert(m:progress_advise{notify_closing_disc = function()
        said[1] = outcome(rec:open_exclusive())
        said[2] = outcome(other:open_exclusive())
        said[3] = rec:get_recorder_state()
      end})
      assert(m:record_disc())
      assert.are.equal("device_not_accessible", said[1])
      assert.are.equal("device_not_accessible", said[2])
      assert.are_not.equal("idle", said[3])
      assert.is_true(other:open_exclusive())
    end)

    it("but between its calls it is anybody's", function()
      local m = bench:joliet(rec)
      assert.are.equal("idle", rec:get_recorder_state())
      assert(rec:open_exclusive())
      assert(rec:close())
      assert.are.equal(rec, m:get_active_disc_recorder())
    end)
  end)
end)

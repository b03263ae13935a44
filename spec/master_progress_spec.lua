-- IDiscMasterProgressEvents: which callback comes when.
local disc = require "discrecorder"
local each = require "spec.support.each"
local mastering = require "spec.support.mastering"
local run = require "spec.support.run"

local fails, names = mastering.fails, mastering.names

describe("a disc master's callbacks", function()
  local bench = each(mastering.bench)
  local rec

  before_each(function()
    rec = bench:recorder()
  end)

  local function staged(from)
    return bench:staged(from or rec)
  end

  -- A folder with so many files.
  local function many(count)
    run.output("mkdir", bench:path "many")
    for i = 1, count do
      run.spit(bench:path("many/" .. i), "x")
    end
  end

  -- Those of one name, as {first argument, second argument}.
  local function of(notes, name)
    local list = {}
    for _, note in ipairs(notes) do
      if note[1] == name then
        table.insert(list, {note[2], note[3]})
      end
    end
    return list
  end

  it("come in IMAPI's order", function()
    local notes, callbacks = mastering.notes()
    local m = staged()
    assert(m:progress_advise(callbacks))
    assert(m:record_disc())
    assert.are.same({
      "notify_preparing_burn", "notify_block_progress", "notify_closing_disc",
      "notify_burn_complete",
    }, names(notes))
    assert.are.same({{"ok"}}, of(notes, "notify_burn_complete"))
  end)

  it("count the disc's blocks from none to all", function()
    local notes, callbacks = mastering.notes()
    local m, joliet = bench:joliet(rec)
    assert(joliet:add_data{bench:image(9000)})
    assert(m:progress_advise(callbacks))
    local report = assert(m:record_disc(false, false, {verify = false}))
    local track = report.tracks[1]
    local list = of(notes, "notify_block_progress")
    local total = track.blocks + track.padding
    assert.are.same({0, total}, list[1])
    assert.are.same({total, total}, list[#list])
    for i = 2, #list do
      assert.is_true(list[i][1] > list[i - 1][1])
    end
  end)

  it("estimate whole seconds", function()
    local notes, callbacks = mastering.notes()
    local m = staged()
    assert(m:progress_advise(callbacks))
    assert(m:record_disc())
    for _, name in ipairs {"notify_preparing_burn", "notify_closing_disc"} do
      local seconds = of(notes, name)[1][1]
      assert.are.equal("integer", math.type(seconds))
      assert.is_true(seconds > 0)
    end
  end)

  it("tell of staging, from the first step to the last", function()
    local notes, callbacks = mastering.notes()
    local m, joliet = bench:joliet(rec)
    many(1200)
    assert(m:progress_advise(callbacks))
    assert(joliet:add_data(bench:path "many"))
    local list = of(notes, "notify_add_progress")
    assert.are.same({"notify_add_progress"}, names(notes))
    assert.is_true(#list > 2)
    assert.are.equal(0, list[1][1])
    assert.are.equal(list[#list][2], list[#list][1])
  end)

  it("may all be absent", function()
    local m = staged()
    assert(m:progress_advise {})
    assert(m:record_disc())
  end)

  it("have to be functions with known names", function()
    local m = bench.opened()
    assert.has_error(function()
      m:progress_advise{notify_block = print}
    end, "progress_advise: unknown key 'notify_block'")
    assert.has_error(function()
      m:progress_advise{query_cancel = true}
    end, "progress_advise: query_cancel: function expected, got boolean")
    assert.has_error(function()
      m:progress_advise()
    end, "progress_advise: table expected, got nil")
  end)

  it("are called for each who is advised, until he is not", function()
    local m, joliet = bench:joliet(rec)
    local first, second = 0, 0
    local cookie = assert(m:progress_advise{notify_add_progress = function()
      first = first + 1
    end})
    assert(m:progress_advise{notify_add_progress = function()
      second = second + 1
    end})
    assert(joliet:add_data(bench:files()))
    assert.is_true(first > 0)
    assert.are.equal(first, second)
    assert(m:progress_unadvise(cookie))
    assert(joliet:add_data{bench:file("one", "1")})
    assert.is_true(second > first)
    assert.has_error(function()
      m:progress_unadvise(cookie)
    end, "progress_unadvise: no cookie 1")
  end)

  describe("can cancel", function()
    it("before anything is written", function()
      local m = staged()
      local notes, callbacks = mastering.notes()
      callbacks.query_cancel = function()
        return true
      end
      assert(m:progress_advise(callbacks))
      fails("user_abort", m:record_disc())
      assert.are.same({"notify_preparing_burn", "notify_burn_complete"},
        names(notes))
      assert.are.equal("user_abort", of(notes, "notify_burn_complete")[1][1])
      assert.are.equal("blank", rec:medium().state)
      assert.are.equal("idle", rec:get_recorder_state())
    end)

    it("a burn, whose disc tells the truth then", function()
      -- A drive that takes its time, so that the burn is seen.
      rec = bench:recorder "medium=cd-rw&pace=4"
      local m, joliet = bench:joliet(rec)
      assert(joliet:add_data{bench:image(20000)})
      local notes, callbacks = mastering.notes()
      local started = false
      callbacks.notify_block_progress = function(done)
        started = started or done > 0
      end
      callbacks.query_cancel = function()
        return started
      end
      assert(m:progress_advise(callbacks))
      local failure = fails("user_abort", m:record_disc())
      assert.is_true(failure.report.tracks[1].blocks > 0)
      assert.are.equal(failure,
        of(notes, "notify_burn_complete")[1][2])
      assert.are_not.equal("blank", rec:medium().state)
    end)

    it("staging, of which nothing is kept", function()
      local m, joliet = bench:joliet(rec)
      local asked = 0
      assert(m:progress_advise{query_cancel = function()
        asked = asked + 1
        return true
      end})
      fails("user_abort", joliet:add_data(bench:files()))
      assert.are.equal(1, asked)
      assert.are.equal(0, joliet:get_used_data_blocks())
    end)

    it("staging midway, of which nothing is kept", function()
      local m, joliet = bench:joliet(rec)
      many(600)
      local asked = 0
      assert(m:progress_advise{query_cancel = function()
        asked = asked + 1
        return asked == 2
      end})
      fails("user_abort", joliet:add_data(bench:path "many"))
      assert.are.equal(2, asked)
      assert.are.equal(0, joliet:get_used_data_blocks())
      assert(joliet:add_data(bench:path "many"))
    end)
  end)

  describe("may not change their own master", function()
    it("while it records", function()
      local m, joliet = staged()
      local codes = {}
      local function try(name, object, ...)
        codes[name] = select(3, object[name](object, ...))
      end
      assert(m:progress_advise{notify_closing_disc = function()
        try("close", m)
        try("record_disc", m)
        try("clear_format_content", m)
        try("set_active_disc_recorder", m, rec)
        try("set_active_disc_master_format", m, "joliet")
        try("add_data", joliet, bench:files())
        try("set_joliet_properties", joliet, {})
        assert.are.equal("joliet", m:get_active_disc_master_format())
        assert.are.equal(rec, m:get_active_disc_recorder())
      end})
      assert(m:record_disc())
      for _, name in ipairs {
        "close", "record_disc", "clear_format_content",
        "set_active_disc_recorder", "set_active_disc_master_format",
        "add_data", "set_joliet_properties",
      } do
        assert.are.equal("device_still_in_use", codes[name], name)
      end
      assert(m:close())
    end)

    it("while it stages", function()
      local m, joliet = bench:joliet(rec)
      local code
      assert(m:progress_advise{notify_add_progress = function()
        code = select(3, m:clear_format_content())
      end})
      assert(joliet:add_data(bench:files()))
      assert.are.equal("device_still_in_use", code)
    end)
  end)

  it("may yield, so that an event loop goes on", function()
    local m = staged()
    local turns = 0
    assert(m:progress_advise{
      query_cancel = coroutine.yield, notify_closing_disc = coroutine.yield,
    })
    local work = coroutine.create(m.record_disc)
    local ok, result = coroutine.resume(work, m)
    while coroutine.status(work) ~= "dead" do
      turns = turns + 1
      ok, result = coroutine.resume(work)
    end
    assert.is_true(ok, result)
    assert.is_true(result.verified)
    assert.is_true(turns >= 2)
  end)

  it("end what they break, and the drive is free", function()
    local m, joliet = staged()
    local cookie = assert(m:progress_advise{notify_closing_disc = function()
      error("in the callback", 0)
    end})
    assert.has_error(function()
      m:record_disc()
    end, "in the callback")
    for _ = 1, 100 do -- a job that was dropped ends by itself
      if rec:get_recorder_state() == "idle" then
        break
      end
      os.execute "sleep 0.05"
    end
    assert.are.equal("idle", rec:get_recorder_state())
    assert(m:progress_unadvise(cookie))
    local used = joliet:get_used_data_blocks()
    many(600)
    assert(m:progress_advise{notify_add_progress = function(done)
      if done > 0 then
        error("in staging", 0)
      end
    end})
    assert.has_error(function()
      joliet:add_data(bench:path "many")
    end, "in staging")
    assert.are.equal(used, joliet:get_used_data_blocks())
    assert(m:close())
  end)

  describe("hear of erasing", function()
    it("by a recorder that was chosen", function()
      local notes, callbacks = mastering.notes()
      local m = staged()
      assert(m:record_disc())
      assert(m:progress_advise(callbacks))
      assert(rec:open_exclusive())
      assert(rec:erase(false))
      assert(rec:close())
      fails("not_opened", rec:erase(false))
      assert.are.same({{"notify_erase_complete", "ok"}}, {notes[1]})
      assert.are.equal("not_opened", notes[2][2])
      assert.are.equal("not_opened", notes[2][3].code)
    end)

    it("until the master is closed", function()
      local notes, callbacks = mastering.notes()
      local m = bench:joliet(rec)
      assert(m:progress_advise(callbacks))
      assert(m:close())
      rec:erase(false)
      assert.are.same({}, notes)
      assert.are.equal("user_abort", disc.imapi.hresult[0x8004020D])
    end)

    it("and keep no master alive", function()
      local weak = setmetatable({bench:joliet(rec)}, {__mode = "v"})
      collectgarbage()
      collectgarbage()
      assert.is_nil(weak[1])
      rec:erase(false)
    end)
  end)
end)

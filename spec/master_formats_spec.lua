-- IJolietDiscMaster and IRedbookDiscMaster: what every method says in every
-- state of the disc master.
local mastering = require "spec.support.mastering"
local source = require "discrecorder.source"

-- Methods by what they need: nothing but the format, a recorder too, and no
-- call that is under way.
local FORMATS <const> = {
  joliet = {
    asks = {"get_data_block_size", "get_joliet_properties"},
    counts = {"get_total_data_blocks", "get_used_data_blocks"},
    sets = {"set_joliet_properties"},
    stages = {"add_data"},
  },
  redbook = {
    asks = {"get_audio_block_size", "get_total_audio_tracks"},
    counts = {
      "get_available_audio_track_blocks", "get_total_audio_blocks",
      "get_used_audio_blocks",
    },
    sets = {},
    stages = {
      "add_audio_track_blocks", "add_audio_track_source", "close_audio_track",
      "create_audio_track",
    },
  },
}

-- What each kind of method says in a state; nil: what it does.
local STATES <const> = {
  {"its master is closed", {
    asks = "not_opened", counts = "not_opened", sets = "not_opened",
    stages = "not_opened",
  }},
  {"its master was closed and opened anew", {
    asks = "no_active_format", counts = "no_active_format",
    sets = "no_active_format", stages = "no_active_format",
  }},
  {"another format is active", {
    asks = "wrong_format", counts = "wrong_format", sets = "wrong_format",
    stages = "wrong_format",
  }},
  {"no recorder was chosen", {
    counts = "no_active_recorder", stages = "no_active_recorder",
  }},
  {"its master records", {
    sets = "device_still_in_use", stages = "device_still_in_use",
  }},
}

local OTHER <const> = {joliet = "redbook", redbook = "joliet"}

describe("the format", function()
  local bench, rec, arguments

  before_each(function()
    bench = mastering.bench()
    rec = bench:recorder()
    arguments = {
      add_data = bench:files(),
      add_audio_track_blocks = ("\0"):rep(2352),
      add_audio_track_source = assert(source.bytes(("\0"):rep(2352))),
      set_joliet_properties = {},
    }
  end)

  after_each(function()
    rec, arguments = nil, nil
    bench:remove()
  end)

  local function stage(name, object)
    if name == "joliet" then
      assert(object:add_data(bench:files()))
    else
      assert(object:create_audio_track(0))
      assert(object:add_audio_track_blocks(("\0"):rep(300 * 2352)))
      assert(object:close_audio_track())
    end
  end

  -- Bring a format's object into a state, and call back there.
  local ENTER <const> = {
    ["its master is closed"] = function(name, try)
      local m, object = bench:chosen(name, rec)
      assert(m:close())
      try(object)
    end,
    ["its master was closed and opened anew"] = function(name, try)
      local m, object = bench:chosen(name, rec)
      assert(m:close())
      assert(m:open())
      try(object)
    end,
    ["another format is active"] = function(name, try)
      local m, object = bench:chosen(name, rec)
      assert(m:set_active_disc_master_format(OTHER[name]))
      try(object)
    end,
    ["no recorder was chosen"] = function(name, try)
      local m = bench.opened()
      try(assert(m:set_active_disc_master_format(name)))
    end,
    ["its master records"] = function(name, try)
      local m, object = bench:chosen(name, rec)
      stage(name, object)
      local tried = false
      assert(m:progress_advise{notify_preparing_burn = function()
        tried = true
        try(object)
      end})
      assert(m:record_disc(true))
      assert.is_true(tried)
    end,
  }

  for name, kinds in pairs(FORMATS) do
    -- IMAPI's, and add_audio_track_source.
    it(name .. " has its methods, and no more", function()
      local found, expected = {}, {}
      local _, object = bench:chosen(name, rec)
      for method in pairs(getmetatable(object)) do
        if not method:find "^__" then
          table.insert(found, method)
        end
      end
      for _, methods in pairs(kinds) do
        table.move(methods, 1, #methods, #expected + 1, expected)
      end
      table.sort(found)
      table.sort(expected)
      assert.are.same(expected, found)
    end)

    for _, state in ipairs(STATES) do
      local when, codes = table.unpack(state)
      it(("%s answers every method when %s"):format(name, when), function()
        ENTER[when](name, function(object)
          for kind, methods in pairs(kinds) do
            for _, method in ipairs(methods) do
              local result, failure, code =
                object[method](object, arguments[method])
              assert.are.equal(codes[kind], code, method)
              if codes[kind] then
                assert.is_nil(result, method)
                assert.are.equal(codes[kind], failure.code, method)
                assert.is_truthy(failure.message:find(method, 1, true))
              else
                assert.is_truthy(result, method)
              end
            end
          end
        end)
      end)
    end
  end
end)

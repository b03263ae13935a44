-- Wrong arguments: they raise, with a message that says what is wrong, and
-- never crash.
local core = require "discrecorder.core"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"

local d = each(disc.new)
local rec

before_each(function()
  rec = d:opened()
end)

-- The call raises, and the message matches.
local function raises(pattern, call, ...)
  local ok, message = pcall(call, ...)
  assert.is_false(ok)
  assert.matches(pattern, tostring(message))
end

-- Something of each type that a method might be given by mistake.
local function odd_values()
  return {
    false, true, 0, -1, 1.5, 0 / 0, 1 / 0, math.mininteger, math.maxinteger,
    "", "x", ("\0"):rep(6), {}, {x = 1}, print, io.stdout, rec,
    coroutine.create(print), setmetatable({}, {__index = error}),
  }
end

describe("a recorder's methods", function()
  it("raise without a recorder to work on", function()
    for name, method in pairs(core.recorder_methods()) do
      for _, self in ipairs {false, 1, "x", {}, print, io.stdout} do
        local ok, message = pcall(method, self)
        assert.is_false(ok, name)
        assert.is_true(#tostring(message) > 0)
      end
      assert.is_false((pcall(method)), name)
    end
  end)

  it("never crash, whatever they are given", function()
    for name in pairs(core.recorder_methods()) do
      -- With a disc inside, or waiting for one for ever would be right.
      assert(rec:load())
      for _, a in ipairs(odd_values()) do
        for _, b in ipairs {0, "x", {}, true} do
          local found = table.pack(pcall(rec[name], rec, a, b, a, b))
          if found[1] and found[2] == nil and found.n > 1 then
            assert.equal(found[3].code, found[4], name)
          elseif not found[1] then
            assert.is_true(#tostring(found[2]) > 0, name)
          end
          if name:find "_start$" and found[1] and found[2] then
            found[2]:close()
          end
        end
      end
      if rec:get_recorder_state() == "idle" then
        assert(rec:open_exclusive())
      end
    end
    collectgarbage()
    collectgarbage()
    assert.is_true(rec:load())
    assert.is_string(rec:medium().state)
  end)

  for name, list in pairs {
    read = {{}, {"x", 1}, {0, "x"}, {0, {}}, {0, 1, 1}},
    command = {{}, {1}, {{}}, {"short"}},
    wait_medium = {{}, {"x"}, {{}}, {-1}},
    wait_medium_start = {{}, {"x"}, {{}}, {-1}},
    finish = {{"all"}, {{}}, {1}, {true}},
    finish_start = {{"all"}, {{}}, {1}, {true}},
    erase = {{1}, {"full"}, {{}}},
    erase_start = {{1}, {"full"}, {{}}},
    set_recorder_properties = {{}, {1}, {"x"}, {true}},
  } do
    it(("raise: %s"):format(name), function()
      for _, arguments in ipairs(list) do
        raises("bad argument", rec[name], rec, table.unpack(arguments))
      end
    end)
  end

  it("cannot be replaced in an object", function()
    assert.has_error(function() rec.medium = print end)
    assert.equal("blank", rec:medium().state)
  end)
end)

describe("discrecorder.recorder", function()
  it("raises for an address that is no text", function()
    for _, bad in ipairs {false, true, {}, print, rec} do
      raises("bad argument", discrecorder.recorder, bad)
    end
    raises("bad argument", discrecorder.recorder)
  end)

  it("raises for names that C would cut off, and makes no file", function()
    local cut = d:path "cut"
    raises("contains zeros", discrecorder.recorder,
      "virtual:" .. cut .. "\0?medium=cd-rw")
    raises("contains zeros", discrecorder.recorder, d:address(),
      {trace = cut .. "\0"})
    local written = d:opened()
    disc.tao(written, {300})
    raises("contains zeros", require("discrecorder.read").run, written,
      cut .. "\0")
    raises("contains zeros", require("discrecorder.export").run, written,
      cut .. "\0.iso")
    raises("contains zeros", written.operator(written).insert,
      written:operator(), cut .. "\0")
    assert.is_nil(io.open(cut, "rb"))
  end)

  it("raises for options that are none", function()
    local address = d:address()
    for _, bad in ipairs {1, "x", true, print} do
      raises("table expected", discrecorder.recorder, address, bad)
    end
    raises("unknown key 'tracing'", discrecorder.recorder, address,
      {tracing = "x"})
    raises("unknown key '1'", discrecorder.recorder, address, {"x"})
    raises("string expected", discrecorder.recorder, address, {trace = {}})
    raises("boolean expected", discrecorder.recorder, address,
      {existing = 1})
    raises("table expected", discrecorder.recorder, address,
      {faults = "packet:1,gone"})
    raises("unknown word", discrecorder.recorder, address,
      {faults = {{packet = 1, explode = true}}})
    assert.is_nil(io.open(d.folder .. "/disc2", "rb"))
  end)
end)

-- What starts a Job, and what waits for it: neither is the place of a mistake.
describe("a mistake is told at the caller's line", function()
  local burn = require "discrecorder.burn"
  local here = "recorder_arguments_spec%.lua:%d+: "
  local no = {keepopen = true}

  for name, modules in pairs {
    album = {"burn", "album.cue", no}, append = {"tree", {"x"}, no},
    copy = {"run", "x.iso", no}, export = {"run", "x.iso", no},
    read = {"run", "x.iso", no}, verify = {"run", no},
  } do
    it("by " .. name, function()
      local module = require("discrecorder." .. name)
      for _, method in ipairs {modules[1], name == "album" and "burn_start"
        or name == "append" and "tree_start" or "start"} do
        raises(here .. name .. ": ", function()
          local done = module[method](rec, table.unpack(modules, 2))
          return done
        end)
      end
    end)
  end

  it("by burn", function()
    for _, method in ipairs {"tree", "tree_start", "image", "image_start"} do
      for _, arguments in ipairs {{"x", no}, method:find "tree" and {5}} do
        raises(here .. "burn.%a+: ", function()
          local done = burn[method](rec, table.unpack(arguments))
          return done
        end)
      end
    end
    raises(here .. "burn: ", function()
      local done = rec:burn(no)
      return done
    end)
  end)

  it("by burn and plan, of texts, also of one of several sessions", function()
    local plan = require("discrecorder.plan").plan
    local source = require "discrecorder.source"
    local bytes = assert(source.bytes(("x"):rep(300 * 2048)))
    local medium = assert(rec:medium())
    for _, one in ipairs {
      {text = 7, tracks = {{source = bytes}}},
      {tracks = {{source = bytes, text = 7}}},
    } do
      for _, job in ipairs {one, {sessions = {one}}} do
        for _, call in ipairs {burn.start, burn.run, rec.burn} do
          raises(here .. "burn: .*text is", function()
            local done = call(rec, job)
            return done
          end)
        end
        raises(here .. "burn: .*text is", function()
          local done = plan(job, medium)
          return done
        end)
      end
    end
  end)

  it("by what wants a recorder or a source", function()
    local master <close> = require("discrecorder.master").new()
    assert(master:open())
    assert(master:set_active_disc_master_format "joliet")
    raises(here .. "set_active_disc_recorder: Recorder expected", function()
      return (master:set_active_disc_recorder(io.stdout))
    end)
    local redbook = assert(master:set_active_disc_master_format "redbook")
    assert(rec:close())
    assert(master:set_active_disc_recorder(rec))
    raises(here .. "add_audio_track_source: Source expected", function()
      return (redbook:add_audio_track_source(rec))
    end)
    raises("Recorder expected", burn.to_many_start, {}, {io.stdout})
    raises("from a recorder or an image", require("discrecorder.copy").start,
      io.stdout, rec)
  end)
end)

describe("an unknown key", function()
  -- Where each table of options is taken.
  local function image()
    return d:image(300)
  end

  for what, call in pairs {
    ["a job"] = function()
      return rec:burn_start{tracks = {}, keepopen = true}
    end,
    ["a track"] = function()
      local source = require "discrecorder.source"
      return rec:burn{tracks = {{source = assert(source.file(image())),
        sourc = 1}}}
    end,
    ["a plan"] = function()
      return require "discrecorder.plan".plan({tracks = {}, keepopen = true},
        rec:medium())
    end,
    ["burn.tree"] = function()
      return require "discrecorder.burn".tree(rec, d:files(), {keepopen = true})
    end,
    ["burn.image"] = function()
      return require "discrecorder.burn".image(rec, image(), {keepopen = true})
    end,
    ["verify"] = function()
      return require "discrecorder.verify".run(rec, {keepopen = true})
    end,
    ["read"] = function()
      return require "discrecorder.read".run(rec, d:path "x", {keepopen = true})
    end,
    ["source.tree"] = function()
      return require "discrecorder.source".tree{paths = {d:files()},
        keepopen = true}
    end,
    ["a recorder's options"] = function()
      return discrecorder.recorder(d:address(), {keepopen = true})
    end,
    ["a fault"] = function()
      return discrecorder.recorder(d:address(),
        {faults = {{packet = 1, keepopen = true}}})
    end,
  } do
    it("in " .. what .. " raises and is named", function()
      raises(what == "a track" and "sourc" or "keepopen", call)
      assert.equal("blank", rec:medium().state)
    end)
  end
end)

describe("a value that its field cannot have", function()
  local function burn(track, more)
    local job = {tracks = {track}}
    track.source = require("discrecorder.source").bytes("a")
    for name, value in pairs(more or {}) do
      job[name] = value
    end
    return function()
      return rec:burn_start(job)
    end
  end

  for message, call in pairs {
    ["burn: kind: invalid option 'data3'"] = burn {kind = "data3"},
    ["burn: kind is a string"] = burn {kind = 2},
    ["burn: mode: invalid option 'fast'"] = burn({}, {mode = "fast"}),
    ["burn: flags is a table"] = burn {flags = "copy"},
    ["burn: index is a table"] = burn {kind = "audio", index = 5},
    ["tree: md5: invalid option 'twice'"] = function()
      return require("discrecorder.source").tree {
        paths = {"spec"}, md5 = "twice",
      }
    end,
    ["recorder: a fault is a table"] = function()
      return discrecorder.recorder(d:address(), {faults = {"gone"}})
    end,
  } do
    it("raises with the field's name: " .. message, function()
      raises(message .. "$", call)
    end)
  end
end)

describe("a Job's methods", function()
  it("raise for wrong arguments, and when it is closed", function()
    local job = assert(rec:load_start())
    assert(job:wait())
    for _, bad in ipairs {"x", {}, true, print} do
      raises("bad argument", job.wait_once, job, bad)
    end
    raises("bad argument", job.complete_with, job, 1)
    for _, name in ipairs {"wait", "progress", "cancel", "fd", "done", "close"}
    do
      for _, self in ipairs {false, 1, {}, rec, io.stdout} do
        assert.is_false((pcall(job[name], self)), name)
      end
    end
    job:close()
    job:close()
    for _, name in ipairs {"wait", "progress", "cancel", "fd", "done"} do
      raises("closed", job[name], job)
    end
    assert.matches("closed", tostring(job))
  end)
end)

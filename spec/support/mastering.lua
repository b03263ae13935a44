--- What the specs of the disc master share: a scratch folder, a master, and
-- recorders with discs of their own.
--
--     local mastering = require "spec.support.mastering"
--     local bench = each(mastering.bench)
--     local rec = bench:recorder "medium=cd-rw"
--     local m, joliet = bench:joliet(rec)          -- open, chosen
local assert = require "luassert"
local disc = require "discrecorder"
local extract = require "spec.support.extract"
local master = require "discrecorder.master"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local mastering = {}

local bench = setmetatable({}, {__index = scratch})
bench.__index = bench

function mastering.bench()
  return setmetatable(scratch.new(), bench)
end

function bench:remove()
  collectgarbage()
  scratch.remove(self)
end

--- A recorder with a disc of its own, a blank CD-RW unless told.
function bench:recorder(query, options)
  local address = self:address(query)
  self.disc_path = address:match "^virtual:(.-)%?"
  return assert(disc.recorder(address, options))
end

--- A master that is open.
function bench.opened()
  local m = master.new()
  assert(m:open())
  return m
end

--- A master with a format and a recorder.
function bench:chosen(format, rec)
  local m = self.opened()
  local object = assert(m:set_active_disc_master_format(format))
  assert(m:set_active_disc_recorder(rec))
  return m, object
end

function bench:joliet(rec)
  return self:chosen("joliet", rec)
end

function bench:redbook(rec)
  return self:chosen("redbook", rec)
end

--- A master with something to record.
function bench:staged(rec)
  local m, joliet = self:joliet(rec)
  assert(joliet:add_data(self:files()))
  return m, joliet
end

--- A folder with files, path to contents.
function bench:tree(name, files)
  run.output("mkdir", "-p", self:path(name))
  for path, content in pairs(files) do
    self:file(name .. "/" .. path, content)
  end
  return self:path(name)
end

--- What a disc shows, as xorriso extracts it: path to contents; links as
-- "-> target".
function bench:shown(rec)
  self.looks = (self.looks or 0) + 1
  local image = self:path("image" .. self.looks)
  assert(read.run(rec, image))
  return extract(image, self:path("out" .. self.looks))
end

--- Callbacks that write down who was called with what: {{name, ...}, ...}.
function mastering.notes()
  local notes, callbacks = {}, {}
  for _, name in ipairs {
    "notify_pnp_activity", "notify_add_progress", "notify_block_progress",
    "notify_track_progress", "notify_preparing_burn", "notify_closing_disc",
    "notify_burn_complete", "notify_erase_complete",
  } do
    callbacks[name] = function(...)
      table.insert(notes, {name, ...})
    end
  end
  return notes, callbacks
end

--- The names alone, each run of the same one once.
function mastering.names(notes)
  local names = {}
  for _, note in ipairs(notes) do
    if names[#names] ~= note[1] then
      table.insert(names, note[1])
    end
  end
  return names
end

--- Fails unless it is nil, failure, code with this code; gives the failure.
function mastering.fails(code, result, failure, given)
  assert.is_nil(result)
  assert.are.equal(code, given, tostring(failure))
  assert.are.equal(code, failure.code)
  return failure
end

return mastering

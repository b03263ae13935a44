--- What the specs of burning share: a recorder on a disc of its own, and looks
-- at the disc past everything that burned it.
--
--     local burning = require "spec.support.burning"
--     local bench = burning.bench()            -- in before_each
--     local rec = bench:recorder({faults = ...})
--     bench:disc(0, 300)                        -- bytes, from the disc file
--     bench:remove()                            -- in after_each
local assert = require "luassert"
local core = require "discrecorder.core"
local disc = require "discrecorder"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"

local burning = {}

burning.BLOCK = 2048

-- Where the sectors begin in a disc file (docs/disc-file.md).
local SECTORS <const> = 1048576

local bench = {}
bench.__index = bench

--- A folder with one disc in it.
-- @tparam[opt] string query of its address; a blank CD-RW without
-- @tparam[opt] string where the folder that its folder is in
function burning.bench(query, where)
  local s = scratch.new(where)
  return setmetatable({
    scratch = s,
    disc_path = s:path "disc",
    address = ("virtual:%s?%s"):format(s:path "disc", query or "medium=cd-rw"),
  }, bench)
end

function bench:remove()
  collectgarbage()
  self.scratch:remove()
end

function bench:path(name)
  return self.scratch:path(name)
end

function bench:recorder(options)
  return assert(disc.recorder(self.address, options))
end

function bench:image(blocks, name)
  return self.scratch:image(blocks, name)
end

--- What stands on the disc, from the file itself.
function bench:disc(lba, blocks)
  local file = assert(io.open(self.disc_path, "rb"))
  file:seek("set", SECTORS + lba * burning.BLOCK)
  local bytes = file:read(blocks * burning.BLOCK) or ""
  file:close()
  return bytes .. ("\0"):rep(blocks * burning.BLOCK - #bytes)
end

--- Fails unless a track of a report is what its source held, then zeros.
function bench:has(track, content)
  local data = self:disc(track.start, track.blocks)
  assert.are.equal(#content, #data)
  assert.is_true(content == data, "other bytes on the disc")
  local padding = self:disc(track.start + track.blocks, track.padding)
  assert.are.equal(0, #padding:gsub("\0", ""))
end

--- Fails unless the blocks that a report tells of a track that was broken off
-- are the beginning of this.
function bench:begins(track, content)
  local told = content:sub(1, track.blocks * burning.BLOCK)
  assert.are.equal(track.blocks * burning.BLOCK, #told)
  assert.is_true(told == self:disc(track.start, track.blocks),
    "other bytes on the disc")
end

--- Change the byte at an offset in a block of the disc.
function bench:flip(lba, offset)
  local file = assert(io.open(self.disc_path, "r+b"))
  local at = SECTORS + lba * burning.BLOCK + (offset or 0)
  file:seek("set", at)
  local byte = file:read(1):byte()
  file:seek("set", at)
  file:write(string.char(byte ~ 0x55))
  file:close()
end

--- The medium as a new recorder without faults sees it.
function bench:medium()
  local rec <close> = self:recorder()
  return assert(rec:medium())
end

--- Make a blank CD-RW.
function burning.blank_disc(path)
  assert(disc.recorder("virtual:" .. path .. "?medium=cd-rw")):close()
  return path
end

--- Opens the trace of a job, gives its packets in order: {{number, opcode}}.
function burning.packets(path)
  local list = {}
  for number, opcode in run.slurp(path):gmatch
    'packet (%d+) at=%S+ opcode="([^"]*)"' do
    list[#list + 1] = {number = tonumber(number), opcode = opcode}
  end
  return list
end

function burning.sha256(path)
  return run.output("sha256sum", path):sub(1, 64)
end

local digests = {}

--- Of a string; remembered.
function burning.sha256_of(text)
  if not digests[text] then
    local path = os.tmpname()
    run.spit(path, text)
    digests[text] = burning.sha256(path)
    os.remove(path)
  end
  return digests[text]
end

--- A job of one track from a file.
function burning.job(path, options)
  local job = {tracks = {{source = assert(source.file(path))}}}
  for key, value in pairs(options or {}) do
    job[key] = value
  end
  return job
end

--- Fails unless it is nil, failure, code with this code; gives the failure.
function burning.refused(code, result, failure, given)
  assert.is_nil(result)
  assert.are.equal(code, given, tostring(failure))
  assert.are.equal(code, failure.code)
  return failure
end

--- Wait until a job is in a phase, or done.
function burning.wait_phase(job, phase)
  for _ = 1, 3000 do
    local progress = job:progress()
    if progress.phase == phase or job:done() then
      return progress
    end
    job:wait(0.005)
  end
  error(("it never came to '%s'"):format(phase))
end

--- A child script that finds this checkout's library, with `arg`.
function burning.child(path, text)
  return run.spit(path, "local disc = require 'discrecorder'\n"
    .. "local source = require 'discrecorder.source'\n" .. text)
end

burning.core = core

return burning

-- A rescue whose process is killed (docs/copy.md). Apart from the others, which
-- run no other Lua, for the thread sanitizer; at any moment: kill_spec.lua.
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local read = require "discrecorder.read"
local run = require "spec.support.run"

local BLOCKS <const> = 40000

-- The runs of a map, as "status size" in blocks.
local function runs(path)
  local list = {}
  for length, status in run.slurp(path):gmatch "\n0x%x+  (0x%x+)  (%S)" do
    table.insert(list, ("%s%d"):format(status, tonumber(length) // disc.BLOCK))
  end
  return table.concat(list, " ")
end

describe("reading with a map", function()
  it("goes on after a process was killed", function()
    local d = disc.new()
    local out, map = d:path "out.iso", d:path "out.map"
    local path
    do
      local rec <close> = d:opened "medium=cd-r"
      disc.tao(rec, {BLOCKS})
      path = d.last
    end
    local child = disc.child([[
      local rec = assert(discrecorder.recorder("virtual:" .. args[1], {
        faults = {{opcode = "READ(10)", lba = 30000, hang = 100000}},
      }))
      local job = assert(require("discrecorder.read").start(rec, args[2],
        {map = args[3]}))
      while true do
        local done = job:wait(0.01)
        if done.done >= 29900 then break end
      end
      ready()
      forever()]], path, out, map)
    child.kill()
    -- What was saved, after each 32 MiB.
    assert.matches("^%+16%d%d%d %?%d+$", runs(map))
    local rec = assert(discrecorder.recorder("virtual:" .. path))
    local result = assert(read.run(rec, out, {map = map}))
    assert.is_true(result.resumed)
    assert.is_true(disc.blocks(0, BLOCKS) == run.slurp(out))
    d:remove()
  end)
end)

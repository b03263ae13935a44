--- A shop with the clean runs of its jobs, and the plan: what a worker and the
-- spec both begin with.
local clean = require "spec.faults.clean"
local jobs = require "spec.faults.jobs"
local plan = require "spec.faults.plan"
local shops = require "spec.faults.shop"
local try = require "spec.faults.try"

local bench = {}
bench.__index = bench

--- @tparam[opt] string names a pattern for the names of the jobs; all without
function bench.new(names)
  local self = setmetatable({shop = shops.new(), jobs = {}, cleans = {},
    by_name = jobs.by_name}, bench)
  for _, job in ipairs(jobs.list) do
    if not names or job.name:find(names) then
      table.insert(self.jobs, job)
      self.cleans[job.name] = clean.run(self.shop, job)
    end
  end
  return self
end

--- All runs of a seed.
function bench:plan(seed)
  return plan.make(seed, self.jobs, self.cleans)
end

--- Make one run: what spec.faults.try gives.
function bench:try(one)
  return try(self.shop, one.job, self.cleans[one.job.name], one.packet,
    one.fault)
end

--- The command that makes just this run again.
function bench.line(one)
  return ("make faults JOB=%s PACKET=%d FAULT='%s'"):format(one.job.name,
    one.packet.number, one.fault)
end

function bench:remove()
  self.shop:remove()
end

return bench

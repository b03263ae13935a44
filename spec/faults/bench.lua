--- A shop with the clean runs of its jobs, and the plan: what a worker and the
-- spec both begin with.
local clean = require "spec.faults.clean"
local jobs = require "spec.faults.jobs"
local plan = require "spec.faults.plan"
local shops = require "spec.faults.shop"
local try = require "spec.faults.try"

local bench = {}
bench.__index = bench

-- Is a job meant by a word: its name, or else a pattern for it?
local function is_meant(job, word)
  if jobs.by_name[word] then
    return job.name == word
  end
  local ok, found = pcall(string.find, job.name, word)
  return ok and found ~= nil
end

--- The jobs that are meant.
-- @string[opt] names words with spaces between them, each a job's name or a
-- pattern; all without
-- @treturn[1] {table,...}
-- @return[2] nil
-- @treturn[2] string a word that means none
function bench.choose(names)
  local meant = {}
  for word in (names or ""):gmatch "%S+" do
    local any = false
    for _, job in ipairs(jobs.list) do
      if is_meant(job, word) then
        meant[job], any = true, true
      end
    end
    if not any then
      return nil, word
    end
  end
  local list = {}
  for _, job in ipairs(jobs.list) do
    if not names or meant[job] then
      table.insert(list, job)
    end
  end
  return list
end

--- @string[opt] names as of `choose`; each word means a job
function bench.new(names)
  local self = setmetatable({shop = shops.new(), jobs = bench.choose(names),
    cleans = {}, by_name = jobs.by_name}, bench)
  for _, job in ipairs(self.jobs) do
    self.cleans[job.name] = clean.run(self.shop, job)
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

--- Which runs are made. The rule: every packet by every class that fits it once
-- (of polls that follow each other the first three and the last two); every
-- sense, told once and of the command itself, at least 20 times in each kind of
-- job; the rest, up to 20,000 at least, drawn. What is drawn comes of the seed
-- alone, and so does the order.
local classes = require "spec.faults.classes"
local senses = require "spec.faults.senses"

local plan = {EACH_SENSE = 20, LEAST = 20000}

-- xorshift64*, so that a seed means the same everywhere.
local function dice(seed)
  local x = seed * 0x9E3779B97F4A7C15 | 1
  return function(from, to)
    x = x ~ (x >> 12)
    x = x ~ (x << 25)
    x = x ~ (x >> 27)
    return from + (x * 0x2545F4914F6CDD1D >> 1) % (to - from + 1)
  end
end

local function every_packet(jobs, cleans, random, add)
  for _, job in ipairs(jobs) do
    for _, packet in ipairs(cleans[job.name].packets) do
      for _, class in ipairs(classes.list) do
        if class.fits(packet) then
          add(job, packet, class, class.draw(packet, random))
        end
      end
    end
  end
end

local function by_kind(jobs)
  local kinds, order = {}, {}
  for _, job in ipairs(jobs) do
    if not kinds[job.kind] then
      kinds[job.kind] = {}
      table.insert(order, job.kind)
    end
    table.insert(kinds[job.kind], job)
  end
  return kinds, order
end

local SENSE_CLASS <const> = {
  done = "sense: done", wait = "sense: wait", retry = "sense: retry",
  changed = "sense: attention", reset = "sense: attention",
  refused = "sense: refused", order = "sense: refused",
  fail = "sense: fails", full = "sense: fails", absent = "sense: fails",
}

local function every_sense(jobs, cleans, random, add, count)
  local kinds, order = by_kind(jobs)
  for _, kind in ipairs(order) do
    for _, row in ipairs(senses.list) do
      for _ = count(kind, row) + 1, plan.EACH_SENSE do
        local job = kinds[kind][random(1, #kinds[kind])]
        local list = cleans[job.name].packets
        add(job, list[random(1, #list)],
          classes.by_name[SENSE_CLASS[row.group]],
          "sense:" .. senses.draw(row, random))
      end
    end
  end
end

local function the_rest(jobs, cleans, random, add, made)
  while made() < plan.LEAST do
    local job = jobs[random(1, #jobs)]
    local list = cleans[job.name].packets
    local packet = list[random(1, #list)]
    local class = classes.list[random(1, #classes.list)]
    if class.fits(packet) then
      add(job, packet, class, class.draw(packet, random))
    end
  end
end

--- All runs, in their order.
-- @int seed
-- @tparam {table,...} jobs
-- @tparam table cleans by a job's name, of spec.faults.clean
-- @treturn {table,...} `job`, `packet`, `class`, `fault`
function plan.make(seed, jobs, cleans)
  local random, list, seen = dice(seed), {}, {}
  local function add(job, packet, class, fault)
    list[#list + 1] = {job = job, packet = packet, class = class.name,
      fault = fault}
    local sense = fault:match "sense:([^,]+)"
    if sense and not fault:find "deferred" and not fault:find "always" then
      local key = job.kind .. senses.find(sense).text
      seen[key] = (seen[key] or 0) + 1
    end
  end
  every_packet(jobs, cleans, random, add)
  every_sense(jobs, cleans, random, add, function(kind, row)
    return seen[kind .. row.text] or 0
  end)
  the_rest(jobs, cleans, random, add, function()
    return #list
  end)
  for i = #list, 2, -1 do
    local j = random(1, i)
    list[i], list[j] = list[j], list[i]
  end
  return list
end

return plan

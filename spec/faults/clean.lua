--- Clean runs: how long each job takes by the drive's clock, and its packets.
local checks = require "spec.faults.checks"
local collect = collectgarbage
local disc = require "discrecorder"
local packets = require "spec.faults.packets"
local uses = require "spec.faults.uses"

local clean = {}

-- Of polls that follow each other these are tried, from either end: they are
-- all alike.
local FIRST <const>, LAST <const> = 3, 2

-- The packets that are worth a fault.
local function choose(list, opened)
  local chosen, row = {}, {}
  local function end_row()
    for i, packet in ipairs(row) do
      if i <= FIRST or i > #row - LAST then
        table.insert(chosen, packet)
      end
    end
    row = {}
  end
  for _, packet in ipairs(list) do
    if packet.number > opened then
      if packet.kind ~= "polling" then
        end_row()
        table.insert(chosen, packet)
      else
        table.insert(row, packet)
      end
    end
  end
  end_row()
  return chosen
end

--- Do a job without a fault; it must go well.
-- @treturn table `before`, its disc in words; `took` (seconds of the drive's
-- clock), `packets`, `all` (how many there were)
function clean.run(shop, job)
  local path, trace = shop:lay(job.disc), shop:path "trace"
  os.remove(trace)
  local made = {}
  do
    local rec <close> = assert(disc.recorder("virtual:" .. path))
    local medium = assert(rec:medium())
    made.before, made.state = checks.words_of(medium), medium.state
  end
  collect()
  collect()
  do
    local rec <close> = assert(disc.recorder("virtual:" .. path,
      {trace = trace}))
    local opened = job.opens and 0 or #packets.of(trace)
    local hand = rec:operator()
    local begun = hand:clock()
    local ok, failure = job.act(rec, shop)
    if not ok then
      error(("%s without a fault: %s"):format(job.name, tostring(failure)))
    end
    if job.learns then
      job.holds = checks.learned(path, ok.tracks)
    end
    made.took = hand:clock() - begun
    local list = packets.of(trace)
    made.all = #list - opened
    uses.name(list, job, made.state)
    made.packets = choose(list, opened)
    made.by_number = {}
    for _, packet in ipairs(made.packets) do
      made.by_number[packet.number] = packet
      made.formats = made.formats or packet.kind == "erasing"
    end
  end
  collect()
  collect()
  return made
end

return clean

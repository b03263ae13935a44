--- Measuring commands: wall time, memory, and one against another.
--
-- Times are of the monotonic clock; bench/measure.c looks at it.
local measure = {}

local RUNS <const> = 5
local PROGRAM <const> = (os.getenv("DISCRECORDER_BUILD") or "build") ..
  "/bench/measure"

local function quote(argument)
  return "'" .. tostring(argument):gsub("'", "'\\''") .. "'"
end

local function line_of(command)
  local words = {}
  for i, word in ipairs(command) do
    words[i] = quote(word)
  end
  return table.concat(words, " ")
end

--- Run a command, a list of words; what it prints goes nowhere.
-- @treturn {seconds=, kib=, cpu=} kib: the most memory that it had at once;
-- cpu: seconds that it had a processor, in user and kernel mode
function measure.run(command)
  local line = line_of(command)
  local pipe = assert(io.popen(quote(PROGRAM) .. " " .. line, "r"))
  local status, seconds, kib, cpu = pipe:read("n", "n", "n", "n")
  pipe:close()
  if status ~= 0 then
    error(("status %s of %s"):format(status, line), 0)
  end
  return {seconds = seconds, kib = kib, cpu = cpu}
end

--- A list of words that a shell runs: the script, and its $1, $2 ...
function measure.shell(script, ...)
  return {"sh", "-c", script, "sh", ...}
end

function measure.median(values)
  local sorted = table.move(values, 1, #values, 1, {})
  table.sort(sorted)
  local middle = (#sorted + 1) // 2
  return #sorted % 2 == 1 and sorted[middle] or
    (sorted[middle] + sorted[middle + 1]) / 2
end

--- The median of five runs after one that warms up.
-- @func value called each time; returns a number
function measure.repeated(value)
  local values = {}
  value()
  for i = 1, RUNS do
    values[i] = value()
  end
  return measure.median(values)
end

--- How often longer one command takes than another: five runs of each in turn
-- after one that warms up, their medians' ratio.
-- @func ours gives the seconds that one run took
-- @func theirs the same
-- @treturn number
-- @treturn string how long both took
function measure.ratio(ours, theirs)
  local a, b = {}, {}
  ours()
  theirs()
  for i = 1, RUNS do
    a[i], b[i] = ours(), theirs()
  end
  local mine, other = measure.median(a), measure.median(b)
  return mine / other, ("%.3f s against %.3f s"):format(mine, other)
end

return measure

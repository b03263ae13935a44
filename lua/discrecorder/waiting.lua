--- From what starts a Job: what waits for its end.
-- @module discrecorder.waiting

-- Where this file is, as a raised message has it.
local HERE <const> = debug.getinfo(1, "S").short_src .. ":"

-- A caller's mistake is told at the caller's line, and not at one of this file.
local function raise(wrong)
  if type(wrong) == "string" and wrong:sub(1, #HERE) == HERE then
    error(wrong:sub(#HERE + 1):gsub("^%d+: ", ""), 4)
  end
  error(wrong, 0)
end

-- No tail call: what is raised has to find this file.
local function call(start, ...)
  local work, failure, code = start(...)
  return work, failure, code
end

local function started(good, ...)
  if not good then
    raise((...))
  end
  return ...
end

--- Start and wait.
-- @tparam function start gives a Job, or nil, failure, code
-- @treturn function takes the same, gives the Job's result, or nil, failure,
-- code; the Job is closed in any case
return function(start)
  return function(...)
    local work <close>, failure, code = started(pcall(call, start, ...))
    if not work then
      return nil, failure, code
    end
    return work:wait()
  end
end

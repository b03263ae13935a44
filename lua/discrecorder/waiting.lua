--- From what starts a Job: what waits for its end.
-- @module discrecorder.waiting

--- Start and wait.
-- @tparam function start gives a Job, or nil, failure, code
-- @treturn function takes the same, gives the Job's result, or nil, failure,
-- code; the Job is closed in any case
return function(start)
  return function(...)
    local work <close>, failure, code = start(...)
    if not work then
      return nil, failure, code
    end
    return work:wait()
  end
end

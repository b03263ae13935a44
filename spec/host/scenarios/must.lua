--- For the scenarios of spec/host/oom.lua: what the library returns as a
-- failure is raised, so that it ends the run.
return function(value, failure, ...)
  if not value then
    error(failure, 0)
  end
  return value, failure, ...
end

--- The ways in which a work is broken off, or the interpreter left.
local ways = {}

--- Seconds: a hang is what takes longer.
ways.WATCHDOG = 120

--- The end of a job, or an error if there is none.
function ways.ended(job)
  local got = table.pack(job:wait(ways.WATCHDOG))
  return got[2] ~= "running" and got or error "it hangs"
end

--- To break it off: {name, function(job, draw, w)}, which may give its end.
ways.off = {
  {"cancel", function(job)
    job:cancel()
    return ways.ended(job)
  end},
  {"cancel and close", function(job)
    job:cancel()
    job:close()
  end},
  {"close", function(job)
    job:close()
  end},
  {"drop", function() end},
  {"wait, then cancel", function(job, draw)
    job:wait(draw(20) / 1000)
    job:cancel()
    return ways.ended(job)
  end},
  {"cancel, and drop the recorders", function(job, _, w)
    w.recorders = {}
    collectgarbage()
    job:cancel()
    return ways.ended(job)
  end},
  {"wait to the end", function(job)
    return ways.ended(job)
  end},
}

--- To leave the interpreter: {name, status, function(job)}.
ways.out = {
  {"return", 0, function() end},
  {"an error", 1, function()
    error "over"
  end},
  {"os.exit, closing", 0, function()
    os.exit(0, true)
  end},
  {"os.exit at once", 0, function()
    os.exit(0, false)
  end},
  {"an error in a coroutine", 1, function()
    assert(coroutine.resume(coroutine.create(function()
      error "over"
    end)))
  end},
  {"a closing job", 0, function(job)
    local closing <close> = job -- luacheck: ignore 211
  end},
}

return ways

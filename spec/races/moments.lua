--- The moments at which a work is broken off.
local moments = {}

-- Turns of a loop that does nothing: less than a packet takes, or more.
local TURNS <const> = {1, 200, 2000, 20000, 200000}

local function spin(draw)
  local turns = draw(TURNS[1 + draw(#TURNS)])
  while turns > 0 do
    turns = turns - 1
  end
end

-- What does not come is not waited for.
local LOOKS <const> = 20000

--- Looks at a work that goes on to a certain phase, or to its end.
moments.WATCHED = 1000000

-- Until it has come to another phase so many times, or is done.
local function phases(job, count)
  local last, looks = "starting", 0
  while count > 0 and looks < LOOKS and not job:done() do
    local phase = job:progress().phase
    looks = looks + 1
    if phase ~= last then
      last, count, looks = phase, count - 1, 0
    end
  end
end

--- Until it is in one of these phases, which is drawn; of a work whose phases
-- are not known, in any. It is given what it waits for.
function moments.aimed(job, draw, names, feed)
  if not names then
    return phases(job, 1 + draw(5))
  end
  local wanted, looks = names[1 + draw(#names)], 0
  while looks < moments.WATCHED and job:progress().phase ~= wanted
    and not job:done() do
    looks = looks + 1
    feed()
  end
end

-- Until it has come so far in a phase.
local function blocks(job, count)
  local looks = 0
  while looks < LOOKS and job:progress().done < count and not job:done() do
    looks = looks + 1
  end
end

--- All of them, each a function of job, draw, names of phases, feed.
moments.list = {
  function() end,
  function(_, draw)
    spin(draw)
  end,
  function(job, draw)
    phases(job, 1 + draw(3))
    spin(draw)
  end,
  function(job, draw)
    phases(job, 1 + draw(5))
  end,
  function(job, draw)
    phases(job, 1)
    blocks(job, 1 + draw(400))
  end,
  moments.aimed,
}

return moments

--- Numbers that a seed draws, the same everywhere.
local random = {}

--- The number that follows another one.
function random.step(n)
  n = n * 6364136223846793005 + 1442695040888963407
  return n >> 33
end

--- A generator: a function of n that gives 0 to n - 1.
function random.new(seed)
  local state = seed
  return function(n)
    state = state * 6364136223846793005 + 1442695040888963407
    return (state >> 33) % n
  end
end

return random

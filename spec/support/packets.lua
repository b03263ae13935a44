--- A drive for each spec of a file, with a disc of its own, and packets to it.
--
--     local packets = require "spec.support.packets"
--     local s = packets(sequence, "medium=dvd-r")   -- at the top of a file
--     s.rec                           -- the recorder, opened exclusively
--     s.new "medium=dvd+r"            -- another one instead
local busted = require "busted"
local disc = require "spec.support.disc"

-- @func words makes packets for the recorder that a function returns
--   (spec.support.sequence, spec.support.bd_r)
-- @string query the disc's, where no other is asked for
return function(words, query)
  local s
  s = words(function()
    return s.rec
  end)

  function s.new(another, options)
    s.rec = nil
    collectgarbage()
    s.rec = s.d:opened(another or query, options)
  end

  busted.before_each(function()
    s.d = disc.new()
    s.new()
  end)

  busted.after_each(function()
    s.rec = nil
    collectgarbage()
    s.d:remove()
  end)

  return s
end

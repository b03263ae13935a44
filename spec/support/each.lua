--- What each spec of a file has for itself: made before it, removed after it.
--
--     local each = require "spec.support.each"
--     local d = each(disc.new)       -- at the top of a file, or of a describe
--     it("...", function() d:recorder() end)
local busted = require "busted"

--- A stand-in for what was made last.
-- @func make gives an object with a method `remove`
return function(make)
  local now

  busted.before_each(function()
    now = make()
  end)

  busted.after_each(function()
    now:remove()
    now = nil
  end)

  return setmetatable({}, {
    __index = function(_, key)
      return now[key]
    end,
    __newindex = function(_, key, value)
      now[key] = value
    end,
  })
end

--- Tables of options: a mistyped key or a value of another type is a mistake of
-- the caller, and raises.
-- @module discrecorder.options

local options = {}

--- Check a table of options.
-- @string what the function's name, for the message
-- @tparam table given
-- @tparam table known by key the type that its value has, or true for any
-- @int[opt=1] level as of `error`: 1 blames the caller of who calls this
function options.check(what, given, known, level)
  level = (level or 1) + 2
  if type(given) ~= "table" then
    error(("%s: options are a table"):format(what), level)
  end
  for key, value in pairs(given) do
    local kind = known[key]
    if not kind then
      error(("%s: unknown key '%s'"):format(what, tostring(key)), level)
    elseif kind ~= true and type(value) ~= kind then
      error(("%s: %s is a %s"):format(what, key, kind), level)
    end
  end
end

return options

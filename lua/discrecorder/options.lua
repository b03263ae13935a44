--- Arguments: tables of options, in which a mistyped key or a value of another
-- type is a mistake of the caller, and raises; and objects.
-- @module discrecorder.options

local options = {}

-- A kind is the name of a type, "integer", or several with " or " between.
local function is_a(value, kind)
  for name in kind:gmatch "%a+" do
    if type(value) == name or math.type(value) == name then
      return true
    end
  end
  return false
end

--- Is a value an object of one of our types?
-- @param value
-- @string name `"Recorder"`, `"Source"`
-- @treturn boolean
function options.is_object(value, name)
  local meta = type(value) == "userdata" and getmetatable(value)
  return meta and meta.__name == "discrecorder." .. name or false
end

--- Check a table of options.
-- @string what the function's name, for the message
-- @tparam table given
-- @tparam table known by key what its value has to be (`"string"`,
-- `"integer"`, `"boolean or string"`), or true for anything
-- @int[opt=1] level 1 blames the caller of the function that calls this, 2 its
-- caller
function options.check(what, given, known, level)
  level = (level or 1) + 2
  if type(given) ~= "table" then
    error(("%s: options: table expected, got %s"):format(what, type(given)),
      level)
  end
  for key, value in pairs(given) do
    local kind = known[key]
    if not kind then
      error(("%s: unknown key '%s'"):format(what, tostring(key)), level)
    elseif kind ~= true and not is_a(value, kind) then
      error(("%s: %s: %s expected, got %s"):format(
        what, key, kind, type(value)), level)
    end
  end
end

return options

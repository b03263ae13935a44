--- Modules of the library that need not be installed.
-- @module discrecorder.optional

local optional = {}

--- Can a module be loaded, from a file or from the program that it is linked
-- into?
-- @string name
-- @treturn boolean
function optional.is_there(name)
  return package.loaded[name] ~= nil or package.preload[name] ~= nil
    or package.searchpath(name, package.cpath) ~= nil
end

return optional

--- The fields of tables.
-- @module discrecorder.fields

local fields = {}

--- Copy a table's fields, not what is in them.
-- @tparam ?table from nil: none
-- @tparam[opt] table into what gets them; a new table unless told
-- @treturn table into
function fields.copy(from, into)
  into = into or {}
  for key, value in pairs(from or {}) do
    into[key] = value
  end
  return into
end

return fields

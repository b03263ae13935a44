--- IEnumDiscMasterFormats and IEnumDiscRecorders: iterators over a snapshot.
--
--    for recorder in assert(master:enum_disc_recorders()) do
--      print(recorder:get_display_names())
--    end
--
-- Called, an enumerator gives the next one, nil at the end. It has the methods
-- of COM's enumerators, too.
-- @classmod Enumerator

local Enumerator = {}
Enumerator.__index = Enumerator

function Enumerator:__call()
  return self:next(1)[1]
end

--- The next ones.
-- @tparam[opt=1] integer count
-- @treturn table a list, shorter than `count` at the end (S_FALSE)
function Enumerator:next(count)
  local got = {}
  for i = 1, math.min(count or 1, #self.list - self.at) do
    got[i] = self.list[self.at + i]
  end
  self.at = self.at + #got
  return got
end

--- Leave some out.
-- @tparam integer count
-- @treturn boolean false: there were fewer (S_FALSE)
function Enumerator:skip(count)
  return #self:next(count) == count
end

--- Begin again with the first one of the snapshot.
function Enumerator:reset()
  self.at = 0
end

--- Another enumerator of the same snapshot, that stands at the same place.
-- @treturn Enumerator
function Enumerator:clone()
  return setmetatable(
    {list = self.list, at = self.at, left_out = self.left_out}, Enumerator)
end

--- For modules that have something to enumerate.
-- @tparam table list the snapshot
-- @tparam[opt] {table,...} left_out what could not be listed
-- @treturn Enumerator
return function(list, left_out)
  return setmetatable({list = list, at = 0, left_out = left_out}, Enumerator)
end

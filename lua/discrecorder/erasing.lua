--- Who wants to know when a recorder's disc was erased: a disc master tells
-- its own callbacks (IDiscMasterProgressEvents::NotifyEraseComplete).
-- @module discrecorder.erasing

local erasing = {}

-- By recorder a set of those who watch it, with what to call; neither is kept
-- alive by it.
local watchers <const> = setmetatable({}, {__mode = "k"})

--- Call a function each time that `recorder:erase` is about to return.
-- @tparam Recorder rec this object, not another one for the same drive
-- @tparam table who asked; the watch lasts as long as this is kept by others
-- @tparam function notify called as notify(who, status, failure)
function erasing.watch(rec, who, notify)
  watchers[rec] = watchers[rec] or setmetatable({}, {__mode = "k"})
  watchers[rec][who] = notify
end

--- For `recorder:erase`: tell its results, and give them back.
-- @tparam Recorder rec
-- @param result
-- @param failure
-- @param code
function erasing.told(rec, result, failure, code)
  local now = {} -- who is told may watch more
  for who, notify in pairs(watchers[rec] or {}) do
    now[who] = notify
  end
  for who, notify in pairs(now) do
    notify(who, code or "ok", failure)
  end
  return result, failure, code
end

return erasing

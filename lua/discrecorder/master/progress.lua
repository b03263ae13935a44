--- IDiscMasterProgressEvents: a table of functions, any of them absent.
--
-- - `query_cancel()`: true cancels what runs (add_data,
--   add_audio_track_blocks, record_disc)
-- - `notify_pnp_activity()`: other recorders may be there, enumerate anew
-- - `notify_add_progress(done, total)`: staging, in steps
-- - `notify_block_progress(done, total)`: blocks of all tracks; the first and
--   the last come always
-- - `notify_track_progress(done, total)`: audio only; 0: the first track
--   begins; k: track k is written
-- - `notify_preparing_burn(seconds)`: an estimate; then nothing until the
--   burn has begun
-- - `notify_closing_disc(seconds)`: then nothing until it is closed, and
--   read back
-- - `notify_burn_complete(status, failure)`: `"ok"` or the code that
--   record_disc is about to return; `imapi.hresult[status]` is IMAPI's number
-- - `notify_erase_complete(status, failure)`: the same of `recorder:erase`, of
--   a recorder that this master has enumerated or chosen
--
-- What one of them raises ends the call that called it: a burn is cancelled
-- first, as if `query_cancel` had said so.
-- @module discrecorder.master.progress

local progress = {}

local CALLBACKS <const> = {
  query_cancel = true,
  notify_pnp_activity = true,
  notify_add_progress = true,
  notify_block_progress = true,
  notify_track_progress = true,
  notify_preparing_burn = true,
  notify_closing_disc = true,
  notify_burn_complete = true,
  notify_erase_complete = true,
}

--- Is this a table of callbacks? Else it raises.
-- @param callbacks
function progress.check(callbacks)
  if type(callbacks) ~= "table" then
    error(("progress_advise: table expected, got %s"):format(type(callbacks)),
      3)
  end
  for name, callback in pairs(callbacks) do
    if not CALLBACKS[name] then
      error(("progress_advise: unknown key '%s'"):format(name), 3)
    elseif type(callback) ~= "function" then
      error(("progress_advise: %s: function expected, got %s"):format(
        name, type(callback)), 3)
    end
  end
end

-- A callback may take back an advice, or give another one.
local function each(master, name)
  local list = {}
  for _, adviser in ipairs(master.advisers) do
    table.insert(list, adviser.callbacks[name])
  end
  return ipairs(list)
end

--- Tell all who are advised.
-- @tparam table master
-- @string name of the callback
-- @param ... its arguments
function progress.notify(master, name, ...)
  for _, callback in each(master, name) do
    callback(...)
  end
end

--- Does one of them want an end?
-- @tparam table master
-- @treturn boolean
function progress.cancelled(master)
  local cancelled = false
  for _, callback in each(master, "query_cancel") do
    cancelled = callback() == true or cancelled
  end
  return cancelled
end

return progress

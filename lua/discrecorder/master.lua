--- IDiscMaster of Microsoft's Image Mastering API: what is to be recorded is
-- staged in a format, then recorded by a recorder.
--
--    local master <close> = require("discrecorder.master").new()
--    assert(master:open())
--    local joliet = assert(master:set_active_disc_master_format "joliet")
--    local recorder = assert(master:enum_disc_recorders())()
--    assert(master:set_active_disc_recorder(recorder))
--    assert(joliet:add_data "photos")
--    assert(master:record_disc(false, true))
--
-- The order of calls, and which failure comes in which state, stand in
-- docs/master.md. Nothing is staged on disk, and what is staged stays valid
-- after a burn or a simulation. Several masters may be open at once.
-- @module discrecorder.master

local enumeration = require "discrecorder.enumeration"
local enumerator = require "discrecorder.master.enumerator"
local erasing = require "discrecorder.erasing"
local imapi = require "discrecorder.imapi"
local new_failure = require("discrecorder.failure").new
local options_of = require "discrecorder.options"
local progress = require "discrecorder.master.progress"
local record = require "discrecorder.master.record"
local state = require "discrecorder.master.state"

local master = {}

-- In IMAPI's order.
local FORMATS <const> = {"redbook", "joliet"}

local FORMAT_OF <const> = {
  redbook = "redbook",
  joliet = "joliet",
  [imapi.iid.IRedbookDiscMaster] = "redbook",
  [imapi.iid.IJolietDiscMaster] = "joliet",
}

local NEEDS <const> = {
  enum_disc_master_formats = {"open"},
  get_active_disc_master_format = {"open", "format"},
  set_active_disc_master_format = {"open", "rest"},
  enum_disc_recorders = {"open", "format"},
  get_active_disc_recorder = {"open", "format", "recorder"},
  set_active_disc_recorder = {"open", "format", "rest"},
  clear_format_content = {"open", "rest"},
  progress_advise = {"open"},
  progress_unadvise = {"open"},
  record_disc = {"open", "format", "recorder", "rest"},
}

local Master = {}

--- The formats that there are: `"redbook"`, `"joliet"`.
-- IDiscMaster::EnumDiscMasterFormats.
-- @function Master:enum_disc_master_formats
-- @treturn[1] Enumerator of names
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened
function Master.enum_disc_master_formats()
  return enumerator(FORMATS)
end

--- The format that was chosen. IDiscMaster::GetActiveDiscMasterFormat.
-- @function Master:get_active_disc_master_format
-- @treturn[1] string `"joliet"` or `"redbook"`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, no_active_format
function Master:get_active_disc_master_format()
  return self.format.name
end

--- Choose a format: what was staged is thrown away, and no recorder is chosen
-- any more. IDiscMaster::SetActiveDiscMasterFormat.
-- @function Master:set_active_disc_master_format
-- @string name `"joliet"`, `"redbook"`, or the interface's identifier
-- (`imapi.iid`)
-- @treturn[1] Joliet|Redbook the format's own object
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, device_still_in_use
function Master:set_active_disc_master_format(name)
  local chosen = FORMAT_OF[type(name) == "string" and name:upper()]
    or FORMAT_OF[name]
  if not chosen then
    error(("set_active_disc_master_format: no format '%s'"):format(
      tostring(name)), 2)
  end
  local before = self.format
  if before then
    before:clear()
  end
  self.recorder = nil
  self.format = require("discrecorder." .. chosen).new(self)
  if before and before.name ~= chosen then
    progress.notify(self, "notify_pnp_activity")
  end
  return self.format.object
end

-- A recorder that is gone by now, or held by another, does not say what it can:
-- it stays in the list, and says so when it is chosen.
local function fits(rec, format)
  local can = rec:capabilities()
  if not can or #can.profiles == 0 then
    return true
  end
  for _, profile in ipairs(can.profiles) do
    if format.profiles[profile] then
      return true
    end
  end
  return false
end

local function tell_erased(self, status, failure)
  if self.opened then
    progress.notify(self, "notify_erase_complete", status, failure)
  end
end

--- The recorders that can write in the active format, as they are found now
-- (@{discrecorder.recorders}). One that is removed later stays in the snapshot,
-- and is `device_not_present`. IDiscMaster::EnumDiscRecorders.
-- @function Master:enum_disc_recorders
-- @treturn[1] Enumerator of recorders; its field `left_out` lists the addresses
-- that could not be opened, as `address`, `failure`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, no_active_format
function Master:enum_disc_recorders()
  local list, left_out, found = {}, {}, {}
  for address, rec, failure in enumeration.recorders() do
    table.insert(found, address)
    if not rec then
      table.insert(left_out, {address = address, failure = failure})
    elseif fits(rec, self.format) then
      table.insert(list, rec)
      erasing.watch(rec, self, tell_erased)
    end
  end
  local before = self.found
  self.found = table.concat(found, " ")
  if before and before ~= self.found then
    progress.notify(self, "notify_pnp_activity")
  end
  return enumerator(list, left_out)
end

--- The recorder that was chosen. IDiscMaster::GetActiveDiscRecorder.
-- @function Master:get_active_disc_recorder
-- @treturn[1] Recorder
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, no_active_format, no_active_recorder,
-- device_not_present
function Master:get_active_disc_recorder()
  local there, failure, code = self.recorder:get_recorder_state()
  if not there then
    return nil, failure, code
  end
  return self.recorder
end

--- Choose a recorder, with the disc in it: the disc is looked at, for which the
-- drive is taken. In the format joliet this begins a multi-session disc's next
-- session. What is staged already stays staged, if it fits.
-- IDiscMaster::SetActiveDiscRecorder.
-- @function Master:set_active_disc_recorder
-- @tparam Recorder rec one of `enum_disc_recorders`, or any other
-- @treturn[1] boolean true
-- @return[2] nil; the recorder that was chosen before is still chosen
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, no_active_format, device_not_present,
-- device_not_accessible (open exclusively, or held by another),
-- device_still_in_use (a Job of this program burns with it),
-- medium_not_present, medium_invalid_type, disc_full (closed, or too full),
-- file_exists, disc_info
function Master:set_active_disc_recorder(rec)
  if not options_of.is_object(rec, "Recorder") then
    error(("set_active_disc_recorder: Recorder expected, got %s"):format(
      type(rec)), 2)
  end
  local taken, failure, code = record.take(rec)
  if not taken then
    return nil, failure, code
  end
  local _ <close> = rec
  local good, refused, why = self.format:look(rec)
  if not good then
    return nil, refused, why
  end
  self.recorder = rec
  erasing.watch(rec, self, tell_erased)
  return true
end

--- Throw away what was staged; a multi-session disc is not added to any more
-- until its recorder is chosen anew. IDiscMaster::ClearFormatContent.
-- @function Master:clear_format_content
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, device_still_in_use
function Master:clear_format_content()
  if self.format then
    self.format:clear()
  end
  return true
end

--- Be told of what goes on. IDiscMaster::ProgressAdvise.
-- @function Master:progress_advise
-- @tparam table callbacks see @{discrecorder.master.progress}
-- @treturn[1] integer a cookie for `progress_unadvise`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened
function Master:progress_advise(callbacks)
  progress.check(callbacks)
  self.cookie = self.cookie + 1
  table.insert(self.advisers, {cookie = self.cookie, callbacks = callbacks})
  return self.cookie
end

--- Be told no more. IDiscMaster::ProgressUnadvise.
-- @function Master:progress_unadvise
-- @tparam integer cookie from `progress_advise`; raises when it is none
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened
function Master:progress_unadvise(cookie)
  for i, adviser in ipairs(self.advisers) do
    if adviser.cookie == cookie then
      table.remove(self.advisers, i)
      return true
    end
  end
  error(("progress_unadvise: no cookie %s"):format(tostring(cookie)), 2)
end

local RECORD_OPTIONS <const> = {verify = "boolean"}

--- Record what is staged, and wait for the end; the callbacks are called
-- meanwhile. IDiscMaster::RecordDisc.
-- @function Master:record_disc
-- @bool[opt=false] simulate a test write
-- @bool[opt=false] eject the disc afterwards, when all went well
-- @tparam[opt] table options `verify` (true): read back and compare
-- @treturn[1] table the report, as @{discrecorder.burn.start} has it; a tray
-- that does not open is its warning `not_ejected`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: not_opened, no_active_format, no_active_recorder,
-- track_open, invalid_image (nothing is staged, or a file has changed since),
-- wrong_disc (multi-session: not the disc that was chosen, or it was written to
-- since), bootimage_and_nonblank_disc, user_abort, device_still_in_use,
-- device_not_accessible, and those of @{discrecorder.burn.start}
function Master:record_disc(simulate, eject, options)
  state.check_flag("record_disc", "simulate", simulate)
  state.check_flag("record_disc", "eject", eject)
  options_of.check("record_disc", options or {}, RECORD_OPTIONS)
  local ready, failure, code = self.format:ready()
  if not ready then
    return nil, failure, code
  end
  return record.run(self, {
    simulate = simulate or false,
    eject = eject or false,
    verify = (options or {}).verify ~= false,
  })
end

local function master_of(self)
  return self
end

local methods = state.guard(Master, NEEDS, master_of)
methods.__index = methods
methods.__name = "discrecorder.Master"

--- Begin. Everything else needs it. IDiscMaster::Open.
-- @function Master:open
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: already_open
function methods:open()
  if self.opened then
    return new_failure("already_open", "open: the disc master is open")
  end
  self.opened = true
  return true
end

local function end_all(self)
  if self.format then
    self.format:clear()
  end
  self.opened, self.format, self.recorder, self.found = false, nil, nil, nil
  self.advisers = {}
end

--- End: what is staged is lost, and nobody is told anything any more. Closing
-- what is closed is fine. `<close>` does it too. IDiscMaster::Close.
-- @function Master:close
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: device_still_in_use (from a callback)
function methods:close()
  local good, failure, code = state.check(self, "close", {"rest"})
  if not good then
    return nil, failure, code
  end
  end_all(self)
  return true
end

methods.__close = end_all

function methods:__tostring()
  return ("Master (%s)"):format(
    not self.opened and "closed" or self.format and self.format.name or "open")
end

--- A disc master, not open yet. IDiscMaster is one of as many as one likes.
-- @treturn Master
function master.new()
  return setmetatable({opened = false, advisers = {}, cookie = 0}, methods)
end

return master

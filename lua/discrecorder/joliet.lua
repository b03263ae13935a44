--- IJolietDiscMaster: files and folders for a data disc. It is what
-- `set_active_disc_master_format "joliet"` gives.
--
-- An image is ISO 9660 with Rock Ridge and Joliet, made while it is recorded;
-- the files are read then, and must stay as they are until no more discs are
-- recorded of it. What is staged lasts until clear_format_content, another
-- format, or close.
--
-- Besides the failures that each method names: not_opened and no_active_format
-- (the disc master is closed by now), wrong_format (another format is active),
-- no_active_recorder, and device_still_in_use from a callback.
-- @classmod Joliet

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local new_format = require "discrecorder.master.joliet_format"
local progress = require "discrecorder.master.progress"
local source = require "discrecorder.source"
local state = require "discrecorder.master.state"

local joliet = {}

local BLOCK <const> = 2048

local ASKS <const> = {"open", "format", "own"}
local CHANGES <const> = {"open", "format", "own", "rest"}
local NEEDS <const> = {
  get_total_data_blocks = {"open", "format", "own", "recorder"},
  get_used_data_blocks = {"open", "format", "own", "recorder"},
  get_data_block_size = ASKS,
  add_data = {"open", "format", "own", "recorder", "rest"},
  get_joliet_properties = ASKS,
  set_joliet_properties = CHANGES,
}

local Joliet = {}

--- All blocks of the disc, those that are written already too.
-- IJolietDiscMaster::GetTotalDataBlocks.
-- @function Joliet:get_total_data_blocks
-- @treturn integer blocks of 2048 bytes, as they were when the recorder was
-- chosen
function Joliet:get_total_data_blocks()
  local medium = self.format.disc.medium
  return medium.next_writable + medium.free_blocks
end

--- The blocks that will be used: what the disc holds already, and the image.
-- IJolietDiscMaster::GetUsedDataBlocks.
-- @function Joliet:get_used_data_blocks
-- @treturn[1] integer
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: invalid_image (a file has changed since it was
-- added), bootimage_and_nonblank_disc
function Joliet:get_used_data_blocks()
  local format = self.format
  local base, medium = format.disc.base, format.disc.medium
  local at = base and base.at or medium.next_writable
  if format:is_empty() then
    return at
  end
  local image, failure, code = format:make_image()
  if not image then
    return nil, failure, code
  end
  return at + image.tree.length // BLOCK
end

--- The bytes of a block. IJolietDiscMaster::GetDataBlockSize.
-- @function Joliet:get_data_block_size
-- @treturn integer 2048
function Joliet.get_data_block_size()
  return BLOCK
end

-- The folder whose contents are all that is added, or nil.
local function only_folder(storage, list)
  local path, others = storage, 0
  if type(storage) == "table" then
    path = storage[1]
    for _ in pairs(storage) do
      others = others + 1
    end
  end
  if others <= 1 and path and #list > 0 and core.folder(path) then
    return list[1].host:match "^(.*)/"
  end
end

--- Add files and folders. What is staged already, and what the disc holds, is
-- joined: folders of one name become one. When it fails, nothing of the call is
-- kept. IJolietDiscMaster::AddData.
-- @function Joliet:add_data
-- @tparam string|table storage in place of an IStorage: a folder (what is in it
-- goes into the root), or what `paths` of @{discrecorder.source.tree} may be
-- @bool[opt=false] overwrite a file takes the place of one of the same name
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: file_exists, disc_full, bad_joliet_name, user_abort,
-- invalid_image (what was added before has changed), and those of
-- @{discrecorder.source.tree}
function Joliet:add_data(storage, overwrite)
  if type(storage) ~= "string" and type(storage) ~= "table" then
    error(("add_data: storage: string or table expected, got %s"):format(
      type(storage)), 2)
  end
  state.check_flag("add_data", "overwrite", overwrite)
  local format, master = self.format, self.format.master
  local _ <close> = state.at_work(master, "add_data")
  local made, failure, code = source.tree {
    paths = type(storage) == "string" and {storage} or storage,
    layout = "data", md5 = "none",
  }
  if not made then
    return nil, failure, code
  end
  local list = require("discrecorder.tree").list(made)
  made:close()
  local function step(done)
    progress.notify(master, "notify_add_progress", done, #list + 1)
    return not progress.cancelled(master)
  end
  local undo, unmerged, why
  if step(0) then
    undo, unmerged, why = format.staging:add(list, only_folder(storage, list),
      overwrite or false, step)
  else
    undo, unmerged, why = new_failure("user_abort", "add_data: cancelled")
  end
  if not undo then
    return nil, unmerged, why
  end
  local room, full, which = format:check_room()
  if not room then
    undo()
    format:forget_image()
    return nil, full, which
  end
  progress.notify(master, "notify_add_progress", #list + 1, #list + 1)
  return true
end

--- The image's properties. IJolietDiscMaster::GetJolietProperties.
-- @function Joliet:get_joliet_properties
-- @treturn table see `set_joliet_properties`
function Joliet:get_joliet_properties()
  return self.format.properties:get()
end

--- Set properties of the image; a sparse table is fine. Unknown names are
-- ignored and returned (IMAPI_S_PROPERTIESIGNORED); a value that a property
-- cannot have raises. IJolietDiscMaster::SetJolietProperties.
-- @function Joliet:set_joliet_properties
-- @tparam table t
--
-- - `volume_name`: up to 32 bytes; else today's date, on a multi-session disc
--   the disc's own
-- - `boot_image`: the path of a file from which a machine starts; it is in no
--   folder of the disc
-- - `place_boot_image_on_disc` (false): else it is left out
-- - `boot_image_platform` (`"x86"`): or `"powerpc"`, `"mac"`, and, which IMAPI
--   does not know, `"efi"`
-- - `boot_image_emulation_type` (`"none"`): or `"1.2m"`, `"1.44m"`, `"2.88m"`,
--   `"hard_disk"`
-- - `boot_image_manufacturer_id_string`: up to 24 bytes
-- @treturn[1] boolean true
-- @treturn[1] {string,...} the names that were ignored, sorted
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file (the boot image)
function Joliet:set_joliet_properties(t)
  local format = self.format
  local done, ignored, code = format.properties:set(t)
  if done then
    format:forget_image()
  end
  return done, ignored, code
end

local function master_of(self)
  return self.format.master
end

local methods = state.guard(Joliet, NEEDS, master_of)
methods.__index = methods
methods.__name = "discrecorder.Joliet"

--- For @{discrecorder.master}: the format behind a new object.
-- @tparam Master master
-- @treturn table `name`, `object`, and what record_disc calls
function joliet.new(master)
  local format = new_format(master)
  format.object = setmetatable({format = format}, methods)
  return format
end

return joliet

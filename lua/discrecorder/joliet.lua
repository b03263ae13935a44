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

local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local new_staging = require "discrecorder.master.staging"
local progress = require "discrecorder.master.progress"
local properties = require "discrecorder.master.joliet_properties"
local source = require "discrecorder.source"
local state = require "discrecorder.master.state"

local joliet = {}

local BLOCK <const> = 2048

-- What can be recorded with data at all.
local PROFILES <const> = {}
for _, name in ipairs {
  "cd-r", "cd-rw", "dvd-r", "dvd-r-dl", "dvd-r-dl-jump", "dvd-ram", "dvd-rw",
  "dvd-rw-overwrite", "dvd+rw", "dvd+rw-dl", "dvd+r", "dvd+r-dl", "bd-r",
  "bd-r-random", "bd-re",
} do
  PROFILES[name] = true
end

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

-- The format behind the object: what the disc master calls. `disc` is what
-- set_active_disc_recorder saw: `medium`, `base`, `expect`, `append`,
-- `keep_open`.
local Format = {}
Format.__index = Format

-- The image is made anew where it is needed next.
function Format:forget_image()
  if self.image then
    self.image.tree:close()
    self.image = nil
  end
end

function Format:clear()
  self:forget_image()
  self.staging = new_staging()
  if self.disc and self.disc.append then
    self.disc = {medium = self.disc.medium, keep_open = self.disc.keep_open}
  end
end

-- === the disc ===

-- A job for so many bytes, on the disc that was looked at.
local function job_for(disc, tracks)
  return {
    tracks = tracks,
    append = disc.append,
    keep_open = disc.keep_open,
  }
end

local function tracks_for(disc, bytes)
  local base = disc.base
  if base and base.head then
    return {{length = bytes, start = base.at}, {length = #base.head, start = 0}}
  end
  return {{length = bytes}}
end

local function plan_for(disc, bytes)
  return core.plan(job_for(disc, tracks_for(disc, bytes)), disc.medium)
end

-- IMAPI leaves a disc open for the next session; not all can be.
local function leaves_open(disc)
  disc.keep_open = true
  local planned, _, code = plan_for(disc, BLOCK)
  return planned ~= nil or code ~= "unsupported"
end

-- What IMAPI calls it when a disc cannot be added to.
local function as_imapi(failure, code, medium)
  local mine = code
  if code == "medium_not_blank" and medium.state == "complete" then
    mine = "disc_full"
  elseif code == "invalid_image" then
    mine = "medium_invalid_type"
  end
  failure.code = mine
  return nil, failure, mine
end

-- What is in the way on a disc: a tree that can be added to is; audio is not,
-- since a data session behind it makes a CD-Extra.
local function ways_to_add(medium)
  local last = medium.tracks and medium.tracks[#medium.tracks]
  local audio = medium.state == "appendable" and last and last.kind == "audio"
  return {how = audio and "independent" or "merge"}
end

local function shown_by(base)
  local shown = {}
  if not (base and base.import) then
    return shown
  end
  local list, failure, code =
    require("discrecorder.tree").import(base.import, base.start)
  if not list then
    return nil, failure, code
  end
  for _, entry in ipairs(list) do
    shown[entry.path] = entry.kind
  end
  return shown
end

local function look_at(rec)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local base, now, expect = append.look(rec, ways_to_add(medium))
  if base == nil then
    return as_imapi(now, expect, medium)
  end
  local disc = {medium = now, base = base or nil}
  if base then
    disc.append, disc.expect = true, expect
  end
  disc.keep_open = leaves_open(disc)
  return disc
end

function Format:look(rec)
  local disc, failure, code = look_at(rec)
  if not disc then
    return nil, failure, code
  end
  local shown, unread, why = shown_by(disc.base)
  if not shown then
    return as_imapi(unread, why, disc.medium)
  end
  local least = self.staging.count > 0 and self:blocks_on(disc) or 1
  local planned, full, which = plan_for(disc, least * BLOCK)
  if not planned then
    return nil, full, which
  end
  local lies, met, reason = self.staging:lie_on(shown)
  if not lies then
    return nil, met, reason
  end
  self:forget_image()
  self.disc = disc
  return true
end

-- === the image ===

function Format:tree_options(disc)
  local base = disc.base
  local options = {
    exclude = self.staging:exclude(),
    keep_links = true,
    layout = "data",
    volume_id = self.properties:volume_id(base and base.import),
    base = base,
  }
  return options
end

-- The staged tree, as the disc will have it.
function Format:make(disc)
  if self.staging.count == 0 then
    return new_failure("invalid_image", "nothing was added to the image",
      {advice = "Add data first."})
  end
  local paths, options = {}, self:tree_options(disc)
  for path, host in pairs(self.staging.paths) do
    paths[path] = host
  end
  local tree, tracks, code = burn.make_tree(paths, options)
  if not tree then
    if code == "bad_file" or code == "file_exists" then
      tracks.code = "invalid_image"
    end
    return nil, tracks, tracks.code
  end
  local same, failure, why =
    self.staging:check(require("discrecorder.tree").list(tree), {})
  if not same then
    tree:close()
    return nil, failure, why
  end
  return {tree = tree, tracks = tracks}
end

function Format:make_image()
  if not self.image then
    local image, failure, code = self:make(self.disc)
    if not image then
      return nil, failure, code
    end
    self.image = image
    self.staging.most = image.tree.length // BLOCK
  end
  return self.image
end

-- How large what is staged is on some disc; as far as is known.
function Format:blocks_on(disc)
  local image = self:make(disc)
  if not image then
    return self.staging.most
  end
  local blocks = image.tree.length // BLOCK
  image.tree:close()
  return blocks
end

-- Does what is staged fit? Counted only where an estimate does not tell.
function Format:check_room()
  self:forget_image()
  if plan_for(self.disc, self.staging.most * BLOCK) then
    return true
  end
  local image, failure, code = self:make_image()
  if not image then
    return nil, failure, code
  end
  local planned, full, why = plan_for(self.disc, image.tree.length)
  if not planned then
    return nil, full, why
  end
  return true
end

-- === what the disc master asks for ===

function Format:ready()
  if self.staging.count == 0 then
    return new_failure("invalid_image", "record_disc: nothing was added",
      {advice = "Add data first."})
  end
  return true
end

local function wrong_disc(what)
  return new_failure("wrong_disc",
    ("this is not the disc that was chosen: %s"):format(what))
end

local SAME <const> = {
  "profile", "state", "sessions", "next_writable", "free_blocks", "media_id",
}

-- Multi-session only: before the disc's tree is read once more. The burn looks
-- again.
local function check_same(disc, rec, medium)
  if not disc.append then
    return true
  elseif medium.state == "none" then
    return new_failure("medium_not_present",
      "record_disc: there is no disc in the recorder")
  end
  for _, name in ipairs(SAME) do
    if medium[name] ~= disc.expect[name] then
      return wrong_disc "it is another one, or it was written to since"
    end
  end
  local block = disc.expect.block
  if block and rec:read(block.lba, 1) ~= block.bytes then
    return wrong_disc "its volume descriptor is another one"
  end
  return true
end

function Format:job(rec, medium)
  local same, failure, code = check_same(self.disc, rec, medium)
  if not same then
    return nil, failure, code
  end
  local image, unmade, why = self:make_image()
  if not image then
    return nil, unmade, why
  end
  local job = job_for(self.disc, image.tracks)
  job.expect = self.disc.expect
  return job
end

-- === the object ===

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
  if format.staging.count == 0 then
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
      type(storage)), 3)
  end
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
-- @treturn[1] boolean true
-- @treturn[1] {string,...} the names that were ignored, sorted
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
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
  local format = setmetatable({
    name = "joliet",
    audio = false,
    profiles = PROFILES,
    master = master,
    staging = new_staging(),
    properties = properties(),
  }, Format)
  format.object = setmetatable({format = format}, methods)
  return format
end

return joliet

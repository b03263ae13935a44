--- The format joliet behind its object: what was staged, and the image of it.
-- @module discrecorder.master.joliet_format

local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local joliet_disc = require "discrecorder.master.joliet_disc"
local new_failure = require("discrecorder.failure").new
local new_staging = require "discrecorder.master.staging"
local properties = require "discrecorder.master.joliet_properties"

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

-- `disc` is what set_active_disc_recorder saw (joliet_disc.look); `image` the
-- tree and the tracks of a job, when they are made.
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

function Format:look(rec)
  local disc, failure, code = joliet_disc.look(rec)
  if not disc then
    return nil, failure, code
  end
  -- For one blank disc the image is as for another, and discs become equal.
  local same = not (disc.base or self.disc and self.disc.base)
  if not same then
    self:forget_image()
  end
  local least = self:is_empty() and 1 or self:blocks_on(disc)
  local planned, full, which = joliet_disc.plan(disc, least * BLOCK)
  if not planned then
    return nil, full, which
  end
  local lies, met, reason = self.staging:lie_on(disc.shown)
  if not lies then
    return nil, met, reason
  end
  self.disc = disc
  return true
end

-- === the image ===

function Format:is_empty()
  return self.staging.count == 0 and not self.properties:boot()
end

-- A name that nothing else has.
local function boot_name(entries)
  local name, number = "/BOOT.IMG", 1
  while entries[name] do
    name, number = ("/BOOT%d.IMG"):format(number), number + 1
  end
  return name
end

-- The paths of a tree, its options, and what is in it besides what was staged.
function Format:arrange(disc)
  local base = disc.base
  local paths, own = {}, {}
  for path, host in pairs(self.staging.paths) do
    paths[path] = host
  end
  local options = {
    exclude = self.staging:exclude(),
    keep_links = true,
    layout = "data",
    volume_id = self.properties:volume_id(base and base.import),
    base = base,
  }
  local image, entry = self.properties:boot()
  if image then
    entry.image = boot_name(self.staging.entries)
    -- What a link leads to: in the tree it would stay one.
    paths[entry.image], own[entry.image] = core.realpath(image), true
    options.boot = {entry}
  end
  return paths, options, own
end

-- The staged tree, as the disc will have it.
function Format:make(disc)
  if self:is_empty() then
    return new_failure("invalid_image", "nothing was added to the image",
      {advice = "Add data first."})
  elseif disc.append and self.properties:boot() then
    return new_failure("bootimage_and_nonblank_disc",
      "a boot image goes onto a blank disc only")
  end
  local paths, options, own = self:arrange(disc)
  local tree, tracks, code = burn.make_tree(paths, options)
  if not tree then
    if code == "bad_file" or code == "file_exists" then
      tracks.code = "invalid_image"
    end
    return nil, tracks, tracks.code
  end
  local same, failure, why =
    self.staging:check(require("discrecorder.tree").list(tree), own)
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
  if self.image then
    return self.image.tree.length // BLOCK
  end
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
  local boot = self.properties:boot() and self.properties.boot_bytes or 0
  if joliet_disc.plan(self.disc, self.staging.most * BLOCK + (boot + BLOCK - 1)
    // BLOCK * BLOCK) then
    return true
  end
  local image, failure, code = self:make_image()
  if not image then
    return nil, failure, code
  end
  local planned, full, why = joliet_disc.plan(self.disc, image.tree.length)
  if not planned then
    return nil, full, why
  end
  return true
end

-- === what the disc master asks for ===

function Format:ready()
  if self:is_empty() then
    return new_failure("invalid_image", "record_disc: nothing was added",
      {advice = "Add data first."})
  end
  return true
end

function Format:job(rec, medium)
  local same, failure, code = joliet_disc.check_same(self.disc, rec, medium)
  if not same then
    return nil, failure, code
  end
  local image, unmade, why = self:make_image()
  if not image then
    return nil, unmade, why
  end
  local job = joliet_disc.job(self.disc, image.tracks)
  job.expect = self.disc.expect
  return job
end

--- For @{discrecorder.joliet}.
-- @tparam Master master
-- @treturn table `name`, `profiles`, `audio`, and what the disc master calls:
-- `look`, `ready`, `job`, `clear`
return function(master)
  return setmetatable({
    name = "joliet",
    audio = false,
    profiles = PROFILES,
    master = master,
    staging = new_staging(),
    properties = properties(),
  }, Format)
end

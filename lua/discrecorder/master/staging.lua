--- What has been staged for a data disc: a picture of the tree, and what makes
-- @{discrecorder.source.tree} build it. Nothing is copied: files are read when
-- the disc is recorded.
--
-- Each call of add_data is listed by a tree source of its own, and merged here.
-- A folder that is nowhere else in the tree stays one entry of `paths`,
-- whatever is in it; only where two calls meet its children become entries of
-- their own.
-- @module discrecorder.master.staging

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new

local Staging = {}
Staging.__index = Staging

local BLOCK <const> = 2048

-- More than an entry costs besides its contents: its records in both trees.
local ENTRY <const>, FOLDER <const> = 1, 8
local EMPTY <const> = 400 -- and the volume itself

-- How many are merged between two steps.
local STEP <const> = 500

local function cost(entry)
  return ENTRY + (entry.kind == "dir" and FOLDER or 0)
    + ((entry.size or 0) + BLOCK - 1) // BLOCK
end

-- Change a field so that it can be undone.
local function set(changes, where, key, value)
  table.insert(changes, {where = where, key = key, old = where[key]})
  where[key] = value
end

local function undo(changes)
  for i = #changes, 1, -1 do
    local change = changes[i]
    change.where[change.key] = change.old
  end
end

local function exists(path, advice)
  return new_failure("file_exists",
    ("add_data: %s is on the disc already"):format(path), {advice = advice})
end

-- May an entry take the place of what is there, or join it?
local function check_meeting(entry, there, overwrite)
  local both = (entry.kind == "dir" and 1 or 0) + (there == "dir" and 1 or 0)
  if both == 1 then
    return exists(entry.path, "A file and a folder cannot have one name.")
  elseif both == 0 and not overwrite then
    return exists(entry.path, "Add it with overwrite, or under another name.")
  end
  return true
end

-- What a link that was followed leads to: in the tree it is no link.
local function resolved(entry)
  if entry.kind ~= "link" and core.readlink(entry.host) then
    return core.realpath(entry.host)
  end
  return entry.host
end

local function parent_of(path)
  return path:match "^(.*)/[^/]*$"
end

-- One entry. 'whole': the folders that this call maps as they are, with their
-- places on this machine.
function Staging:merge(entry, overwrite, whole, changes)
  local path = entry.path
  local there = self.entries[path]
  local by = self.on_disc[path] or there and there.kind
  if by then
    local good, failure, code = check_meeting(entry, by, overwrite)
    if not good then
      return nil, failure, code
    end
  end
  if there and entry.kind == "dir" then
    return true
  end
  local inside = whole[parent_of(path)]
  local comes_along = inside and
    inside .. "/" .. path:match "[^/]*$" == entry.host
  if there and not self.paths[path] then
    set(changes, self.excluded, path, true)
  end
  if entry.host and not comes_along then
    set(changes, self.paths, path, resolved(entry))
  end
  if entry.kind == "dir" then
    whole[path] = entry.host
  end
  if not there then
    set(changes, self, "count", self.count + 1)
  end
  set(changes, self.entries, path,
    {kind = entry.kind, size = entry.size, overwrite = overwrite})
  set(changes, self, "most", self.most + cost(entry))
  return true
end

--- Add what a call of add_data names.
-- @tparam {table,...} list of `path`, `kind`, `size`, `host`, as
-- discrecorder.tree lists a tree: folders before what is in them
-- @tparam ?string root the folder whose contents go into the root, all of the
-- list, or nil
-- @bool overwrite
-- @tparam function step called now and then as step(done); false: an end is
-- wanted
-- @treturn[1] function undoes all of it
-- @return[2] nil; nothing was changed
-- @treturn[2] table failure
-- @treturn[2] string code: file_exists, user_abort
function Staging:add(list, root, overwrite, step)
  local changes, whole = {}, {}
  local kept = false
  local _ <close> = setmetatable({}, {__close = function()
    if not kept then -- a failure, or a callback that raised
      undo(changes)
    end
  end})
  if root and self.count == 0 then
    set(changes, self.paths, "/", resolved{kind = "dir", host = root})
    whole[""] = root
  end
  for i, entry in ipairs(list) do
    local good, failure, code = self:merge(entry, overwrite, whole, changes)
    if good and i % STEP == 0 and not step(i) then
      good, failure, code = new_failure("user_abort", "add_data: cancelled")
    end
    if not good then
      return nil, failure, code
    end
  end
  kept = true
  return function()
    undo(changes)
  end
end

--- Look at what a disc shows already: it is met like what was staged.
-- @tparam table on_disc path to kind
-- @treturn[1] boolean true
-- @return[2] nil; nothing was changed
-- @treturn[2] table failure
-- @treturn[2] string code: file_exists
function Staging:lie_on(on_disc)
  for path, entry in pairs(self.entries) do
    if on_disc[path] then
      local good, failure, code = check_meeting(
        {path = path, kind = entry.kind}, on_disc[path], entry.overwrite)
      if not good then
        return nil, failure, code
      end
    end
  end
  self.on_disc = on_disc
  return true
end

-- A path as a pattern that matches nothing else.
local function as_pattern(path)
  return (path:gsub("[%*%?%[%]\\]", "\\%0"))
end

--- For @{discrecorder.source.tree}: what to leave out.
-- @treturn {string,...}
function Staging:exclude()
  local patterns = {}
  for path in pairs(self.excluded) do
    table.insert(patterns, as_pattern(path))
  end
  table.sort(patterns)
  return patterns
end

--- Is a tree what was staged? Files may have come, gone or changed meanwhile.
-- @tparam {table,...} list of the tree
-- @tparam table own paths that were added besides what was staged, as a set
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: invalid_image
function Staging:check(list, own)
  local seen = 0
  for _, entry in ipairs(list) do
    local staged = self.entries[entry.path]
    if not own[entry.path] then
      seen = seen + 1
      if not staged or staged.kind ~= entry.kind or
        staged.size ~= entry.size then
        return new_failure("invalid_image",
          ("%s is not what it was when it was added"):format(entry.path),
          {file = entry.path, advice = "Clear the content and add it anew."})
      end
    end
  end
  if seen ~= self.count then
    return new_failure("invalid_image",
      ("%d of the %d files and folders that were added are gone"):format(
        self.count - seen, self.count),
      {advice = "Clear the content and add it anew."})
  end
  return true
end

--- Nothing, on a disc that shows nothing.
-- @treturn Staging `count` (of entries), `most` (blocks that they need at
-- most), `paths` for a tree
return function()
  return setmetatable({
    entries = {}, paths = {}, excluded = {}, on_disc = {},
    count = 0, most = EMPTY,
  }, Staging)
end

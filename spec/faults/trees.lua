--- Jobs that add a tree to a disc that has one. Whatever is made to fail: the
-- tree that was there can be read afterwards.
local disc = require "discrecorder"
local iso = require "spec.faults.iso"
local shops = require "spec.faults.shop"

local trees = {list = {}}

-- Where the first tree of a disc begins, if not with it (docs/append.md).
local FIRST_AT <const> = {overwritable = 32}

local function same(files, wanted)
  for name, bytes in pairs(wanted) do
    if files[name] ~= bytes then
      return false, name
    end
  end
  for name in pairs(files) do
    if not wanted[name] then
      return false, name
    end
  end
  return true
end

-- What a volume shows is one of some sets of files.
local function check_volume(run, wrong, read, start, ...)
  local files, why = iso.files(read, start)
  if not files then
    return wrong(run, "the tree at %d cannot be read: %s", start, why)
  end
  local name
  for _, wanted in ipairs {...} do
    local is
    is, name = same(files, wanted)
    if is then
      return
    end
  end
  wrong(run, "the tree at %d has not its %s", start, name)
end

-- On what can be overwritten the first blocks lead to the newest tree; on
-- others that stands at the start of the last session.
local function also(run, wrong)
  if run.may.empty then
    return
  end
  local rec <close> = assert(disc.recorder("virtual:" .. run.path))
  assert(rec:load())
  local function read(lba, blocks)
    return rec:read(lba, blocks)
  end
  check_volume(run, wrong, read, FIRST_AT[run.job.state] or 0, shops.FIRST)
  if run.may.blind then
    return
  end
  if run.result then
    local newest = FIRST_AT[run.job.state] and 0 or run.result.tracks[1].start
    check_volume(run, wrong, read, newest, shops.BOTH)
  else
    check_volume(run, wrong, read, 0, shops.FIRST,
      FIRST_AT[run.job.state] and shops.BOTH)
  end
end

for _, row in ipairs {
  {"cd-r", "appendable"}, {"cd-rw", "appendable"}, {"dvd+rw", "overwritable"},
  {"bd-re", "overwritable", true},
} do
  table.insert(trees.list, {
    name = "append-tree-" .. row[1], kind = "append of a tree",
    disc = row[1] .. ", tree", state = row[2], spares = row[3], burns = true,
    proves = true, imports = true, learns = true, also = also,
    act = function(rec, shop)
      return shop:append(rec, "second")
    end,
  })
end

return trees

--- What makes a tree bootable (El Torito): `boot` of
-- @{discrecorder.source.tree}.
-- @module discrecorder.boot

local check = require("discrecorder.options").check
local imapi = require "discrecorder.imapi"

local boot = {}

local ENTRY_KEYS <const> = {
  emulation = "string",
  hidden = "boolean",
  id = "string",
  image = "string",
  info_table = "boolean",
  load_sectors = "integer",
  load_segment = "integer",
  platform = "string",
}

local ENTRIES_MOST <const> = 32
-- A level for check: boot.arrange says whose mistake it is.
local WITHOUT_PLACE <const> = -2
local ID_MOST <const> = 24 -- bytes: the first entry's share of the catalog

local function refuse(message, ...)
  error("tree: boot: " .. message:format(...), 0)
end

local function check_path(path, what)
  if path:sub(1, 1) ~= "/" or path:find("\0", 1, true) then
    refuse("%s: a path on the disc begins with /", what)
  end
end

local function check_range(entry, key, most)
  local value = entry[key]
  if value and (value < 0 or value > most) then
    refuse("%s: out of range", key)
  elseif value and entry.emulation and entry.emulation ~= "none" then
    refuse("%s: not with an emulation", key)
  end
end

local function choice(entry, key, values, otherwise)
  local name = entry[key] or otherwise
  local value = values[name]
  if math.type(value) ~= "integer" then
    refuse("%s: invalid option '%s'", key, name)
  end
  return value
end

local function arrange_entry(entry)
  check("tree: boot", entry, ENTRY_KEYS, WITHOUT_PLACE)
  if not entry.image then
    refuse "image expected"
  end
  check_path(entry.image, "image")
  check_range(entry, "load_segment", 0xFFFF)
  check_range(entry, "load_sectors", 0xFFFF)
  if entry.id and #entry.id > ID_MOST then
    refuse("id: at most %d bytes", ID_MOST)
  end
  return {
    image = entry.image,
    platform = choice(entry, "platform", imapi.boot_platform, "x86"),
    emulation = choice(entry, "emulation", imapi.boot_emulation, "none"),
    load_segment = entry.load_segment or 0,
    load_sectors = entry.load_sectors or 0,
    info_table = entry.info_table or false,
    hidden = entry.hidden or false,
    id = entry.id or "",
  }
end

local function arrange(given)
  local list = {catalog = given.catalog}
  for key in pairs(given) do
    if key ~= "catalog" and
      (math.type(key) ~= "integer" or key < 1 or key > #given) then
      refuse("unknown key '%s'", key)
    end
  end
  if #given < 1 or #given > ENTRIES_MOST then
    refuse("1 to %d entries", ENTRIES_MOST)
  end
  if given.catalog ~= nil then
    if type(given.catalog) ~= "string" then
      refuse("catalog: string expected, got %s", type(given.catalog))
    end
    check_path(given.catalog, "catalog")
  end
  for i, entry in ipairs(given) do
    list[i] = arrange_entry(entry)
  end
  return list
end

--- Check and arrange what the caller of source.tree gave; raises.
-- @tparam table given a list of entries, and maybe `catalog`
-- @treturn table the same, complete, with numbers for names
function boot.arrange(given)
  local good, arranged = pcall(arrange, given)
  if not good then
    error(arranged, 3)
  end
  return arranged
end

return boot

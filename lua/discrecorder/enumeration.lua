--- Which recorders there are, and which one a serial number or a GUID means.
-- @module discrecorder.enumeration

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local transports = require "discrecorder.transports"

local enumeration = {}

-- Links and nodes of one drive lead to one path.
local function add(list, seen, address)
  local path = address:match "^/" and core.realpath(address) or address
  if not seen[path] then
    seen[path] = true
    table.insert(list, path)
  end
end

--- The addresses of the recorders that can be found: the drives of this
-- machine's kernel (through libcdio), and those in the environment variable
-- DISCRECORDER_ADDRESSES, which stand between spaces; a space within one is
-- %20.
-- @treturn {string,...}
function enumeration.addresses()
  local list, seen = {}, {}
  for _, node in ipairs(core.devices()) do
    add(list, seen, node)
  end
  local named = os.getenv "DISCRECORDER_ADDRESSES" or ""
  for address in named:gmatch "%S+" do
    if not seen[core.realpath(address) or address] then
      seen[address] = true
      table.insert(list, address)
    end
  end
  return list
end

--- Iterate over a snapshot of the recorders that can be found.
-- @treturn function iterator of address, Recorder or nil, failure or nil
function enumeration.recorders()
  local addresses = enumeration.addresses()
  local at = 0
  return function()
    at = at + 1
    local address = addresses[at]
    if address then
      local rec, failure = transports.open(address, {existing = true})
      return address, rec, failure
    end
  end
end

-- The links in a folder that lead to a node, sorted.
local function links_to(folder, name)
  local found = {}
  for _, entry in ipairs(core.folder(folder) or {}) do
    local target = core.readlink(folder .. "/" .. entry)
    if target and target:match "[^/]*$" == name then
      table.insert(found, entry)
    end
  end
  table.sort(found)
  return found
end

--- What else a drive's node is called.
-- @string address
-- @string[opt=""] root where /dev and /sys stand
-- @treturn table `by_id`: {path, ...}; `by_path`: {path, ...}; `sg`: the
-- generic node of an sr node, or nil; `sr`: the block node of an sg node, or
-- nil. Empty for what is no device node.
function enumeration.names(address, root)
  root = root or ""
  local node = address:gsub("^cdio:", "")
  local name = node:match "^/" and
    (core.realpath(root .. node) or node):match "[^/]*$" or ""
  local names = {by_id = {}, by_path = {}}
  local kind = name:match "^(s[rg])%d+$"
  if not kind then
    return names
  end
  local class = kind == "sr" and "block" or "scsi_generic"
  local other = kind == "sr" and "scsi_generic" or "block"
  local twin = (core.folder(("%s/sys/class/%s/%s/device/%s"):format(
    root, class, name, other)) or {})[1]
  names[kind == "sr" and "sg" or "sr"] = twin and "/dev/" .. twin
  local block = kind == "sr" and name or twin
  for key, folder in pairs{
    by_id = "/dev/disk/by-id", by_path = "/dev/disk/by-path",
  } do
    for i, entry in ipairs(links_to(root .. folder, block)) do
      names[key][i] = folder .. "/" .. entry
    end
  end
  return names
end

local function decode(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

-- What an address that is none of a place asks for: a test for recorders, and
-- words for it; nil for an address of a place.
local function wanted(address)
  local kind, text = address:match "^(%l+):(.*)$"
  text = text and decode(text)
  if kind == "serial" then
    return function(rec)
      -- Many have none: that is no name for any of them.
      return text ~= "" and rec.serial == text
    end, ("the serial number \"%s\""):format(text)
  elseif kind == "guid" then
    return function(rec)
      return rec.guid == text:lower()
    end, ("the GUID %s"):format(text)
  end
end

local function none(words, unasked)
  local message = "no recorder has " .. words
  if #unasked > 0 then
    message = ("%s; not all could be asked: %s"):format(
      message, table.concat(unasked, "; "))
  end
  return new_failure("device_not_present", message, {
    advice = "`discrecorder list` shows the recorders that are found.",
  })
end

--- The address of the one recorder that an address means: `serial:TEXT` and
-- `guid:UUID` are looked up among those that can be found, others are given
-- back.
-- @treturn[1] string
-- @return[2] nil, failure, code
function enumeration.resolve(address)
  local fits, words = wanted(address)
  if not fits then
    return address
  end
  local found, unasked = {}, {}
  for place, rec, failure in enumeration.recorders() do
    if not rec then
      table.insert(unasked, failure.message)
    elseif fits(rec) then
      table.insert(found, place)
    end
  end
  local shown = {}
  for i, place in ipairs(found) do
    shown[i] = transports.shown(place)
  end
  if #found == 1 then
    return found[1]
  elseif #found == 0 then
    return none(words, unasked)
  end
  return new_failure("device_not_accessible",
    ("%d recorders have %s: %s"):format(
      #found, words, table.concat(shown, ", ")), {
      culprit = "program",
      retryable = false,
      advice = "Use the address of one of them.",
    })
end

return enumeration

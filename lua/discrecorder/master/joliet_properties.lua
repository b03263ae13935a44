--- The properties that IJolietDiscMaster has.
-- @module discrecorder.master.joliet_properties

local fields = require "discrecorder.fields"
local imapi = require "discrecorder.imapi"
local source = require "discrecorder.source"

local Properties = {}
Properties.__index = Properties

local ID_MOST <const> = 24 -- bytes: El Torito's

local function refuse(name, what)
  error(("set_joliet_properties: %s: %s"):format(name, what), 0)
end

local function check_type(name, value, kind)
  if type(value) ~= kind then
    refuse(name, ("%s expected, got %s"):format(kind, type(value)))
  end
end

-- By name: raises when it cannot be the value.
local CHECKS <const> = {}

function CHECKS.volume_name(name, value)
  check_type(name, value, "string")
  if #value < 1 or #value > 32 or not utf8.len(value) or
    value:find "[\0-\31\127]" then
    refuse(name, "1 to 32 bytes of UTF-8 without control characters")
  end
end

function CHECKS.place_boot_image_on_disc(name, value)
  check_type(name, value, "boolean")
end

function CHECKS.boot_image_manufacturer_id_string(name, value)
  check_type(name, value, "string")
  if #value > ID_MOST then
    refuse(name, ("at most %d bytes"):format(ID_MOST))
  end
end

local function check_choice(name, value, values)
  check_type(name, value, "string")
  if math.type(values[value]) ~= "integer" then
    refuse(name, ("invalid option '%s'"):format(value))
  end
end

function CHECKS.boot_image_platform(name, value)
  check_choice(name, value, imapi.boot_platform)
end

function CHECKS.boot_image_emulation_type(name, value)
  check_choice(name, value, imapi.boot_emulation)
end

function CHECKS.boot_image(name, value)
  check_type(name, value, "string")
end

--- All of them.
-- @treturn table by name
function Properties:get()
  return fields.copy(self.values)
end

-- Of a file that is burned later: is it there, and how large?
local function size_of(path)
  if not path then
    return nil
  end
  local file <close>, failure, code = source.file(path)
  if not file then
    return nil, failure, code
  end
  return file.length
end

--- Set some. None is set when one raises.
-- @tparam table t by name
-- @treturn[1] boolean true
-- @treturn[1] {string,...} those that are unknown, sorted
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file (the boot image)
function Properties:set(t)
  local ignored = {}
  for name, value in pairs(t) do
    if CHECKS[name] then
      local good, message = pcall(CHECKS[name], name, value)
      if not good then
        error(message, 3)
      end
    else
      table.insert(ignored, tostring(name))
    end
  end
  local size, failure, code = size_of(t.boot_image)
  if failure then
    return nil, failure, code
  end
  self.boot_bytes = size or self.boot_bytes
  for name, value in pairs(t) do
    if CHECKS[name] then
      self.values[name] = value
      self.named = self.named or name == "volume_name"
    end
  end
  table.sort(ignored)
  return true, ignored
end

--- For a tree.
-- @param merged true where the tree that is on the disc has a name
-- @treturn ?string nil: that one
function Properties:volume_id(merged)
  if self.named or not merged then
    return self.values.volume_name
  end
end

--- What is to be booted.
-- @treturn ?string the boot image on this machine; nil: nothing
-- @treturn table an entry for @{discrecorder.source.tree}, but its `image`
function Properties:boot()
  local values = self.values
  if not (values.place_boot_image_on_disc and values.boot_image) then
    return nil
  end
  return values.boot_image, {
    emulation = values.boot_image_emulation_type,
    hidden = true,
    id = values.boot_image_manufacturer_id_string,
    platform = values.boot_image_platform,
  }
end

--- With the values that IMAPI begins with.
-- @treturn Properties `boot_bytes` of the boot image
return function()
  return setmetatable({
    boot_bytes = 0,
    values = {
      volume_name = os.date "%Y%m%d",
      place_boot_image_on_disc = false,
      boot_image_manufacturer_id_string = "",
      boot_image_platform = "x86",
      boot_image_emulation_type = "none",
    },
  }, Properties)
end

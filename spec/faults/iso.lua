--- Which files an ISO 9660 tree shows, and their bytes: by ECMA-119 alone,
-- nothing of ours.
--
--     local files = iso.files(read, 0)   -- read(lba, blocks): bytes
--     files["/sub/old.txt"]
local iso = {}

local BLOCK <const>, DESCRIPTORS <const> = 2048, 16
local DIRECTORY <const> = 0x02 -- file flags, 9.1.6

-- An extent's bytes, by its directory record (9.1).
local function extent_of(read, record)
  local start, size = ("<I4xxxxI4"):unpack(record, 3)
  if size == 0 then
    return ""
  end
  local bytes, failure = read(start, (size + BLOCK - 1) // BLOCK)
  if not bytes then
    error(("blocks %d and on cannot be read: %s"):format(start,
      tostring(failure)), 0)
  end
  return bytes:sub(1, size)
end

local function walk(read, directory, path, files)
  local bytes, at = extent_of(read, directory), 1
  while at <= #bytes do
    local record = bytes:sub(at, at + bytes:byte(at) - 1)
    if #record == 0 then -- none goes over the end of a block
      at = ((at - 1) // BLOCK + 1) * BLOCK + 1
    else
      local name = ("s1"):unpack(record, 33)
      local full = path .. "/" .. name:gsub(";1$", ""):lower()
      local is_self_or_parent = name == "\0" or name == "\1"
      if not is_self_or_parent and record:byte(26) & DIRECTORY ~= 0 then
        walk(read, record, full, files)
      elseif not is_self_or_parent then
        files[full] = extent_of(read, record)
      end
      at = at + #record
    end
  end
end

--- All files of the tree of a volume.
-- @tparam function read gives blocks, or nil and why not
-- @int start the volume's first block
-- @treturn[1] table path -> bytes; names as ISO 9660 has them, in small letters
-- @return[2] nil
-- @treturn[2] string why there is none
function iso.files(read, start)
  local descriptor, failure = read(start + DESCRIPTORS, 1)
  if not descriptor then
    return nil, tostring(failure)
  elseif descriptor:sub(1, 6) ~= "\1CD001" then
    return nil, "no volume begins at block " .. start
  end
  local files = {}
  local ok, why = pcall(walk, read, descriptor:sub(157, 190), "", files)
  if not ok then
    return nil, why
  end
  return files
end

return iso

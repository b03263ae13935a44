--- Discs made once and laid down as often as they are needed: a copy of a disc
-- file costs its few blocks, not its gigabytes of holes.
--
--     local laid = templates.take(path)   -- nobody has it open
--     laid:put(other)                      -- the same disc, another file
local templates = {}
templates.__index = templates

local CHUNK <const> = 65536
local ZEROS <const> = ("\0"):rep(CHUNK)
local GIB <const> = 1 << 30

-- Where anything can stand on discs as small as these (docs/disc-file.md):
-- description and sectors, audio, CD-TEXT.
local REGIONS <const> = {
  {0, 128 << 20}, {GIB - (1 << 20), GIB + (64 << 20)},
  {2 * GIB - (2 << 20), 2 * GIB + (1 << 20)},
}

--- What a disc file holds.
-- @string path
-- @treturn table with `put(path)`
function templates.take(path)
  local file <close> = assert(io.open(path, "rb"))
  local self = setmetatable({chunks = {}, size = file:seek "end"}, templates)
  for _, region in ipairs(REGIONS) do
    for at = region[1], math.min(region[2], self.size) - 1, CHUNK do
      file:seek("set", at)
      local bytes = file:read(CHUNK)
      if bytes ~= ZEROS then
        table.insert(self.chunks, {at = at, bytes = bytes})
      end
    end
  end
  return self
end

--- Lay the disc down in a new file.
function templates:put(path)
  os.remove(path)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:setvbuf "no")
  for _, chunk in ipairs(self.chunks) do
    file:seek("set", chunk.at)
    assert(file:write(chunk.bytes))
  end
  if file:seek "end" < self.size then
    file:seek("set", self.size - 1)
    assert(file:write "\0")
  end
  return path
end

return templates

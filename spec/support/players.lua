--- Folders for players, with as much in their files as authoring programs and
-- genisoimage go by.
local players = {}

local BLOCK <const> = 2048

-- What is at these offsets of an IFO file, numbers in big endian.
local function put(fields)
  local bytes, at = {}, 0
  table.sort(fields, function(a, b)
    return a[1] < b[1]
  end)
  for _, field in ipairs(fields) do
    local data = type(field[2]) == "string" and field[2]
      or string.pack(field[3] or ">I4", field[2])
    table.insert(bytes, ("\0"):rep(field[1] - at) .. data)
    at = field[1] + #data
  end
  return table.concat(bytes) .. ("\0"):rep(-at % BLOCK)
end

-- The manager's: where the title set is, in sectors from its own first.
local function manager(size, menu)
  return put{
    {0, "DVDVIDEO-VMG"}, {12, size - 1}, {28, 1}, {33, 0x11, "B"},
    {38, 1, ">I2"}, {40, 1, ">I2"}, {42, 1, "B"}, {62, 1, ">I2"},
    {128, BLOCK - 1}, {192, menu}, {196, 1},
  } .. put{
    {0, 1, ">I2"}, {4, 19}, {8, 0x3C, "B"}, {9, 1, "B"}, {10, 1, ">I2"},
    {14, 1, "B"}, {15, 1, "B"}, {16, size},
  }
end

local function title_set(size)
  return put{
    {0, "DVDVIDEO-VTS"}, {12, size - 1}, {28, 0}, {33, 0x11, "B"},
    {128, BLOCK - 1}, {196, 1},
  }
end

local MENU <const>, TITLE <const> = 40, 600 -- sectors

--- A DVD-Video folder: a menu and one title.
-- @param s a scratch folder (spec.support.scratch)
-- @treturn string its path
function players.dvd_video(s)
  local function file(name, content)
    s:file("dvd/VIDEO_TS/" .. name, content)
  end
  local manager_size = 2 + MENU + 2
  local info = manager(manager_size, 2)
  file("VIDEO_TS.IFO", info)
  file("VIDEO_TS.VOB", ("M"):rep(MENU * BLOCK))
  file("VIDEO_TS.BUP", info)
  local set = title_set(1 + TITLE + 1)
  file("VTS_01_0.IFO", set)
  file("VTS_01_1.VOB", ("V"):rep(TITLE * BLOCK))
  file("VTS_01_0.BUP", set)
  s:file("dvd/AUDIO_TS/.keep", "")
  return s:path "dvd"
end

--- What has to be a disc's files in this order, one behind the other.
players.order = {
  "VIDEO_TS.IFO", "VIDEO_TS.VOB", "VIDEO_TS.BUP",
  "VTS_01_0.IFO", "VTS_01_1.VOB", "VTS_01_0.BUP",
}

return players

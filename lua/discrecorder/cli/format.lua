--- Numbers as people read them, and back.
-- @module discrecorder.cli.format

local format = {}

local MIB <const> = 1024 * 1024
local GIB <const> = 1024 * MIB
local BLOCK <const> = 2048

-- What "1x" means, in kB/s (1000 bytes), by the first letters of a profile.
local single_speed <const> = {
  {"cd", 176.4},
  {"dvd", 1385},
  {"bd", 4495.5},
}

local function single_speed_of(profile)
  for _, row in ipairs(single_speed) do
    if profile and profile:find(row[1], 1, true) == 1 then
      return row[2]
    end
  end
end

--- "702.8 MiB": the size of so many blocks.
function format.blocks(count)
  return format.bytes(count * BLOCK)
end

--- "702.8 MiB": a size in bytes.
function format.bytes(count)
  if count >= GIB then
    return ("%.2f GiB"):format(count / GIB)
  elseif count >= MIB then
    return ("%.1f MiB"):format(count / MIB)
  end
  return ("%.0f KiB"):format(count / 1024)
end

--- "3:05" or "1:02:03": a time in seconds.
function format.seconds(seconds)
  local whole = math.floor(seconds + 0.5)
  local hours, minutes = whole // 3600, whole // 60 % 60
  if hours > 0 then
    return ("%d:%02d:%02d"):format(hours, minutes, whole % 60)
  end
  return ("%d:%02d"):format(minutes, whole % 60)
end

local BLOCKS_A_SECOND <const> = 75

--- "3:05 minutes": how long so many blocks of audio play.
function format.minutes(count)
  return format.seconds(count / BLOCKS_A_SECOND) .. " minutes"
end

--- "8x" where the medium says what 1x is, else "1411 kB/s".
-- @tparam number speed in kB/s
-- @tparam[opt] string profile the medium's, as in "cd-rw"
function format.speed(speed, profile)
  local single = single_speed_of(profile)
  if single then
    -- DVD+R begins at 2.4x.
    local times = ("%.1f"):format(speed / single):gsub("%.0$", "")
    return times .. "x"
  end
  return ("%.0f kB/s"):format(speed)
end

--- Whether a text is a speed: "8x", "1411" or "max".
function format.is_speed(text)
  local number = text:match("^(%d+%.?%d*)x?$")
  return text == "max" or number ~= nil and tonumber(number) > 0
end

-- What a job takes; faster than any drive is as fast as it goes.
local SPEED_MOST <const> = 0xFFFFFF

local function whole_speed(number)
  return math.max(1, math.floor(math.min(number, SPEED_MOST) + 0.5))
end

--- A speed in kB/s from what `is_speed` accepts.
-- @tparam string text
-- @tparam[opt] string profile the medium's
-- @treturn[1] integer kB/s, or nil for "max"
-- @return[2] nil
-- @treturn[2] string what is wrong: "8x" says nothing without a medium
function format.parse_speed(text, profile)
  local number = tonumber((text:gsub("x$", "")))
  if not number then
    return nil
  elseif not text:find("x$") then
    return whole_speed(number)
  end
  local single = single_speed_of(profile)
  if not single then
    return nil, ("%s is a speed only with a disc in the drive"):format(text)
  end
  return whole_speed(number * single)
end

--- Rows of texts as lines with aligned columns. The last text of a row may
-- run on as long as it likes.
-- @tparam table rows lists of strings
-- @treturn table lines
function format.columns(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i = 1, #row - 1 do
      widths[i] = math.max(widths[i] or 0, utf8.len(row[i]) or #row[i])
    end
  end
  local lines = {}
  for i, row in ipairs(rows) do
    local cells = {}
    for k, cell in ipairs(row) do
      local missing = k < #row and widths[k] - (utf8.len(cell) or #cell) or 0
      cells[k] = cell .. (" "):rep(missing)
    end
    lines[i] = table.concat(cells, "  ")
  end
  return lines
end

return format

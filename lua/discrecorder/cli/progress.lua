--- Progress on stderr: a bar on a terminal, plain lines elsewhere.
-- @module discrecorder.cli.progress

local format = require "discrecorder.cli.format"

local progress = {}

local BAR <const> = 24 -- characters
local DATA_BLOCK <const> = 2048 -- bytes
local STEP <const> = 10 -- percent between two plain lines

-- The phases that count blocks; others count shares of what the drive tells.
local counts_blocks <const> = {reading = true, writing = true}

-- "312.4 MiB of 600.0 MiB", "312.4 MiB" where nobody knows how much it will be,
-- or nothing where no blocks are counted.
local function amount(p)
  local block = p.block or DATA_BLOCK
  if not counts_blocks[p.phase] or not p.done or not p.total then
    return ""
  elseif p.total == 0 then
    return format.bytes(p.done * block)
  end
  return ("%s of %s"):format(format.bytes(p.done * block),
    format.bytes(p.total * block))
end

local function percent(p)
  return math.floor((p.fraction or 0) * 100)
end

-- The phase, and of which session where there are several.
local function name_of(p)
  if (p.sessions or 1) == 1 then
    return p.phase
  end
  return ("%s %d/%d"):format(p.phase, p.session, p.sessions)
end

-- What stands behind the percentage: how much, how fast, how long still.
local function details(p, profile)
  local words = {amount(p)}
  local speed = p.speed and format.speed(p.speed, profile)
  if not speed or speed:match "^0[x ]" then
    return words[1] -- a drive that has just begun: what is left is a guess
  end
  table.insert(words, speed)
  if p.remaining then
    table.insert(words, format.seconds(p.remaining) .. " left")
  end
  return table.concat(words, "  ")
end

--- One line, without colours: what the bar shows.
-- @tparam table p progress, as `job:wait` gives it
-- @tparam[opt] string profile the medium's, for the speed
function progress.line(p, profile)
  if not p.fraction then
    local line = ("%-9s %s"):format(name_of(p), details(p, profile))
    return (line:gsub("%s+$", ""))
  end
  local filled = math.floor(p.fraction * BAR)
  local line = ("%-9s [%s%s] %3d%%  %s"):format(
    name_of(p),
    ("#"):rep(filled),
    ("-"):rep(BAR - filled),
    percent(p),
    details(p, profile)
  )
  return (line:gsub("%s+$", ""))
end

-- Nothing at all, for --quiet.
local silent = {
  show = function() end,
  finish = function() end,
}

local function new_bar(profile)
  local last -- what was drawn last
  local width = 0

  local function draw(p)
    local line = progress.line(p, profile)
    io.stderr:write("\r", line, (" "):rep(width - #line))
    io.stderr:flush()
    last, width = p, #line
  end

  -- Leave the line; a phase that went well is shown to its end.
  local function leave(well)
    if last and well and last.fraction then
      draw{
        phase = last.phase, session = last.session, sessions = last.sessions,
        fraction = 1, done = last.total, total = last.total,
      }
    end
    if last then
      io.stderr:write("\n")
    end
    last, width = nil, 0
  end

  return {
    show = function(p)
      if last and name_of(p) ~= name_of(last) then
        leave(true)
      end
      draw(p)
    end,
    finish = leave,
  }
end

local function new_lines(profile)
  local phase, next_step
  return {
    show = function(p)
      if name_of(p) ~= phase then
        phase, next_step = name_of(p), STEP
        io.stderr:write(phase, "\n")
      end
      if percent(p) >= next_step then
        next_step = (percent(p) // STEP + 1) * STEP
        local line =
          ("%s: %d%%  %s"):format(phase, percent(p), details(p, profile))
        io.stderr:write((line:gsub("%s+$", "")), "\n")
      end
    end,
    finish = function() end,
  }
end

--- Something with `show(p)` and `finish(well)`.
-- @tparam string kind `"bar"`, `"lines"` or `"none"`
-- @tparam[opt] string profile the medium's, for the speed
function progress.new(kind, profile)
  if kind == "bar" then
    return new_bar(profile)
  elseif kind == "lines" then
    return new_lines(profile)
  end
  return silent
end

return progress

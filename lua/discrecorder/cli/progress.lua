--- Progress on stderr: a bar on a terminal, plain lines elsewhere.
-- @module discrecorder.cli.progress

local format = require "discrecorder.cli.format"

local progress = {}

local BAR <const> = 24 -- characters
local STEP <const> = 10 -- percent between two plain lines

local titles <const> = {
  check = "checking",
  close = "closing",
  erase = "erasing",
  prepare = "preparing",
  read = "reading",
  write = "writing",
}

local function title(phase)
  return titles[phase] or (phase or "working"):gsub("_", " ")
end

-- "312.4 MiB of 600.0 MiB", or nothing where no blocks are counted.
local function amount(p)
  if not p.speed or not p.total or p.total == 0 then
    return ""
  end
  return ("%s of %s"):format(format.blocks(p.done or 0), format.blocks(p.total))
end

local function percent(p)
  return math.floor((p.fraction or 0) * 100)
end

--- One line, without colours: what the bar shows.
-- @tparam table p progress, as `job:wait` gives it
-- @tparam[opt] string profile the medium's, for the speed
function progress.line(p, profile)
  local filled = math.floor((p.fraction or 0) * BAR)
  local words = {
    ("%-9s [%s%s] %3d%%"):format(
      title(p.phase),
      ("#"):rep(filled),
      ("-"):rep(BAR - filled),
      percent(p)
    ),
    amount(p),
  }
  if p.speed and p.speed > 0 then
    table.insert(words, format.speed(p.speed, profile))
  end
  if p.remaining then
    table.insert(words, format.seconds(p.remaining) .. " left")
  end
  return (table.concat(words, "  "):gsub("%s+$", ""))
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
    if last and well then
      draw{phase = last.phase, fraction = 1}
    end
    if last then
      io.stderr:write("\n")
    end
    last, width = nil, 0
  end

  return {
    show = function(p)
      if last and p.phase ~= last.phase then
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
      if p.phase ~= phase then
        phase, next_step = p.phase, STEP
        io.stderr:write(title(phase), "\n")
      end
      if percent(p) < next_step then
        return
      end
      next_step = (percent(p) // STEP + 1) * STEP
      local words = {("%s: %d%%"):format(title(phase), percent(p)), amount(p)}
      if p.speed and p.speed > 0 then
        table.insert(words, format.speed(p.speed, profile))
      end
      io.stderr:write((table.concat(words, "  "):gsub("%s+$", "")), "\n")
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

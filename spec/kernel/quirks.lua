--- cdrskin and wodim on recorders with quirks: each burns right, or gives up
-- for a reason that stands in README.md.
local disc = require "discrecorder"
local quirks = require "spec.support.quirks"
local run = require "spec.support.run"

local PROGRAMS <const> = {
  cdrskin = {"cdrskin", "-v", "-tao"},
  wodim = {"wodim", "-v", "gracetime=2", "-tao"},
}

-- Who gives up where, and what it says then; `burned`: the disc is right all
-- the same.
local GIVES_UP <const> = {
  ["wodim nwa-150"] = {"invalid address for write"},
  ["cdrskin early-close"] = {"Failed to close session (2)", burned = true},
  ["wodim early-close"] = {"Cannot fixate disk", burned = true},
  ["cdrskin silent-timeout"] = {"burning failed"},
}

local function burn(t, program, drive, path)
  local words = table.move(PROGRAMS[program], 1, #PROGRAMS[program], 1, {})
  table.insert(words, "dev=" .. drive.sr)
  table.insert(words, path)
  return t.try(table.unpack(words))
end

-- By the direct path: with some quirks the tray does not come back.
local function is_burned(t, drive, path)
  t:stop(drive)
  local rec <close> = assert(disc.recorder("virtual:" .. drive.path))
  local medium = assert(rec:medium())
  assert(medium.state == "complete", medium.state)
  assert(medium.tracks[1].start == 0)
  local whole = run.slurp(path)
  assert(rec:read(0, #whole // 2048) == whole, "other bytes than were burned")
end

local function row(program, quirk)
  local expected = GIVES_UP[program .. " " .. quirk]
  return {
    ("%s %s a recorder with %s"):format(program,
      expected and "gives up on" or "burns on", quirk),
    function(t)
      local drive = t:serve("cd-rw", {keys = "&quirk=" .. quirk})
      local path = t:data(1)
      local r = burn(t, program, drive, path)
      assert((r.status ~= 0) == (expected ~= nil), r.text)
      t.has(r, table.unpack(expected or {}))
      if not expected or expected.burned then
        is_burned(t, drive, path)
      end
    end,
  }
end

--- The rows of one program.
return function(program)
  local rows = {}
  for _, quirk in ipairs(quirks) do
    table.insert(rows, row(program, quirk))
  end
  return rows
end

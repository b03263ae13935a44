-- Discs that are made blank, formatted, overwritten, finished.
local append = require "discrecorder.append"
local must = require "spec.host.scenarios.must"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"

local BUFFER <const> = 128 * 1024
local BYTES <const> = 2048 * 320

local function burn(rec, more)
  local work = {
    tracks = {{source = must(source.bytes(("x"):rep(BYTES)))}},
    buffer = BUFFER,
  }
  for key, value in pairs(more or {}) do
    work[key] = value
  end
  return must(rec:burn(work))
end

local function burned(_, rec)
  burn(rec)
end

local function kept_open(_, rec)
  burn(rec, {keep_open = true})
end

local function formatted(_, rec)
  must(rec:open_exclusive())
  must(rec:format())
  must(rec:close())
end

local function as_needed(_, rec)
  burn(rec, {as_needed = true})
end

local function chore(name, medium, method, argument, prepare)
  return {
    name = name, disc = medium, prepare = prepare, run = function(_, rec)
      must(rec:open_exclusive())
      must(rec[method](rec, argument))
      must(rec:close())
    end,
  }
end

-- Two trees, the second behind the first, and bytes without a length at the
-- disc's end.
local function grow(at, rec)
  local tree = at.input .. "/tree"
  local options = {buffer = BUFFER, date = 1000000000, verify = false}
  must(append.tree(rec, tree, options))
  options.only_changed = true
  must(append.tree(rec, tree, options))
  assert(#must(sessions.list(rec)) == 2)
  local made = must(source.push(nil, 4096))
  must(made:write "some bytes")
  must(made:finish())
  must(rec:burn {append = true, buffer = BUFFER,
    tracks = {{source = made, start = 2000000}}})
end

return {
  chore("erase, CD-RW", nil, "erase", false, burned),
  chore("erase, DVD-RW wholly", "medium=dvd-rw", "erase", true, burned),
  chore("format, DVD-RW", "medium=dvd-rw", "format"),
  chore("format, DVD+RW", "medium=dvd+rw", "format"),
  chore("format, BD-RE", "medium=bd-re", "format"),
  chore("finish, DVD+R", "medium=dvd+r", "finish", "disc", kept_open),
  {name = "overwrite, CD-RW", prepare = burned, run = as_needed},
  {name = "overwrite, DVD+RW", disc = "medium=dvd+rw", run = as_needed},
  {name = "overwrite, DVD-RAM", disc = "medium=dvd-ram", run = as_needed},
  {name = "overwrite, BD-RE", disc = "medium=bd-re", prepare = formatted,
    run = as_needed},
  {name = "overwrite, DVD-RW formatted", disc = "medium=dvd-rw",
    prepare = formatted, run = as_needed},
  {name = "append, DVD-RAM", disc = "medium=dvd-ram", run = grow},
}

-- Write the rockspecs' lists of files anew from the Makefile's (`make
-- rockspec`). With --check it writes nothing and fails when they differ.

-- Which lists each one has. A rock of its own stands in a folder of its own:
-- where LuaRocks finds two rockspecs, `luarocks make` has to be told which.
local ROCKSPECS <const> = {
  ["rockspec/discrecorder-scm-1.rockspec"] = {
    "core", "tree", "audio", "lua",
  },
  ["rockspec/iscsi/discrecorder-iscsi-scm-1.rockspec"] = {"iscsi"},
}

-- The Makefile's lists: {core = {path, ...}, tree = ..., lua = ...}.
local function lists()
  local found = {core = {}, tree = {}, audio = {}, iscsi = {}, lua = {}}
  local make = assert(io.popen("make --no-print-directory -s sources", "r"))
  for line in make:lines() do
    local kind, path = line:match("^(%l+) (%S+)$")
    if kind then
      table.insert(found[kind], path)
    end
  end
  assert(make:close())
  return found
end

-- "lua/discrecorder/cli/main.lua" is the module "discrecorder.cli.main".
local function module_name(path)
  local name = path:match("^lua/(.*)%.lua$"):gsub("/init$", "")
  return (name:gsub("/", "."))
end

local function lua_row(path)
  local row = ('["%s"] = "%s",'):format(module_name(path), path)
  if #row + 4 > 80 then -- with its indent
    row = ('["%s"] =\n      "%s",'):format(module_name(path), path)
  end
  return row
end

-- Replace what stands between "-- kind {" and "-- kind }".
local function replace(text, kind, rows)
  local first, last = "%-%- " .. kind .. " {\n", "%-%- " .. kind .. " }"
  local _, from = text:find(first)
  local to = text:find(last)
  local indent = text:match("( *)" .. last)
  local lines = {}
  for i, row in ipairs(rows) do
    lines[i] = indent .. row .. "\n"
  end
  return text:sub(1, from) .. table.concat(lines) .. indent .. text:sub(to)
end

local function map(list, f)
  local mapped = {}
  for i, value in ipairs(list) do
    mapped[i] = f(value)
  end
  return mapped
end

local function quoted(path)
  return ('"%s",'):format(path)
end

local found = lists()
local rows <const> = {
  core = map(found.core, quoted),
  tree = map(found.tree, quoted),
  audio = map(found.audio, quoted),
  iscsi = map(found.iscsi, quoted),
  lua = map(found.lua, lua_row),
}

for path, kinds in pairs(ROCKSPECS) do
  local file = assert(io.open(path))
  local before = file:read("a")
  local after = before
  file:close()
  for _, kind in ipairs(kinds) do
    after = replace(after, kind, rows[kind])
  end
  if arg[1] ~= "--check" then
    file = assert(io.open(path, "w"))
    assert(file:write(after))
    assert(file:close())
  elseif before ~= after then
    io.stderr:write(path, " differs from the tree: run `make rockspec`\n")
    os.exit(1)
  end
end

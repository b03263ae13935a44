-- docs/security.md: what our code never does, looked for in the code itself.
local run = require "spec.support.run"

local function list(...)
  local files = {}
  for path in run.output("find", ...):gmatch "[^\n]+" do
    table.insert(files, path)
  end
  return files
end

local lua_files = list("lua", "bin", "-type", "f")
local c_files = list("src", "-name", "*.[ch]")

-- Where a pattern stands in code: "path: line". Comments of whole lines are
-- left out.
local function places(files, pattern)
  local found = {}
  for _, path in ipairs(files) do
    for line in run.slurp(path):gmatch "[^\n]+" do
      if not line:find "^%s*%-%-" and (" " .. line):find(pattern) then
        table.insert(found, path .. ": " .. line)
      end
    end
  end
  return found
end

-- All that a pattern's capture is, sorted, once each.
local function captured(files, pattern)
  local seen, found = {}, {}
  for _, path in ipairs(files) do
    for word in run.slurp(path):gmatch(pattern) do
      if not seen[word] then
        seen[word] = true
        table.insert(found, word)
      end
    end
  end
  table.sort(found)
  return found
end

-- Every call that fits a pattern, "path: call", sorted, once each.
local function calls(files, pattern)
  local found = {}
  for _, path in ipairs(files) do
    for _, call in ipairs(captured({path}, pattern)) do
      table.insert(found, path .. ": " .. call)
    end
  end
  table.sort(found)
  return found
end

-- Files that open what others may not put there, or what may be a link: why.
local OPENS_ANYTHING <const> = {
  ["src/new_file.c"] = "folders",
  ["src/safe_open.c"] = "it looks whose link it is",
  ["src/serve/configfs.c"] = "the kernel's own files",
  ["src/serve/uio.c"] = "a device",
  ["src/transport/sgio_system.c"] = "devices",
  ["src/virtual/disc.c"] = "disc files, which are devices",
}

-- What C opens so that it may write and follow a link. Flags that have a name
-- are looked up.
local function careless(path)
  local code, found = (run.slurp(path):gsub("/%*.-%*/", "")), {}
  local named = code:match "[^%w_]flags =(.-);"
  for call in code:gmatch "[^%w_>.]open(%b())" do
    local how = call:gsub("%f[%w_]flags%f[^%w_]", named or "O_RDWR")
    if not how:find "O_RDONLY" and not how:find "O_PATH"
      and not how:find "O_NOFOLLOW" and not how:find "O_EXCL" then
      table.insert(found, path .. call)
    end
  end
  return found
end

describe("our Lua", function()
  it("runs no shell and no other program", function()
    assert.is_true(#lua_files > 50)
    assert.are.same({}, places(lua_files, "os%.execute"))
    assert.are.same({}, places(lua_files, "popen"))
  end)

  it("runs nothing that it reads", function()
    for _, name in ipairs{"load", "loadstring", "loadfile", "dofile"} do
      assert.are.same({},
        places(lua_files, "[^%w_.:\"]" .. name .. "%s*[%(,%)\"'{%[]"))
    end
  end)

  it("opens files by the core alone, which follows no link of another user "
    .. "to write and waits for nobody, but for a few that are no user's",
    function()
    assert.are.same({
      "bin/discrecorder: io.open(lua .. \"/discrecorder/cli/main.lua\")",
      "lua/discrecorder/machine.lua: io.open(path, \"r\")",
      "lua/discrecorder/verify.lua: io.open(path .. \"/.\", \"r\")",
    }, calls(lua_files, "io%.open%b()"))
    for _, name in ipairs{
      "os%.tmpname", "io%.tmpfile", "io%.output", "io%.input", "io%.lines",
    } do
      assert.are.same({}, places(lua_files, name))
    end
  end)

  it("tells nothing but by the console, which escapes it", function()
    for _, line in ipairs(places(lua_files, "io%.std%a+:write")) do
      assert.matches("^lua/discrecorder/cli/%l+%.lua: ", line)
    end
    assert.are.same({}, places(lua_files, "[^%w_.:]print%s*%("))
  end)
end)

describe("our C", function()
  it("calls nothing that runs a shell, and no function that makes temporary "
    .. "files by guessable names", function()
    local modules = list(run.build .. "/discrecorder", "-name", "*.so")
    assert.is_true(#modules >= 2)
    local never = {}
    for name in ("system popen execl execlp execle execv execvp execve execvpe "
      .. "fexecve fork vfork wordexp tmpnam tempnam mktemp"):gmatch "%S+" do
      never[name] = true
    end
    for _, module in ipairs(modules) do
      local symbols = run.output("nm", "-D", "--undefined-only", module)
      assert.matches("lua_newuserdatauv", symbols)
      for name in symbols:gmatch "U ([%w_]+)" do
        assert.is_nil(never[name], module .. " calls " .. name)
      end
    end
  end)

  it("starts other programs in two places, each with its arguments one by one",
    function()
      local starting = {}
      for _, line in ipairs(places(c_files, "posix_spawnp?%(")) do
        starting[line:match "^[^:]+"] = true
      end
      assert.are.same(
        {["src/inhibitor.c"] = true, ["src/serve/modules.c"] = true}, starting)
    end)

  it("writes to files that it opens by names, and follows no link to them, but "
    .. "where a link may be", function()
    local needed = {}
    for _, path in ipairs(c_files) do
      local found = careless(path)
      if OPENS_ANYTHING[path] then
        needed[path] = found[1] and OPENS_ANYTHING[path]
      else
        assert.are.same({}, found)
      end
    end
    assert.are.same(OPENS_ANYTHING, needed)
  end)

  it("reads by stdio what the kernel tells, and nothing that is a user's",
    function()
      local files = {}
      for _, line in ipairs(calls(c_files, "fopen%b()")) do
        assert.matches(', "rb?e"%)$', line)
        files[line:match "^[^:]+"] = true
      end
      assert.are.same({
        ["src/transport/sgio_holder.c"] = true,
        ["src/transport/sgio_place.c"] = true,
        ["src/transport/sgio_sys.c"] = true,
      }, files)
    end)
end)

describe("the environment", function()
  it("is asked for what docs/security.md lists, and no more", function()
    local read = captured(lua_files, 'getenv[%( ]+"([%w_]+)"')
    for _, name in ipairs(captured(c_files, 'getenv%("([%w_]+)"%)')) do
      table.insert(read, name)
    end
    -- By a name that is defined.
    for _, name in ipairs(captured(c_files, "getenv%(([%w_]+)%)")) do
      for _, value in ipairs(captured(c_files,
        "#define " .. name .. ' "([%w_]+)"')) do
        table.insert(read, value)
      end
    end
    local listed = {}
    for name in run.slurp "docs/security.md":gmatch "\n| `([%u_]+)` |" do
      listed[name] = true
    end
    for _, name in ipairs(read) do
      assert.is_true(listed[name], name .. " is not in docs/security.md")
    end
    for name in pairs(listed) do
      local there = false
      for _, other in ipairs(read) do
        there = there or other == name
      end
      assert.is_true(there, name .. " is read nowhere")
    end
  end)
end)

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

  it("opens files to write to by the core alone, which follows no link of "
    .. "another user", function()
    for _, line in ipairs(places(lua_files, "io%.open")) do
      local mode = line:match 'io%.open%(.-, "(%a+)"%)'
      assert.is_truthy(mode == "r" or mode == "rb" or
        line:find "^bin/discrecorder: .*io%.open%(lua", line)
    end
    for _, name in ipairs{"os%.tmpname", "io%.tmpfile", "io%.output"} do
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

  it("makes files by names in few places, none of which follows a link",
    function()
      local careless, made = {}, 0
      for _, path in ipairs(c_files) do
        local code = run.slurp(path)
        for call in code:gmatch "[^%w_]open(%b())" do
          made = made + (call:find "O_CREAT" and 1 or 0)
          if call:find "O_CREAT" and not call:find "O_NOFOLLOW"
            and not call:find "O_EXCL" then
            table.insert(careless, path .. call)
          end
        end
        for call in code:gmatch "fopen(%b())" do
          if not call:find ', "rb?e"%)' then
            table.insert(careless, path .. call)
          end
        end
      end
      assert.are.same({}, careless)
      assert.is_true(made > 2)
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

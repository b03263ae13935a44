local run = require "spec.support.run"

-- A copy of the checkout without what was built in it: LuaRocks leaves objects
-- beside the sources.
local function copy_checkout(to)
  run.output("mkdir", "-p", to)
  for _, name in ipairs{
    "Makefile", "LICENSE", "bin", "docs", "lua", "rockspec", "src",
  } do
    run.output("cp", "-r", run.root .. "/" .. name, to .. "/" .. name)
  end
  run.output("find", to, "-name", "*.o", "-delete")
end

local ISCSI <const> = "rockspec/iscsi/discrecorder-iscsi-scm-1.rockspec"

local function luarocks_make(checkout, tree, rockspec)
  return run{
    "luarocks", "--lua-version", "5.4", "--tree", tree, "make", rockspec,
    cwd = checkout,
    env = {LUAROCKS_CONFIG = "rockspec/debian.lua"},
  }
end

-- The names of the functions that a shared library exports.
local function exports(library)
  local names = {}
  local listing = run.output("nm", "-D", "--defined-only", library)
  for name in listing:gmatch("%x+ [TW] ([%w_]+)") do
    names[name] = true
  end
  return names
end

-- The shared libraries that are loaded for all: the interpreter's own, with the
-- C library among them. What they export goes before what a module has.
local function common_libraries()
  local found = {}
  local interpreter = run.output("which", "lua5.4"):match "%S+"
  for path in run.output("ldd", interpreter):gmatch("=> (/%S+)") do
    table.insert(found, path)
  end
  return found
end

-- The shared libraries of ours that a module is linked with.
local function libraries(module)
  local found = {}
  for path in run.output("ldd", module):gmatch("=> (/%S+)") do
    if path:match("/libcdio") or path:match("/libcrypto") or
      path:match("/libisofs") or path:match("/libiscsi") or
      path:match("/libsndfile") or path:match("/libsamplerate") then
      table.insert(found, path)
    end
  end
  return found
end

describe("the rockspec", function()
  it("lists the files that the tree has", function()
    local r = run("lua5.4", "rockspec/update.lua", "--check")
    assert.are.equal("", r.stderr)
    assert.are.equal(0, r.status)
  end)

  it("is what LuaRocks accepts", function()
    for _, path in ipairs{"rockspec/discrecorder-scm-1.rockspec", ISCSI} do
      local r = run("luarocks", "--lua-version", "5.4", "lint", path)
      assert.are.equal(0, r.status, r.stdout .. r.stderr)
    end
  end)
end)

describe("the rock, built without network", function()
  local folder, tree, empty, built

  setup(function()
    folder = run.folder()
    tree, empty = folder .. "/tree", folder .. "/empty"
    run.output("mkdir", tree, empty)
    copy_checkout(folder .. "/checkout")
    built = luarocks_make(folder .. "/checkout", tree)
  end)

  teardown(function()
    run.remove(folder)
  end)

  it("installs into a tree of its own", function()
    assert.are.equal(0, built.status, built.stdout .. built.stderr)
    assert.matches("is now installed in " .. tree, built.stdout, 1, true)
  end)

  it("gives a command that runs from an empty folder", function()
    local r = run{tree .. "/bin/discrecorder", "--version", cwd = empty}
    assert.are.equal("", r.stderr)
    assert.matches("^discrecorder %S+\n$", r.stdout)
    assert.are.equal(0, r.status)
  end)

  it("gives a library that burns from an empty folder", function()
    run.output("mkdir", folder .. "/files")
    run.spit(folder .. "/files/hello.txt", "hello\n")
    local r = run{
      tree .. "/bin/discrecorder", "burn",
      "virtual:" .. folder .. "/disc?medium=cd-rw", folder .. "/files",
      "--quiet",
      cwd = empty,
    }
    assert.are.equal("", r.stderr)
    assert.are.equal(0, r.status)
  end)

  it("is found by require", function()
    local script = [[
      local disc = require "discrecorder"
      require "discrecorder.tree"
      require "discrecorder.audio"
      print(type(disc.recorder), disc.version)]]
    local r = run{
      "sh", "-c",
      'eval "$(luarocks --lua-version 5.4 --tree "$1" path)" && lua5.4 -e "$2"',
      "sh", tree, script,
      cwd = empty,
    }
    assert.are.equal("", r.stderr)
    assert.matches("^function\t", r.stdout)
  end)

  it("says what is missing for drives in other machines", function()
    local r = run{
      tree .. "/bin/discrecorder", "info", "iscsi://host/iqn.x/1",
      cwd = empty,
    }
    assert.are.equal(1, r.status)
    assert.matches("Install the rock discrecorder-iscsi", r.stderr, 1, true)
  end)

  it("has drives in other machines in a rock of its own", function()
    local r = luarocks_make(folder .. "/checkout", tree, ISCSI)
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    r = run{
      tree .. "/bin/discrecorder", "info", "iscsi://127.0.0.1:1/iqn.x/1",
      cwd = empty,
    }
    assert.matches("no login to iqn.x at 127.0.0.1:1", r.stderr, 1, true)
    local core = run.output("ldd", tree .. "/lib/lua/5.4/discrecorder/core.so")
    assert.not_matches("libiscsi", core)
  end)

  -- LuaRocks' builtin build cannot be told -fvisibility=hidden, and a function
  -- of ours with the name of one of libcdio's would be called by libcdio.
  it("exports no function that a library below it exports too", function()
    for _, name in ipairs{"core", "tree", "audio", "iscsi"} do
      local module = tree .. "/lib/lua/5.4/discrecorder/" .. name .. ".so"
      local ours = exports(module)
      assert.is_true(ours["luaopen_discrecorder_" .. name])
      for _, library in ipairs(libraries(module)) do
        for theirs in pairs(exports(library)) do
          assert.is_nil(ours[theirs], theirs .. " of " .. library)
        end
      end
    end
  end)

  -- "warn" was one: each warning went to the C library's function of that name.
  it("exports no function that the interpreter's libraries have", function()
    local common = common_libraries()
    assert.matches("/libc%.", table.concat(common, " "))
    for _, name in ipairs{"core", "tree", "audio", "iscsi"} do
      local module = tree .. "/lib/lua/5.4/discrecorder/" .. name .. ".so"
      local ours = exports(module)
      for _, library in ipairs(common) do
        for theirs in pairs(exports(library)) do
          assert.is_nil(ours[theirs], theirs .. " of " .. library)
        end
      end
    end
  end)
end)

describe("make install", function()
  it("installs what the command needs", function()
    local folder = run.folder()
    local r = run{
      "make", "--no-print-directory", "install", "DESTDIR=" .. folder,
      "PREFIX=/usr", "BUILD=" .. run.build,
    }
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    local usr = folder .. "/usr"
    r = run{
      "lua5.4", usr .. "/bin/discrecorder", "--version",
      cwd = folder,
      env = {
        LUA_PATH_5_4 = usr .. "/share/lua/5.4/?.lua;" .. usr ..
          "/share/lua/5.4/?/init.lua;;",
        LUA_CPATH_5_4 = usr .. "/lib/lua/5.4/?.so;;",
      },
    }
    assert.matches("^discrecorder %S+\n$", r.stdout, 1, false, r.stderr)
    -- No path says where, and Lua does not look there by itself.
    r = run{"lua5.4", usr .. "/bin/discrecorder", "info", "--help",
      cwd = folder, env = {LUA_PATH_5_4 = ";;", LUA_CPATH_5_4 = ";;"}}
    assert.are.equal(0, r.status, r.stderr)
    run.remove(folder)
  end)
end)

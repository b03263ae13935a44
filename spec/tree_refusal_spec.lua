-- What a tree leaves out, refuses, warns of, and what may change meanwhile.

local bench = require "spec.support.tree"
local source = require "discrecorder.source"

local quote = bench.quote
local run = bench.run
local put = bench.put
local make = bench.make
local save = bench.save
local list = bench.list
local extract = bench.extract
local refuses = bench.refuses
local warned = bench.warned
local read_to_end = bench.read_to_end
local LUA <const> = bench.LUA

local tree, work

before_each(function()
  bench.new()
  tree, work = bench.tree, bench.work
end)

after_each(bench.remove)

describe("what a tree leaves out", function()
  before_each(function()
    put("a.o", "")
    put("b.c", "")
    put("build/x", "")
    put("sub/a.o", "")
    put("sub/build", "")
    put("sub/deep/b.c", "")
  end)

  local function without(...)
    save {exclude = {...}}
    return table.concat(list "-type f", " ")
  end

  it("goes by names, where the pattern has no slash", function()
    assert.equal("/b.c /build/x /sub/build /sub/deep/b.c", without "*.o")
    assert.equal("/a.o /b.c /sub/a.o /sub/deep/b.c", without "build")
  end)

  it("goes by paths, where it has one", function()
    assert.equal(
      "/a.o /b.c /build/x /sub/build /sub/deep/b.c",
      without "/sub/*.o"
    )
    assert.equal("/a.o /build/x /sub/a.o /sub/build", without("b.c", "x/y"))
    assert.equal(
      "/b.c /build/x /sub/a.o /sub/build /sub/deep/b.c",
      without "/*.o"
    )
  end)

  it("goes by folders alone, where it ends with one", function()
    assert.equal(
      "/a.o /b.c /sub/a.o /sub/build /sub/deep/b.c",
      without "build/"
    )
  end)
end)

describe("a tree is refused", function()
  it("when two paths have one base name", function()
    put("x/a", "one")
    put("y/a", "two")
    refuses(
      "file_exists",
      "^/a ",
      source.tree {paths = {tree .. "/x/a", tree .. "/y/a"}}
    )
    refuses(
      "file_exists",
      "^/x/a ",
      source.tree {paths = {["/x/a"] = tree .. "/y/a", tree .. "/x"}}
    )
  end)

  it("when a path is a file and a folder at once", function()
    local file = put("a", "one")
    refuses(
      "file_exists",
      "file and a folder",
      source.tree {paths = {["/x"] = file, ["/x/y"] = file}}
    )
    refuses("file_exists", "", source.tree {paths = {["/"] = file}})
  end)

  it("when there is nothing, or no such thing", function()
    refuses("bad_file", "nothing", source.tree {paths = {}})
    refuses("bad_file", "is empty", source.tree {paths = {""}})
    refuses("bad_file", "is empty", source.tree {paths = {["/a"] = ""}})
    refuses("bad_file", "No such file", source.tree {paths = {tree .. "/no"}})
  end)

  it("when a name is longer than 255 bytes", function()
    local file = put("a", "one")
    refuses(
      "bad_joliet_name",
      "300 bytes",
      source.tree {paths = {["/" .. ("n"):rep(300)] = file}}
    )
    refuses("bad_file", "no name", source.tree {paths = {["/../x"] = file}})
  end)

  it("when a name is no UTF-8, unless that is allowed", function()
    put("sub/caf\xE9", "one")
    local s, failure, code = source.tree {paths = {tree}}
    refuses("bad_file", "^/sub/caf\\xE9: ", s, failure, code)
    assert.matches("invalid_utf8", failure.advice)
    s = save {invalid_utf8 = "allow"}
    run(("diff -r %s %s"):format(quote(tree), quote(extract())))
    s:close()
    local again <close> = make {invalid_utf8 = "allow"}
    assert.matches("caf\\xE9", warned(again, "invalid_utf8"))
  end)

  it("when a file cannot be read", function()
    local path = put("sub/secret", "one")
    run(("chmod 0 %s; chmod 755 %s"):format(quote(path), quote(work)))
    local user = run "id -u" == "0\n"
        and "setpriv --reuid=65534 --regid=65534 --clear-groups "
      or ""
    local _, readable = bench.capture(user .. "test -r "
      .. quote(require("spec.support.run").root .. "/lua/discrecorder"))
    if not readable then
      pending "an ordinary user cannot read this checkout"
    end
    local script = ([[package.path, package.cpath = %q, %q
      local source = require "discrecorder.source"
      local s, failure, code = source.tree {paths = {%q}}
      print(s, code, failure.culprit, failure)
      print(source.file(%q .. "/sub/secret"))
      print(source.tree {paths = {%q}, exclude = {"secret"}})]]):format(
      package.path,
      package.cpath,
      tree,
      tree,
      tree
    )
    local text = run(user .. "env " .. LUA .. "-e " .. quote(script))
    assert.matches("nil\tbad_file\tpermission\t.*/sub/secret", text)
    assert.matches("secret: Permission denied\tbad_file", text)
    assert.matches("source %(tree, %d+ bytes%)", text)
  end)

  it("when followed links lead nowhere, or back", function()
    put("a", "one")
    run(("ln -s a %s/link"):format(quote(tree)))
    save {follow_links = true}
    assert.same({"/a", "/link"}, list "-type f")
    run(("ln -s nowhere %s/dangling"):format(quote(tree)))
    refuses(
      "bad_file",
      "/dangling is a link",
      source.tree {paths = {tree}, follow_links = true}
    )
    run(("rm %s/dangling; ln -s . %s/loop"):format(quote(tree), quote(tree)))
    refuses(
      "bad_file",
      "/loop is a link back",
      source.tree {paths = {tree}, follow_links = true}
    )
  end)

  it("when the volume id cannot be one", function()
    refuses(
      "unsupported",
      "33 bytes",
      source.tree {paths = {tree}, volume_id = ("X"):rep(33)}
    )
    refuses(
      "unsupported",
      "UTF%-8",
      source.tree {paths = {tree}, volume_id = "\xFF"}
    )
    refuses(
      "unsupported",
      "control",
      source.tree {paths = {tree}, volume_id = "A\nB"}
    )
  end)
end)

describe("a tree warns", function()
  it("of what Windows will show otherwise", function()
    put(("n"):rep(70), "")
    put(("m"):rep(70), "")
    put("what?", "")
    local s <close> = make {volume_id = "A long volume id here"}
    assert.matches("^/[mn]+: .*and 1 more", warned(s, "joliet_name_shortened"))
    assert.matches("^/what%?: ", warned(s, "joliet_name_changed"))
    assert.is_string(warned(s, "volume_id"))
    assert.is_string(warned(s, "volume_id_shortened"))
  end)

  it("of nothing where there is nothing", function()
    put("a name.txt", "")
    put(("n"):rep(60) .. ".txt", "")
    local s <close> = make {volume_id = "BACKUP_1"}
    assert.same({}, s.warnings)
  end)
end)

describe("a tree that changes while it is burned", function()
  local changes = {
    shrank = "truncate -s 1000000",
    grew = "truncate -s 3000000",
    ["was changed"] = "touch -d 2001-01-01",
  }

  before_each(function()
    put("a", ("a"):rep(2000000))
    put("b", ("b"):rep(20000000))
    put("c", ("c"):rep(2000000))
  end)

  for what, command in pairs(changes) do
    it(("fails when a file %s that is not read yet"):format(what), function()
      local s <close> = make()
      assert(s:open())
      assert(s:read(1 << 20))
      run(command .. " " .. quote(tree .. "/c"))
      local ok, failure, code = read_to_end(s)
      assert.is_false(ok)
      assert.equal("bad_file", code)
      assert.matches("/c " .. what .. " meanwhile", failure.message)
    end)

    it(("fails when a file %s that was read"):format(what), function()
      local s <close> = make()
      assert(s:open())
      assert(s:read(18000000))
      run(command .. " " .. quote(tree .. "/a"))
      local ok, failure = read_to_end(s)
      assert.is_false(ok)
      assert.matches("/a " .. what .. " meanwhile", failure.message)
      refuses("bad_file", "/a " .. what, s:open())
    end)

    it(("fails when the file %s that is being read"):format(what), function()
      local s <close> = make()
      assert(s:open())
      assert(s:read(6000000))
      run(command .. " " .. quote(tree .. "/b"))
      local ok, failure = read_to_end(s)
      assert.is_false(ok)
      assert.matches("/b ", failure.message)
      assert.matches("meanwhile", failure.message)
    end)
  end

  it("fails when a file goes", function()
    local s <close> = make()
    assert(s:open())
    os.remove(tree .. "/c")
    local ok, failure = read_to_end(s)
    assert.is_false(ok)
    assert.matches("/c: No such file", failure.message)
  end)

  it("can be dropped half read, a hundred times", function()
    for i = 1, 100 do
      local s = make {md5 = i % 2 == 0 and "none" or "files"}
      assert(s:open())
      if i % 3 > 0 then
        assert(s:read(i * 10000))
      end
      if i % 5 > 0 then
        s:close()
      end
    end
    collectgarbage()
  end)
end)

describe("source.tree", function()
  it("raises on unknown keys and wrong types", function()
    for _, options in ipairs {
      false,
      {},
      {paths = tree},
      {paths = {1}},
      {paths = {"a\0b"}},
      {paths = {a = tree}},
      {paths = {[1.5] = tree}},
      {paths = {[3] = tree}},
      {paths = {tree}, md5 = "sha"},
      {paths = {tree}, md5 = 5},
      {paths = {tree}, exclude = "x"},
      {paths = {tree}, exclude = {1}},
      {paths = {tree}, exclude = {x = "x"}},
      {paths = {tree}, volume_id = 5},
      {paths = {tree}, volume_id = "a\0b"},
      {paths = {tree}, follow_links = 1},
      {paths = {tree}, date = "now"},
      {paths = {tree}, date = 1.5},
      {paths = {tree}, date = -1},
      {paths = {tree}, invalid_utf8 = "yes"},
      {paths = {tree}, manifest = 1},
      {paths = {tree}, keep = true},
    } do
      assert.has_error(function()
        source.tree(options)
      end)
    end
  end)
end)

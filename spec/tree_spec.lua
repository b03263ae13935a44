-- Trees of files: what is on the disc, as other people's programs see it.

local manifest = require "discrecorder.manifest"
local source = require "discrecorder.source"

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Other people's programs run without the sanitizer that a checking build
-- preloads: it would find their leaks. Our own children get it back: LUA.
local preload = os.getenv "LD_PRELOAD"
local LUA <const> = (preload and "LD_PRELOAD=" .. preload .. " " or "")
  .. "lua5.4 "

local function capture(command)
  local pipe = assert(
    io.popen("exec env -u LD_PRELOAD sh -c " .. quote(command) .. " 2>&1")
  )
  local text = pipe:read "a"
  local ok = pipe:close()
  return text, ok
end

local function run(command)
  local text, ok = capture(command)
  assert(ok, text)
  return text
end

local work, tree, image

local function put(name, text)
  local path = tree .. "/" .. name
  run("mkdir -p " .. quote(path:match "^(.*)/"))
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

local function make(options)
  options = options or {}
  options.paths = options.paths or {tree}
  return assert(source.tree(options))
end

-- The image in a file, made anew.
local function save(options)
  local s <close> = make(options)
  os.remove(image)
  assert.equal(s.length, assert(s:save(image)))
  return s
end

local function sha256(path)
  return run("sha256sum <" .. quote(path)):sub(1, 64)
end

-- The paths of all files, as xorriso finds them by Rock Ridge.
local function list(arguments)
  local found = {}
  local text = run(
    ("xorriso -indev %s -find / %s 2>%s/err"):format(
      quote(image),
      arguments or "",
      quote(work)
    )
  )
  for path in text:gmatch "'(/[^\n]*)'" do
    found[#found + 1] = path
  end
  table.sort(found)
  return found
end

local function extract()
  local out = work .. "/out"
  run(
    ("rm -rf %s; xorriso -osirrox on -indev %s -extract / %s"):format(
      quote(out),
      quote(image),
      quote(out)
    )
  )
  return out
end

local function check_media()
  return (
    capture(("xorriso -md5 on -indev %s -check_media --"):format(quote(image)))
  )
end

local function flip(offset)
  local file = assert(io.open(image, "r+b"))
  file:seek("set", offset)
  local byte = file:read(1):byte()
  file:seek("set", offset)
  file:write(string.char(byte ~ 1))
  file:close()
end

local function refuses(code, pattern, s, failure, given)
  assert.is_nil(s)
  assert.equal(code, given)
  assert.matches(pattern, failure.message)
end

local function warned(s, code)
  for _, warning in ipairs(s.warnings) do
    if warning.code == code then
      return warning.message
    end
  end
end

local function read_to_end(s)
  while true do
    local part, failure, code = s:read(1 << 20)
    if not part then
      return failure == nil, failure, code
    end
  end
end

before_each(function()
  work = run("mktemp -d"):gsub("\n", "")
  tree, image = work .. "/tree", work .. "/image.iso"
  run("mkdir " .. quote(tree))
end)

after_each(function()
  run("chmod -R u+rwx " .. quote(work) .. "; rm -rf " .. quote(work))
end)

describe("a tree on a disc", function()
  it("holds one folder's contents at the root", function()
    put("a", "one")
    put("sub/b", "two")
    local s = save()
    assert.same({"/", "/a", "/sub", "/sub/b"}, list())
    assert.is_true(s.closed)
    run(("diff -r %s %s"):format(quote(tree), quote(extract())))
  end)

  it("holds several paths under their base names", function()
    put("x/a", "one")
    put("y/b", "two")
    local file = put("c", "three")
    save {paths = {tree .. "/x/", tree .. "/y", file}}
    assert.same({"/", "/c", "/x", "/x/a", "/y", "/y/b"}, list())
    save {paths = {file}}
    assert.same({"/", "/c"}, list())
  end)

  it("maps paths to other names", function()
    put("x/a", "one")
    local file = put("c", "three")
    save {
      paths = {
        file,
        ["/deep/down/here"] = tree .. "/x",
        ["/deep/c.txt"] = file,
      },
    }
    assert.same({
      "/",
      "/c",
      "/deep",
      "/deep/c.txt",
      "/deep/down",
      "/deep/down/here",
      "/deep/down/here/a",
    }, list())
    save {paths = {["/"] = tree, ["/x/b"] = file}}
    assert.same({"/", "/c", "/x", "/x/a", "/x/b"}, list())
  end)

  it("is read by isoinfo and libcdio, with both kinds of names", function()
    local name = "a name with ümläuts.txt"
    put(name, "one")
    save {volume_id = "MY_DISC"}
    assert.matches(name, run("isoinfo -R -f -i " .. quote(image)), 1, true)
    assert.matches("a name with", run("isoinfo -J -f -i " .. quote(image)))
    assert.matches("Volume id: MY_DISC", run("isoinfo -d -i " .. quote(image)))
    assert.matches(name, run("iso-info -l " .. quote(image)), 1, true)
  end)

  it("keeps modes, times and links, also those that lead nowhere", function()
    run(
      ("chmod 640 %s; touch -d @1000000000 %s"):format(
        quote(put("a", "one")),
        quote(tree .. "/a")
      )
    )
    run(("ln -s nowhere %s"):format(quote(tree .. "/dangling")))
    save()
    local out = extract()
    assert.equal(
      "640 1000000000\n",
      run("stat -c '%a %Y' " .. quote(out .. "/a"))
    )
    assert.equal("nowhere\n", run("readlink " .. quote(out .. "/dangling")))
  end)

  it("goes deep, and long", function()
    local path = ("folder/"):rep(40) .. ("n"):rep(255)
    put(path, "deep")
    save()
    assert.equal("/" .. path, list("-type f")[1])
    run(("diff -r %s %s"):format(quote(tree), quote(extract())))
  end)

  it("may be an empty folder, or hold empty files", function()
    save()
    assert.same({"/"}, list())
    put("a", "")
    put("b", "x")
    put("c", "")
    save()
    run(("diff -r %s %s"):format(quote(tree), quote(extract())))
  end)

  it("keeps pipes, leaves sockets out and says so", function()
    run(("mkfifo %s"):format(quote(tree .. "/fifo")))
    local _, made = capture(
      ("python3 -c 'import socket, sys;"
        .. "socket.socket(socket.AF_UNIX).bind(sys.argv[1])' %s"):format(
        quote(tree .. "/socket")
      )
    )
    local s <close> = make()
    save()
    assert.same({"/", "/fifo"}, list())
    if made then
      assert.matches("^/socket: ", warned(s, "socket_left_out"))
    end
  end)

  it("can be saved again and again", function()
    put("a", ("x"):rep(100000))
    local s <close> = make()
    assert(s:save(image))
    assert(s:save(image .. "2"))
    assert.equal(sha256(image), sha256(image .. "2"))
  end)

  it("holds thousands of files, and finds each by its block", function()
    for i = 1, 3000 do
      local file = assert(io.open(("%s/%04d"):format(tree, i), "wb"))
      file:write(("x"):rep(i % 7 * 1000))
      file:close()
    end
    local s <close> = make()
    save()
    local found = run(
      ("xorriso -indev %s -find / -type f -exec report_lba --"):format(
        quote(image)
      )
    )
    local row = "File data lba:%s*%d+ ,%s*(%d+) ,%s*(%d+) ,%s*%d+ , '([^']*)'"
    local count = 0
    for lba, blocks, path in found:gmatch(row) do
      if blocks ~= "0" then
        count = count + 1
        assert.equal(path, s:locate(math.tointeger(lba)))
        assert.equal(path, s:locate(lba + blocks - 1 | 0))
      end
    end
    assert.equal(3000 - 3000 // 7, count)
    assert.equal("file system structures", s:locate(16))
    assert.equal("file system structures", s:locate(s.blocks - 1))
    assert.is_nil(s:locate(s.blocks))
  end)

  it("takes a file of 5 GiB, in several extents", function()
    run("truncate -s 5G " .. quote(tree .. "/big"))
    put("z", "last")
    local s <close> = make()
    assert.is_true(s.length > 5 << 30)
    assert.equal("/big", s:locate((5 << 30) // 2048))
    assert(s:open())
    assert.equal(1 << 20, #s:read(1 << 20))
  end)

  it("does not care about the locale", function()
    put("ümläut", "x")
    run(
      ([[LC_ALL=C TZ=Asia/Tokyo %s -e 'package.path, package.cpath = ...
        local source = require "discrecorder.source"
        assert(source.tree{paths = {%q}, date = 1}:save(%q))' ]]):format(
        LUA,
        tree,
        image .. "2"
      ):gsub(
        "%.%.%.",
        ("%q, %q"):format(package.path, package.cpath)
      )
    )
    save {date = 1}
    assert.equal(sha256(image), sha256(image .. "2"))
  end)
end)

describe("an image's MD5 tags", function()
  before_each(function()
    put("a", ("one"):rep(100000))
    put("sub/b", ("two"):rep(100000))
  end)

  it("are good for xorriso, and find a flipped byte", function()
    save()
    assert.matches("md5_match", check_media())
    assert.not_matches("mismatch", check_media())
    flip(300000)
    assert.matches("md5_mismatch", check_media())
  end)

  it("may be there for each file", function()
    save {md5 = "files"}
    assert.matches("md5_match", check_media())
    local sums = run(
      ("xorriso -md5 on -indev %s -find / -type f -exec get_md5 --"):format(
        quote(image)
      )
    )
    local md5 = run("md5sum <" .. quote(tree .. "/sub/b")):sub(1, 32)
    assert.matches(md5 .. "  /sub/b", sums, 1, true)
  end)

  it("may be left out", function()
    save {md5 = "none"}
    assert.not_matches("md5_match", check_media())
    run(("diff -r %s %s"):format(quote(tree), quote(extract())))
  end)
end)

describe("a tree with a date", function()
  local function build()
    put("a", "one")
    put("sub/b", ("two"):rep(10000))
    put("sub/ünï", "three")
    run(
      ("ln %s/a %s/hard; ln -s a %s/link; mkfifo %s/fifo"):format(
        quote(tree),
        quote(tree),
        quote(tree),
        quote(tree)
      )
    )
  end

  it("gives the same bytes again, and from a copy elsewhere", function()
    build()
    -- Made in another order, at another time, without its hard link.
    run(
      ("cd %s; mkdir copy; for f in $(ls -r tree); do %s; done"):format(
        quote(work),
        "cp -r tree/$f copy"
      )
    )
    for _, md5 in ipairs {"session", "files", "none"} do
      save {date = 1700000000, md5 = md5, manifest = true}
      local sum = sha256(image)
      save {date = 1700000000, md5 = md5, manifest = true}
      assert.equal(sum, sha256(image))
      save {
        date = 1700000000,
        md5 = md5,
        manifest = true,
        paths = {work .. "/copy"},
      }
      assert.equal(sum, sha256(image))
    end
  end)

  it("has that date everywhere", function()
    put("a", "one")
    save {date = 1000000000}
    assert.equal(
      "1000000000\n",
      run("stat -c %Y " .. quote(extract() .. "/a"))
    )
    assert.matches(
      "2001090901464000",
      run("xorriso -indev " .. quote(image) .. " -pvd_info")
    )
  end)

  it("takes it from SOURCE_DATE_EPOCH", function()
    put("a", "one")
    run(
      ([[SOURCE_DATE_EPOCH=1000000000 %s -e '
        package.path, package.cpath = %q, %q
        local source = require "discrecorder.source"
        assert(source.tree{paths = {%q}}:save(%q))']]):format(
        LUA,
        package.path,
        package.cpath,
        tree,
        image .. "2"
      )
    )
    save {date = 1000000000}
    assert.equal(sha256(image), sha256(image .. "2"))
    local text = run(
      ([[SOURCE_DATE_EPOCH=yesterday %s -e '
        package.path, package.cpath = %q, %q
        local source = require "discrecorder.source"
        print(pcall(source.tree, {paths = {%q}}))']]):format(
        LUA,
        package.path,
        package.cpath,
        tree
      )
    )
    assert.matches("^false.*'yesterday' is no date", text)
  end)
end)

describe("a manifest on the disc", function()
  it("is found right by sha256sum, odd names included", function()
    put("a", "one")
    put("sub/b c", "two")
    put("line\nend", "three")
    put("back\\slash", "four")
    put("empty", "")
    run(("ln -s a %s"):format(quote(tree .. "/link")))
    save {manifest = true}
    local out = extract()
    local text = run(("cd %s && sha256sum -c SHA256SUMS"):format(quote(out)))
    assert.equal(5, select(2, text:gsub(": OK", "")))
    local file <close> = assert(io.open(out .. "/SHA256SUMS", "rb"))
    local bytes = file:read "a"
    local lines = {}
    for i, entry in ipairs(assert(manifest.parse(bytes))) do
      lines[i] = manifest.line(entry.path, entry.sha256)
      assert.equal(entry.sha256, sha256(tree .. "/" .. entry.path))
    end
    assert.equal(bytes, table.concat(lines))
  end)

  it("may have another name, but not one that is taken", function()
    put("a", "one")
    save {manifest = "MANIFEST.sha256"}
    assert.same({"/MANIFEST.sha256", "/a"}, list "-type f")
    refuses("file_exists", "^/a ", source.tree {paths = {tree}, manifest = "a"})
    refuses(
      "bad_file",
      "no name",
      source.tree {paths = {tree}, manifest = "a/b"}
    )
  end)

  it("is no manifest with a line that is none", function()
    local parsed, _, line = manifest.parse "nonsense\n"
    assert.is_nil(parsed)
    assert.equal(1, line)
  end)
end)

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

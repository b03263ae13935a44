-- Trees of files: what is on the disc, as other people's programs see it.

local bench = require "spec.support.tree"

local quote = bench.quote
local capture = bench.capture
local run = bench.run
local put = bench.put
local make = bench.make
local save = bench.save
local sha256 = bench.sha256
local list = bench.list
local extract = bench.extract
local warned = bench.warned
local LUA <const> = bench.LUA

local tree, image

before_each(function()
  bench.new()
  tree, image = bench.tree, bench.image
end)

after_each(bench.remove)

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

  it("follows a link that is mapped, unless told to keep it", function()
    put("a", "one")
    run(("ln -s a %s"):format(quote(tree .. "/link")))
    local paths = {["/sub/b"] = tree .. "/link"}
    save{paths = paths}
    assert.equal("one", run("cat " .. quote(extract() .. "/sub/b")))
    save{paths = paths, keep_links = true}
    assert.equal("a\n", run("readlink " .. quote(extract() .. "/sub/b")))
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

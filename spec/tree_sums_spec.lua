-- What is sure about a tree on a disc: its MD5 tags, its date (the same files
-- make the same bytes), its manifest.

local bench = require "spec.support.tree"
local manifest = require "discrecorder.manifest"
local source = require "discrecorder.source"

local quote = bench.quote
local run = bench.run
local put = bench.put
local save = bench.save
local sha256 = bench.sha256
local list = bench.list
local extract = bench.extract
local check_media = bench.check_media
local flip = bench.flip
local refuses = bench.refuses
local LUA <const> = bench.LUA

local tree, image, work

before_each(function()
  bench.new()
  tree, image, work = bench.tree, bench.image, bench.work
end)

after_each(bench.remove)

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

-- What lies beneath a disc file, and gives way: the file removed or replaced
-- while a recorder has it, a file system that is full or read-only. (A file
-- that may not grow: disc_file_spec.lua.)
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local refused = burning.refused

local d

before_each(function()
  d = disc.new()
end)

after_each(function()
  collectgarbage()
  d:remove()
end)

describe("a disc file that is removed", function()
  local REMOVED <const> =
    "the disc's file could not be written: No such file or directory"

  local function told(failure)
    assert.matches(REMOVED, failure.message, 1, true)
    assert.matches("removed or replaced", failure.advice)
    assert.are.equal("data", failure.culprit)
  end

  it("takes no burn and no erase, and is still read", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {multi = true})
    os.remove(d.last)
    assert.are.equal("appendable", assert(rec:medium()).state)
    assert.are.equal(disc.block(7), rec:read(7, 1))
    told(refused("cannot_write_to_media", rec:erase()))
    assert.are.equal("appendable", assert(rec:medium()).state)
    assert.is_nil(io.open(d.last))
  end)

  for _, verify in ipairs{true, false} do
    it(("in the middle of a burn fails it, %s read-back"):format(
      verify and "with" or "without"), function()
      local rec = d:recorder()
      local pushed = assert(source.push(10000 * disc.BLOCK))
      local job <close> = assert(rec:burn_start{
        tracks = {{source = pushed}}, buffer = 4 * 65536, verify = verify,
      })
      assert(pushed:write(("x"):rep(5000 * disc.BLOCK)))
      os.remove(d.last)
      pushed:write(("x"):rep(5000 * disc.BLOCK)) -- until it fails
      pushed:close()
      local failure = refused("cannot_write_to_media", job:wait())
      told(failure)
      assert.is_false(failure.report.verified)
      assert.are.equal("idle", rec:get_recorder_state())
    end)
  end

  it("when all was written, before the session was closed", function()
    local rec = d:opened()
    disc.tao(rec, {300}, {open = true})
    os.remove(d.last)
    told(refused("cannot_write_to_media", rec:finish()))
  end)

  it("and made anew is another disc, for who opens it then", function()
    local old = d:opened()
    os.remove(d.last)
    local address = ("virtual:%s?medium=cd-r"):format(d.last)
    local new = assert(discrecorder.recorder(address))
    assert.are.equal("cd-r", assert(new:medium()).profile)
    told(refused("cannot_write_to_media",
      old:burn(burning.job(d:image(400)))))
    local report = assert(new:burn(burning.job(d:path "image.iso")))
    assert.is_true(report.verified)
  end)
end)

-- A program of this library on a file system of its own, which only it sees:
-- `folder` is an empty tmpfs of that many KiB. What it prints.
local function on_tmpfs(kibibytes, program)
  if run("unshare", "-m", "true").status ~= 0 then
    pending "only root can mount a file system"
  end
  local mount = d:path "mount"
  run.output("mkdir", mount)
  local r = run{
    "unshare", "-m", "sh", "-c", [[
      mount -t tmpfs -o "size=$2k" none "$1" || exit 77
      exec lua5.4 -e "$3"]], "sh", mount, kibibytes, ([[
      local burning = require "spec.support.burning"
      local disc = require "discrecorder"
      local folder = %q
      local function recorder(name)
        return assert(disc.recorder("virtual:" .. folder .. name))
      end
      local function told(_, failure, code)
        print(code, failure.sense and failure.sense.asc, failure.culprit)
        print(failure.message)
        print(failure.advice)
      end
      %s]]):format(mount, program),
    env = run.lua_env, ours = true,
  }
  if r.status == 77 then
    pending "no tmpfs can be mounted here"
  end
  assert.are.equal(0, r.status, r.stderr)
  return r.stdout
end

describe("a full file system beneath a disc", function()
  it("is a write error; what was written is closed and can be read", function()
    local said = on_tmpfs(6144, ([[
      local image = %q
      local rec = recorder "/disc?medium=cd-rw"
      told(rec:burn(burning.job(image)))
      local medium = rec:medium()
      local blocks = medium.tracks[1].blocks
      print(medium.state, blocks > 1000 and blocks < 3000)
      local file = io.open(image, "rb")
      print(file:read(1000 * 2048) == rec:read(0, 1000))
      assert(rec:open_exclusive())
      assert(rec:erase(true))
      assert(rec:close())
      image = folder .. "/small"
      assert(io.open(image, "w")):write(("x"):rep(300 * 2048)):close()
      print(assert(rec:burn(burning.job(image))).verified)
      ]]):format(d:image(4000)))
    local lines = {}
    for line in said:gmatch "[^\n]+" do
      table.insert(lines, line)
    end
    assert.are.equal("cannot_write_to_media\t12\tdata", lines[1])
    assert.matches("disc's file could not be written: No space left",
      lines[2], 1, true)
    assert.matches("Free some disk space", lines[3])
    assert.are.same({"appendable\ttrue", "true", "true"},
      {table.unpack(lines, 4)})
  end)

  it("has no room for a new disc, and none is left behind", function()
    local said = on_tmpfs(64, [[
      local rec, failure, code =
        disc.recorder("virtual:" .. folder .. "/disc?medium=cd-rw")
      print(rec, code, failure.advice)
      print(failure.message)
      print(io.open(folder .. "/disc"))]])
    assert.matches("^nil\tfile_access\tFree some disk space", said)
    assert.matches("cannot make the disc file .*No space left", said)
    assert.matches("\nnil\t[^\n]*No such file", said)
  end)
end)

describe("a read-only file system beneath a disc", function()
  it("is a write-protected disc, which is read", function()
    local said = on_tmpfs(6144, ([[
      local rec = recorder "/disc?medium=cd-rw"
      assert(rec:burn(burning.job(%q)))
      local function same()
        return rec:read(0, 1) == string.pack("<I4", 1) .. ("i"):rep(2044)
      end
      print(same())
      rec = nil
      collectgarbage()
      assert(os.execute("mount -o remount,ro " .. folder))
      rec = recorder "/disc"
      print(rec:medium().state, same())
      assert(rec:open_exclusive())
      told(rec:erase())
      assert(rec:close())
      told(disc.recorder("virtual:" .. folder .. "/new?medium=cd-r"))
      ]]):format(d:image(400)))
    local lines = {}
    for line in said:gmatch "[^\n]+" do
      table.insert(lines, line)
    end
    assert.are.equal("true", lines[1])
    assert.are.equal("complete\ttrue", lines[2])
    assert.matches("\t39\t", lines[3], 1, true)
    assert.matches("write protected", lines[4])
    assert.matches("^Take the write protection off", lines[5])
    assert.are.equal("file_access\tnil\tpermission", lines[6])
    assert.matches("Read%-only file system", lines[7])
  end)

  it("takes no burn on a blank disc, and says so before a byte is written",
    function()
      local said = on_tmpfs(6144, ([[
        do
          local rec <close> = recorder "/disc?medium=cd-rw"
        end
        collectgarbage()
        assert(os.execute("mount -o remount,ro " .. folder))
        local rec = recorder "/disc"
        told(rec:burn(burning.job(%q)))
        print(rec:medium().state)]]):format(d:image(400)))
      assert.matches("write protected", said)
      assert.matches("\nblank\n$", said)
    end)
end)

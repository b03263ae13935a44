-- Sources of several parts, and of the user data in whole sectors.
local burning = require "spec.support.burning"
local each = require "spec.support.each"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"

local s = each(scratch.new)

local function all_of(made, size)
  local parts = {}
  assert(made:open())
  for piece in function() return made:read(size) end do
    table.insert(parts, piece)
  end
  return table.concat(parts)
end

describe("source.join", function()
  it("gives its parts one after another, and silence, each time", function()
    local made = assert(source.join {
      assert(source.bytes "abcdefgh"), 3, assert(source.bytes "ijkl"),
    })
    assert.are.equal(24, made.length)
    for _, size in ipairs {1, 5, 4096} do
      assert.are.equal("abcdefgh" .. ("\0"):rep(12) .. "ijkl",
        all_of(made, size))
    end
    assert.are.same({"join", 1, 6, true},
      {made.kind, made.blocks, made.audio.frames, made.audio.exact})
  end)

  it("fails with a part of it", function()
    local path = s:file("samples", ("x"):rep(400))
    local made = assert(source.join {2, assert(source.file(path))})
    assert(io.open(path, "ab")):write("more"):close()
    burning.refused("bad_file", made:open())
  end)

  it("wants its parts for itself", function()
    local part = assert(source.bytes "abcd")
    local made = assert(source.join {part})
    assert(part:open())
    burning.refused("busy", made:open())
    part:close()
  end)

  it("raises for what is no part", function()
    for _, parts in ipairs {
      {}, {0}, {-1}, {1.5}, {"file"}, {source.bytes "abc"}, {source.push()},
    } do
      assert.has_error(function()
        source.join(parts)
      end)
    end
  end)
end)

describe("source.sectors", function()
  local function sectors(head, tail, count)
    local user, raw = {}, {}
    for i = 1, count do
      user[i] = string.pack("<I4", i):rep(512)
      raw[i] = ("h"):rep(head) .. user[i] .. ("t"):rep(tail)
    end
    return table.concat(raw), table.concat(user)
  end

  it("gives the user data of sectors of any mode", function()
    for mode, case in pairs {
      ["mode1/2048"] = {0, 0}, ["mode1/2352"] = {16, 288},
      ["mode2/2336"] = {8, 280}, ["mode2/2352"] = {24, 280},
    } do
      local raw, user = sectors(case[1], case[2], 100)
      local path = s:file("bin", "offset!" .. raw)
      local made = assert(source.sectors(path, mode, 7, 100))
      assert.are.equal(100 * 2048, made.length)
      for _, size in ipairs {1000, 2048, 65536} do
        assert.is_true(user == all_of(made, size))
      end
    end
  end)

  it("is refused when the file is too short, or missing", function()
    local path = s:file("bin", ("x"):rep(2352 * 10))
    burning.refused("bad_file", source.sectors(path, "mode1/2352", 0, 11))
    burning.refused("bad_file", source.sectors(path, "mode1/2352", 1, 10))
    burning.refused("bad_file", source.sectors(path, "mode1/2352", 1 << 40, 1))
    burning.refused("bad_file",
      source.sectors(path .. "x", "mode1/2352", 0, 1))
    assert.has_error(function()
      source.sectors(path, "mode3/2352", 0, 1)
    end)
  end)

  it("fails when the file becomes shorter while it is read", function()
    local path = s:file("bin", ("x"):rep(2352 * 10))
    local made = assert(source.sectors(path, "mode1/2352", 0, 10))
    assert(made:open())
    assert.are.equal(2048, #assert(made:read(2048)))
    s:file("bin", ("x"):rep(2352 * 4))
    local failure = burning.refused("bad_file", made:read(65536))
    assert.matches("shrank meanwhile", failure.message)
  end)

  it("fails when the file changes", function()
    local path = s:file("bin", ("x"):rep(2352 * 10))
    local made = assert(source.sectors(path, "mode1/2352", 0, 10))
    s:file("bin", ("y"):rep(2352 * 9))
    burning.refused("bad_file", made:open())
  end)
end)

local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

describe("discrecorder append", function()
  local s, address, first, second

  before_each(function()
    s = scratch.new()
    address = s:address "medium=cd-r"
    s:file("first/sub/old.txt", "old\n")
    s:file("second/new.txt", "new\n")
    first, second = s:path "first", s:path "second"
  end)

  after_each(function()
    s:remove()
  end)

  local function done(...)
    local said = run.command(...)
    assert.are.equal(0, said.status, said.stderr)
    return said.stdout
  end

  it("adds to a disc, tells of it, and brings an older session back", function()
    done("append", address, first)
    done("append", address, second, "--only-changed", "--remove-missing",
      "--how", "merge", "--close")
    local info = done("info", address)
    assert.matches("session 2  ISOIMAGE", info, 1, true)
    assert.matches("state +complete", info)
    local image = s:path "image.iso"
    done("read", address, image, "--session", "1")
    local none = run.command("read", address, image, "--session", "9")
    assert.are.equal(1, none.status)
    assert.matches("there is no session 9 on the disc: its last is 2\n",
      none.stderr, 1, true)
    assert.are.equal("CD001", run.slurp(image):sub(32770, 32774))
    local refused = run.command("append", address, first)
    assert.are.equal(1, refused.status)
    assert.matches("nothing can be added", refused.stderr, 1, true)
  end)

  it("compares with what an older session showed", function()
    done("append", address, first)
    done("append", address, second)
    done("verify", address, "--session", "1", "--against", first)
    assert.are.equal(1, run.command("verify", address, "--session", "1",
      "--against", second).status)
    assert.matches("MD5 tags", done("verify", address, "--session", "2"))
  end)

  it("refuses what it does not understand", function()
    for _, arguments in ipairs{
      {"append", address},
      {"append", address, first, "--how", "so"},
      {"read", address, s:path "x", "--session", "0"},
      {"verify", address, "--session", "0"},
      {"verify", address, "--session", "1", "--report", s:path "x"},
    } do
      assert.are.equal(2, run.command(table.unpack(arguments)).status)
    end
  end)
end)

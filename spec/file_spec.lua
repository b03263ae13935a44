-- Small files that are read and written in one go.
local file = require "discrecorder.file"
local refused = require("spec.support.burning").refused
local run = require "spec.support.run"

describe("a small file", function()
  local folder

  before_each(function()
    folder = run.folder()
  end)

  after_each(function()
    run.remove(folder)
  end)

  it("is written, and is there then", function()
    local path = folder .. "/x"
    assert.is_false(file.exists(path))
    assert.is_true(file.write(path, "long"))
    assert.is_true(file.write(path, "new"))
    assert.is_true(file.exists(path))
    assert.are.equal("new", run.slurp(path))
  end)

  it("is read, unless it is too long", function()
    local path = folder .. "/x"
    run.spit(path, "bytes")
    assert.are.equal("bytes", file.read(path, 5))
    refused("bad_file", file.read(path, 4))
    run.spit(path, "")
    assert.are.equal("", file.read(path, 5))
    refused("file_access", file.read(folder .. "/none", 5))
    assert.matches("Is a directory", refused("file_access",
      file.read(folder, 5)).message)
  end)

  it("that cannot be written is a failure with the reason", function()
    assert.matches("No such file", refused("file_access",
      file.write(folder .. "/none/x", "x")).message)
    assert.matches("^/dev/full: No space left", refused("file_access",
      file.write("/dev/full", ("x"):rep(100000))).message)
    assert.matches("^/dev/full: No space left", refused("file_access",
      file.write("/dev/full", "x")).message)
  end)
end)

--- A folder of its own for each test, with discs, files and images in it.
--
--     local scratch = require "spec.support.scratch"
--     local s = scratch.new()       -- in before_each
--     s.address()                   -- "virtual:...", a new blank CD-RW
--     s:files()                     -- a folder with some files in it
--     s:image(blocks)               -- a file of so many blocks
--     s:remove()                    -- in after_each
local run = require "spec.support.run"

local scratch = {}
scratch.__index = scratch

local BLOCK <const> = 2048

-- @tparam[opt] string where the folder that it is in
function scratch.new(where)
  return setmetatable({folder = run.folder(where), discs = 0}, scratch)
end

function scratch:remove()
  run.remove(self.folder)
end

--- A path in the folder.
function scratch:path(name)
  return self.folder .. "/" .. name
end

--- The address of a new disc.
-- @tparam[opt="medium=cd-rw"] string query what stands after the "?"
function scratch:address(query)
  self.discs = self.discs + 1
  return ("virtual:%s/disc%d?%s"):format(
    self.folder, self.discs, query or "medium=cd-rw")
end

--- A file; folders on the way to it are made.
function scratch:file(name, content)
  local path = self:path(name)
  run.output("mkdir", "-p", (path:match("^(.*)/")))
  return run.spit(path, content)
end

--- A folder with a few files; the same every time.
function scratch:files()
  self:file("files/hello.txt", "hello\n")
  self:file("files/sub/numbers.bin", ("0123456789"):rep(5000))
  self:file("files/sub/empty", "")
  return self:path("files")
end

--- An image whose every block differs from the others.
function scratch:image(blocks, name)
  local path = self:path(name or "image.iso")
  local file = assert(io.open(path, "wb"))
  for i = 1, blocks do
    assert(file:write(string.pack("<I4", i), ("i"):rep(BLOCK - 4)))
  end
  assert(file:close())
  return path
end

return scratch

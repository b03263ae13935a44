--- A folder in memory for what the benchmarks read and write.
local measure = require "measure"

local scratch = {}
scratch.__index = scratch

local WHERE <const> = "/dev/shm"
local MIB <const> = 1024 * 1024

--- Bytes that are free there; nil when there is no such file system.
function scratch.free()
  local pipe = assert(io.popen("df -Pk " .. WHERE .. " 2>/dev/null", "r"))
  local free = pipe:read("a"):match("\n%S+ +%d+ +%d+ +(%d+)")
  pipe:close()
  return free and math.tointeger(free) * 1024
end

--- Removed when the variable that holds it is closed.
function scratch.new()
  local pipe = assert(io.popen("mktemp -d " .. WHERE .. "/bench.XXXXXX", "r"))
  local folder = assert(pipe:read("l"), "there is no " .. WHERE)
  pipe:close()
  return setmetatable({folder = folder}, scratch)
end

function scratch:path(name)
  return self.folder .. "/" .. name
end

--- Make it empty, but for the folder itself.
function scratch:clear()
  assert(self.folder:match("^/dev/shm/bench%.%w+$"))
  os.execute("rm -rf " .. self.folder .. "/*")
end

function scratch:__close()
  self:clear()
  os.remove(self.folder)
end

--- A file of so many MiB of random bytes.
function scratch:random(name, mib)
  local path = self:path(name)
  measure.run(measure.shell('head -c "$1" /dev/urandom >"$2"', mib * MIB, path))
  return path
end

--- Seconds that a command took.
-- @tparam table command as for measure.run
-- @tparam string out the file that it makes: not there before, gone after
function scratch.seconds(command, out)
  os.remove(out)
  local seconds = measure.run(command).seconds
  os.remove(out)
  return seconds
end

--- The command that burns onto a new disc, and the disc's path.
-- @string medium as in an address
function scratch:burn_on(medium, name, ...)
  local disc = self:path("disc")
  return {
    "bin/discrecorder", name, ("virtual:%s?medium=%s"):format(disc, medium),
    "--quiet", ...,
  }, disc
end

--- The same onto a CD-R.
function scratch:burn(...)
  return self:burn_on("cd-r", ...)
end

return scratch

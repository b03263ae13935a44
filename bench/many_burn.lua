-- Burns a source onto new virtual discs, PATH.1 and up, unverified, and looks
-- how many bytes of the source were asked of the system: no more than once.
--
--     lua5.4 bench/many_burn.lua SOURCE PATH COPIES
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local source = require "discrecorder.source"

local path, out, copies = arg[1], arg[2], tonumber(arg[3])

-- Bytes that this process has read so far, by whatever call.
local function read_so_far()
  local file <close> = assert(io.open("/proc/self/io"))
  return tonumber(file:read("a"):match("rchar: (%d+)"))
end

local recorders = {}
for i = 1, copies do
  recorders[i] = assert(
    disc.recorder(("virtual:%s.%d?medium=dvd%%2Br"):format(out, i)))
end
local made = assert(source.file(path))
local before = read_so_far()
assert(burn.to_many({tracks = {{source = made}}, verify = false}, recorders))
local read = read_so_far() - before
-- Besides the source only the discs' descriptions are read.
assert(read >= made.length and read < made.length * 1.1,
  "the source was not read once")

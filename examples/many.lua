-- Burn one image by many recorders at once, from one reading of it, and say how
-- each disc turned out.
--
--     lua5.4 examples/many.lua [IMAGE ADDRESS...]
--
-- Without arguments: 4 MiB of zeros, on three new virtual CD-Rs.
local disc = require "discrecorder"
local burn = require "discrecorder.burn"
local source = require "discrecorder.source"

local image, addresses = arg[1], {table.unpack(arg, 2)}
if not image then
  image = os.tmpname()
  local file <close> = assert(io.open(image, "wb"))
  assert(file:write(("\0"):rep(4 << 20)))
  for i = 1, 3 do
    addresses[i] = ("virtual:%s.disc%d?medium=cd-r"):format(image, i)
  end
end

local recorders = {}
for i, address in ipairs(addresses) do
  recorders[i] = assert(disc.recorder(address))
end

local job = {tracks = {{source = assert(source.file(image))}}}
local results, failure = burn.to_many(job, recorders)

for _, result in ipairs(results or failure.results) do
  print(result.address)
  if result.ok then
    print("  burned and read back: " .. result.report.tracks[1].sha256)
  else
    print("  " .. result.failure)
  end
end
assert(results, failure)

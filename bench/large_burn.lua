-- Burns an image onto what is at an address, formatted when it needs that, and
-- does not read it back.
--
--     lua5.4 bench/large_burn.lua IMAGE ADDRESS [KIB]
--
-- KIB is what one WRITE carries, at most.
local burn = require "discrecorder.burn"
local disc = require "discrecorder"

local image, address, kib = arg[1], arg[2], tonumber(arg[3])

local rec <close> = assert(disc.recorder(address))
assert(burn.image(rec, image, {
  as_needed = true, verify = false, packet = kib and kib * 1024,
}))

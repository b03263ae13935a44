-- Burn an ISO image, then check the disc against the file once more.
--
--     lua5.4 examples/image.lua [ADDRESS [IMAGE]]
--
-- Without arguments: a made-up image, onto a new virtual CD-R.
local disc = require "discrecorder"
local burn = require "discrecorder.burn"
local verify = require "discrecorder.verify"

local BLOCK <const> = 2048

local function made_up_image()
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  for i = 1, 500 do
    assert(file:write((("block %d "):format(i)):rep(BLOCK):sub(1, BLOCK)))
  end
  assert(file:close())
  return path
end

local address = arg[1] or "virtual:" .. os.tmpname() .. ".disc?medium=cd-r"
local image = arg[2] or made_up_image()

local recorder = assert(disc.recorder(address))
local report = assert(burn.image(recorder, image, {verify = false}))
print("burned, sha256 " .. report.tracks[1].sha256)

local job = assert(verify.start(recorder, {against = image}))
local check = assert(job:wait())
print("compared with " .. image .. ": " .. (check.ok and "equal" or "no"))

--- The discs of works, each work's in a folder of its own, and the image that
-- is on most of them.
local images = require "spec.kills.images"
local recorders = require "spec.races.recorders"
local source = require "discrecorder.source"

local discs = {
  -- Blocks of the image.
  BLOCKS = 400,
}

-- How much of an image goes into a packet.
local PACKET <const> = 32768

--- Where a work has its disc.
-- @tparam table w
-- @tparam string medium
-- @tparam[opt] string name if it has several
function discs.address(w, medium, name)
  return ("virtual:%s/%s?medium=%s"):format(w.folder, name or "disc", medium)
end

--- The `setup` of a work with one disc.
function discs.setup(medium)
  return function(w)
    w.address = discs.address(w, medium)
  end
end

--- A disc that can be written once only: a new one, the next time.
function discs.renew(w)
  collectgarbage()
  collectgarbage()
  assert(os.remove(w.folder .. "/disc"))
end

function discs.make_blank(rec)
  if assert(rec:medium()).state ~= "blank" then
    assert(rec:open_exclusive())
    assert(rec:erase(false))
  end
end

--- The track of a job that ends after the image's blocks.
function discs.image(w)
  return {{source = assert(source.file(w.images .. "/short"))}}
end

--- A job of many packets.
-- @tparam[opt] table tracks
-- @tparam[opt] table more of the job
function discs.job(tracks, more)
  local job = {tracks = tracks, packet = PACKET}
  for key, value in pairs(more or {}) do
    job[key] = value
  end
  return job
end

--- Burn the disc of a work, undisturbed.
function discs.burn(w, tracks, more)
  local rec <close> = recorders.sound(w.address)
  assert(rec:burn(discs.job(tracks or discs.image(w), more)))
end

--- Make what the discs are burned from, in a folder.
function discs.make(folder)
  images.make(folder)
  local file <close> = assert(io.open(folder .. "/short", "wb"))
  assert(file:write(images.bytes(1):sub(1, discs.BLOCKS * images.BLOCK)))
end

return discs

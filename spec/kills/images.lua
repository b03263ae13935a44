--- The images that are burned, in a folder: each block of each is another one.
local burn_audio = require "spec.support.burn_audio"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local images = {
  BLOCK = 2048,
  -- More blocks than a disc file counts at once; the last one is burned to see
  -- whether the disc takes it.
  blocks = {700, 600, 320},
  -- Two tracks of audio.
  audio = {400, 450},
}

local function data(number, blocks)
  local list = {}
  for i = 1, blocks do
    list[i] = ("<I4I4"):pack(number, i):rep(images.BLOCK // 8)
  end
  return table.concat(list)
end

local content = {}

--- Its bytes.
function images.bytes(number)
  content[number] = content[number] or data(number, images.blocks[number])
  return content[number]
end

--- The bytes of one track of the audio.
function images.samples(track)
  local key = "audio" .. track
  content[key] = content[key] or burn_audio.pcm(images.audio[track], track)
  return content[key]
end

--- Write them into a folder.
function images.make(folder)
  for i in ipairs(images.blocks) do
    run.spit(("%s/%d"):format(folder, i), images.bytes(i))
  end
  for i in ipairs(images.audio) do
    run.spit(("%s/audio%d"):format(folder, i), images.samples(i))
  end
end

--- The tracks of a job, of an image's number or "audio".
function images.tracks(folder, image)
  if image ~= "audio" then
    return {{source = assert(source.file(("%s/%d"):format(folder, image)))}}
  end
  local tracks = {}
  for i in ipairs(images.audio) do
    tracks[i] = {kind = "audio",
      source = assert(source.file(("%s/audio%d"):format(folder, i)))}
  end
  return tracks
end

return images

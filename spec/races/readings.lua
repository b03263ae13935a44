--- What only reads a disc, and a disc that is copied: works as in work.lua.
local copy = require "discrecorder.copy"
local discs = require "spec.races.discs"
local export = require "discrecorder.export"
local images = require "spec.kills.images"
local read = require "discrecorder.read"
local recorders = require "spec.races.recorders"
local truth = require "spec.races.truth"
local verify = require "discrecorder.verify"

local readings = {}

-- A disc with the image on it, or what `more` of the work says.
local function add(name, more)
  local one = {
    name = name,
    setup = discs.setup "cd-rw",
    prepare = discs.burn,
    check = truth.unchanged,
  }
  for key, value in pairs(more) do
    one[key] = value
  end
  table.insert(readings, one)
end

local function content_of(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

-- The files that a disc is read to, as they are when nobody breaks that off.
local function keep_whole(w, start, names)
  local path = w.folder .. "/" .. names[1]
  w.whole = {}
  assert(assert(start(recorders.sound(w.address), path)):wait())
  for _, name in ipairs(names) do
    path = w.folder .. "/" .. name
    w.whole[name] = assert(content_of(path))
    os.remove(path)
  end
end

-- A file that somebody read a disc to is whole, or is not there. With a map it
-- may be gone on with.
local function check_files(w, outcome)
  truth.unchanged(w)
  local ok = truth.is_ok(outcome)
  for name, whole in pairs(w.whole) do
    local path = w.folder .. "/" .. name
    local found = content_of(path)
    assert(found or not ok, name .. " is not there")
    assert(not found or found == whole or w.map and not ok,
      name .. " is not whole")
    os.remove(path)
  end
  if w.map then
    os.remove(w.map)
  end
end

add("verify", {start = function(w, draw)
  return verify.start(recorders.drawn(w, draw),
    {against = w.images .. "/short"})
end})

for _, one in ipairs {{"read"}, {"read with a map", map = true}} do
  add(one[1], {
    setup = function(w)
      discs.setup "cd-rw"(w)
      w.map = one.map and w.folder .. "/map"
    end,
    prepare = function(w)
      discs.burn(w)
      keep_whole(w, read.start, {"out.iso"})
    end,
    start = function(w, draw)
      return read.start(recorders.drawn(w, draw), w.folder .. "/out.iso",
        {map = w.map})
    end,
    check = check_files,
  })
end

add("load", {start = function(w, draw)
  return recorders.drawn(w, draw):load_start()
end})

add("copy", {
  setup = function(w)
    discs.setup "cd-rw"(w)
    w.to = discs.address(w, "cd-rw", "copy")
  end,
  start = function(w, draw)
    return copy.start(recorders.drawn(w, draw), recorders.drawn(w, draw, w.to))
  end,
  check = function(w, outcome)
    truth.unchanged(w)
    truth.burned(w.to, {left = outcome.left})
  end,
})

add("export, audio", {
  prepare = function(w)
    discs.burn(w, images.tracks(w.images, "audio"))
    keep_whole(w, export.start, {"out.cue", "out.bin"})
  end,
  start = function(w, draw)
    return export.start(recorders.drawn(w, draw), w.folder .. "/out.cue")
  end,
  check = check_files,
})

return readings

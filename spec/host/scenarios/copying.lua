-- Copies and exports.
local album = require "discrecorder.album"
local burn = require "discrecorder.burn"
local copy = require "discrecorder.copy"
local disc = require "discrecorder"
local export = require "discrecorder.export"
local must = require "spec.host.scenarios.must"

local function image(at, rec)
  must(burn.image(rec, at.input .. "/image", {verify = false}))
end

local function of_audio(at, rec)
  must(album.burn(rec, at.input .. "/album.cue", {verify = false}))
end

local function to(medium)
  return function(at, rec)
    local other <close> = must(disc.recorder(
      ("virtual:%s/other?medium=%s"):format(at.work, medium)))
    assert(must(copy.run(rec, other)).verified)
  end
end

local function exported(name)
  return function(at, rec)
    must(export.run(rec, at.work .. "/" .. name))
  end
end

return {
  {name = "export, ISO", prepare = image, reads = true,
    run = exported "out.iso"},
  {name = "export, CUE", disc = "medium=cd-r", prepare = of_audio,
    reads = true, run = exported "out.cue"},
  {name = "export, TOC", disc = "medium=cd-r", prepare = of_audio,
    reads = true, run = exported "out.toc"},
  {name = "copy, data", prepare = image, run = to "cd-r"},
  {name = "copy, audio", disc = "medium=cd-r", prepare = of_audio,
    run = to "cd-r"},
  {name = "copy, an image to a disc", run = function(at, rec)
    assert(must(copy.run(at.input .. "/album.cue", rec)).verified)
  end},
}

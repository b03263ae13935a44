-- Audio: burned at once with all that a CD can say, read, and checked.
local album = require "discrecorder.album"
local must = require "spec.host.scenarios.must"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BYTES <const> = 2352 * 300

local function samples(seed)
  return string.pack("<I4", seed):rep(BYTES // 4)
end

local function burned(rec, more)
  local work = {tracks = {}, buffer = 1 << 18}
  for i = 1, 2 do
    work.tracks[i] = {
      kind = "audio", source = must(source.bytes(samples(i * 77777))),
    }
  end
  for key, value in pairs(more) do
    work[key] = value
  end
  if work.mode == "sao" then
    work.tracks[1].index = {100}
    work.tracks[1].isrc = "DEABC0600001"
    work.tracks[2].pregap_source = must(source.bytes(samples(3)))
    work.tracks[2].text = {title = "Two"}
  end
  assert(must(rec:burn(work)).verified)
end

local function burn_album(at, rec)
  assert(must(album.burn(rec, at.input .. "/album.cue")).verified)
end

local function check(at, rec)
  must(verify.run(rec, {against = at.input .. "/album.cue"}))
end

local function files(at)
  local one <close> = must(source.audio(at.input .. "/one.wav", 100, 5000))
  must(one:open())
  local part, failure
  repeat
    part, failure = one:read(65536)
    must(not failure, failure)
  until not part
  must(album.job({at.input .. "/one.wav", at.input .. "/two.wav"}, {gap = 150}))
end

return {
  {name = "audio, track at once", disc = "medium=cd-r", run = function(_, rec)
    burned(rec, {mode = "tao"})
  end},
  {name = "audio, at once with CD-TEXT", disc = "medium=cd-r",
    run = function(_, rec)
      burned(rec, {mode = "sao", mcn = "0123456789012", text = {title = "All"}})
    end},
  {name = "audio, an album", disc = "medium=cd-r", run = burn_album},
  {name = "audio, its files", reads = true, run = files},
  {name = "audio, verified", disc = "medium=cd-r", prepare = burn_album,
    reads = true, run = check},
}

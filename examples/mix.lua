-- Burn loose sound files as an audio CD, as many as fit, with their names as
-- CD-TEXT.
--
--     lua5.4 examples/mix.lua ADDRESS FILE...
--
-- WAV, AIFF, FLAC, Ogg Vorbis, Opus, MP3 of any sample rate: two seconds of
-- silence between them.
local disc = require "discrecorder"
local burn = require "discrecorder.burn"
local plan = require "discrecorder.plan"
local source = require "discrecorder.source"

local GAP <const> = 150 -- blocks of 1/75 s

if not arg[2] then
  io.stderr:write("usage: mix.lua ADDRESS FILE...\n")
  os.exit(2)
end
local recorder = assert(disc.recorder(arg[1]))
local medium = assert(recorder:medium())

-- A track more, as long as the plan has room for it.
local job = {tracks = {}, text = {title = "Mix"}}
for i = 2, #arg do
  local made, failure = source.audio(arg[i])
  if made then
    table.insert(job.tracks, {
      source = made, pregap = #job.tracks > 0 and GAP or nil,
      text = {title = arg[i]:match "([^/]+)%.%w+$" or arg[i]},
    })
    local fits, why, code = plan.plan(job, medium)
    if not fits and code == "disc_full" then
      table.remove(job.tracks)
      print("left out: " .. arg[i])
    elseif not fits then
      error(why)
    end
  else
    print("left out: " .. failure)
  end
end

local report = assert(burn.run(recorder, job))
print(("%d tracks burned, and read back: %s"):format(#report.tracks,
  report.verified and "equal" or "no"))

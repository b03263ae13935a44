--- discrecorder audio
-- @module discrecorder.cli.audio

local burning = require "discrecorder.cli.burning"
local fields = require "discrecorder.fields"
local packs = require "discrecorder.cli.packs"
local sheet = require "discrecorder.sheet"

local BLOCKS_A_SECOND <const> = 75
local GAP_MOST <const> = 3600 -- seconds

local function gap(text)
  local seconds = tonumber(text)
  if seconds and seconds >= 0 and seconds <= GAP_MOST then
    return math.floor(seconds * BLOCKS_A_SECOND + 0.5)
  end
  return nil, ("'%s' is no number of seconds"):format(text)
end

local audio = {
  name = "audio",
  summary = "Burn an audio CD from a sheet or from sound files.",
}

function audio.declare(command)
  command:description(
    "Burn an audio CD and read it back: an album as its CUE sheet, TOC file " ..
    "or NRG image says, or sound files (WAV, AIFF, FLAC, Ogg, Opus, MP3), a " ..
    "track each, one after the other without a gap. All of them are opened " ..
    "and checked before anything is written."
  )
  command:argument("address", "The recorder."):args(1)
  command:argument("input", "SHEET.cue, .toc, .nrg, or sound files.")
    :args("+")
  command:option("--gap", "Silence between sound files, in seconds.")
    :argname("SECONDS"):convert(gap)
  command:option("--cd-text", "CD-TEXT out of another sheet, or a file of " ..
    "packs. tags: the sound files' titles and artists. none: not even the " ..
    "sheet's own."):argname("FILE")
  command:flag("--tao", "Write track at once, with two seconds between tracks.")
  command:flag("--no-dither", "Round what has more than 16 bits, or another " ..
    "rate, to the nearest, without the noise that hides the error.")
  command:flag("--overburn", "Go on past what the disc says is its end.")
  command:flag("--keep-open", "Leave the disc open for another session.")
  packs.declare(command)
  burning.declare(command, "Erase the disc first where that is needed.")
end

function audio.check(arguments)
  if #arguments.input == 1 and sheet.is_one(arguments.input[1]) then
    return arguments.gap and "--gap is for sound files"
      or arguments.cd_text == "tags" and "--cd-text tags is for sound files"
  end
  for _, path in ipairs(arguments.input) do
    if sheet.is_one(path) then
      return "a sheet stands alone"
    end
  end
  return (arguments.encoding or arguments.outside)
    and "--encoding and --outside are for sheets"
end

local function text_of(arguments)
  local from = arguments.cd_text
  if not from then
    return true
  elseif from == "none" then
    return false
  elseif from == "tags" then
    return from
  end
  return packs.read(from, {outside = true})
end

local function make_job(arguments)
  local text, failure, code = text_of(arguments)
  if text == nil then
    return nil, failure, code
  end
  local input = arguments.input
  return require("discrecorder.album").job(
    sheet.is_one(input[1]) and input[1] or input, {
      cd_text = text, gap = arguments.gap, encoding = arguments.encoding,
      outside = arguments.outside, mode = arguments.tao and "tao" or nil,
      dither = not arguments.no_dither,
    })
end

function audio.run(session)
  local job, warnings, code = make_job(session.arguments)
  if not job then
    return burning.refuse(session, warnings, code)
  end
  return burning.run(session, function(rec, options)
    return require("discrecorder.burn").start(rec, fields.copy(options, job),
      warnings)
  end)
end

return {audio}

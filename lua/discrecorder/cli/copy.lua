--- discrecorder copy
-- @module discrecorder.cli.copy

local burning = require "discrecorder.cli.burning"
local reading = require "discrecorder.cli.reading"

local copy = {
  name = "copy",
  summary = "Copy a disc to a disc or an image, or an image to a disc.",
}

function copy.declare(command)
  command:description(
    "Copy a disc to a disc in another recorder, a disc to an image, or an " ..
    "image to a disc. What is burned is read back. An image is OUT.iso " ..
    "(data), or of a CD OUT.cue or OUT.toc with OUT.bin beside it; an NRG " ..
    "image can be read. With one recorder: copy to an image, change the " ..
    "disc, copy the image."
  )
  command:argument("from", "A recorder's address, or an image."):args(1)
  command:argument("to", "A recorder's address, or the image to be made.")
    :args(1)
  command:flag("--overburn", "Go on past what the disc says is its end.")
  command:flag("--outside", "Let a sheet name files outside its folder.")
  reading.declare_offset(command)
  reading.declare_map(command)
  reading.declare_twice(command)
  burning.declare(command)
end

-- Addresses have a scheme, or name a device.
local function is_address(text)
  return text:find "^%a[%w+.-]*:" or text:find "^/dev/"
end

local IMAGES <const> = {[".iso"] = true, [".cue"] = true, [".toc"] = true}

local function is_image(text)
  return IMAGES[(text:match "%.%w+$" or ""):lower()]
end

-- What has no meaning where nothing is burned.
local BURNING <const> = {
  "as_needed", "eject", "no_verify", "overburn", "packet", "report", "simulate",
  "speed",
}

local function wrong_for_image(arguments)
  if not is_image(arguments.to) then
    return "'to' is no address, and ends in neither .iso nor .cue nor .toc"
  elseif arguments.offset and arguments.to:lower():find "%.iso$" then
    return "--offset is for audio, and an ISO has none"
  end
  for _, name in ipairs(BURNING) do
    if arguments[name] then
      return ("--%s is for burning"):format(name:gsub("_", "-"))
    end
  end
end

function copy.check(arguments)
  local from_disc = is_address(arguments.from)
  local to_disc = is_address(arguments.to)
  if not from_disc and not to_disc then
    return "one of 'from' and 'to' is a recorder's address"
  elseif arguments.outside and from_disc then
    return "--outside is for sheets"
  elseif arguments.offset and not from_disc then
    return "--offset is for a drive that reads"
  elseif arguments.map and to_disc then
    return "--map is for making an image"
  end
  return not to_disc and wrong_for_image(arguments)
    or reading.check_map(arguments) or nil
end

local function to_disc(session, from)
  session.arguments.address = session.arguments.to
  return burning.run(session, function(rec, options)
    options.offset = session.arguments.offset
    options.outside = session.arguments.outside
    options.layout = nil
    options.keep_open = nil -- as the disc is that is copied
    return require("discrecorder.copy").start(from, rec, options)
  end)
end

function copy.run(session)
  local arguments = session.arguments
  if not is_address(arguments.to) then
    arguments.address = arguments.from
    return reading.run(session, arguments.to, function(rec, options)
      options.read_speed, options.speed = options.speed, nil
      options.offset = arguments.offset
      return require("discrecorder.copy").start(rec, arguments.to, options)
    end)
  elseif not is_address(arguments.from) then
    return to_disc(session, arguments.from)
  end
  local from <close>, failure, code =
    require("discrecorder").recorder(arguments.from, {existing = true})
  if not from then
    return nil, failure, code
  end
  return to_disc(session, from)
end

return {copy}

--- discrecorder read, discrecorder export
-- @module discrecorder.cli.read

local reading = require "discrecorder.cli.reading"
local speed = require "discrecorder.cli.speed"

local read = {
  name = "read",
  summary = "Read a disc to an ISO file.",
}

function read.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("file", "Where the image goes."):args(1)
  reading.declare_session(command, "As it was with this session: 1 is the "
    .. "first.")
  reading.declare_map(command)
  speed.declare(command, "--read-speed", "Read at most so fast")
end

read.check = reading.check_map

function read.run(session)
  local file = session.arguments.file
  return reading.run(session, file, function(rec, options)
    options.session = session.arguments.session
    return require("discrecorder.read").start(rec, file, options)
  end)
end

local export = {
  name = "export",
  summary = "Turn a disc into an ISO file, or a CD into BIN and CUE.",
}

function export.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("out", "OUT.iso, or of a CD OUT.cue or OUT.toc with OUT.bin "
    .. "beside it."):args(1)
  reading.declare_offset(command)
  reading.declare_map(command)
  reading.declare_twice(command)
  speed.declare(command, "--read-speed", "Read at most so fast")
end

--- What is wrong with the arguments that the parser cannot see.
function export.check(arguments)
  local ending = (arguments.out:match "%.%w+$" or ""):lower()
  if ending ~= ".iso" and ending ~= ".cue" and ending ~= ".toc" then
    return "'out' ends in neither .iso nor .cue nor .toc"
  elseif ending == ".iso" and arguments.offset then
    return "--offset is for audio, and an ISO has none"
  elseif ending == ".iso" and arguments.map then
    return "--map is for BIN; 'read' has one for an ISO"
  end
  return reading.check_map(arguments)
end

function export.run(session)
  local out = session.arguments.out
  return reading.run(session, out, function(rec, options)
    options.offset = session.arguments.offset
    return require("discrecorder.export").start(rec, out, options)
  end)
end

return {read, export}

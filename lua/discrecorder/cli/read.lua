--- discrecorder read, discrecorder export
-- @module discrecorder.cli.read

-- Run what `start(rec)` starts, then say where the result is.
local function run(session, out, start)
  local rec, failure, code = session:recorder()
  if not rec then
    return nil, failure, code
  end
  local done, why, which = session:follow(function()
    return start(rec)
  end, session:profile(rec))
  if not done then
    return nil, why, which
  end
  local result = {ok = true, file = out}
  for key, value in pairs(type(done) == "table" and done or {}) do
    result[key] = value
  end
  session.console:result(result)
  session.console:say("Wrote %s.", out)
  if result.whole then
    session.console:say(
      "There is no ISO 9660 file system on it: this is all of the track, the "
      .. "padding after what was burned too.")
  end
  return true
end

local read = {
  name = "read",
  summary = "Read a disc to an ISO file.",
}

function read.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("file", "Where the image goes."):args(1)
end

function read.run(session)
  local file = session.arguments.file
  return run(session, file, function(rec)
    return require("discrecorder.read").start(rec, file, {})
  end)
end

local export = {
  name = "export",
  summary = "Turn a virtual disc into an ISO or BIN/CUE file.",
}

function export.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("out", "OUT.iso, or OUT.cue with OUT.bin beside it.")
    :args(1)
end

--- What is wrong with the arguments that the parser cannot see.
function export.check(arguments)
  if not arguments.out:lower():find("%.iso$") and
    not arguments.out:lower():find("%.cue$") then
    return "'out' ends in neither .iso nor .cue"
  end
end

function export.run(session)
  local out = session.arguments.out
  return run(session, out, function(rec)
    return require("discrecorder.export").start(rec, out)
  end)
end

return {read, export}

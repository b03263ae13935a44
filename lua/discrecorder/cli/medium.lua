--- discrecorder erase, finish, eject, load: one job each, and no result.
-- @module discrecorder.cli.medium

-- Run the job that `start(rec)` starts; say how it ended. `changes` names what
-- becomes of the disc, if anything does.
local function run(session, exclusive, changes, said, start)
  local rec, failure, code = session:recorder()
  if not rec then
    return nil, failure, code
  end
  local _ <close> = changes and session:keep_awake(rec, changes)
  local function follow()
    return session:follow(function()
      return start(rec)
    end)
  end
  local done, why, which
  if exclusive then
    done, why, which = session.exclusively(rec, follow)
  else
    done, why, which = follow()
  end
  if not done then
    return nil, why, which
  end
  session.console:result{ok = true}
  session.console:say("%s", said)
  return true
end

local erase = {
  name = "erase",
  summary = "Erase a rewritable disc.",
}

function erase.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:flag("--full", "Overwrite all of it; takes as long as burning.")
end

function erase.run(session)
  local full = session.arguments.full or false
  local said = "The disc is blank."
  return run(session, true, "erasing a disc", said, function(rec)
    return rec:erase_start(full)
  end)
end

local finish = {
  name = "finish",
  summary = "Close the session or the disc that was left open.",
}

function finish.declare(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("what", "session (the default; another may follow) or disc.")
    :args("?"):choices{"session", "disc"}
end

function finish.run(session)
  local what = session.arguments.what or "session"
  local said = ("The %s is closed."):format(what)
  return run(session, true, "closing a disc", said, function(rec)
    return rec:finish_start(what)
  end)
end

local eject = {
  name = "eject",
  summary = "Open the tray.",
}

function eject.declare(command)
  command:argument("address", "The recorder."):args(1)
end

function eject.run(session)
  return run(session, true, nil, "The tray is open.", function(rec)
    return rec:eject_start()
  end)
end

local load = {
  name = "load",
  summary = "Close the tray.",
}

function load.declare(command)
  command:argument("address", "The recorder."):args(1)
end

function load.run(session)
  return run(session, false, nil, "The tray is closed.", function(rec)
    return rec:load_start()
  end)
end

return {erase, finish, eject, load}

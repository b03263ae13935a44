--- discrecorder erase, format, finish, eject, load: one job each, and no
-- result.
-- @module discrecorder.cli.medium

-- Start the job, see it through, say how it ended.
local function run(session, what)
  local rec, failure, code = session:recorder{makes_disc = what.makes_disc}
  if not rec then
    return nil, failure, code
  end
  local _ <close> = what.changes and session:keep_awake(rec, what.changes)
  local function follow()
    return session:follow(function()
      return what.start(rec, session.arguments)
    end)
  end
  local done, why, which
  if what.exclusive then
    done, why, which = session.exclusively(rec, follow)
  else
    done, why, which = follow()
  end
  if not done then
    return nil, why, which
  end
  session.console:result{ok = true}
  session.console:say("%s", what.said(session.arguments))
  return true
end

-- A command with `name`, `summary`; `start(rec, arguments)` gives its job,
-- `said(arguments)` is its last word, `declare(command)` adds arguments,
-- `changes` names what becomes of the disc, if anything does; `makes_disc`: it
-- is for discs that are new, too, so that an address may make one.
local function one_job(what)
  return {
    name = what.name,
    summary = what.summary,
    declare = function(command)
      command:argument("address", "The recorder."):args(1)
      if what.declare then
        what.declare(command)
      end
    end,
    run = function(session)
      return run(session, what)
    end,
  }
end

return {
  one_job{
    name = "erase",
    summary = "Erase a rewritable disc.",
    changes = "erasing a disc",
    exclusive = true,
    declare = function(command)
      command:flag("--full", "Overwrite all of it; takes as long as burning.")
    end,
    start = function(rec, arguments)
      return rec:erase_start(arguments.full or false)
    end,
    said = function()
      return "The disc is blank."
    end,
  },
  one_job{
    name = "format",
    summary = "Format a disc that can be overwritten, or a BD-R.",
    changes = "formatting a disc",
    makes_disc = true,
    exclusive = true,
    declare = function(command)
      command:argument("kind", "default; full: all of it, or certified; " ..
        "least_spare, no_spare: set less aside for bad blocks.")
        :args("?"):choices{"default", "full", "least_spare", "no_spare"}
    end,
    start = function(rec, arguments)
      return rec:format_start(arguments.kind or "default")
    end,
    said = function()
      return "The disc is formatted."
    end,
  },
  one_job{
    name = "finish",
    summary = "Close the session or the disc that was left open.",
    changes = "closing a disc",
    exclusive = true,
    declare = function(command)
      command:argument("what",
        "session (the default; another may follow) or disc.")
        :args("?"):choices{"session", "disc"}
    end,
    start = function(rec, arguments)
      return rec:finish_start(arguments.what or "session")
    end,
    said = function(arguments)
      return ("The %s is closed."):format(arguments.what or "session")
    end,
  },
  one_job{
    name = "eject",
    summary = "Open the tray.",
    exclusive = true,
    start = function(rec)
      return rec:eject_start()
    end,
    said = function()
      return "The tray is open."
    end,
  },
  one_job{
    name = "load",
    summary = "Close the tray.",
    start = function(rec)
      return rec:load_start()
    end,
    said = function()
      return "The tray is closed."
    end,
  },
}

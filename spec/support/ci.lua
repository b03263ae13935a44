--- An output handler for busted that is short and ends with one plain line:
-- `N passed, N failed, N skipped`. What fails is printed at once, with its
-- place; a spec file that cannot be loaded counts as one failure.
--
--     lua5.4 /usr/bin/busted --ignore-lua -o spec/support/ci.lua
local pretty = require "pl.pretty"

-- A dot for each test, in rows of this many.
local ROW <const> = 72

return function()
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()
  local column = 0

  local function newline()
    if column > 0 then
      io.write("\n")
      column = 0
    end
  end

  local function dot(sign)
    io.write(sign)
    column = column + 1
    if column == ROW then
      newline()
    end
    io.flush()
  end

  local function text(message)
    if type(message) == "string" then
      return message
    elseif getmetatable(message) and getmetatable(message).__tostring then
      return tostring(message)
    end
    return message == nil and "nil" or pretty.write(message)
  end

  -- Print one entry of handler.failures or handler.errors.
  local function show(kind, entry)
    local place = entry.element.trace or entry.trace
    newline()
    io.write(kind, ": ", entry.name, "\n")
    if place and place.short_src then
      io.write("  ", place.short_src, ":", place.currentline, "\n")
    end
    io.write("  ", (text(entry.message):gsub("\n", "\n  ")), "\n")
    if kind == "ERROR" and entry.trace and entry.trace.traceback then
      local trace = entry.trace.traceback:gsub("%s+$", "")
      io.write("  ", (trace:gsub("\n", "\n  ")), "\n")
    end
    io.flush()
  end

  function handler.testEnd(_, _, status)
    if status == "success" then
      dot(".")
    elseif status == "pending" then
      dot("s")
    elseif status == "failure" then
      show("FAILED", handler.failures[#handler.failures])
    else
      show("ERROR", handler.errors[#handler.errors])
    end
    return nil, true
  end

  -- Outside a test: a file that cannot be loaded, setup and teardown.
  function handler.strayError(element)
    if element.descriptor ~= "it" then
      show("ERROR", handler.errors[#handler.errors])
    end
    return nil, true
  end

  function handler.suiteEnd()
    newline()
    for _, entry in ipairs(handler.pendings) do
      io.write("skipped: ", entry.name, "\n")
      if entry.message then
        io.write("  ", text(entry.message), "\n")
      end
    end
    io.write(("%.1f seconds\n"):format(handler.getDuration()))
    io.write(
      ("%d passed, %d failed, %d skipped\n"):format(
        handler.successesCount,
        handler.failuresCount + handler.errorsCount,
        handler.pendingsCount
      )
    )
    return nil, true
  end

  -- busted's own exit status is the number of failures, and 256 of them read as
  -- success.
  function handler.exit()
    if handler.failuresCount + handler.errorsCount > 0 then
      os.exit(1, true)
    end
    return nil, true
  end

  busted.subscribe({"test", "end"}, handler.testEnd,
    {predicate = handler.cancelOnPending})
  busted.subscribe({"error"}, handler.strayError)
  busted.subscribe({"failure"}, handler.strayError)
  busted.subscribe({"suite", "end"}, handler.suiteEnd)

  busted.subscribe({"exit"}, handler.exit)

  return handler
end

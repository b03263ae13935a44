--- Keeping the machine awake while a disc is written.
--
-- A machine that goes to sleep in the middle spoils the disc. The command holds
-- an inhibitor by itself; a script that burns asks for one:
--
--     local inhibitor = require "discrecorder.inhibitor"
--     local held <close> = inhibitor.hold("burning a disc")
--
-- which is nil, and harmless, where there is none: a burn does not depend on
-- it. It is systemd's (`systemd-inhibit`, looked for on PATH): suspend,
-- shutdown and idle are blocked. A child process holds it, which ends when this
-- one does, even by SIGKILL; no shell runs.
-- @module discrecorder.inhibitor

local core = require "discrecorder.core"

local inhibitor = {}

-- Seconds: the machine's own time, for D-Bus to answer.
local PATIENCE <const> = 5

--- Hold off suspend, shutdown and idle.
--
-- The Inhibitor lets go by `release()`, at the end of its block (`<close>`),
-- when it is collected, and when the process ends. Letting go twice is
-- harmless.
--
-- @tparam string why what the machine tells its users: "burning a disc"
-- @tparam[opt] table options `patience` (5): seconds to wait for the answer
-- @treturn[1] Inhibitor
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (no systemd here, or no system bus),
-- busy (it does not answer), generic (it refuses)
function inhibitor.hold(why, options)
  local patience = PATIENCE
  for key, value in pairs(options or {}) do
    if key ~= "patience" then
      error(("inhibitor: unknown key '%s'"):format(tostring(key)), 2)
    end
    patience = value
  end
  if type(why) ~= "string" then
    error("inhibitor: why is a string", 2)
  elseif type(patience) ~= "number" then
    error("inhibitor: patience is a number of seconds", 2)
  end
  return core.inhibit(why, patience)
end

return inhibitor

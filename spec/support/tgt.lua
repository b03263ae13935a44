--- A drive that others wrote: tgt's DVD+R, served on loopback by a tgtd of the
-- spec's own, as whoever runs the specs.
--
--     local tgt = require "spec.support.tgt"
--     local reason = tgt.missing()              -- nil: it can be used
--     local target = tgt.start()
--     local address, path = target:disc()       -- a new blank disc
--     target:proxy("drop", 1000000)             -- "127.0.0.1:PORT" between
--     target:stop()
local run = require "spec.support.run"

local tgt = {}
tgt.__index = tgt

local NAME <const> = "iqn.2020-01.org.example:burner"

-- Programs of administrators, which users' paths may lack.
local function find(program)
  for _, folder in ipairs{"/usr/sbin", "/usr/bin", "/usr/local/sbin"} do
    local file = io.open(folder .. "/" .. program)
    if file then
      file:close()
      return folder .. "/" .. program
    end
  end
end

function tgt.missing()
  if not (find "tgtd" and find "tgtadm") then
    return "tgt is not installed"
  end
  if not io.open(run.build .. "/discrecorder/iscsi.so") then
    return "discrecorder.iscsi was not built"
  end
end

--- Run tgtadm.
function tgt:admin(...)
  return run.output{find "tgtadm", "-C", "1", "--lld", "iscsi",
    env = self.env, ...}
end

-- Start tgtd on self.port; false when somebody else has that.
local function run_daemon(self)
  -- It ends with us, however we end.
  self.daemon = run.start{"setpriv", "--pdeathsig", "KILL", find "tgtd",
    "-f", "-C", "1", "--iscsi", "portal=127.0.0.1:" .. self.port,
    env = self.env}
  for _ = 1, 100 do
    local r = run{find "tgtadm", "-C", "1", "--op", "show", "--mode", "sys",
      env = self.env}
    if r.status == 0 then
      break
    end
    os.execute "sleep 0.05"
  end
  if self.daemon.stderr():find("unable to bind", 1, true) then
    self.daemon.signal "KILL"
    self.daemon.wait()
    return false
  end
  return true
end

-- The target itself, without a drive.
local function make_target(self)
  self.discs = 0
  self:admin("--op", "new", "--mode", "target", "--tid", "1",
    "--targetname", NAME)
  self:admin("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL")
end

--- Start a target without a disc.
function tgt.start()
  local self = setmetatable({folder = run.folder(), proxies = {}}, tgt)
  self.env = {TGT_IPC_SOCKET = self.folder .. "/control"}
  for _ = 1, 10 do
    self.port = math.random(20000, 59999)
    if run_daemon(self) then
      make_target(self)
      return self
    end
  end
  error "no free port for tgtd"
end

--- A drive more, with a disc in it.
-- @string[opt] content of the disc; a blank DVD+R without
-- @treturn string address
-- @treturn string path of the file that is the disc
-- @treturn int logical unit
function tgt:disc(content)
  self.discs = self.discs + 1
  local lun = self.discs
  local path = run.spit(("%s/disc%d"):format(self.folder, lun), content or "")
  self:admin("--op", "new", "--mode", "logicalunit", "--tid", "1",
    "--lun", lun, "--device-type", "cd", "-b", path)
  self:admin("--op", "update", "--mode", "logicalunit", "--tid", "1",
    "--lun", lun, "--params", "removable=1")
  return self:address(lun), path, lun
end

function tgt:address(lun, portal)
  return ("iscsi://%s/%s/%d"):format(
    portal or "127.0.0.1:" .. self.port, NAME, lun)
end

--- Something between us and the target that spoils what passes (see
-- spec/target/proxy.c).
-- @treturn string its portal
function tgt:proxy(fault, number)
  local program = run.build .. "/spec/proxy"
  run.output("make", "--no-print-directory", "-s", "BUILD=" .. run.build,
    program)
  local proxy = run.start(program, self.port, fault, number or 0)
  table.insert(self.proxies, proxy)
  return "127.0.0.1:" .. proxy.line_of_stdout()
end

--- End tgtd alone, by its process id: the machine with the drive is gone.
function tgt:kill()
  self.daemon.signal "KILL"
  self.daemon.wait()
end

--- Back it is, on the same port, without a drive.
function tgt:revive()
  assert(run_daemon(self), "its port is taken")
  make_target(self)
end

function tgt:stop()
  for _, proxy in ipairs(self.proxies) do
    proxy.signal "KILL"
    proxy.wait()
  end
  self.daemon.signal "KILL"
  self.daemon.wait()
  run.remove(self.folder)
end

return tgt

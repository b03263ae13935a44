--- A drive that others wrote: tgt's DVD+R, served on loopback by a tgtd of the
-- spec's own, as whoever runs the specs.
--
--     local tgt = require "spec.support.tgt"
--     local reason = tgt.missing()              -- nil: it can be used
--     local target = tgt.start()
--     local address, path = target:disc()       -- a new blank disc
--     target:proxy("drop", 1000000)             -- "127.0.0.1:PORT" between
--     local box = target:jukebox(3)             -- a drive, and slots of discs
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

-- A program of spec/target.
local function program(name)
  local path = run.build .. "/spec/" .. name
  run.output("make", "--no-print-directory", "-s", "BUILD=" .. run.build, path)
  return path
end

-- Where things are in a jukebox; the numbers are any.
local DRIVE <const>, ARM <const>, FIRST_SLOT <const> = 1, 16, 1024

local jukebox = {}
jukebox.__index = jukebox

--- A drive without a disc, slots with blank ones, and an arm between them: the
-- target's logical units 1 and 2.
-- @int slots how many of them have a disc; there is one more, which is empty
-- @treturn table `address` of the drive, `path(slot)` of its disc's file,
-- `move(from, to)`
function tgt:jukebox(slots)
  local box = setmetatable({
    target = self, address = self:address(1), media = self.folder .. "/media",
  }, jukebox)
  local function unit(lun, ...)
    self:admin("--op", "new", "--mode", "logicalunit", "--tid", "1", "--lun",
      lun, ...)
  end
  local function set(lun, parameters)
    self:admin("--op", "update", "--mode", "logicalunit", "--tid", "1",
      "--lun", lun, "--params", parameters)
  end
  unit(1, "--device-type", "cd")
  set(1, "removable=1")
  unit(2, "--device-type", "changer", "-b",
    run.spit(self.folder .. "/changer", ("\0"):rep(1024)))
  set(2, "media_home=" .. box.media)
  for kind, places in pairs{
    [4] = {DRIVE, 1}, [1] = {ARM, 1}, [2] = {FIRST_SLOT, slots + 1},
  } do
    set(2, ("element_type=%d,start_address=%d,quantity=%d")
      :format(kind, table.unpack(places)))
  end
  set(2, ("element_type=4,address=%d,tid=1,lun=1"):format(DRIVE))
  run.output("mkdir", box.media)
  for slot = 1, slots do
    run.spit(box:path(slot), "")
    set(2, ("element_type=2,address=%d,barcode=DISC_%04d,sides=1")
      :format(FIRST_SLOT + slot - 1, slot))
  end
  return box
end

--- The file of the disc that is in a slot at first: its name is the barcode.
function jukebox:path(slot)
  return ("%s/DISC_%04d"):format(self.media, slot)
end

--- Let the arm carry a disc.
-- @param from a slot's number, or "drive"
-- @param to the same
-- @treturn string "moved", or the changer's sense: "5/3B/0E"
function jukebox:move(from, to)
  local function place(where)
    return where == "drive" and DRIVE or FIRST_SLOT + where - 1
  end
  return run.output(program "robot", "127.0.0.1:" .. self.target.port, NAME, 2,
    place(from), place(to))
end

--- Something between us and the target that spoils what passes (see
-- spec/target/proxy.c).
-- @treturn string its portal
function tgt:proxy(fault, number)
  local proxy = run.start(program "proxy", self.port, fault, number or 0)
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

--- A machine for the sgio transport: a kernel of Lua functions
-- (spec/fake/sgio_fake.c), and a folder with its /sys, /proc and /dev/disk.
--
--     local machine = require "spec.support.machine"
--     local kernel = machine.new()     -- in before_each
--     local t = machine.open()         -- a transport to its one drive
--     machine.remove()                 -- in after_each
local assert = require "luassert"
local run = require "spec.support.run"

package.cpath = package.cpath .. ";" .. run.build .. "/spec/?.so"

local machine = {fake = require "sgio_fake"}

local ENOENT <const>, EAGAIN <const>, EBUSY <const> = 2, 11, 16

--- A file of its /sys, /proc or /dev; folders on the way are made.
function machine.put(path, content)
  run.output("mkdir", "-p", machine.folder .. path:match("^(.*)/"))
  run.spit(machine.folder .. path, content)
end

function machine.link(path, target)
  run.output("mkdir", "-p", machine.folder .. path:match("^(.*)/"))
  run.output("ln", "-s", target, machine.folder .. path)
end

-- What the transport asks the kernel for; `log` has all but packets.
local function calls_of(self)
  local last = 2

  function self.stat(path)
    local node = self.nodes[path]
    return node, not node and ENOENT or nil
  end

  function self.open(path, how)
    table.insert(self.log, ("open %s%s%s"):format(path,
      how.write and " write" or "", how.exclusive and " exclusive" or ""))
    assert(how.safe, "opened without O_NONBLOCK or O_CLOEXEC")
    local refuse = self.refuses[path]
    local err = type(refuse) == "function" and refuse(how) or refuse
    if math.type(err) == "integer" then
      return nil, err
    end
    last = last + 1
    return last
  end

  function self.close(fd)
    table.insert(self.log, "close " .. fd)
  end

  function self.packet(fd, question)
    table.insert(self.packets, {fd = fd, question = question})
    return self.answer and self.answer(question) or {}
  end

  function self.ioctl(_, request)
    table.insert(self.log, ("ioctl %X"):format(request))
  end

  function self.flock(fd, exclusive)
    table.insert(self.log, "flock " .. fd)
    assert(exclusive)
    if self.locked then
      return nil, EAGAIN
    end
  end

  function self.sleep(seconds)
    table.insert(self.log, ("sleep %g"):format(seconds))
    if self.wakes then
      self.wakes()
    end
  end
end

--- A kernel with one drive, which answers everything with success.
-- @treturn table `nodes`; `refuses`: by path an errno, or a function of how it
-- is opened; `packets`; `log`; and `answer(question)`, `locked`, `wakes()`, to
-- be set
function machine.new()
  machine.folder = run.folder()
  machine.kernel = {
    root = machine.folder,
    nodes = {
      ["/dev/sr0"] = {kind = "block", major = 11, minor = 0, gid = 24},
      ["/dev/sg1"] = {kind = "char", major = 21, minor = 1},
    },
    refuses = {}, packets = {}, log = {},
  }
  calls_of(machine.kernel)
  return machine.kernel
end

function machine.remove()
  if machine.transport then
    machine.transport:close()
    machine.transport = nil
  end
  run.remove(machine.folder)
end

--- A transport to a node.
function machine.open(path)
  machine.transport =
    assert(machine.fake.open(path or "/dev/sr0", machine.kernel))
  return machine.transport
end

--- Fails unless opening a node does, with this code and message.
function machine.refused(code, pattern, path)
  local nothing, failure, which =
    machine.fake.open(path or "/dev/sr0", machine.kernel)
  assert.is_nil(nothing)
  assert.are.equal(code, which)
  assert.matches(pattern, failure.message)
  return failure
end

--- The sg node is the drive's, and belongs to its sr node.
function machine.with_twin()
  machine.put("/sys/dev/char/21:1/device/type", "5\n")
  machine.put("/sys/dev/char/21:1/device/block/sr0/dev", "11:0\n")
end

--- For `refuses`: somebody has it open exclusively.
function machine.held_for_mount(how)
  return how.exclusive and EBUSY
end

function machine.mounted(point)
  machine.kernel.refuses["/dev/sr0"] = machine.held_for_mount
  machine.put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" ..
    "35 22 11:0 / " .. point .. " ro,nosuid - iso9660 /dev/sr0 ro\n")
end

--- A process has the sr node open.
function machine.held_by(pid, name)
  machine.put(("/proc/%d/comm"):format(pid), name .. "\n")
  machine.link(("/proc/%d/fd/3"):format(pid), "/dev/null")
  machine.link(("/proc/%d/fd/5"):format(pid), "/dev/sr0")
end

return machine

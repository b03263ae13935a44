-- The sgio transport on a made-up kernel: who has the drive, taking it, giving
-- it back.

local machine = require "spec.support.machine"

local ENOENT <const> = 2
local EACCES <const> = 13
local EBUSY <const> = 16
local INQUIRY <const> = "\x12\0\0\0\x24\0"
local READY <const> = ("\0"):rep(6)
local EJECT <const> = "\x1B\0\0\0\2\0"
local WRITE <const> = "\x2A" .. ("\0"):rep(7) .. "\1\0"
local CDROM_MEDIA_CHANGED <const> = 0x5325
local LOCK <const>, UNLOCK <const> = "\x1E\0\0\0\1\0", "\x1E\0\0\0\0\0"
local BLKRRPART <const>, BLKFLSBUF <const> = 0x125F, 0x1261

local put = machine.put
local with_twin = machine.with_twin
local held_for_mount = machine.held_for_mount
local mounted = machine.mounted
local held_by = machine.held_by
local refused = machine.refused

local kernel, t

before_each(function()
  kernel = machine.new()
end)

after_each(function()
  machine.remove()
end)

local function open(path)
  t = machine.open(path)
  return t
end

describe("a drive that another holds", function()
  before_each(function()
    kernel.refuses["/dev/sr0"] = held_for_mount
  end)

  it("is not opened, and its holder is named", function()
    held_by(4711, "wodim")
    local failure = refused("device_not_accessible",
      "/dev/sr0 is in use: it is held by wodim %(process 4711%)")
    assert.is_true(failure.retryable)
    assert.are.equal(0, #kernel.packets)
  end)

  it("is not opened when nobody knows the holder", function()
    refused("device_not_accessible", "/proc does not tell by whom")
  end)

  it("may be udev's for a moment", function()
    function kernel.wakes()
      kernel.refuses = {}
    end
    open()
    assert.are.equal("sleep 0.1", kernel.log[2])
  end)

  it("is sent nothing any more, until it is free", function()
    kernel.refuses = {}
    open()
    kernel.refuses["/dev/sr0"] = held_for_mount
    held_by(4711, "cdrskin")
    t:run{cdb = READY} -- looked a moment ago
    t:pass(1)
    local p = t:run{cdb = READY}
    assert.are.equal("busy", p.status)
    assert.matches("cdrskin", p.why)
    assert.are.equal(1, #kernel.packets)
    kernel.refuses = {}
    t:pass(1)
    assert.are.equal("good", t:run{cdb = READY}.status)
  end)

  it("may be held through its sg node", function()
    with_twin()
    kernel.refuses = {["/dev/sg1"] = EBUSY}
    refused("device_not_accessible", "/dev/sg1 is in use", "/dev/sg1")
  end)
end)

describe("a mounted disc", function()
  it("is read, and nothing else is sent", function()
    mounted "/media/My\\040Disc"
    open()
    local p = t:run{cdb = INQUIRY, dir = "in", len = 36}
    assert.are.equal("good", p.status)
    for _, cdb in ipairs{EJECT, LOCK, WRITE, "\xE9" .. ("\0"):rep(9)} do
      p = t:run{cdb = cdb}
      assert.are.equal("busy", p.status)
      assert.matches("mounted on /media/My Disc", p.why)
    end
    assert.are.equal(1, #kernel.packets)
  end)

  it("cannot be acquired", function()
    mounted "/mnt"
    open()
    local nothing, failure, code = t:acquire()
    assert.is_nil(nothing)
    assert.are.equal("device_not_accessible", code)
    assert.matches("/dev/sr0 is in use: its disc is mounted on /mnt",
      failure.message)
    assert.matches("Unmount", failure.advice)
    for _, line in ipairs(kernel.log) do
      assert.not_matches("sleep", line)
    end
  end)

  it("may be mounted where only the first process sees it", function()
    kernel.refuses["/dev/sr0"] = held_for_mount
    put("/proc/1/mountinfo", "35 22 11:0 / /host ro - udf /dev/sr0 ro\n")
    open()
    assert.matches("/host", t:run{cdb = EJECT}.why)
  end)
end)

describe("acquiring", function()
  it("opens the node anew, exclusively, and locks it", function()
    open()
    kernel.log = {}
    assert.is_true(t:acquire())
    assert.are.same({
      "close 4", "open /dev/sr0 write exclusive", "flock 5",
    }, kernel.log)
    t:run{cdb = READY}
    assert.are.equal(5, kernel.packets[1].fd)
    t:release()
    assert.are.equal("close 5", kernel.log[4])
    t:run{cdb = READY}
    assert.are.equal("good", t:run{cdb = READY}.status)
  end)

  it("holds the twin of an sg node too", function()
    with_twin()
    open "/dev/sg1"
    kernel.log = {}
    assert.is_true(t:acquire())
    assert.are.same({
      "close 4", "open /dev/sr0 write exclusive", "flock 5",
      "open /dev/sg1 write exclusive", "flock 6",
    }, kernel.log)
    t:run{cdb = READY}
    assert.are.equal(6, kernel.packets[1].fd)
    t:release()
    assert.are.same({"close 6", "close 5"}, {table.unpack(kernel.log, 6)})
  end)

  it("does without a twin whose node is not there", function()
    with_twin()
    kernel.refuses["/dev/sr0"] = ENOENT
    open "/dev/sg1"
    assert.is_true(t:acquire())
  end)

  it("lets go of the twin when the sg node is refused", function()
    with_twin()
    open "/dev/sg1"
    kernel.refuses["/dev/sg1"] = EACCES
    kernel.log = {}
    local _, _, code = t:acquire()
    assert.are.equal("device_not_accessible", code)
    assert.are.equal("close 5", kernel.log[#kernel.log])
  end)

  it("comes back three times, two seconds apart", function()
    open()
    local tries = 0
    kernel.refuses["/dev/sr0"] = function(how)
      tries = tries + (how.write and 1 or 0)
      return EBUSY
    end
    held_by(99, "growisofs")
    kernel.log = {}
    local _, failure, code = t:acquire()
    assert.are.equal("device_not_accessible", code)
    assert.matches("held by growisofs", failure.message)
    assert.are.equal(4, tries)
    local sleeps = 0
    for _, line in ipairs(kernel.log) do
      sleeps = sleeps + (line == "sleep 2" and 1 or 0)
    end
    assert.are.equal(3, sleeps)
  end)

  it("succeeds when udev is done with it", function()
    open()
    kernel.refuses["/dev/sr0"] = EBUSY
    function kernel.wakes()
      kernel.refuses = {}
    end
    assert.is_true(t:acquire())
  end)

  it("respects another's lock", function()
    open()
    kernel.locked = true
    kernel.log = {}
    local _, failure, code = t:acquire()
    assert.are.equal("device_not_accessible", code)
    assert.matches("in use", failure.message)
    assert.are.equal("close 5", kernel.log[4])
  end)

  it("works on a drive that could be asked only before", function()
    open()
    kernel.refuses["/dev/sr0"] = function(how)
      return how.write and EACCES
    end
    local _, _, code = t:acquire()
    assert.are.equal("device_not_accessible", code)
    assert.are.equal("good", t:run{cdb = READY}.status)
  end)

  it("keeps a drive that vanished, until it is released", function()
    open()
    assert.is_true(t:acquire())
    function kernel.answer()
      return {host = 1}
    end
    assert.is_true(t:about().present)
    assert.are.equal("gone", t:run{cdb = READY}.status)
    assert.are.equal("gone", t:run{cdb = READY}.status)
    assert.is_false(t:about().present)
    kernel.answer = nil
    t:release()
    assert.is_true(t:about().present)
    assert.are.equal("good", t:run{cdb = READY}.status)
  end)
end)

describe("giving back", function()
  local function sent(cdb)
    local n = 0
    for _, packet in ipairs(kernel.packets) do
      n = n + (packet.question.cdb == cdb and 1 or 0)
    end
    return n
  end

  it("unlocks the tray that was locked meanwhile", function()
    open()
    t:acquire()
    t:run{cdb = LOCK}
    t:release()
    assert.are.equal(1, sent(UNLOCK))
    t:close()
    assert.are.equal(1, sent(UNLOCK))
  end)

  it("leaves a tray that was locked before, until the end", function()
    open()
    t:run{cdb = LOCK}
    t:acquire()
    t:release()
    assert.are.equal(0, sent(UNLOCK))
    t:close()
    assert.are.equal(1, sent(UNLOCK))
  end)

  it("unlocks nothing that was not locked", function()
    open()
    t:acquire()
    function kernel.answer(question)
      return question.cdb == LOCK and {status = 2} or {}
    end
    t:run{cdb = LOCK}
    t:run{cdb = UNLOCK}
    t:close()
    assert.are.equal(1, sent(UNLOCK))
  end)

  it("makes the kernel look at the disc again after a write", function()
    open()
    t:acquire()
    t:run{cdb = READY}
    kernel.log = {}
    t:release()
    assert.are.same({"close 5"}, kernel.log)
    t:acquire()
    t:run{cdb = WRITE, dir = "out", data = "x"}
    kernel.log = {}
    t:release()
    local ioctls = {}
    for _, request in ipairs{BLKFLSBUF, CDROM_MEDIA_CHANGED, BLKRRPART} do
      table.insert(ioctls, ("ioctl %X"):format(request))
    end
    assert.are.same(ioctls, {table.unpack(kernel.log, 1, 3)})
  end)
end)

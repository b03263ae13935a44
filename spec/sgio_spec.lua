-- The sgio transport on a made-up kernel: opening a node, one packet.

local machine = require "spec.support.machine"
local run = require "spec.support.run"

local EPERM <const> = 1
local EIO <const> = 5
local ENXIO <const> = 6
local ENOMEM <const> = 12
local EACCES <const> = 13
local EBUSY <const> = 16
local ENODEV <const> = 19
local EINVAL <const> = 22
local INQUIRY <const> = "\x12\0\0\0\x24\0"
local READY <const> = ("\0"):rep(6)
local WRITE <const> = "\x2A" .. ("\0"):rep(7) .. "\1\0"
local NO_DISC <const> = "\x70\0\2\0\0\0\0\10\0\0\0\0\x3A\0\0\0\0\0"

local put = machine.put
local link = machine.link
local with_twin = machine.with_twin
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

describe("sending a packet", function()
  it("asks what was asked, and gives the answer", function()
    open()
    function kernel.answer()
      return {data = ("x"):rep(36), resid = 4}
    end
    local p = t:run{cdb = INQUIRY, dir = "in", len = 36, timeout = 12345}
    local question = kernel.packets[1].question
    assert.are.same({INQUIRY, 36, 12345, -3}, {
      question.cdb, question.len, question.timeout, question.direction,
    })
    assert.are.equal("good", p.status)
    assert.are.equal(32, p.moved)
  end)

  it("carries data to the drive", function()
    open()
    local p = t:run{cdb = WRITE, dir = "out", data = ("y"):rep(2048)}
    assert.are.equal(("y"):rep(2048), kernel.packets[1].question.data)
    assert.are.equal(2048, p.moved)
  end)

  it("has no direction without data", function()
    open()
    assert.are.equal("good", t:run{cdb = READY}.status)
    assert.are.equal(-1, kernel.packets[1].question.direction)
  end)

  local answers = {
    {"good", {}},
    {"good", {status = 4}, "condition met"},
    {"good", {resid = -5}, "a residual that cannot be"},
    {"check", {status = 2, driver = 8, sense = NO_DISC}},
    {"check", {status = 2}, "sense missing"},
    {"check", {status = 2, host = 7, sense = NO_DISC}, "then an error"},
    {"check", {status = 8}, "busy"},
    {"check", {status = 0x28}, "task set full"},
    {"busy", {status = 0x18}, "reservation conflict"},
    {"lost", {status = 0x40}, "task aborted"},
    {"gone", {host = 1}, "no connect"},
    {"gone", {host = 4}, "bad target"},
    {"lost", {host = 2}, "bus busy"},
    {"lost", {host = 3}, "time-out"},
    {"lost", {host = 7}, "error"},
    {"lost", {host = 8}, "reset"},
    {"lost", {driver = 6}, "the driver's time-out"},
    {"good", {driver = 8, sense = "\x70\0\1" .. ("\0"):rep(15)}, "recovered"},
  }
  for _, row in ipairs(answers) do
    local status, answer, word = table.unpack(row)
    it(("judges %s: %s"):format(word or "plainly", status), function()
      open()
      function kernel.answer()
        return answer
      end
      local p = t:run{cdb = INQUIRY, dir = "in", len = 36}
      assert.are.equal(status, p.status)
      if status == "lost" or status == "gone" then
        assert.are.equal(0, p.moved)
      end
      if answer.sense then
        assert.are.equal(answer.sense, p.sense)
      end
    end)
  end

  it("says 'becoming ready' for a drive that is busy", function()
    open()
    function kernel.answer()
      return {status = 8}
    end
    local p = t:run{cdb = READY}
    assert.are.equal("\2", p.sense:sub(3, 3))
    assert.are.equal("\4\1", p.sense:sub(13, 14))
  end)

  it("knows what went through when the kernel fails", function()
    put("/sys/dev/block/11:0/queue/max_hw_sectors_kb", "64\n")
    local errors = {
      [ENODEV] = "gone", [ENXIO] = "gone", [EBUSY] = "busy",
      [EPERM] = "denied", [EACCES] = "denied", [EINVAL] = "denied",
      [ENOMEM] = "denied", [EIO] = "lost", [4] = "lost",
    }
    for err, status in pairs(errors) do
      open()
      function kernel.packet()
        return nil, err
      end
      local p = t:run{cdb = INQUIRY, dir = "in", len = 36}
      assert.are.equal(status, p.status, err)
      assert.are.equal(err, p.os_error)
      t:close()
    end
    open()
    function kernel.packet()
      return nil, EIO
    end
    local p = t:run{cdb = INQUIRY, dir = "in", len = 65536 + 2048}
    assert.are.equal("denied", p.status)
    assert.matches("longer than the kernel's queue", p.why)
  end)

  it("says that the kernel's filter refused a command", function()
    open()
    function kernel.packet()
      return nil, EPERM
    end
    assert.matches("held.*CAP_SYS_RAWIO", t:run{cdb = WRITE}.why)
  end)

  it("finds a drive again that was away", function()
    open()
    function kernel.answer()
      return {host = 1}
    end
    assert.are.equal("gone", t:run{cdb = READY}.status)
    local node = kernel.nodes["/dev/sr0"]
    kernel.nodes["/dev/sr0"] = nil
    kernel.answer = nil
    assert.is_false(t:about().present)
    assert.are.equal("gone", t:run{cdb = READY}.status)
    kernel.nodes["/dev/sr0"] = {kind = "block", major = 8, minor = 0}
    assert.are.equal("gone", t:run{cdb = READY}.status)
    kernel.nodes["/dev/sr0"] = node
    assert.are.equal("good", t:run{cdb = READY}.status)
    assert.are.equal(2, #kernel.packets)
  end)
end)

describe("opening a node", function()
  it("opens it for reading only, after a look at who holds it", function()
    open()
    assert.are.same({
      "open /dev/sr0 exclusive", "close 3", "open /dev/sr0",
    }, kernel.log)
    assert.is_true(t:about().asks_freely)
    assert.are.equal(0, #kernel.packets)
  end)

  local kinds = {
    {"device_invalid_type", "is a disk,", "block", 8, 0},
    {"device_invalid_type", "partition", "block", 8, 1},
    {"device_invalid_type", "loop", "block", 7, 0},
    {"device_invalid_type", "terminal", "char", 4, 1},
    {"device_invalid_type", "terminal", "char", 136, 0},
    {"device_invalid_type", "character device", "char", 1, 3},
    {"unsupported", "is a file", "file"},
    {"unsupported", "is a folder", "folder"},
    {"unsupported", "is a pipe", "pipe"},
    {"unsupported", "is a socket", "socket"},
  }
  for _, row in ipairs(kinds) do
    local code, pattern, kind, major, minor = table.unpack(row)
    it("refuses what " .. pattern, function()
      put("/sys/dev/block/8:1/partition", "1\n")
      kernel.nodes["/dev/x"] = {kind = kind, major = major, minor = minor}
      refused(code, pattern, "/dev/x")
      assert.are.same({}, kernel.log) -- not even opened
    end)
  end

  it("refuses a path where nothing is", function()
    refused("device_not_present", "no drive at /dev/sr9", "/dev/sr9")
  end)

  it("names the group of a node that may not be opened", function()
    kernel.refuses["/dev/sr0"] = EACCES
    local failure = refused("device_not_accessible", "group %S+ %(mode 660%)")
    assert.matches("usermod", failure.advice)
    assert.are.equal("permission", failure.culprit)
  end)

  it("thinks of a container when the system says EPERM", function()
    kernel.refuses["/dev/sr0"] = EPERM
    local failure = refused("device_not_accessible", "not permitted")
    assert.matches("container", failure.advice)
  end)

  it("knows a node without a drive behind it", function()
    kernel.refuses["/dev/sr0"] = ENXIO
    refused("device_not_present", "no drive behind /dev/sr0")
  end)

  it("refuses an sg node of another kind, or of none that is known",
    function()
      local failure =
        refused("device_not_accessible", "may be a disk", "/dev/sg1")
      assert.matches("sr node", failure.advice)
      put("/sys/dev/char/21:1/device/type", "0\n")
      refused("device_invalid_type", "sg node", "/dev/sg1")
      assert.are.same({}, kernel.log)
    end)

  it("takes an sg node of a drive, with its sr twin or without", function()
    with_twin()
    open "/dev/sg1"
    assert.are.same({
      "open /dev/sr0 exclusive", "close 3", "open /dev/sg1",
    }, kernel.log)
    t:close()
    kernel.log = {}
    run.output("rm", "-r",
      machine.folder .. "/sys/dev/char/21:1/device/block")
    open "/dev/sg1"
    assert.are.same({"open /dev/sg1"}, kernel.log)
  end)

  it("knows how much one packet may carry", function()
    local function limit(length, pieces)
      put("/sys/dev/block/11:0/queue/max_hw_sectors_kb", length .. "\n")
      put("/sys/dev/block/11:0/queue/max_segments", pieces .. "\n")
      local max = open():about().max_bytes
      t:close()
      return max
    end
    assert.are.equal(0, open():about().max_bytes)
    t:close()
    assert.are.equal(120 * 1024, limit(120, 128))
    assert.are.equal(63 * 4096, limit(512, 64))
    assert.are.equal(126 * 1024, limit(127, 2048))
    with_twin()
    assert.are.equal(126 * 1024, open("/dev/sg1"):about().max_bytes)
  end)
end)

describe("a port", function()
  it("is udev's name for it", function()
    link("/dev/disk/by-path/pci-0000:00:14.0-usb-0:2:1.0-scsi-0:0:0:0",
      "../../sr0")
    link("/dev/disk/by-path/pci-0000:00:1f.2-ata-1", "../../sda")
    assert.are.equal("pci-0000:00:14.0-usb-0:2:1.0-scsi-0:0:0:0",
      open():about().port)
  end)

  it("is the place in /sys without numbers that change", function()
    link("/sys/dev/block/11:0", "../../devices/pci0000:00/0000:00:14.0/" ..
      "usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sr0")
    assert.are.equal("pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0:0:0:0",
      open():about().port)
  end)

  it("is not known without either", function()
    assert.is_nil(open():about().port)
  end)

  it("counts when another drive is alike", function()
    for _, name in ipairs{"sr0", "sr1"} do
      put(("/sys/block/%s/device/vendor"):format(name), "HL-DT-ST\n")
      put(("/sys/block/%s/device/model"):format(name), "BD-RE\n")
      put(("/sys/block/%s/device/vpd_pg80"):format(name), "\0\x80\0\2ab")
    end
    assert.is_true(open():about().alike)
    t:close()
    put("/sys/block/sr1/device/vpd_pg80", "\0\x80\0\2ac")
    assert.is_false(open():about().alike)
  end)
end)

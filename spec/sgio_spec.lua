-- The sgio transport on a kernel made of Lua functions (spec/fake/sgio_fake.c)
-- and of a folder with its /sys, /proc and /dev/disk.
package.cpath = package.cpath .. ";" ..
  require("spec.support.run").build .. "/spec/?.so"

local fake = require "sgio_fake"
local run = require "spec.support.run"

local EPERM <const>, ENOENT <const>, EIO <const>, ENXIO <const> = 1, 2, 5, 6
local EAGAIN <const>, ENOMEM <const>, EACCES <const> = 11, 12, 13
local EBUSY <const>, ENODEV <const>, EINVAL <const> = 16, 19, 22

local INQUIRY <const> = "\x12\0\0\0\x24\0"
local READY <const> = ("\0"):rep(6)
local LOCK <const>, UNLOCK <const> = "\x1E\0\0\0\1\0", "\x1E\0\0\0\0\0"
local EJECT <const> = "\x1B\0\0\0\2\0"
local WRITE <const> = "\x2A" .. ("\0"):rep(7) .. "\1\0"
local NO_DISC <const> = "\x70\0\2\0\0\0\0\10\0\0\0\0\x3A\0\0\0\0\0"

local BLKRRPART <const>, BLKFLSBUF <const> = 0x125F, 0x1261
local CDROM_MEDIA_CHANGED <const> = 0x5325

describe("sgio", function()
  local folder, kernel, log, t

  -- A file of the fake /sys, /proc or /dev; folders on the way are made.
  local function put(path, content)
    run.output("mkdir", "-p", folder .. path:match("^(.*)/"))
    run.spit(folder .. path, content)
  end

  local function link(path, target)
    run.output("mkdir", "-p", folder .. path:match("^(.*)/"))
    run.output("ln", "-s", target, folder .. path)
  end

  -- A kernel with one drive, which answers everything with success.
  before_each(function()
    folder = run.folder()
    log = {}
    local last = 2
    kernel = {root = folder, nodes = {
      ["/dev/sr0"] = {kind = "block", major = 11, minor = 0, gid = 24},
      ["/dev/sg1"] = {kind = "char", major = 21, minor = 1},
    }, refuses = {}, packets = {}}
    function kernel.stat(path)
      local node = kernel.nodes[path]
      return node, not node and ENOENT or nil
    end
    function kernel.open(path, how)
      table.insert(log, ("open %s%s%s"):format(path, how.write and " write" or
        "", how.exclusive and " exclusive" or ""))
      assert(how.safe, "opened without O_NONBLOCK or O_CLOEXEC")
      local refuse = kernel.refuses[path]
      local err = type(refuse) == "function" and refuse(how) or refuse
      if math.type(err) == "integer" then
        return nil, err
      end
      last = last + 1
      return last
    end
    function kernel.close(fd)
      table.insert(log, "close " .. fd)
    end
    function kernel.packet(fd, question)
      table.insert(kernel.packets, {fd = fd, question = question})
      return kernel.answer and kernel.answer(question) or {}
    end
    function kernel.ioctl(_, request)
      table.insert(log, ("ioctl %X"):format(request))
    end
    function kernel.flock(fd, exclusive)
      table.insert(log, "flock " .. fd)
      assert(exclusive)
      if kernel.locked then
        return nil, EAGAIN
      end
    end
    function kernel.sleep(seconds)
      table.insert(log, ("sleep %g"):format(seconds))
      if kernel.wakes then
        kernel.wakes()
      end
    end
  end)

  after_each(function()
    if t then
      t:close()
      t = nil
    end
    run.remove(folder)
  end)

  local function open(path)
    t = assert(fake.open(path or "/dev/sr0", kernel))
    return t
  end

  local function refused(code, pattern, path)
    local nothing, failure, which = fake.open(path or "/dev/sr0", kernel)
    assert.is_nil(nothing)
    assert.are.equal(code, which)
    assert.matches(pattern, failure.message)
    return failure
  end

  -- The sg node of the drive, and which sr node it belongs to.
  local function with_twin()
    put("/sys/dev/char/21:1/device/type", "5\n")
    put("/sys/dev/char/21:1/device/block/sr0/dev", "11:0\n")
  end

  local function held_for_mount(how)
    return how.exclusive and EBUSY
  end

  local function mounted(point)
    kernel.refuses["/dev/sr0"] = held_for_mount
    put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" ..
      "35 22 11:0 / " .. point .. " ro,nosuid - iso9660 /dev/sr0 ro\n")
  end

  local function held_by(pid, name)
    put(("/proc/%d/comm"):format(pid), name .. "\n")
    link(("/proc/%d/fd/3"):format(pid), "/dev/null")
    link(("/proc/%d/fd/5"):format(pid), "/dev/sr0")
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
      }, log)
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
        assert.are.same({}, log) -- not even opened
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
        refused("device_not_accessible", "may be a disk", "/dev/sg1")
        put("/sys/dev/char/21:1/device/type", "0\n")
        refused("device_invalid_type", "sg node", "/dev/sg1")
        assert.are.same({}, log)
      end)

    it("takes an sg node of a drive, with its sr twin or without", function()
      with_twin()
      open "/dev/sg1"
      assert.are.same({
        "open /dev/sr0 exclusive", "close 3", "open /dev/sg1",
      }, log)
      t:close()
      log = {}
      run.output("rm", "-r", folder .. "/sys/dev/char/21:1/device/block")
      open "/dev/sg1"
      assert.are.same({"open /dev/sg1"}, log)
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
      assert.are.equal("sleep 0.1", log[2])
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
      for _, line in ipairs(log) do
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
      log = {}
      assert.is_true(t:acquire())
      assert.are.same({
        "close 4", "open /dev/sr0 write exclusive", "flock 5",
      }, log)
      t:run{cdb = READY}
      assert.are.equal(5, kernel.packets[1].fd)
      t:release()
      assert.are.equal("close 5", log[4])
      t:run{cdb = READY}
      assert.are.equal("good", t:run{cdb = READY}.status)
    end)

    it("holds the twin of an sg node too", function()
      with_twin()
      open "/dev/sg1"
      log = {}
      assert.is_true(t:acquire())
      assert.are.same({
        "close 4", "open /dev/sr0 write exclusive", "flock 5",
        "open /dev/sg1 write exclusive", "flock 6",
      }, log)
      t:run{cdb = READY}
      assert.are.equal(6, kernel.packets[1].fd)
      t:release()
      assert.are.same({"close 6", "close 5"}, {table.unpack(log, 6)})
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
      log = {}
      local _, _, code = t:acquire()
      assert.are.equal("device_not_accessible", code)
      assert.are.equal("close 5", log[#log])
    end)

    it("comes back three times, two seconds apart", function()
      open()
      local tries = 0
      kernel.refuses["/dev/sr0"] = function(how)
        tries = tries + (how.write and 1 or 0)
        return EBUSY
      end
      held_by(99, "growisofs")
      log = {}
      local _, failure, code = t:acquire()
      assert.are.equal("device_not_accessible", code)
      assert.matches("held by growisofs", failure.message)
      assert.are.equal(4, tries)
      local sleeps = 0
      for _, line in ipairs(log) do
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
      log = {}
      local _, failure, code = t:acquire()
      assert.are.equal("device_not_accessible", code)
      assert.matches("in use", failure.message)
      assert.are.equal("close 5", log[4])
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
      log = {}
      t:release()
      assert.are.same({"close 5"}, log)
      t:acquire()
      t:run{cdb = WRITE, dir = "out", data = "x"}
      log = {}
      t:release()
      local ioctls = {}
      for _, request in ipairs{BLKFLSBUF, CDROM_MEDIA_CHANGED, BLKRRPART} do
        table.insert(ioctls, ("ioctl %X"):format(request))
      end
      assert.are.same(ioctls, {table.unpack(log, 1, 3)})
    end)
  end)
end)

describe("DISCRECORDER_NEVER_WRITE", function()
  -- The list is the environment's: a program of its own for each question.
  local function asked(list, address)
    local r = run{
      "lua5.4", "-e", ([[
        package.cpath = %q
        local ok, failure, code = require("sgio_fake").never_write(%q)
        print(ok == false and "allowed" or code, failure or "")
      ]]):format(run.build .. "/spec/?.so", address),
      env = {DISCRECORDER_NEVER_WRITE = list},
    }
    assert.are.equal("", r.stderr)
    return r.stdout
  end

  it("refuses what it names, by globs and through links", function()
    local folder = run.folder()
    run.spit(folder .. "/sr0", "")
    run.output("ln", "-s", "sr0", folder .. "/cdrom")
    local node, by_link = folder .. "/sr0", folder .. "/cdrom"
    local refused = {
      {node, node}, {node, by_link}, {by_link, node}, {folder .. "/*", node},
      {folder .. "/cd*", node}, {"/x " .. node .. "  /y", node},
      {"virtual:/a/*", "virtual:/a/b?medium=cd-r"}, {node, "cdio:" .. node},
      {"cdio:" .. by_link, node}, {"/dev/my%20drive", "/dev/my drive"},
    }
    for _, row in ipairs(refused) do
      assert.matches("^device_not_accessible\t.*may never be written",
        asked(row[1], row[2]), 1, false, row[1])
    end
    for _, row in ipairs{
      {"", node}, {folder, node}, {"/dev/sr1", "/dev/sr0"}, {"sr0", node},
      {"/no/such/*", node},
    } do
      assert.matches("^allowed", asked(row[1], row[2]))
    end
    run.remove(folder)
  end)

  it("is obeyed by every recorder, and does not keep one from reading",
    function()
      local folder = run.folder()
      run.output("mkdir", folder .. "/files")
      local r = run.command("burn", "--quiet", "--no-verify",
        "virtual:" .. folder .. "/disc?medium=cd-rw", folder .. "/files")
      assert.are.equal(0, r.status, r.stderr)
      r = run.command{
        "erase", "virtual:" .. folder .. "/disc",
        env = {DISCRECORDER_NEVER_WRITE = folder .. "/*"},
      }
      assert.are.equal(1, r.status)
      assert.matches("may never be written", r.stderr)
      r = run.command{
        "info", "virtual:" .. folder .. "/disc",
        env = {DISCRECORDER_NEVER_WRITE = folder .. "/*"},
      }
      assert.are.equal(0, r.status, r.stderr)
      run.remove(folder)
    end)
end)

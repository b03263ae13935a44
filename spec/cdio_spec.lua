-- The cdio transport on a libcdio made of Lua (spec/fake/cdio_fake.c).
package.cpath = package.cpath .. ";" ..
  require("spec.support.run").build .. "/spec/?.so"

local fake = require "sgio_fake"
local run = require "spec.support.run"

local EBUSY <const>, ENODEV <const>, EIO <const> = 16, 19, 5
local ERROR <const>, UNSUPPORTED <const>, NOT_PERMITTED <const> = -1, -2, -4
local READ <const>, WRITE <const>, NONE <const> = 0, 1, 2

local TUR <const> = ("\0"):rep(6)
local INQUIRY <const> = "\x12\0\0\0\x24\0"
local WRITE_10 <const> = "\x2A" .. ("\0"):rep(7) .. "\1\0"
local NO_DISC <const> = "\x70\0\2\0\0\0\0\10\0\0\0\0\x3A\0\0\0\0\0"

describe("cdio", function()
  local folder, kernel, modes, questions, t

  before_each(function()
    folder = run.folder()
    modes, questions = {}, {}
    kernel = {
      root = folder,
      stat = function()
        return {kind = "block", major = 11, minor = 0}
      end,
      open = function(_, how)
        return kernel.busy and how.exclusive and nil or 3,
          kernel.busy and how.exclusive and EBUSY or nil
      end,
      open_cdio = function(_, mode)
        table.insert(modes, mode)
        return not (kernel.refuses and mode:find(kernel.refuses))
      end,
      command = function(question)
        table.insert(questions, question)
        if kernel.answer then
          return kernel.answer(question)
        end
        return 0
      end,
    }
  end)

  after_each(function()
    if t then
      t:close()
      t = nil
    end
    run.remove(folder)
  end)

  local function open()
    t = assert(fake.open_cdio("/dev/sr0", kernel))
    return t
  end

  local function inquire()
    return t:run{cdb = INQUIRY, dir = "in", len = 36, timeout = 30000}
  end

  it("asks in the default mode, with the time-out in ticks", function()
    open()
    function kernel.answer()
      return 0, {data = "\5\x80\0\2\x1B"}
    end
    local p = inquire()
    assert.are.same({"IOCTL"}, modes)
    assert.are.equal("good", p.status)
    local q = questions[1]
    assert.are.same({INQUIRY, 36, READ}, {q.cdb, q.len, q.direction})
    local ticks = tonumber(run.output("getconf", "CLK_TCK"))
    assert.are.equal(30 * ticks, q.timeout)
    assert.are.equal(0x1B + 5, p.moved) -- the reply's own length
  end)

  it("carries data out, and none", function()
    open()
    assert.are.equal(2048,
      t:run{cdb = WRITE_10, dir = "out", data = ("x"):rep(2048)}.moved)
    t:run{cdb = TUR}
    assert.are.equal(WRITE, questions[1].direction)
    assert.are.equal(2048, #questions[1].data)
    assert.are.equal(NONE, questions[2].direction)
  end)

  local descriptor = "\x72\2\x3A\0\0\0\0\0"
  local answers = {
    {"check", ERROR, {sense = NO_DISC}, "a refusal"},
    {"check", ERROR, {sense = descriptor}, "descriptor sense"},
    {"lost", ERROR, {}, "a failure without sense"},
    {"lost", ERROR, {sense = NO_DISC:sub(1, 8)}, "half a sense"},
    {"gone", ERROR, {errno = ENODEV}, "a drive that is away"},
    {"lost", ERROR, {errno = EIO}, "an input/output error"},
    {"denied", NOT_PERMITTED, {}, "the kernel's filter"},
    {"denied", UNSUPPORTED, {}, "a driver that cannot"},
    {"good", 0, {sense = "\x70\0\1" .. ("\0"):rep(15)}, "a warning"},
    {"check", 0, {sense = NO_DISC}, "a refusal that looks like success"},
  }
  for _, row in ipairs(answers) do
    local status, rc, answer, what = table.unpack(row)
    it("takes for " .. status .. ": " .. what, function()
      open()
      function kernel.answer()
        return rc, answer
      end
      assert.are.equal(status, inquire().status)
    end)
  end

  it("does not believe a success at the time-out", function()
    open()
    function kernel.answer()
      t:pass(28)
      return 0, {}
    end
    assert.are.equal("lost", inquire().status)
    function kernel.answer()
      t:pass(20)
      return 0, {}
    end
    assert.are.equal("good", inquire().status)
  end)

  it("sends no command of 16 bytes", function()
    open()
    local p = t:run{cdb = ("\x9E"):rep(16)}
    assert.are.equal("denied", p.status)
    assert.matches("12 bytes", p.why)
    assert.are.same({}, questions)
  end)

  it("takes a drive in the exclusive mode, where there is one", function()
    open()
    assert.is_true(t:acquire())
    assert.are.same({"IOCTL", "MMC_RDWR_EXCL"}, modes)
    t:release()
    inquire()
    assert.are.equal("IOCTL", modes[3])
  end)

  it("notices that a mode is not known, and uses the plain one", function()
    function kernel.mode(mode)
      return mode == "MMC_RDWR_EXCL" and "IOCTL" or mode
    end
    open()
    assert.is_true(t:acquire())
    assert.are.same({"IOCTL", "MMC_RDWR_EXCL", "MMC_RDWR"}, modes)
  end)

  it("does not take a drive that cannot be opened so", function()
    kernel.refuses = "EXCL$"
    open()
    local _, _, code = t:acquire()
    assert.are.same({"IOCTL", "MMC_RDWR_EXCL"}, modes)
    assert.are.equal("device_not_accessible", code)
    assert.are.equal("good", inquire().status)
  end)

  it("leaves alone what another holds", function()
    kernel.busy = true
    local nothing, failure, code = fake.open_cdio("/dev/sr0", kernel)
    assert.is_nil(nothing)
    assert.are.equal("device_not_accessible", code)
    assert.matches("in use", failure.message)
    assert.are.same({}, modes)
  end)

  it("waits for udev's moment, which is over soon", function()
    kernel.busy = true
    function kernel.sleep()
      kernel.busy = false
    end
    open()
    kernel.busy, kernel.refuses = true, "EXCL$"
    function kernel.sleep()
      kernel.busy, kernel.refuses = false, nil
    end
    assert.is_true(t:acquire())
    assert.are.same({"IOCTL", "MMC_RDWR_EXCL", "MMC_RDWR_EXCL"}, modes)
  end)

  it("comes back three times, two seconds apart, then names the holder",
    function()
      open()
      kernel.busy, kernel.refuses = true, "EXCL$"
      local sleeps = 0
      function kernel.sleep()
        sleeps = sleeps + 1
      end
      local _, failure, code = t:acquire()
      assert.are.equal("device_not_accessible", code)
      assert.matches("in use", failure.message)
      assert.are.equal(3, sleeps)
      assert.are.equal(5, #modes)
    end)

  it("only reads a mounted disc", function()
    run.output("mkdir", "-p", folder .. "/proc/self")
    run.spit(folder .. "/proc/self/mountinfo",
      "35 22 11:0 / /mnt ro - iso9660 /dev/sr0 ro\n")
    kernel.busy = true
    kernel.refuses = "^MMC"
    open()
    assert.are.equal("good", inquire().status)
    local p = t:run{cdb = WRITE_10}
    assert.are.equal("busy", p.status)
    assert.matches("mounted on /mnt", p.why)
    local _, failure = t:acquire()
    assert.matches("mounted on /mnt", failure.message)
  end)

  it("sends nothing to what is no drive", function()
    function kernel.stat()
      return {kind = "block", major = 8, minor = 0}
    end
    local _, _, code = fake.open_cdio("/dev/sda", kernel)
    assert.are.equal("device_invalid_type", code)
    assert.are.same({}, modes)
  end)

  it("names the sr node of an sg node, which libcdio cannot open", function()
    function kernel.stat()
      return {kind = "char", major = 21, minor = 3}
    end
    local sg = folder .. "/sys/dev/char/21:3/device"
    run.output("mkdir", "-p", sg .. "/block/sr0")
    run.spit(sg .. "/type", "5\n")
    local _, failure, code = fake.open_cdio("/dev/sg3", kernel)
    assert.are.equal("unsupported", code)
    assert.matches("not /dev/sg3; the same drive is cdio:/dev/sr0",
      failure.message, 1, true)
    assert.matches("sr node", failure.advice)
    assert.are.same({}, modes)
  end)

  it("finds a drive again that was away", function()
    open()
    function kernel.answer()
      return ERROR, {errno = ENODEV}
    end
    inquire()
    kernel.refuses = "IOCTL"
    assert.are.equal("gone", inquire().status)
    kernel.refuses, kernel.answer = nil, nil
    assert.are.equal("good", inquire().status)
  end)

  -- Length fields of replies: what is asked, what comes, what counts.
  local replies = {
    {"\x46", "\0\0\0\x10", 64, 0x14}, {"\x51", "\0\x20", 34, 34},
    {"\x51", "\0\x30", 34, 34}, {"\x5A", "\0\x0E", 252, 16},
    {"\x1A", "\7", 64, 8}, {"\x23", "\0\0\0\x10", 252, 20},
    {"\x03", "\x70\0\0\0\0\0\0\10", 252, 18}, {"\x28", "\xFF", 2048, 2048},
    {"\x25", "\0\0", 8, 8}, {"\x12\1\x80", "\5\x80\0\4", 64, 8},
    {"\xBD", "\0\0\0\0\0\0\0\4", 64, 12}, {"\xAC", "\0\0\0\xFF", 8, 8},
  }
  for _, row in ipairs(replies) do
    local cdb, data, len, moved = table.unpack(row)
    it(("counts the reply to %02X"):format(cdb:byte()), function()
      open()
      function kernel.answer()
        return 0, {data = data}
      end
      cdb = cdb .. ("\0"):rep(12 - #cdb)
      assert.are.equal(moved, t:run{cdb = cdb, dir = "in", len = len}.moved)
    end)
  end
end)

-- The same file, compiled as for a system that is not Linux: libcdio alone
-- knows drives there, and nobody says who has one.
describe("cdio elsewhere", function()
  local elsewhere = assert(package.loadlib(run.build .. "/spec/elsewhere.so",
    "luaopen_sgio_fake"))()
  local DEVICE <const> = "/dev/null" -- any that stat calls a device
  local kernel, modes, questions, t

  before_each(function()
    modes, questions = {}, {}
    kernel = {
      open_cdio = function(_, mode)
        table.insert(modes, mode)
        return not (kernel.refuses and mode:find(kernel.refuses))
      end,
      command = function(question)
        table.insert(questions, question)
        if kernel.answer then
          return kernel.answer(question)
        end
        return 0
      end,
    }
  end)

  after_each(function()
    if t then
      t:close()
      t = nil
    end
  end)

  local function open()
    t = assert(elsewhere.open_cdio(DEVICE, kernel))
    return t
  end

  it("asks in the mode for reading and writing, with milliseconds", function()
    open()
    local p = t:run{cdb = INQUIRY, dir = "in", len = 36, timeout = 30000}
    assert.are.equal("good", p.status)
    assert.are.same({"MMC_RDWR"}, modes)
    assert.are.equal(30000, questions[1].timeout)
    assert.are.equal(0, t:about().max_bytes)
  end)

  it("takes the drive exclusively, and gives it back", function()
    open()
    assert.is_true(t:acquire())
    t:run{cdb = WRITE_10, dir = "out", data = ("x"):rep(2048)}
    t:release()
    t:run{cdb = TUR}
    assert.are.same({"MMC_RDWR", "MMC_RDWR_EXCL", "MMC_RDWR"}, modes)
    assert.are.equal(2, #questions)
  end)

  it("does not take a drive that is in use", function()
    open()
    kernel.refuses = "EXCL$"
    local nothing, failure, code = t:acquire()
    assert.is_nil(nothing)
    assert.are.equal("device_not_accessible", code)
    assert.matches("for writing: it may be in use", failure.message, 1, true)
  end)

  it("passes on what the drive refuses, and notices that it is gone", function()
    open()
    function kernel.answer()
      return ERROR, {sense = NO_DISC}
    end
    assert.are.equal("check", t:run{cdb = TUR}.status)
    function kernel.answer()
      return ERROR, {errno = ENODEV}
    end
    assert.are.equal("gone", t:run{cdb = TUR}.status)
    kernel.answer = nil
    assert.are.equal("good", t:run{cdb = TUR}.status)
  end)

  it("refuses what is no device, or is not there", function()
    local folder = run.folder()
    local file = run.spit(folder .. "/file", "")
    for path, code in pairs{
      [file] = "unsupported", [folder] = "unsupported",
      [folder .. "/none"] = "device_not_present",
    } do
      local nothing, _, which = elsewhere.open_cdio(path, kernel)
      assert.is_nil(nothing)
      assert.are.equal(code, which, path)
    end
    assert.are.same({}, modes)
    run.remove(folder)
  end)
end)

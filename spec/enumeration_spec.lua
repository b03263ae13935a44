-- Which recorders there are; drives are traces that answer (replay:FILE).
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local enumeration = require "discrecorder.enumeration"
local run = require "spec.support.run"

local JSON <const> = require "dkjson"

describe("the recorders of a machine", function()
  local bench

  before_each(function()
    bench = burning.bench()
  end)

  after_each(function()
    bench:remove()
  end)

  -- The address of a trace of a virtual recorder with a serial number; an empty
  -- one is taken out of the trace as a USB bridge would.
  local function drive(name, serial)
    local path = bench:path(name)
    local address = ("virtual:%s.disc?medium=cd-rw&serial=%s"):format(
      path, serial == "" and "NOSERIAL" or serial)
    local rec = assert(disc.recorder(address, {trace = path}))
    rec:medium()
    rec = nil -- luacheck: ignore
    collectgarbage()
    if serial == "" then
      local bytes = ("NOSERIAL"):gsub(".", function(c)
        return ("%02x"):format(c:byte())
      end)
      run.spit(path, (run.slurp(path):gsub(bytes, ("20"):rep(8))))
    end
    return "replay:" .. path
  end

  -- The command, with these addresses in its environment.
  local function with(addresses, ...)
    return run.command{
      env = {DISCRECORDER_ADDRESSES = table.concat(addresses, " ")}, ...,
    }
  end

  local function listed(addresses)
    local r = with(addresses, "list", "--json")
    assert.are.equal(0, r.status, r.stderr)
    return JSON.decode(r.stdout).recorders
  end

  it("are listed with serial number and GUID", function()
    local list = listed{drive("a", "K1"), drive("b", "K2"), drive("a", "K1")}
    assert.are.equal(2, #list)
    assert.are.equal("K1", list[1].serial)
    assert.are.equal("K2", list[2].serial)
    assert.matches("^%x+%-%x+%-5%x+%-%x+%-%x+$", list[1].guid)
    assert.are_not.equal(list[1].guid, list[2].guid)
  end)

  it("are told with a failure when they cannot be opened", function()
    local list = listed{"replay:/no/such/trace", drive("a", "K1")}
    assert.are.equal("device_not_present", list[1].error.code)
    assert.are.equal("K1", list[2].serial)
  end)

  it("are found by serial number and GUID", function()
    local addresses = {drive("a", "K1"), drive("b", "K 2")}
    local guid = listed(addresses)[2].guid
    for address, place in pairs{
      ["serial:K1"] = addresses[1],
      ["serial:K%202"] = addresses[2],
      ["guid:" .. guid] = addresses[2],
      ["guid:" .. guid:upper()] = addresses[2],
    } do
      local r = with(addresses, "info", address, "--json")
      assert.are.equal(0, r.status, r.stdout .. r.stderr)
      assert.are.equal(place, JSON.decode(r.stdout).recorder.address)
    end
  end)

  local function refused(addresses, address, code, pattern)
    local r = with(addresses, "info", address, "--json")
    assert.are.equal(1, r.status)
    local e = JSON.decode(r.stdout).error
    assert.are.equal(code, e.code)
    assert.matches(pattern, e.message)
  end

  it("are not found by what none has", function()
    local a = drive("a", "K1")
    refused({a}, "serial:K2", "device_not_present",
      'no recorder has the serial number "K2"')
    refused({a, "replay:/gone"}, "guid:x", "device_not_present",
      "no recorder has the GUID x; not all could be asked: .*/gone")
  end)

  it("are not found by what several have", function()
    local a, b = drive("a", "K1"), drive("b", "K1")
    refused({a, b}, "serial:K1", "device_not_accessible",
      '2 recorders have the serial number "K1": replay:.*/a, replay:.*/b')
  end)

  it("have GUIDs of their own without serial numbers", function()
    local list = listed{drive("a", ""), drive("b", ""), drive("c", "0000")}
    assert.are.equal("", list[1].serial)
    assert.are.equal("", list[2].serial)
    assert.are_not.equal(list[1].guid, list[2].guid)
    assert.are_not.equal(list[2].guid, list[3].guid)
    assert.are.equal(list[1].guid, listed{drive("a", "")}[1].guid)
  end)

  it("are found by GUID though both have no serial number, never by none",
    function()
      local drives = {drive("a", ""), drive("b", "")}
      for i, found in ipairs(listed(drives)) do
        local r = with(drives, "info", "guid:" .. found.guid, "--json")
        assert.are.equal(0, r.status, r.stdout .. r.stderr)
        assert.are.equal(drives[i], JSON.decode(r.stdout).recorder.address)
      end
      refused(drives, "serial:", "device_not_present", 'serial number ""')
      refused({drives[1]}, "serial:", "device_not_present", 'serial number ""')
    end)
end)

describe("the other names of a node", function()
  local root

  before_each(function()
    root = run.folder()
    local function link(path, target)
      run.output("mkdir", "-p", (root .. path):match("^(.*)/"))
      run.output("ln", "-s", target, root .. path)
    end
    run.output("mkdir", "-p", root .. "/dev",
      root .. "/sys/class/block/sr0/device/scsi_generic/sg3",
      root .. "/sys/class/scsi_generic/sg3/device/block/sr0")
    run.spit(root .. "/dev/sr0", "")
    link("/dev/cdrom", "sr0")
    link("/dev/disk/by-id/ata-BD-RE_K1", "../../sr0")
    link("/dev/disk/by-id/wwn-1", "../../sr0")
    link("/dev/disk/by-id/ata-DISK", "../../sda")
    link("/dev/disk/by-path/pci-1-ata-2", "../../sr0")
  end)

  after_each(function()
    run.remove(root)
  end)

  local expected <const> = {
    by_id = {"/dev/disk/by-id/ata-BD-RE_K1", "/dev/disk/by-id/wwn-1"},
    by_path = {"/dev/disk/by-path/pci-1-ata-2"},
  }

  it("are found from the sr node, a link to it, and through libcdio",
    function()
      for _, node in ipairs{"/dev/sr0", "/dev/cdrom", "cdio:/dev/sr0"} do
        local names = enumeration.names(node, root)
        assert.are.same(expected.by_id, names.by_id)
        assert.are.same(expected.by_path, names.by_path)
        assert.are.equal("/dev/sg3", names.sg)
        assert.is_nil(names.sr)
      end
    end)

  it("are found from the sg node", function()
    local names = enumeration.names("/dev/sg3", root)
    assert.are.same(expected.by_id, names.by_id)
    assert.are.equal("/dev/sr0", names.sr)
  end)

  it("are none for what is no node", function()
    for _, address in ipairs{"virtual:/dev/sr0", "/dev/sda", "replay:x"} do
      assert.are.same({by_id = {}, by_path = {}},
        enumeration.names(address, root))
    end
  end)
end)

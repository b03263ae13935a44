-- Addresses: keys, percent-encoding, absolute paths (docs/addresses.md).
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local d = each(disc.new)

local function refused(code, address)
  local rec, failure, given = discrecorder.recorder(address)
  assert.is_nil(rec, address)
  assert.equal(code, given, address)
  assert.is_true(#failure.message > 0 and #failure.advice > 0)
  return failure
end

local function exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

describe("an address", function()
  it("that names nothing is no device", function()
    for _, address in ipairs {
      "", "virtual:", "virtual:?medium=cd-r", "/dev/nothing-there", "nothing",
      "sr0", "cdio:", "cdio:/dev/nothing-there", "replay:", "replay:/nothing",
      "serial:NOBODY", "guid:00000000-0000-5000-8000-000000000000",
    } do
      refused("device_not_present", address)
    end
  end)

  it("that names no file has its writer to blame, not a cable", function()
    for _, address in ipairs {"virtual:", "cdio:", "replay:"} do
      local failure = refused("device_not_present", address)
      assert.are.equal("program", failure.culprit)
      assert.not_matches("cable", failure.advice)
    end
  end)

  it("of a kind that comes later or never is unsupported", function()
    for _, address in ipairs {
      "http://host/", "virtuall:/x", d.folder,
      d:file("a file", "x"), "cdio:" .. d.folder, "/dev/null?medium=cd-r",
    } do
      refused("unsupported", address)
    end
  end)

  it("of a device that is no drive is of the wrong type", function()
    local failure = refused("device_invalid_type", "/dev/null")
    assert.matches("list", failure.advice)
    refused("device_invalid_type", "cdio:/dev/null")
  end)

  it("is made absolute, whatever it begins with", function()
    local path = d:file("trace", 'discrecorder-trace 1 address="x"\n')
    local failure = refused("unsupported", "replay:" .. path)
    assert.matches("no answer", failure.message)
  end)

  it("takes each key of virtual:", function()
    local rec = d:recorder(
      "medium=cd-r&minutes=74&model=cd-r&serial=A1&buffer=1M&pace=0.5" ..
      "&clock=own&fault=packet:9999,gone")
    assert.equal("A1", rec.serial)
    assert.equal(332849, rec:medium().capacity_blocks)
    assert.equal(1 << 20, rec:capabilities().buffer)
    assert.equal("cdr", rec:get_recorder_type())
  end)

  it("takes a buffer in bytes, KiB and MiB", function()
    for text, bytes in pairs {["65536"] = 65536, ["128K"] = 131072,
      ["128k"] = 131072, ["3M"] = 3 << 20, ["3m"] = 3 << 20} do
      local rec = d:recorder("medium=cd-r&buffer=" .. text)
      assert.equal(bytes, rec:capabilities().buffer)
    end
    assert.equal(2 << 20, d:recorder():capabilities().buffer)
  end)

  for what, query in pairs {
    ["an unknown key"] = "medium=cd-r&colour=red",
    ["a key in capitals"] = "Medium=cd-r",
    ["an empty key"] = "medium=cd-r&",
    ["no key at all"] = "",
    ["a key without a value"] = "medium=cd-r&serial=",
    ["a key without an equals sign"] = "medium",
    ["a key given twice"] = "medium=cd-r&medium=cd-r",
    ["an unknown medium"] = "medium=hd-dvd",
    ["an unknown model"] = "medium=cd-r&model=bd-re",
    ["70 minutes"] = "medium=cd-r&minutes=70",
    ["minutes with a blank"] = "medium=cd-r&minutes= 80",
    ["a buffer of 0"] = "medium=cd-r&buffer=0",
    ["a buffer in gigabytes"] = "medium=cd-r&buffer=1G",
    ["a buffer too small"] = "medium=cd-r&buffer=1K",
    ["a buffer too large"] = "medium=cd-r&buffer=5000M",
    ["a buffer beyond 64 bits"] = "medium=cd-r&buffer=99999999999999999999",
    ["a negative buffer"] = "medium=cd-r&buffer=-1",
    ["a negative pace"] = "medium=cd-r&pace=-1",
    ["a pace that is no number"] = "medium=cd-r&pace=fast",
    ["a pace with two points"] = "medium=cd-r&pace=1.2.3",
    ["a pace that is a point"] = "medium=cd-r&pace=.",
    ["an infinite pace"] = "medium=cd-r&pace=" .. ("9"):rep(400),
    ["a pace with an exponent"] = "medium=cd-r&pace=1e9",
    ["a clock that there is not"] = "medium=cd-r&clock=wall",
    ["a serial number that is too long"] = "medium=cd-r&serial=" ..
      ("x"):rep(33),
    ["a serial number that is no ASCII"] = "medium=cd-r&serial=%C3%A4",
    ["a wrong fault"] = "medium=cd-r&fault=opcode:NO SUCH,gone",
    ["a fault without a when"] = "medium=cd-r&fault=gone",
    ["a percent sign that encodes nothing"] = "medium=cd-r&serial=%4",
    ["a percent sign with letters"] = "medium=cd-r&serial=%GG",
    ["a zero byte"] = "medium=cd-r&serial=%00",
  } do
    it("with " .. what .. " is unsupported, and makes nothing", function()
      local failure =
        refused("unsupported", "virtual:" .. d:path "disc" .. "?" .. query)
      assert.matches("address", failure.advice)
      assert.is_false(exists(d:path "disc"))
    end)
  end

  it("is percent-encoded, in path, keys and values", function()
    local rec = assert(discrecorder.recorder("virtual:" .. d.folder ..
      "/a%3Fb%25c d%2B+?m%65dium=%63d-r&serial=%41%26%3D%42"))
    assert.is_true(exists(d:path "a?b%c d++"))
    assert.equal("A&=B", rec.serial)
    assert.equal("virtual:" .. d.folder ..
      "/a%3Fb%25c%20d++?medium=cd-r&serial=A%26%3DB", rec:get_path())
    -- That spelling leads to the same drive.
    local again = assert(discrecorder.recorder(rec:get_path()))
    assert.equal(rec.guid, again.guid)
    assert.equal(rec:get_path(), again:get_path())
  end)

  it("with any bytes in its path survives being made absolute", function()
    local name = {}
    for byte = 1, 255 do
      if byte ~= 0x2F then
        table.insert(name, ("%%%02X"):format(byte))
      end
    end
    local rec = assert(discrecorder.recorder("virtual:" .. d.folder .. "/" ..
      table.concat(name) .. "?medium=cd-r"))
    assert.matches("^[ -~]+$", rec:get_path())
    local again = assert(discrecorder.recorder(rec:get_path()))
    assert.equal(rec.guid, again.guid)
  end)

  it("is made absolute without dots and doubled slashes", function()
    run.output("mkdir", d:path "sub")
    local function path_of(address)
      return run.output{"lua5.4", "-e", ([[
        print(assert(require "discrecorder".recorder(%q)):get_path())]])
        :format(address), cwd = d:path "sub", env = run.lua_env}
    end
    local want = "virtual:" .. d.folder
    assert.equal(want .. "/sub/x?medium=cd-r",
      path_of "virtual:x?medium=cd-r")
    assert.equal(want .. "/sub/x?medium=cd-r",
      path_of "virtual:.//./x?medium=cd-r")
    assert.equal(want .. "/sub/../x?medium=cd-r",
      path_of "virtual:../x?medium=cd-r")
    assert.equal(want .. "/x", path_of("virtual:" .. d.folder .. "//x"))
  end)

  it("may be as long as a path, encoded", function()
    local folder = d.folder
    for _ = 1, 5 do
      folder = folder .. "/" .. ("\xC3\xA4"):rep(100)
    end
    run.output("mkdir", "-p", folder)
    local address = "virtual:" .. folder:gsub("[^/%w.]", function(c)
      return ("%%%02X"):format(c:byte())
    end)
    local rec = assert(discrecorder.recorder(address .. "/x?medium=cd-r"))
    assert.is_true(#rec:get_path() > 3000)
    assert.equal(rec:get_path(),
      assert(discrecorder.recorder(rec:get_path())):get_path())
    assert.not_equal(rec.guid,
      assert(discrecorder.recorder(address .. "/y?medium=cd-r")).guid)
  end)

  it("that is too long is refused", function()
    local rec, failure = discrecorder.recorder("virtual:/" ..
      ("x"):rep(100000))
    assert.is_nil(rec)
    assert.is_string(failure.code)
    rec, failure = discrecorder.recorder("virtual:" .. d:path "x" ..
      "?medium=cd-r&serial=" .. ("%41"):rep(100000))
    assert.is_nil(rec)
    assert.is_string(failure.code)
    assert.is_false(exists(d:path "x"))
  end)

  it("of garbage is a failure, never a crash", function()
    local random = 7
    for _ = 1, 2000 do
      local bytes = {}
      for i = 1, 30 do
        random = (random * 1103515245 + 12345) & 0x7FFFFFFF
        bytes[i] = string.char((random >> 16) % 255 + 1)
      end
      local text = table.concat(bytes)
      for _, prefix in ipairs {"", "virtual:/nowhere/", "virtual:/x?",
        "virtual:/nowhere/x?medium=", "virtual:/x?fault="} do
        local rec, _, code = discrecorder.recorder(prefix .. text)
        assert.is_nil(rec)
        assert.is_string(code)
      end
    end
  end)
end)

describe("two addresses of one disc", function()
  it("lead to one drive, by links too", function()
    local rec = d:recorder()
    run.output("ln", "-s", d.last, d:path "link")
    local other = assert(discrecorder.recorder("virtual:" .. d:path "link"))
    assert(other:open_exclusive())
    assert.equal("device_not_accessible", select(3, rec:open_exclusive()))
    assert(other:close())
    assert(rec:operator():remove())
    assert.equal("none", other:medium().state)
  end)

  it("cannot name two models", function()
    local rec = d:recorder "medium=cd-r&model=cd-r"
    refused("unsupported", "virtual:" .. d.last .. "?model=cd-rw")
    assert.equal("cdr", rec:get_recorder_type())
  end)

  it("of an empty tray are two drives, if their names are two", function()
    local a = d:recorder "medium=none"
    local same = assert(discrecorder.recorder(a:get_path()))
    local b = d:recorder "medium=none"
    assert(a:open_exclusive())
    assert.equal("device_not_accessible", select(3, same:open_exclusive()))
    assert.is_true(b:open_exclusive())
    assert.is_false(exists(d.last))
  end)
end)

describe("the recorders that can be found", function()
  it("are those of DISCRECORDER_ADDRESSES, and no disc is made", function()
    local rec = d:recorder()
    local list = ("%s  virtual:%s/new%%20one?medium=cd-r\n"):format(
      rec:get_path(), d.folder)
    local text = run.output{"lua5.4", "-e", [[
      for address, rec, failure in require "discrecorder".recorders() do
        print(address, rec and rec.guid or failure.code)
      end]], env = {DISCRECORDER_ADDRESSES = list,
        LUA_PATH_5_4 = run.lua_env.LUA_PATH_5_4,
        LUA_CPATH_5_4 = run.lua_env.LUA_CPATH_5_4}}
    assert.truthy(text:find(rec:get_path() .. "\t" .. rec.guid, 1, true))
    assert.truthy(text:find("/new%20one?medium=cd-r\tdevice_not_present", 1,
      true))
    assert.is_false(exists(d:path "new one"))
  end)
end)

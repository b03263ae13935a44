local disc = require "discrecorder"
local source = require "discrecorder.source"

local run = require "spec.support.run"
local tgt = require "spec.support.tgt"

local INQUIRY <const> = "\x12\0\0\0\x24\0"
local GONE <const> = "iscsi://127.0.0.1:1/iqn.2020-01.org.example:none/1"

local missing = tgt.missing()

-- An `it` that needs tgt.
local function with_tgt(name, f)
  it(name, function()
    if missing then
      pending(missing)
    end
    f()
  end)
end

-- The failure of what gives nil, failure, code.
local function failing(code, _, failure, got)
  assert.are.equal(code, got, tostring(failure))
  assert.are.equal(code, failure.code)
  return failure
end

-- What `f` gives when it fails, or the last time.
local function again(times, f)
  local results
  for _ = 1, times do
    results = table.pack(f())
    if not results[1] then
      break
    end
  end
  return table.unpack(results, 1, results.n)
end

describe("an iSCSI address", function()
  for address, why in pairs{
    ["iscsi:host/iqn.x/1"] = "begins with iscsi://",
    ["iscsi://"] = "names a host, a target and a unit",
    ["iscsi://host"] = "names a host, a target and a unit",
    ["iscsi://host/iqn.x"] = "names a host, a target and a unit",
    ["iscsi:///iqn.x/1"] = "names no host",
    ["iscsi://ho st/iqn.x/1"] = "names no host",
    ["iscsi://host:/iqn.x/1"] = "a port that is no number",
    ["iscsi://host:0/iqn.x/1"] = "a port that is no number",
    ["iscsi://host:70000/iqn.x/1"] = "a port that is no number",
    ["iscsi://[::1/iqn.x/1"] = "has no ] after its host",
    ["iscsi://host/iqn.x/"] = "a unit number from 0 to 255",
    ["iscsi://host/iqn.x/256"] = "a unit number from 0 to 255",
    ["iscsi://host/iqn.x/-1"] = "a unit number from 0 to 255",
    ["iscsi://host/iqn x/1"] = "a target that is no iSCSI name",
    ["iscsi://host/iqn.x%00/1"] = "%00",
    ["iscsi://host/" .. ("x"):rep(300) .. "/1"] = "no iSCSI name",
    ["iscsi://" .. ("h"):rep(400) .. "/iqn.x/1"] = "a host that is too long",
    ["iscsi://@host/iqn.x/1"] = "names no user before the @",
    ["iscsi://" .. ("u"):rep(200) .. "@host/iqn.x/1"] = "too long a user",
    ["iscsi://host/iqn.x/1?speed=1"] = "an unknown key",
    ["iscsi://host/iqn.x/1?initiator=a%20b"] = "no iSCSI name",
  } do
    it(("is refused: %.40s"):format(address), function()
      local failure = failing("unsupported", disc.recorder(address))
      assert.is_truthy(failure.message:find(why, 1, true), failure.message)
    end)
  end

  it("to where nobody listens fails at once", function()
    local failure = failing("device_not_present", disc.recorder(GONE))
    assert.are.equal("connection", failure.culprit)
    assert.matches("refused", failure.message)
  end)
end)

describe("a drive in another machine", function()
  local target, address, path, lun

  before_each(function()
    if not missing then
      target = tgt.start()
      address, path, lun = target:disc()
    end
  end)

  after_each(function()
    collectgarbage()
    if target then
      target:stop()
    end
  end)

  with_tgt("tells what it is", function()
    local rec <close> = assert(disc.recorder(address))
    assert.are.same({"IET", "VIRTUAL-CDROM", "0001"},
      {rec:get_display_names()})
    assert.are.equal(address, rec:get_path())
    assert.are.equal("beaf11", rec.serial)
    local medium = assert(rec:medium())
    assert.are.equal("dvd+r", medium.profile)
    assert.are.equal("blank", medium.state)
    assert.are.equal(2295104, medium.capacity_blocks)
    assert.are.equal(2295104, medium.free_blocks)
    assert.are.equal(0, medium.next_writable)
  end)

  with_tgt("passes on what it refuses", function()
    local rec <close> = assert(disc.recorder(address))
    local failure = failing("unsupported",
      rec:command("\x23\0\0\0\0\0\0\0\xFC\0", "in", 252))
    assert.are.same({key = 5, asc = 0x20, ascq = 0},
      {key = failure.sense.key, asc = failure.sense.asc,
        ascq = failure.sense.ascq})
  end)

  with_tgt("is one object's at a time", function()
    local one <close> = assert(disc.recorder(address))
    local two <close> = assert(disc.recorder(address))
    assert(one:open_exclusive())
    failing("device_not_accessible", two:open_exclusive())
    failing("device_not_accessible", two:medium())
    assert(one:medium())
    assert(one:close())
    assert(two:medium())
    assert(two:open_exclusive())
  end)

  with_tgt("that another machine has reserved is refused", function()
    local portal = target:proxy("status", 0)
    local failure = failing("device_not_accessible",
      disc.recorder(target:address(lun, portal)))
    assert.matches("somebody else", failure.message)
  end)

  with_tgt("has neighbours that work at the same time", function()
    local other, other_path = target:disc()
    local image = run.spit(target.folder .. "/image", ("i"):rep(2048 * 1000))
    local jobs = {}
    for i, where in ipairs{address, other} do
      local rec = assert(disc.recorder(where))
      jobs[i] = assert(rec:burn_start{
        tracks = {{source = assert(source.file(image))}},
      })
    end
    for _, job in ipairs(jobs) do
      assert.is_true(assert(job:wait()).verified)
    end
    assert.are.equal(run.slurp(path), run.slurp(other_path))
  end)

  -- One job, and the statuses of the packets that its recorder sent.
  local function burning(where, image, name)
    local trace = ("%s/%s.trace"):format(target.folder, name)
    local rec = assert(disc.recorder(where, {trace = trace}))
    local job = assert(rec:burn_start{
      tracks = {{source = assert(source.file(image))}},
    })
    return job, function()
      local list = {}
      for status in run.slurp(trace):gmatch "\nanswer %d+ status=(%a+)" do
        list[#list + 1] = status
      end
      return list
    end
  end

  with_tgt("that is lost is not reached again in a burn, and neighbours go on",
    function()
      local image =
        run.spit(target.folder .. "/image", ("i"):rep(2048 * 4096))
      local other = target:disc()
      local _, _, third = target:disc()
      local jobs = {
        (burning(address, image, "first")), (burning(other, image, "second")),
      }
      local portal = target:proxy("drop", 4000000)
      local lost, statuses =
        burning(target:address(third, portal), image, "lost")
      local _, failure, code = lost:wait()
      assert.are.equal("transport_error", code, tostring(failure))
      for _, job in ipairs(jobs) do
        assert.is_true(assert(job:wait()).verified)
      end
      -- After the packet that was lost there is no drive any more, though the
      -- proxy would let a new login pass.
      local list, seen = statuses(), nil
      for _, status in ipairs(list) do
        assert.is_true(not seen or status == "gone", status)
        seen = seen or status == "lost"
      end
      assert.is_true(seen)
      assert.are.equal("gone", list[#list])
    end)

  -- The target says 6/3F/0E then, reported LUNs data has changed, instead of
  -- taking the next WRITE.
  with_tgt("gets a neighbour in the middle of a burn, and goes on", function()
    local pushed = assert(source.push(2048 * 4096))
    local rec <close> = assert(disc.recorder(address))
    local job <close> = assert(rec:burn_start{
      tracks = {{source = pushed}}, buffer = 4 * 65536,
    })
    assert(pushed:write(("i"):rep(2048 * 2048)))
    target:disc()
    assert(pushed:write(("i"):rep(2048 * 2048)))
    pushed:close()
    assert.is_true(assert(job:wait()).verified)
  end)

  with_tgt("logs in by password, which no address tells again", function()
    target:admin("--op", "new", "--mode", "account", "--user", "someone",
      "--password", "secret-secret")
    target:admin("--op", "bind", "--mode", "account", "--tid", "1",
      "--user", "someone")
    local rest = address:match "^iscsi://(.*)$"
    local rec <close> =
      assert(disc.recorder("iscsi://someone:secret%2Dsecret@" .. rest))
    assert.are.equal("iscsi://someone@" .. rest, rec:get_path())
    assert(rec:medium())
    local wrong = failing("device_not_accessible",
      disc.recorder("iscsi://someone:wrong-wrong-wrong@" .. rest))
    assert.is_falsy(wrong.message:find("wrong-wrong", 1, true))
    failing("device_not_accessible", disc.recorder(address))
  end)

  with_tgt("that is not there is no drive", function()
    local failure = failing("device_invalid_type",
      disc.recorder(target:address(200)))
    assert.matches("no CD, DVD or BD drive", failure.message)
    failing("device_not_present",
      disc.recorder((address:gsub("burner", "other"))))
  end)

  with_tgt("is reached again when its machine was away", function()
    local rec <close> = assert(disc.recorder(address))
    assert(rec:medium())
    target:kill()
    local failure = failing("device_not_present", rec:medium())
    assert.are.equal("connection", failure.culprit)
    assert.matches("Connection refused", failure.message)
    assert.are.equal(address, rec:get_path())
    target:revive()
    target:disc()
    assert.are.equal("blank", assert(rec:medium()).state)
  end)

  with_tgt("that was lost while it was held stays lost", function()
    local rec <close> = assert(disc.recorder(address))
    assert(rec:open_exclusive())
    target:kill()
    target:revive()
    failing("device_not_present", rec:medium())
    failing("device_not_present", rec:eject())
    failing("device_not_present", rec:close())
  end)
end)

describe("an iSCSI target that errs", function()
  local target, path, lun, _

  before_each(function()
    if not missing then
      target = tgt.start()
      _, path, lun = target:disc()
    end
  end)

  after_each(function()
    collectgarbage()
    if target then
      target:stop()
    end
  end)

  local function recorder(fault, number)
    return disc.recorder(target:address(lun, target:proxy(fault, number)))
  end

  with_tgt("is no matter when nothing errs", function()
    local rec <close> = assert(recorder("none"))
    assert(rec:medium())
  end)

  for status, code in pairs{
    [0x0201] = "device_not_accessible",
    [0x0202] = "device_not_accessible",
    [0x0203] = "device_not_present",
    [0x0300] = "device_not_present",
    [0x0301] = "device_not_present",
    [0xFFFF] = "device_not_present",
  } do
    with_tgt(("refuses the login with %04X"):format(status), function()
      local failure = failing(code, recorder("refuse", status))
      assert.matches("no login to", failure.message)
    end)
  end

  with_tgt("sends the login to where nobody is", function()
    failing("device_not_present", recorder "turn")
  end)

  with_tgt("drops the connection before the login", function()
    failing("device_not_present", recorder("drop", 20))
  end)

  with_tgt("drops the connection in the middle of a write", function()
    local image = run.spit(target.folder .. "/image", ("i"):rep(2048 * 4096))
    local rec <close> = assert(recorder("drop", 4000000))
    local _, failure, code = rec:burn{
      tracks = {{source = assert(source.file(image))}},
    }
    assert.are.equal("transport_error", code, tostring(failure))
    assert.are.equal("connection", failure.culprit)
    assert.are.equal("WRITE(10)", failure.command)
    assert.is_false(failure.report.verified)
    assert.is_true(failure.report.tracks[1].blocks > 100)
    assert.is_true(failure.report.tracks[1].blocks < 4096)
    assert.are.equal("idle", rec:get_recorder_state())
    -- What became of the disc the drive knows.
    local direct <close> = assert(disc.recorder(target:address(lun)))
    assert(direct:medium())
    assert.is_true(#run.slurp(path) < 2048 * 4096)
  end)

  with_tgt("answers late, within the time", function()
    local rec <close> = assert(recorder("late", 12))
    for _ = 1, 12 do
      assert.are.equal("IET", assert(
        rec:command(INQUIRY, "in", 36)):sub(9, 11))
    end
  end)

  for _, fault in ipairs{"late", "mute"} do
    with_tgt(("answers not in time (%s)"):format(fault), function()
      local rec <close> = assert(recorder(fault, 8))
      local failure = failing("transport_error", again(10, function()
        return rec:command(INQUIRY, "in", 36, 1)
      end))
      assert.matches("no answer in time", failure.message)
    end)
  end

  with_tgt("answers less than it says", function()
    local rec <close> = assert(recorder("short", 8))
    local lengths = {}
    for i = 1, 10 do
      lengths[i] = #assert(rec:command(INQUIRY, "in", 36))
    end
    table.sort(lengths)
    assert.are.equal(18, lengths[1])
    assert.are.equal(36, lengths[2])
  end)

  -- The proxy goes on until it ends, which breaks the connection as well.
  for fault, why in pairs{
    long = "the connection broke",
    noise = "the connection broke",
    flood = "no answer in time",
  } do
    with_tgt(("answers what nobody asked (%s)"):format(fault), function()
      local rec <close> = assert(recorder(fault, 8))
      local failure = failing("transport_error", again(10, function()
        return rec:command(INQUIRY, "in", 36, 2)
      end))
      assert.matches(why, failure.message)
    end)
  end

  -- In answers as long as they come, at the line's speed.
  with_tgt("talks without end, faster than it can be heard", function()
    local blocks = 128
    local _, _, full = target:disc(("x"):rep(2048 * blocks))
    local rec <close> =
      assert(disc.recorder(target:address(full, target:proxy("flood", 8))))
    local read = ("\x28\0\0\0\0\0\0%s\0"):format(string.pack(">I2", blocks))
    local failure = failing("transport_error", again(10, function()
      return rec:command(read, "in", 2048 * blocks, 2)
    end))
    assert.matches("no answer in time", failure.message)
  end)

  -- What may come of a burn in which one answer is spoiled.
  local outcomes <const> = {
    late = {ok = true},
    short = {ok = true, disc_info = true, transport_error = true},
    long = {ok = true, transport_error = true, device_not_present = true},
  }
  for fault, allowed in pairs(outcomes) do
    with_tgt(("spoils a burn by an answer that is %s, not its truth")
      :format(fault), function()
      local image =
        run.spit(target.folder .. "/image", ("i"):rep(2048 * 320))
      for _, number in ipairs{12, 36} do
        local _, disc_path, unit = target:disc()
        local rec <close> = assert(
          disc.recorder(target:address(unit, target:proxy(fault, number))))
        local report, failure, code =
          rec:burn{tracks = {{source = assert(source.file(image))}}}
        assert.is_true(allowed[report and "ok" or code], tostring(failure))
        if report then
          assert.is_true(report.verified)
          assert.are.equal(run.slurp(image), run.slurp(disc_path))
        else
          assert.is_false(failure.report.verified)
        end
        assert.are.equal("idle", rec:get_recorder_state())
        local direct <close> = assert(disc.recorder(target:address(unit)))
        assert(direct:medium())
      end
    end)
  end

  with_tgt("gives no reason for a refusal", function()
    local rec <close> = assert(recorder("bare", 4))
    local _, failure, code =
      rec:command("\x23\0\0\0\0\0\0\0\xFC\0", "in", 252)
    assert.are.equal("generic", code, tostring(failure))
    assert.matches("without a reason", failure.message)
  end)
end)

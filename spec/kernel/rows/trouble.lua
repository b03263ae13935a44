--- What goes wrong between a program and a drive: unplugged in the middle of a
-- burn, killed on either side, two programs at once, nodes that are no drive,
-- the ground giving way beneath a served disc. Afterwards the next program has
-- to see the truth, and to be able to go on.
local disc = require "discrecorder"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local COMMAND <const> = "bin/discrecorder"
local HALF <const> = 8 << 20 -- bytes: so far a burn comes before it waits
local UNDER_WAY <const> = 8192 -- units of 512 bytes that the disc's file has

local function until_true(what, f)
  local from = os.time()
  repeat
    if f() then
      return
    end
    os.execute "sleep 0.02"
  until os.time() - from > 20
  error("never: " .. what)
end

local function under_way(path)
  until_true("a burn under way", function()
    return tonumber(run.output("stat", "-c", "%b", path)) > UNDER_WAY
  end)
end

local function refused(code, pattern, nothing, failure, which)
  assert(nothing == nil, "it was not refused")
  assert(which == code, ("%s: %s"):format(which, failure))
  assert(failure.message:find(pattern), failure.message)
  return failure
end

-- A program of ours that burns an image, and waits in the middle until `go`
-- is there.
local BURNER <const> = [[
  local disc = require "discrecorder"
  local source = require "discrecorder.source"
  local node, image, half, go = table.unpack(arg)
  local file = assert(io.open(image, "rb"))
  local pushed = assert(source.push(file:seek "end"))
  file:seek "set"
  local rec = assert(disc.recorder(node))
  local job = assert(rec:burn_start{
    tracks = {{source = pushed}}, buffer = 1 << 18, verify = false,
  })
  if not pushed:write(file:read(math.tointeger(half))) then
    assert(job:wait()) -- which says why nobody wants it
  end
  while go ~= "" and not job:done() and not io.open(go) do
    job:wait(0.05)
  end
  if pushed:write(file:read "a") then
    pushed:close()
  end
  assert(job:wait())]]

local function burner(t, node, image, go)
  local script = run.spit(t.folder .. "/burner.lua", BURNER)
  return t:start("lua5.4", script, node, image, HALF, go or "")
end

-- Another's.
local function other_burner(t, drive, image, go)
  return t:start("sh", "-c", [[
    { head -c $3 "$1"; until [ -e "$2" ]; do sleep 0.1; done
      tail -c +$(($3 + 1)) "$1"; } |
    cdrskin dev=$0 -tao fs=0 tsize=$(stat -c %s "$1") -]], drive.sr, image, go,
    HALF)
end

-- What a program finds that comes later: an open track with what was written of
-- the image. It closes it, reads it, and makes the disc blank again.
local function goes_on(t, node, image)
  t.has(t.run(COMMAND, "info", node), "track 1")
  local rec <close> = assert(disc.recorder(node))
  local medium = assert(rec:medium())
  assert(medium.state == "damaged" or medium.state == "appendable",
    medium.state)
  assert(rec:open_exclusive())
  assert(rec:finish "disc")
  medium = assert(rec:medium())
  assert(medium.state == "complete", medium.state)
  local blocks = math.min(medium.tracks[1].blocks, 1000)
  assert(blocks == 1000, blocks)
  local file <close> = assert(io.open(image, "rb"))
  assert(rec:read(0, blocks) == file:read(blocks * 2048), "other bytes")
  assert(rec:eject())
  assert(rec:load())
  assert(rec:erase())
  assert(rec:medium().state == "blank")
end

-- The SCSI address of a drive, "0:0:1:0": its cable.
local function cable(drive)
  return run.output("readlink", "-f",
    "/sys/block/" .. drive.sr:match "[^/]+$" .. "/device"):match "[^/]+$"
end

local function unplug(where)
  run.spit(("/sys/bus/scsi/devices/%s/delete"):format(where), "1")
end

-- Its nodes, which may have other names while somebody holds the old ones.
local function plug(where)
  local host, channel, id = where:match "^(%d+):(%d+):(%d+):"
  run.spit(("/sys/class/scsi_host/host%s/scan"):format(host),
    ("%s %s -"):format(channel, id))
  local device = "/sys/bus/scsi/devices/" .. where
  local function node(class)
    local path
    until_true("a new node in " .. class, function()
      local name = run("ls", device .. "/" .. class).stdout:match "%S+"
      path = name and "/dev/" .. name
      return path and run("test", "-e", path).status == 0
    end)
    return path
  end
  return {sr = node "block", sg = node "scsi_generic"}
end

-- Wait for a burn that has nothing to wait for any more.
local function failed(job)
  local result, failure, code
  local from = os.time()
  repeat
    result, failure, code = job:wait(1)
    assert(os.time() - from < 60, "it hangs")
  until job:done()
  print(code, failure)
  assert(result == nil)
  assert(code == "device_not_present" or code == "transport_error", code)
  assert(failure.culprit == "connection", failure.culprit)
  assert(failure.report.verified == false)
  assert(failure.report.tracks[1].blocks > 500)
end

-- A burn at the address that `node` makes of a drive, whose cable is pulled.
-- @tparam boolean at_once it is plugged in again while the burn still runs
local function unplugged(node, at_once)
  return function(t)
    local drive = t:serve "cd-rw"
    local address = node(drive)
    local image = t:data(16)
    local bytes = run.slurp(image)
    local pushed = assert(source.push(#bytes))
    local rec = assert(disc.recorder(address))
    local job = assert(rec:burn_start{
      tracks = {{source = pushed}}, buffer = 1 << 18,
    })
    assert(pushed:write(bytes:sub(1, HALF)))
    under_way(drive.path)
    local where = cable(drive)
    unplug(where)
    local new = at_once and plug(where)
    pushed:write(bytes:sub(HALF + 1))
    failed(job)
    if not new then
      refused("device_not_present", "", rec:medium())
      new = plug(where)
      assert(new.sr == drive.sr, new.sr)
      -- The same object, without a hand at it.
      assert(rec:get_recorder_state() == "idle")
      local medium = assert(rec:medium())
      assert(medium.state == "damaged" or medium.state == "appendable",
        medium.state)
    end
    job:close()
    rec, job = nil, nil -- luacheck: ignore
    collectgarbage()
    goes_on(t, node(new), image)
  end
end

local function sr(drive)
  return drive.sr
end

local function sg(drive)
  return drive.sg
end

local function cdio(drive)
  return "cdio:" .. drive.sr
end

return {
  {"unplugged in the middle of a burn, sr node", unplugged(sr)},
  {"unplugged in the middle of a burn, sg node", unplugged(sg)},
  {"unplugged in the middle of a burn, cdio", unplugged(cdio)},
  {"unplugged and plugged in again while it burns", unplugged(sr, true)},

  {"a killed burner: track open, tray locked", function(t)
    local drive = t:serve "cd-rw"
    local image = t:data(16)
    local program = burner(t, drive.sg, image, t.folder .. "/go")
    under_way(drive.path)
    program.signal "KILL"
    assert(t:ended(program).status == 137)
    -- The kernel has unlocked the tray with the sr node; who had none leaves it
    -- locked.
    t.run("sg_prevent", drive.sg)
    t.has(t.try("sg_start", "--eject", drive.sg), "Illegal request")
    goes_on(t, drive.sg, image)
  end},

  {"a server killed under our burn", function(t)
    local path = t.folder .. "/disc"
    local address = "virtual:" .. path .. "?medium=cd-rw"
    local function serve()
      return t:start(run.root .. "/" .. COMMAND, "serve", "--hurry", "1000",
        address)
    end
    local server = serve()
    local node = server.line_of_stdout():match "^(%S+)"
    local image, go = t:data(16), t.folder .. "/go"
    local program = burner(t, node, image, go)
    under_way(path)
    server.signal "KILL"
    t:ended(server)
    run.spit(go, "")
    server = serve() -- removes what the killed one left
    node = server.line_of_stdout():match "^(%S+)"
    assert(t:ended(program).status == 1)
    goes_on(t, node, image)
    server.signal "TERM"
    assert(t:ended(server).status == 0)
  end},

  {"two programs at once on one drive", function(t)
    local drive = t:serve "cd-rw"
    local image, go = t:data(16), t.folder .. "/go"
    local first = burner(t, drive.sr, image, go)
    under_way(drive.path)
    for _, node in ipairs{drive.sr, drive.sg, cdio(drive)} do
      refused("device_not_accessible", "is in use.*lua5.4 %(process ",
        disc.recorder(node))
    end
    local r = t.try(COMMAND, "write", drive.sg, image)
    assert(r.status == 1, r.text)
    t.has(r, "is in use", "lua5.4 (process ")
    for _, program in ipairs{"cdrskin", "wodim"} do
      assert(t.try(program, "dev=" .. drive.sr, "blank=fast").status ~= 0)
    end
    run.spit(go, "")
    assert(t:ended(first).status == 0)
    t.reload(drive)
    t.same(drive, image)
  end},

  {"a drive that another's burner holds", function(t)
    local drive = t:serve "cd-rw"
    local image, go = t:data(16), t.folder .. "/go"
    local other = other_burner(t, drive, image, go)
    under_way(drive.path)
    for _, node in ipairs{drive.sr, drive.sg, cdio(drive)} do
      refused("device_not_accessible", "is in use.*cdrskin %(process ",
        disc.recorder(node))
    end
    run.spit(go, "")
    assert(t:ended(other).status == 0)
    t.reload(drive)
    t.same(drive, image)
  end},

  {"two burns that start together: one burns, one is refused", function(t)
    local drive = t:serve "cd-rw"
    local image = t:data(16)
    local a, b = burner(t, drive.sr, image), burner(t, drive.sg, image)
    a, b = t:ended(a), t:ended(b)
    assert(a.status + b.status == 1, a.text .. b.text)
    -- Which of the two is a matter of time; no second burn is begun.
    local text = (a.status == 1 and a or b).text
    assert(text:find("is in use", 1, true) or text:find("not blank", 1, true),
      text)
    t.reload(drive)
    t.same(drive, image)
  end},

  {"a disk, its partition and its sg node are sent nothing", function(t)
    if t.try("modprobe", "-a", "sd_mod", "sg").status ~= 0 or t.try("modprobe",
      "scsi_debug", "dev_size_mb=8", "num_parts=1").status ~= 0 then
      t.skip "this kernel has no scsi_debug"
    end
    local nodes = {"/dev/sda", "/dev/sda1"}
    until_true("a disk", function()
      return run("test", "-b", "/dev/sda1").status == 0
    end)
    for name in t.run("ls", "/sys/block/sda/device/scsi_generic").stdout
      :gmatch "%S+" do
      table.insert(nodes, "/dev/" .. name)
    end
    assert(#nodes == 3)
    for _, node in ipairs(nodes) do
      local failure = refused("device_invalid_type", "", disc.recorder(node))
      print(failure)
    end
    for _, node in ipairs{"/dev/sda", "/dev/sda1", "/dev/tty0", "/dev/no"} do
      assert(not disc.recorder("cdio:" .. node))
    end
    t.run("modprobe", "-r", "scsi_debug")
  end},

  {"a full file system beneath a served disc", function(t)
    local ground = t.folder .. "/ground"
    t.run("mkdir", ground)
    t.run("mount", "-t", "tmpfs", "-o", "size=6m", "none", ground)
    local drive = t:serve("cd-rw", {path = ground .. "/disc"})
    local image = t:data(16)
    local r = t.try(COMMAND, "write", drive.sr, image, "--quiet")
    assert(r.status == 1)
    t.has(r, "write error (3/0C/00)")
    r = t.try("cdrskin", "dev=" .. drive.sr, "-tao", image)
    assert(r.status ~= 0)
    -- cdrskin's track is too short to be ended without room for its padding.
    t.run("mount", "-o", "remount,size=16m", "none", ground)
    goes_on(t, drive.sr, image)
    t:stop(drive)
    t.run("umount", ground)
  end},

  {"a disc file removed beneath a burn: nobody succeeds", function(t)
    local image = t:data(16)
    for i, burn in ipairs{
      function(drive, go)
        return burner(t, drive.sr, image, go)
      end,
      function(drive, go)
        return other_burner(t, drive, image, go)
      end,
    } do
      local drive, go = t:serve "cd-rw", t.folder .. "/go" .. i
      local program = burn(drive, go)
      under_way(drive.path)
      os.remove(drive.path)
      run.spit(go, "")
      assert(t:ended(program).status ~= 0)
      t:stop(drive)
    end
  end},

  {"a served disc that is read-only is read, and refuses writes", function(t)
    local ground = t.folder .. "/ground"
    t.run("mkdir", ground)
    t.run("mount", "-t", "tmpfs", "-o", "size=8m", "none", ground)
    local drive = t:serve("cd-rw", {path = ground .. "/disc"})
    local image, tree = t:image(1)
    t.run(COMMAND, "write", drive.sr, image, "--quiet")
    t:stop(drive)
    t.run("mount", "-o", "remount,ro", ground)
    drive = t:serve("cd-rw", {path = ground .. "/disc"})
    t.same(drive, image)
    t.mounted_same(drive, tree)
    local r = t.try(COMMAND, "erase", drive.sr)
    assert(r.status == 1)
    t.has(r, "write protected")
    assert(t.try("wodim", "dev=" .. drive.sr, "blank=fast").status ~= 0)
    t.same(drive, image)
    t:stop(drive)
    t.run("umount", ground)
  end},
}

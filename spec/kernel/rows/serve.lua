--- `discrecorder serve` itself: several recorders, its end in every way, faults
-- as the kernel sees them, time.
local disc = require "discrecorder"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local tgt = require "spec.support.tgt"

local TARGET <const> = "/sys/kernel/config/target"

-- Nothing of ours is left in the kernel.
local function nothing_left(t)
  local r = t.run("sh", "-c", "find " .. TARGET ..
    " | grep -E 'discrecorder|naa|user_' | cat; ls /dev | grep -E '^sr' | cat")
  assert(r.stdout == "", "left over:\n" .. r.stdout)
end

-- The command, running; its `out` is what it printed once it was ready. A table
-- at the end has its environment, as for run.start.
local function start(t, ...)
  local out = t.folder .. "/out"
  run.spit(out, "")
  local words = {run.root .. "/bin/discrecorder", "serve", "--hurry", "1000",
    ...}
  local more = type(words[#words]) == "table" and table.remove(words) or {}
  for i, word in ipairs(words) do
    words[i] = run.quote(word)
  end
  local server = run.start{"sh", "-c", "exec " .. table.concat(words, " ") ..
    " >" .. run.quote(out), ours = true, env = more.env}
  for _ = 1, 200 do
    server.out = run.slurp(out)
    if server.out:find "\n$" then
      return server
    end
    os.execute "sleep 0.05"
  end
  error("it did not begin to serve: " .. server.stderr())
end

local function stop(server, signal)
  server.signal(signal or "TERM")
  local r = server.wait()
  r.text = r.stdout .. r.stderr
  print(r.text, r.status)
  return r
end

local function address(t, name, keys)
  return ("virtual:%s/%s?medium=cd-rw%s"):format(t.folder, name, keys or "")
end

return {
  {"serve prints its nodes and removes them at SIGTERM", function(t)
    local server = start(t, address(t, "a"))
    assert(server.out:find("^/dev/sr0 +/dev/sg0 +virtual:"), server.out)
    t.has(t.run("sg_inq", "/dev/sr0"), "DISCREC")
    assert(stop(server).status == 0)
    nothing_left(t)
  end},

  {"serve ends at SIGINT while the disc is mounted", function(t)
    local image = t:image(1)
    local rec = assert(disc.recorder(address(t, "a")))
    assert(rec:burn{tracks = {{source = source.file(image)}}})
    rec = nil -- luacheck: ignore
    collectgarbage()
    local server = start(t, address(t, "a"))
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "iso9660", "-o", "ro", "/dev/sr0", "/mnt/disc")
    assert(stop(server, "INT").status == 0)
    nothing_left(t)
    t.run("umount", "/mnt/disc")
  end},

  {"serve --json", function(t)
    local server = start(t, "--json", address(t, "a"))
    assert(server.out:find('"ok":true', 1, true) and
      server.out:find('"sr":"/dev/sr0"', 1, true), server.out)
    assert(stop(server).status == 0)
  end},

  {"two recorders are burned at once", function(t)
    local first, second = t:data(4), t:data(8)
    local server = start(t, address(t, "a"), address(t, "b"))
    assert(server.out:find("/dev/sr0", 1, true) and
      server.out:find("/dev/sr1", 1, true), server.out)
    t.run("sh", "-c", ("cdrskin dev=/dev/sr0 -tao %s & a=$!; " ..
      "cdrskin dev=/dev/sr1 -tao %s; b=$?; wait $a && exit $b")
      :format(first, second))
    for node, path in pairs{["/dev/sr0"] = first, ["/dev/sr1"] = second} do
      t.reload{sr = node}
      t.same({sr = node}, path)
    end
    assert(stop(server).status == 0)
    nothing_left(t)
  end},

  {"a disc that is served cannot be served again", function(t)
    local server = start(t, address(t, "a"))
    local r = t.try(run.root .. "/bin/discrecorder", "serve", address(t, "a"))
    assert(r.status == 1)
    t.has(r, "somebody else uses the drive")
    t.has(t.run("sg_inq", "/dev/sr0"), "DISCREC")
    assert(stop(server).status == 0)
    nothing_left(t)
  end},

  {"a disc that is named twice: none is served", function(t)
    local r = t.try(run.root .. "/bin/discrecorder", "serve", address(t, "a"),
      address(t, "b"), address(t, "a"))
    assert(r.status == 1)
    t.has(r, "somebody else uses the drive")
    nothing_left(t)
  end},

  {"what may never be written is not served", function(t)
    local r = t.try("env", "DISCRECORDER_NEVER_WRITE=" .. t.folder .. "/*",
      run.root .. "/bin/discrecorder", "serve", address(t, "a"))
    assert(r.status == 1)
    t.has(r, "may never be written")
    nothing_left(t)
  end},

  {"what has a serial number is served by it", function(t)
    local place = address(t, "a", "&serial=SERVED1")
    do
      local rec <close> = assert(disc.recorder(place))
      assert(rec:open_exclusive())
    end
    collectgarbage()
    local server = start(t, "serial:SERVED1",
      {env = {DISCRECORDER_ADDRESSES = place}})
    assert(server.out:find("virtual:" .. t.folder .. "/a", 1, true), server.out)
    t.has(t.run("sg_inq", "/dev/sr0"), "SERVED1")
    assert(stop(server).status == 0)
    nothing_left(t)
  end},

  {"a drive in another machine is served, its password told nobody",
    function(t)
      local missing = tgt.missing()
      if missing then
        t.skip(missing)
      end
      local image = t:image(1)
      local target = tgt.start()
      local remote = target:disc(run.slurp(image))
      target:admin("--op", "new", "--mode", "account", "--user", "someone",
        "--password", "secret-secret")
      target:admin("--op", "bind", "--mode", "account", "--tid", "1",
        "--user", "someone")
      local server = start(t,
        (remote:gsub("//", "//someone:secret-secret@")))
      t.same({sr = "/dev/sr0"}, image)
      assert(server.out:find("iscsi://someone@", 1, true), server.out)
      assert(stop(server).status == 0)
      target:stop()
      nothing_left(t)
    end},

  {"one that cannot be opened: none is served", function(t)
    local r = t.try(run.root .. "/bin/discrecorder", "serve", address(t, "a"),
      "virtual:" .. t.folder .. "/missing")
    assert(r.status == 1)
    t.has(r, "missing")
    nothing_left(t)
  end},

  {"an ordinary user is told what is missing", function(t)
    t.run("chmod", "755", t.folder)
    local r = t.try("setpriv", "--reuid=65534", "--regid=65534",
      "--clear-groups", "lua5.4", run.root .. "/bin/discrecorder", "serve",
      "virtual:/tmp/nobody?medium=cd-rw")
    assert(r.status == 1)
    t.has(r, "only root may make devices", "Run it as root")
  end},

  {"the left-overs of a killed one are removed by the next", function(t)
    local server = start(t, address(t, "a"))
    assert(stop(server, "KILL").status ~= 0)
    local r = t.run("sh", "-c", "ls " .. TARGET .. "/loopback")
    t.has(r, "naa.6001405d")
    server = start(t, address(t, "b"))
    t.has(t.run("sg_inq", "/dev/sr0"), "DISCREC")
    t.has(stop(server), "Removed 1 left over")
    nothing_left(t)
  end},

  {"a living one is no left-over", function(t)
    local first = start(t, address(t, "a"))
    local second = start(t, address(t, "b"))
    t.has(t.run("sg_inq", "/dev/sr0"), "DISCREC")
    t.has(t.run("sg_inq", "/dev/sr1"), "DISCREC")
    assert(stop(second).status == 0)
    t.has(t.run("sg_inq", "/dev/sr0"), "DISCREC")
    assert(stop(first).status == 0)
    nothing_left(t)
  end},

  {"killed with a burn in flight: the disc tells the truth", function(t)
    -- The drive is busy from the 100th write on: the kill comes in time.
    local path = t:data(32)
    local server = start(t,
      address(t, "a", "&fault=opcode:WRITE(10),nth:100,busy:100000000"))
    local burner = run.start("timeout", "60", "wodim", "gracetime=2",
      "dev=/dev/sr0", "-tao", path)
    for _ = 1, 200 do
      if tonumber(run.output("stat", "-c", "%b", t.folder .. "/a")) > 4000 then
        break
      end
      os.execute "sleep 0.02"
    end
    stop(server, "KILL")
    server = start(t, address(t, "b"))
    t.has(stop(server), "Removed 1 left over")
    local r = burner.wait()
    assert(r.status ~= 0, r.stdout .. r.stderr)
    local rec = assert(disc.recorder("virtual:" .. t.folder .. "/a"))
    local medium = assert(rec:medium())
    assert(medium.state == "damaged", medium.state)
    assert(rec:open_exclusive())
    assert(rec:erase(false))
    assert(rec:medium().state == "blank")
    assert(rec:close())
    nothing_left(t)
  end},

  {"a killed burner leaves a drive that goes on", function(t)
    local drive = t:serve("cd-rw", {keys = "&pace=1", hurry = 2})
    local path = t:data(32)
    local burner = run.start("cdrskin", "dev=" .. drive.sr, "-tao", path)
    for _ = 1, 300 do
      if tonumber(run.output("stat", "-c", "%b", drive.path)) > 4000 then
        break
      end
      os.execute "sleep 0.02"
    end
    burner.signal "KILL"
    burner.wait()
    -- libburn calls such a disc unsuitable (README.md), cdrdao tells the truth.
    local r = t.run("cdrdao", "disk-info", "--device", drive.sr, "--driver",
      "generic-mmc")
    t.has(r, "CD-R empty           : no", "Last Track           : 0")
    t.run("wodim", "gracetime=2", "dev=" .. drive.sr, "blank=fast")
    local again = t:data(1)
    t.run("cdrskin", "dev=" .. drive.sr, "-tao", again)
    t.reload(drive)
    t.same(drive, again)
  end},

  {"a fault is the drive's own for the kernel", function(t)
    local image = t:image(1)
    do
      local rec = assert(disc.recorder(address(t, "a")))
      assert(rec:burn{tracks = {{source = source.file(image)}}})
    end
    collectgarbage()
    local drive = t:serve("cd-rw", {
      path = t.folder .. "/a", keys = "&fault=lba:100,sense:3/11/05",
    })
    local r = t.try("sg_raw", "-r", "2048", drive.sg, "28", "00", "00", "00",
      "00", "64", "00", "00", "01", "00")
    t.has(r, "Medium Error", "L-EC uncorrectable error")
    r = t.try("dd", "if=" .. drive.sr, "of=/dev/null", "bs=2048", "skip=100",
      "count=1", "iflag=direct")
    t.has(r, "No data available") -- what a medium error is called
    t.run("dd", "if=" .. drive.sr, "of=/dev/null", "bs=2048", "skip=101",
      "count=1", "iflag=direct")
  end},

  {"a drive that vanishes is not there", function(t)
    local drive = t:serve("cd-rw",
      {keys = "&fault=opcode:READ DISC INFORMATION,nth:1,gone"})
    local r = t.try("sg_raw", "-r", "34", drive.sg, "51", "00", "00", "00",
      "00", "00", "00", "00", "22", "00")
    t.has(r, "Logical unit not supported")
    assert(t.try("sg_turs", drive.sg).status ~= 0)
  end},

  {"an answer that is lost is a failure of the target", function(t)
    local drive = t:serve("cd-rw",
      {keys = "&fault=opcode:WRITE(10),nth:3,lost"})
    local r = t.try("wodim", "gracetime=2", "dev=" .. drive.sr, "-tao",
      t:data(1))
    assert(r.status ~= 0)
    t.has(r, "Hardware Error")
  end},

  {"the drive's clock follows real time", function(t)
    local drive, path = t:serve("cd-rw", {hurry = 10}), t:data(1)
    t.run("cdrskin", "dev=" .. drive.sr, "-tao", path)
    -- BLANK with the immediate bit, then as often as it takes.
    t.run("sg_raw", drive.sg, "a1", "11", "00", "00", "00", "00", "00", "00",
      "00", "00", "00", "00")
    local busy, ready = 0, false
    for _ = 1, 200 do
      ready = t.try("sg_turs", drive.sg).status == 0
      if ready then
        break
      end
      busy = busy + 1
      os.execute "sleep 0.1"
    end
    assert(ready, "it is busy for ever")
    assert(busy >= 2, "it was not busy at all")
  end},

  {"a command that is waited for takes its time", function(t)
    local drive = t:serve("cd-rw", {hurry = 10})
    local from = os.time()
    -- SEND OPC takes 5 s by the drive's clock.
    for _ = 1, 5 do
      t.run("sg_raw", drive.sg, "54", "01", "00", "00", "00", "00", "00", "00",
        "00", "00")
    end
    local seconds = os.time() - from
    assert(seconds >= 2 and seconds <= 30, seconds)
  end},

  {"burning as a user of group cdrom", function(t)
    local drive, path = t:serve("cd-rw"), t:data(1)
    t.run("chgrp", "cdrom", drive.sr, drive.sg)
    t.run("chmod", "660", drive.sr, drive.sg)
    t.run("chmod", "755", t.folder)
    t.run("setpriv", "--reuid=65534", "--regid=cdrom", "--clear-groups",
      "cdrskin", "dev=" .. drive.sr, "-tao", path)
    t.reload(drive)
    t.same(drive, path)
  end},
}

--- Our own transports on served recorders: sgio on both nodes, cdio, as root
-- and as a user in group cdrom, beside mounts and other programs.
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local run = require "spec.support.run"

local USER <const> = "discrecorder-guest"

-- The first place where two tables differ, or nil.
local function difference(a, b, where)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a ~= b and ("%s: %s, %s"):format(where, a, b) or nil
  end
  for _, keys in ipairs{a, b} do
    for key in pairs(keys) do
      local found = difference(a[key], b[key], ("%s.%s"):format(where, key))
      if found then
        return found
      end
    end
  end
end

local direct -- what the same job leaves by the direct path, once it was asked

-- The disc is what the direct path would have made of it: same state, tracks,
-- addresses, everything that medium() tells.
local function same_as_direct(t, medium, image)
  if not direct then
    local rec <close> = assert(disc.recorder(
      ("virtual:%s/direct?medium=cd-rw"):format(t.folder)))
    assert(burn.image(rec, image))
    direct = assert(rec:medium())
  end
  local found = difference(direct, medium, "medium")
  assert(not found, found)
end

local function burn_on(t, node)
  local drive = t:serve "cd-rw"
  local address = type(node) == "function" and node(drive) or drive[node]
  local image, tree = t:image()
  local trace = ("%s/%s.trace"):format(t.share, t.id)
  local rec = assert(disc.recorder(address, {trace = trace}))
  local report = assert(burn.image(rec, image))
  assert(report.ok and report.verified, "not verified")
  same_as_direct(t, assert(rec:medium()), image)
  rec = nil -- luacheck: ignore
  collectgarbage()
  t.same(drive, image)
  t.mounted_same(drive, tree)
  return drive, image
end

local function by_cdio(drive)
  return "cdio:" .. drive.sr
end

-- A user who is in group cdrom, which the nodes belong to.
local function user(t, drive)
  t.try("groupadd", "-f", "cdrom")
  t.try("useradd", "-M", "-G", "cdrom", USER)
  for _, node in ipairs{drive.sr, drive.sg} do
    t.run("chgrp", "cdrom", node)
    t.run("chmod", "660", node)
  end
end

local function as_user(t, ...)
  return t.try("setpriv", "--reuid", USER, "--regid", USER, "--init-groups",
    ...)
end

local function refused(code, pattern, nothing, failure, which)
  assert(nothing == nil, "it was not refused")
  assert(which == code, ("%s: %s"):format(which, failure))
  assert(failure.message:find(pattern), failure.message)
end

return {
  {"sgio burns on the sr node, and reads back", function(t)
    burn_on(t, "sr")
  end},
  {"sgio burns on the sg node, and reads back", function(t)
    burn_on(t, "sg")
  end},
  {"cdio burns, and reads back", function(t)
    burn_on(t, by_cdio)
  end},
  {"packets reach the drive as long as they were sent", function(t)
    -- The queue takes 255 pages at once: 512 KiB is the next power of two.
    local jobs <const> = {{packet = 32 << 10, blocks = 16}, {blocks = 256}}
    for number, job in ipairs(jobs) do
      local drive = t:serve "cd-r"
      local rec <close> = assert(disc.recorder(drive.sr))
      local options = {packet = job.packet, verify = false}
      assert(burn.image(rec, t:data(8), options))
      local most = 0
      local trace = ("%s/%s.%d.trace"):format(t.share, t.id, number)
      for blocks in run.slurp(trace):gmatch(
        " cdb=2a00" .. ("%x"):rep(8) .. "00(%x%x%x%x)") do
        most = math.max(most, tonumber(blocks, 16))
      end
      assert(most == job.blocks, most)
    end
  end},
  {"a user in group cdrom burns", function(t)
    local drive = t:serve "cd-rw"
    local image = t:image()
    user(t, drive)
    t.run("chmod", "a+rx", t.folder)
    t.run("chmod", "a+r", image)
    for _, node in ipairs{drive.sr, drive.sg, by_cdio(drive)} do
      local r = as_user(t, "bin/discrecorder", "write", node, image, "--quiet")
      assert(r.status == 0, r.text)
      t.same(drive, image)
      local rec <close> = assert(disc.recorder(drive.sr))
      same_as_direct(t, assert(rec:medium()), image)
      assert(rec:open_exclusive())
      assert(rec:erase())
    end
  end},
  {"a user without rights is told the group", function(t)
    local drive = t:serve "cd-rw"
    user(t, drive)
    t.run("usermod", "-G", "", USER)
    local r = as_user(t, "bin/discrecorder", "info", drive.sr)
    assert(r.status == 1)
    t.has(r, "group cdrom")
  end},
  {"a mounted disc is read and not written", function(t)
    local drive, image = burn_on(t, "sr")
    t.run("mkdir", "-p", "/mnt/disc")
    t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
    for _, node in ipairs{drive.sr, drive.sg, by_cdio(drive)} do
      local rec = assert(disc.recorder(node))
      assert(rec:medium().state == "complete")
      local file = assert(io.open(image, "rb"))
      assert(rec:read(0, 16) == file:read(16 * 2048))
      file:close()
      refused("device_not_accessible", "mounted on /mnt/disc",
        rec:open_exclusive())
    end
    t.run("umount", "/mnt/disc")
    local rec = assert(disc.recorder(drive.sr))
    assert(rec:open_exclusive())
    assert(rec:erase())
  end},
  {"a held drive is sent nothing", function(t)
    local drive = t:serve "cd-rw"
    local rec = assert(disc.recorder(drive.sr))
    assert(rec:open_exclusive())
    for _, node in ipairs{drive.sr, drive.sg, by_cdio(drive)} do
      refused("device_not_accessible", "in use.*this program",
        disc.recorder(node))
    end
    local r = t.try("bin/discrecorder", "info", drive.sr)
    assert(r.status == 1)
    t.has(r, "in use", "lua5.4 (process")
    assert(rec:close())
    t.run("bin/discrecorder", "info", drive.sr)
  end},
  {"the sr twin is held for the sg node", function(t)
    local drive = t:serve "cd-rw"
    local rec = assert(disc.recorder(drive.sg))
    assert(rec:open_exclusive())
    local r = t.try("wodim", "dev=" .. drive.sr, "-checkdrive")
    assert(r.status ~= 0, "wodim opened the sr node")
    refused("device_not_accessible", "in use", disc.recorder(drive.sr))
    assert(rec:close())
  end},
  -- Nothing but a reload makes this kernel ask for the capacity again; the
  -- pages that it had read before are gone without one.
  {"the kernel knows the disc after a burn and a reload", function(t)
    local drive = t:serve "cd-rw"
    local image, tree = t:image()
    for _, node in ipairs{drive.sr, drive.sg} do
      t.run("bin/discrecorder", "write", node, image, "--no-verify",
        "--quiet")
      t.run("bin/discrecorder", "eject", node)
      t.run("bin/discrecorder", "load", node)
      t.same(drive, image)
      t.mounted_same(drive, tree)
      t.run("bin/discrecorder", "erase", drive.sr, "--quiet")
    end
  end},
  {"a drive that is taken away is gone", function(t)
    local drive = t:serve "cd-rw"
    local rec = assert(disc.recorder(drive.sr))
    t:stop(drive)
    refused("device_not_present", "not there", rec:medium())
    local again = t:serve "cd-r"
    if again.sr == drive.sr then
      assert(rec:medium().profile == "cd-r")
    end
  end},
  {"nodes that are no drive are refused without a packet", function()
    local cases = {
      {"/dev/null", "device_invalid_type", "character device"},
      {"/dev/tty0", "device_invalid_type", "terminal"},
      {"/dev/loop0", "device_invalid_type", "loop"},
      {"/dev/no", "device_not_present", "no drive"},
      {"/dev", "unsupported", "folder"},
    }
    for _, case in ipairs(cases) do
      if case[1] ~= "/dev/loop0" or io.open(case[1]) then
        refused(case[2], case[3], disc.recorder(case[1]))
      end
    end
  end},
  {"list and serial: find served drives", function(t)
    local drive = t:serve("cd-rw", {keys = "&serial=GUEST1"})
    local r = t.run("bin/discrecorder", "list")
    t.has(r, drive.sr, "GUEST1", drive.sg)
    r = t.run("bin/discrecorder", "info", "serial:GUEST1")
    t.has(r, drive.sr)
  end},
  {"the doctor finds what is wrong", function(t)
    local drive = t:serve "cd-rw"
    local r = t.run("bin/discrecorder", "doctor")
    t.has(r, drive.sr .. "  usable", drive.sg, "sr_mod loaded")
    user(t, drive)
    t.run("usermod", "-G", "", USER)
    r = as_user(t, "bin/discrecorder", "doctor", drive.sr)
    assert(r.status == 1, r.text)
    t.has(r, "belongs to group cdrom")
    local rec = assert(disc.recorder(drive.sr))
    assert(rec:open_exclusive())
    r = t.try("bin/discrecorder", "doctor", drive.sr)
    assert(r.status == 1, r.text)
    t.has(r, "problem: lua5.4 (process")
    assert(rec:close())
  end},
  {"a trace of a served drive is replayed", function(t)
    local drive = t:serve "cd-rw"
    local trace = ("%s/%s.replay"):format(t.share, t.id)
    local image = t:image()
    local rec = assert(disc.recorder(drive.sr, {trace = trace}))
    local first = assert(burn.image(rec, image))
    rec = nil -- luacheck: ignore
    collectgarbage()
    local again = assert(burn.image(
      assert(disc.recorder("replay:" .. trace)), image))
    assert(again.ok and again.verified)
    assert(again.tracks[1].sha256 == first.tracks[1].sha256)
    local took, takes = first.seconds.writing, again.seconds.writing
    assert(math.abs(took - takes) < 0.2 * took, took .. ": " .. takes)
  end},
}

--- Our engine by sgio on every DVD and BD: burn, verify, append, erase, format;
-- the kernel mounts what was burned. And on a drive that others wrote:
-- tcmu-runner's DVD-RAM.
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local disc = require "discrecorder"
local verify = require "discrecorder.verify"

-- An image, read back with the burn and once more.
local function checked(drive, image, job)
  local rec <close> = assert(disc.recorder(drive.sr))
  local report = assert(burn.image(rec, image, job))
  assert(report.ok and report.verified, "not verified")
  local result = assert(verify.run(rec, {against = image}))
  assert(result.verified == "image", result.verified)
end

-- ... and by the kernel.
local function burned(t, drive, job)
  local image, tree = t:image(2)
  checked(drive, image, job)
  t.reload(drive)
  t.same(drive, image)
  t.mounted_same(drive, tree)
end

-- A second session whose tree holds both.
local function appended(t, drive)
  local _, tree = t:image()
  do
    local rec <close> = assert(disc.recorder(drive.sr))
    assert(append.tree(rec, {["/more"] = tree .. "/sub"}))
    local medium = assert(rec:medium())
    assert(medium.sessions == 2 and medium.state == "appendable")
  end
  t.reload(drive)
  t.run("cp", "-r", tree, t.folder .. "/both")
  t.run("cp", "-r", tree .. "/sub", t.folder .. "/both/more")
  t.mounted_same(drive, t.folder .. "/both")
end

local function chore(drive, method, ...)
  local rec <close> = assert(disc.recorder(drive.sr))
  assert(rec:open_exclusive())
  assert(rec[method](rec, ...))
  return assert(rec:medium())
end

-- A session, one more, and then a row of its own goes on with the drive.
local function in_sessions(medium, format, go_on)
  return function(t)
    local drive = t:serve(medium)
    if format then
      chore(drive, "format", format)
    end
    burned(t, drive, {keep_open = true})
    appended(t, drive)
    if go_on then
      go_on(t, drive)
    end
  end
end

-- Formatted by the job; overwritten; each format by its name.
local function overwritten(medium, kinds)
  return function(t)
    local drive = t:serve(medium)
    burned(t, drive, {as_needed = true})
    for _, kind in ipairs(kinds) do
      local found = chore(drive, "format", kind)
      assert(found.state == "overwritable", found.state)
      burned(t, drive, {as_needed = true})
    end
  end
end

-- {=== tcmu-runner's DVD-RAM ===

local TARGET <const> = "/sys/kernel/config/target"
local NAA <const> = "naa.6001405d00000fb0"

-- $1: a folder, $2: where targets are, $3: the host's name. What it says comes
-- through a file: the server would keep a pipe open.
local SET_UP <const> = [[
  set -e
  modprobe -a target_core_mod target_core_user tcm_loop sr_mod sg
  mountpoint -q /sys/kernel/config ||
    mount -t configfs none /sys/kernel/config
  truncate -s 64M "$1/disc"
  store=$2/core/user_900/fbo
  mkdir -p "$store"
  echo "dev_config=fbo//$1/disc" >"$store/control"
  echo dev_size=$((64 << 20)) >"$store/control"
  echo hw_block_size=2048 >"$store/control"
  for i in 1 2 3 4 5 6 7 8 9 10; do # the server may not listen yet
    (echo 1 >"$store/enable") 2>/dev/null && break
    sleep 1
  done
  test "$(cat "$store/enable")" = 1
  host=$2/loopback/$3/tpgt_1
  mkdir -p "$host/lun/lun_0"
  echo "$3" >"$host/nexus"
  ln -s "$store" "$host/lun/lun_0/fbo"
  for i in 1 2 3 4 5 6 7 8 9 10; do
    node=$(ls /sys/bus/scsi/devices/*/block 2>/dev/null) && break
    sleep 1
  done
  echo "/dev/${node##*/}" ]]

local TAKE_DOWN <const> = [[
  host=$2/loopback/$3/tpgt_1
  rm "$host/lun/lun_0/fbo"
  rmdir "$host/lun/lun_0" "$host" "$2/loopback/$3"
  rmdir "$2/core/user_900/fbo" "$2/core/user_900" ]]

-- tcmu-runner serves it while `go_on` runs.
local function with_tcmu_runner(t, go_on)
  local server = t:start("sh", "-c",
    ("exec tcmu-runner >%s/runner 2>&1"):format(t.folder))
  local r = t.run("sh", "-c", SET_UP, "sh", t.folder, TARGET, NAA)
  local ok, why = pcall(go_on, {sr = r.stdout:match "/dev/sr%d+"})
  t.try("sh", "-c", TAKE_DOWN, "sh", t.folder, TARGET, NAA)
  server.signal "TERM"
  t:ended(server)
  assert(ok, why)
end

-- ===}

return {
  {"engine: DVD-R in sessions", in_sessions "dvd-r"},
  {"engine: DVD-R at once", function(t)
    burned(t, t:serve "dvd-r", {mode = "dao"})
  end},
  {"engine: DVD-R DL", function(t)
    burned(t, t:serve "dvd-r-dl")
  end},
  {"engine: DVD-RW in sessions, erased, burned again",
    in_sessions("dvd-rw", nil, function(t, drive)
      assert(chore(drive, "erase", false).state == "blank")
      burned(t, drive)
      assert(chore(drive, "erase", true).state == "blank")
      burned(t, drive, {keep_open = true})
    end)},
  {"engine: DVD-RW formatted and overwritten", function(t)
    local drive = t:serve "dvd-rw"
    for _, kind in ipairs{"default", "full"} do
      assert(chore(drive, "format", kind).state == "overwritable")
      burned(t, drive, {as_needed = true})
    end
    assert(chore(drive, "erase", true).state == "blank")
  end},
  {"engine: DVD+R in sessions", in_sessions "dvd+r"},
  {"engine: DVD+R DL in sessions", in_sessions "dvd+r-dl"},
  {"engine: DVD+RW", overwritten("dvd+rw", {"default"})},
  {"engine: DVD-RAM", overwritten("dvd-ram", {"default", "least_spare"})},
  {"engine: BD-R in sessions", in_sessions "bd-r"},
  {"engine: BD-R with spare areas, in sessions",
    in_sessions("bd-r", "default")},
  {"engine: BD-RE", overwritten("bd-re", {"full", "least_spare", "no_spare"})},

  -- A drive without READ TRACK INFORMATION, media ids and a tray.
  {"engine: tcmu-runner's DVD-RAM, formatted", function(t)
    with_tcmu_runner(t, function(drive)
      local image, tree = t:image(2)
      for _, kind in ipairs{false, "default"} do
        if kind then
          assert(chore(drive, "format", kind).state == "overwritable")
        end
        checked(drive, image, {as_needed = true})
        t.same(drive, image)
        t.mounted_same(drive, tree)
      end
    end)
  end},
}

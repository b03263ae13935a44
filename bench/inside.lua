--- Inside of a guest: each program writes an image onto a new served disc, in
-- turn. One line in SHARE/results for each run: NAME, number, seconds, and CPU
-- seconds as this kernel counts them.
--
--     lua5.4 bench/inside.lua SHARE cd|dvd|bd
--
-- Before and after each run it says "measure NAME.NUMBER.1" (or .2) on the
-- console and waits until there is a file of that name.
local disc = require "discrecorder"
local measure = require "measure"
local serve = require "discrecorder.serve"

local share = arg[1]

local IMAGE <const>, DISC <const> = "/dev/shm/image", "/dev/shm/disc"
local MIB <const> = 64

-- A virtual drive's seconds in one of ours: what a drive does by itself (OPC,
-- lead-in, lead-out) takes no time worth speaking of.
local HURRY <const> = 1e6

-- A program's words for a drive. Ours is started as `make install` leaves it:
-- without env.
local function ours(...)
  local more = {...}
  return function(drive)
    return {"lua5.4", "bin/discrecorder", "write", drive, IMAGE, "--no-verify",
      "--quiet", table.unpack(more)}
  end
end

-- The command overwrites nothing; a script does.
local function overwritten(packet)
  return function(drive)
    return {"lua5.4", "bench/large_burn.lua", IMAGE, drive, packet}
  end
end

local function wodim(...)
  local more = {...}
  return function(drive)
    return {"wodim", "-tao", "gracetime=0", "dev=" .. drive, IMAGE,
      table.unpack(more)}
  end
end

local function cdrskin(...)
  local more = {...}
  return function(drive)
    return {"cdrskin", "dev=" .. drive, IMAGE, table.unpack(more)}
  end
end

local function xorriso(...)
  local more = {...}
  return function(drive)
    return {"xorriso", "-as", "cdrecord", "dev=" .. drive, IMAGE,
      table.unpack(more)}
  end
end

local function growisofs(...)
  local more = {...}
  return function(drive)
    return {"growisofs", "-use-the-force-luke=notray,tty", "-Z",
      drive .. "=" .. IMAGE, table.unpack(more)}
  end
end

-- Onto CDs most write 16 blocks at once, wodim 31 unless told, and we what the
-- queue takes; onto BDs libburn writes 32 unless told.
local KINDS <const> = {
  cd = {medium = "cd-r", programs = {
    {"ours_32k", ours("--packet", "32")},
    {"wodim_32k", wodim "ts=32k"},
    {"ours", ours()},
    {"wodim", wodim()},
    {"cdrskin", cdrskin "-tao"},
    {"xorriso", xorriso "-tao"},
    {"xorriso_fs64m", xorriso("-tao", "fs=64m")},
  }},
  dvd = {medium = "dvd%2Br", programs = {
    {"ours_32k", ours("--packet", "32")},
    {"growisofs", growisofs "-dvd-compat"},
    {"cdrskin", cdrskin()},
    {"cdrskin_fs64m", cdrskin "fs=64m"},
    {"xorriso", xorriso()},
    {"xorriso_fs64m", xorriso "fs=64m"},
  }},
  bd = {medium = "bd-re", formatted = true, programs = {
    {"ours_32k", overwritten "32"},
    {"growisofs", growisofs()},
    {"cdrskin", cdrskin "dvd_obs=32k"},
    {"cdrskin_fs64m", cdrskin("dvd_obs=32k", "fs=64m")},
    {"xorriso", xorriso "dvd_obs=32k"},
    {"xorriso_fs64m", xorriso("dvd_obs=32k", "fs=64m")},
  }},
}
local kind <const> = KINDS[arg[2]]

local console = assert(io.open("/dev/console", "w"))

-- The recorder is waited for meanwhile, which starts no process.
local function sample(served, name)
  console:write("measure ", name, "\n")
  console:flush()
  repeat
    served.handle:wait(0.02)
    local file = io.open(share .. "/" .. name, "r")
  until file and file:close()
end

-- A new disc's address.
local function new_disc()
  os.remove(DISC)
  local address = ("virtual:%s?medium=%s"):format(DISC, kind.medium)
  if kind.formatted then
    local rec <close> = assert(disc.recorder(address))
    assert(rec:open_exclusive())
    assert(rec:format())
  end
  collectgarbage() -- the drive goes with its recorder
  return address
end

local function run_once(name, command)
  local served = assert(serve.start({new_disc()}, {hurry = HURRY}))
  local words = command(served[1].sr)
  sample(served[1], name .. ".1")
  local took = measure.run(words)
  sample(served[1], name .. ".2")
  assert(serve.stop(served))
  os.remove(DISC)
  return took
end

measure.run(measure.shell('head -c "$1" /dev/urandom >"$2"', MIB << 20, IMAGE))
local results <close> = assert(io.open(share .. "/results", "w"))
results:setvbuf("line")
-- What ran before leaves its memory and caches behind, and whoever comes next
-- is faster or slower for it, by a fifth: each round begins with another
-- program, so that each has each place in the row once.
local programs <const> = kind.programs
for round = 1, #programs do
  for i = 1, #programs do
    local program = programs[(round + i - 2) % #programs + 1]
    local name, command = table.unpack(program)
    local took = run_once(("%s.%d"):format(name, round), command)
    results:write(("%s %d %.6f %.6f\n"):format(
      name, round, took.seconds, took.cpu))
  end
end

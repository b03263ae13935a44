--- Inside of a guest: each program writes an image onto a new served CD-R, in
-- turn. One line in SHARE/results for each run: NAME, number, seconds, and CPU
-- seconds as this kernel counts them.
--
--     lua5.4 bench/inside.lua SHARE
--
-- Before and after each run it says "measure NAME.NUMBER.1" (or .2) on the
-- console and waits until there is a file of that name.
local measure = require "measure"
local serve = require "discrecorder.serve"

local share = arg[1]

local IMAGE <const>, DISC <const> = "/dev/shm/image", "/dev/shm/disc"
local MIB <const> = 64
local ROUNDS <const> = 9

-- A virtual drive's seconds in one of ours: what a drive does by itself (OPC,
-- lead-in, lead-out) takes no time worth speaking of.
local HURRY <const> = 1e6

-- Most write 16 blocks at once onto CDs, wodim 31 unless told, and we what the
-- queue takes. Those that take seconds longer anyway run less often.
local PROGRAMS <const> = {
  {name = "ours_32k", rounds = ROUNDS, command = function(drive)
    return {"bin/discrecorder", "write", drive, IMAGE, "--no-verify", "--quiet",
      "--packet", "32"}
  end},
  {name = "wodim_32k", rounds = ROUNDS, command = function(drive)
    return {"wodim", "-tao", "gracetime=0", "ts=32k", "dev=" .. drive, IMAGE}
  end},
  {name = "ours", rounds = ROUNDS, command = function(drive)
    return {"bin/discrecorder", "write", drive, IMAGE, "--no-verify", "--quiet"}
  end},
  {name = "wodim", rounds = ROUNDS, command = function(drive)
    return {"wodim", "-tao", "gracetime=0", "dev=" .. drive, IMAGE}
  end},
  {name = "cdrskin", rounds = 3, command = function(drive)
    return {"cdrskin", "-tao", "dev=" .. drive, IMAGE}
  end},
  {name = "xorriso", rounds = 3, command = function(drive)
    return {"xorriso", "-as", "cdrecord", "-tao", "dev=" .. drive, IMAGE}
  end},
  {name = "xorriso_fs64m", rounds = 3, command = function(drive)
    return {"xorriso", "-as", "cdrecord", "-tao", "fs=64m", "dev=" .. drive,
      IMAGE}
  end},
}

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

local function run_once(program, number)
  local served = assert(serve.start({("virtual:%s?medium=cd-r"):format(DISC)},
    {hurry = HURRY}))
  local command = program.command(served[1].sr)
  local name = ("%s.%d"):format(program.name, number)
  sample(served[1], name .. ".1")
  local took = measure.run(command)
  sample(served[1], name .. ".2")
  assert(serve.stop(served))
  os.remove(DISC)
  return took
end

measure.run(measure.shell('head -c "$1" /dev/urandom >"$2"', MIB << 20, IMAGE))
local results <close> = assert(io.open(share .. "/results", "w"))
results:setvbuf("line")
for round = 1, ROUNDS do
  for _, program in ipairs(PROGRAMS) do
    if round <= program.rounds then
      local took = run_once(program, round)
      results:write(("%s %d %.6f %.6f\n"):format(
        program.name, round, took.seconds, took.cpu))
    end
  end
end

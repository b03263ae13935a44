-- A burn station: erase, burn, verify and eject, disc after disc, with a
-- callback that shows how far it is.
--
--     lua5.4 examples/station.lua [ADDRESS [COPIES [PATH...]]]
--
-- Without arguments: two copies of this folder, on a new virtual CD-RW.
local disc = require "discrecorder"
local burn = require "discrecorder.burn"
local verify = require "discrecorder.verify"

local address = arg[1] or "virtual:" .. os.tmpname() .. ".disc?medium=cd-rw"
local copies = tonumber(arg[2]) or 2
local here = arg[0]:match("^(.*)/") or "."
local paths = arg[4] and {table.unpack(arg, 3)} or {arg[3] or here}

-- See a job through; call back while it runs.
local function follow(job, callback)
  while true do
    local result, failure, code = job:wait(0.2)
    if failure ~= "running" then
      return result, failure, code
    end
    callback(result)
  end
end

local function show(progress)
  local percent = (progress.fraction or 0) * 100
  print(("  %s %3.0f%%"):format(progress.phase, percent))
end

local function copy(recorder)
  assert(recorder:wait_medium(60))
  if assert(recorder:medium()).state ~= "blank" then
    assert(recorder:open_exclusive())
    assert(follow(assert(recorder:erase_start(false)), show))
    assert(recorder:close())
  end
  local options = {volume_id = "STATION", verify = false}
  local report = assert(
    follow(assert(burn.tree_start(recorder, paths, options)), show)
  )
  assert(follow(assert(verify.start(recorder, {report = report})), show))
  assert(recorder:open_exclusive())
  assert(recorder:eject())
  assert(recorder:close())
end

local recorder = assert(disc.recorder(address))
for i = 1, copies do
  print(("copy %d of %d"):format(i, copies))
  copy(recorder)
  if i < copies then
    assert(recorder:load()) -- a virtual disc goes straight back in
  end
end

-- What oom.c runs while allocations fail: each part of the library once. What
-- the library returns as a failure is raised, so that it ends the run.
local disc = require "discrecorder"
local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local core = require "discrecorder.core"
local plan = require "discrecorder.plan"
local read = require "discrecorder.read"
local sessions = require "discrecorder.sessions"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BLOCKS <const> = 320
local BUFFER <const> = 128 * 1024

local function must(value, failure, ...)
  if not value then
    error(failure, 0)
  end
  return value, failure, ...
end

local function ask(rec)
  must(disc.addresses())
  must(rec.address and rec.guid)
  must(rec:get_recorder_state())
  must(rec:get_recorder_properties())
  must(rec:capabilities())
  must(rec:speeds())
  must(rec:medium())
  must(tostring(rec))
end

-- The tray, and somebody at the drive.
local function handle(rec)
  must(rec:eject())
  must(rec:load())
  must(rec:lock())
  must(rec:unlock())
  must(rec:wait_medium(60))
  local operator = must(rec:operator())
  must(operator:press_eject())
  must(rec:load())
  must(rec:set_recorder_properties{audio_gap_size = 150})
end

local function burn_image(rec, image)
  local job <close> =
    must(burn.image_start(rec, image, {buffer = BUFFER, keep_open = false}))
  must(job:progress())
  must(job:fd())
  local report = must(job:wait())
  assert(report.ok and report.verified)
  return report
end

local function check(rec, image, report, path)
  must(verify.run(rec, {against = image}))
  must(verify.run(rec, {report = report}))
  os.remove(path)
  must(read.run(rec, path))
  must(rec:read(0, 16))
end

-- Bytes that the script itself brings, two tracks of them.
local function pushed()
  local tracks = {}
  for i = 1, 2 do
    local made = must(source.push(2048 * BLOCKS, 2048 * BLOCKS))
    must(made:write(("x"):rep(2048 * BLOCKS)))
    must(made:finish())
    tracks[i] = {source = made}
  end
  return {tracks = tracks, buffer = BUFFER}
end

local function burn_pushed(rec)
  local work = pushed()
  must(plan.plan(work, must(rec:medium())))
  must(rec:burn(work))
end

local function burn_folder(rec, folder)
  local options = {
    buffer = BUFFER,
    date = 1000000000,
    exclude = {"*.o"},
    manifest = true,
    md5 = "files",
    verify = false,
  }
  must(burn.tree(rec, folder, options))
  must(verify.run(rec, {against = folder}))
end

-- A second session on top of the first, whose tree is read through Lua.
local function append_folder(rec, folder, path)
  local options = {
    buffer = BUFFER,
    only_changed = true,
    remove_missing = true,
    verify = false,
  }
  must(append.tree(rec, folder, options))
  must(append.tree(rec, folder, options))
  assert(#must(sessions.list(rec)) == 2)
  os.remove(path)
  must(read.run(rec, path, {session = 2}))
end

-- What a disc needs before it can be written, on one of its own.
local function prepare_and_burn(path)
  os.remove(path .. ".other")
  local address = "virtual:" .. path .. ".other?medium=dvd-rw"
  local rec <close> = must(disc.recorder(address))
  must(rec:open_exclusive())
  must(rec:format())
  local work = pushed()
  work.tracks[2] = nil
  work.as_needed = true
  must(rec:burn(work))
end

-- A disc that can be overwritten, always a new one: two trees, the second
-- behind the first, and bytes without a length at its end.
local function grow(path, folder)
  os.remove(path .. ".grown")
  local address = "virtual:" .. path .. ".grown?medium=dvd-ram"
  local rec <close> = must(disc.recorder(address))
  local options = {buffer = BUFFER, date = 1000000000}
  must(append.tree(rec, folder, options))
  options.only_changed = true
  must(append.plan(rec, folder, options))
  must(append.tree(rec, folder, options))
  assert(#must(sessions.list(rec)) == 2)
  local made = must(source.push(nil, 4096))
  must(made:write "some bytes")
  must(made:finish())
  must(rec:burn {append = true, buffer = BUFFER,
    tracks = {{source = made, start = 2000000}}})
end

-- By two recorders; the second one's disc is always a new one.
local function burn_many(rec, path)
  os.remove(path .. ".second")
  local address = "virtual:" .. path .. ".second?medium=cd-r"
  local other <close> = must(disc.recorder(address))
  local work = pushed()
  work.stall = 60
  local results = must(burn.to_many(work, {rec, other}))
  assert(#results == 2 and results[2].report.verified)
end

-- A burn from a pipe that nobody waits for: it is cancelled.
local function abandon(rec, image)
  local file <close> = must(io.open(image, "rb"))
  local made = must(source.pipe(file, 2048 * BLOCKS))
  local work = {tracks = {{source = made}}, buffer = BUFFER, keep_open = true}
  local _ <close> = must(rec:burn_start(work))
end

-- What the disc master stands on: samples that are kept, a tree that boots.
local function keep_and_boot(image)
  local kept <close> = must(core.source_gather())
  local bytes <const> = ("x"):rep((1 << 20) - 1)
  must(core.gather_add(kept, bytes, #bytes))
  must(core.gather_add(kept, bytes, 2))
  local tree <close> = must(source.tree {
    paths = {image}, boot = {{image = "/image", hidden = true}},
  })
  must(tree:open())
  must(tree:read(1 << 16))
end

local function save(image, path)
  os.remove(path)
  local made <close> = must(source.file(image))
  must(made:save(path))
  must(made:open())
  while made:read(65536) do
  end
  os.remove(path)
end

local function run(address, image, path, folder)
  local rec <close> = must(disc.recorder(address))
  ask(rec)
  must(rec:open_exclusive())
  must(rec:query_media_type())
  must(rec:command(("\0"):rep(6)))
  must(rec:command("\x12\0\0\0\x24\0", "in", 36))
  check(rec, image, burn_image(rec, image), path)
  must(rec:erase())
  burn_pushed(rec)
  must(rec:erase())
  burn_folder(rec, folder)
  must(rec:erase())
  append_folder(rec, folder, path)
  must(rec:erase())
  burn_many(rec, path)
  grow(path, folder)
  must(rec:erase())
  prepare_and_burn(path)
  abandon(rec, image)
  must(rec:erase(false))
  handle(rec)
  must(rec:close())
  save(image, path)
  keep_and_boot(image)
  return must(disc.recorder(address, {
    trace = path .. ".trace",
    faults = {{opcode = "WRITE(10)", nth = 3, sense = {3, 0x0C, 0}}},
  })):close()
end

-- The drive is free, and the disc can be used again.
local function again(address)
  local rec <close> = must(disc.recorder(address))
  must(rec:open_exclusive())
  must(rec:load()) -- a run may have ended with an open tray
  if must(rec:medium()).state ~= "blank" then
    must(rec:erase())
  end
  must(rec:medium())
end

return {run = run, again = again}

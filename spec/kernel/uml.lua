--- User-Mode Linux: a kernel that is an ordinary process. What run.lua asks of
-- a kind of guest: `ready`, `command`, `most`, `seconds`.
local run = require "spec.support.run"

local FOLDER <const> = run.root .. "/build/uml"

local uml = {seconds = 600} -- for one guest

-- KiB that must be free where the guests' memory lies: each takes as much of
-- its 768 MiB as it uses.
local ROOM <const> = 2 << 20

local linux, modules, memory

local function exists(path)
  return run("test", "-e", path).status == 0
end

-- Debian's package, unpacked into the build folder and not installed.
local function fetch()
  print("Fetching User-Mode Linux into build/uml: " ..
    "apt-get download user-mode-linux")
  local r = run{"sh", "-c", [[
    rm -rf build/uml.new && mkdir -p build/uml.new && cd build/uml.new &&
    { apt-get -qq download user-mode-linux ||
      { apt-get -qq update && apt-get -qq download user-mode-linux; }; } &&
    dpkg -x user-mode-linux_*.deb . && rm user-mode-linux_*.deb &&
    cd .. && rm -rf uml && mv uml.new uml]]}
  if r.status ~= 0 then
    return nil, "make kernel needs Debian's package user-mode-linux:\n" ..
      r.stderr
  end
  return true
end

-- A guest's memory is a file that it maps to run from, so not on a file system
-- that is mounted noexec (Docker's /dev/shm is).
local function find_memory()
  local r = run("sh", "-c", [[
    for folder in /dev/shm /tmp; do
      file=$(mktemp "$folder/discrecorder.XXXXXX") || continue
      echo '#!/bin/sh' >"$file"
      chmod +x "$file"
      "$file"
      runs=$?
      rm "$file"
      room=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
      [ $runs = 0 ] && [ "$room" -ge $1 ] && echo $folder && exit
    done
    exit 1]], "sh", ROOM)
  return r.status == 0 and r.stdout:gsub("\n", "")
end

--- Find or fetch the program and its modules.
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] string why it cannot run here
function uml.ready()
  memory = find_memory()
  if not memory then
    return nil, ("make kernel needs %d GiB in /dev/shm or /tmp, on a file " ..
      "system that is not mounted noexec"):format(ROOM >> 20)
  end
  local root = FOLDER
  if exists "/usr/bin/linux.uml" then
    root = ""
  elseif not exists(root .. "/usr/bin/linux.uml") then
    local ok, why = fetch()
    if not ok then
      return nil, why
    end
  end
  linux = root .. "/usr/bin/linux.uml"
  modules = run.output("sh", "-c", "ls -d " .. root .. "/usr/lib/uml/modules/*")
  return true
end

--- How many guests side by side: four times as many as there are processors,
-- since what runs in them waits most of the time.
function uml.most(processors)
  return 4 * processors
end

--- What starts a guest, for run.start.
-- @tparam string name no other guest's
-- @tparam string share its folder
function uml.command(name, share)
  return {
    linux, "mem=768M", "root=/dev/root", "rootfstype=hostfs", "hostfs=/", "ro",
    "quiet", "con=null", "con0=null,fd:1",
    "umid=" .. name, "uml_dir=" .. memory .. "/",
    "init=" .. run.root .. "/spec/kernel/init.sh",
    "KIND=uml", "SHARE=" .. share, "MODULES=" .. modules,
    "JOB=" .. share .. "/job",
    env = {TMPDIR = memory},
  }
end

return uml

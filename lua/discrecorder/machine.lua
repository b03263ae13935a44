--- What this machine says of its drives, read from /dev, /proc and /sys: no
-- device is opened. Every function takes the folder where these stand, "" for
-- the machine itself.
-- @module discrecorder.machine

local core = require "discrecorder.core"

local machine = {}

-- The first line of a file, without blanks at its end; nil when there is none.
local function first_line(path)
  local file = io.open(path, "r")
  local line = file and file:read "l"
  if file then
    file:close()
  end
  return line and line:gsub("%s+$", "")
end

local function lines_of(path)
  local file = io.open(path, "r")
  if not file then
    return function() end
  end
  return function()
    local line = file:read "l"
    if not line then
      file:close()
    end
    return line
  end
end

-- The names in a folder that fit a pattern, in the order of their numbers.
local function names_in(folder, pattern)
  local names = {}
  for _, name in ipairs(core.folder(folder) or {}) do
    if name:match(pattern) then
      table.insert(names, name)
    end
  end
  table.sort(names, function(a, b)
    if #a ~= #b then
      return #a < #b
    end
    return a < b
  end)
  return names
end

--- The kernel's optical drives by name.
-- @treturn {string,...} "sr0", ...
function machine.drives(root)
  return names_in(root .. "/sys/class/block", "^sr%d+$")
end

--- How many SCSI devices are optical drives, with a driver or without.
function machine.optical_devices(root)
  local count = 0
  local folder = root .. "/sys/bus/scsi/devices"
  for _, name in ipairs(names_in(folder, "^%d+:%d+:%d+:%d+$")) do
    if first_line(("%s/%s/type"):format(folder, name)) == "5" then
      count = count + 1
    end
  end
  return count
end

--- What /sys says of a drive.
-- @treturn table `node`, `vendor`, `model`, `revision`, `device` ("11:0"), `sg`
-- (its node, or nil)
function machine.drive(name, root)
  local folder = root .. "/sys/class/block/" .. name
  local sg = names_in(folder .. "/device/scsi_generic", "^sg%d+$")[1]
  return {
    node = "/dev/" .. name,
    vendor = first_line(folder .. "/device/vendor"),
    model = first_line(folder .. "/device/model"),
    revision = first_line(folder .. "/device/rev"),
    device = first_line(folder .. "/dev"),
    sg = sg and "/dev/" .. sg,
  }
end

local function contains(list, value)
  for _, one in ipairs(list or {}) do
    if one == value then
      return true
    end
  end
  return false
end

-- The digit of a node's mode that counts for a user with these groups.
local function rights(node, uid, groups)
  if uid == 0 then
    return 6
  elseif node.uid == uid then
    return node.mode >> 6 & 7
  elseif contains(groups, node.gid) then
    return node.mode >> 3 & 7
  end
  return node.mode & 7
end

--- What may be done with a node.
-- @string path
-- @string root
-- @tparam table user as core.user gives
-- @treturn table|nil `readable`, `writable`; `group` (its name), `mode` (text);
-- `after_login`: the user's groups will do, once they count. nil: no such node
function machine.node(path, root, user)
  local node = core.stat(root .. path)
  if not node then
    return nil
  end
  local now = rights(node, user.uid, user.groups)
  local later = rights(node, user.uid, user.account or user.groups)
  return {
    path = path,
    readable = now & 4 ~= 0,
    writable = now & 2 ~= 0,
    after_login = now & 6 ~= 6 and later & 6 == 6,
    group = core.group_name(node.gid) or tostring(node.gid),
    group_may = node.mode & 0x30 == 0x30,
    mode = ("%03o"):format(node.mode & 0x1FF),
  }
end

-- "\040" is a space (proc(5)).
local function undo_escapes(text)
  return (text:gsub("\\(%d%d%d)", function(digits)
    return string.char(tonumber(digits, 8) & 0xFF)
  end))
end

--- Where the disc of a device ("11:0") is mounted, or nil.
function machine.mount_point(device, root)
  for _, process in ipairs{"self", "1"} do
    local path = ("%s/proc/%s/mountinfo"):format(root, process)
    for line in lines_of(path) do
      local number, point = line:match "^%d+ %d+ (%S+) %S+ (%S+)"
      if number == device then
        return undo_escapes(point)
      end
    end
  end
end

-- Has a process one of these nodes open?
local function has_open(folder, nodes)
  for _, fd in ipairs(core.folder(folder) or {}) do
    if contains(nodes, core.readlink(folder .. "/" .. fd)) then
      return true
    end
  end
  return false
end

--- The processes that have one of these nodes open, as far as they may be
-- looked at.
-- @treturn {{process=integer,name=string},...}
function machine.holders(nodes, root)
  local found = {}
  for _, process in ipairs(names_in(root .. "/proc", "^%d+$")) do
    local folder = ("%s/proc/%s"):format(root, process)
    if has_open(folder .. "/fd", nodes) then
      table.insert(found, {
        process = tonumber(process),
        name = first_line(folder .. "/comm") or "?",
      })
    end
  end
  return found
end

-- Does a module stand in one of the lists that belong to the kernel? nil when
-- there is no such list.
local function is_listed(list, name)
  if not core.stat(list) then
    return nil
  end
  for line in lines_of(list) do
    local path = line:match "^[^:]+"
    if path and path:match "([^/]+)%.ko" == name then
      return true
    end
  end
  return false
end

--- Is a kernel module there?
-- @treturn string "loaded", "built in", "available", "missing"; "unknown" where
-- the running kernel's lists are not to be seen, as in most containers
function machine.module(name, root)
  if core.stat(root .. "/sys/module/" .. name) then
    return "loaded"
  end
  local release = first_line(root .. "/proc/sys/kernel/osrelease") or "?"
  local folder = ("%s/lib/modules/%s"):format(root, release)
  local built_in = is_listed(folder .. "/modules.builtin", name)
  local available = is_listed(folder .. "/modules.dep", name)
  if built_in then
    return "built in"
  elseif available then
    return "available"
  end
  return available == nil and "unknown" or "missing"
end

-- {=== containers

-- What only stands in a container of the kind.
local CONTAINER_FILES <const> = {
  {"/.dockerenv", "docker"},
  {"/run/.containerenv", "podman"},
  {"/dev/lxd/sock", "lxd"},
  {"/dev/.lxc", "lxc"},
}

-- Words in the names of control groups, and of the mounts that a root is made
-- of.
local CONTAINER_WORDS <const> = {
  {"kubepods", "kubernetes"},
  {"/kubelet/", "kubernetes"},
  {"docker", "docker"},
  {"/containers/storage/", "podman"},
  {"libpod", "podman"},
  {"containerd", "containerd"},
  {"lxc", "lxc"},
}

local function container_named_in(path, is_root)
  for line in lines_of(path) do
    if not is_root or line:match "^%d+ %d+ %S+ %S+ / " then
      for _, row in ipairs(CONTAINER_WORDS) do
        if line:find(row[1], 1, true) then
          return row[2]
        end
      end
    end
  end
end

-- The kernel's own first namespace of processes has this number on all
-- machines (PROC_PID_INIT_INO in its include/linux/proc_ns.h).
local FIRST_PROCESSES <const> = "pid:[4026531836]"

--- The container this runs in: its kind, or nil outside of any. "namespace" is
-- one of no kind that is known: processes outside of it are not to be seen.
function machine.container(root)
  local kind = first_line(root .. "/run/systemd/container")
    or first_line(root .. "/run/host/container-manager")
  if kind and kind ~= "" then
    return kind
  end
  for _, row in ipairs(CONTAINER_FILES) do
    if core.stat(root .. row[1]) then
      return row[2]
    end
  end
  local processes = core.readlink(root .. "/proc/self/ns/pid")
  return container_named_in(root .. "/proc/1/cgroup")
    or container_named_in(root .. "/proc/self/mountinfo", true)
    or processes and processes ~= FIRST_PROCESSES and "namespace" or nil
end

-- ===}

return machine

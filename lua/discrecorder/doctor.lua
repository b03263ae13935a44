--- What keeps a recorder from being used, and what to do about it.
-- @module discrecorder.doctor

local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local enumeration = require "discrecorder.enumeration"
local inhibitor = require "discrecorder.inhibitor"
local machine = require "discrecorder.machine"
local transports = require "discrecorder.transports"

local doctor = {}

local OPTIONS <const> = {address = "string", root = "string", user = "table"}

-- Modules and what they are for.
local MODULES <const> = {
  {"sr_mod", "the nodes /dev/srN"},
  {"sg", "the nodes /dev/sgN"},
  {"target_core_user", "discrecorder serve"},
  {"tcm_loop", "discrecorder serve"},
}

-- What to say of one that may not be there, by its state.
local NO_MODULE <const> = {
  missing = {
    message = "the kernel has no module %s (for %s)",
    advice = "Use a kernel that has it, or `virtual:` addresses without serve.",
  },
  unknown = {
    message = "the module %s (for %s) is not loaded; without /lib/modules " ..
      "nobody can tell whether the kernel has it",
    advice = "Load it with modprobe, from a container on the host.",
  },
}

-- An examination under way: where it looks, and what it has found.
local examination = {}
examination.__index = examination

function examination:find(level, code, message, advice)
  table.insert(self.findings, {
    level = level, code = code, message = message, advice = advice,
  })
end

-- A way to a node for whoever runs this, in a container or not.
function examination:how_to_get(node)
  if self.report.container then
    return ("Start the container with --device %s."):format(node)
  end
  return "Check that udev runs; `sudo udevadm trigger` makes missing nodes."
end

-- {=== one drive

function examination:check_rights(node, needed)
  if node.readable and node.writable then
    return true
  end
  local message = ("%s may not be %s: it belongs to group %s, mode %s")
    :format(node.path, node.readable and "written" or "opened", node.group,
      node.mode)
  local advice = ("Join the group: sudo usermod -aG %s %s; then log in anew.")
    :format(node.group, self.report.user.name)
  if node.after_login then
    advice = ("You are in group %s already, from the next log-in on: log in " ..
      "anew, or run `newgrp %s`."):format(node.group, node.group)
  elseif self.report.container then
    advice = ("Start the container with --group-add and the number of the " ..
      "group that %s has outside."):format(node.path)
  elseif not node.group_may then
    advice = ("Let its group use it: sudo chmod 660 %s; a udev rule makes " ..
      "that last."):format(node.path)
  end
  self:find(needed and "problem" or "note", "no_permission", message, advice)
  return false
end

function examination:check_sg(drive)
  if not drive.sg then
    local state = machine.module("sg", self.root)
    self:find("note", "no_sg",
      ("%s has no sg node (module sg: %s)"):format(drive.node, state),
      state == "available" and "sudo modprobe sg; only needed for addresses " ..
        "like /dev/sg0." or "Only needed for addresses like /dev/sg0.")
    return
  end
  local node = machine.node(drive.sg, self.root, self.user)
  if node then
    self:check_rights(node, false)
  else
    self:find("note", "no_sg_node", ("%s, the sg node of %s, is not there")
      :format(drive.sg, drive.node), self:how_to_get(drive.sg))
  end
end

function examination:check_mount(drive)
  drive.mount = drive.device and
    machine.mount_point(drive.device, self.root)
  if drive.mount then
    self:find("problem", "mounted",
      ("the disc in %s is mounted on %s: it is only read"):format(
        drive.node, drive.mount),
      "umount " .. drive.mount)
  end
  return not drive.mount
end

-- Who has a drive open need not hold it; only who tries learns that. With the
-- machine itself examined, opening has tried.
function examination:check_holders(drive)
  drive.holders = machine.holders({drive.node, drive.sg}, self.root)
  for _, holder in ipairs(drive.holders) do
    self:find(drive.failure and "problem" or "note", "in_use",
      ("%s (process %d) has %s open"):format(
        holder.name, holder.process, drive.node),
      "Wait until it is done, or end it.")
  end
end

-- Only on the machine itself: the recorder is opened as anybody would.
function examination:try(drive, address)
  if self.root ~= "" then
    return true
  end
  local rec, failure = transports.open(address, {existing = true})
  if rec then
    drive.serial = rec.serial
    return true
  end
  drive.failure = {code = failure.code, message = failure.message}
  self:find("problem", failure.code, failure.message, failure.advice)
  return false
end

function examination:check_drive(drive)
  local node = machine.node(drive.node, self.root, self.user)
  table.insert(self.report.drives, drive)
  drive.usable = false
  if not node then
    self:find("problem", "no_node",
      ("the kernel has the drive %s, but there is no node"):format(drive.node),
      self:how_to_get(drive.node))
    return
  end
  drive.group, drive.mode = node.group, node.mode
  local allowed = self:check_rights(node, true)
  local free = self:check_mount(drive)
  drive.usable = allowed and self:try(drive, drive.node) and free
  self:check_holders(drive)
  self:check_sg(drive)
end

-- ===}

-- {=== the machine

function examination:check_modules()
  for _, row in ipairs(MODULES) do
    local name, purpose = table.unpack(row)
    local state = machine.module(name, self.root)
    self.report.modules[name] = state
    if name ~= "sr_mod" and name ~= "sg" and NO_MODULE[state] then
      self:find("note", "no_module",
        NO_MODULE[state].message:format(name, purpose), NO_MODULE[state].advice)
    end
  end
end

function examination:no_drives()
  local state = self.report.modules.sr_mod
  local orphans = machine.optical_devices(self.root)
  if orphans > 0 then
    self:find("problem", "no_driver",
      ("drives without a node: %d (sr_mod is %s)"):format(orphans, state),
      state == "missing" and "Use a kernel with the module sr_mod." or
        "sudo modprobe sr_mod")
  elseif not core.stat(self.root .. "/sys/class") then
    self:find("problem", "no_sys",
      "/sys is not there, and it tells what drives there are",
      "Mount it (mount -t sysfs none /sys), or give the drive's node.")
  else
    self:find("problem", "no_drive", "the kernel has found no drive",
      self.report.container and
        "A container is shown the drives of its host: look there." or
        "Check its cable and power; `sudo dmesg` tells what the kernel saw.")
  end
end

function examination:check_drives()
  local names = machine.drives(self.root)
  for _, name in ipairs(names) do
    self:check_drive(machine.drive(name, self.root))
  end
  if #names == 0 then
    self:no_drives()
  end
end

-- What DISCRECORDER_ADDRESSES names, and addresses that are no nodes.
function examination:check_address(address)
  local other = {node = transports.shown(address)}
  table.insert(self.report.drives, other)
  other.usable = self:try(other, address)
end

-- The address of a node, a link to one, or anything else.
function examination:check_named(address)
  local place, failure = enumeration.resolve(address)
  if not place then
    table.insert(self.report.drives, {node = address, usable = false})
    self:find("problem", failure.code, failure.message, failure.advice)
    return
  end
  local names = enumeration.names(place, self.root)
  local path = names.sr or
    core.realpath(self.root .. place:gsub("^cdio:", ""))
  local name = path and path:match "(sr%d+)$"
  if name and core.stat(self.root .. "/sys/class/block/" .. name) then
    self:check_drive(machine.drive(name, self.root))
  elseif self.root ~= "" then
    table.insert(self.report.drives, {node = place, usable = false})
    self:find("problem", "device_not_present",
      ("%s is no drive of this kernel"):format(place),
      "Leave the address away to see the drives that there are.")
  else
    self:check_address(place)
  end
end

-- An entry of that list needs a path, from the root or behind its scheme, or is
-- a glob for any address.
local function protects(entry)
  local scheme = entry:match "^(%l+):."
  return entry:match "^[/*?[]" or scheme and transports.kinds[scheme] or false
end

function examination:check_never_write()
  local list = os.getenv "DISCRECORDER_NEVER_WRITE"
  if list and list:match "%S" then
    self:find("note", "never_write",
      "DISCRECORDER_NEVER_WRITE protects: " .. list,
      "Take a drive off that list to write it.")
  end
  for entry in (list or ""):gmatch "%S+" do
    if not protects(entry) then
      self:find("note", "never_write_nothing",
        ("%s in DISCRECORDER_NEVER_WRITE names no drive"):format(entry),
        "Write an absolute path, a link or a glob, or an address of its kind.")
    end
  end
end

-- ===}

-- Whether suspend can be held off while a disc is written: true, or why not.
local function try_inhibitor()
  local held <close>, failure = inhibitor.hold "discrecorder doctor tries it"
  return held ~= nil or failure.message
end

local function is_usable(drives)
  for _, drive in ipairs(drives) do
    if drive.usable then
      return true
    end
  end
  return false
end

--- Examine this machine's recorders, or one.
--
-- @tparam[opt] table options `address`: only that recorder; `root`: the folder
-- where /dev, /proc, /sys and the others stand, if it is not the machine
-- itself (then nothing is opened); `user`: {uid, groups, account} in place of
-- the user who runs this
-- @treturn table `ok`: a recorder can be used; `drives`: {{node, sg, vendor,
-- model, serial, usable, mount, holders, ...}, ...}; `findings`: {{level
-- ("problem", "note"), code, message, advice}, ...}; `modules`: {name = state};
-- `container`: its kind, or nil; `inhibitor`: true, or why suspend cannot be
-- held off (@{discrecorder.inhibitor}); `user`
function doctor.examine(options)
  options = options or {}
  check("doctor", options, OPTIONS)
  local user = options.user or core.user()
  local self = setmetatable({
    root = options.root or "",
    user = user,
    findings = {},
    report = {
      drives = {},
      modules = {},
      container = machine.container(options.root or ""),
      user = {
        uid = user.uid,
        name = core.user_name(user.uid) or tostring(user.uid),
      },
    },
  }, examination)
  self.report.findings = self.findings
  if self.root == "" then
    self.report.inhibitor = try_inhibitor()
  end
  self:check_modules()
  if options.address then
    self:check_named(options.address)
  else
    self:check_drives()
    local named = os.getenv "DISCRECORDER_ADDRESSES" or ""
    for address in named:gmatch "%S+" do
      self:check_address(address)
    end
  end
  self:check_never_write()
  self.report.ok = is_usable(self.report.drives)
  return self.report
end

return doctor

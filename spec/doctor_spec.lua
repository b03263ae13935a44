-- `discrecorder doctor` on machines made of folders.
local core = require "discrecorder.core"
local doctor = require "discrecorder.doctor"
local enumeration = require "discrecorder.enumeration"
local run = require "spec.support.run"

local JSON <const> = require "dkjson"
local RELEASE <const> = "6.1.0-spec"

describe("the doctor", function()
  local root, template, gid, user

  local function put(path, content, mode)
    run.output("mkdir", "-p", (root .. path):match "^(.*)/")
    run.spit(root .. path, content or "")
    if mode then
      run.output("chmod", mode, root .. path)
    end
  end

  local function link(path, target)
    run.output("mkdir", "-p", (root .. path):match "^(.*)/")
    run.output("ln", "-s", target, root .. path)
  end

  local function remove(path)
    run.output("rm", "-r", root .. path)
  end

  local function load(module)
    run.output("mkdir", "-p", root .. "/sys/module/" .. module)
  end

  -- A machine on which all is well: one drive, a user who may use it.
  setup(function()
    template = run.folder()
    root = template
    local class = "/sys/class/block/sr0"
    put(class .. "/dev", "11:0\n")
    put(class .. "/device/vendor", "HL-DT-ST\n")
    put(class .. "/device/model", "BD-RE  BH16   \n")
    put(class .. "/device/rev", "1.05\n")
    put(class .. "/device/scsi_generic/sg3/dev", "21:3\n")
    put("/sys/class/scsi_generic/sg3/device/block/sr0/dev", "11:0\n")
    put("/dev/sr0", "", "660")
    put("/dev/sg3", "", "660")
    link("/dev/cdrom", "sr0")
    put("/proc/sys/kernel/osrelease", RELEASE .. "\n")
    put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n")
    put("/proc/1/cgroup", "0::/init.scope\n")
    for _, module in ipairs{"sr_mod", "sg", "target_core_user", "tcm_loop"} do
      load(module)
    end
  end)

  teardown(function()
    run.remove(template)
  end)

  before_each(function()
    root = run.folder()
    run.output("cp", "-a", template .. "/.", root)
    gid = core.stat(root .. "/dev/sr0").gid
    user = {uid = 4711, groups = {4711, gid}, account = {4711, gid}}
  end)

  after_each(function()
    run.remove(root)
  end)

  local function examine(address)
    return doctor.examine{root = root, user = user, address = address}
  end

  -- The one finding; what it says.
  local function finds(level, code, message, advice, address)
    local report = examine(address)
    local all = {}
    for _, finding in ipairs(report.findings) do
      table.insert(all, ("%s %s: %s"):format(
        finding.level, finding.code, finding.message))
    end
    assert.are.equal(1, #all, table.concat(all, "\n"))
    local finding = report.findings[1]
    assert.are.equal(level, finding.level, all[1])
    assert.are.equal(code, finding.code)
    assert.matches(message, finding.message)
    assert.matches(advice, finding.advice)
    assert.are.equal(level == "note", report.ok)
    return report
  end

  it("finds nothing where all is well", function()
    local report = examine()
    assert.are.same({}, report.findings)
    assert.is_true(report.ok)
    assert.are.same({{
      node = "/dev/sr0", sg = "/dev/sg3", device = "11:0",
      vendor = "HL-DT-ST", model = "BD-RE  BH16", revision = "1.05",
      group = core.group_name(gid) or tostring(gid), mode = "660",
      holders = {}, usable = true,
    }}, report.drives)
    assert.are.equal("loaded", report.modules.sr_mod)
    assert.is_nil(report.container)
  end)

  it("raises for a mistyped key", function()
    local ok, said = pcall(function()
      local report = doctor.examine{adress = "/dev/sr0"}
      return report
    end)
    assert.is_false(ok)
    assert.matches("doctor_spec%.lua:%d+: doctor: unknown key 'adress'", said)
  end)

  it("examines one drive, by node, link, sg node, or through libcdio",
    function()
      put("/sys/class/block/sr1/dev", "11:1\n")
      for _, address in ipairs{
        "/dev/sr0", "/dev/cdrom", "/dev/sg3", "cdio:/dev/sr0",
      } do
        local report = examine(address)
        assert.are.equal(1, #report.drives)
        assert.are.equal("/dev/sr0", report.drives[1].node)
        assert.is_true(report.ok)
      end
    end)

  it("finds an address that is no drive", function()
    finds("problem", "device_not_present", "/dev/sda is no drive",
      "Leave the address away", "/dev/sda")
  end)

  it("finds a drive without a node", function()
    remove "/dev/sr0"
    finds("problem", "no_node", "there is no node", "udev")
    put("/.dockerenv")
    finds("problem", "no_node", "there is no node", "%-%-device /dev/sr0")
  end)

  it("finds a user who is not in the group", function()
    user = {uid = 4711, groups = {4711}, account = {4711}}
    remove "/dev/sg3"
    put("/dev/sg3", "", "666")
    local report = finds("problem", "no_permission",
      "/dev/sr0 may not be opened: it belongs to group %S+, mode 660",
      "sudo usermod %-aG")
    assert.is_false(report.drives[1].usable)
  end)

  it("finds a user who has not logged in anew", function()
    user.groups = {4711}
    run.output("chmod", "666", root .. "/dev/sg3")
    finds("problem", "no_permission", "may not be opened", "log in anew")
  end)

  it("finds a node that may be read only", function()
    user = {uid = 4711, groups = {4711}, account = {4711}}
    run.output("chmod", "664", root .. "/dev/sr0")
    run.output("chmod", "666", root .. "/dev/sg3")
    finds("problem", "no_permission", "may not be written", "usermod")
  end)

  it("finds a node that its group may not use", function()
    run.output("chmod", "600", root .. "/dev/sr0")
    finds("problem", "no_permission", "mode 600", "chmod 660")
  end)

  it("finds that a container is in none of the groups", function()
    user = {uid = 4711, groups = {4711}, account = {4711}}
    run.output("chmod", "666", root .. "/dev/sg3")
    put("/run/.containerenv")
    local report = finds("problem", "no_permission", "group",
      "%-%-group%-add")
    assert.are.equal("podman", report.container)
  end)

  it("lets root do everything", function()
    run.output("chmod", "000", root .. "/dev/sr0", root .. "/dev/sg3")
    user = {uid = 0, groups = {0}, account = {0}}
    assert.is_true(examine().ok)
  end)

  it("finds a mounted disc", function()
    put("/proc/self/mountinfo",
      "35 22 11:0 / /media/My\\040Disc ro - iso9660 /dev/sr0 ro\n")
    local report = finds("problem", "mounted",
      "mounted on /media/My Disc: it is only read", "umount")
    assert.are.equal("/media/My Disc", report.drives[1].mount)
  end)

  it("finds a mount of the machine outside", function()
    put("/proc/1/mountinfo", "35 22 11:0 / /x ro - udf /dev/sr0 ro\n")
    finds("problem", "mounted", "mounted on /x", "umount /x")
  end)

  it("finds who has the drive open, by either node", function()
    for process, node in pairs{[99] = "/dev/sr0", [100] = "/dev/sg3"} do
      put(("/proc/%d/comm"):format(process), "wodim\n")
      link(("/proc/%d/fd/3"):format(process), node)
      link(("/proc/%d/fd/0"):format(process), "/dev/null")
      local report = finds("note", "in_use",
        ("wodim %%(process %d%%) has /dev/sr0 open"):format(process), "Wait")
      assert.are.same({{process = process, name = "wodim"}},
        report.drives[1].holders)
      remove("/proc/" .. process)
    end
  end)

  it("finds that the sg node is missing, or the module", function()
    remove "/dev/sg3"
    finds("note", "no_sg_node", "/dev/sg3, the sg node of /dev/sr0", "udev")
    remove "/sys/class/block/sr0/device/scsi_generic"
    finds("note", "no_sg", "no sg node %(module sg: loaded%)", "Only needed")
    remove "/sys/module/sg"
    put(("/lib/modules/%s/modules.dep"):format(RELEASE),
      "kernel/drivers/scsi/sg.ko.xz: kernel/drivers/scsi/scsi_mod.ko\n")
    finds("note", "no_sg", "module sg: available", "modprobe sg")
  end)

  it("finds an sg node that may not be used", function()
    run.output("chmod", "600", root .. "/dev/sg3")
    finds("note", "no_permission", "/dev/sg3", "chmod 660 /dev/sg3")
  end)

  it("finds that the kernel has found no drive", function()
    remove "/sys/class/block/sr0"
    finds("problem", "no_drive", "found no drive", "cable")
    put("/run/systemd/container", "lxc\n")
    local report = finds("problem", "no_drive", "found no drive", "its host")
    assert.are.equal("lxc", report.container)
  end)

  it("finds a drive without its driver", function()
    remove "/sys/class/block/sr0"
    put("/sys/bus/scsi/devices/1:0:0:0/type", "5\n")
    put("/sys/bus/scsi/devices/0:0:0:0/type", "0\n")
    finds("problem", "no_driver", "without a node: 1 %(sr_mod is loaded%)",
      "modprobe sr_mod")
    remove "/sys/module/sr_mod"
    put(("/lib/modules/%s/modules.dep"):format(RELEASE))
    finds("problem", "no_driver", "sr_mod is missing", "Use a kernel")
  end)

  it("tells what the kernel's modules are", function()
    remove "/sys/module/tcm_loop"
    remove "/sys/module/target_core_user"
    put(("/lib/modules/%s/modules.builtin"):format(RELEASE),
      "kernel/drivers/target/target_core_user.ko\n")
    put(("/lib/modules/%s/modules.dep"):format(RELEASE))
    local report = finds("note", "no_module", "no module tcm_loop", "serve")
    assert.are.equal("built in", report.modules.target_core_user)
    assert.are.equal("missing", report.modules.tcm_loop)
  end)

  it("does not call a module missing whose list it cannot see", function()
    remove "/sys/module/tcm_loop"
    local report = finds("note", "no_module",
      "tcm_loop .* not loaded; .*/lib/modules", "on the host")
    assert.are.equal("unknown", report.modules.tcm_loop)
  end)

  it("finds that there is no /sys", function()
    remove "/sys"
    local report = examine()
    local last = report.findings[#report.findings]
    assert.are.equal("no_sys", last.code)
    assert.are.equal("problem", last.level)
    assert.is_false(report.ok)
  end)

  local containers <const> = {
    ["a Docker control group"] = {"docker", "/proc/1/cgroup",
      "0::/system.slice/docker-12ab.scope\n"},
    ["a Kubernetes control group"] = {"kubernetes", "/proc/1/cgroup",
      "0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope\n"},
    ["what its root is made of"] = {"containerd", "/proc/self/mountinfo",
      "600 500 0:50 / / rw - overlay overlay rw,lowerdir=" ..
        "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/1/fs\n"},
    ["Podman's storage"] = {"podman", "/proc/self/mountinfo",
      "600 500 0:50 / / rw - overlay overlay rw,lowerdir=" ..
        "/var/lib/containers/storage/overlay/l/ABC\n"},
    ["its manager's word"] = {"incus", "/run/host/container-manager",
      "incus\n"},
    ["LXD's socket"] = {"lxd", "/dev/lxd/sock", ""},
  }
  for how, case in pairs(containers) do
    it("knows a container by " .. how, function()
      put(case[2], case[3])
      assert.are.equal(case[1], examine().container)
    end)
  end

  it("knows a namespace of processes, and the machine's own", function()
    link("/proc/self/ns/pid", "pid:[4026532178]")
    assert.are.equal("namespace", examine().container)
    remove "/proc/self/ns/pid"
    link("/proc/self/ns/pid", "pid:[4026531836]")
    assert.is_nil(examine().container)
  end)

  it("takes no machine for a container that only runs some", function()
    put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" ..
      "90 22 0:60 / /var/lib/docker/overlay2/1/merged rw - overlay o rw\n")
    assert.is_nil(examine().container)
  end)

  it("agrees with the names of a node", function()
    assert.are.equal("/dev/sg3", enumeration.names("/dev/sr0", root).sg)
  end)
end)

describe("discrecorder doctor", function()
  local folder, address

  before_each(function()
    folder = run.folder()
    address = "virtual:" .. folder .. "/disc?medium=none"
  end)

  after_each(function()
    run.remove(folder)
  end)

  it("succeeds when a recorder can be used", function()
    local r = run.command("doctor", address)
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    assert.matches("virtual:%S+ +usable", r.stdout)
    assert.matches("modules: sg ", r.stdout)
    r = run.command("doctor", address, "--json")
    local report = JSON.decode(r.stdout)
    assert.is_true(report.ok)
    assert.are.equal(address, report.drives[1].node)
    r = run.command("doctor", address, "--quiet")
    assert.are.equal("", r.stdout .. r.stderr)
  end)

  it("fails when none can", function()
    local r = run.command("doctor", "replay:/no/such/trace")
    assert.are.equal(1, r.status)
    assert.matches("not usable", r.stdout)
    assert.matches("problem: there is no trace /no/such/trace", r.stdout)
    assert.matches("no recorder can be used", r.stderr)
    r = run.command("doctor", "serial:NOBODY", "--json")
    assert.are.equal(1, r.status)
    local e = JSON.decode(r.stdout).error
    assert.are.equal("device_not_present", e.code)
    assert.are.equal("device_not_present", e.report.findings[
      #e.report.findings].code)
  end)

  it("looks at the addresses that the environment names", function()
    local r = run.command{
      "doctor", "--json",
      env = {
        DISCRECORDER_ADDRESSES = address,
        DISCRECORDER_NEVER_WRITE = "/dev/sr9",
      },
    }
    assert.are.equal(0, r.status, r.stdout)
    local report = JSON.decode(r.stdout)
    assert.are.equal("never_write", report.findings[#report.findings].code)
  end)

  it("names what protects nothing in the list of what is never written",
    function()
      for entry, count in pairs{
        ["sr0"] = 1, ["serial:K1"] = 1, ["sr0 guid:x"] = 2, ["virtual:"] = 1,
        ["/dev/sr0 * cdio:/dev/sr1 virtual:disc iscsi://station/*"] = 0,
      } do
        local r = run.command{
          "doctor", address, "--json", env = {DISCRECORDER_NEVER_WRITE = entry},
        }
        local found = 0
        for _, finding in ipairs(JSON.decode(r.stdout).findings) do
          if finding.code == "never_write_nothing" then
            found = found + 1
          end
        end
        assert.are.equal(count, found, entry)
      end
    end)
end)

--- Debian's stock kernel in a machine that QEMU makes, all of it in software.
-- What run.lua asks of a kind of guest stands in uml.lua.
local run = require "spec.support.run"

local FOLDER <const> = run.root .. "/build/qemu"

local qemu = {seconds = 1500} -- for one guest

local image, initramfs, modules

-- Debian's kernel and a static busybox, unpacked into the build folder and not
-- installed. What the package would do when it is installed: modules.dep.
local function fetch()
  print "Fetching Debian's kernel into build/qemu: apt-get download"
  local r = run{"sh", "-c", [[
    package() {
      apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: //p'
    }
    download() {
      p=$(package) && [ "$p" ] && apt-get -qq download "$p" busybox-static
    }
    rm -rf build/qemu.new && mkdir -p build/qemu.new && cd build/qemu.new &&
    { download || { apt-get -qq update && download; }; } &&
    for deb in *.deb; do dpkg -x "$deb" . && rm "$deb" || exit; done &&
    PATH=$PATH:/usr/sbin:/sbin depmod -b . "$(ls lib/modules)" &&
    cd .. && rm -rf qemu && mv qemu.new qemu]]}
  if r.status ~= 0 then
    return nil, "make kernel KIND=qemu needs Debian's packages " ..
      "linux-image-amd64 and busybox-static:\n" .. r.stderr
  end
  return true
end

-- What mounts this machine's root: busybox, a script and the modules for it, by
-- names that sort in the order in which they go in.
local function make_initramfs()
  return run.output{"sh", "-c", [[
    set -e
    PATH=$PATH:/usr/sbin:/sbin
    rm -rf root
    mkdir -p root/bin root/host root/modules
    cp bin/busybox root/bin
    cp "$1" root/init
    chmod +x root/init
    number=10
    for name in virtio_pci 9pnet_virtio 9p; do
      modprobe -d "$PWD" -S "$(ls lib/modules)" --show-depends $name
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >list
    while read -r module; do
      cp "$module" "root/modules/$number.ko"
      number=$((number + 1))
    done <list
    cd root
    find . | ../bin/busybox cpio -o -H newc >../initramfs.new
    mv ../initramfs.new ../initramfs
  ]], "sh", run.root .. "/spec/kernel/initramfs.sh", cwd = FOLDER}
end

function qemu.ready()
  if run("sh", "-c", "command -v qemu-system-x86_64").status ~= 0 then
    return nil, "make kernel KIND=qemu needs qemu-system-x86_64 " ..
      "(Debian's package qemu-system-x86)"
  end
  if run("test", "-e", FOLDER).status ~= 0 then
    local ok, why = fetch()
    if not ok then
      return nil, why
    end
  end
  make_initramfs()
  initramfs = FOLDER .. "/initramfs"
  image = run.output("sh", "-c", "ls -d " .. FOLDER .. "/boot/vmlinuz-*")
  modules = run.output("sh", "-c", "ls -d " .. FOLDER .. "/lib/modules/*")
  return true
end

--- Each has two processors, so that one serves the ring while the other fills
-- it, and waits about half of the time.
function qemu.most(processors)
  return processors
end

function qemu.command(_, share)
  local words = table.concat({
    "console=ttyS0", "quiet", "panic=-1", "no_timer_check", "KIND=qemu",
    "SHARE=" .. share, "MODULES=" .. modules, "JOB=" .. share .. "/job",
    "INIT=" .. run.root .. "/spec/kernel/init.sh",
  }, " ")
  return {
    "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot",
    "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max",
    "-smp", "2", "-m", "1024",
    "-display", "none", "-serial", "stdio",
    "-kernel", image, "-initrd", initramfs, "-append", words,
    "-fsdev", "local,id=root,path=/,security_model=none,readonly=on," ..
      "multidevs=remap",
    "-device", "virtio-9p-pci,fsdev=root,mount_tag=root",
    "-fsdev", "local,id=share,security_model=none,multidevs=remap,path=" ..
      share:gsub(",", ",,"),
    "-device", "virtio-9p-pci,fsdev=share,mount_tag=share",
  }
end

return qemu

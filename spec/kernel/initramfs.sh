#!/bin/busybox sh
# initramfs.sh: the first process in a machine of QEMU's. It mounts the host's
# root, read-only, and hands over to init.sh there.
for module in /modules/*.ko; do
  busybox insmod "$module"
done
busybox mount -t 9p root /host \
  -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose || {
  echo 'initramfs: no root' >&2
  exec busybox poweroff -f
}
exec busybox switch_root /host "$INIT"

#!/bin/sh
# init.sh: the first process of a guest. The machine's own root is below it,
# read-only; what the guest writes stays in its memory, except in SHARE. Words
# of the kernel's command line arrive here as variables:
#
#   KIND     uml or qemu: how the host's folders come into the guest
#   SHARE    a folder of the host, read and written: the job and what it says
#   MODULES  where the package's modules lie
#   JOB      a script in SHARE that runs once everything is there
#
# The job's exit status is written to SHARE/status; without that file the guest
# did not come that far.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8

give_up() {
  echo "init: $*" >&2
  exec /sbin/poweroff -f
}

if [ "$1" != inside ]; then
  mount -t proc none /proc || give_up 'no /proc'
  mount -t tmpfs none /mnt || give_up 'no tmpfs'
  insmod "$MODULES/kernel/fs/overlayfs/overlay.ko" || give_up 'no overlay'
  mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay none -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work \
    /mnt/root || give_up 'no overlay of /'
  mkdir -p "/mnt/root$SHARE"
  case $KIND in
    qemu)
      mount -t 9p share "/mnt/root$SHARE" \
        -o trans=virtio,version=9p2000.L,msize=512000
      ;;
    *) mount -t hostfs none "/mnt/root$SHARE" -o "$SHARE" ;;
  esac || give_up "no $SHARE"
  mount -t devtmpfs none /mnt/root/dev || give_up 'no devtmpfs'
  exec chroot /mnt/root "$0" inside
fi

mount -t proc none /proc
mount -t sysfs none /sys
mkdir -p /dev/pts /dev/shm /run /lib/modules
mount -t devpts none /dev/pts
mount -t tmpfs none /dev/shm
# The checkout may be in one of these; what is written there stays in memory all
# the same, by the overlay.
for folder in /tmp /run; do
  case $SHARE in
    "$folder"/*) ;;
    *) mount -t tmpfs none "$folder" ;;
  esac
done
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn "$MODULES" "/lib/modules/$(uname -r)"
ip link set lo up 2>/dev/null
cd "$SHARE" || give_up "no $SHARE"
"$JOB" >"$SHARE/output" 2>&1
echo $? >"$SHARE/status"
sync
poweroff -f

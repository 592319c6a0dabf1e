# shellcheck shell=bash disable=SC2154,SC2034
# The two emulated hosts: start, stop, and a line to QEMU's monitor. To be sourced after common.sh.

lab_hosts=(alpha beta)

# Tests may say a or b.
host_name() {
  case $1 in
    a | alpha) echo alpha ;;
    b | beta) echo beta ;;
    *) die "no host '$1': alpha (a) or beta (b)" ;;
  esac
}

# host_alive HOST: whether its QEMU runs (the recorded pid, and still a QEMU of ours).
host_alive() {
  local pid
  pid=$(cat "$lab_state/$1/pid" 2>/dev/null) || return 1
  [[ -d /proc/$pid ]] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$lab_state/$1/"
}

# A port of loopback that nobody listens on now, from the range that the kernel does not hand out itself.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return 0
    fi
  done
  die "no free port on loopback"
}

# start_host HOST BASE CABLE(listen=...|connect=...): starts QEMU; returns when its monitor answers.
start_host() {
  local host=$1 base=$2 cable=$3 folder=$lab_state/$1 number address
  case $host in
    alpha) number=01 address=192.0.2.1/24 ;;
    beta) number=02 address=192.0.2.2/24 ;;
  esac
  mkdir -p "$folder"
  free_port >"$folder/port"
  # Without -rdtscp Xen spins on a guest's RDTSC; the SSE flags make it an x86-64-v2. Stores of a host that is thrown
  # away need not reach a disk: snapshot=on, cache=unsafe.
  setsid qemu-system-x86_64 -name "vmcoupler-lab-$host" -accel tcg,thread=single -smp 1 -m "${VMCOUPLER_LAB_HOST_MB:-2560}" \
    -cpu qemu64,+svm,+npt,-rdtscp,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16 \
    -nodefaults -no-reboot -display none -serial "file:$folder/serial" \
    -qmp "unix:$folder/qmp,server=on,wait=off" -pidfile "$folder/pid" \
    -kernel "$base/xen.elf" \
    -append "console=com1 com1=115200,8n1 dom0_mem=1G,max:1G dom0_max_vcpus=1 loglvl=all guest_loglvl=all" \
    -initrd "$base/vmlinux console=hvc0 net.ifnames=0 systemd.hostname=$host lab.address=$address mitigations=off,$base/initrd" \
    -drive "file=$base/root.img,format=raw,if=none,id=root,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=root \
    -drive "file=$lab_state/payload.img,format=raw,if=none,id=payload,readonly=on" -device virtio-blk-pci,drive=payload \
    -netdev "user,id=access,restrict=on,hostfwd=tcp:127.0.0.1:$(<"$folder/port")-:22" \
    -device "virtio-net-pci,netdev=access,mac=52:54:00:a0:00:$number" \
    -netdev "socket,id=cable,$cable" -device "virtio-net-pci,id=cablenic,netdev=cable,mac=52:54:00:c0:00:$number" \
    </dev/null >"$folder/qemu.log" 2>&1 8>&- &
  poll 20 test -S "$folder/qmp" || die "QEMU of $host did not start: $(cat "$folder/qemu.log")"
}

# monitor HOST JSON: one QMP command; prints its answer, fails if QEMU reports an error.
monitor() {
  local answer
  answer=$({
    printf '{"execute":"qmp_capabilities"}\n%s\n' "$2"
    sleep 0.5
  } | socat -t 2 - "UNIX-CONNECT:$lab_state/$1/qmp" | grep -E '"(return|error)"' | tail -n 1)
  printf '%s\n' "$answer"
  [[ $answer == *'"return"'* ]]
}

# stop_host HOST: ends its QEMU by the recorded pid. Nothing of a host is worth an orderly shutdown.
stop_host() {
  local pid
  host_alive "$1" || return 0
  pid=$(<"$lab_state/$1/pid")
  kill "$pid" 2>/dev/null || true
  poll 5 eval "! host_alive $1" || kill -9 "$pid" 2>/dev/null || true
}

# tail_of_serial HOST: for messages of failure.
tail_of_serial() {
  say "the last lines of $1's console:"
  tail -n 25 "$lab_state/$1/serial" >&2 2>/dev/null || true
}

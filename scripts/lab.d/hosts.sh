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

# peer_of HOST: the other one.
peer_of() {
  case $1 in
    alpha) echo beta ;;
    beta) echo alpha ;;
  esac
}

# address_of HOST: its address on the cable.
address_of() {
  case $1 in
    alpha) echo 192.0.2.1 ;;
    beta) echo 192.0.2.2 ;;
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

# The payload disk's size is part of a snapshot, so it is always the same; the file is sparse.
lab_payload_bytes=$((512 << 20))

# new_disk HOST BACKING: the host's own disk over one that stays as it is.
new_disk() {
  mkdir -p "$lab_disks"
  qemu-img create -q -f qcow2 -F "$([[ $2 == *.img ]] && echo raw || echo qcow2)" -b "$2" "$lab_disks/$1.qcow2"
}

# detached COMMAND...: becomes COMMAND, out of reach of the terminal's Ctrl-C and without open files of whoever called us:
# a lock held through one of them would else be held as long as the host runs.
detached() {
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    ((fd <= 2)) || eval "exec $fd>&-"
  done
  exec setsid "$@"
}

# start_host HOST BASE CABLE [STATE]: starts QEMU with the host's disks as they are, from power-on or from a saved state;
# returns when its monitor answers. CABLE is listen=ADDRESS:PORT or connect=ADDRESS:PORT.
start_host() {
  local host=$1 base=$2 cable=$3 folder=$lab_state/$1 number address incoming=()
  case $host in
    alpha) number=01 ;;
    beta) number=02 ;;
  esac
  address=$(address_of "$host")/24
  (($# < 4)) || incoming=(-incoming "exec:cat '$4'")
  mkdir -p "$folder"
  free_port >"$folder/port"
  # Without -rdtscp Xen spins on a guest's RDTSC; the SSE flags make it an x86-64-v2. What a host writes need not survive
  # a power cut of ours: cache=unsafe.
  detached qemu-system-x86_64 -name "vmcoupler-lab-$host" -accel tcg,thread=single -smp 1 -m 3584 \
    -cpu qemu64,+svm,+npt,-rdtscp,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16 \
    -nodefaults -no-reboot -display none -serial "file:$folder/serial" \
    -qmp "unix:$folder/qmp,server=on,wait=off" -pidfile "$folder/pid" \
    -kernel "$base/xen.elf" \
    -append "console=com1 com1=115200,8n1 dom0_mem=1400M,max:1400M dom0_max_vcpus=1 loglvl=all guest_loglvl=all spec-ctrl=no" \
    -initrd "$base/vmlinux console=hvc0 net.ifnames=0 systemd.hostname=$host lab.address=$address mitigations=off,$base/initrd" \
    -drive "file=$lab_disks/$host.qcow2,format=qcow2,if=none,id=root,cache=unsafe" -device virtio-blk-pci,drive=root \
    -drive "file=$lab_disks/payload.img,format=raw,if=none,id=payload,readonly=on" -device virtio-blk-pci,drive=payload \
    -netdev "user,id=access,restrict=on,hostfwd=tcp:127.0.0.1:$(<"$folder/port")-:22" \
    -device "virtio-net-pci,netdev=access,mac=52:54:00:a0:00:$number" \
    -netdev "socket,id=cable,$cable" -device "virtio-net-pci,id=cablenic,netdev=cable,mac=52:54:00:c0:00:$number" \
    "${incoming[@]}" </dev/null >"$folder/qemu.log" 2>&1 &
  poll 20 test -S "$folder/qmp" || die "QEMU of $host did not start: $(cat "$folder/qemu.log")"
}

# loaded HOST: whether QEMU has read the whole saved state.
loaded() {
  host_alive "$1" || die "QEMU of $1 ended: $(cat "$lab_state/$1/qemu.log")"
  [[ $(monitor "$1" '{"execute":"query-status"}') != *inmigrate* ]]
}

# start_hosts BASE [FOLDER]: both hosts, joined by a cable; from power-on or from the states saved in FOLDER.
start_hosts() {
  local base=$1 folder=${2:-} cable
  cable=127.0.0.1:$(free_port)
  echo "$cable" >"$lab_state/cable"
  start_host alpha "$base" "listen=$cable" ${folder:+"$folder/alpha.state"}
  start_host beta "$base" "connect=$cable" ${folder:+"$folder/beta.state"}
  [[ -n $folder ]] || return 0
  # A state is saved of a stopped host, so it comes back stopped.
  local host
  for host in "${lab_hosts[@]}"; do
    poll 120 loaded "$host" || die "QEMU of $host did not read its saved state in time"
    monitor "$host" '{"execute":"cont"}' >/dev/null || die "$host does not go on from its saved state"
  done
}

# monitor HOST JSON: one QMP command; prints its answer, fails if QEMU reports an error or does not answer in 60 s.
monitor() {
  local line answers=0 pid status=1
  coproc SOCAT { exec socat - "UNIX-CONNECT:$lab_state/$1/qmp" 2>/dev/null; }
  pid=$SOCAT_PID
  local input=${SOCAT[0]} output=${SOCAT[1]}
  printf '{"execute":"qmp_capabilities"}\n%s\n' "$2" >&"$output"
  # Two answers come, the first to the greeting; events between them are not answers.
  while IFS= read -r -t 60 -u "$input" line; do
    [[ $line == '{"return"'* || $line == '{"error"'* ]] || continue
    answers=$((answers + 1))
    ((answers == 2)) || continue
    printf '%s\n' "$line"
    [[ $line != '{"return"'* ]] || status=0
    break
  done
  # Not SIGTERM: once in some hundred times socat went on after it, and the wait had no end. It has nothing to tidy up.
  # What both return is of a process that was killed, or had ended: the answer is in status.
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  return "$status"
}

# stop_host HOST: ends its QEMU by the recorded pid. Nothing of a host is worth an orderly shutdown.
stop_host() {
  local pid
  host_alive "$1" || return 0
  pid=$(<"$lab_state/$1/pid")
  # It may end by itself before either signal comes; whether it has is asked after each.
  kill "$pid" 2>/dev/null || true
  ! poll 5 eval "! host_alive $1" || return 0
  kill -KILL "$pid" 2>/dev/null || true
  poll 5 eval "! host_alive $1" || say "QEMU of $1 does not end: process $pid"
}

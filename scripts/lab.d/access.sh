# shellcheck shell=bash disable=SC2154
# Commands and files into the hosts, by ssh over one kept connection per host. To be sourced after common.sh and hosts.sh.

lab_ssh() {
  local host=$1 base
  shift
  base=$(<"$lab_state/base")
  ssh -F none -i "$base/ssh_key" -p "$(<"$lab_state/$host/port")" -o "UserKnownHostsFile=$base/known_hosts" \
    -o HostKeyAlias=lab-host -o HostKeyAlgorithms=ssh-ed25519 -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
    -o ControlMaster=auto -o "ControlPath=$lab_state/$host/ssh" -o ControlPersist=600 -o ConnectTimeout=60 \
    -o ServerAliveInterval=15 -o ServerAliveCountMax=8 "$@"
}

# in_host HOST COMMAND...: runs a shell command line in a host as root; its exit status is the command's.
in_host() {
  local host=$1
  shift
  lab_ssh "$host" root@127.0.0.1 "$@" </dev/null
}

copy_to_host() {
  local file=$1 host=$2 path=$3
  # shellcheck disable=SC2029  # the path is meant to be expanded here
  lab_ssh "$host" root@127.0.0.1 "cat >$(printf %q "$path")" <"$file"
}

# A connection that is gone already is what is wanted.
close_access() {
  [[ ! -S $lab_state/$1/ssh ]] || ssh -F none -o "ControlPath=$lab_state/$1/ssh" -O exit lab >/dev/null 2>&1 </dev/null || true
}

# answers HOST: whether the host takes commands and Xen's tools work. Ends the caller if the host's QEMU has ended.
answers() {
  host_alive "$1" || die "QEMU of $1 ended: $(cat "$lab_state/$1/qemu.log")"
  in_host "$1" 'systemctl is-active -q xen.service && xl list >/dev/null' 2>/dev/null
}

# wait_for_host HOST SECONDS: until it answers; on failure says what the host said.
wait_for_host() {
  poll "$2" answers "$1" || {
    # It fails in any case: what cannot be shown on the way must not hide why.
    say "the last lines of $1's console:"
    tail -n 25 "$lab_state/$1/serial" >&2 || true
    in_host "$1" 'systemctl --failed --no-legend; journalctl -b -n 40 --no-pager' >&2 || true
    die "$1 did not answer within $2 s"
  }
}

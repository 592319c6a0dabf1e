# shellcheck shell=bash
# What all parts of the lab share: where things are, how to say something, how to wait.
# To be sourced; the sourcing script has set -euo pipefail.

# shellcheck disable=SC2034
lab_parts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
lab_tree=$(cd "$lab_parts/../.." && pwd)
lab_cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/vmcoupler
# Disks of running hosts lie beside the cache: a runtime folder is often a small tmpfs.
# shellcheck disable=SC2034
lab_disks=$lab_cache/disks-$UID
lab_state=${XDG_RUNTIME_DIR:-/tmp}/vmcoupler-lab-$UID

say() {
  printf 'lab: %s\n' "$*" >&2
}

die() {
  say "$@"
  exit 1
}

# poll SECONDS COMMAND...: runs COMMAND until it succeeds; fails when SECONDS have passed.
poll() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# The state folder holds sockets that give root in the hosts, so nobody else may own or enter it.
make_state_folder() {
  (umask 077 && mkdir -p "$lab_state")
  [[ -O $lab_state && ! -L $lab_state ]] || die "$lab_state belongs to somebody else"
  chmod 0700 "$lab_state"
}

# digest_of FILE...: one SHA-256 (first 16 digits) over names and contents of the given files and folders.
digest_of() {
  local path
  for path in "$@"; do
    find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
  done | sed "s|$lab_tree/||" | sha256sum | cut -c1-16
}

# with_cache_lock NAME COMMAND...: two labs never build the same thing at once.
with_cache_lock() {
  local name=$1
  shift
  mkdir -p "$lab_cache"
  (
    exec 8>"$lab_cache/$name.lock"
    flock 8
    "$@"
  )
}

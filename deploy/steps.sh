# The steps that install, upgrade, rollback and uninstall share. Each looks first, and changes only what is not so yet.
# It is sourced, by bash, with `here` set to the folder of the programs.
set -Eeuo pipefail
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

data=/var/lib/offramp sockets=/run/offramp place=/opt/offramp
units='offramp-intake.service offramp-couriers.service offramp-publisher.service'
changes=0

say() { printf '%s\n' "$*"; }
changed() { changes=$((changes + 1)); say "· $*"; }
die() { printf 'Error: %s\n' "$*" >&2; exit 1; }

require_root() { [ "$(id -u)" = 0 ] || die "only root can do this: sudo $0"; }

require_debian() {
  local ID='' VERSION_ID=''
  . /etc/os-release
  case "$ID $VERSION_ID" in
    'debian 12' | 'debian 13') ;;
    *) die "this is for Debian 12 and 13, and was never tried on ${ID:-another system} ${VERSION_ID:-}." ;;
  esac
  command -v systemd-tmpfiles >/dev/null || die 'this needs systemd, which is not here.'
}

require_whole() {
  [ -f "$here/SHA256SUMS" ] || die "run this from the folder that came out of offramp-server-….tar."
  (cd "$here" && sha256sum --check --strict --quiet SHA256SUMS) || die "this folder is damaged or was changed; unpack it anew."
}

runs_systemd() { [ -d /run/systemd/system ]; }

# put FILE PLACE [MODE]: a copy, root's.
put() {
  local mode=${3:-0644}
  if cmp --silent "$1" "$2" && [ "$(stat -c %a:%U:%G "$2")" = "${mode#0}:root:root" ]; then return; fi
  install -D -m "$mode" -o root -g root "$1" "$2"
  changed "wrote $2"
}

# put_block FILE PLACE: the lines of FILE at the end of PLACE between two marks, which uninstall finds again.
put_block() {
  local wanted
  wanted=$(without_block "$2"; block "$1"; printf x)
  if [ -e "$2" ] && [ "$(cat "$2"; printf x)" = "$wanted" ]; then return 1; fi
  write "$2" "${wanted%x}"
  changed "added lines to $2"
}

take_block() {
  if [ -e "$1" ] && grep -qxF "$mark_begin" "$1"; then
    local rest
    rest=$(without_block "$1"; printf x)
    write "$1" "${rest%x}"
    changed "took our lines out of $1"
  fi
}

mark_begin='# --- Offramp, from here' mark_end='# --- Offramp, to here'
block() { printf '%s\n' "$mark_begin"; cat "$1"; printf '%s\n' "$mark_end"; }
without_block() {
  if [ -e "$1" ]; then
    awk -v from="$mark_begin" -v to="$mark_end" '$0 == from {skip = 1} !skip {print} $0 == to {skip = 0}' "$1"
  fi
}
# Whole or not at all, and with the old file's owner and mode.
write() {
  mkdir -p "$(dirname "$1")"
  touch "$1.offramp"
  if [ -e "$1" ]; then chown --reference "$1" "$1.offramp"; chmod --reference "$1" "$1.offramp"; fi
  printf '%s' "$2" >"$1.offramp"
  mv "$1.offramp" "$1"
}

guard_mark='# Of Offramp, while it installs'
is_our_guard() { grep -qsxF "$guard_mark" /usr/sbin/policy-rc.d; }
install_packages() {
  local missing='' package
  if is_our_guard; then rm -f /usr/sbin/policy-rc.d; fi  # else no service of this machine would start any more
  for package in tor python3-venv; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "· Debian packages:$missing …"
  (guarded_apt "$missing") || die "Debian's packages$missing could not be installed; try: apt-get update && apt-get install$missing"
  changed "installed Debian's$missing"
}
# tor must not start before it has our lines: in a shell of its own, so that the guard goes whatever happens.
guarded_apt() {
  local guard=/usr/sbin/policy-rc.d apt='apt-get -qq install --yes --no-install-recommends'
  # One of ours that is there already was left by an installation that was killed.
  if ! [ -e $guard ] || is_our_guard; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\n%s\nexit 101\n' "$guard_mark" >$guard
    chmod 755 $guard
  fi
  # The net is asked for a new list only where the one that is here does not do.
  $apt $1 >/dev/null 2>&1 || { apt-get -qq update && $apt $1 >/dev/null; }
}

make_group() { getent group "$1" >/dev/null || { groupadd --system "$1"; changed "made the group $1"; }; }
# make_user NAME GROUP…: without a password, a home or a shell.
make_user() {
  local name=$1 group; shift
  make_group "$name"
  if ! getent passwd "$name" >/dev/null; then
    useradd --system --gid "$name" --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$name"
    changed "made the user $name"
  fi
  for group in "$@"; do
    id -nG "$name" | tr ' ' '\n' | grep -qxF "$group" || { usermod -aG "$group" "$name"; changed "put $name into the group $group"; }
  done
}
make_users() {
  make_group offramp
  make_group offramp-store
  make_user offramp-intake offramp offramp-store
  make_user offramp-couriers offramp offramp-store
  make_user offramp-publisher offramp offramp-couriers debian-tor
}

set_up_tor() {
  local again=no before=$changes
  put_block "$1/torrc" /etc/tor/torrc && again=yes
  put "$1/tor.conf" /etc/systemd/system/tor@default.service.d/offramp.conf
  put_block "$1/apparmor" /etc/apparmor.d/local/system_tor && reload_apparmor
  if ! runs_systemd; then return 0; fi
  if [ "$changes" != "$before" ]; then systemctl daemon-reload; again=yes; fi
  systemctl --quiet is-active tor@default.service || again=yes
  if [ $again = yes ]; then systemctl restart tor@default.service; say '· started tor anew'; fi
}
reload_apparmor() {
  if [ -d /sys/kernel/security/apparmor ] && command -v apparmor_parser >/dev/null; then
    apparmor_parser --replace /etc/apparmor.d/system_tor || say "  AppArmor did not take our lines; tor may not reach the sockets."
  fi
}

# is_usable RELEASE: whether it is whole, and runs.
# Debian may have another Python since, which finds nothing of what was made for the one before.
is_usable() { [ -e "$place/releases/$1/complete" ] && "$place/releases/$1/bin/python" -I -c 'import offramp, apsw' 2>/dev/null; }

# make_release: the program beside those that are there; `release` is its name.
make_release() {
  local at=$place/releases/$release pip unfit="this file may be for another processor than $(uname -m); README.md says how to pack one."
  if is_usable "$release"; then return; fi
  say "· the program, release $release: this takes a minute …"
  rm -rf "$at"
  mkdir -p "$place/releases"
  python3 -m venv "$at"
  pip=("$at/bin/python" -I -m pip --isolated --quiet --disable-pip-version-check install --no-cache-dir --no-index)
  pip+=(--find-links "$here/packages" --no-deps)
  "${pip[@]}" --require-hashes -r "$here/requirements/setuptools.txt" || die "$unfit"
  "${pip[@]}" --require-hashes --no-build-isolation -r "$here/requirements/postgres.txt" || die "$unfit"
  "${pip[@]}" "$here"/offramp-*.whl
  mkdir "$at/deploy"
  cp -r "$here"/{README.md,steps.sh,install,upgrade,rollback,uninstall,system} "$at/deploy/"
  "$at/bin/python" -I -c 'from offramp.store.schema import ENVELOPES; print(ENVELOPES.version)' >"$at/schema"
  sync -f "$at"
  touch "$at/complete"
  changed "installed the program in $at"
}

# point NAME RELEASE: /opt/offramp/NAME leads to a release; there is never a moment without one.
point() {
  if [ "$(readlink "$place/$1" || true)" = "releases/$2" ]; then return; fi
  ln -sfn "releases/$2" "$place/.$1"
  mv -T "$place/.$1" "$place/$1"
  changed "$1 is release $2"
}
release_of() { basename "$(readlink "$place/$1" 2>/dev/null || true)"; }
# Of two releases the one that knows more versions of the store: it can bring the store to the other's.
knowing_more() {
  if [ "$(cat "$place/releases/$2/schema")" -gt "$(cat "$place/releases/$1/schema")" ]; then say "$2"; else say "$1"; fi
}

put_units() {
  local from=$1 unit
  for unit in $units offramp.target; do put "$from/$unit" "/etc/systemd/system/$unit"; done
  put "$from/offramp.tmpfiles" /etc/tmpfiles.d/offramp.conf
  put "$from/journald.conf" /etc/systemd/journald@offramp.conf
  if [ "$(readlink /usr/local/bin/offramp || true)" != $place/current/bin/offramp ]; then
    ln -sfn $place/current/bin/offramp /usr/local/bin/offramp
    changed 'the command is /usr/local/bin/offramp'
  fi
  for unit in $units; do enable "$unit" offramp.target; done
  enable offramp.target multi-user.target
  # Always: whoever was interrupted before this line has nothing more to change the next time.
  if runs_systemd; then systemctl daemon-reload; fi
  systemd-tmpfiles --create /etc/tmpfiles.d/offramp.conf
}
# By hand, so that it works without a running systemd too.
enable() {
  local link=/etc/systemd/system/$2.wants/$1
  if [ -L "$link" ]; then return; fi
  mkdir -p "$(dirname "$link")"
  ln -s "/etc/systemd/system/$1" "$link"
  changed "$1 starts by itself"
}

make_data_folder() {
  if ! [ -d $data ]; then
    install -d -m 2750 -o root -g offramp $data
    # Reading leaves no times behind, where the file system can do that.
    chattr +A $data 2>/dev/null || true
    changed "made $data"
  fi
}

is_set_up() { [ -e $data/campaign.toml ]; }
settle() { if is_set_up; then $place/current/bin/offramp server settle $data; fi; }

stop_all() {
  if ! runs_systemd; then return 0; fi
  local unit
  for unit in offramp.target $units; do
    # One that was never there, or is gone since somebody was interrupted, cannot be stopped.
    if [ -e "/etc/systemd/system/$unit" ]; then systemctl stop "$unit"; fi
  done
}
start_all() {
  if ! is_set_up; then return 0; fi
  if runs_systemd; then systemctl start offramp.target; else say '· systemd does not run here, so nothing was started.'; fi
}

# Nothing runs, whoever started it: what must not happen beside a running server happens after this.
require_stopped() {
  local side
  for side in intake couriers; do
    if [ -e $sockets/$side/$side.lock ] && ! flock --nonblock $sockets/$side/$side.lock true; then
      die "a part of the server still runs ($side); stop it first."
    fi
  done
}

# Until both sides answer, for a minute.
require_answers() {
  if ! is_set_up || ! runs_systemd; then return 0; fi
  local side target
  for side in intake:/ couriers:/epoch; do
    target=${side#*:} side=${side%%:*}
    $place/current/bin/python -I - "$sockets/$side/$side.sock" "$target" <<'PYTHON' || return 1
import socket, sys, time
path, target = sys.argv[1:]
until = time.monotonic() + 60
while True:
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(10)
            asked.connect(path)
            asked.sendall(f"HEAD {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            if asked.recv(64).startswith(b"HTTP/1.1 200 "):
                sys.exit(0)
    except OSError:
        pass
    if time.monotonic() > until:
        sys.exit(1)
    time.sleep(0.2)
PYTHON
  done
}

doctor() {
  say
  say '· offramp doctor:'
  $place/current/bin/offramp doctor $data --sockets $sockets || true
}

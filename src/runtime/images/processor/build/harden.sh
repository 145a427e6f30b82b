#!/bin/sh
# An unprivileged user, the one folder that it may write, and no program that lends its owner's rights.
#   harden.sh [ROOT [USER]]    / and 1000 unless a test says otherwise
set -eu

root=${1:-/}
user=${2:-1000}

if [ "$root" = / ]; then
  groupadd --gid "$user" worker
  useradd --uid "$user" --gid "$user" --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin worker
fi
install -d -m 755 "$root/worker"
install -d -m 700 -o "$user" "$root/worker/scratch"
find "$root" -xdev -type f -perm /6000 -exec chmod a-s {} +

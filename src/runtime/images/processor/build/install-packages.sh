#!/bin/sh
# Installs Debian packages, without what they merely recommend, and leaves no package lists behind.
# Versions are not pinned: Debian's mirrors keep only the newest of a stable release, so a pin would break the build with the next
# security fix, which is the one change that a stable release brings. verify.sh tests what was installed.
#   install-packages.sh PACKAGE...
set -eu

[ $# -gt 0 ] || { echo 'install-packages: name at least one package' >&2; exit 64; }

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends "$@"
apt-get clean
rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /usr/share/doc/* /usr/share/man/*

#!/bin/sh
# Builds the worker's image as it is, without Docker and without a registry: buildah on a base that debootstrap makes. As root.
#   build.sh CONTEXT STORE     CONTEXT holds the Dockerfile; STORE keeps base and images between runs
set -eu

context=$1
store=$2
mkdir -p "$store"
# vfs needs nothing of the kernel, which is what a container has to offer.
storage="--root $store/root --runroot $store/run --storage-driver vfs"

if ! podman $storage image exists localhost/debian:trixie; then
  base=$store/base
  [ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase trixie "$base"
  # A network whose certificates only this machine trusts: npm in the build has to trust them too. The Dockerfile stays untouched.
  cp /etc/ssl/certs/ca-certificates.crt "$base/usr/local/share/host-certificates.crt"
  tar -C "$base" -c . | podman $storage import --change 'ENV NODE_EXTRA_CA_CERTS=/usr/local/share/host-certificates.crt' - localhost/debian:trixie
  rm -rf "$base"
fi
buildah $storage bud --isolation chroot --no-cache --format docker --build-arg DEBIAN=localhost/debian:trixie --tag localhost/worker "$context"

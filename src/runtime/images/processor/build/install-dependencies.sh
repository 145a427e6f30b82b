#!/bin/sh
# Installs exactly what the lock file says into ./node_modules, and runs none of the packages' scripts: sharp comes prebuilt.
# Node comes as nodejs.org builds it, in a package for each architecture, and goes to ./bin/node.
set -eu

npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# Debian's npm 9 does not look at the C library of a package: away with what is not for glibc.
rm -rf node_modules/@img/*linuxmusl* node_modules/@img/sharp-wasm32 node_modules/@emnapi node_modules/tslib
mkdir -p bin
# There is none for a developer's macOS.
for node in node_modules/node-linux-*/bin/node; do
  [ ! -x "$node" ] || mv "$node" bin/node
done
rm -rf node_modules/node-linux-* node_modules/.bin
node -e "
  const { versions } = require('sharp');
  const { dependencies } = require('./package.json');
  if (versions.sharp !== dependencies.sharp) throw new Error('expected sharp ' + dependencies.sharp + ', got ' + versions.sharp);
"

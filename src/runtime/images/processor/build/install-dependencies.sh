#!/bin/sh
# Installs exactly what the lock file says into ./node_modules, and runs none of the packages' scripts: sharp comes prebuilt.
set -eu

npm ci --omit=dev --ignore-scripts --no-audit --no-fund
node -e "
  const { versions } = require('sharp');
  const { dependencies } = require('./package.json');
  if (versions.sharp !== dependencies.sharp) throw new Error('expected sharp ' + dependencies.sharp + ', got ' + versions.sharp);
"

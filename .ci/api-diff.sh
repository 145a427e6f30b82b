#!/usr/bin/env bash
# Compares the public API with that of the latest tag, or of the previous commit while there is no tag.
# A change that breaks users fails, unless .ci/breaking-changes.txt names it (one key per line, as jsii-diff prints it).
set -euo pipefail
cd "$(dirname "$0")/.."
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20

base=${API_BASE:-$(git describe --tags --abbrev=0 2>/dev/null || git rev-parse --verify --quiet HEAD~1 || true)}
if [ -z "$base" ]; then
  echo 'api-diff: this checkout has no earlier commit to compare with (a shallow clone?)'
  exit 0
fi

before=$(mktemp -d)
trap 'git worktree remove --force "$before/src" >/dev/null 2>&1; rm -rf "$before"' EXIT
git worktree add --quiet --detach "$before/src" "$base"
ln -s "$PWD/node_modules" "$before/src/node_modules"
(cd "$before/src" && npx jsii --silence-warnings=reserved-word >/dev/null)

npx jsii-diff --keys --ignore-file .ci/breaking-changes.txt "$before/src" .
echo "api-diff: compatible with $(git rev-parse --short "$base")"

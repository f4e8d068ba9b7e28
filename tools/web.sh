#!/bin/sh
# web.sh OUT - the dashboard's files into the folder OUT: packages by the lock file when it changed, then the bundle.
set -eu
out=${1:?web.sh OUT}
cd "$(dirname "$0")/../web"
stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json "$stamp"
fi
node build.mjs "$out"

#!/bin/bash
# What we call in real situations is acceptable, and is what it was.
set -euo pipefail
[ -d "$PB_SHARED_DIR/data/armchair-strategist/races" ] || { echo "no ../shared/data here"; exit 77; }
every=1
[ -z "${PB_TRIALS:-}" ] || every=12 # a sanitizer build: a few of them
exec bash "$PB_SOURCE_DIR/tests/regression/decisions.sh" CHECK "$every"

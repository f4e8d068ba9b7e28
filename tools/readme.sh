#!/bin/bash
# readme.sh - puts real output into README.md: every block that follows a line
#     <!-- output: COMMAND -->
# is replaced by what COMMAND prints, run in the tree with pitboard on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/build/release:$PATH
export NO_COLOR=1 LC_ALL=C.UTF-8
while IFS= read -r line; do
    if [ "${skip:-no}" != no ]; then # inside the old block
        if [ "$line" = '```' ]; then
            if [ "$skip" = first ]; then skip=second; else skip=no; echo '```'; fi
        fi
        continue
    fi
    printf '%s\n' "$line"
    case $line in
    '<!-- output: '*)
        command=${line#<!-- output: }
        command=${command% -->}
        printf '```\n$ %s\n' "$command"
        bash -c "$command" 2>&1 </dev/null || true
        skip=first
        ;;
    esac
done <README.md >README.new
mv README.new README.md

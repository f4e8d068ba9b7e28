#!/bin/bash
# man.sh [--check] - puts the options of a command into its man page, from the table that
# the program itself reads: between the lines
#     .\" options: made by tools/man.sh
#     .\" options end
# --check changes nothing and fails where a page differs. PITBOARD names the program.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${PITBOARD:-build/release/pitboard}

# "  --name ARG            text" as mdoc
options() {
    NO_COLOR=1 "$program" help "$1" | awk '
    /^  --/ {
        split(substr($0, 3, 22), left, " ")
        text = substr($0, 26)
        gsub(/\\/, "\\e", text)
        printf ".It Fl -%s%s\n%s\n", substr(left[1], 3), left[2] ? " Ar " tolower(left[2]) : "", text
    }'
}

made() {
    local command=$1 page=$2 inside=no
    while IFS= read -r line; do
        case $line in
        '.\" options end') inside=no ;;
        esac
        [ "$inside" = yes ] || printf '%s\n' "$line"
        case $line in
        '.\" options: made by tools/man.sh') inside=yes; printf '.Bl -tag -width Ds\n'; options "$command"; printf '.El\n' ;;
        esac
    done <"$page"
}

bad=0
for page in $(grep -l '^\.\\" options: made' docs/man/*.1); do
    command=$(basename "$page" .1)
    command=${command#pitboard-}
    new=$(made "$command" "$page")
    [ "$new" != "$(cat "$page")" ] || continue
    if [ "${1:-}" = --check ]; then
        echo "$page differs from the table of options: run tools/man.sh"
        bad=1
    else
        printf '%s\n' "$new" >"$page"
    fi
done
exit $bad

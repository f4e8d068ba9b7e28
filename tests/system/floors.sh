#!/bin/sh
# floors.sh ROOT - fails when a module includes its own floor's other modules or
# a higher floor; floors.sh --self-test plants such includes and must see them.
set -eu

floor_of() {
    case "$1" in
    base) echo 0 ;;
    num | codec) echo 1 ;;
    race | net | store | bus | tree) echo 2 ;;
    wire | feature | sim | knowledge) echo 3 ;;
    predict) echo 4 ;;
    decide | narrate) echo 5 ;;
    engine) echo 6 ;;
    api) echo 7 ;;
    apps) echo 8 ;;
    *) echo none ;;
    esac
}

# A module may have more public headers: race_spec.h is of race.
module_of() { echo "${1%%_*}"; }

# judge FILE MODULE: prints one line for every include MODULE may not have.
judge() {
    own=$(floor_of "$2")
    [ "$own" != none ] || { echo "$1: module $2 has no floor (add it to tests/system/floors.sh)"; return; }
    sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]\([^">]*\)[">].*/\1/p' "$1" | while read -r name; do
        case "$name" in
        pitboard/*) other=$(basename "$name" .h) ;;
        ../* | */../*) echo "$1: includes $name (name no path out of the module)"; continue ;;
        */*) other=${name%%/*}; [ -d "$root/src/$other" ] || continue ;;
        *) other=$(owner_of "$name" "$2") ;;
        esac
        [ -n "$other" ] || continue
        other=$(module_of "$other")
        [ "$other" != "$2" ] || continue
        floor=$(floor_of "$other")
        [ "$floor" != none ] || { echo "$1: includes $name, of no known floor"; continue; }
        [ "$floor" -lt "$own" ] || echo "$1: $2 (floor $own) includes $name (floor $floor)"
        case "$name" in pitboard/*) ;; *) echo "$1: includes $name, private to $other" ;; esac
    done
}

# The module whose private header a bare name is; nothing for the system's and for the includer's own.
owner_of() {
    [ ! -e "$root/src/$2/$1" ] || return 0
    for found in "$root"/src/*/"$1"; do
        [ ! -e "$found" ] || basename "$(dirname "$found")"
    done
}

check() {
    root=$1
    {
        for file in "$root"/include/pitboard/*.h; do
            [ ! -e "$file" ] || judge "$file" "$(module_of "$(basename "$file" .h)")"
        done
        for file in "$root"/src/*/*.[ch]; do
            [ ! -e "$file" ] || judge "$file" "$(basename "$(dirname "$file")")"
        done
    } > "$report"
    seen=$(find "$root/src" "$root/include" -name '*.[ch]' | wc -l)
    [ "$seen" -gt 0 ] || echo "$root: no source files" >> "$report"
    cat "$report"
    [ ! -s "$report" ]
}

# plant NAME FILE INCLUDE WANT: a tree with one include; WANT is good or bad.
plant() {
    rm -rf "$trees" && mkdir -p "$trees/src/sim" "$trees/src/base" "$trees/src/wire" "$trees/src/race" "$trees/include/pitboard"
    : > "$trees/src/wire/wire_private.h"
    : > "$trees/src/sim/sim_private.h"
    printf '#include %s\n' "$3" > "$trees/$2"
    if check "$trees" > /dev/null; then got=good; else got=bad; fi
    [ "$got" = "$4" ] || { echo "self-test: $1: wanted $4, was $got"; exit 1; }
}

self_test() {
    trees=$work/trees
    plant "down"                src/sim/a.c            '"pitboard/race.h"'      good
    plant "second header"       src/sim/a.c            '"pitboard/race_spec.h"' good
    plant "own public header"   src/sim/a.c            '"pitboard/sim.h"'       good
    plant "own private header"  src/sim/a.c            '"sim_private.h"'        good
    plant "the system"          src/sim/a.c            '<stdio.h>'              good
    plant "own second header"   src/race/a.c           '"pitboard/race_spec.h"' good
    plant "up"                  src/base/a.c           '"pitboard/race.h"'      bad
    plant "up, angle brackets"  src/base/a.c           '<pitboard/race.h>'      bad
    plant "same floor"          src/sim/a.c            '"pitboard/wire.h"'      bad
    plant "up in a header"      include/pitboard/num.h '"pitboard/engine.h"'    bad
    plant "foreign private"     src/sim/a.c            '"wire_private.h"'       bad
    plant "private by folder"   src/sim/a.c            '"race/private.h"'       bad
    plant "a way out"           src/sim/a.c            '"../race/private.h"'    bad
    plant "unknown module"      src/sim/a.c            '"pitboard/other.h"'     bad
    echo "self-test: 14 planted trees judged right"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
report=$work/report
case "${1:-}" in
--self-test) self_test ;;
'') echo "usage: floors.sh ROOT | --self-test" >&2; exit 2 ;;
*) check "$1" && echo "all includes go down" ;;
esac

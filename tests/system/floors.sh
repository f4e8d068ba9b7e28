#!/bin/sh
# floors.sh ROOT - fails when a module includes its own floor's other modules or
# a higher floor; floors.sh --self-test plants such includes and must see them.
set -eu

# Reads folders and files of ROOT, one a line; prints one line for every include that a module may not have.
judge_program() {
    cat <<'EOF'
function floor_of(module) { return module in floors ? floors[module] : "none" }
# A module may have more public headers: race_spec.h is of race.
function module_of(name) { sub(/_.*/, "", name); return name }
# The module that a file of this name belongs to; "" when that is the system or the includer itself.
function other_of(name, module,    part) {
    if (name ~ /^pitboard\//) return module_of(substr(name, 10, length(name) - 11))
    if (split(name, part, "/") > 1) return part[1] in is_module ? part[1] : ""
    return (module "/" name) in has ? "" : owner[name]
}
function judge(file, module, name,    other) {
    if (name ~ /(^|\/)\.\.\//) { print file ": includes " name " (name no path out of the module)"; return }
    other = module_of(other_of(name, module))
    if (other == "" || other == module) return
    if (floor_of(other) == "none") { print file ": includes " name ", of no known floor"; return }
    if (floor_of(other) >= floor_of(module))
        print file ": " module " (floor " floor_of(module) ") includes " name " (floor " floor_of(other) ")"
    if (name !~ /^pitboard\//) print file ": includes " name ", private to " other
}
function read_file(file, module,    line) {
    if (floor_of(module) == "none") {
        print file ": module " module " has no floor (add it to tests/system/floors.sh)"
        return
    }
    while ((getline line < file) > 0) {
        if (line !~ /^[ \t]*#[ \t]*include[ \t]*["<]/) continue
        sub(/^[^"<]*["<]/, "", line)
        sub(/[">].*/, "", line)
        judge(file, module, line)
    }
    close(file)
}
BEGIN {
    n = split("base 0 num 1 codec 1 race 2 net 2 store 2 bus 2 tree 2 wire 3 feature 3 sim 3 knowledge 3 " \
              "predict 4 decide 5 narrate 5 engine 6 api 7 apps 8", pair, " ")
    for (i = 1; i < n; i += 2) floors[pair[i]] = pair[i + 1] + 0
}
{
    k = split(substr($0, length(root) + 2), part, "/")
    if (part[1] == "src" && k == 2) is_module[part[2]] = 1
    if ($0 !~ /\.[ch]$/) next
    seen++
    if (part[1] == "src" && k == 3) {
        module[$0] = part[2]
        has[part[2] "/" part[3]] = 1
        if (!(part[3] in owner)) owner[part[3]] = part[2]
    }
    if (part[1] == "include" && k == 3) module[$0] = module_of(substr(part[3], 1, length(part[3]) - 2))
}
END {
    if (!seen) print root ": no source files"
    for (file in module) read_file(file, module[file])
}
EOF
}

check() {
    root=$1
    find "$root/src" "$root/include" | LC_ALL=C sort | awk -v root="$root" "$(judge_program)" > "$report"
    LC_ALL=C sort "$report"
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

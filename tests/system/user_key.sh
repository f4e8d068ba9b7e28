#!/bin/bash
# user_key.sh - who may use the server: users and keys from the command line.
. "$(dirname "$0")/lib.sh"
store=sqlite:$work/access.db
sentence='a long sentence is easy to keep'

# with PASSWORD ARGS...: the password on standard input
with() {
    local password=$1
    shift
    printf '%s\n' "$password" | timeout 60 "$PITBOARD" "$@" >"$work/out" 2>"$work/err"
    code=$?
}

# ---- users ----
with "$sentence" user add ann --role admin --store "$store"
[ "$code" = 0 ] || fail "add: $(cat "$work/err")"
grep -q 'ann of team main: added' "$work/out" || fail "add says: $(cat "$work/out")"
with "$sentence" user add bob --team blue --store "$store" --json
jq -e '.done == "added" and .team == "blue" and .user == "bob" and .role == "viewer"' "$work/out" >/dev/null || fail "add --json: $(cat "$work/out")"
with "$sentence" user add ann --store "$store"
[ "$code" = 1 ] && grep -q 'already' "$work/err" || fail "twice: $code $(cat "$work/err")"
accepts user add cal --team blue --no-password --store "$store"
accepts user list --store "$store" --json
jq -e '[.users[] | [.team, .user, .role, .has_password]] == [["blue","bob","viewer",true],["blue","cal","viewer",false],["main","ann","admin",true]]' \
    "$work/out" >/dev/null || fail "list: $(jq -c . "$work/out")"
accepts user list --team main --store "$store"
[ "$(wc -l <"$work/out")" = 2 ] || fail "list of a team: $(cat "$work/out")"
accepts user set bob --team blue --role engineer --store "$store"
with 'another long sentence' user set bob --team blue --password --store "$store"
[ "$code" = 0 ] || fail "set --password: $(cat "$work/err")"
refuses 1 'last admin' user set ann --role viewer --store "$store"
refuses 1 'last admin' user remove ann --store "$store"
accepts user remove bob --team blue --store "$store"
refuses 1 'no user bob' user remove bob --team blue --store "$store"

# ---- keys ----
accepts key add wall --role engineer --days 7 --store "$store"
key=$(cat "$work/out")
[[ $key =~ ^pbk_[0-9a-f]{64}$ ]] || fail "a key: $key"
accepts key add tab --store "$store" --json
jq -e '.role == "viewer" and .expires == null and (.key | startswith("pbk_"))' "$work/out" >/dev/null || fail "key add --json: $(cat "$work/out")"
refuses 1 'already' key add wall --store "$store"
refuses 1 'no team red' key add wall --team red --store "$store"
accepts key list --store "$store" --json
jq -e '[.keys[].name] == ["tab","wall"] and (tostring | contains("pbk_") | not)' "$work/out" >/dev/null || fail "key list: $(cat "$work/out")"
accepts key list --store "$store"
accepts key remove wall --store "$store"
refuses 1 'no key wall' key remove wall --store "$store"

# ---- what is kept, and what was noted ----
accepts db check --store "$store" --json
jq -e '.sound and .server.server_users == 2 and .server.server_teams == 2 and .server.server_audit >= 8' "$work/out" >/dev/null ||
    fail "check: $(jq -c '.findings, .server' "$work/out")"
! grep -qa "$key\|$sentence" "$work/access.db" || fail "a secret lies in the store as it is"

# ---- what is refused ----
with short user add dan --store "$store"
[ "$code" = 1 ] && grep -q 'fewer than 10' "$work/err" || fail "a short password: $code $(cat "$work/err")"
with "$(printf 'x%.0s' {1..2000})" user add dan --store "$store"
[ "$code" = 1 ] && grep -q 'more than' "$work/err" || fail "a huge password: $code $(cat "$work/err")"
refuses 1 'no password' user add dan --store "$store" </dev/null
with "$sentence" user add 'a/b' --store "$store"
[ "$code" = 1 ] || fail "a name with a slash"
refuses 2 'never given there' user add dan "$sentence" --store "$store"
refuses 2 "'root' is no role" user add dan --role root --store "$store"
refuses 2 'which user' user add --store "$store"
refuses 2 'which store' user list
refuses 2 'not one of' user show ann --store "$store"
refuses 2 'what is to change' user set ann --store "$store"
refuses 2 'goes with set' user remove ann --password --store "$store"
refuses 2 'goes with add' user remove ann --no-password --store "$store"
refuses 2 'which key' key add --store "$store"
refuses 2 'go with add' key list --days 3 --store "$store"
refuses 2 'not one of' key show --store "$store"
refuses 1 'no such store' user list --store "sqlite:$work/nowhere.db"
refuses 1 'no such store' key add x --store "sqlite:$work/nowhere.db"
refuses 1 'no such store' user remove ann --store "sqlite:$work/nowhere.db"
refuses 1 'no connection' user list --store postgresql://ann:sesame@127.0.0.1:1/races
! grep -q sesame "$work/err" || fail "the password is in: $(cat "$work/err")"
refuses 1 'no password' user set ann --password --store "$store" </dev/null

# ---- on a terminal nothing is shown, and a stop leaves the terminal as it was ----
if command -v python3 >/dev/null; then
    python3 - "$PITBOARD" "$store" "$sentence" >"$work/tty" 2>&1 <<'EOF' || fail "on a terminal: $(tail -3 "$work/tty")"
import os, pty, signal, sys
signal.alarm(30)
program, store, sentence = sys.argv[1:]

def ask(name, answers):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(program, [program, "user", "add", name, "--store", store])
    seen = b""
    for answer in answers:
        while not seen.rstrip().endswith(b":"):
            seen += os.read(fd, 1000)
        seen += b" "
        os.write(fd, answer)
        seen += os.read(fd, 1000)
    try:
        while True:
            more = os.read(fd, 1000)
            if not more:
                break
            seen += more
    except OSError:
        pass
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()

line = (sentence + "\n").encode()
code, seen = ask("eve", [b"x\x7f" + line, b"oops\x15" + line])
assert code == 0 and "added" in seen and sentence not in seen, (code, seen)
code, seen = ask("fay", [line, b"another sentence\n"])
assert code == 1 and "not the same" in seen, (code, seen)
code, seen = ask("gil", [b"\x03"])
assert code == 1 and "stopped" in seen, (code, seen)
EOF
fi
finish

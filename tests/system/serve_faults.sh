# Things go wrong under load: the store is locked, the disk is full, a folder cannot
# be written. The long form: tests/slow/live_faults.py WHAT SECONDS.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
faults() {
    timeout 300 python3 "$PB_SOURCE_DIR/tests/slow/live_faults.py" "$@"
    case $? in 0 | 77) ;; *) fail "$*" ;; esac
}
faults store 2
faults disk 1
faults queue 1

# What cannot be served is refused at once, with the reason.
refuses 2 "allow-remote" serve --udp 0.0.0.0:20777
refuses 2 "nothing to listen" serve --udp 0 --points-udp 0
refuses 2 "udp://" serve --udp 0 --points-udp 127.0.0.1:0 --forward http://x
refuses 2 "go round" serve --udp 20999 --points-udp 0 --forward udp://localhost:20999
refuses 2 "record" serve --udp 0 --points-udp 127.0.0.1:0 --store postgresql:///x
refuses 2 "port" serve --udp 99999
refuses 1 "no such file\|cannot be made" serve --udp 0 --points-udp 127.0.0.1:0 --record "$work/none/rec"
echo nothing >"$work/file"
refuses 1 "file" serve --udp 0 --points-udp 127.0.0.1:0 --record "$work/file"
mkdir -p "$work/rec" && echo "no recording" >"$work/rec/000001.pbr"
refuses 1 "no recording" serve --udp 0 --points-udp 127.0.0.1:0 --record "$work/rec"
if [ "$(id -u)" != 0 ]; then
    mkdir "$work/fixed" && chmod 555 "$work/fixed"
    refuses 1 "cannot be" serve --udp 0 --points-udp 127.0.0.1:0 --record "$work/fixed"
fi
finish

#!/bin/sh
# need.sh build|test|bench|check ... - makes sure that what a step needs is installed.
#
# Looks for the things themselves (commands, headers, pkg-config modules); what
# is missing is installed with apt-get when this is Debian and we are root or
# may use sudo, and named otherwise.
set -eu

missing=

need() { # package, then a test that is true when it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
have() { command -v "$1"; }

for step in "$@"; do
    case $step in
    build)
        need gcc have gcc
        need libc6-dev test -e /usr/include/stdio.h
        need cmake have cmake
        need ninja-build have ninja
        need pkg-config have pkg-config
        need libjansson-dev pkg-config --exists jansson
        need zlib1g-dev pkg-config --exists zlib
        need g++ have g++
        need libzstd-dev pkg-config --exists libzstd
        need libsimdjson-dev pkg-config --exists simdjson
        need libcurl4-openssl-dev pkg-config --exists libcurl
        need libpq-dev pkg-config --exists libpq
        need libwebsockets-dev pkg-config --exists libwebsockets
        need libssl-dev pkg-config --exists openssl
        need libjwt-dev pkg-config --exists libjwt
        need libsodium-dev pkg-config --exists libsodium
        need libsqlite3-dev pkg-config --exists sqlite3
        need nodejs have node
        need npm have npm
        need libxgboost-dev test -e /usr/include/xgboost/c_api.h
        ;;
    test)
        need libcmocka-dev pkg-config --exists cmocka
        need jq have jq
        need postgresql-15 sh -c 'ls /usr/lib/postgresql/*/bin/initdb'
        need python3 have python3
        need openssl have openssl
        need curl have curl
        need chromium have chromium
        ;;
    bench) # make bench-serve
        need wrk have wrk
        need python3 have python3
        ;;
    check) # what .ci/run wants beyond make test
        need clang have clang
        need libclang-rt-14-dev sh -c 'ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a'
        need clang-tidy have clang-tidy
        need cppcheck have cppcheck
        need valgrind have valgrind
        ;;
    *)
        echo "need.sh: no step called $step" >&2
        exit 2
        ;;
    esac
done

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "missing, and this is not Debian, so please install what these packages hold:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1; then
    sudo=sudo
else
    echo "missing, and we are neither root nor is there sudo; please run: apt-get install$missing" >&2
    exit 1
fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"
$apt update
# shellcheck disable=SC2086 # a list of packages
$apt install --no-install-recommends $missing

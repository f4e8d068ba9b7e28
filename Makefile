# A thin front for CMake; see `make help`.
PREFIX  ?= /usr/local
DESTDIR ?=
JOBS    ?= $(shell nproc)
BIN     := build/release/pitboard
ARGS    ?=

.PHONY: all demo test bench bench-serve bench-web slow refresh install help clean need-build need-test need-check

all: $(BIN)

need-build:
	@tools/need.sh build
need-test:
	@tools/need.sh build test
need-check:
	@tools/need.sh build test check

.PHONY: $(BIN)
$(BIN): need-build
	@cmake --preset release -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX=$(PREFIX) >build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }
	@rm -f build.log
	@cmake --build --preset release -j $(JOBS) -- --quiet
	@echo "built $(BIN)"

demo: $(BIN)
	@$(BIN) demo $(ARGS)

test: need-test
	@cmake --preset release -DBUILD_TESTING=ON
	@cmake --build --preset release -j $(JOBS)
	@ctest --test-dir build/release --output-on-failure -j $(JOBS)

bench: $(BIN)
	@tools/bench.sh $(BIN)

# The server under load: rates, latencies, memory, on this machine.
bench-serve: need-build
	@tools/need.sh bench
	@cmake --preset release -DBUILD_TESTING=OFF >/dev/null
	@cmake --build --preset release -j $(JOBS) --target pitboard ws_load -- --quiet
	@PITBOARD=$(CURDIR)/$(BIN) WS_LOAD=$(CURDIR)/build/release/ws_load python3 bench/serve_load.py

# The dashboard in a browser: size, first paint, time a frame, heap over an hour of race; four minutes.
bench-web: need-test $(BIN)
	@PITBOARD=$(CURDIR)/$(BIN) node web/e2e/perf.mjs --out bench/results/web.json

# Ten minutes of fuzzing for every target, from its kept corpus; every race there is; 200 kills;
# ten minutes of 10,000 points a second.
slow: need-check need-test $(BIN)
	@tools/tidy.sh
	@cmake --preset asan >/dev/null && cmake --build --preset asan -j $(JOBS) -- --quiet && PB_ALL=1 ctest --test-dir build/asan -L long --output-on-failure -j $(JOBS)
	@cmake --preset tsan >/dev/null && cmake --build --preset tsan -j $(JOBS) --target threads_tests -- --quiet && ctest --test-dir build/tsan -L threads --output-on-failure -j $(JOBS)
	@tools/fuzz.sh 600
	@PITBOARD=$(CURDIR)/$(BIN) PB_SOURCE_DIR=$(CURDIR) PB_SHARED_DIR=$(CURDIR)/../shared bash tests/system/every_race.sh || [ $$? = 77 ]
	@PITBOARD=$(CURDIR)/$(BIN) python3 tests/slow/kill_harness.py 200
	@PITBOARD=$(CURDIR)/$(BIN) STRICT=1 tests/slow/load.sh 600
	@PITBOARD=$(CURDIR)/$(BIN) PB_ATTACK=long python3 tests/system/attacks.py

# After a change of the fit or of the shipped prior: the bundled race files and the README's output.
refresh: $(BIN)
	@$(BIN) import auto data/races/*.csv --out data/races
	@tools/man.sh
	@tools/api_routes.sh
	@tools/readme.sh

install: $(BIN)
	@DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX)

clean:
	rm -rf build

help:
	@echo 'make            build $(BIN), installing the build tools first when they are missing (Debian)'
	@echo 'make demo       the 2023 Spanish Grand Prix played again, with advice and the dashboard  [ARGS="--race 2021-21 --speed 50"]'
	@echo 'make test       build and run every test'
	@echo 'make bench      measure this machine: bench/results/'
	@echo 'make bench-serve  the server under load, on loopback'
	@echo 'make bench-web  the dashboard in a browser: size, first paint, time a frame, memory'
	@echo 'make slow       what takes long: 10 minutes of fuzzing per format, every race, 200 kills, 10 minutes of load'
	@echo 'make refresh    derive the bundled race files and the output in README.md anew'
	@echo 'make install    program, libraries, headers, man pages, completion  [PREFIX=/usr/local] [DESTDIR=]'
	@echo 'make clean      remove build/'
	@echo 'Presets for cmake --preset: dev release asan tsan fuzz'

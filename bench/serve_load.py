"""serve_load.py [NAME...] [--seconds N] [--json FILE]: the server under load on loopback, pinned to
core 0, its clients on core 1, limits of rate lifted, a race replayed at x10 meanwhile.

    state      wrk on GET /sessions/{id}/state                  must 20,000/s, p99 5 ms
    recommend  POST /recommendations, 4 a second, evenly         must p99 250 ms
    ws         2,000 WebSocket clients, 10 updates/s each        must p99 50 ms, under 256 MiB
    udp_ws     10,000 points/s over UDP, one client of telemetry must p99 10 ms
    start      from exec to the first answer                     must 300 ms
    memory     a race loaded, 100 clients                        must 150 MiB

PITBOARD names the program, WS_LOAD the client (make bench-serve builds both)."""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "system"))
from pitserver import Server  # noqa: E402

RATES = [x for r in ("anonymous", "signed-in", "costly", "login", "points") for x in (f"--rate-{r}", "0")]
CLIENTS = 2000  # --clients
WS_LOAD = os.environ.get("WS_LOAD", "build/release/ws_load")


def memory_mib(server):
    text = open(f"/proc/{server.process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def cpu_s(server):
    part = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(part[11]) + int(part[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(p * len(values)))]


def serving(*arguments):
    server = Server(["--udp", "0"] + RATES + list(arguments), pin=0)
    return server.start().people()


def replaying(server, speed=10, calls=True):
    made = server.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": speed, "own_car": "VER", "calls": calls},
                      token=server.token["eve"])
    assert made.status in (200, 201, 202), made
    session = made.body["id"]
    server.wait_for(lambda: server.ask("GET", f"/api/v1/sessions/{session}/state", token=server.token["vic"]).status == 200)
    time.sleep(2)
    return session


def wrk(url, token, seconds, extra=(), connections=32):
    out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                          "-H", f"Authorization: Bearer {token}", *extra, url], capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    scale = {"us": 1e-3, "ms": 1, "s": 1e3}[p99.group(2)]
    return {"per_s": rate, "p99_ms": float(p99.group(1)) * scale, "errors": int(errors.group(1)) if errors else 0}


def state(seconds):
    server = serving("--points-udp", "0")
    session, token = replaying(server), server.token["vic"]
    url = f"http://127.0.0.1:{server.port}/api/v1/sessions/{session}/state"
    plain = server.ask("GET", f"/api/v1/sessions/{session}/state", token=token)
    packed = server.ask("GET", f"/api/v1/sessions/{session}/state", token=token, headers={"Accept-Encoding": "gzip"})
    result = {"plain": wrk(url, token, seconds), "gzip": wrk(url, token, seconds, ("-H", "Accept-Encoding: gzip")),
              "bytes": len(json.dumps(plain.body)), "gzip_bytes": len(packed.body)}
    etag = packed.headers["etag"]
    result["not_modified"] = wrk(url, token, seconds, ("-H", f"If-None-Match: {etag}"))
    server.__exit__()
    return result


def recommend(seconds):
    server = serving("--points-udp", "0")
    replaying(server)
    token, took = server.token["vic"], []
    body = {"circuit": "barcelona", "lap": 20, "laps_total": 66, "position": 5, "compound": "MEDIUM", "tyre_age": 19,
            "gap_ahead_s": 2.4, "gap_behind_s": 3.1}

    def ask(i):
        began = time.monotonic()
        answer = server.ask("POST", "/api/v1/recommendations", dict(body, tyre_age=5 + i % 40), token=token)
        took.append(time.monotonic() - began)
        assert answer.status == 200, answer
    began, threads = time.monotonic(), []
    for i in range(int(seconds * 4)):
        time.sleep(max(0, began + i / 4 - time.monotonic()))
        threads.append(threading.Thread(target=ask, args=(i,)))
        threads[-1].start()
    for t in threads:
        t.join()
    server.__exit__()
    return {"n": len(took), "p50_ms": 1e3 * percentile(took, 0.5), "p99_ms": 1e3 * percentile(took, 0.99), "max_ms": 1e3 * max(took)}


def ws_load(server, session, clients, topic, seconds, every_ms, *more):
    out = subprocess.run(["taskset", "-c", "1", WS_LOAD, "--to", f"127.0.0.1:{server.port}", "--token", server.token["vic"],
                          "--session", session, "--topic", topic, "--clients", str(clients), "--seconds", str(seconds),
                          "--every-ms", str(every_ms), *more], capture_output=True, text=True)
    if out.returncode != 0:
        raise RuntimeError(out.stderr[-2000:])
    return json.loads(out.stdout)


def watch_peak(server, peak, going):
    while going:
        peak.append(memory_mib(server))
        time.sleep(0.2)


def ws(seconds):
    """All cars' telemetry, 200 points a second, ten messages a second for each of 2,000 clients."""
    port = 20000 + os.getpid() % 10000
    server = serving("--points-udp", str(port))
    replaying(server)
    peak, going, cpu = [], [1], cpu_s(server)
    thread = threading.Thread(target=watch_peak, args=(server, peak, going))
    thread.start()
    result = ws_load(server, "live", CLIENTS, "telemetry", seconds, 100, "--points-udp", f"127.0.0.1:{port}", "--points-per-s", "200")
    going.clear()
    thread.join()
    result.update(rss_mib=max(peak), cpu_s=cpu_s(server) - cpu)
    server.__exit__()
    return result


def udp_ws(seconds):
    port = 20000 + os.getpid() % 10000
    server = serving("--points-udp", str(port))
    cpu = cpu_s(server)
    result = ws_load(server, "live", 1, "telemetry", seconds, 2, "--points-udp", f"127.0.0.1:{port}", "--points-per-s", "10000")
    result["cpu_s"] = cpu_s(server) - cpu
    server.__exit__()
    return result


def start(_seconds):
    took = []
    for _ in range(7):
        server = Server(["--udp", "0", "--points-udp", "0"])
        server.start()
        assert server.ask("GET", "/healthz").status == 200
        took.append(1e3 * (time.monotonic() - server.began))
        server.__exit__()
    return {"runs": len(took), "median_ms": percentile(took, 0.5), "max_ms": max(took)}


def memory(_seconds):
    server = serving()
    session = replaying(server)
    alone = memory_mib(server)
    thread = threading.Thread(target=lambda: ws_load(server, session, 100, "state", 6, 100))
    thread.start()
    time.sleep(4)
    with_clients = memory_mib(server)
    thread.join()
    server.__exit__()
    return {"race_mib": alone, "clients_100_mib": with_clients}


def main():
    names = {f.__name__: f for f in (state, recommend, ws, udp_ws, start, memory)}
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="of ws; fewer for a sanitizer")
    given = parser.parse_args()
    globals()["CLIENTS"] = given.clients
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    results = {"machine": cpu.group(1) if cpu else platform.processor(), "seconds": given.seconds, "results": {}}
    for name in given.names or names:
        results["results"][name] = names[name](given.seconds)
        print(name, json.dumps(results["results"][name]), flush=True)
    if given.json:
        with open(given.json, "w") as f:
            json.dump(results, f, indent=1)
            f.write("\n")


main()

"""load.py SECONDS [RATE]: RATE points a second over UDP (10,000) into `pitboard serve` with a
record and a store. Fails when a point is lost; prints latency, processor and memory.
STRICT=1 also holds the marks: p99 under 5 ms, under 15 % of a core, memory flat.

PITBOARD names the program."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

from live_load import Serve, fail, replay


def send(port, rate, seconds, sent):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(("127.0.0.1", port))
    start, n = time.monotonic(), 0
    while (now := time.monotonic() - start) < seconds:
        due = int(now * rate)
        for n in range(n, min(due, n + 200)):
            s.send(b'{"time":%.6f,"car":%d,"lap":%d,"lapdist_m":%d,"speed_kmh":%d,"accx_g":%.2f,"accy_g":%.2f,"steering_deg":%d,'
                   b'"pbrake_f_bar":%d,"pbrake_r_bar":%d,"rpm":%d,"aps_pct":%d,"gear":%d}'
                   % (time.time(), 1 + n % 20, 1 + n // 900000, n // 20 % 5000, 100 + n % 180, n % 30 / 10 - 1.5,
                      n % 40 / 10 - 2, n % 90 - 45, n % 60, n % 50, 4000 + n % 3000, n % 100, 1 + n % 6))
        n += 1 if due > n else 0
        time.sleep(0.001)
    sent.append(n)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    work = tempfile.mkdtemp(prefix="pb_load_")
    serve = Serve(0, work + "/rec", f"sqlite:{work}/live.db", "--segment-mib", "64", "--status-ms", "1000")
    serve.wait_ready()
    cpu, memory, sent = [], [], []
    sender = threading.Thread(target=send, args=(serve.port, rate, seconds, sent), daemon=True)
    sender.start()
    last = None
    while sender.is_alive():
        time.sleep(0.2)
        if serve.status is not last and serve.status["records_per_s"] > rate / 2:
            last = serve.status
            cpu.append(last["cpu_frac"])
            memory.append(last["rss_kb"])
    time.sleep(1.5)
    serve.wait_stored(60)
    status = serve.status
    if serve.end(signal.SIGTERM) != 0:
        fail("serve did not end well: " + serve.process.stderr.read())
    again = replay(work + "/rec")
    shutil.rmtree(work)
    quarter = max(1, len(memory) // 4)
    early, late = max(memory[:2 * quarter]), max(memory[-quarter:])
    latency = status["latency"]
    print(f"{sent[0]} points in {seconds:.0f} s: {status['received']} received, {status['points']} in windows, "
          f"{again['points']} in the record; {status['dropped']} dropped; p50 {latency['p50_ms']} ms, p99 "
          f"{latency['p99_ms']} ms, most {latency['max_ms']} ms; {100 * sum(cpu) / len(cpu):.1f} % of a core; "
          f"{early / 1024:.1f} MiB in the first half, {late / 1024:.1f} MiB at the end")
    if not sent[0] == status["received"] == status["points"] == again["points"] or status["dropped"]:
        fail("points were lost")
    if os.environ.get("STRICT") and (latency["p99_ms"] > 5 or sum(cpu) / len(cpu) > 0.15 or late > early * 1.05):
        fail("a mark was not held")


main()

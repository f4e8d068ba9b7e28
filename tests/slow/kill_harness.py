"""kill_harness.py N: kills `pitboard serve` with SIGKILL at N random moments under load.

A sender gives every point a number of its own. After each kill: every record that was
called durable before it is in the recording, once, in order. At the end: the recording
read by a reader of our own (docs/formats/recording.md), the store against a replay of the
recording into a new one, the store's own check, and the state against the replay's.

PITBOARD names the program; SEED, RATE (points a second) may be set."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from live_load import PITBOARD, Sender, Serve, fail, recording, replay


# ---- the store ----
def rows(path, table, columns="*"):
    db = sqlite3.connect(path)
    got = db.execute(f"SELECT {columns} FROM {table}").fetchall()
    db.close()
    return set(got), len(got)


def compare(live, again):
    for table in ("live_laps", "live_events", "live_stints", "live_weather", "live_messages", "live_gaps",
                  "live_calls", "live_chunks"):
        a, b = rows(live, table), rows(again, table)
        if a != b:
            fail(f"{table}: {len(a[0] - b[0])} rows only in the store, {len(b[0] - a[0])} only in the replay: "
                 + str(list(a[0] ^ b[0])[:2])[:400])
    a, b = rows(live, "live_windows"), rows(again, "live_windows")
    if not a[0] <= b[0] or a[1] != len(a[0]):  # the replay closes those that were open at the end
        fail(f"live_windows: {len(a[0] - b[0])} rows are not in the replay")
    return rows(live, "live_windows")[1]


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
    chance = random.Random(seed)
    work = tempfile.mkdtemp(prefix="pb_kill_")
    sender = Sender()
    promised = 0
    started = time.monotonic()
    for kill in range(kills):
        serve = Serve(sender.port, work + "/rec", f"sqlite:{work}/live.db")
        serve.wait_ready()
        if kill == 0:
            sender.port = serve.port
            sender.start()
        time.sleep(chance.choice((0.0, 0.02, 0.05, 0.1, 0.3, 0.6)) * chance.random() * 2 + 0.01)
        serve.end(signal.SIGKILL)
        promised = max(promised, serve.durable)
        got = replay(work + "/rec")
        n = sum(got["records"].values())
        if n < promised or got["lost"] or got["damaged"]:
            fail(f"kill {kill}: {promised} records were called durable, {n} are there, {got['lost']} lost, "
                 f"{got['damaged']} damaged (SEED={seed})")
    sender.going = False
    if kills > 0:
        sender.join()
    serve = Serve(0, work + "/rec", f"sqlite:{work}/live.db", "--state", work + "/live.json")
    serve.wait_ready()
    serve.wait_stored(60)
    if serve.end(signal.SIGTERM) != 0:
        fail("serve did not end well: " + serve.process.stderr.read())

    frames = recording(work + "/rec")
    numbers = [seq for seq, kind, body in frames]
    if numbers != list(range(1, len(frames) + 1)):
        fail("numbers of the recording do not rise by one")
    marks = [(point["x_m"], point["y_m"]) for point in (json.loads(body) for seq, kind, body in frames if kind == 3)]
    if len(set(marks)) != len(marks):
        fail("a datagram was recorded twice")
    again = replay(work + "/rec", "--store", f"sqlite:{work}/again.db", "--state", work + "/again.json")
    windows = compare(work + "/live.db", work + "/again.db")
    stored = sum(r[0] for r in sqlite3.connect(work + "/live.db").execute("SELECT points FROM live_chunks"))
    if stored != again["points"] or stored < len(marks):
        fail(f"{len(marks)} points recorded, {stored} stored, {again['points']} in the replay")
    check = subprocess.run([PITBOARD, "db", "check", "--store", f"sqlite:{work}/live.db"], capture_output=True, text=True)
    if check.returncode != 0:
        fail("the store's check: " + check.stdout + check.stderr)
    if open(work + "/live.json").read() != open(work + "/again.json").read():
        fail("the state differs from that of a replay: " + work)
    shutil.rmtree(work)
    print(f"{kills} kills in {time.monotonic() - started:.0f} s (SEED={seed}): {len(frames)} records, {promised} promised, "
          f"{len(marks)} points, {stored} stored, {windows} windows; none missing, none twice, the state as replayed")


main()

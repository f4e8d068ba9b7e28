"""kill_harness.py N: kills `pitboard serve` with SIGKILL at N random moments under load.

A sender gives every point a number of its own. After each kill: every record that was
called durable before it is in the recording, once, in order. At the end: the recording
read by a reader of our own (docs/formats/recording.md), the store against a replay of the
recording into a new one, the store's own check, and the state against the replay's.

PITBOARD names the program; SEED, RATE (points a second) may be set."""

import glob
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

PITBOARD = os.environ["PITBOARD"]
RATE = int(os.environ.get("RATE", "3000"))


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


# ---- the recording, read by the description alone ----
def segment_frames(path, known_mark):
    data = open(path, "rb").read()
    if len(data) < 64 or data[:8] != b"PBRECORD":
        return known_mark, [], len(data)
    version, total = struct.unpack_from("<II", data, 8)
    if version != 1 or zlib.crc32(data[16:64]) != total:
        fail(f"{path}: the header does not sum up")
    mark = struct.unpack_from("<I", data, 32)[0]
    at, frames = 64, []
    while at + 40 <= len(data):
        m, crc, length, kind, flags, port, seq, received, mono = struct.unpack_from("<IIIBBHQqq", data, at)
        end = at + 40 + length
        if m != mark or end > len(data) or zlib.crc32(data[at + 8:end]) != crc:
            break
        frames.append((seq, kind, data[at + 40:end]))
        at += 40 + (length + 7) // 8 * 8
    return mark, frames, len(data) - at


def recording(folder):
    frames, mark = [], None
    for path in sorted(glob.glob(folder + "/*.pbr")):
        mark, some, rest = segment_frames(path, mark)
        frames += some
        if rest > 0 and path != sorted(glob.glob(folder + "/*.pbr"))[-1]:
            fail(f"{path}: {rest} bytes behind the last frame of a segment that is over")
    return frames


# ---- load ----
class Sender(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.port, self.number, self.laps, self.going = 0, 0, 0, True
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self, body):
        try:
            self.socket.sendto(body.encode(), ("127.0.0.1", self.port))
        except OSError:
            pass

    def run(self):
        started = time.monotonic()
        while self.going:
            due = int((time.monotonic() - started) * RATE)
            while self.number < due:
                self.number += 1
                n = self.number
                self.send('{"time":%.6f,"car":%d,"lap":%d,"lapdist_m":%d,"speed_kmh":%d,"accx_g":0.2,"x_m":%d}'
                          % (time.time(), 1 + n % 10, 1 + self.laps // 10, n % 5000, 100 + n % 150, n))
                if n % 200 == 0:
                    self.laps += 1
                    self.send('{"event":"lap","origin":"hand","car":%d,"lap":%d,"value":%d,"session_ms":%d}'
                              % (1 + self.laps % 10, 1 + self.laps // 10, 80000 + n % 9000, 90000 * (1 + self.laps // 10)))
            time.sleep(0.002)


class Serve:
    def __init__(self, work, port, *more):
        self.durable = self.applied = self.lag = 0
        self.port, self.seen = None, threading.Event()
        self.process = subprocess.Popen(
            [PITBOARD, "serve", "--udp", "0", "--points-udp", f"127.0.0.1:{port}", "--record", work + "/rec",
             "--store", f"sqlite:{work}/live.db", "--segment-mib", "1", "--status-ms", "20", "--json", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            try:
                status = json.loads(line)
            except ValueError:
                continue  # the last one may be cut
            self.status = status
            self.durable = status["durable_seq"]
            self.applied = status["applied_seq"]
            self.port = status["points_port"]
            self.seen.set()

    def wait_ready(self):
        if not self.seen.wait(60):
            self.process.kill()
            fail("no state within 60 s: " + self.process.stderr.read())

    def end(self, sign):
        self.process.send_signal(sign)
        code = self.process.wait(60)
        self.reader.join()
        return code


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


def replay(work, *more):
    done = subprocess.run([PITBOARD, "replay", work + "/rec", "--json", *more], capture_output=True, text=True)
    if done.returncode != 0:
        fail("replay: " + done.stderr)
    return json.loads(done.stdout)


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
    chance = random.Random(seed)
    work = tempfile.mkdtemp(prefix="pb_kill_")
    sender = Sender()
    promised = 0
    started = time.monotonic()
    for kill in range(kills):
        serve = Serve(work, sender.port)
        serve.wait_ready()
        if kill == 0:
            sender.port = serve.port
            sender.start()
        time.sleep(chance.choice((0.0, 0.02, 0.05, 0.1, 0.3, 0.6)) * chance.random() * 2 + 0.01)
        serve.end(signal.SIGKILL)
        promised = max(promised, serve.durable)
        got = replay(work)
        n = sum(got["records"].values())
        if n < promised or got["lost"] or got["damaged"]:
            fail(f"kill {kill}: {promised} records were called durable, {n} are there, {got['lost']} lost, "
                 f"{got['damaged']} damaged (SEED={seed})")
    sender.going = False
    if kills > 0:
        sender.join()
    serve = Serve(work, 0, "--state", work + "/live.json")
    serve.wait_ready()
    until = time.monotonic() + 60
    while (serve.status["recovering"] or serve.applied < serve.durable) and time.monotonic() < until:
        time.sleep(0.05)
    if serve.end(signal.SIGTERM) != 0:
        fail("serve did not end well: " + serve.process.stderr.read())

    frames = recording(work + "/rec")
    numbers = [seq for seq, kind, body in frames]
    if numbers != list(range(1, len(frames) + 1)):
        fail("numbers of the recording do not rise by one")
    marks = [json.loads(body)["x_m"] for seq, kind, body in frames if kind == 3]
    if len(set(marks)) != len(marks):
        fail("a datagram was recorded twice")
    again = replay(work, "--store", f"sqlite:{work}/again.db", "--state", work + "/again.json")
    windows = compare(work + "/live.db", work + "/again.db")
    stored = sum(r[0] for r in sqlite3.connect(work + "/live.db").execute("SELECT points FROM live_chunks"))
    if stored != again["points"] or stored + again["refused"] < len(marks):
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

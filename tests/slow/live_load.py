"""live_load.py - what the tests of `pitboard serve` share: a sender that numbers its
points, the program under it, and a reader of recordings made from the description
(docs/formats/recording.md) alone."""

import glob
import json
import os
import socket
import struct
import subprocess
import sys
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
                self.send('{"time":%.6f,"car":%d,"lap":%d,"lapdist_m":%d,"speed_kmh":%d,"accx_g":0.2,"x_m":%d,"y_m":%d}'
                          % (time.time(), 1 + n % 10, 1 + self.laps // 10, n % 5000, 100 + n % 150, n % 100000, n // 100000))
                if n % 200 == 0:
                    self.laps += 1
                    self.send('{"event":"lap","origin":"hand","car":%d,"lap":%d,"value":%d,"session_ms":%d}'
                              % (1 + self.laps % 10, 1 + self.laps // 10, 80000 + n % 9000, 90000 * (1 + self.laps // 10)))
            time.sleep(0.002)


class Serve:
    """One run of the program; what it says of itself, read as it comes."""

    def __init__(self, port, record, store, *more):
        self.durable = self.applied = 0
        self.port, self.status, self.states, self.seen = None, {}, set(), threading.Event()
        self.process = subprocess.Popen(
            [PITBOARD, "serve", "--udp", "0", "--points-udp", f"127.0.0.1:{port}", "--record", record,
             "--segment-mib", "1", "--status-ms", "20", "--json", *(["--store", store] if store else []), *more],
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
            self.states.add((status["record"]["state"], status["store"]["state"]))
            self.durable = status["durable_seq"]
            self.applied = status["applied_seq"]
            self.port = status["points_port"]
            self.seen.set()

    def wait_ready(self):
        if not self.seen.wait(60):
            self.process.kill()
            fail("no state within 60 s: " + self.process.stderr.read())

    def wait_until(self, true, seconds):
        until = time.monotonic() + seconds
        while not true(self.status) and time.monotonic() < until:
            if self.process.poll() is not None:
                fail("serve ended by itself: " + self.process.stderr.read())
            time.sleep(0.02)
        return true(self.status)

    def wait_stored(self, seconds):
        if not self.wait_until(lambda s: not s["recovering"] and s["applied_seq"] == s["durable_seq"] == s["seq"],
                               seconds):
            fail(f"the store has not caught up within {seconds} s: {json.dumps(self.status)}")

    def end(self, sign):
        self.process.send_signal(sign)
        code = self.process.wait(60)
        self.reader.join()
        return code


def replay(path, *more):
    done = subprocess.run([PITBOARD, "replay", path, "--json", *more], capture_output=True, text=True)
    if done.returncode != 0:
        fail("replay: " + done.stderr)
    return json.loads(done.stdout)

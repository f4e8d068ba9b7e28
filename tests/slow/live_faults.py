"""live_faults.py WHAT SECONDS: things go wrong for SECONDS under load, and nothing is lost
within the bounds that were set.

    store   another process holds the lock of the SQLite store
    disk    the disk of the record is full (needs root: a small tmpfs)
    queue   as disk, for longer than the queue holds: what is lost is counted, to the record
    url     STORE names a store that somebody else stops and starts meanwhile; CHECK is a
            command that prints its number of points

PITBOARD names the program."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from live_load import PITBOARD, Sender, Serve, fail, recording, replay


class Run:
    def __init__(self, store, *more, record=None):
        self.work = tempfile.mkdtemp(prefix="pb_fault_")
        self.store = store or f"sqlite:{self.work}/live.db"
        self.record = record or self.work + "/rec"
        self.serve = Serve(0, self.record, self.store, *more)
        self.serve.wait_ready()
        self.sender = Sender()
        self.sender.port = self.serve.port
        self.sender.start()
        time.sleep(0.5)

    def calm(self, seconds=1.0):
        """Load goes on a while, ends, and everything is stored."""
        time.sleep(seconds)
        self.sender.going = False
        self.sender.join()
        time.sleep(0.3)
        self.serve.wait_stored(60)
        if self.serve.end(signal.SIGTERM) != 0:
            fail("serve did not end well: " + self.serve.process.stderr.read())

    def check(self, lost):
        s = self.serve.status
        again = replay(self.record)
        if again["lost"] != lost or again["damaged"]:
            fail(f"{again['lost']} records lost in the recording, {lost} counted; {again['damaged']} damaged")
        if s["dropped"] != lost:
            fail(f"{s['dropped']} dropped, {lost} expected")
        if s["processed_seq"] != s["seq"]:
            fail("the live state has not seen everything")
        return again

    def stored(self):
        db = sqlite3.connect(self.store[len("sqlite:"):])
        n = db.execute("SELECT coalesce(sum(points), 0) FROM live_chunks").fetchone()[0]
        db.close()
        return n

    def close(self, text):
        shutil.rmtree(self.work)
        print(text)


def store(seconds):
    run = Run(None)
    holder = sqlite3.connect(run.store[len("sqlite:"):], isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    before, took = run.serve.durable, time.monotonic()
    if not run.serve.wait_until(lambda s: s["store"]["state"] == "stalled", seconds + 10):
        fail("the stall is not told")
    time.sleep(max(0.0, seconds - (time.monotonic() - took)))
    if run.serve.durable < before + 1000 * seconds:
        fail("the record stood still with the store")
    holder.execute("ROLLBACK")
    holder.close()
    run.calm()
    again = run.check(0)
    if run.stored() != again["points"]:
        fail(f"{run.stored()} points stored of {again['points']}")
    run.close(f"store locked for {seconds} s: {again['points']} points, none lost, all stored")


def disk(seconds, queue_mib="32", bounded=False):
    if os.geteuid() != 0:
        print("skipped: only root can make a small disk")
        sys.exit(77)
    small = tempfile.mkdtemp(prefix="pb_disk_")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", small], stderr=subprocess.DEVNULL).returncode:
        os.rmdir(small)
        print("skipped: no small disk can be mounted here")
        sys.exit(77)
    try:
        run = Run(None, "--queue-mib", queue_mib, record=small + "/rec")
        with open(small + "/filler", "wb", buffering=0) as filler:  # what a buffer holds is tried again when it is closed
            try:
                while True:
                    filler.write(bytes(65536))
            except OSError:
                pass
        if not run.serve.wait_until(lambda s: s["record"]["state"] == "stalled", 30):
            fail("the full disk is not told")
        why, durable, points = run.serve.status["record"]["why"], run.serve.durable, run.serve.status["points"]
        if "space" not in why:
            fail("the reason is not told: " + why)
        if bounded:
            run.serve.wait_until(lambda s: s["dropped"] > 0, 120)
        time.sleep(seconds)
        if run.serve.status["points"] <= points:
            fail("the live state stood still with the disk")
        if run.serve.durable > durable + 40000:
            fail("records are called durable that cannot be")
        os.unlink(small + "/filler")
        if not run.serve.wait_until(lambda s: s["record"]["state"] == "ok", 30):
            fail("there is room, and nothing is recorded")
        run.calm()
        lost = run.serve.status["sources"]["points"]["dropped_record"] + run.serve.status["sources"]["event"]["dropped_record"]
        if bounded == (lost == 0):
            fail(f"{lost} records lost with a queue of {queue_mib} MiB")
        again = run.check(lost)
        if run.stored() != again["points"]:
            fail(f"{run.stored()} points stored of {again['points']}")
        run.close(f"disk full for {seconds} s: {again['points']} points, {lost} lost and counted")
    finally:
        subprocess.run(["umount", "--lazy", small], check=False)  # after a failure the server may still be there
        os.rmdir(small)


def url(seconds):
    run = Run(os.environ["STORE"])
    if not run.serve.wait_until(lambda s: s["store"]["state"] == "stalled", 60):
        fail("that the store is gone is not told")
    if not run.serve.wait_until(lambda s: s["store"]["state"] in ("ok", "behind"), seconds + 60):
        fail("the store is back, and nothing is stored")
    run.calm()
    again = run.check(0)
    stored = int(subprocess.run(os.environ["CHECK"], shell=True, capture_output=True, text=True).stdout.strip() or -1)
    if stored != again["points"]:
        fail(f"{stored} points stored of {again['points']}")
    frames = [seq for seq, kind, body in recording(run.record)]
    if frames != list(range(1, len(frames) + 1)):
        fail("the recording is not in order")
    run.close(f"store away: {again['points']} points, none lost, all stored, {run.serve.status['store']['failures']} attempts failed")


def main():
    what, seconds = sys.argv[1], float(sys.argv[2])
    if what == "store":
        store(seconds)
    elif what == "disk":
        disk(seconds)
    elif what == "queue":
        disk(seconds, "1", True)
    elif what == "url":
        url(seconds)
    else:
        fail("store, disk, queue or url")


main()

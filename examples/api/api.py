#!/usr/bin/env python3
"""api.py - the API of `pitboard serve` from Python: nothing but the standard library.

    PITBOARD_URL=http://127.0.0.1:8080 PITBOARD_KEY=... python3 api.py
"""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """What went wrong, as the server tells it (RFC 9457); id names the request in its log."""

    def __init__(self, problem):
        super().__init__("%s %s (request %s)" % (problem["status"], problem.get("detail", problem["title"]), problem["id"]))
        self.status, self.pointer = problem["status"], problem.get("pointer")


class Pitboard:
    def __init__(self, url, key=None):
        self.url, self.key, self.seen = url.rstrip("/"), key, {}  # seen: path -> (etag, answer)

    def ask(self, method, path, body=None, **query):
        path += "?" + urllib.parse.urlencode(query) if query else ""
        request = urllib.request.Request(self.url + path, method=method)
        if self.key:
            request.add_header("x-api-key", self.key)
        if body is not None:
            request.add_header("content-type", "application/json")
            request.data = json.dumps(body).encode()
        if method == "GET" and path in self.seen:
            request.add_header("if-none-match", self.seen[path][0])
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                value = json.load(answer) if answer.status != 204 else None
                if method == "GET" and answer.headers["etag"]:
                    self.seen[path] = answer.headers["etag"], value
                return value
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:  # nothing changed: what we have is right
                    return self.seen[path][1]
                if error.code == 429:  # too fast: the server says how long to wait
                    time.sleep(float(error.headers["retry-after"] or 1))
                    return self.ask(method, path, body)
                raise Problem(json.load(error)) from None

    def items(self, path, **query):
        """All of a list, page by page."""
        while True:
            page = self.ask("GET", path, **query)
            yield from page["items"]
            if not page["next"]:
                return
            query["cursor"] = page["next"]

    def work(self, path, body):
        """An answer that may take long: then it is a job, and this waits for it."""
        answer = self.ask("POST", path, body)
        while "status_url" in answer:
            time.sleep(0.2)
            job = self.ask("GET", answer["status_url"])
            if job["state"] == "done":
                return job["result"]
            if job["state"] in ("failed", "cancelled"):
                raise Problem(dict(job["error"] or {"status": 0, "title": job["state"]}, id=job["id"]))
        return answer


def main():
    pitboard = Pitboard(os.environ.get("PITBOARD_URL", "http://127.0.0.1:8080"), os.environ.get("PITBOARD_KEY"))

    print("-- how each car of a race changed its tyres")
    for stint in pitboard.items("/api/v1/races/2023-07/stints", driver="VER"):
        print("VER  laps %2d - %2d  %s" % (stint["from_lap"], stint["to_lap"], stint["compound"]))

    print("-- who would have won, from the grid")
    simulated = pitboard.work("/api/v1/simulations", {"race": "2023-07", "trials": 5000, "seed": 1})
    for car in sorted(simulated["cars"], key=lambda c: -c["p_win"])[:3]:
        print("%s  win %4.1f %%  podium %4.1f %%" % (car["car"], 100 * car["p_win"], 100 * car["p_podium"]))

    print("-- what to do now, from a few facts")
    call = pitboard.ask("POST", "/api/v1/recommendations", {
        "circuit": "monza", "lap": 20, "driver": "LEC", "position": 3, "compound": "MEDIUM", "tyre_age": 19, "gap_ahead_s": 1.4, "gap_behind_s": 3.2})
    first = call["actions"][0]
    print("%s %s: %s" % (first["action"], first["compound"] or "", first["radio"]))
    for fact in first["evidence"]:
        print("  because " + fact["text"])
    print("  %d things were assumed" % len(call["assumed"]))

    print("-- what is going on")
    for session in pitboard.items("/api/v1/sessions"):
        state = pitboard.ask("GET", "/api/v1/sessions/%s/state" % session["id"])
        lap = state["race"]["lap"]
        print(session["id"], session["state"], "lap %d of %d" % (lap, state["race"]["laps_total"]) if lap else "no lap yet", sep="  ")

    print("-- what a mistake looks like")
    try:
        pitboard.ask("POST", "/api/v1/simulations", {"race": "2023-07", "trials": -1})
    except Problem as problem:
        print(problem.status, problem.pointer)


if __name__ == "__main__":
    try:
        main()
    except (Problem, urllib.error.URLError) as error:
        sys.exit("api.py: %s" % error)

#!/usr/bin/env python3
"""http_server.py TREE PORTFILE BUCKETS - a small HTTP server for the system tests.

    /v1/...          OpenF1, made from the laps of data/races/2023_07_spanish.csv
    /ergast/f1/...   jolpica, from the same laps, 100 rows a page
    /BUCKET/KEY      an S3-compatible store over the folder BUCKETS, signatures checked
                     (key id TESTKEY, secret t0ps3cret), by code of its own
    /_set?match=TEXT&faults=A,B,...   the next requests whose path holds TEXT go wrong:
                     429 500 503   that status (429:N with Retry-After N)
                     cut           the connection ends half way
                     none          it ends before anything
                     long short    Content-Length says more (then closes) or less than there is
                     html          200 and a page that is no data
                     drip          slowly: 64 kB every 20 ms
                     stall         half of it, then nothing for 5 s
    /_log            requests so far, one a line: PATH?QUERY [Range]
"""
import csv
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TREE, PORTFILE, BUCKETS = sys.argv[1:4]
KEY_ID, SECRET, PAGE_KEYS = "TESTKEY", "t0ps3cret", 3

# ---- one race ----
with open(os.path.join(TREE, "data/races/2023_07_spanish.csv"), encoding="utf-8") as f:
    LAPS = list(csv.DictReader(f))
DRIVERS = {}
for row in LAPS:
    DRIVERS.setdefault(row["Driver"], row)
LAST = {}
for row in LAPS:
    LAST[row["Driver"]] = row
ORDER = sorted(LAST, key=lambda d: (-int(LAST[d]["LapNumber"]), int(LAST[d]["Position"] or 99)))


def clock(seconds):
    return "%d:%06.3f" % (int(float(seconds) // 60), float(seconds) % 60)


# ---- OpenF1 ----
def sessions():
    races = [(1141, "Bahrain", "03-05", False), (1142, "Saudi Arabia", "03-19", False), (1143, "Australia", "04-02", False),
             (1207, "Azerbaijan", "04-30", False), (1208, "United States", "05-07", False), (1209, "Italy", "05-21", True),
             (1210, "Monaco", "05-28", False), (1211, "Spain", "06-04", False), (1212, "Canada", "06-18", False)]
    return [{"session_key": 9102 if meeting == 1211 else meeting * 2, "meeting_key": meeting, "year": 2023, "session_name": "Race",
             "session_type": "Race", "country_name": place, "date_start": "2023-%sT13:00:00+00:00" % day,
             "is_cancelled": cancelled} for meeting, place, day, cancelled in reversed(races)] + [
        {"session_key": 9098, "meeting_key": 1211, "year": 2023, "session_name": "Practice 1", "country_name": "Spain",
         "date_start": "2023-06-02T11:30:00+00:00", "is_cancelled": False}]


def openf1(name, query):
    key = int(query.get("session_key", ["0"])[0])
    if name == "sessions":
        return [s for s in sessions() if key in (0, s["session_key"]) and
                query.get("session_name", [s["session_name"]])[0] == s["session_name"]]
    base = {"session_key": 9102, "meeting_key": 1211}
    if key != 9102:
        return None
    if name == "drivers":
        return [dict(base, driver_number=int(r["DriverNumber"]), name_acronym=d, full_name=d, team_name=r["Team"])
                for d, r in DRIVERS.items()]
    if name == "laps":
        return [dict(base, driver_number=int(r["DriverNumber"]), lap_number=int(r["LapNumber"]),
                     lap_duration=float(r["LapTime_s"]) if r["LapTime_s"] else None,
                     date_start="2023-06-04T13:%02d:%06.3f+00:00" % (int(float(r["LapStartTime_s"]) // 60) % 60,
                                                                  float(r["LapStartTime_s"]) % 60),
                     duration_sector_1=float(r["Sector1_s"]) if r["Sector1_s"] else None,
                     duration_sector_2=float(r["Sector2_s"]) if r["Sector2_s"] else None,
                     duration_sector_3=float(r["Sector3_s"]) if r["Sector3_s"] else None, st_speed=300)
                for r in LAPS]
    if name == "stints":
        out = {}
        for r in LAPS:
            s = out.setdefault((r["Driver"], r["Stint"]), dict(base, driver_number=int(r["DriverNumber"]),
                               stint_number=int(r["Stint"]), lap_start=int(r["LapNumber"]), compound=r["Compound"],
                               tyre_age_at_start=int(r["TyreLife"]) - 1))
            s["lap_end"] = int(r["LapNumber"])
        return list(out.values())
    if name == "race_control":
        return []
    return None


# ---- jolpica ----
def race_object():
    return {"season": "2023", "round": "7", "url": "", "raceName": "Spanish Grand Prix", "date": "2023-06-04",
            "time": "13:00:00Z", "Circuit": {"circuitId": "catalunya", "url": "", "circuitName": "Barcelona",
                                             "Location": {"lat": "41.57", "long": "2.26", "locality": "x", "country": "Spain"}}}


def driver(code):
    return {"driverId": code.lower(), "code": code, "permanentNumber": DRIVERS[code]["DriverNumber"], "url": "",
            "givenName": code, "familyName": code.title(), "dateOfBirth": "1990-01-01", "nationality": "x"}


def rows_of(what):
    """(outer key, row) pairs: results one by one, timings with their lap."""
    if what == "results":
        return [(None, {"number": DRIVERS[d]["DriverNumber"], "position": str(i + 1), "positionText": str(i + 1), "points": "0",
                        "Driver": driver(d), "Constructor": {"constructorId": "t" + DRIVERS[d]["Team"][:3].lower(), "url": "",
                        "name": DRIVERS[d]["Team"], "nationality": "x"}, "grid": DRIVERS[d]["GridPosition"] or "0",
                        "laps": LAST[d]["LapNumber"], "status": "Finished"}) for i, d in enumerate(ORDER)]
    if what == "laps":
        laps = sorted(LAPS, key=lambda r: (int(r["LapNumber"]), int(r["Position"] or 99)))
        return [(r["LapNumber"], {"driverId": r["Driver"].lower(), "position": r["Position"], "time": clock(r["LapTime_s"])})
                for r in laps if r["LapTime_s"] and r["Position"]]
    return []


def jolpica(parts, query):
    limit, offset = int(query.get("limit", ["30"])[0]), int(query.get("offset", ["0"])[0])
    limit = min(limit, 100)
    if len(parts) == 1:
        races = [race_object(), dict(race_object(), round="8", raceName="Race of the future", date="2199-01-01")]
        total, page = len(races), races[offset:offset + limit]
    elif parts[:2] != ["2023", "7"]:
        total, page = 0, []
    else:
        rows = rows_of(parts[2])
        total, page, race = len(rows), [], race_object()
        mine = rows[offset:offset + limit]
        if parts[2] == "laps":
            laps = {}
            for lap, timing in mine:
                laps.setdefault(lap, []).append(timing)
            race["Laps"] = [{"number": lap, "Timings": timings} for lap, timings in laps.items()]
        else:
            race["Results"] = [r for _, r in mine]
        page = [race] if mine else []
    return {"MRData": {"xmlns": "", "series": "f1", "url": "", "limit": str(limit), "offset": str(offset), "total": str(total),
                       "RaceTable": {"season": "2023", "Races": page}}}


# ---- S3 ----
def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def s3_refusal(handler):
    """None when the signature is right; else the code of the error."""
    auth = handler.headers.get("Authorization", "")
    if not auth.startswith("AWS4-HMAC-SHA256 "):
        return "AccessDenied"
    fields = dict(part.strip().split("=", 1) for part in auth[len("AWS4-HMAC-SHA256 "):].split(","))
    key_id, day, region, service, _ = fields["Credential"].split("/")
    at = handler.headers["x-amz-date"]
    if key_id != KEY_ID or service != "s3" or not at.startswith(day):
        return "InvalidAccessKeyId"
    if abs(time.time() - time.mktime(time.strptime(at + " UTC", "%Y%m%dT%H%M%SZ %Z")) + time.timezone) > 900:
        return "RequestTimeTooSkewed"
    path, _, query = handler.path.partition("?")
    pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
    quoted = "&".join("%s=%s" % (urllib.parse.quote(k, safe="-_.~"), urllib.parse.quote(v, safe="-_.~")) for k, v in pairs)
    names = fields["SignedHeaders"].split(";")
    head = "".join("%s:%s\n" % (n, " ".join(handler.headers[n].split())) for n in names)
    plain = urllib.parse.quote(urllib.parse.unquote(path), safe="/-_.~")
    canonical = "\n".join([handler.command, plain, quoted, head, ";".join(names), handler.headers["x-amz-content-sha256"]])
    scope = "/".join([day, region, "s3", "aws4_request"])
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for step in (day, region, "s3", "aws4_request"):
        key = sign(key, step)
    right = hmac.compare_digest(sign(key, text).hex(), fields["Signature"])
    return None if right else "SignatureDoesNotMatch"


# Keys that no folder could hold, and that must lead to no file outside of the cache.
ODD = {"odd-bucket": ["../../evil.csv", "/abs.csv", "a//b.csv", ".hidden/x.csv", "x/../../y.csv", "line\nfeed.csv".replace("\n", "\t"),
                      "k" * 1000 + ".csv", "z.csv.pb-meta"]}


def body_of(bucket, key):
    path = os.path.join(TREE, "data/races/2023_07_spanish.csv") if bucket in ODD else os.path.join(BUCKETS, bucket, key)
    with open(path, "rb") as f:
        return f.read()


def s3_keys(bucket):
    if bucket in ODD:
        return sorted(ODD[bucket])
    root = os.path.join(BUCKETS, bucket)
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def etag_of(body):
    return '"%s"' % hashlib.md5(body).hexdigest()


def s3_list(bucket, query):
    prefix, token = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
    keys = [k for k in s3_keys(bucket) if k.startswith(prefix) and k > token]
    page, out = keys[:PAGE_KEYS], []
    for key in page:
        body = body_of(bucket, key)
        out.append("<Contents><Key>%s</Key><LastModified>2023-06-04T00:00:00.000Z</LastModified><ETag>%s</ETag><Size>%d</Size>"
                   "<StorageClass>STANDARD</StorageClass></Contents>" % (escape(key), escape(etag_of(body)), len(body)))
    more = len(keys) > len(page)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>%s</Name>'
            "<Prefix>%s</Prefix><KeyCount>%d</KeyCount><MaxKeys>%d</MaxKeys><IsTruncated>%s</IsTruncated>%s%s</ListBucketResult>"
            % (bucket, escape(prefix), len(page), PAGE_KEYS, "true" if more else "false", "".join(out),
               "<NextContinuationToken>%s</NextContinuationToken>" % escape(page[-1]) if more else "")).encode()


# ---- serving ----
LOCK, FAULTS, LOG = threading.Lock(), [], []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def fault(self):
        with LOCK:
            LOG.append(self.path + (" [%s]" % self.headers["Range"] if self.headers["Range"] else ""))
            for i, (match, kind) in enumerate(FAULTS):
                if match in self.path:
                    del FAULTS[i]
                    return kind
        return ""

    def answer(self, status, body, more=None, fault=""):
        """The body, or what the fault makes of it."""
        if fault == "none":
            self.close_connection = True
            return
        if fault[:3].isdigit():
            status, body = int(fault[:3]), b"{}"
            more = {"Retry-After": fault[4:]} if fault[3:4] == ":" else {}
        if fault == "html":
            body = b"<html>we are being improved</html>"
        length = len(body) + (10 if fault == "long" else -len(body) // 3 if fault == "short" else 0)
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command == "HEAD":
            return
        half = len(body) // 2
        if fault in ("cut", "long", "short", "stall"):
            self.close_connection = True
        if fault == "drip":
            for at in range(0, len(body), 65536):
                self.wfile.write(body[at:at + 65536])
                time.sleep(0.02)
        else:
            self.wfile.write(body[:half] if fault in ("cut", "stall") else body[:length] if fault == "short" else body)
        if fault == "stall":
            self.wfile.flush()
            time.sleep(5)

    def answer_file(self, body, fault):
        """With ETag, If-None-Match, Range and If-Range."""
        etag = etag_of(body)
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, b"", {"ETag": etag}, fault)
        span = self.headers.get("Range", "")
        if span.startswith("bytes=") and self.headers.get("If-Range", etag) == etag:
            start = int(span[6:].split("-")[0])
            if start >= len(body):
                return self.answer(416, b"", {"Content-Range": "bytes */%d" % len(body)}, fault)
            return self.answer(206, body[start:], {"ETag": etag, "Content-Range": "bytes %d-%d/%d" % (start, len(body) - 1, len(body))},
                               fault)
        return self.answer(200, body, {"ETag": etag}, fault)

    def answer_json(self, value, fault):
        if value is None:
            return self.answer(404, b'{"detail":"No results found."}', None, fault)
        return self.answer_file(json.dumps(value).encode(), fault)

    def answer_s3(self, path, query, fault):
        bucket, _, key = path.lstrip("/").partition("/")
        wrong = s3_refusal(self) if bucket not in ("public-bucket", "odd-bucket") else None
        if not wrong and bucket not in ODD and not os.path.isdir(os.path.join(BUCKETS, bucket)):
            wrong = "NoSuchBucket"
        if wrong:
            body = "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>no</Message><Secret>%s</Secret></Error>" % (wrong, SECRET)
            return self.answer(404 if wrong == "NoSuchBucket" else 403, body.encode(), None, fault)
        if not key:
            return self.answer(200, s3_list(bucket, query), None, fault)
        if key not in s3_keys(bucket):
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", None, fault)
        return self.answer_file(body_of(bucket, key), fault)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        path = urllib.parse.unquote(url.path)
        if path == "/_set":
            with LOCK:
                FAULTS.extend((query["match"][0], kind) for kind in query["faults"][0].split(","))
            return self.answer(200, b"")
        if path == "/_log":
            with LOCK:
                return self.answer(200, "".join(line + "\n" for line in LOG).encode())
        fault = self.fault()
        if path.startswith("/v1/"):
            return self.answer_json(openf1(path[4:], query), fault)
        if path.startswith("/ergast/f1/"):
            return self.answer_json(jolpica(path[11:].removesuffix(".json").split("/"), query), fault)
        return self.answer_s3(path, query, fault)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that was killed


server = Server(("127.0.0.1", 0), Handler)
with open(PORTFILE + ".new", "w", encoding="ascii") as f:
    f.write(str(server.server_address[1]))
os.rename(PORTFILE + ".new", PORTFILE)
server.serve_forever()

"""What a server on a network is tried with, while a race goes on: forged tokens, paths out of the
tree, headers split, requests smuggled, too large, too slow, too many, broken WebSockets. Each must be
refused or limited, and the race must not notice: points keep coming in over UDP all the while and
none may be lost. PB_ATTACK=long opens 10,000 connections, and does it all over TLS once more."""
import base64
import hashlib
import hmac
import json
import os
import re
import resource
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

from pitserver import Checks, PASSWORD, Server

check = Checks()
LONG = os.environ.get("PB_ATTACK") == "long"


# ---- the race that goes on ----
class Race(threading.Thread):
    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.going, self.sent = port, True, 0
        self.start()

    def run(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect(("127.0.0.1", self.port))
        while self.going:
            for _ in range(10):
                s.send(b'{"time":%.6f,"car":%d,"lap":1,"speed_kmh":200,"accx_g":0.1}' % (time.time(), 1 + self.sent % 20))
                self.sent += 1
            time.sleep(0.01)


def received(server):
    text = server.ask("GET", "/metrics", token=server.token["ada"]).body.decode()
    found = re.search(r'^pitboard_records_received_total{feed="points"} ([0-9.e+]+)', text, re.M)
    return float(found.group(1)) if found else 0


# ---- raw requests ----
def dial(server, wait=20.0, source=None, protocols=("http/1.1",)):
    s = socket.create_connection(("127.0.0.1", server.port), timeout=wait, source_address=source)
    if not server.secure:
        return s
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(list(protocols))
    return context.wrap_socket(s)


def memory(server):
    """MiB that are in memory."""
    with open(f"/proc/{server.process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) // 1024


def raw(server, data, wait=20.0, source=None):
    """What comes back for these bytes, until the server closes or wait is over."""
    got = b""
    try:
        s = dial(server, wait, source)
        s.sendall(data)
        while True:
            some = s.recv(65536)
            if not some:
                break
            got += some
    except OSError:
        pass
    s.close()
    return got


def statuses(got):
    return [int(x) for x in re.findall(rb"HTTP/1\.1 (\d{3})", got)]


def smuggling(server):
    token = server.token["vic"].encode()
    head = b"Host: x\r\nAuthorization: Bearer " + token + b"\r\n"
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    forms = {
        "both lengths": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
        "two lengths": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length: 4\r\nContent-Length: 44\r\n\r\nabcd" + inner,
        "a negative length": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length: -1\r\n\r\n" + inner,
        "a length of letters": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length: 4x\r\n\r\nabcd" + inner,
        "a length with a plus": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length: +4\r\n\r\nabcd" + inner,
        "an obscured encoding": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd" + inner,
        "a blank before the colon": b"POST /api/v1/recommendations HTTP/1.1\r\n" + head + b"Content-Length : 4\r\n\r\nabcd" + inner,
    }
    for name, data in forms.items():
        got = raw(server, data, 1.0)
        codes = statuses(got)
        check(200 not in codes, "smuggled:", name, codes, got[-300:])


def paths(server):
    for path in ("/../../etc/passwd", "/docs/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/races/..%2f..%2fetc%2fpasswd",
                 "/docs%00.html", "/api/v1/races/%2e%2e", "//etc/passwd", "/api/v1/sessions/live\\..\\x", "/%c0%ae%c0%ae/etc/passwd",
                 "/api/v1/races/" + "A" * 6000):
        got = raw(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        check(statuses(got) and statuses(got)[0] in (400, 401, 404, 414, 431) and b"root:" not in got, "path", path, got[:200])
    for body in ({"replay": "../../etc/passwd"}, {"replay": "/etc/passwd"}, {"replay": "..\\x"}, {"replay": "a/b"}):
        answer = server.ask("POST", "/api/v1/sessions", body, token=server.token["eve"])
        check(answer.status in (404, 422), "replays", body, answer)


def headers(server):
    for value in ("x\r\nSet-Cookie: a=1", "x\nSet-Cookie: a=1", "\x00", "4bf92f3577b34da6a3ce929d0e0e4736\r\nX-Evil: 1"):
        got = raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: " + value.encode() + b"\r\n\r\n")
        head = got.split(b"\r\n\r\n")[0]
        check(b"Set-Cookie" not in head and b"X-Evil" not in head, "header", value, head)
    got = raw(server, b"GET /api/v1/sessions/a%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    check(b"\r\nX-Evil" not in got.split(b"\r\n\r\n")[0], "a path split the head", got[:300])
    for target in ("http://other.example/healthz", "*", "other.example:443"):
        method = "CONNECT" if ":443" in target else "GET"
        got = raw(server, f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        check(200 not in statuses(got), "target", target, got[:200])
    for method in ("TRACE", "CONNECT", "BREW", "get"):
        got = raw(server, f"{method} /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        check(200 not in statuses(got), "method", method, got[:200])


def too_large(server):
    token = server.token["eve"]
    got = raw(server, f"POST /api/v1/telemetry HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 99999999999\r\n\r\n".encode())
    check(413 in statuses(got) or not got, "a body of 100 GB", got[:200])
    got = raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 100000 + b"\r\n\r\n")
    check(200 not in statuses(got), "a head of 100 kB", got[:200])
    got = raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: a\r\n" % i for i in range(5000)) + b"\r\n")
    check(200 not in statuses(got), "5,000 headers", got[:200])
    import gzip
    bomb = gzip.compress(b" " * (200 << 20))
    answer = server.ask("POST", "/api/v1/telemetry", bomb, token=token, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    check(answer.status in (413, 429), "a gzip of 200 MiB", answer)
    deep = b"[" * 100000
    answer = server.ask("POST", "/api/v1/recommendations", deep, token=token, headers={"Content-Type": "application/json"})
    check(answer.status in (400, 413, 422, 429), "100,000 brackets", answer)


# ---- too slow, too many ----
def slow(server):
    """Heads and bodies a byte at a time, and connections that say nothing; others are answered at once."""
    held = []
    count = 10000 if LONG else 600
    for i in range(count):
        try:
            held.append(socket.create_connection(("127.0.0.1", server.port), timeout=1, source_address=(f"127.0.0.{2 + i % 4}", 0)))
            if i % 3 == 0:  # of TLS half a greeting
                held[-1].sendall(b"\x16\x03\x01\x02\x00\x01" if server.secure else b"GET /healthz HTTP/1.1\r\nHo")
        except OSError:
            break
    took = []
    for _ in range(300 if LONG else 20):
        began = time.monotonic()
        check(server.ask("GET", "/healthz").status == 200, "not answered beside slow ones")
        took.append(time.monotonic() - began)
    took.sort()
    check(took[-1] < 2, "answered beside slow ones after", took[-1])
    print(f"{len(held)} connections held (of {resource.getrlimit(resource.RLIMIT_NOFILE)[0]} files), beside them p99 "
          f"{took[len(took) * 99 // 100] * 1000:.1f} ms, slowest {took[-1] * 1000:.1f} ms; {memory(server)} MiB")
    first = held[0]
    first.settimeout(12)
    try:
        got = first.recv(4096)
    except (TimeoutError, ConnectionError):
        got = None
    check(got is not None, "half a head is waited for longer than 12 s")
    for s in held:
        s.close()


# ---- tokens ----
def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def tokens(server):
    good = server.token["vic"]
    head, claims, signature = good.split(".")
    payload = json.loads(base64.urlsafe_b64decode(claims + "=="))
    admin = dict(payload, role="admin")
    forged = {
        "alg none": b64({"alg": "none", "typ": "JWT"}) + "." + b64(admin) + ".",
        "alg None": b64({"alg": "None"}) + "." + b64(admin) + ".",
        "no signature": head + "." + claims + ".",
        "another role": head + "." + b64(admin) + "." + signature,
        "an empty key": "", "two parts": head + "." + claims, "garbage": "a.b.c", "long": "a" * 5000,
        "HS512": None, "wrong key": None,
    }
    body = head + "." + b64(admin)
    forged["wrong key"] = body + "." + b64(hmac.new(b"secret", body.encode(), hashlib.sha256).digest())
    body = b64({"alg": "HS512", "typ": "JWT"}) + "." + b64(admin)
    forged["HS512"] = body + "." + b64(hmac.new(b"secret", body.encode(), hashlib.sha512).digest())
    texts = set()
    for name, token in forged.items():
        answer = server.ask("GET", "/api/v1/sessions", headers={"Authorization": "Bearer " + token})
        check(answer.status in (401, 429), "token:", name, answer)
        if answer.status == 401 and name != "an empty key" and isinstance(answer.body, dict):
            texts.add(answer.body.get("detail"))
    check(len(texts) <= 2, "what is wrong with a token is told:", texts)
    check(server.ask("GET", "/api/v1/sessions", key="pbk_" + "0" * 43).status in (401, 429), "a made-up key")


def refresh_theft(server):
    first = server.refresh["vic"]
    answer = server.ask("POST", "/api/v1/auth/refresh", {"refresh_token": first})
    check(answer.status == 200, "refresh", answer)
    second, access = answer.body["refresh_token"], answer.body["access_token"]
    check(server.ask("POST", "/api/v1/auth/refresh", {"refresh_token": first}).status == 401, "a refresh token works twice")
    check(server.ask("POST", "/api/v1/auth/refresh", {"refresh_token": second}).status == 401, "its family lives on after the theft")
    check(server.ask("GET", "/api/v1/sessions", token=access).status == 401, "access tokens of the family live on")
    server.sign_in("vic")


def guessing(server):
    """Ten a minute: where a check of a password takes seconds, the minute gives some back meanwhile."""
    codes = []
    while 429 not in codes and len(codes) < 100:
        wrong = {"team": "main", "user": "una" if len(codes) % 2 else "nobody", "password": f"wrong {len(codes)} wrong"}
        codes.append(server.ask("POST", "/api/v1/auth/token", wrong).status)
    check(set(codes) == {401, 429} and len(codes) > 5, "guessing goes on:", codes)


# ---- WebSocket ----
def upgrade(server, extra="", wait=20):
    s = dial(server, wait)
    s.sendall((f"GET /ws/v1 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n{extra}\r\n").encode())
    got = b""
    while b"\r\n\r\n" not in got:
        some = s.recv(4096)
        if not some:
            break
        got += some
    return s, got


def frame(opcode, payload, masked=True, final=True, length=None):
    n = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | opcode])
    bit = 0x80 if masked else 0
    head += bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n) if n < 65536 else bytes([bit | 127]) + struct.pack(">Q", n)
    mask = b"\1\2\3\4"
    return head + (mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if masked else payload)


def is_closed(s, wait=20):
    """The close code, 0 for a bare end; None: still open."""
    s.settimeout(wait)
    got = b""
    try:
        while True:
            some = s.recv(65536)
            if not some:
                break
            got += some
    except TimeoutError:
        return None
    except OSError:
        pass
    at = got.rfind(b"\x88")
    return struct.unpack(">H", got[at + 2:at + 4])[0] if at >= 0 and len(got) >= at + 4 else 0


def without_access(server):
    """--auth off: a page must neither change anything from elsewhere nor come by a name that was made to lead here."""
    at = f"localhost:{server.port}"
    for host, origin, may_read, may_change, may_watch in (
            (at, None, True, True, True), (at, "http://" + at, True, True, True), (f"127.0.0.2:{server.port}", None, True, True, True),
            ("evil.example", None, False, False, False), ("127.0.0.1.evil.example", None, False, False, False),
            ("evil.example", "http://evil.example", False, False, False), (at, "https://evil.example", True, False, False),
            (at, "null", True, False, False), (at, "http://localhost:1", True, False, False)):
        head = f"Host: {host}\r\n" + (f"Origin: {origin}\r\n" if origin else "")
        got = raw(server, f"GET /api/v1/sessions HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        check((200 in statuses(got)) == may_read and b"access-control-allow-origin" not in got, "read by", host, origin, got[:200])
        got = raw(server, f"POST /api/v1/recommendations HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: 2\r\n"
                          "Connection: close\r\n\r\n{}".encode())
        check((403 not in statuses(got)) == may_change, "changed by", host, origin, got[:200])
        got = raw(server, f"GET /ws/v1 HTTP/1.1\r\n{head}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                          "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode(), 0.05)
        check((101 in statuses(got)) == may_watch, "watched by", host, origin, got[:200])


def websockets(server):
    bearer = f"Authorization: Bearer {server.token['vic']}\r\n"
    _, got = upgrade(server, bearer + "Origin: https://evil.example\r\n")
    check(b" 101 " not in got, "a page from elsewhere may open a WebSocket", got[:200])
    broken = {
        "unmasked": frame(1, b'{"op":"ping"}', masked=False), "a reserved opcode": frame(3, b"x"), "binary": frame(2, b"\0\1"),
        "no UTF-8": frame(1, b"\xff\xfe"), "a long control frame": frame(9, b"a" * 200), "a claim of 8 EB": frame(1, b"x", length=1 << 62),
        "100 kB": frame(1, b'"' + b"a" * 100000 + b'"'), "a continuation of nothing": frame(0, b"x"),
        "a flood": frame(1, b'{"op":"ping"}') * 3000,
        "nonsense": frame(1, b"}{") * 60,
    }
    for name, data in broken.items():
        s, got = upgrade(server, bearer)
        check(b" 101 " in got, "no upgrade", got[:300])
        try:
            s.sendall(data)
        except OSError:
            pass
        check(is_closed(s) is not None, "WebSocket stays open after", name)
        s.close()
    s, got = upgrade(server)
    if b" 101 " in got:
        s.sendall(frame(1, json.dumps({"op": "subscribe", "id": 1, "session": "live", "topics": ["state"]}).encode()))
        code = is_closed(s, 40)
        check(code is not None, "who does not say who he is stays connected")
    s.close()


# ---- HTTP/2, frames by hand ----
def h2_frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def h2_text(text):
    n = len(text)
    head = bytes([n]) if n < 127 else bytes([127, (n - 127) % 128 | 128, (n - 127) // 128])
    return head + text


def h2_head(method=b"GET", path=b"/healthz", more=b""):
    return b"".join(b"\0" + h2_text(n) + h2_text(v) for n, v in ((b":method", method), (b":scheme", b"https"), (b":path", path),
                                                                 (b":authority", b"localhost"))) + more


def h2(server, data, settings=b""):
    s = dial(server, 5, protocols=("h2",))
    try:
        s.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + h2_frame(4, 0, 0, settings) + data)
    except OSError:
        pass
    return s


def http2(server):
    """What costs its sender nothing must not cost us: memory is bounded, and the connection ends."""
    if not server.secure and is_closed(h2(server, h2_frame(6, 0, 0, b"x")), 1) is None:
        return  # no libnghttp2
    large = b"\x40" + h2_text(b"accept") + h2_text(b"a" * 3900)  # into the table; then a byte each
    ends = {
        "requests taken back": b"".join(h2_frame(1, 5, 2 * i + 1, h2_head()) + h2_frame(3, 0, 2 * i + 1, b"\0\0\0\x08") for i in range(3000)),
        "a head without end": h2_frame(1, 1, 1, h2_head()) + h2_frame(9, 0, 1, b"\0" + h2_text(b"x-a") + h2_text(b"b" * 2000)) * 200,
        "a head out of nothing": h2_frame(1, 5, 1, h2_head(more=large + b"\xbe" * 9000)),
        "a window beyond 2^31": h2_frame(8, 0, 0, b"\x7f\xff\xff\xff") * 2,
        "a frame of 16 MB": b"\xff\xff\xff\0\0\0\0\0\1" + b"a" * 20000,
        "no HPACK": h2_frame(1, 5, 1, b"\xff\xff\xff\xff\xff"),
        "a stream of ours": h2_frame(1, 5, 2, h2_head()),
    }
    for name, data in ends.items():
        check(is_closed(h2(server, data)) is not None, "HTTP/2 goes on after", name)
    for name, more in (("a split value", b"\0" + h2_text(b"x-request-id") + h2_text(b"a\r\nb: c")), ("two paths", b"\0" + h2_text(b":path") + h2_text(b"/docs")),
                       ("chunks", b"\0" + h2_text(b"transfer-encoding") + h2_text(b"chunked")), ("two hosts", b"\0" + h2_text(b"host") + h2_text(b"evil.example"))):
        s = h2(server, h2_frame(1, 5, 1, h2_head(more=more)))
        s.settimeout(0.3)
        got = b""
        try:
            while True:
                got += s.recv(65536)
        except OSError:
            pass
        check(b'"status":"ok"' not in got, "HTTP/2 takes", name, got)
    before, held = memory(server), []
    open_heads = h2_frame(1, 4, 1, h2_head(b"POST", b"/api/v1/telemetry", large))
    open_heads += b"".join(h2_frame(1, 4, 2 * i + 1, h2_head(b"POST", b"/api/v1/telemetry", b"\xbe" * 4)) for i in range(1, 100))
    shut = b"".join(h2_frame(1, 5, 2 * i + 1, h2_head(path=b"/openapi.json")) for i in range(100))
    for _ in range(100 if LONG else 50):
        held.append(h2(server, open_heads))
        held.append(h2(server, shut, b"\0\4\0\0\0\0"))
    other = raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", source=("127.0.0.9", 0))
    check(statuses(other) == [200], "another address is not answered beside open heads and shut windows:", other[:200])
    grown = memory(server) - before
    check(grown < 100, "open heads and shut windows take MiB:", grown)
    for s in held:
        s.close()
    print(f"{len(held)} connections of 100 streams: {grown} MiB more")


# ---- nothing of another team ----
def other_team(server):
    mark = "zebra-crossing"
    made = server.ask("POST", "/api/v1/sessions", {"replay": "2023-07", "speed": 10, "name": mark, "own_car": "HAM"}, token=server.token["eve"])
    check(made.status in (200, 201, 202), "no session", made)
    session = made.body["id"]
    oz = server.token["oz"]
    document = server.ask("GET", "/openapi.json").body
    seen = []
    for path in document["paths"]:
        if "get" not in document["paths"][path]:
            continue
        for filled in (re.sub(r"{\w+}", session, path, count=1), re.sub(r"{\w+}", "x", path)):
            answer = server.ask("GET", re.sub(r"{\w+}", "1", filled), token=oz)
            text = json.dumps(answer.body) if not isinstance(answer.body, bytes) else answer.body.decode(errors="replace")
            if mark in text or "\"eve\"" in text or "\"vic\"" in text or (session in text and session not in filled):
                seen.append((path, answer.status, text[:200]))
    check(not seen, "another team's data:", seen)
    metrics = server.ask("GET", "/metrics", token=server.token["ada"]).body.decode()
    check(mark not in metrics and session not in metrics and "other" not in re.findall(r'team="(\w+)"', metrics), "metrics name a team's session")
    check(server.ask("GET", "/metrics", token=oz).status == 403, "another team's admin sees the server's metrics")
    check(not any(PASSWORD in line or server.token["ada"] in line for line in server.errors), "a secret is in the log")


def ports(server):
    """Nothing but what was asked for is open."""
    inodes = set()
    folder = f"/proc/{server.process.pid}/fd"
    for name in os.listdir(folder):
        try:
            found = re.match(r"socket:\[(\d+)\]", os.readlink(f"{folder}/{name}"))
        except OSError:
            continue
        if found:
            inodes.add(found.group(1))
    open_ports = []
    for kind, listening in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in open(f"/proc/net/{kind}").read().splitlines()[1:]:
            part = line.split()
            if part[9] in inodes and part[3] == listening:
                open_ports.append((kind, part[1].split(":")[0], int(part[1].split(":")[1], 16)))
    want = {("tcp", "0100007F", server.port), ("udp", "0100007F", server.points)}
    check(set(open_ports) == want, "open:", open_ports, "wanted:", want)


def free_port():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    return port


def certificate(folder):
    pair = [os.path.join(folder, name) for name in ("cert.pem", "key.pem")]
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                           "-out", pair[0], "-keyout", pair[1]], capture_output=True)
    return ["--tls-cert", pair[0], "--tls-key", pair[1]] if made.returncode == 0 else None


def attack_all(more=()):
    points = free_port()
    with Server(list(more) + ["--udp", "0", "--points-udp", str(points), "--rate-anonymous", "0", "--rate-signed-in", "0", "--rate-costly", "0",
                 "--rate-login", "200", "--trials", "300"]) as server:
        server.points = points
        server.people()
        race = Race(points)
        for attack in (ports, tokens, paths, headers, smuggling, too_large, refresh_theft, other_team, websockets, http2, guessing, slow):
            began = time.monotonic()
            attack(server)
            check(server.process.poll() is None, "the server is gone after", attack.__name__, "".join(server.errors)[-2000:])
            print(f"{attack.__name__}: {time.monotonic() - began:.1f} s")
        race.going = False
        race.join()
        try:
            server.wait_for(lambda: received(server) >= race.sent, 10)
        except RuntimeError:
            pass
        check(received(server) == race.sent, "points were lost meanwhile:", received(server), "of", race.sent)
        check(server.stop() == 0, "it did not end well")


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    attack_all()
    with Server(["--udp", "0", "--points-udp", "0", "--auth", "off"]) as server:
        without_access(server)
    if LONG:
        with tempfile.TemporaryDirectory() as folder:
            tls = certificate(folder)
            if check(tls, "openssl makes no certificate"):
                print("---- over TLS")
                attack_all(tls)
    check.end()


if __name__ == "__main__":
    main()

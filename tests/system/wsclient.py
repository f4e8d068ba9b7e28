"""A WebSocket client of the standard library that comes back by itself, as docs/websocket.md says:
connect, say who, resume the stream that is known; when it is unknown, subscribe anew.

    w = Watcher(lambda: port, token, {"op": "subscribe", "id": 1, "session": "live", "topics": ["state"]})
    w.start(); ...; w.end()

What it saw: w.log, (connection, op, topic, seq) of each message, in order."""
import base64
import json
import os
import socket
import struct
import threading
import time


class Ended(Exception):
    pass


class Connection:
    def __init__(self, port, token, timeout=5):
        self.rest = b""
        self.s = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.s.sendall((f"GET /ws/v1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
                        f"Sec-WebSocket-Protocol: pitboard.v1\r\nAuthorization: Bearer {token}\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.rest:
            self.rest += self._some()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Ended(head.split(b"\r\n")[0].decode())

    def _some(self):
        got = self.s.recv(65536)
        if not got:
            raise Ended("closed")
        return got

    def _take(self, n):
        while len(self.rest) < n:
            self.rest += self._some()
        got, self.rest = self.rest[:n], self.rest[n:]
        return got

    def say(self, message, opcode=1):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        n = len(body)
        head = bytes([0x80 | opcode]) + (bytes([0x80 | n]) if n < 126 else bytes([0x80 | 126]) + struct.pack(">H", n))
        self.s.sendall(head + b"\0\0\0\0" + body)

    def hear(self):
        """The next message; pings are answered."""
        text = b""
        while True:
            first, n = self._take(2)
            n &= 0x7f
            if n > 125:
                n = struct.unpack(">H", self._take(2))[0] if n == 126 else struct.unpack(">Q", self._take(8))[0]
            body = self._take(n)
            if first & 15 == 8:
                raise Ended(f"closed with {struct.unpack('>H', body[:2])[0] if n >= 2 else 0}")
            if first & 15 == 9:
                self.say(body, 10)
            if first & 15 < 3:
                text += body
            if first & 15 < 3 and first & 0x80:
                return json.loads(text)

    def close(self):
        self.s.close()


class Watcher(threading.Thread):
    def __init__(self, port, token, subscribe):
        super().__init__(daemon=True)
        self.port, self.token, self.subscribe = port, token, subscribe
        self.log, self.why, self.going, self.connections = [], [], True, 0
        self.stream, self.seqs, self.now = None, {}, None

    def run(self):
        while self.going:
            try:
                self._watch()
            except (OSError, Ended, TypeError) as why:
                self.why.append(str(why))
                time.sleep(0.02)

    def _watch(self):
        c = Connection(self.port(), self.token)
        self.now = c
        self.connections += 1
        c.say({"op": "resume", "stream": self.stream, "seq": self.seqs} if self.stream else self.subscribe)
        while self.going:
            m = c.hear()
            self.log.append((self.connections, m["op"], m.get("topic"), m.get("seq"), m.get("status")))
            if m["op"] == "error" and self.stream:
                self.stream, self.seqs = None, {}
                c.say(self.subscribe)
            elif m["op"] == "subscribed":
                self.stream = m["stream"]
            elif m["op"] in ("snapshot", "delta", "gap"):
                place = "/".join(str(m[k]) for k in ("session", "topic", "car") if k in m)
                self.seqs[place] = m["seq"]

    def end(self):
        self.going = False
        if self.now:
            self.now.close()
        self.join(10)

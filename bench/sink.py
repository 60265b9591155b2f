"""A mail server on loopback that keeps what it accepts, and misbehaves as it is told to."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes

#: What to answer at a step (`connect`, `rcpt`, `data`, `body`) to mail for an address: nothing for the usual answer, a
#: line, `hang`, or `drop`, which ends the connection; `keep and drop` accepts the mail and says nothing.
Behavior = Callable[[str, str], str]


@dataclass
class Sink:
    """The accepted mails, as pairs of address and Message-ID in their order."""

    port: int = 0
    accepted: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    connections: int = 0
    behave: Behavior = lambda _step, _address: ""
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def keep(self, address: str, raw: bytes) -> None:
        mail = message_from_bytes(raw)
        self.accepted.append((address, str(mail["Message-ID"])))
        self.texts.append(raw.decode())


class _Gone(Exception):
    pass


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.sink: Sink = self.server.sink  # type: ignore[attr-defined]
        self.sink.connections += 1
        self.address = ""
        try:
            self.answer("connect", "220 sink")
            while line := self.rfile.readline():
                self.command(line.decode().strip())
        except (_Gone, OSError):
            return

    def answer(self, step: str, usual: str) -> bool:
        said = self.sink.behave(step, self.address)
        if said == "hang":
            self.sink.stop.wait(30)
        if said in ("hang", "drop", "keep and drop"):
            raise _Gone
        self.wfile.write(f"{said or usual}\r\n".encode())
        return not said or said.startswith("250")

    def command(self, line: str) -> None:
        match line.upper().split(maxsplit=1)[0]:
            case "RCPT":
                self.address = re.findall("<(.*?)>", line)[0]
                self.answer("rcpt", "250 ok")
            case "DATA" if self.answer("data", "354 go on"):
                self.body()
            case "DATA":
                return
            case "QUIT":
                self.wfile.write(b"221 bye\r\n")
                raise _Gone
            case _:
                self.wfile.write(b"250 ok\r\n")

    def body(self) -> None:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line)
        if not line:
            raise _Gone
        if self.sink.behave("body", self.address) in ("", "keep and drop"):
            self.sink.keep(self.address, b"".join(lines))
        self.answer("body", "250 kept")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # a worker was killed in the middle of a word


@contextmanager
def sink(behave: Behavior | None = None, port: int = 0) -> Iterator[Sink]:
    made = Sink()
    if behave:
        made.behave = behave
    with _Server(("127.0.0.1", port), _Talk) as server:
        server.sink = made  # type: ignore[attr-defined]
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.stop.set()
            server.shutdown()

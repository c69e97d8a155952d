"""A bad line to a real server: a small TCP proxy that waits, cuts, or is gone."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

__all__ = ["Line"]

CHUNK = 65_536
PAUSE = 0.3  # seconds before the cut: a browser may drop what came in the same moment


class Line:
    """Passes connections on to a server; may be told to treat what comes back badly."""

    def __init__(self, server: str) -> None:
        split = urlsplit(server)
        self._server = (split.hostname or "", split.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.delay = 0.0  # seconds before each piece that comes back
        self.most = 0  # bytes that answer a request before the line is cut; 0 never cuts
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Be gone: whoever calls is refused."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(caller,), daemon=True).start()

    def _join(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._server) as server:
            sent = [0]
            up = threading.Thread(target=self._up, args=(caller, server, sent), daemon=True)
            up.start()
            self._down(server, caller, sent)
            for each in (caller, server):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            up.join()

    def _up(self, caller: socket.socket, server: socket.socket, sent: list[int]) -> None:
        with suppress(OSError):
            while data := caller.recv(CHUNK):
                sent[0] = 0  # a browser asks again over a line that it has
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, caller: socket.socket, sent: list[int]) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                time.sleep(self.delay)
                room = min(len(data), self.most - sent[0]) if self.most else len(data)
                caller.sendall(data[:room])
                sent[0] += room
                if room < len(data):
                    time.sleep(PAUSE)
                    return

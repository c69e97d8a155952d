"""The server as a process: ready soon, quiet about readers, gone when told, with a tab open."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from qa.serve import MAX_HEAD, bound

QUESTION = "民医工作室什么时候开诊？"
ENDLESS = 20_000_000  # bytes of a head, more than the sockets hold between them
READY = 60.0  # seconds; ten on a machine that has nothing else to do


@pytest.mark.skipif(os.name == "nt", reason="a server on Windows cannot be ended by SIGTERM")
def test_a_server_from_start_to_end(samples_copy: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = tmp_path / "log"
    command = [str(Path(sys.executable).parent / "wenju"), "serve", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--home", str(samples_copy)], stdout=out, stderr=out, env={**os.environ}
        )
    try:
        wait_until_ready(address, process)
        assert sent_before_the_end(port, b"GET / HTTP/1.1\r\nX: ") < ENDLESS
        answer = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=20).json()
        assert answer["answered"]
        from gradio_client import Client

        told = Client(f"{address}/", verbose=False).predict(QUESTION, api_name="/ask")
        assert told["quotes"][0]["text"] == answer["quotes"][0]["text"]
        # A page that is open holds an event stream.
        stream = f"{address}/gradio_api/heartbeat/abc"
        with httpx.stream("GET", stream, timeout=20) as open_tab:
            assert open_tab.status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line[:1] == "{"]
    assert [line for line in lines if line.get("outcome") == "answered"]
    assert "民医" not in log.read_text("utf-8")
    assert "Traceback" not in log.read_text("utf-8")


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until:
        assert process.poll() is None
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready in time")


def sent_before_the_end(port: int, begun: bytes) -> int:
    """Return how many bytes of a head without end the server took."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(begun)
        for sent in range(0, ENDLESS, MAX_HEAD):
            try:
                line.sendall(b"a" * MAX_HEAD)
            except ConnectionError:
                return sent
    return ENDLESS


def test_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    with (
        bound("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

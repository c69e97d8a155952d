"""Ask a running server as many readers would: `python -m tests.bench.serving [questions]`.

Counts are bounded: a thousand questions by default, 32 readers at once, then one reader for the
first event and for memory. The server is started on the samples, in a process of its own.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

__all__ = ["serving"]

WENJU = str(Path(sys.executable).parent / "wenju")
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
READERS = 32
STREAMS = 50
SETTLED = 300  # questions after which caches are full and memory should stand still
SECONDS = 120.0  # to start on a busy machine


def serving(questions: int = 1_000) -> Iterator[str]:
    """Yield what was measured, a line each."""
    asked = [json.loads(line)["question"] for line in
             (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        subprocess.run([WENJU, "ingest", str(SAMPLES / "articles"), "--home", str(home)],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        with started(home) as (address, seconds, pid):
            yield f"ready after {seconds:.1f} s"
            with httpx.Client(base_url=address, timeout=60) as client:
                for at in range(SETTLED):
                    timed(client, asked[at % len(asked)])
                before = resident(pid)
                alone = [timed(client, asked[at % len(asked)]) for at in range(questions)]
                yield f"POST /api/ask, one reader: {figures(alone)}"
                grown = resident(pid) / before - 1
                yield f"memory after {questions:,} more questions: {grown:+.1%}"
                first = [to_first_event(client, asked[at % len(asked)]) for at in range(STREAMS)]
                yield f"first event: {figures(first)}"
            yield f"{READERS} readers at once: {figures(at_once(address, asked, questions))}"


@contextmanager
def started(home: Path) -> Iterator[tuple[str, float, int]]:
    """Start a server; yield its address, the seconds until it was ready, and its process."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    begun = time.monotonic()
    command = [WENJU, "serve", "--port", str(port), "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not ready(address):
            if process.poll() is not None or time.monotonic() - begun > SECONDS:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield address, time.monotonic() - begun, process.pid
    finally:
        process.terminate()
        process.wait()


def ready(address: str) -> bool:
    """Say whether questions can be asked."""
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def timed(client: httpx.Client, question: str) -> float:
    """Return the milliseconds of one question; any failure is an error."""
    begun = time.perf_counter()
    client.post("/api/ask", json={"question": question}).raise_for_status()
    return (time.perf_counter() - begun) * 1000


def to_first_event(client: httpx.Client, question: str) -> float:
    """Return the milliseconds until the first event of a stream."""
    begun = time.perf_counter()
    headers = {"Accept": "text/event-stream"}
    with client.stream("POST", "/api/ask", json={"question": question}, headers=headers) as answer:
        chunks = answer.iter_bytes()
        next(chunks)
        taken = (time.perf_counter() - begun) * 1000
        list(chunks)
    return taken


def at_once(address: str, asked: list[str], questions: int) -> list[float]:
    """Return the milliseconds of each question of many readers, each with its own connection."""

    def read(reader: int) -> list[float]:
        with httpx.Client(base_url=address, timeout=60) as client:
            share = range(reader, questions, READERS)
            return [timed(client, asked[at % len(asked)]) for at in share]

    with ThreadPoolExecutor(READERS) as pool:
        return [taken for each in pool.map(read, range(READERS)) for taken in each]


def figures(taken: list[float]) -> str:
    """Return the median and the 95th percentile."""
    return f"p50 {median(taken):.1f} ms, p95 {quantiles(taken, n=20)[-1]:.1f} ms, n {len(taken):,}"


def resident(pid: int) -> int:
    """Return the resident memory of a process in pages."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])


if __name__ == "__main__":
    for line in serving(*(int(each) for each in sys.argv[1:2])):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

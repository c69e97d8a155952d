"""A file that crashes, hangs or fills the memory costs itself."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import pytest

from corpus import sandbox as sandbox_module
from corpus.errors import EmptyFile, InputError, UnreadableFile
from corpus.sandbox import Sandbox
from corpus.worker import take
from tests import newspaper
from tests.corpus.bomb import inflating


def test_a_file_is_taken_as_in_this_process() -> None:
    with Sandbox() as box:
        assert box.take(newspaper.pdf(), "news.pdf") == take(newspaper.pdf(), "news.pdf")


def test_errors_come_back_as_they_were_raised() -> None:
    with Sandbox() as box:
        with pytest.raises(UnreadableFile, match="damaged") as caught:
            box.take(b"%PDF-1.7", "a.pdf")
        assert caught.value.hint
        with pytest.raises(EmptyFile):
            box.take(b"  ", "a.txt")
        # And the process goes on to the next file.
        document, articles, passages = box.take("问据。".encode(), "b.txt")
        assert (document.path, len(articles), len(passages)) == ("b.txt", 1, 1)


def test_a_hanging_parser_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "SECONDS_PER_MB", 0.0)
    slow = ("。" * 99 + "\n").encode() * 40_000
    with Sandbox(seconds=0.01) as box, pytest.raises(InputError, match="within 0 s"):
        box.take(slow, "slow.txt")


def test_a_crash_costs_one_file() -> None:
    with Sandbox() as box:
        box.take("问据。".encode(), "a.txt")
        (worker,) = list(box._idle.queue)
        Timer(0.05, os.kill, (worker._process.pid, signal.SIGSEGV)).start()
        with pytest.raises(InputError, match="brought its parser down"):
            for _ in range(100):
                box.take(newspaper.pdf(), "news.pdf")
        assert box.take("问据。".encode(), "b.txt")[0].text == "问据。"


def test_memory_has_a_limit() -> None:
    with Sandbox(memory=400_000_000) as box:
        with pytest.raises(InputError, match="brought its parser down"):
            box.take(inflating(30_000_000), "bomb.pdf")
        assert box.take("问据。".encode(), "b.txt")[0].text == "问据。"


def test_threads_share_it_and_nothing_is_left_behind() -> None:
    with Sandbox() as box, ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(lambda n: box.take(f"第{n}篇。".encode(), f"{n}.txt"), range(20)))
        processes = [worker._process for worker in box._idle.queue]
    assert [document.text for document, _, _ in taken] == [f"第{n}篇。" for n in range(20)]
    assert 1 <= len(processes) <= 2
    assert all(process.poll() is not None for process in processes)


def test_an_answer_that_is_no_json_costs_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = pickle.dumps([subprocess.Popen])

    def answered(_: object, size: int) -> bytes:
        return struct.pack(">Q", len(hostile)) if size == 8 else hostile

    monkeypatch.setattr(sandbox_module, "_exactly", answered)
    with Sandbox() as box, pytest.raises(UnreadableFile):
        box.take("问据。".encode(), "a.txt")


def test_of_files_taken_together_a_bad_one_costs_itself() -> None:
    good = [(f"第{n}篇。".encode(), f"{n}.txt") for n in range(3)]
    bomb = (inflating(30_000_000), "bomb.pdf")
    with Sandbox(memory=400_000_000) as box:
        taken = box.take_all([good[0], (b" ", "empty.txt"), good[1], bomb, good[2]])
    assert [one[0].text for one in taken if isinstance(one, tuple)] == [
        "第0篇。",
        "第1篇。",
        "第2篇。",
    ]
    assert isinstance(taken[1], EmptyFile)
    assert isinstance(taken[3], UnreadableFile)
    assert "bomb.pdf brought its parser down" in str(taken[3])

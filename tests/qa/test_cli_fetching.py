"""`wenju fetch`, and `wenju ingest --watch` as a process that follows a folder."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.terminal import Wenju

BODY = "望江镇卫生院从五月起延长夜间门诊，周一至周五看到晚上九点。" * 4
PAGE = f"<html><head><title>夜间门诊</title></head><body><article><p>{BODY}</p></article>"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve a folder with one page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "night.html").write_text(PAGE, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_fetched_page_is_an_article_with_its_address(
    wenju: Wenju, home: Path, address: str
) -> None:
    said = wenju("fetch", f"{address}/night.html", "--pause", "0", "--json", home=home)
    assert (said.code, said.err, said.json["added"]) == (0, "", 1)
    again = wenju("fetch", f"{address}/night.html", "--pause", "0", "--json", home=home)
    assert (again.json["added"], again.json["unchanged"]) == (0, 1)
    (article,) = wenju("list", "--json", home=home).json
    assert article["url"] == f"{address}/night.html"


def test_a_page_that_is_not_there_is_told(wenju: Wenju, home: Path, address: str) -> None:
    said = wenju("fetch", f"{address}/none.html", "--pause", "0", home=home)
    assert said.code == 2
    assert "404" in said.err


def test_what_is_not_there_cannot_be_watched(wenju: Wenju, home: Path, tmp_path: Path) -> None:
    said = wenju("ingest", str(tmp_path / "none"), "--watch", home=home)
    assert said.code == 2
    assert "none" in said.err
    assert not home.exists()


def test_a_watched_folder_is_taken_in_as_it_changes(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    command = [sys.executable, "-c", "from qa.cli import main; main()"]
    options = ["ingest", str(folder), "--watch", "--json", "--home", str(home)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            # An empty folder is told, and waited for all the same.
            assert "error" in json.loads(process.stdout.readline())
            for number in range(2):
                (folder / f"{number}.txt").write_text(f"{number}：{BODY}", encoding="utf-8")
                told = json.loads(process.stdout.readline())
                assert (told["added"], told["unchanged"]) == (1, number)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()

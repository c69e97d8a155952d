"""Saved web pages."""

from __future__ import annotations

import pytest

from corpus import loaders
from corpus.errors import UnreadableFile

BODY = "望江镇卫生院从五月起延长夜间门诊，周一至周五看到晚上九点。" * 4
PAGE = f"<html><head><title>夜间门诊</title></head><body><article><h1>夜间门诊</h1><p>{BODY}</p>"
HEAD = """From: <Saved by Browser>
Snapshot-Content-Location: https://example.org/news/7
Subject: page
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="x"

"""


def saved(charset: str, page: str = PAGE) -> bytes:
    part = f"--x\nContent-Type: text/html; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    return (HEAD + part).encode() + page.encode(charset) + b"\n--x--\n"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
def test_the_page_inside_is_read_with_its_address(charset: str) -> None:
    read = loaders.parse(saved(charset), "a.mhtml")
    assert read.metadata["url"] == "https://example.org/news/7"
    assert BODY in read.text


def test_what_holds_no_page_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        loaders.parse(HEAD.encode() + b"--x\nContent-Type: text/css\n\nabc\n--x--\n", "a.mht")

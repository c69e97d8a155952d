"""Pages are fetched from a server of the test's own, and politely."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from corpus import fetch as fetching
from corpus import loaders
from corpus.addresses import addresses
from corpus.articles import split
from corpus.errors import FileTooLarge, UnreadableFile
from corpus.fetch import fetch
from tests import newspaper

BODY = "望江镇卫生院从五月起延长夜间门诊，周一至周五看到晚上九点。" * 4
PAGE = f"<html><head><title>夜间门诊</title></head><body><article><p>{BODY}</p></article>"


@dataclass
class Site:
    """A server: what stands at each path, as (status, headers, body), and what was asked for."""

    address: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def page(self, path: str, body: bytes, kind: str = "text/html", **headers: str) -> str:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, {"Content-Type": kind, **said}, body)
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            made.asked.append(self.path)
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_is_kept_with_its_address(site: Site, tmp_path: Path) -> None:
    url = site.page("/news/夜间?id=7", PAGE.encode("gb18030"), "text/html; charset=gb18030")
    site.pages["/news/%E5%A4%9C%E9%97%B4?id=7"] = site.pages["/news/夜间?id=7"]
    fetched = fetch([url, url], tmp_path, pause=0)
    assert (len(fetched.saved), fetched.failed) == (1, [])
    (article,) = split(loaders.load(fetched.saved[0]))
    assert BODY in article.text
    assert article.url.startswith(site.address)


def test_a_pdf_is_kept_too(site: Site, tmp_path: Path) -> None:
    fetched = fetch([site.page("/a.pdf", newspaper.pdf(), "application/pdf")], tmp_path, pause=0)
    read = loaders.load(fetched.saved[0])
    assert (len(read.parts), len(read.pages)) == (2, 1)
    assert read.metadata["url"] == site.address + "/a.pdf"


def test_what_has_not_changed_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    urls = [site.page("/tagged", PAGE.encode(), ETag='"1"'), site.page("/plain", PAGE.encode())]
    first = fetch(urls, tmp_path, pause=0)
    before = {path: path.read_bytes() for path in first.saved}
    assert fetch(urls, tmp_path, pause=0).unchanged == 2
    assert {path: path.read_bytes() for path in first.saved} == before
    site.page("/tagged", PAGE.replace("九点", "十点").encode(), ETag='"2"')
    (changed,) = fetch(urls, tmp_path, pause=0).saved
    assert "晚上十点" in loaders.load(changed).text


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site, tmp_path: Path) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private\n", "text/plain")
    urls = [site.page(path, PAGE.encode()) for path in ("/a", "/private/b", "/c")]
    fetched = fetch(urls, tmp_path, pause=0)
    assert len(fetched.saved) == 2
    assert [failure.path for failure in fetched.failed] == [urls[1]]
    assert site.asked == ["/robots.txt", "/a", "/c"]


def test_a_server_in_trouble_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = (500, {}, b"")
    url = site.page("/a", PAGE.encode())
    assert "robots.txt" in fetch([url], tmp_path, pause=0).failed[0].reason
    assert site.asked == ["/robots.txt"]


def test_between_two_requests_there_is_a_pause(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("corpus.fetch.time.sleep", pauses.append)
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 3\n", "text/plain")
    site.pages["/busy"] = (503, {"Retry-After": "7"}, b"")
    fetch([site.page("/a", PAGE.encode()), site.address + "/busy"], tmp_path, pause=0.5)
    assert pauses[0] == 0
    assert [round(pause) for pause in pauses[1:]] == [3, 3, 7, 3]


def test_bad_addresses_cost_a_line_each(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    site.page("/film", b"x", "video/mp4")
    monkeypatch.setattr(fetching, "MAX_BYTES", 100_000)
    site.page("/huge", b"x" * 200_000)
    urls = [site.address + path for path in ("/loop", "/film", "/none", "/huge")]
    urls += ["http://127.0.0.1:1/", "ftp://x/y", "http://"]
    fetched = fetch(urls, tmp_path, pause=0)
    assert (fetched.saved, len(fetched.failed)) == ([], 7)
    assert list(tmp_path.iterdir()) == []


def test_lists_and_sitemaps_say_what_to_fetch(site: Site, tmp_path: Path) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    pages = [site.page(f"/{n}", PAGE.encode()) for n in range(3)]
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in [*pages, "http://elsewhere.org/x"])
    inner = site.page(
        "/map1.xml.gz", gzip.compress(f"<urlset {space}>{listed}</urlset>".encode()), "text/xml"
    )
    index = f"<sitemapindex {space}><sitemap><loc>{inner}</loc></sitemap></sitemapindex>"
    url = site.page("/sitemap.xml", index.encode(), "text/xml")
    assert len(fetch([url], tmp_path / "a", pause=0).saved) == 3
    list_file = tmp_path / "urls.txt"
    list_file.write_text(f"# ours\n{pages[0]}\n\n{pages[1]}\n", encoding="utf-8")
    assert len(fetch([str(list_file)], tmp_path / "b", pause=0).saved) == 2


def test_lists_are_bounded() -> None:
    with pytest.raises(FileTooLarge):
        addresses("\n".join(f"https://x.org/{n}" for n in range(50_001)).encode(), "urls.txt")
    with pytest.raises(FileTooLarge):
        addresses(gzip.compress(b"\0" * 60_000_000), "map.xml.gz")
    with pytest.raises(UnreadableFile):
        addresses(b"<html></html>", "page.xml")
    assert addresses(b"", "none.txt") == []

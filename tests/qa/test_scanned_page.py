"""A newspaper page scanned at 300 dpi answers, on the command line and over HTTP, with its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw, ImageFont

from qa.collection import add
from qa.settings import Settings
from tests import newspaper
from tests.terminal import Wenju

# A question, what its quote must hold, and which article of the page it is about.
ASKED = (
    ("康复楼设了多少张病床？", "设病床86张", 0),
    ("康复楼是哪一天启用的？", "2023年11月20日", 0),
    ("药房试行两周接待了多少居民？", "3026人次", 1),
    ("南苑社区卫生服务中心的主任是谁？", "韩玉兰", 1),
)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a scan of two pages: an empty one, and the newspaper's."""
    folder = tmp_path_factory.mktemp("scanned")
    page = newspaper.scan(300)
    scan = folder / "qinghe.tif"
    blank = Image.new("L", page.size, 255)
    blank.save(scan, save_all=True, append_images=[page], compression="tiff_lzw")
    report, _ = add(Settings(home=folder / "home"), [scan])
    assert (report.added, report.pages, report.failed) == (1, 2, ())
    return folder / "home"


@pytest.fixture(scope="module")
def served(scanned: Path) -> Iterator[TestClient]:
    from qa.app import create_app, open_desk

    desk = open_desk(Settings(home=scanned))
    client = TestClient(create_app(desk, chat=False), base_url="http://localhost")
    yield client
    client.close()
    desk.close()


def check(answer: dict[str, Any], held: str, number: int) -> None:
    assert answer["answered"]
    quote = answer["quotes"][0]
    assert held in quote["text"]
    assert quote["page"] == 2
    assert newspaper.ARTICLES[number].headline in quote["article"]["title"]
    assert quote["article"]["source"] == "清河日报"
    assert quote["article"]["date"] == "2024-05-08"


@pytest.mark.parametrize(("question", "held", "number"), ASKED)
def test_on_the_command_line(
    wenju: Wenju, scanned: Path, question: str, held: str, number: int
) -> None:
    said = wenju("ask", question, "--json", home=scanned)
    check(json.loads(said.out), held, number)
    assert "p. 2" in wenju("ask", question, home=scanned).out.replace("第 2 页", "p. 2")


@pytest.mark.parametrize(("question", "held", "number"), ASKED)
def test_over_http(served: TestClient, question: str, held: str, number: int) -> None:
    answer = served.post("/api/ask", json={"question": question}).json()
    check(answer, held, number)
    html = served.get(answer["quotes"][0]["url"]).text
    assert "/page/2.jpg" in html
    assert "<rect" in html


def test_what_is_read_with_doubt_is_kept_and_counted(wenju: Wenju, tmp_path: Path) -> None:
    font = ImageFont.truetype(str(newspaper.FONT), 40, index=newspaper.SIMPLIFIED)
    image = Image.new("L", (1000, 420), 255)
    ImageDraw.Draw(image).text((60, 220), "病床四十二张，医生九名。", font=font, fill=0)
    ImageDraw.Draw(image).rectangle((0, 200, 1000, 254), fill=255)  # the upper half is torn off
    ImageDraw.Draw(image).text((60, 120), "望江镇卫生院今年新增", font=font, fill=0)
    image.save(tmp_path / "torn.png")
    report = wenju("ingest", str(tmp_path / "torn.png"), "--json", home=tmp_path / "home").json
    (row,) = wenju("list", "--json", home=tmp_path / "home").json
    shown = wenju("show", row["id"], "--json", home=tmp_path / "home").json
    doubtful = len(shown["text"]) - len("望江镇卫生院今年新增")
    assert doubtful > 5
    assert report["doubtful"] == shown["doubtful"] == doubtful
    assert f"1 of 2 lines ({doubtful} characters) are doubtful." in report["warnings"][0]

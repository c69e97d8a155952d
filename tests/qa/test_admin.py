"""The administration exists only with a token, asks for it, and does what the command line does."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa.app import create_app, open_desk
from qa.settings import Settings
from tests.qa.conftest import OWN, Serving

TOKEN = "open sesame"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
ARTICLE = "# 望江医院\n\n望江医院今天启用了八台新救护车。"
QUESTION = {"question": "望江医院启用了多少台救护车？"}


def test_without_a_token_there_is_no_administration(client: TestClient) -> None:
    for path in ("/admin", "/api/admin/status", "/api/admin/articles"):
        assert client.get(path, headers=AUTH).status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Basic open sesame", f"Bearer {TOKEN} ", "Bearer é"]
)
def test_a_wrong_token_does_nothing(serving: Serving, header: str) -> None:
    client = serving(admin_token=TOKEN)
    headers = [(b"Authorization", header.encode("latin-1"))]
    assert client.get("/api/admin/status", headers=headers).status_code == 401
    sent = client.post("/api/admin/files", headers=headers, files={"files": ("a.md", b"x")})
    assert sent.status_code == 401
    assert client.post("/api/admin/remove", headers=headers, json={}).status_code == 401


def test_files_are_added_seen_at_once_and_removed(samples_copy: Path) -> None:
    desk = open_desk(Settings(home=samples_copy, admin_token=TOKEN))
    with TestClient(create_app(desk, chat=False), OWN) as client:
        assert "望江" not in str(client.post("/api/ask", json=QUESTION).json()["quotes"])
        files = [
            ("files", ("../../望江.md", ARTICLE.encode(), "text/markdown")),
            ("files", ("empty.txt", b"", "text/plain")),
        ]
        told = client.post("/api/admin/files", headers=AUTH, files=files).json()
        assert told["report"]["added"] == 1
        assert [each["path"] for each in told["report"]["failed"]] == ["empty.txt"]
        assert [path.name for path in (samples_copy / "files").glob("*.md")] == ["望江.md"]
        quote = client.post("/api/ask", json=QUESTION).json()["quotes"][0]
        assert "八台新救护车" in quote["text"]
        rows = client.get("/api/admin/articles?contains=望江", headers=AUTH).json()
        assert [(row["id"], row["path"]) for row in rows] == [(quote["article"]["id"], "望江.md")]
        status = client.get("/api/admin/status", headers=AUTH).json()
        assert status["counts"]["pending"] == 0
        assert status["problems"] == []
        gone = client.post("/api/admin/remove", headers=AUTH, json={"articles": ["nope"]})
        assert gone.status_code == 404
        body = {"articles": [quote["article"]["id"]]}
        assert client.post("/api/admin/remove", headers=AUTH, json=body).json() == {"removed": 1}
        assert "望江" not in str(client.post("/api/ask", json=QUESTION).json()["quotes"])
        assert (
            client.post("/api/admin/remove", headers=AUTH, json={"articles": []}).status_code == 404
        )


def test_no_name_leads_out_of_the_folder(samples_copy: Path) -> None:
    desk = open_desk(Settings(home=samples_copy, admin_token=TOKEN))
    before = {path for path in samples_copy.parent.rglob("*") if "copy" not in path.parts}
    with TestClient(create_app(desk, chat=False), OWN, raise_server_exceptions=False) as client:
        for name in ("..", ".", "", "a/b\\c.md", "x" * 300 + ".md", "a\x00b.md"):
            sent = client.post(
                "/api/admin/files", headers=AUTH, files={"files": (name, ARTICLE.encode())}
            )
            assert sent.status_code < 500, name
    outside = {path for path in samples_copy.parent.rglob("*") if "copy" not in path.parts}
    assert before == outside


def test_the_page_has_no_secret_and_no_inline_script(serving: Serving) -> None:
    page = serving(admin_token=TOKEN).get("/admin")
    assert page.status_code == 200
    assert TOKEN not in page.text
    assert "<script>" not in page.text

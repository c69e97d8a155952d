import os
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import BadQuestion, HomeLocked, IndexCorrupt, NotFound, StorageFull
from corpus.ledger import Ledger, write_lock
from corpus.types import Article, Document, Filters, Passage, Span

TEXT = "第一句。𠮷野家有三家店。Third sentence."


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def put(ledger: Ledger, path: str, *articles: Article, cuts: tuple[int, ...] = (4,)) -> list[str]:
    """Store articles, each cut into passages at the same places."""
    text = "\n".join(article.text for article in articles)
    passages = [
        [
            Passage(0, "", Span(start, end), f"{article.title}")
            for start, end in zip((0, *cuts), (*cuts, len(article.text)), strict=True)
        ]
        for article in articles
    ]
    digest = sha256((path + text + str(articles)).encode()).hexdigest()
    return ledger.put(Document(path, text, "text/plain", "utf-8"), digest, articles, passages)


def article(
    title: str = "题", text: str = TEXT, *, source: str = "晚报", date: str = "", language: str = ""
) -> Article:
    return Article("", text, title=title, source=source, date=date, language=language)


def test_what_is_put_comes_back(ledger: Ledger) -> None:
    full = Article(
        id="",
        text=TEXT,
        title="题",
        author="甲",
        source="晚报",
        date="2023-06",
        language="zh",
        url="https://example.org/1",
        path="/a.txt",
        headings=(Span(0, 4),),
        source_offsets=((0, 3), (10, 20)),
        pages=(Span(0, 3),),
    )
    document = Document(
        "/a.txt", "raw\n" + TEXT, "text/plain", "gb18030", {"title": "题"}, ("w",), (Span(0, 3),)
    )
    (id,) = ledger.put(document, "ab" * 32, [full], [[Passage(0, "", Span(4, 13), "题 › 店")]])
    assert id == "abababababab-1"
    assert ledger.article(id) == replace(full, id=id)
    assert ledger.document("/a.txt") == document
    assert ledger.raw(id) == document.text
    (passage,) = ledger.passages_of(id)
    assert passage.text == "𠮷野家有三家店。" + "T"
    assert passage.context == "题 › 店"
    assert ledger.passages([passage.id, 999]) == {passage.id: passage}
    (row,) = ledger.articles()
    assert (row.id, row.path, row.characters, row.passages) == (id, "/a.txt", len(TEXT), 1)
    (file,) = ledger.documents()
    assert (file.id, file.articles, file.encoding, file.warnings) == (id[:12], 1, "gb18030", ("w",))


def test_an_empty_ledger_answers_with_nothing(ledger: Ledger) -> None:
    assert not (ledger.articles() or ledger.documents() or ledger.pending() or ledger.removed())
    assert ledger.passages([]) == ledger.passages([1]) == {}
    assert ledger.filtered(Filters()) == set()
    assert ledger.digest_of("/a.txt") is None
    assert ledger.meta("x") is None
    for ask in (ledger.article, ledger.raw, ledger.passages_of):
        with pytest.raises(NotFound) as caught:
            ask("none-1")
        assert "wenju list" in caught.value.hint


@given(
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    cut=st.integers(min_value=0, max_value=30),
)
@settings(max_examples=40, deadline=None)
def test_a_passage_is_its_slice_whatever_the_characters(
    text: str, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Ledger(tmp_path_factory.mktemp("slice") / "l.sqlite") as ledger:
        (id,) = put(ledger, "/a", article(text=text), cuts=(min(cut, len(text)),))
        passages = ledger.passages_of(id)
        assert "".join(passage.text for passage in passages) == text
        assert ledger.pending() == [(p.id, p.text, p.context) for p in passages]


def test_passages_come_in_the_order_asked_for(ledger: Ledger) -> None:
    put(ledger, "/a", article(), cuts=(4, 13))
    assert list(ledger.passages([3, 1, 2])) == [3, 1, 2]


def test_an_edit_elsewhere_keeps_ids_and_passages(ledger: Ledger) -> None:
    one, two, three = (article(title) for title in "一二三")
    ids = put(ledger, "/a", one, two, three)
    before = [passage.id for id in ids for passage in ledger.passages_of(id)]
    ledger.mark_indexed(before)
    after = put(ledger, "/a", one, article("新"), replace(two, text=TEXT + "又。"), three)
    assert after == [ids[0], ids[0][:-1] + "4", ids[1], ids[2]]
    assert [p.id for p in ledger.passages_of(ids[0])] == before[:2]
    assert [p.id for p in ledger.passages_of(ids[2])] == before[4:]
    assert ledger.removed() == before[2:4]
    assert [id for id, _, _ in ledger.pending()] == [7, 8, 9, 10]


def test_a_mended_title_keeps_the_id_and_an_unused_one_is_not_given_again(ledger: Ledger) -> None:
    ids = put(ledger, "/a", article("标题有措"), article("二"))
    assert put(ledger, "/a", article("标题有错"), article("二")) == ids
    assert put(ledger, "/a", article("标题有错")) == ids[:1]
    assert put(ledger, "/a", article("标题有错"), article("三")) == [ids[0], ids[0][:-1] + "3"]
    with pytest.raises(NotFound):
        ledger.article(ids[1])


def test_content_that_moved_on_leaves_its_id_behind(ledger: Ledger) -> None:
    digest = "cd" * 32
    document = Document("/a", TEXT, "text/plain", "utf-8")
    ledger.put(document, digest, [article()], [[]])
    ledger.put(document, "ef" * 32, [article()], [[]])
    (other,) = ledger.put(replace(document, path="/b"), digest, [article()], [[]])
    assert other[:12] != "cd" * 6
    assert ledger.article("cdcdcdcdcdcd-1").path == "/a"
    assert ledger.article(other).path == "/b"


def test_passage_ids_are_never_used_again(ledger: Ledger) -> None:
    (id,) = put(ledger, "/a", article())
    put(ledger, "/b", article())
    ledger.remove_document("/b")
    put(ledger, "/c", article())
    ledger.remove([id])
    assert ledger.removed() == [1, 2, 3, 4]
    assert [id for id, _, _ in ledger.pending()] == [5, 6]


def test_stores_may_be_told_twice(ledger: Ledger) -> None:
    put(ledger, "/a", article())
    put(ledger, "/b", article())
    assert [id for id, _, _ in ledger.pending(limit=3)] == [1, 2, 3]
    ledger.mark_indexed([1, 2], [])
    ledger.mark_indexed([1, 2, 3], [77])
    assert ledger.counts().pending == 1
    ledger.remove_document("/a")
    assert ledger.removed() == [1, 2]
    ledger.mark_indexed([], [1])
    assert ledger.removed() == [2]
    ledger.reset_indexed()
    assert ledger.removed() == []
    assert [id for id, _, _ in ledger.pending()] == [3, 4]


def test_a_removed_article_stays_removed_until_it_is_restored(ledger: Ledger) -> None:
    one, two = article("一"), article("二")
    ids = put(ledger, "/a", one, two)
    assert ledger.remove([ids[0], ids[0]]) == 1
    assert put(ledger, "/a", one, two) == ids
    assert [row.id for row in ledger.articles()] == ids[1:]
    assert ledger.withdrawn("/a") == 1
    with pytest.raises(NotFound):
        ledger.remove(ids)
    assert len(ledger.articles()) == 1
    ledger.remove(ids[1:])
    assert ledger.document("/a").text == ""
    document = Document("/a", TEXT, "text/plain", "utf-8")
    again = ledger.put(document, "00" * 32, [one, two], [[], []], restore=True)
    assert again == ids
    assert [row.id for row in ledger.articles()] == ids


def test_a_new_article_does_not_vanish_with_a_removed_one(ledger: Ledger) -> None:
    ids = put(ledger, "/a", article("一"))
    ledger.remove(ids)
    put(ledger, "/a", article("别的"))
    assert [row.title for row in ledger.articles()] == ["别的"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "abcde"),
        (Filters(sources=("晨报",)), "e"),
        (Filters(sources=("晚报", "晨报")), "abcde"),
        (Filters(languages=("zh",)), "ab"),
        (Filters(languages=("ZH-tw", "en")), "bc"),
        (Filters(languages=("z",)), ""),
        (Filters(date_from="2023-06", date_to="2024"), "abc"),
        (Filters(date_from="2023-06-30"), "abcd"),
        (Filters(date_from="2023-07-01"), "acd"),
        (Filters(date_to="2023"), "ab"),
        (Filters(date_to="2023-06-29"), "a"),
        (Filters(sources=("晚报",), languages=("en",), date_from="2024-02-01"), "c"),
    ],
)
def test_filters(ledger: Ledger, filters: Filters, expected: str) -> None:
    for name, language, date in (
        ("a", "zh", "2023"),
        ("b", "zh-TW", "2023-06-30"),
        ("c", "en", "2024-02"),
        ("d", "ja", "2025"),
        ("e", "fr", ""),
    ):
        source = "晨报" if name == "e" else "晚报"
        put(ledger, f"/{name}", article(language=language, date=date, source=source))
    allowed = ledger.passages(ledger.filtered(filters)).values()
    rows = {row.id: row.path[1:] for row in ledger.articles()}
    assert "".join(sorted({rows[passage.article] for passage in allowed})) == expected
    assert "".join(row.path[1:] for row in ledger.articles(filters=filters)) == expected


@pytest.mark.parametrize("date", ["2023-6", "23", "2023-06-30T10", "soon"])
def test_a_filter_that_is_no_date_is_refused(ledger: Ledger, date: str) -> None:
    with pytest.raises(BadQuestion, match=date) as caught:
        ledger.filtered(Filters(date_from=date))
    assert "2023-06-30" in caught.value.hint


def test_articles_are_searched_paged_and_tallied(ledger: Ledger) -> None:
    for number in range(5):
        put(ledger, f"/{number}", article(f"100%_{number}", language="zh" if number else "en"))
    assert [row.title for row in ledger.articles(contains="%_3")] == ["100%_3"]
    assert ledger.articles(contains="%5") == []
    assert [row.path for row in ledger.articles(limit=2, offset=3)] == ["/3", "/4"]
    assert len(ledger.articles(contains="晚")) == 5
    assert list(ledger.languages().items()) == [("zh", 4), ("en", 1)]
    assert ledger.sources() == {"晚报": 5}


def test_misuse_is_a_value_error_and_changes_nothing(ledger: Ledger) -> None:
    document = Document("/a", TEXT, "text/plain", "utf-8")
    with pytest.raises(ValueError, match="outside"):
        ledger.put(document, "x", [article()], [[Passage(0, "", Span(0, 99))]])
    with pytest.raises(ValueError, match="NUL"):
        ledger.put(document, "x", [article(text="a\0b")], [[]])
    with pytest.raises(ValueError, match="passages of"):
        ledger.put(document, "x", [article()], [])
    assert ledger.counts().documents == 0
    ledger.close()
    with pytest.raises(ValueError, match="closed"):
        ledger.articles()
    with pytest.raises(ValueError, match="closed"):
        ledger.set_meta("a", "b")


def test_a_part_of_a_transaction_may_fail_alone(ledger: Ledger) -> None:
    with ledger.transaction():
        put(ledger, "/a", article())
        with pytest.raises(ValueError, match="NUL"):
            put(ledger, "/b", article(text="a\0bcde"))
        assert ledger.paths() == ["/a"]  # what is not committed is seen inside
    with pytest.raises(KeyboardInterrupt), ledger.transaction():
        put(ledger, "/c", article())
        raise KeyboardInterrupt
    assert ledger.paths() == ["/a"]


def test_threads_read_while_one_writes(ledger: Ledger) -> None:
    """Readers see whole documents only, and wait for nobody."""
    errors: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                ids = [id for id, _, _ in ledger.pending(20)]
                assert len(ids) % 2 == 0
                assert {row.text for row in ledger.passages(ids).values()} <= {TEXT[:4], TEXT[4:]}
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(60):
        put(ledger, f"/{number}", article())
        if number % 3 == 0:
            ledger.remove_document(f"/{number // 2}")
    done.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert ledger.check() == []


def test_two_threads_may_write(ledger: Ledger) -> None:
    def write(name: str) -> None:
        for number in range(20):
            put(ledger, f"/{name}{number}", article())

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ledger.counts().documents == 40


def test_a_damaged_file_is_named_with_its_cure(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(IndexCorrupt, match=r"ledger\.sqlite") as caught:
        Ledger(path)
    assert "backup" in caught.value.hint


def test_damage_inside_is_found(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        for number in range(40):
            put(ledger, f"/{number}", article(text=TEXT * 50))
    data = bytearray(path.read_bytes())
    for place in range(3 * 4096, len(data) - 4096, 2 * 4096):
        data[place : place + 2000] = os.urandom(2000)
    path.write_bytes(data)
    with pytest.raises(IndexCorrupt), Ledger(path) as ledger:
        assert ledger.check()
        ledger.articles()
        ledger.pending()
        put(ledger, "/new", article())


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """A limit on the size of a file stands for the full disk; the process meets it for real."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        put(ledger, "/kept", article())
    program = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_ledger import Ledger, StorageFull, article, put
ledger = Ledger(Path({str(path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
try:
    for number in range(1000):
        put(ledger, f"/{{number}}", article(text="满" * 20_000))
except StorageFull as error:
    assert "disk space" in error.hint
    assert ledger.digest_of("/kept")
    print("full after", number)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("full after"), done.stderr
    stored = int(done.stdout.split()[-1])
    with Ledger(path) as ledger:
        assert ledger.check() == []
        assert ledger.counts().documents == 1 + stored


def test_sqlite_says_full_and_we_say_storage_full(ledger: Ledger) -> None:
    put(ledger, "/a", article())
    with pytest.raises(StorageFull), ledger.transaction():
        with ledger._database.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        put(ledger, "/b", article(text="满" * 100_000))
    assert ledger.paths() == ["/a"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFull, match="cannot be made"):
        Ledger(tmp_path / "file" / "ledger.sqlite")


def test_the_write_lock_names_its_holder(tmp_path: Path) -> None:
    home = tmp_path / "家"
    with write_lock(home):
        program = (
            "import sys; from pathlib import Path; from corpus.ledger import write_lock\n"
            "from corpus.errors import HomeLocked\n"
            "try:\n    with write_lock(Path(sys.argv[1])): print('taken')\n"
            "except HomeLocked as error: print(error, error.hint)"
        )
        command = [sys.executable, "-c", program, str(home)]
        held = subprocess.run(command, capture_output=True, text=True, check=True)
        assert f"process {os.getpid()}" in held.stdout
        with pytest.raises(HomeLocked), write_lock(home):
            pass
    freed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert freed.stdout == "taken\n"


def test_the_write_lock_lets_the_body_s_errors_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), write_lock(tmp_path):
        (tmp_path / "none").read_text()
    with write_lock(tmp_path):
        assert (tmp_path / "write.pid").read_text() == str(os.getpid())


def test_no_file_is_left_open(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    put(ledger, "/a", article())
    assert ledger.counts().passages == 2
    ledger.close()
    held = [name.readlink() for name in Path("/proc/self/fd").iterdir() if name.is_symlink()]
    assert not [name for name in held if str(tmp_path) in str(name)]

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dates import iso_date
from corpus.errors import (
    BadEncoding,
    BadMetadata,
    EmptyFile,
    FileTooLarge,
    InputError,
    NotFound,
    UnreadableFile,
    UnsupportedFile,
)
from corpus.loaders import MAX_BYTES, load, parse, read
from corpus.loaders.decoding import decode
from corpus.loaders.metadata import clean_metadata

CHINESE = "柳塘区中医院的夜间门诊从周一开到周五，晚上六点到九点，挂号费全免。去年接诊两千三百人次。"
TRADITIONAL = (
    "柳塘區中醫院的夜間門診從週一開到週五，晚上六點到九點，掛號費全免。去年接診兩千三百人次。"
)
JAPANESE = "川口病院の夜間外来は月曜日から金曜日まで開いています。昨年は二千三百人が受診しました。"
KOREAN = "강변 병원의 야간 진료는 월요일부터 금요일까지 열린다. 지난해에는 이천삼백 명이 찾았다."
RUSSIAN = "Вечерний приём открыт с понедельника по пятницу. В прошлом году пришли тысячи людей."
FRENCH = (
    "L'hôpital de la vallée reçoit le soir dès six heures ; l'année dernière, où tout était prêt…"
)
POLISH = "Szpital przyjmuje wieczorem; w zeszłym roku zgłosiło się więcej ludzi niż wcześniej."
GREEK = "Το νοσοκομείο της κοιλάδας δέχεται το απόγευμα από τις έξι."


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("text", "codec", "read_as"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        ("Plain words.\n", "utf-16-le", "utf-16-le"),
        ("Plain words.\n", "utf-32-be", "utf-32-be"),
        (CHINESE, "gb2312", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE[:12], "gbk", "gb18030"),
        ("㐂𠮷野家" + CHINESE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL[:12], "big5", "big5hkscs"),
        (TRADITIONAL, "gbk", "gb18030"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (JAPANESE, "iso2022_jp", "iso2022_jp_2"),
        (KOREAN, "euc_kr", "cp949"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
        (FRENCH, "cp1252", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (GREEK, "cp1253", "cp1253"),
        ("Nothing but ASCII.", "ascii", "utf-8"),
    ],
)
def test_every_encoding_is_read(tmp_path: Path, text: str, codec: str, read_as: str) -> None:
    document = load(write(tmp_path / "文.txt", text.encode(codec)))
    assert (document.text, document.encoding, document.warnings) == (text, read_as, ())
    assert document.path == (tmp_path / "文.txt").as_posix()


# What real files pair; Russian in GB2312 can be written, but nobody does and nobody could tell.
WRITTEN = [
    (CHINESE, "gb18030"),
    (CHINESE, "utf-16-le"),
    (TRADITIONAL, "big5"),
    (TRADITIONAL, "gbk"),
    (JAPANESE, "cp932"),
    (JAPANESE, "euc_jp"),
    (KOREAN, "cp949"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8_r"),
    (FRENCH, "cp1252"),
    (POLISH, "cp1250"),
    (GREEK, "cp1253"),
]


# A few bytes may be valid UTF-8 by chance, as a word of two Chinese characters in GBK: from six
# characters on, every piece of these texts was tried.
@given(written=st.sampled_from(WRITTEN), start=st.integers(0, 60), length=st.integers(6, 60))
@settings(max_examples=200, deadline=None)
def test_no_mojibake_without_a_warning(written: tuple[str, str], start: int, length: int) -> None:
    text, codec = written
    part = text[min(start, len(text) - 6) :][:length]
    try:
        decoded = decode(part.encode(codec), "x.txt")
    except BadEncoding:
        return
    assert decoded.text == part or decoded.warnings


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data, "x.txt").text
    except BadEncoding:
        return
    assert not [c for c in text if c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f")]
    text.encode()  # no lone surrogates: SQLite could not keep them


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (CHINESE.encode()[:-1], CHINESE[:-1] + "\ufffd", "not valid utf-8"),
        (CHINESE.encode("gbk") + b"\x00", CHINESE, "1 control characters"),
        (CHINESE.encode("gbk")[:-1], CHINESE[:-1] + "\ufffd", "not valid gb18030"),
        (CHINESE.encode("utf-16-le")[:-1], CHINESE[:-1] + "\ufffd", "not valid utf-16-le"),
        (f"\ufffd{CHINESE}".encode(), f"\ufffd{CHINESE}", "lost before"),
        ("a\x00b\x07c\ufeffd.".encode() + CHINESE.encode() * 9, "abcd." + CHINESE * 9, "3 control"),
    ],
)
def test_damage_is_told(tmp_path: Path, data: bytes, text: str, warning: str) -> None:
    document = load(write(tmp_path / "a.txt", data))
    assert document.text == text
    assert any(warning in line for line in document.warnings)


def test_line_ends_become_newlines(tmp_path: Path) -> None:
    document = load(write(tmp_path / "a.txt", "a\r\nb\rc\x0cd\u2028e\x85f\n"))
    assert document.text == "a\nb\nc\nd\ne\nf\n"
    assert document.warnings == ()


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x00\x01\x02" * 500,
        b"\xff\xfe" + CHINESE.encode("gbk") * 5,
        CHINESE.encode().decode("latin-1").encode("utf-8"),
        os.urandom(5000),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadEncoding, match=r"b\.txt") as caught:
        load(write(tmp_path / "b.txt", data))
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"), (b"\x7fELF\x02\x01" + b"\x00" * 50, "program")],
)
def test_a_renamed_binary_is_not_text(tmp_path: Path, data: bytes, kind: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path / "a.txt", data))
    assert "a.txt" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\ufeff", "---\ntitle: x\n---\n \n"])
def test_an_empty_file_says_so(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyFile, match=r"a\.md"):
        load(write(tmp_path / "a.md", content))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # sparse: it takes no room on the disk
    with pytest.raises(FileTooLarge, match="200 MB") as caught:
        load(path)
    assert "Split" in caught.value.hint
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(read(path)) == MAX_BYTES


def test_other_failures_have_their_own_names(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        load(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("folder.txt", "pipe.txt"):
        with pytest.raises(UnreadableFile, match="not a file"):
            load(tmp_path / name)
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    with pytest.raises(UnreadableFile):
        load(tmp_path / "loop.txt")
    for name in ("a.xyz", "README"):
        with pytest.raises(UnsupportedFile) as caught:
            load(write(tmp_path / name, "text"))
        assert ".txt" in caught.value.hint


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "secret.txt", CHINESE)
    path.chmod(0)
    tmp_path.chmod(stat.S_IRWXU | stat.S_IXOTH | stat.S_IROTH)
    program = (
        "import os, sys; from pathlib import Path; from corpus.loaders import load\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"  # nothing is unreadable for root
        "try: load(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("UnreadableFile"), done.stderr
    assert "Permission" in done.stdout


def test_front_matter_becomes_metadata(tmp_path: Path) -> None:
    content = (
        "---\r\n# a note\r\ntitle: '夜间门诊: 三年'\nauthor: [林知秋, 周可]\nsource:  晚报 \n"
        "date: 2023-6-3\nlanguage: zh_cn\n"
        "url: https://example.org/a?b=1\ntags: {a: [b]}\n---\n正文。\n"
    )
    document = load(write(tmp_path / "a.MARKDOWN", "\ufeff" + content))
    assert dict(document.metadata) == {
        "title": "夜间门诊: 三年",
        "author": "林知秋, 周可",
        "source": "晚报",
        "date": "2023-06-03",
        "language": "zh-CN",
        "url": "https://example.org/a?b=1",
    }
    assert document.media_type == "text/markdown"
    plain = content.replace("\r\n", "\n")
    assert len(document.text) == len(plain)  # offsets are the file's own
    assert document.text.strip() == "正文。"
    assert document.text.index("正") == plain.index("正")


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    content = "---\ntitle: no\nlanguage: no\nsource: 12:30:45\nauthor: ~\nurl:\ndate: 2023\n---\nx"
    document = load(write(tmp_path / "a.md", content))
    assert dict(document.metadata) == {
        "title": "no",
        "language": "no",
        "source": "12:30:45",
        "date": "2023",
    }
    assert document.warnings == ()


def test_chinese_keys_are_known(tmp_path: Path) -> None:
    document = load(write(tmp_path / "a.md", "---\n标题: 甲\n来源: 乙\n日期: 2023年6月\n---\n正文"))
    assert dict(document.metadata) == {"title": "甲", "source": "乙", "date": "2023-06"}


@pytest.mark.parametrize(
    "content",
    ["正文。", "---\n正文没有结束", "--- \n第一段。\n---\n第二段。", "正文\n---\ntitle: x\n---\n"],
)
def test_what_is_no_front_matter_stays_text(tmp_path: Path, content: str) -> None:
    document = load(write(tmp_path / "a.md", content))
    assert (document.text, dict(document.metadata)) == (content, {})


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("---\ntitle: 甲\nsource: [乙\n---\nx", 4, ""),
        ("---\ntitle: 门诊: 三年\n---\nx", 2, "mapping values"),
        ("---\ntitle: x\n\tdate: y\n---\nx", 3, ""),
        ("---\ntitle: {a: b}\n---\nx", 2, "title must be a line of text"),
        ("---\na: &x [1]\ntitle: *x\n---\nx", 3, "references"),
        ("---\ntitle: " + "[" * 500 + "\n---\nx", 2, "nested too deep"),
    ],
)
def test_malformed_front_matter_names_its_line(
    tmp_path: Path, content: str, line: int, problem: str
) -> None:
    with pytest.raises(BadMetadata, match=rf"a\.md, line {line}: .*{problem}") as caught:
        load(write(tmp_path / "a.md", content))
    assert "key: value" in caught.value.hint


def test_yaml_executes_nothing(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    content = f'---\ntitle: !!python/object/apply:os.mkdir ["{trap}"]\n---\n正文'
    document = load(write(tmp_path / "a.md", content))
    assert document.metadata["title"] == str(trap)
    assert not trap.exists()


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_front_matter_is_read_or_refused(block: str) -> None:
    from corpus.loaders.front_matter import read_front_matter

    text = f"---\n{block}\n---\nbody"
    try:
        values, body = read_front_matter(text, "a.md")
    except BadMetadata:
        return
    assert 0 <= body <= len(text)
    assert all(isinstance(value, str) for value in values.values())


def test_metadata_that_cannot_be_used_is_told() -> None:
    values, warnings = clean_metadata(
        {
            "title": "  two\n lines ",
            "date": "6/7/2023",
            "language": "Chinese!",
            "url": "javascript:x",
        }
    )
    assert values == {"title": "two lines"}
    assert [warning.split()[1] for warning in warnings] == ["date", "language", "url"]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2023", "2023"),
        ("2023年", "2023"),
        ("2023-06", "2023-06"),
        ("2023年6月", "2023-06"),
        ("June 2023", "2023-06"),
        ("2023-06-30", "2023-06-30"),
        ("2023/6/30", "2023-06-30"),
        ("2023.6.30", "2023-06-30"),
        ("２０２３年６月３０日", "2023-06-30"),
        ("20230630", "2023-06-30"),
        ("2023-06-30T10:00:00+08:00", "2023-06-30"),
        ("2023-06-30 10:00", "2023-06-30"),
        ("30 June 2023", "2023-06-30"),
        ("Jun. 30th, 2023", "2023-06-30"),
        ("2023년 6월 30일", "2023-06-30"),
        ("2023-02-30", ""),
        ("2023-13", ""),
        ("6/7/2023", ""),
        ("", ""),
        ("soon", ""),
    ],
)
def test_dates(written: str, iso: str) -> None:
    assert iso_date(written) == iso


PAGE = f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="CHARSET">
<title>夜间门诊开了三年 - 柳塘新闻网</title>
<meta property="og:site_name" content="柳塘新闻网">
<meta property="article:published_time" content="2023-06-30T10:00:00+08:00"></head>
<body><nav><a href="/">首页</a> <a href="/news">新闻</a></nav>
<article><h1>夜间门诊开了三年</h1><p>{CHINESE}</p><h2>谁来坐诊</h2>
<p>六位医生轮流坐诊，<a href="/x">家属</a>可以提前一天预约，老人不用排队。</p>
<table><tr><th>科室</th><th>时间</th></tr><tr><td>内科</td><td>周一</td></tr></table></article>
<div id="comments" class="comments"><p>网友：这条评论不该出现在正文里面。</p></div>
<footer>版权所有</footer><script>var a = "脚本";</script></body></html>"""


@pytest.mark.parametrize("codec", ["utf-8", "gb2312", "utf-16"])
def test_a_page_gives_its_main_text(tmp_path: Path, codec: str) -> None:
    document = load(write(tmp_path / "a.htm", PAGE.replace("CHARSET", codec).encode(codec)))
    assert document.text.startswith("# 夜间门诊开了三年\n\n柳塘区中医院")
    assert "\n\n## 谁来坐诊\n\n六位医生轮流坐诊，家属可以提前" in document.text
    assert "内科 | 周一" in document.text
    for unwanted in ("首页", "网友", "版权", "脚本"):
        assert unwanted not in document.text
    assert dict(document.metadata) == {
        "title": "夜间门诊开了三年",
        "source": "柳塘新闻网",
        "date": "2023-06-30",
        "language": "zh-CN",
    }
    assert document.warnings == ()


def test_a_page_that_declares_the_wrong_encoding_is_read_right(tmp_path: Path) -> None:
    page = PAGE.replace("CHARSET", "iso-8859-1").encode("gb18030")
    assert CHINESE in load(write(tmp_path / "a.html", page)).text


def test_a_page_without_an_article_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match="No article"):
        load(write(tmp_path / "a.html", "<html><body><nav>首页</nav></body></html>"))


def test_the_real_encodings_of_xhtml_do_not_stop_the_parser(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="utf-8"?>\n' + PAGE.replace("CHARSET", "utf-8")
    assert CHINESE in load(write(tmp_path / "a.xhtml", page)).text


@pytest.mark.parametrize(
    ("meta", "author"),
    [
        ('<meta name="author" content="林小舟">', "林小舟"),
        ('<META NAME="Author" CONTENT=" 林小舟&#12289;赵一鸣 ">', "林小舟、赵一鸣"),
        ('<meta name="author" content="Mary Jones">', "Mary Jones"),
        ('<meta name="author" content="admin">', ""),
        ('<meta name="author"><meta content="林小舟">', ""),
        ("", ""),
    ],
)
def test_the_author_that_a_page_declares(meta: str, author: str) -> None:
    body = f"<article><h1>新楼启用</h1><p>{'医院本周启用新的急诊楼。' * 20}</p></article>"
    page = f"<html><head><title>新楼</title>{meta}</head><body>{body}</body></html>"
    assert parse(page.encode(), "a.html").metadata.get("author", "") == author

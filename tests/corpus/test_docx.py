"""Word documents made with python-docx."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest

from corpus import loaders
from corpus.articles import split
from corpus.errors import FileTooLarge, UnreadableFile, UnsupportedFile


def word(**properties: str) -> bytes:
    made = docx.Document()
    made.add_heading("南苑医院的第二个春天", level=1)
    made.add_paragraph("南苑医院今年新开了三个门诊。")
    made.add_heading("门诊", level=2)
    table = made.add_table(rows=2, cols=2)
    for row, cells in enumerate([("科室", "诊室"), ("骨科", "二楼东侧")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    made.add_paragraph("以上门诊自六月一日起开放。")
    for name, value in properties.items():
        setattr(made.core_properties, name, value)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_headings_paragraphs_and_tables_keep_their_order() -> None:
    read = loaders.parse(word(title="春天", author="郑小燕"), "a.docx")
    assert read.text.split("\n\n") == [
        "# 南苑医院的第二个春天",
        "南苑医院今年新开了三个门诊。",
        "## 门诊",
        "科室 | 诊室",
        "骨科 | 二楼东侧",
        "以上门诊自六月一日起开放。",
    ]
    assert read.metadata == {"title": "春天", "author": "郑小燕"}


def test_without_properties_the_heading_is_the_title() -> None:
    (article,) = split(loaders.parse(word(), "a.docx"))
    assert (article.title, article.author) == ("南苑医院的第二个春天", "")


def test_a_word_file_under_another_name_is_not_taken_for_text() -> None:
    with pytest.raises(UnsupportedFile):
        loaders.parse(word(), "a.xlsx")


def test_damaged_and_foreign_packages() -> None:
    with pytest.raises(UnreadableFile):
        loaders.parse(word()[:-400], "a.docx")
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("readme.txt", "no document")
    with pytest.raises(UnreadableFile, match="Word"):
        loaders.parse(buffer.getvalue(), "a.docx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 50_000_000)
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(FileTooLarge):
        loaders.parse(buffer.getvalue(), "a.docx")

"""A small e-book put together from its parts."""

from __future__ import annotations

import zipfile
from io import BytesIO

__all__ = ["FIRST", "OPF", "book"]

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>县城医事</dc:title>
<dc:creator>沈伯言</dc:creator><dc:date>2021-03-04T00:00:00Z</dc:date>
<dc:language>zh-CN</dc:language></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="text/second%20one.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/first.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
PAGE = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">' + (
    "<head><title>x</title></head><body>{}</body></html>"
)
FIRST = "老县城只有一条街，街尾是卫生院。" * 15
SECOND = "新医院建在河对岸，<ruby>桥<rt>qiáo</rt></ruby>修了三年。" * 15


def book(opf: str = OPF, container: str = CONTAINER, **pages: str) -> bytes:
    held = {
        "nav": "<p>目录</p>",
        "cover": "<h1>县城医事</h1>",
        "first": f"<h1>街尾的卫生院</h1><p>{FIRST}</p>",
        "second": f"<h1>河对岸</h1><div><p>{SECOND}</p><p>完。</p></div>",
        **pages,
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr("META-INF/container.xml", container)
        package.writestr("OEBPS/book.opf", opf)
        package.writestr("OEBPS/nav.xhtml", PAGE.format(held["nav"]))
        package.writestr("OEBPS/cover.xhtml", PAGE.format(held["cover"]))
        package.writestr("OEBPS/text/first.xhtml", PAGE.format(held["first"]))
        package.writestr("OEBPS/text/second one.xhtml", PAGE.format(held["second"]))
    return buffer.getvalue()

"""A newspaper page made by the tests: three columns, two articles, a picture, as PDF and scan."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image

__all__ = [
    "ARTICLES",
    "CAPTION",
    "DATELINE",
    "FONT",
    "HEIGHT",
    "WIDTH",
    "NewsArticle",
    "Word",
    "editor_text",
    "jpeg",
    "pdf",
    "printed_width",
    "scan",
    "words",
]

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")  # fonts-noto-cjk
SIMPLIFIED = 2  # the face of the collection

DATELINE = "清河日报　2024年5月8日　星期三　第3版"
CAPTION = "图为康复科护士指导老人练习步行。刘晓波摄"

WIDTH, HEIGHT = 595.0, 842.0  # A4 in points
MARGIN, GUTTER, BODY, LEADING = 40.0, 18.0, 10.0, 15.0
COLUMN = (WIDTH - 2 * MARGIN - 2 * GUTTER) / 3


@dataclass(frozen=True, slots=True)
class NewsArticle:
    """An article as an editor has it; `## ` marks a section heading."""

    kicker: str
    headline: str
    byline: str
    paragraphs: tuple[str, ...]


ARTICLES = (
    NewsArticle(
        "清河县第二人民医院：",
        "把康复病房搬到家门口",
        "■本报记者 林小舟",
        (
            "四月的清河县城，柳絮还没有落尽。县第二人民医院新建的康复楼里，"
            "六十七岁的退休教师孟庆和扶着双杠，一步一步往前挪。三个月前，"
            "他因脑梗死住进神经内科，左腿几乎不能动弹，如今已经可以自己走到窗边。",
            "康复楼于2023年11月20日启用，总投资4200万元，设病床86张，"
            "配备治疗师31名。院长郝建平介绍，过去县里的病人做完手术，"
            "要到一百二十公里外的市区排队等床位，平均等候19天，不少家庭因此放弃了后续治疗。",
            "## 一张床位背后的账",
            "郝建平算过一笔账：一名脑卒中患者在市区康复一个月，连同陪护、食宿，"
            "花费约1.8万元；在县里只要7600元，医保报销后个人承担不到2000元。"
            "启用半年来，康复楼共收治病人1134人次，其中七成来自农村。",
            "医院还与省城的东湖医学院签订了五年协议，每周二由专家远程查房，"
            "疑难病例当天就能得到意见。治疗师也不再是一次性培训，"
            "每季度派四人轮流进修，回来之后要给全科讲课。",
            "## 夜里也有人值守",
            "康复楼三层的护士站，夜里十点仍然亮着灯。护士长唐雪梅说，"
            "夜班由原来的一人增加到三人，每两个小时巡视一次，"
            "跌倒事件从去年同期的九起下降到一起。老人们把她叫作“亮灯的闺女”。",
            "今年下半年，医院计划把服务延伸到全县十四个乡镇卫生院，"
            "为出院病人建立档案，由村医每周上门一次。"
            "“病人走出大门，我们的工作才做了一半。”郝建平说。",
        ),
    ),
    NewsArticle(
        "",
        "社区药房试行错峰取药",
        "■本报记者 赵一鸣",
        (
            "从本月起，城关镇南苑社区卫生服务中心的药房把取药时间分成四段，"
            "居民在手机上选好时段，到窗口最多等八分钟。中心主任韩玉兰说，"
            "以前早上八点到十点，大厅里常常挤着二百多人。",
            "试行两周，药房共接待居民3026人次，平均等候时间由41分钟缩短到6分钟。"
            "不会使用手机的老人，可以拨打社区电话，由志愿者代为预约。"
            "高血压、糖尿病患者一次最多可以领取十二周的用药。",
            "韩玉兰表示，下一步将增加送药上门的服务，首批覆盖行动不便的居民214户，"
            "费用由镇财政承担。居民若有意见，可以写在窗口旁的登记本上，三日内必有答复。",
        ),
    ),
)

_NEVER_FIRST = "，。、；：？！”）》"


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text and where its baseline begins."""

    x: float
    y: float
    size: float
    text: str


def editor_text(article: NewsArticle) -> list[str]:
    """Return the lines of an article as they should read."""
    head = [article.kicker, article.headline, article.byline]
    return [line for line in head if line] + [p.removeprefix("## ") for p in article.paragraphs]


def _wrapped(paragraph: str) -> list[tuple[float, float, str]]:
    """Return (indent, size, text) of a paragraph's lines."""
    if paragraph.startswith("## "):
        return [(0.0, 12.5, paragraph.removeprefix("## "))]
    lines: list[tuple[float, float, str]] = []
    room, indent, line = COLUMN - 2 * BODY, 2 * BODY, ""
    for character in paragraph:
        width = BODY if character > "\xff" else BODY * 0.56
        if room < width and character not in _NEVER_FIRST:
            lines.append((indent, BODY, line))
            room, indent, line = COLUMN, 0.0, ""
        room -= width
        line += character
    return [*lines, (indent, BODY, line)]


def _flow(
    article: NewsArticle, top: float, hole: tuple[int, float, float] | None
) -> tuple[list[Word], float]:
    """Set an article's body in three columns of equal height; `hole` is a column's picture."""
    lines = [line for paragraph in article.paragraphs for line in _wrapped(paragraph)]
    extra = int((hole[2] - hole[1]) / LEADING) + 1 if hole else 0
    height = -(-(len(lines) + extra) // 3) * LEADING
    words: list[Word] = []
    column, y = 0, top
    for indent, size, text in lines:
        if hole and column == hole[0] and hole[1] - LEADING < y < hole[2]:
            y = hole[2] + LEADING
        if y >= top + height and column < 2:
            column, y = column + 1, top
        words.append(Word(MARGIN + column * (COLUMN + GUTTER) + indent, y + BODY, size, text))
        y += LEADING
    return words, max(word.y for word in words)


def _set() -> tuple[list[Word], tuple[float, float, float, float]]:
    """Return everything that is printed, and the picture's rectangle."""
    first, second = ARTICLES
    words = [Word(MARGIN, 40, 9, DATELINE)]
    words.append(Word(MARGIN + 90, 75, 15, first.kicker))
    words.append(Word(MARGIN + 90, 112, 30, first.headline))
    words.append(Word(MARGIN, 140, BODY, first.byline))
    picture = (MARGIN + COLUMN + GUTTER, 215.0, MARGIN + 2 * COLUMN + GUTTER, 300.0)
    flow, bottom = _flow(first, 155, (1, 205.0, 325.0))
    words += flow
    words.append(Word(picture[0], 315, 8, CAPTION))
    words.append(Word(MARGIN + 60, bottom + 50, 22, second.headline))
    words.append(Word(MARGIN, bottom + 75, BODY, second.byline))
    flow, _ = _flow(second, bottom + 90, None)
    words += flow
    words.append(Word(WIDTH / 2 - 8, HEIGHT - 25, 9, "— 3 —"))
    return words, picture


def words() -> list[Word]:
    """Return the pieces of text on the page, in points from the upper left; y is the baseline."""
    return _set()[0]


def printed_width(word: Word) -> float:
    """Return how wide a piece of text is, the white of a full stop at its end left out."""
    width = sum(1.0 if character > "\xff" else 0.56 for character in word.text)
    return word.size * (width - 0.5 * (word.text[-1] in _NEVER_FIRST))


@cache
def pdf() -> bytes:
    """Return the page as PDF with a text layer, its words in no helpful order."""
    from fpdf import FPDF

    pieces, picture = _set()
    random.Random(3).shuffle(pieces)
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.add_page()
    document.add_font("noto", fname=FONT, collection_font_number=SIMPLIFIED)
    document.set_fill_color(150)
    document.rect(picture[0], picture[1], picture[2] - picture[0], picture[3] - picture[1], "F")
    for word in pieces:
        document.set_font("noto", size=word.size)
        document.text(word.x, word.y, word.text)
    return bytes(document.output())


def scan(dpi: int, *, rotated: float = 0.0, speckle: float = 0.0) -> Image.Image:
    """Return the page as a scanner sees it, a share `speckle` of its pixels turned black."""
    import numpy as np
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(pdf())
    image: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    if rotated:
        image = image.rotate(rotated, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if speckle:
        pixels = np.asarray(image).copy()
        spots = np.random.default_rng(5).random(pixels.shape) < speckle
        pixels[spots] = 0
        image = Image.fromarray(pixels)
    return image


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """Return an image as the bytes of a JPEG file."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

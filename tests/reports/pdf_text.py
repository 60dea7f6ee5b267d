"""The text layer of a PDF, line by line, read with pikepdf alone."""

import re
from itertools import pairwise

import pikepdf

SHY = "\N{SOFT HYPHEN}"
HYPHENS = f"{SHY}\N{HYPHEN}-"


def lines_of(pdf):
    """Lines of every page: glyphs whose base lines agree, in the order they are drawn."""
    for page in pdf.pages:
        yield from _page_lines(page)


def broken_words(pdf):
    """Words that a line break divides: (first part, rest)."""
    for line, following in pairwise(lines_of(pdf)):
        first = re.search(rf"([\w{SHY}]+?)[{HYPHENS}]+$", line.rstrip())
        rest = re.match(rf"[\w{SHY}]+", following.lstrip())
        if first and rest and line.rstrip()[-1] != "-":
            yield first[1].replace(SHY, ""), rest[0].replace(SHY, "")


def _page_lines(page):
    reader = _Reader(page)
    for operands, operator in pikepdf.parse_content_stream(page):
        act = reader.acts.get(str(operator))
        if act is not None:
            act(operands)
    return reader.lines


class _Reader:
    """Follows the operators that place and show text."""

    def __init__(self, page):
        self.maps = {name: _unicode(f) for name, f in page.Resources.get("/Font", {}).items()}
        self.lines, self.base, self.glyphs, self.actual = [""], None, {}, []
        self.matrix, self.saved = pikepdf.Matrix(), []
        self.acts = {
            "q": self.save, "Q": self.restore, "cm": self.transform, "Tf": self.tf, "Tm": self.tm,
            "BDC": self.bdc, "EMC": self.emc, "Tj": self.tj, "TJ": self.tj,
        }  # fmt: skip

    def save(self, _operands):
        self.saved.append(self.matrix)

    def restore(self, _operands):
        self.matrix = self.saved.pop()

    def transform(self, operands):
        self.matrix = pikepdf.Matrix(*(float(number) for number in operands)) @ self.matrix

    def tf(self, operands):
        self.glyphs = self.maps.get(str(operands[0]), {})

    def tm(self, operands):
        placed = pikepdf.Matrix(*(float(number) for number in operands)) @ self.matrix
        y = round(placed.f, 1)
        if y != self.base:
            self.lines.append("")
            self.base = y

    def bdc(self, operands):
        self.actual.append(_actual_text(operands[1]))

    def emc(self, _operands):
        self.lines[-1] += (self.actual.pop() if self.actual else None) or ""

    def tj(self, operands):
        if not any(self.actual):
            self.lines[-1] += _shown(operands[0], self.glyphs)


def _actual_text(properties):
    text = properties.get("/ActualText") if hasattr(properties, "get") else None
    return str(text) if text is not None else None


def _shown(operand, glyphs):
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    text = ""
    for part in parts:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            text += "".join(glyphs.get(codes[k : k + 2].hex(), "") for k in range(0, len(codes), 2))
    return text


def _unicode(font):
    """Read the map from glyph codes to characters."""
    cmap = font.get("/ToUnicode")
    if cmap is None:
        return {}
    content = cmap.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", content, re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[code.lower()] = _utf16(text)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", content, re.DOTALL):
        for low, high, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            for offset in range(int(high, 16) - int(low, 16) + 1):
                found[f"{int(low, 16) + offset:04x}"] = chr(start + offset)
    return found


def _utf16(text):
    return bytes.fromhex(text).decode("utf-16-be")

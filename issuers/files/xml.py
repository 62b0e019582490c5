"""The XML inside workbooks, read without trusting it: no document type, hence no entities.

Small parts come as a tree from defusedxml; sheets and strings are streamed through expat itself,
which is several times faster than any tree and holds one row at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from issuers.files.ziparchive import Archive
from ledger.errors import Rejected

SMALL_PART_BYTES = 16 * 2**20
LONGEST_TAG_BYTES = 2**20
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def tree(archive: Archive, part: str, name: str) -> Element:
    """A small part, such as the list of sheets."""
    content = archive.whole(part, SMALL_PART_BYTES)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Rejected("file.xml-entities", name=name, part=part) from error
    except (ParseError, ValueError, LookupError) as error:
        raise archive.damaged(part) from error
    return root


def local(tag: str) -> str:
    """An element's name without its namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def children(root: Element, name: str) -> list[Element]:
    """All elements below that have this local name."""
    return [one for one in root.iter() if local(one.tag) == name]


def attribute(element: Element, name: str) -> str:
    """By its local name; empty where there is none."""
    return next((text for key, text in element.attrib.items() if local(key) == name), "")


def unescaped(text: str) -> str:
    """Text in which ``_x000D_`` and the like are the characters that they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)


def _character(number: int) -> str:
    """Nothing for half a surrogate or a control character, which no text needs."""
    mark = chr(number)
    return mark if mark in "\t\r\n" or unicodedata.category(mark) not in ("Cc", "Cs") else ""


def parser(part: str, name: str) -> expat.XMLParserType:
    """A streaming parser that refuses a document type, and with it every kind of XML bomb."""

    def refuse(*_: object) -> NoReturn:
        raise Rejected("file.xml-entities", name=name, part=part)

    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    made.UnparsedEntityDeclHandler = refuse
    made.ExternalEntityRefHandler = refuse
    return made


def feed(
    archive: Archive, part: str, made: expat.XMLParserType, after: Callable[[], Iterable[object]]
) -> Iterable[object]:
    """Feeds the part to the parser piece by piece, handing on what ``after`` has each time. One
    tag that never ends would be held whole, so it is damage."""
    fed = 0
    try:
        for chunk in archive.chunks(part):
            made.Parse(chunk, False)
            fed += len(chunk)
            if fed - made.CurrentByteIndex > LONGEST_TAG_BYTES:
                raise archive.damaged(part)
            yield from after()
        made.Parse(b"", True)
        yield from after()
    except (expat.ExpatError, LookupError) as error:
        raise archive.damaged(part) from error

"""Any run of characters of a script without spaces is found inside any text, and highlighting changes no text."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine import Index

HAN = "机器学习数据科学化的有龍々"
KANA = "プログラミングデータひらがなー"
THAI = "การเรียนรู้ของเครื่องภาษาไทย"
HANGUL = "파이썬으로배우는데이터"
LATIN = "abcé 12,-."
piece = st.one_of(*(st.text(letters, max_size=8) for letters in (HAN, KANA, THAI, HANGUL, LATIN)))
text = st.lists(piece, max_size=4).map("".join)


def index_of(*texts: str) -> Index:
    made = Index({"searchableAttributes": ["t"]})
    made.apply([{"objectID": str(at), "t": one} for at, one in enumerate(texts)])
    return made


@settings(max_examples=150, deadline=None)
@given(st.lists(text, min_size=1, max_size=4), text, st.sampled_from(["prefixLast", "prefixAll", "prefixNone"]))
def test_highlighting_leaves_the_text_as_it_is(texts: list[str], query: str, kind: str) -> None:
    found = index_of(*texts).search({"query": query, "queryType": kind, "hitsPerPage": 10}, index_name="i")

    for hit in found["hits"]:
        shown = hit["_highlightResult"]["t"]
        assert re.sub("</?em>", "", shown["value"]) == hit["t"]
        assert "<em></em>" not in shown["value"]
        if query.strip(" ,-.") and shown["matchLevel"] != "none":
            assert "<em>" in shown["value"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([HAN, KANA]), st.data(), text, text)
def test_any_run_inside_a_run_is_found(letters: str, data: st.DataObject, before: str, after: str) -> None:
    assume(unicodedata.category(after[:1] or " ")[0] != "M")
    run = data.draw(st.text(letters, min_size=1, max_size=6))  # a mark that follows would belong to its last character
    whole = before + run + after
    made = index_of("nothing of it", whole)

    found = made.search({"query": run, "getRankingInfo": True}, index_name="i")

    hit = next(hit for hit in found["hits"] if hit["t"] == whole)
    assert hit["_rankingInfo"]["nbTypos"] == 0
    assert hit["_highlightResult"]["t"]["matchLevel"] == "full"

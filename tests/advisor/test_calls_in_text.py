"""Tool calls that models write as text: each form that was seen, and any text at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.advisor.conversation.written_calls import without_thoughts, written_calls

OFFERED = {"match_courses", "read_course"}
MUSIC = ("match_courses", {"keywords": "music"})


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "match_courses", "arguments": {"keywords": "music"}}',
        '```json\n{"name": "match_courses", "arguments": {"keywords": "music"}}\n```',
        'I will look.\n<tool_call>\n{"name": "match_courses", "arguments": {"keywords": "music"}}\n</tool_call>',
        '<tool_call>{"name": "match_courses", "parameters": {"keywords": "music"}}',
        '[{"function": {"name": "match_courses", "arguments": "{\\"keywords\\": \\"music\\"}"}, "type": "function"}]',
        '{"tool_calls": [{"tool": "match_courses", "args": {"keywords": "music"}}]}',
        '<function=match_courses>{"keywords": "music"}</function>',
        '[match_courses(keywords="music")]',
        "```tool_code\nprint(match_courses(keywords='music'))\n```",
        'Sure: {"name": "match_courses", "arguments": {"keywords": "music"}',
        '{"name": "match_courses", "arguments": {"keywords": "music"}}' * 2,
    ],
)
def test_reads_a_call_however_it_is_written(text: str) -> None:
    assert written_calls(text, OFFERED) == [MUSIC]


@pytest.mark.parametrize(
    "text",
    [
        "I would use match_courses to find music courses.",
        '{"name": "drop_tables", "arguments": {"keywords": "music"}}',
        '{"keywords": "music"}',
        '{"name": "Music Theory", "level": "Introductory"}',
        "match_courses(keywords=open('/etc/passwd').read())",
        "",
    ],
)
def test_takes_no_other_text_for_a_call(text: str) -> None:
    assert written_calls(text, OFFERED) == []


def test_reads_several_calls_and_no_more_than_a_few() -> None:
    both = [MUSIC, ("read_course", {"course_key": "A+B"})]
    text = "\n".join(json.dumps({"name": name, "arguments": arguments}) for name, arguments in both)
    heap = "\n".join(f'match_courses(keywords="{at}")' for at in range(500))

    assert written_calls(text, OFFERED) == both
    assert len(written_calls(heap, OFFERED)) <= 8


@given(st.text(alphabet=list('{}[]()<>="\\,:`match_courses(keywords\ud83d\x00'), max_size=300))
def test_reads_any_text(text: str) -> None:
    for name, arguments in written_calls("match_courses(" + text, OFFERED):
        assert name in OFFERED
        json.dumps(arguments)


@pytest.mark.parametrize("heap", ["{" * 50_000, "match_courses(" * 5_000, "[" * 50_000, '{"a":' * 9_000])
def test_gives_up_on_heaps_of_brackets(heap: str) -> None:
    assert written_calls("match_courses " + heap, OFFERED) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<think>The user wants music.</think>\n\nTake it.", "Take it."),
        ("<think>It never", ""),
        ("Take it.", "Take it."),
        ("2 < 3", "2 < 3"),
    ],
)
def test_keeps_thoughts_to_itself(text: str, left: Any) -> None:
    assert without_thoughts(text) == left

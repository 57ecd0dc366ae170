"""The application as it is put together at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.mock_algolia import app
from services.mock_algolia.settings import Settings, from_command_line


class Loading:
    """Notes that somebody asked for the models."""

    name, width = "none/1", 4

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1


@pytest.mark.parametrize(("semantic", "asked"), [(True, 1), (False, 0)])
def test_loads_no_models_where_it_searches_words_alone(
    semantic: bool, asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading = Loading()
    monkeypatch.setattr(app, "load_embedder", loading)

    application = app.create_app(Settings(data=tmp_path, semantic=semantic))

    application.store.close()
    assert loading.asked == asked


@pytest.mark.parametrize(
    ("arguments", "environ"), [(["--words-only"], {}), ([], {"ALGOLIA_SEMANTIC": "off"}), ([], {})]
)
def test_words_alone_are_told_by_the_line_or_the_environment(arguments: list[str], environ: dict[str, str]) -> None:
    settings, _ = from_command_line(arguments, environ)

    assert settings.semantic == (not arguments and not environ)

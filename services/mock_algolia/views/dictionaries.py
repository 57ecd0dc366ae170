"""Dictionaries: custom stop words, plurals and compounds; they change how every index is searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mock_algolia.engine.language.languages import STOP_WORDS
from services.mock_algolia.errors import Refused
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.store.loading import DICTIONARIES, collection
from services.mock_algolia.views.reading import paged
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]
SETTINGS = "dictionary settings"
LANGUAGES = """
    af ar az bg bn ca cs cy da de el en eo es et eu fa fi fo fr ga gl he hi hu hy id is it ja ka kk ko ku ky lt lv mi
    mn mr ms mt nb nl no ns pl ps pt pt-br qu ro ru sk sq sv sw ta te th tl tn tr tt uk ur uz zh
    """.split()
_COMPOUNDS = frozenset({"da", "de", "fi", "nb", "nl", "no", "sv"})
_NEEDED = {"stopwords": "word", "plurals": "words", "compounds": "word"}


class DictionaryViews:
    """`/1/dictionaries`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations on dictionaries."""
        every, named = "/1/dictionaries/*", "/1/dictionaries/<name:dictionary>"
        return [
            Route("GET", f"{every}/languages", "settings", self.languages),
            Route("GET", f"{every}/settings", "settings", self.get_settings),
            Route(
                "PUT", "/1/dictionaries/*/settings", "editSettings", self.set_settings, fields("disableStandardEntries")
            ),
            Route(
                "POST",
                f"{named}/batch",
                "editSettings",
                self.batch,
                fields("requests clearExistingDictionaryEntries"),
            ),
            Route(
                "POST",
                f"{named}/search",
                "settings",
                self.search,
                fields("query page hitsPerPage language"),
            ),
        ]

    def batch(self, call: Call, dictionary: str) -> Any:
        """Add and delete entries (batchDictionaryEntries)."""
        _known(dictionary)
        requests = call.body.get("requests")
        if not isinstance(requests, list):
            raise Refused("Invalid batch: 'requests' must be an array")
        steps = [_step(dictionary, request) for request in requests]
        clear = call.body.get("clearExistingDictionaryEntries") is True

        def operation(transaction: Transaction) -> None:
            if clear:
                transaction.clear_documents(collection(dictionary))
            for action, entry in steps:
                if action == "addEntry":
                    transaction.save_document(collection(dictionary), entry["objectID"], entry)
                else:
                    transaction.delete_document(collection(dictionary), entry["objectID"])
            transaction.rebuild_all()

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}

    def search(self, call: Call, dictionary: str) -> Any:
        """Search among custom entries, and the standard stop words (searchDictionaryEntries)."""
        _known(dictionary)
        query, language = call.body.get("query"), call.body.get("language")
        if not isinstance(query, str):
            raise Refused("query must be a string")
        entries = list(self._store.documents.get(collection(dictionary), {}).values())
        if dictionary == "stopwords":
            entries += _standard_stop_words()
        found = [
            entry
            for entry in entries
            if (not language or entry.get("language") == language)
            and query.lower() in " ".join([entry.get("word", ""), *entry.get("words", ())]).lower()
        ]
        return paged(found, call.body)

    def get_settings(self, call: Call) -> Any:
        """Read which standard entries are off (getDictionarySettings)."""
        empty: Body = dict.fromkeys(DICTIONARIES)
        kept = self._store.documents.get(SETTINGS, {}).get("all", {})
        return {"disableStandardEntries": {**empty, **kept}}

    def set_settings(self, call: Call) -> Any:
        """Turn standard entries off or on, by language (setDictionarySettings)."""
        sent = call.body.get("disableStandardEntries")
        if not isinstance(sent, Mapping) or set(sent) - set(DICTIONARIES):
            raise Refused("disableStandardEntries must be an object with stopwords, plurals or compounds")
        for languages in sent.values():
            if languages is None:
                continue
            if not isinstance(languages, Mapping) or not all(isinstance(off, bool) for off in languages.values()):
                raise Refused("disableStandardEntries must map languages to booleans")
            unknown = sorted(set(languages) - set(LANGUAGES))
            if unknown:
                raise Refused(f"Unknown language: {', '.join(unknown)}")

        def operation(transaction: Transaction) -> None:
            kept = self._store.documents.get(SETTINGS, {}).get("all", {})
            merged = {**kept, **{name: languages for name, languages in sent.items() if languages}}
            for name, languages in sent.items():
                if languages is None:
                    merged.pop(name, None)
            transaction.save_document(SETTINGS, "all", merged)
            transaction.rebuild_all()

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}

    def languages(self, call: Call) -> Any:
        """List the languages, with the number of custom entries in each dictionary (getDictionaryLanguages)."""
        counts: dict[tuple[str, str], int] = {}
        for name in DICTIONARIES:
            for entry in self._store.documents.get(collection(name), {}).values():
                key = (name, entry["language"])
                counts[key] = counts.get(key, 0) + 1
        return {
            language: {
                name: {"nbCustomEntries": counts.get((name, language), 0)}
                if name != "compounds" or language in _COMPOUNDS
                else None
                for name in DICTIONARIES
            }
            for language in LANGUAGES
        }


def _known(dictionary: str) -> None:
    if dictionary not in DICTIONARIES:
        raise Refused(f"Unknown dictionary {dictionary}: expected stopwords, plurals or compounds")


def _step(dictionary: str, request: Any) -> tuple[str, Body]:
    action, body = (request.get("action"), request.get("body")) if isinstance(request, Mapping) else (None, None)
    if action not in ("addEntry", "deleteEntry") or not isinstance(body, Mapping):
        raise Refused("Invalid request: expected an action (addEntry, deleteEntry) and a body")
    object_id = body.get("objectID")
    if not isinstance(object_id, str) or not object_id:
        raise Refused("Invalid entry: missing objectID")
    if action == "deleteEntry":
        return action, {"objectID": object_id}
    if body.get("language") not in LANGUAGES:
        raise Refused(f"Invalid entry {object_id}: unknown language {body.get('language')}")
    if not body.get(_NEEDED[dictionary]):
        raise Refused(f"Invalid entry {object_id}: missing {_NEEDED[dictionary]}")
    for name in ("words", "decomposition"):
        value = body.get(name, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise Refused(f"Invalid entry {object_id}: {name} must be an array of strings")
    if not isinstance(body.get("word", ""), str):
        raise Refused(f"Invalid entry {object_id}: word must be a string")
    entry = {"type": "custom", **body}
    if dictionary == "stopwords":
        entry.setdefault("state", "enabled")
    return action, entry


def _standard_stop_words() -> list[Body]:
    return [
        {"objectID": f"{language}-{word}", "language": language, "word": word, "state": "enabled", "type": "standard"}
        for language, words in sorted(STOP_WORDS.items())
        for word in sorted(words)
    ]

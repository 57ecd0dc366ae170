"""Dictionaries of the application: custom entries and switched-off standard ones change every index."""

from __future__ import annotations

from algoliasearch.search.client import SearchClientSync


def test_standard_plurals_can_be_switched_off(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1", "t": "cities"})
    ask = {"query": "city", "ignorePlurals": ["en"], "typoTolerance": False, "queryType": "prefixNone"}
    assert client.search_single_index("courses", ask).nb_hits == 1

    client.set_dictionary_settings({"disableStandardEntries": {"plurals": {"en": True}}})
    assert client.search_single_index("courses", ask).nb_hits == 0
    entry = {"objectID": "p", "language": "en", "words": ["city", "cities"]}
    client.batch_dictionary_entries("plurals", {"requests": [{"action": "addEntry", "body": entry}]})
    assert client.search_single_index("courses", ask).nb_hits == 1  # custom entries stay in force

    client.batch_dictionary_entries("plurals", {"clearExistingDictionaryEntries": True, "requests": []})
    client.set_dictionary_settings({"disableStandardEntries": {"plurals": {"en": False}}})
    assert client.search_single_index("courses", ask).nb_hits == 1


def test_standard_stop_words_can_be_switched_off(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1", "t": "history art"})
    ask = {"query": "the history art", "removeStopWords": ["en"], "typoTolerance": False}
    assert client.search_single_index("courses", ask).nb_hits == 1

    client.set_dictionary_settings({"disableStandardEntries": {"stopwords": {"en": True}}})

    assert client.search_single_index("courses", ask).nb_hits == 0

"""What edX services of 2020 to 2024 do with `algoliasearch` 3.0.0; prints `done` if all of it worked."""

import sys

import plain_http  # noqa: F401 - its import is its effect
from algoliasearch.configs import SearchConfig
from algoliasearch.exceptions import RequestException
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search_client import SearchClient

address = f"127.0.0.1:{sys.argv[1]}"


def connected(key: str) -> SearchClient:
    config = SearchConfig("mock", key)
    config.hosts = HostsCollection([Host(address)])
    return SearchClient.create_with_config(config)


client = connected("admin")
index = client.init_index("courses")
index.set_settings({"searchableAttributes": ["title"], "attributesForFaceting": ["searchable(org)"]}).wait()
index.save_objects([{"objectID": str(n), "title": f"algebra {n}", "org": "ab"[n % 2]} for n in range(30)]).wait()
assert index.exists()
assert index.get_settings()["searchableAttributes"] == ["title"]
assert index.search("algebra", {"facets": ["org"], "hitsPerPage": 5})["facets"]["org"] == {"a": 15, "b": 15}
assert len(list(index.browse_objects({"query": "", "hitsPerPage": 7}))) == 30
assert index.get_object("3", {"attributesToRetrieve": ["org"]}) == {"objectID": "3", "org": "b"}
assert index.find_object(lambda hit: hit["objectID"] == "7", {"query": ""})["object"]["objectID"] == "7"
index.partial_update_object({"objectID": "3", "title": "geometry"}).wait()
index.partial_update_objects([{"objectID": "new"}], {"createIfNotExists": True}).wait()
index.delete_objects(["0", "1", "new"]).wait()
index.delete_by({"filters": "org:b"}).wait()
assert index.search("")["nbHits"] == 14
index.save_synonyms([{"objectID": "s", "type": "synonym", "synonyms": ["maths", "algebra"]}]).wait()
assert index.search("maths")["nbHits"] == 14
index.replace_all_synonyms([{"objectID": "t", "type": "oneWaySynonym", "input": "x", "synonyms": ["y"]}]).wait()
assert [one["objectID"] for one in index.browse_synonyms()] == ["t"]
rule = {"objectID": "r", "conditions": [{"pattern": "x", "anchoring": "is"}], "consequence": {"params": {"query": "y"}}}
index.save_rule(rule).wait()
assert [one["objectID"] for one in index.browse_rules()] == ["r"]
assert index.search_for_facet_values("org", "a")["facetHits"][0]["value"] == "a"
index.replace_all_objects([{"objectID": "only", "title": "algebra", "org": "a"}], {"safe": True})
assert index.search("algebra")["nbHits"] == 1
assert client.multiple_queries([{"indexName": "courses", "query": "algebra"}])["results"][0]["nbHits"] == 1
client.multiple_batch([{"action": "addObject", "indexName": "other", "body": {"objectID": "1"}}]).wait()
assert {one["name"] for one in client.list_indices()["items"]} == {"courses", "other"}
client.copy_index("courses", "copy").wait()
client.move_index("copy", "moved").wait()
client.copy_settings("courses", "settings").wait()
key = client.add_api_key(["search"]).wait()["key"]
client.update_api_key(key, {"acl": ["search", "browse"]}).wait()
secured = SearchClient.generate_secured_api_key(key, {"filters": "org:b"})
assert connected(secured).init_index("courses").search("")["nbHits"] == 0
client.delete_api_key(key).wait()
client.restore_api_key(key).wait()
client.save_dictionary_entries("stopwords", [{"objectID": "d", "language": "en", "word": "down"}]).wait()
assert client.search_dictionary_entries("stopwords", "down")["nbHits"] >= 1
assert client.get_logs()["logs"]
index.clear_objects().wait()
index.delete().wait()
try:
    client.init_index("nowhere").search("")
except RequestException as error:
    assert str(error) == "Index nowhere does not exist"  # noqa: PT017 - a script without pytest
    assert error.status_code == 404  # noqa: PT017 - a script without pytest
print("done")

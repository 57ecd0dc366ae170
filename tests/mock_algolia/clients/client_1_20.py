"""What edX services of 2019 do with `algoliasearch` 1.20; prints `done` if all of it worked."""

import sys

import plain_http  # noqa: F401 - its import is its effect
from algoliasearch import algoliasearch
from algoliasearch.helpers import AlgoliaException

address = f"127.0.0.1:{sys.argv[1]}"
client = algoliasearch.Client("mock", "admin", [address])
index = client.init_index("courses")

index.wait_task(
    index.set_settings({"searchableAttributes": ["title"], "attributesForFaceting": ["searchable(org)"]})["taskID"]
)
answer = index.add_objects([{"objectID": str(n), "title": f"algebra {n}", "org": "ab"[n % 2]} for n in range(30)])
index.wait_task(answer["taskID"])
assert index.get_settings()["searchableAttributes"] == ["title"]
assert index.search("algebra", {"facets": ["org"], "hitsPerPage": 5})["facets"]["org"] == {"a": 15, "b": 15}
assert index.search("algebra", {"facetFilters": ["org:a"], "facets": "*"})["nbHits"] == 15
assert index.search("algebra", {"filters": "org:a", "attributesToRetrieve": "title,org"})["nbHits"] == 15
assert len(list(index.browse_all({"query": "", "hitsPerPage": 7}))) == 30
assert index.get_object("3")["title"] == "algebra 3"
assert index.get_object("3", "org") == {"objectID": "3", "org": "b"}
assert [one["objectID"] for one in index.get_objects(["1", "2"])["results"]] == ["1", "2"]
index.partial_update_object({"objectID": "3", "title": "geometry"})
index.partial_update_objects([{"objectID": "4", "views": {"_operation": "Increment", "value": 1}}])
index.save_object({"objectID": "99", "title": "calculus", "org": "a"})
index.delete_objects(["0", "1"])
index.delete_by({"filters": "org:b"})
assert index.search("")["nbHits"] == 15
index.batch_synonyms([{"objectID": "s", "type": "synonym", "synonyms": ["maths", "calculus"]}], False, True)
assert index.search("maths")["nbHits"] == 1
assert index.search_synonyms("maths")["nbHits"] == 1
rule = {"objectID": "r", "condition": {"pattern": "x", "anchoring": "is"}, "consequence": {"params": {"query": "y"}}}
index.save_rule(rule)
assert index.search_rules("", hitsPerPage=10)["nbHits"] == 1
assert index.search_for_facet_values("org", "a", {"query": "algebra"})["facetHits"][0]["value"] == "a"
assert client.multiple_queries([{"indexName": "courses", "query": "calculus"}])["results"][0]["nbHits"] == 1
assert [one["name"] for one in client.list_indexes()["items"]] == ["courses"]
client.wait_task("courses", client.copy_index("courses", "copy")["taskID"])
client.wait_task("copy", client.move_index("copy", "moved")["taskID"])
key = client.add_api_key({"acl": ["search"]})["key"]
assert client.get_api_key(key)["acl"] == ["search"]
assert client.get_logs()["logs"]
searcher = algoliasearch.Client("mock", client.generate_secured_api_key(key, {"filters": "org:b"}), [address])
assert searcher.init_index("courses").search("")["nbHits"] == 0
assert client.is_alive()["message"] == "server is alive"
client.delete_index("moved")
try:
    client.init_index("nowhere").search("")
except AlgoliaException as error:
    assert str(error) == "Index nowhere does not exist"  # noqa: PT017 - a script without pytest
print("done")

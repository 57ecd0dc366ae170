"""At least one value for every option that Algolia documents for the bodies of its requests, written from its pages.

The names are checked against the official client's models, so that a new option shows up here as a missing row.
"""

from __future__ import annotations

from typing import Any

BOX = [47.3165, 4.9665, 47.3424, 5.0201]
FACET_ORDER = {
    "facetOrdering": {
        "facets": {"order": ["level"]},
        "values": {"level": {"order": ["Advanced"], "sortRemainingBy": "alpha", "hide": ["Hidden"]}},
    }
}

SEARCH_ONLY: dict[str, list[Any]] = {
    "query": ["algebra", ""],
    "similarQuery": ["algebra geometry"],
    "filters": ["level:Beginner", "price < 10 AND NOT level:Advanced"],
    "facetFilters": ["level:Beginner", ["level:Beginner", ["level:-Advanced", "level:Expert"]]],
    "optionalFilters": ["level:Beginner", ["level:Beginner<score=2>", ["level:-Advanced"]]],
    "numericFilters": ["price>5", ["price<10", ["price=1", "price:2 TO 3"]]],
    "tagFilters": ["new", ["new", ["sale", "-old"]]],
    "sumOrFiltersScores": [True],
    "restrictSearchableAttributes": [["title"]],
    "facets": [["*"], ["level"]],
    "facetingAfterDistinct": [True],
    "page": [0],
    "offset": [0],
    "length": [5],
    "aroundLatLng": ["40.71, -74.01"],
    "aroundLatLngViaIP": [True],
    "aroundRadius": ["all", 1000],
    "aroundPrecision": [100, [{"from": 0, "value": 25}, {"from": 2000, "value": 1000}]],
    "minimumAroundRadius": [1000],
    "insideBoundingBox": [[BOX], [BOX, BOX], ",".join(map(str, BOX))],
    "insidePolygon": [[[*BOX, 47.32, 4.9]]],
    "naturalLanguages": [["fr"]],
    "ruleContexts": [["mobile"]],
    "personalizationImpact": [20],
    "allowReRankingOnPersonalization": [True],
    "userToken": ["user-1"],
    "getRankingInfo": [True],
    "synonyms": [False],
    "clickAnalytics": [True],
    "analytics": [False],
    "analyticsTags": [["front"]],
    "percentileComputation": [False],
    "enableABTest": [False],
}

SETTING_OR_SEARCH: dict[str, list[Any]] = {
    "attributesToRetrieve": [["title"], ["*", "-price"]],
    "ranking": [["desc(price)", "typo", "words"]],
    "relevancyStrictness": [70],
    "attributesToHighlight": [["title"], ["*"]],
    "attributesToSnippet": [["title:5"], ["*:3"]],
    "highlightPreTag": ["<b>"],
    "highlightPostTag": ["</b>"],
    "snippetEllipsisText": ["..."],
    "restrictHighlightAndSnippetArrays": [True],
    "hitsPerPage": [3],
    "minWordSizefor1Typo": [3],
    "minWordSizefor2Typos": [6],
    "typoTolerance": [True, False, "min", "strict", "true", "false"],
    "allowTyposOnNumericTokens": [False],
    "disableTypoToleranceOnAttributes": [["title"]],
    "ignorePlurals": [True, ["en", "fr"], "true"],
    "removeStopWords": [True, ["en"]],
    "queryLanguages": [["ja", "en"]],
    "decompoundQuery": [False],
    "enableRules": [False],
    "enablePersonalization": [True],
    "queryType": ["prefixLast", "prefixAll", "prefixNone"],
    "removeWordsIfNoResults": ["none", "lastWords", "firstWords", "allOptional"],
    "mode": ["keywordSearch"],
    "semanticSearch": [{"eventSources": ["other"]}],
    "advancedSyntax": [True],
    "advancedSyntaxFeatures": [["exactPhrase"], ["excludeWords"]],
    "optionalWords": ["algebra", ["algebra", "linear geometry"]],
    "disableExactOnAttributes": [["title"]],
    "exactOnSingleWordQuery": ["attribute", "none", "word"],
    "alternativesAsExact": [["ignorePlurals", "singleWordSynonym", "multiWordsSynonym", "ignoreConjugations"]],
    "distinct": [True, 2, 0],
    "replaceSynonymsInHighlight": [True],
    "minProximity": [2],
    "responseFields": [["hits", "nbHits"], ["*"]],
    "maxValuesPerFacet": [20],
    "sortFacetValuesBy": ["count", "alpha"],
    "attributeCriteriaComputedByMinProximity": [True],
    "attributeCriteriaComputedBy": ["best", "minProximity", "sum"],
    "renderingContent": [
        FACET_ORDER,
        {"redirect": {"url": "https://example.org"}, "widgets": {"banners": [{"title": "Hello"}]}},
    ],
    "enableReRanking": [False],
    "reRankingApplyFilter": ["level:Beginner", ["level:Beginner", ["level:Expert"]]],
}

SETTING_ONLY: dict[str, list[Any]] = {
    "attributesForFaceting": [["level", "searchable(author)", "filterOnly(secret)", "afterDistinct(colour)"]],
    "replicas": [["options_by_price", "virtual(options_by_date)"]],
    "paginationLimitedTo": [10],
    "unretrievableAttributes": [["secret"]],
    "disableTypoToleranceOnWords": [["algebra"]],
    "attributesToTransliterate": [["title"], ["*"]],
    "camelCaseAttributes": [["title"]],
    "decompoundedAttributes": [{"de": ["title"]}],
    "indexLanguages": [["ja"]],
    "disablePrefixOnAttributes": [["title"]],
    "allowCompressionOfIntegerArray": [True],
    "numericAttributesForFiltering": [["price", "equalOnly(year)"]],
    "separatorsToIndex": ["+#"],
    "searchableAttributes": [["title,about", "unordered(body)", "ordered(author)"]],
    "userData": [{"any": "thing"}],
    "customNormalization": [{"default": {"ä": "ae"}}],
    "attributeForDistinct": ["author"],
    "customRanking": [["desc(price)", "asc(year)"]],
    "maxFacetHits": [20],
    "keepDiacriticsOnCharacters": ["øé"],
}

RULE: dict[str, list[Any]] = {
    "objectID": ["r"],
    "conditions": [
        [{"pattern": "cheap {facet:level}", "anchoring": anchoring, "alternatives": True, "context": "mobile"}]
        for anchoring in ("is", "startsWith", "endsWith", "contains")
    ]
    + [[{"filters": "level:Beginner", "context": "mobile"}], [{"pattern": "", "anchoring": "is"}]],
    "consequence": [
        {"promote": [{"objectID": "1", "position": 0}, {"objectIDs": ["2", "3"], "position": 1}]},
        {"hide": [{"objectID": "1"}], "filterPromotes": True, "userData": {"banner": 1}},
        {"params": {"query": "geometry"}},
        {"params": {"query": {"remove": ["cheap"], "edits": [{"type": "remove", "delete": "a"}]}}},
        {"params": {"query": {"edits": [{"type": "replace", "delete": "a", "insert": "b"}]}}},
        {
            "params": {
                "automaticFacetFilters": [{"facet": "level", "score": 2, "disjunctive": True, "negative": False}],
                "automaticOptionalFacetFilters": ["level"],
            }
        },
        {"redirect": {"indexName": "options_by_price"}},
    ],
    "description": ["what it is for"],
    "enabled": [True, False],
    "validity": [[{"from": 1656670273, "until": 4656670277}]],
    "tags": [["summer"]],
    "scope": ["autoRules"],
    "condition": [{"pattern": "cheap", "anchoring": "contains"}],
}

SYNONYMS: list[dict[str, Any]] = [
    {"objectID": "s1", "type": "synonym", "synonyms": ["car", "auto"]},
    {"objectID": "s2", "type": "oneWaySynonym", "input": "phone", "synonyms": ["iphone", "cell phone"]},
    {"objectID": "s3", "type": "onewaysynonym", "input": "tablet", "synonyms": ["ipad"]},
    {"objectID": "s4", "type": "altCorrection1", "word": "shirt", "corrections": ["tee"]},
    {"objectID": "s5", "type": "altcorrection2", "word": "shirt", "corrections": ["top"]},
    {"objectID": "s6", "type": "placeholder", "placeholder": "<street>", "replacements": ["street", "st"]},
]

ENTRIES: dict[str, list[dict[str, Any]]] = {
    "stopwords": [
        {"objectID": "d1", "language": "en", "word": "down", "state": "enabled", "type": "custom"},
        {"objectID": "d2", "language": "en", "word": "the", "state": "disabled"},
    ],
    "plurals": [{"objectID": "d3", "language": "fr", "words": ["cheval", "chevaux"]}],
    "compounds": [{"objectID": "d4", "language": "de", "word": "kopfweh", "decomposition": ["kopf", "weh"]}],
}

API_KEY: dict[str, list[Any]] = {
    "acl": [
        [
            *("addObject", "analytics", "browse", "deleteObject", "deleteIndex", "editSettings", "inference"),
            *("listIndexes", "logs", "personalization", "recommendation", "search", "seeUnretrievableAttributes"),
            *("settings", "usage", "nluReadAnswers", "nluWriteProject"),
        ],
        ["search"],
    ],
    "description": ["for the shop"],
    "indexes": [["options", "dev_*"]],
    "maxHitsPerQuery": [20],
    "maxQueriesPerIPPerHour": [100],
    "queryParameters": ["typoTolerance=strict&restrictSources=127.0.0.0/8"],
    "referers": [["*example.org/*"]],
    "validity": [300],
}

QUERY_ID = "43b15df305339e827f0ac0bdc5ebcaa7"
EVENT = {"eventName": "Course opened", "index": "options", "userToken": "user-1", "objectIDs": ["1", "2"]}
FILTER_EVENT = {"eventName": "Filtered", "index": "options", "userToken": "user-1", "filters": ["level%3ABeginner"]}
EVENTS: list[dict[str, Any]] = [
    {**EVENT, "eventType": "click"},
    {**EVENT, "eventType": "click", "queryID": QUERY_ID, "positions": [7, 6]},
    {**EVENT, "eventType": "view", "authenticatedUserToken": "user-2", "timestamp": 1641290601962},
    {**EVENT, "eventType": "conversion", "timestamp": "1641290601962"},
    {**EVENT, "eventType": "conversion", "queryID": QUERY_ID},
    {
        **EVENT,
        "eventType": "conversion",
        "eventSubtype": "addToCart",
        "queryID": QUERY_ID,
        "objectData": [{"price": 19.99, "quantity": 10, "discount": 2.5}, {"price": "8", "discount": "30"}],
        "currency": "USD",
        "value": 20,
    },
    {
        **EVENT,
        "eventType": "conversion",
        "eventSubtype": "purchase",
        "objectData": [{"queryID": QUERY_ID, "price": 19.99}, {"price": "8"}],
        "currency": "USD",
        "value": "27.99",
    },
    *({**FILTER_EVENT, "eventType": kind} for kind in ("click", "view", "conversion")),
    {**EVENT, "eventType": "click", "queryID": "message_asked-an-agent", "positions": [1, 2]},
    {"eventType": "instantsearch", "eventName": "Telemetry", "userToken": "user-1"},
    {"eventType": "instantsearch", "eventName": "Telemetry", "userToken": "user-1", "agentID": "session-1"},
]

// What the lite build of `algoliasearch` 5 does against a mock; prints "done" if all of it worked.
import assert from 'node:assert/strict';
import { liteClient } from 'algoliasearch/lite';

const port = Number(process.argv[2]);
const hosts = [{ url: `127.0.0.1:${port}`, protocol: 'http', accept: 'readWrite' }];
const client = liteClient('mock', 'search', { hosts });
const indexName = 'courses';

const both = await client.search({ requests: [{ indexName, query: 'algebra' }, { indexName, query: '', hitsPerPage: 0, facets: 'org' }] });
assert.equal(both.results[0].nbHits, 30);
assert.deepEqual(both.results[1].facets.org, { a: 15, b: 15 });
const facets = (await client.searchForFacets({ requests: [{ indexName, type: 'facet', facet: 'org', facetQuery: 'b' }] }));
assert.equal(facets.results[0].facetHits[0].value, 'b');
const legacy = await client.search([{ indexName, params: { query: 'algebra 3', highlightPreTag: '__a__', highlightPostTag: '__/a__' } }]);
assert.match(legacy.results[0].hits[0]._highlightResult.title.value, /__a__/);
await assert.rejects(client.search({ requests: [{ indexName: 'nowhere' }] }), /Index nowhere does not exist/);
await assert.rejects(liteClient('mock', 'wrong', { hosts }).search({ requests: [{ indexName }] }), /Invalid Application-ID or API key/);
console.log('done');

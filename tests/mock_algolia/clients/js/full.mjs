// What the full build of `algoliasearch` 5 does against a mock; prints "done" if all of it worked.
import assert from 'node:assert/strict';
import { algoliasearch } from 'algoliasearch';

const port = Number(process.argv[2]);
const hosts = [{ url: `127.0.0.1:${port}`, protocol: 'http', accept: 'readWrite' }];
const client = algoliasearch('mock', 'admin', { hosts });
const indexName = 'courses';

await client.setSettings({ indexName, indexSettings: { searchableAttributes: ['title'], attributesForFaceting: ['searchable(org)'] } });
await client.saveObjects({
  indexName,
  objects: Array.from({ length: 30 }, (_, n) => ({ objectID: String(n), title: `algebra ${n}`, org: 'ab'[n % 2] })),
  waitForTasks: true,
});
const found = await client.searchSingleIndex({ indexName, searchParams: { query: 'algebra', facets: ['org'] } });
assert.deepEqual(found.facets.org, { a: 15, b: 15 });
const { results } = await client.search({ requests: [{ indexName, query: 'algebra' }, { indexName, type: 'facet', facet: 'org', facetQuery: 'a' }] });
assert.equal(results[0].nbHits, 30);
assert.equal(results[1].facetHits[0].value, 'a');
const old = await client.search([{ indexName, params: { query: 'algebra 3', hitsPerPage: 1 } }]);
assert.equal(old.results[0].hits.length, 1);
let browsed = 0;
await client.browseObjects({ indexName, browseParams: { hitsPerPage: 7 }, aggregator: (page) => { browsed += page.hits.length; } });
assert.equal(browsed, 30);
const { taskID } = await client.partialUpdateObject({ indexName, objectID: '3', attributesToUpdate: { views: { _operation: 'Increment', value: 2 } } });
await client.waitForTask({ indexName, taskID });
assert.equal((await client.getObject({ indexName, objectID: '3' })).views, 2);
await client.replaceAllObjects({ indexName, objects: [{ objectID: 'only', title: 'one', org: 'c' }] });
assert.equal((await client.searchSingleIndex({ indexName })).nbHits, 1);
const { key } = await client.addApiKey({ acl: ['search'] });
await client.waitForApiKey({ key, operation: 'add' });
const secured = client.generateSecuredApiKey({ parentApiKey: key, restrictions: { filters: 'org:a', restrictIndices: [indexName] } });
const limited = algoliasearch('mock', secured, { hosts });
assert.equal((await limited.searchSingleIndex({ indexName })).nbHits, 0);
await assert.rejects(limited.searchSingleIndex({ indexName: 'other' }), /Index not allowed/);
await assert.rejects(client.searchSingleIndex({ indexName: 'nowhere' }), /Index nowhere does not exist/);
const rec = await client.initRecommend({ options: { hosts } }).getRecommendations({ requests: [{ indexName, model: 'trending-items', threshold: 0 }] });
assert.deepEqual(rec.results[0].hits, []);
console.log('done');

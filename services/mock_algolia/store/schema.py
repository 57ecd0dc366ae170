"""The tables. Bodies are JSON as UTF-8 bytes, so that any string a record may hold is stored as it came.

There are no primary keys: the one writer already knows from memory what exists, and DuckDB's key index would
double the cost of bulk loads and reopening.
"""

FORMAT = 1

TABLES = """
CREATE TABLE meta (key VARCHAR, value VARCHAR);
CREATE TABLE indexes (
    id BIGINT, name VARCHAR, settings BLOB, main VARCHAR, is_virtual BOOLEAN, created_at VARCHAR, updated_at VARCHAR
);
CREATE TABLE records (index_id BIGINT, object_id VARCHAR, body BLOB, position BIGINT);
CREATE TABLE synonyms (index_id BIGINT, object_id VARCHAR, body BLOB, position BIGINT);
CREATE TABLE rules (index_id BIGINT, object_id VARCHAR, body BLOB, position BIGINT);
CREATE TABLE documents (collection VARCHAR, id VARCHAR, body BLOB, position BIGINT);
CREATE TABLE events (task BIGINT, user_token VARCHAR, body BLOB);
"""
"""`documents` holds the small collections of the application: API keys, dictionary entries, allowed sources,
recommend rules. `events` is the append-only list of Insights events."""

-- A journal of version 2 with three uploads: one held and under way, one completed, and one
-- completed that was cut at lines.
CREATE TABLE uploads (
id INTEGER PRIMARY KEY AUTOINCREMENT,
key BLOB NOT NULL UNIQUE,
match_key BLOB NOT NULL,
identity BLOB NOT NULL,
filename BLOB NOT NULL,
purpose BLOB NOT NULL,
mime_type BLOB NOT NULL,
combine_name BLOB NOT NULL,
expires_after INTEGER,
part_size INTEGER NOT NULL,
cut_at_lines INTEGER NOT NULL,
send_md5 INTEGER NOT NULL,
hold INTEGER NOT NULL,
hold_end TEXT NOT NULL CHECK (hold_end IN ('let-expire', 'complete-before')),
give_up_after INTEGER NOT NULL,
added_at INTEGER NOT NULL,
position INTEGER NOT NULL,
state TEXT NOT NULL
    CHECK (state IN ('queued', 'completed', 'cancelled', 'failed', 'unknown')),
upload_id BLOB,
created_at INTEGER NOT NULL,
expires_at INTEGER NOT NULL,
clock_offset INTEGER NOT NULL,
part_order BLOB NOT NULL,
completing INTEGER NOT NULL,
completing_md5 BLOB NOT NULL,
cancelling INTEGER NOT NULL,
paused INTEGER NOT NULL,
file_id BLOB NOT NULL,
part_count INTEGER NOT NULL,
ended_at INTEGER);

CREATE INDEX uploads_by_match ON uploads (match_key) WHERE state NOT IN ('completed', 'cancelled');

CREATE INDEX uploads_by_place ON uploads (identity, position) WHERE state NOT IN ('completed', 'cancelled');

CREATE INDEX uploads_by_end ON uploads (identity, ended_at) WHERE state IN ('completed', 'cancelled');

CREATE TABLE sources (
upload INTEGER NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
number INTEGER NOT NULL,
path BLOB NOT NULL,
bytes INTEGER NOT NULL,
modified_ns INTEGER NOT NULL,
device INTEGER NOT NULL,
file_id INTEGER NOT NULL,
newline_added INTEGER NOT NULL,
PRIMARY KEY (upload, number)) WITHOUT ROWID;

CREATE TABLE parts (
upload INTEGER NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
number INTEGER NOT NULL,
source INTEGER NOT NULL,
source_offset INTEGER NOT NULL,
source_bytes INTEGER NOT NULL,
newline_added INTEGER NOT NULL,
upload_offset INTEGER NOT NULL,
part_id BLOB,
PRIMARY KEY (upload, number)) WITHOUT ROWID;

CREATE TABLE errors (
upload INTEGER PRIMARY KEY REFERENCES uploads (id) ON DELETE CASCADE,
kind TEXT NOT NULL,
status INTEGER NOT NULL,
code BLOB NOT NULL,
message BLOB NOT NULL,
request_id BLOB NOT NULL,
retry_delay_ms INTEGER,
should_retry INTEGER,
network_error INTEGER NOT NULL,
advice BLOB NOT NULL,
part INTEGER NOT NULL);

CREATE TABLE history (
id INTEGER PRIMARY KEY,
key BLOB NOT NULL,
identity BLOB NOT NULL,
paths BLOB NOT NULL,
filename BLOB NOT NULL,
purpose BLOB NOT NULL,
mime_type BLOB NOT NULL,
bytes INTEGER NOT NULL,
added_at INTEGER NOT NULL,
ended_at INTEGER NOT NULL,
state TEXT NOT NULL
    CHECK (state IN ('completed', 'cancelled', 'failed', 'unknown')),
message BLOB NOT NULL,
upload_id BLOB,
file_id BLOB NOT NULL,
md5 BLOB NOT NULL);

CREATE INDEX history_by_time ON history (ended_at);

PRAGMA application_id = 1280526897;

PRAGMA user_version = 2;

INSERT INTO uploads (id, key, match_key, identity, filename, purpose, mime_type, combine_name, part_size,
    cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at, position, state, upload_id, created_at,
    expires_at, clock_offset, part_order, completing, completing_md5, cancelling, paused, file_id,
    part_count, ended_at)
VALUES (1, CAST('held' AS BLOB), CAST('match-held' AS BLOB), CAST('service' AS BLOB), CAST('held.jsonl' AS BLOB), CAST('batch' AS BLOB),
    CAST('text/jsonl' AS BLOB), x'', 10, 0, 1, 1, 'complete-before', 300, 1000, 1, 'queued', CAST('upload_held' AS BLOB),
    1000, 4600, 0, x'', 0, x'', 0, 0, x'', 3, NULL);

INSERT INTO sources VALUES (1, 0, CAST('/data/held.jsonl' AS BLOB), 25, 1, 2, 3, 0);

INSERT INTO parts VALUES (1, 0, 0, 0, 10, 0, 0, CAST('part_0' AS BLOB));

INSERT INTO parts VALUES (1, 1, 0, 10, 10, 0, 10, NULL);

INSERT INTO parts VALUES (1, 2, 0, 20, 5, 0, 20, NULL);

INSERT INTO uploads (id, key, match_key, identity, filename, purpose, mime_type, combine_name, part_size,
    cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at, position, state, upload_id, created_at,
    expires_at, clock_offset, part_order, completing, completing_md5, cancelling, paused, file_id,
    part_count, ended_at)
VALUES (2, CAST('done' AS BLOB), CAST('match-done' AS BLOB), CAST('service' AS BLOB), CAST('done.jsonl' AS BLOB), CAST('batch' AS BLOB),
    CAST('text/jsonl' AS BLOB), x'', 10, 0, 1, 0, 'let-expire', 300, 1000, 2, 'completed', CAST('upload_done' AS BLOB),
    1000, 4600, 0, x'', 0, x'', 0, 0, CAST('file-done' AS BLOB), 4, 2000);

INSERT INTO sources VALUES (2, 0, CAST('/data/done.jsonl' AS BLOB), 31, 1, 2, 3, 0);

INSERT INTO uploads (id, key, match_key, identity, filename, purpose, mime_type, combine_name, part_size,
    cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at, position, state, upload_id, created_at,
    expires_at, clock_offset, part_order, completing, completing_md5, cancelling, paused, file_id,
    part_count, ended_at)
VALUES (3, CAST('lines' AS BLOB), CAST('match-lines' AS BLOB), CAST('service' AS BLOB), CAST('lines.jsonl' AS BLOB), CAST('batch' AS BLOB),
    CAST('text/jsonl' AS BLOB), x'', 10, 1, 1, 0, 'let-expire', 300, 1000, 3, 'completed', CAST('upload_lines' AS BLOB),
    1000, 4600, 0, x'', 0, x'', 0, 0, CAST('file-lines' AS BLOB), 5, 3000);

INSERT INTO sources VALUES (3, 0, CAST('/data/lines.jsonl' AS BLOB), 31, 1, 2, 3, 0);

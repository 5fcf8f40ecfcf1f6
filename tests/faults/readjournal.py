"""What a journal holds, as JSON: readjournal.py COPY

COPY is a copy of journal.sqlite with its log beside it: to open a journal changes it.
"""

import json
import sqlite3
import sys


def text(value):
    return value.decode() if isinstance(value, bytes) else value


with sqlite3.connect(sys.argv[1]) as journal:
    verdict = journal.execute("PRAGMA integrity_check").fetchone()[0]
    tables = {name for (name,) in journal.execute("SELECT name FROM sqlite_master")}
    uploads = []
    if "uploads" in tables:
        for row, key, name, state, upload_id, completing, file_id in journal.execute(
            "SELECT id, key, filename, state, upload_id, completing, file_id FROM uploads ORDER BY id"
        ).fetchall():
            parts = journal.execute(
                "SELECT number FROM parts WHERE upload = ? AND part_id IS NOT NULL", (row,)
            )
            uploads.append(
                {
                    "key": text(key),
                    "filename": text(name),
                    "state": state,
                    "uploadId": text(upload_id),
                    "completing": bool(completing),
                    "fileId": text(file_id),
                    "confirmed": [number for (number,) in parts],
                }
            )
print(json.dumps({"verdict": verdict, "uploads": uploads}))

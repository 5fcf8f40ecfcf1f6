// The program's journal as it lies on the disk, between two runs.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const reader = fileURLToPath(new URL('readjournal.py', import.meta.url));

/**
 * The uploads on record in `dataDir`: {key, filename, state, uploadId, completing, fileId, confirmed (indices
 * of parts)}. A journal that is damaged is a failure of the test.
 */
export async function readJournal(dataDir) {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
  try {
    const copy = join(folder, 'journal.sqlite');
    let found = false;
    for (const suffix of ['', '-wal', '-journal']) {
      try {
        await copyFile(join(dataDir, `journal.sqlite${suffix}`), copy + suffix);
        found = true;
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
    }
    if (!found) return [];
    const { stdout } = await promisify(execFile)('python3', [reader, copy]);
    const { verdict, uploads } = JSON.parse(stdout);
    assert.equal(verdict, 'ok', 'the journal is damaged');
    return uploads;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

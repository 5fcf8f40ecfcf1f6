// kill -9 at random moments of an upload's life, each kind of moment in turn, and then runs to the end.
// LONGSHORE_KILLS: how often (40; 200 is the full size). LONGSHORE_SEED: of all that is random.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { newFolder, startSandbox, writeRandomFile } from '../support/processes.mjs';
import { readJournal } from './journal.mjs';
import { killedRun } from './killrun.mjs';
import { moments, reachable, stateAtKill, states } from './killstates.mjs';
import { Random, seed, setting } from './random.mjs';
import { startWire } from './wire.mjs';

const kills = setting('LONGSHORE_KILLS', 40);
/** Of each state: 10 of 200 kills, and 2 of 40. */
const leastOfEach = Math.floor(kills / 20);
/** Of one set of uploads, so that all kinds of sets are killed. */
const killsOfOneSet = 10;
/** A run that ended before its moment came was none. */
const mostRuns = 4 * kills + 100;
const timeout = 60_000 + kills * 10_000;

const kib = 1024;
/** How many milliseconds the sandbox takes for what is not a part. */
const delays = { create: 300, complete: 400, files: 200, cancel: 400 };
/** One part in so many is told to come back later. */
const busyEvery = 11;
/** A run that is left alone, in seconds: what is killed must not be over before. */
const leastSeconds = 3;

/** `parts` of each file; `rate` in bytes a second at which the sandbox reads a part. */
const sets = [
  { name: 'several files', parts: [10, 9, 10, 11], partSize: 48 * kib, lanes: 3, rate: 144 * kib },
  { name: 'large parts', parts: [6], partSize: 8192 * kib, lanes: 2, rate: 7000 * kib },
  { name: 'ordered', parts: [36], partSize: 64 * kib, lanes: 4, rate: 192 * kib, ordered: true },
  { name: 'combined', parts: [14, 9, 14], partSize: 64 * kib, lanes: 4, rate: 192 * kib, combined: true },
  { name: 'one file', parts: [100], partSize: 16 * kib, lanes: 8, rate: 64 * kib },
];

/** Every other complete loses its answer; the first if so wanted. */
const isLost = (nth, lostFirst) => (nth % 2 === 1) === lostFirst;
const lostCompletes = (lostFirst) =>
  [...Array(100).keys()].filter((nth) => nth > 0 && isLost(nth, lostFirst));

const faults = ({ rate }, lostFirst) => [
  { call: 'create', nth: 1, action: 'status', status: 503, headers: { 'retry-after-ms': 300 } },
  { call: 'create', action: 'delay', ms: delays.create },
  { call: 'part', every: busyEvery, action: 'status', status: 503, headers: { 'retry-after-ms': 300 } },
  { call: 'part', action: 'slow', rate },
  { call: 'complete', nth: lostCompletes(lostFirst), action: 'lost' },
  { call: 'complete', action: 'delay', ms: delays.complete },
  { call: 'files', action: 'delay', ms: delays.files },
  { call: 'cancel', action: 'delay', ms: delays.cancel },
];

/** The files of a set, what is uploaded of them, and what each upload must become. */
async function prepare(t, set, random) {
  const folder = await newFolder(t);
  const files = [];
  for (const [index, parts] of set.parts.entries()) {
    const bytes = parts * set.partSize - random.between(0, set.partSize - 1);
    const path = join(folder, `file-${index}.bin`);
    files.push({ path, bytes, parts, filename: `file-${index}.bin` });
    await writeRandomFile(path, bytes, `${seed} ${set.name} ${index}`);
  }
  const args = ['--lanes', `${set.lanes}`, '--part-size', `${set.partSize}`];
  const uploads = [];
  if (set.combined) {
    args.push('--combine', 'all.bin');
    const content = Buffer.concat(await Promise.all(files.map(({ path }) => readFile(path))));
    uploads.push({ filename: 'all.bin', paths: files.map(({ path }) => path), content });
  } else {
    for (const { path, filename } of files)
      uploads.push({ filename, paths: [path], content: await readFile(path) });
  }
  if (set.ordered) {
    const [upload] = uploads;
    const order = random.shuffled([...Array(set.parts[0]).keys()]);
    args.push('--order', order.join(','));
    const { content } = upload;
    const part = (index) => content.subarray(index * set.partSize, (index + 1) * set.partSize);
    upload.content = Buffer.concat(order.map(part));
  }
  const parts = set.parts.reduce((sum, count) => sum + count);
  const seconds = (parts / set.lanes) * (set.partSize / set.rate) + (delays.create + delays.complete) / 1000;
  assert.ok(seconds >= leastSeconds, `${set.name}: a run takes ${seconds} s`);
  return { args, uploads };
}

/** What the journal has of an upload that is not over; undefined if nothing. */
const recordOf = (journal, { filename }) =>
  journal.findLast((entry) => entry.filename === filename && entry.state === 'queued');

/** What the journal has of it once it is completed. */
const endOf = (journal, { filename }) =>
  journal.find((entry) => entry.filename === filename && entry.state === 'completed');

/** No part that was confirmed is sent again while the upload lives, and nothing is forgotten. */
function checkRun(upload, events, before, after) {
  const confirmed = new Set(before?.confirmed);
  let uploadId = before?.uploadId;
  for (const event of events) {
    uploadId = event.upload_id ?? uploadId;
    if (event.event === 'resumed') {
      assert.equal(event.upload_id, before.uploadId);
      assert.equal(event.parts_confirmed, confirmed.size, 'not all that is on record is known');
    } else if (event.event === 'restarted') {
      assert.ok(upload.mayBeCancelled, `begun again: ${event.reason}`);
      confirmed.clear();
      uploadId = undefined;
    } else if (event.event === 'part' && event.state === 'sending') {
      assert.ok(!confirmed.has(event.index), `part ${event.index} is confirmed and sent again`);
    } else if (event.event === 'part' && event.state === 'confirmed') {
      assert.ok(!confirmed.has(event.index), `part ${event.index} is confirmed twice`);
      confirmed.add(event.index);
    }
    assert.ok(!['failed', 'unknown'].includes(event.event), JSON.stringify(event));
  }
  if (!after) return;
  if (uploadId && after.uploadId !== uploadId) {
    // That it is to begin again is on record, and the kill came before it was told.
    assert.ok(upload.mayBeCancelled, `${uploadId} is forgotten`);
    return;
  }
  const known = new Set(after.confirmed);
  for (const index of confirmed)
    assert.ok(known.has(index), `part ${index} is not on record: ${JSON.stringify({ before, after })}`);
}

/** How many parts were sent in a run and are not on record after it: the next run sends them again. */
function lostParts(requests, before, after) {
  if (!after?.uploadId) return 0;
  const sent = requests.filter(
    ({ call, id, status }) => call === 'part' && id === after.uploadId && (!status || status === 200),
  );
  const earlier = before?.uploadId === after.uploadId ? before.confirmed.length : 0;
  return sent.length - (after.confirmed.length - earlier);
}

test(`killed ${kills} times, seed ${seed}`, { timeout }, async (t) => {
  const random = new Random(`kill ${seed}`);
  const histogram = Object.fromEntries(states.map((state) => [state, 0]));
  let done = 0;
  let runs = 0;
  let resent = 0;
  let mostResent = 0;

  async function killSet(set) {
    const { args, uploads } = await prepare(t, set, random);
    const lostFirst = histogram.looking <= Math.min(histogram.completing, histogram['complete answered']);
    const sandbox = await startSandbox(t, { faults: faults(set, lostFirst) });
    const wire = await startWire(t, sandbox.url);
    const env = { OPENAI_BASE_URL: wire.url, OPENAI_API_KEY: sandbox.key };
    const dataDir = await newFolder(t);
    const idOf = ({ filename }) =>
      wire.requests.findLast((r) => r.call === 'create' && r.filename === filename && r.id)?.id;
    let left = [...uploads];
    let killsHere = 0;

    /**
     * The state that was hit least among those that can still be hit, and the upload to hit in it. Nothing
     * if all of them were hit more often than others.
     */
    function aimAt(journal) {
      if (done >= kills || killsHere >= killsOfOneSet) return undefined;
      const nextComplete = wire.requests.filter(({ call }) => call === 'complete').length + 1;
      const lostNext = isLost(nextComplete, lostFirst);
      const [first] = left;
      const hasCompany = left.length > 2;
      const open = reachable(recordOf(journal, first), { lostNext, hasCompany });
      const state = open.reduce((least, one) => (histogram[one] < histogram[least] ? one : least));
      if (histogram[state] > Math.min(...Object.values(histogram)) + 1) return undefined;
      const waits = state === 'queued' && hasCompany;
      const target = waits ? left.at(-1) : first;
      return {
        state,
        upload: target,
        path: target.paths[0],
        filename: target.filename,
        id: () => idOf(target),
        confirmed: recordOf(journal, target)?.confirmed.length ?? 0,
        within: waits ? moments.sending.within : undefined,
        random,
      };
    }

    for (let before = []; left.length > 0; ) {
      assert.ok(++runs <= mostRuns, `${runs} runs, and only ${done} kills`);
      const aim = aimAt(before);
      const paths = left.flatMap((upload) => upload.paths);
      const run = await killedRun(t, ['upload', '--json', '--data-dir', dataDir, ...args, ...paths], {
        wire,
        env,
        aim,
      });
      const after = await readJournal(dataDir);
      if (run.killed) {
        ++done;
        ++killsHere;
      } else {
        assert.ok(run.code === 0 || run.interrupted, `exit code ${run.code}: ${run.stderr}`);
      }
      let count = 0;
      for (const upload of [...left]) {
        const [path] = upload.paths;
        const queued = run.events.find((e) => e.event === 'queued' && (e.path ?? e.paths[0]) === path);
        const events = run.events.filter((event) => queued && event.upload === queued.upload);
        const [was, is] = [recordOf(before, upload), recordOf(after, upload)];
        if (run.killed && aim.upload === upload) {
          const { filename } = upload;
          const { requests, interrupted } = run;
          ++histogram[stateAtKill({ filename, events, requests, before: was, interrupted })];
        }
        upload.mayBeCancelled ||= run.interrupted;
        checkRun(upload, events, was, is);
        count += lostParts(run.requests, was, is);
        const completed = events.find((event) => event.event === 'completed');
        const ended = endOf(after, upload);
        // The next run would begin anew, and make a second file.
        assert.ok(completed || !ended, `${upload.filename} is on record as completed and nobody was told`);
        if (completed) {
          if (ended) assert.equal(ended.fileId, completed.file_id);
          upload.fileId = completed.file_id;
          left = left.filter((other) => other !== upload);
        }
      }
      if (run.killed) {
        assert.ok(count <= set.lanes, `${count} parts sent for nothing with ${set.lanes} lanes`);
        resent += count;
        mostResent = Math.max(mostResent, count);
      }
      before = after;
    }

    await checkService(sandbox, uploads);
  }

  /** One file for each upload, with its content. */
  async function checkService(sandbox, uploads) {
    const list = await fetch(`${sandbox.url}/files?limit=100`, {
      headers: { authorization: `Bearer ${sandbox.key}` },
    });
    const { data } = await list.json();
    const expected = uploads.map(({ filename, fileId }) => `${filename} ${fileId}`).sort();
    assert.deepEqual(data.map(({ filename, id }) => `${filename} ${id}`).sort(), expected);
    for (const { content, fileId } of uploads) {
      const hash = createHash('sha256').update(content).digest('hex');
      assert.equal(await sandbox.sha256(fileId), hash);
    }
    const statistics = await sandbox.stop();
    assert.equal(statistics.files, uploads.length);
    assert.equal(statistics.uploads.completed, uploads.length);
  }

  for (let turn = 0; done < kills; ++turn) await killSet(sets[turn % sets.length]);

  t.diagnostic(`seed ${seed}: ${done} kills in ${runs} runs`);
  t.diagnostic(`parts sent again: ${resent}, at most ${mostResent} a kill`);
  for (const [state, count] of Object.entries(histogram)) t.diagnostic(`${`${count}`.padStart(4)}  ${state}`);
  for (const [state, count] of Object.entries(histogram))
    assert.ok(count >= leastOfEach, `${state}: ${count} kills of at least ${leastOfEach}`);
});

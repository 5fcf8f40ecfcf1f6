// `longshore upload` against the sandbox: what it sends arrives, and each refusal that a client can
// provoke is told in its events and in its exit code.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  digest,
  newFolder,
  sha256OfFile,
  startSandbox,
  timeout,
  upload,
  writeRandomFile,
  writeSparseFile,
} from '../support/processes.mjs';

const uploadLimit = 8 * 1024 ** 3;
/** KiB: more than twice what it takes, and a fifteenth of the file. */
const largestMemory = 128 * 1024;
/** It takes a minute and 4 GB of the temporary folder. */
const onDemand = process.env.LONGSHORE_LARGE ? false : 'set LONGSHORE_LARGE=1 to run it';

/** A rule that answers with an error of the service's shape. */
const refusing = (call, status, error, which = {}) => ({
  call,
  ...which,
  action: 'status',
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { type: 'invalid_request_error', param: null, code: null, ...error } }),
});

/** Ended by itself, with this exit code. */
function assertEnded({ code, signal, stderr }, expected) {
  assert.deepEqual({ code, signal }, { code: expected, signal: null }, `${signal ?? code}: ${stderr}`);
}

async function newFile(t, bytes = 300_000, name = 'file.bin') {
  return writeRandomFile(join(await newFolder(t), name), bytes, name);
}

/** The one failed event; there is no completed one, and the summary comes last. */
function failureOf(result) {
  const [failed] = result.named('failed');
  assert.ok(failed, JSON.stringify(result.events));
  assert.equal(result.named('failed').length, 1);
  assert.equal(result.named('completed').length, 0);
  const summary = result.events.at(-1);
  assert.equal(summary.event, 'summary');
  assert.deepEqual([summary.completed, summary.failed, summary.cancelled], [0, 1, 0]);
  return failed;
}

/** Uploads a small file, which fails; gives the error and what the sandbox has seen. */
async function failingUpload(t, { sandbox: options, args = [], env = {}, file, exit }) {
  const sandbox = await startSandbox(t, options);
  const path = file ?? (await newFile(t));
  const result = await upload(t, [...args, path], { env: { ...sandbox.env, ...env } });
  assertEnded(result, exit);
  const failed = failureOf(result);
  assert.equal(failed.path, path);
  assert.ok(failed.error.message.length > 0);
  return { error: failed.error, result, ...(await sandbox.stop()) };
}

/** What went wrong in the middle, and yet the content arrives. */
async function succeedingUpload(t, { sandbox: options, args = [], bytes }) {
  const sandbox = await startSandbox(t, options);
  const path = await newFile(t, bytes);
  const result = await upload(t, [...args, path], { env: sandbox.env });
  assertEnded(result, 0);
  const [completed] = result.named('completed');
  assert.equal(completed.bytes, (await stat(path)).size);
  assert.equal(await sandbox.sha256(completed.file_id), await sha256OfFile(path));
  return { completed, path, result, ...(await sandbox.stop()) };
}

test('the content arrives, and the events tell how', { timeout }, async (t) => {
  const bytes = 1_000_001;
  const args = ['--part-size', '300000', '--lanes', '3'];
  const { completed, path, result, ...seen } = await succeedingUpload(t, { args, bytes });

  for (const event of result.events) {
    assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(typeof event.upload, 'string');
  }
  const [queued] = result.named('queued');
  assert.deepEqual(
    [queued.path, queued.bytes, queued.parts, queued.part_size, queued.purpose],
    [path, bytes, 4, 300_000, 'user_data'],
  );
  const [created] = result.named('created');
  assert.equal(created.upload_id, completed.upload_id);
  assert.deepEqual(
    result.parts('sending').map((part) => part.index).sort(),
    [0, 1, 2, 3],
  );
  const confirmed = result.parts('confirmed').sort((a, b) => a.index - b.index);
  assert.deepEqual(confirmed.map((part) => part.offset), [0, 300_000, 600_000, 900_000]);
  assert.deepEqual(confirmed.map((part) => part.bytes), [300_000, 300_000, 300_000, 100_001]);
  assert.deepEqual(confirmed.map((part) => part.part_id), completed.part_ids);
  assert.equal(completed.md5, digest('md5', await readFile(path)));
  assert.deepEqual(seen.requests, { create: 1, part: 4, complete: 1, cancel: 0, files: 2 });
  assert.ok(seen.peak_parts <= 3);
  assert.equal(seen.files, 1);
});

test('the file holds the parts in the order asked for', { timeout }, async (t) => {
  const sandbox = await startSandbox(t);
  const path = await newFile(t, 250);
  const args = ['--part-size', '100', '--order', '2,0,1', path];
  const result = await upload(t, args, { env: sandbox.env });
  assertEnded(result, 0);
  const content = await readFile(path);
  const ordered = Buffer.concat([
    content.subarray(200),
    content.subarray(0, 100),
    content.subarray(100, 200),
  ]);
  const [completed] = result.named('completed');
  assert.equal(completed.md5, digest('md5', ordered));
  assert.equal(await sandbox.sha256(completed.file_id), digest('sha256', ordered));
});

test('a wrong key', { timeout }, async (t) => {
  const env = { OPENAI_API_KEY: 'sk-sandbox-another' };
  const { error, requests } = await failingUpload(t, { env, exit: 3 });
  assert.equal(error.kind, 'auth');
  assert.equal(error.status, 401);
  assert.equal(error.code, 'invalid_api_key');
  assert.equal(error.message, 'Incorrect API key provided.');
  assert.ok(error.request_id);
  assert.equal(requests.create, 1);
});

test('no right to it', { timeout }, async (t) => {
  const faults = [refusing('create', 403, { message: 'Missing scopes: api.files.write.' })];
  const { error, requests } = await failingUpload(t, { sandbox: { faults }, exit: 3 });
  assert.equal(error.status, 403);
  assert.equal(error.message, 'Missing scopes: api.files.write.');
  assert.equal(requests.create, 1);
});

test('an unknown purpose', { timeout }, async (t) => {
  const { error, requests } = await failingUpload(t, { args: ['--purpose', 'holiday'], exit: 1 });
  assert.equal(error.kind, 'refused');
  assert.equal(error.status, 400);
  assert.equal(error.message, "'holiday' is not one of the purposes.");
  assert.equal(requests.create, 1);
});

test('a type that does not fit the purpose', { timeout }, async (t) => {
  const args = ['--purpose', 'vision', '--mime-type', 'text/plain'];
  const { error } = await failingUpload(t, { args, exit: 1 });
  assert.equal(error.kind, 'refused');
  assert.equal(error.status, 400);
});

test('the upload expires while its parts are sent', { timeout }, async (t) => {
  // A part takes eight seconds, and the upload lives for six.
  const faults = [{ call: 'part', action: 'slow', rate: 12_500 }];
  const sandbox = { args: ['--lifetime', '6'], faults };
  const args = ['--part-size', '100000', '--lanes', '1'];
  const { error, requests, uploads } = await failingUpload(t, { sandbox, args, exit: 1 });
  assert.equal(error.kind, 'expired');
  assert.ok(requests.part >= 1);
  assert.equal(requests.complete, 0);
  assert.equal(uploads.completed, 0);
});

test('one byte over 8 GiB is refused without a request', { timeout }, async (t) => {
  const folder = await newFolder(t);
  const file = await writeSparseFile(join(folder, 'large.bin'), uploadLimit + 1);
  const { error, requests } = await failingUpload(t, { file, exit: 1 });
  assert.equal(error.kind, 'file');
  assert.equal(requests.create, 0);
});

test('an empty, a missing and a special file are refused, the good one goes on', { timeout }, async (t) => {
  const sandbox = await startSandbox(t);
  const folder = await newFolder(t);
  const bad = [
    await writeSparseFile(join(folder, 'empty.bin'), 0),
    join(folder, 'missing.bin'),
    folder,
  ];
  const good = await newFile(t, 1000);
  const result = await upload(t, [...bad, good], { env: sandbox.env });
  assertEnded(result, 1);
  const failed = result.named('failed');
  assert.deepEqual(failed.map((event) => event.path).sort(), [...bad].sort());
  for (const { error } of failed) assert.equal(error.kind, 'file');
  const [completed] = result.named('completed');
  assert.equal(await sandbox.sha256(completed.file_id), await sha256OfFile(good));
  assert.equal((await sandbox.stop()).requests.create, 1);
});

test('a part whose answer was lost is sent again', { timeout }, async (t) => {
  const faults = [{ call: 'part', nth: [1], action: 'lost' }];
  const { requests, result } = await succeedingUpload(t, { sandbox: { faults } });
  assert.equal(requests.part, 2);
  // Without libcurl Qt may send it again by itself, and tells nobody.
  const told = result.parts('retrying').length;
  assert.ok(process.env.LONGSHORE_CURL === 'OFF' ? told <= 1 : told === 1);
});

test('where every byte counts, a part sent twice begins the upload again', { timeout }, async (t) => {
  const faults = [{ call: 'part', nth: [1], action: 'lost' }];
  const sandbox = { args: ['--count-every-byte'], faults };
  const { result, files, requests } = await succeedingUpload(t, { sandbox, bytes: 300_000 });
  const [restarted, ...more] = result.named('restarted');
  assert.match(restarted.reason, /600000 bytes.*300000/);
  assert.deepEqual(more, []);
  assert.equal(requests.create, 2);
  assert.equal(requests.part, 3);
  assert.equal(files, 1);
});

test('complete refused for its md5', { timeout }, async (t) => {
  const message = 'The md5 checksum is not that of the content.';
  const faults = [refusing('complete', 400, { message, param: 'md5' })];
  const { error, files, requests } = await failingUpload(t, { sandbox: { faults }, exit: 1 });
  assert.equal(error.kind, 'refused');
  assert.equal(error.status, 400);
  assert.equal(error.message, message);
  assert.equal(requests.complete, 1);
  assert.equal(files, 0);
});

test('a part too large for a gateway', { timeout }, async (t) => {
  const faults = [{ call: 'part', action: 'status', status: 413, body: 'Too large' }];
  const { error, requests } = await failingUpload(t, { sandbox: { faults }, exit: 1 });
  assert.equal(error.kind, 'refused');
  assert.equal(error.status, 413);
  assert.equal(error.part, 0);
  assert.equal(requests.part, 1);
});

test('no money left', { timeout }, async (t) => {
  const code = 'insufficient_quota';
  const faults = [refusing('create', 429, { message: 'You exceeded your quota.', code })];
  const { error, requests } = await failingUpload(t, { sandbox: { faults }, exit: 1 });
  assert.equal(error.kind, 'quota');
  assert.deepEqual([error.status, error.code], [429, code]);
  assert.equal(error.message, 'You exceeded your quota.');
  assert.equal(requests.create, 1);
});

test('too many requests, and a server in trouble: tried again', { timeout }, async (t) => {
  const soon = { message: 'Slow down.', code: 'rate_limit_exceeded' };
  const faults = [
    { ...refusing('create', 429, soon, { nth: [1] }), headers: { 'retry-after-ms': '50' } },
    { call: 'part', nth: [1], action: 'status', status: 503, body: '' },
    { call: 'complete', nth: [1], action: 'status', status: 500, body: '{}' },
  ];
  const { requests, files } = await succeedingUpload(t, { sandbox: { faults } });
  assert.deepEqual([requests.create, requests.part, requests.complete], [2, 2, 2]);
  assert.equal(files, 1);
});

test('an upload that the service no longer knows begins again', { timeout }, async (t) => {
  const faults = [refusing('part', 404, { message: 'No such Upload object' }, { nth: [2] })];
  const args = ['--part-size', '100000', '--lanes', '1'];
  const { requests, result } = await succeedingUpload(t, { sandbox: { faults }, args });
  assert.equal(requests.create, 2);
  assert.equal(result.named('restarted').length, 1);
});

test('an answer that is no JSON', { timeout }, async (t) => {
  const faults = [{ call: 'create', action: 'body', body: '<html>Welcome to the hotel</html>' }];
  const { error, requests } = await failingUpload(t, { sandbox: { faults }, exit: 1 });
  assert.equal(error.kind, 'bad-answer');
  assert.equal(requests.create, 3);
});

test('SIGINT cancels at the service', { timeout }, async (t) => {
  const faults = [{ call: 'part', action: 'stall', when: 'body' }];
  const sandbox = await startSandbox(t, { faults });
  const result = await upload(t, [await newFile(t)], {
    env: sandbox.env,
    onEvent(event, child) {
      if (event.event === 'part' && event.state === 'sending') child.kill('SIGINT');
    },
  });
  assertEnded(result, 130);
  assert.equal(result.named('cancelled').length, 1);
  assert.equal(result.events.at(-1).cancelled, 1);
  const { uploads } = await sandbox.stop();
  assert.deepEqual([uploads.pending, uploads.cancelled], [0, 1]);
});

test('a file of 2 GB in bounded memory', { timeout: 4 * timeout, skip: onDemand }, async (t) => {
  const sandbox = await startSandbox(t);
  const path = await newFile(t, 2_000_000_000);
  let memory = 0; // KiB, the highest so far
  let reading = Promise.resolve();
  const result = await upload(t, [path], {
    env: sandbox.env,
    onEvent(event, child) {
      if (event.event !== 'progress') return;
      reading = reading.then(async () => {
        const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
        memory = Math.max(memory, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
      });
    },
  });
  await reading;
  assertEnded(result, 0);
  const [completed] = result.named('completed');
  assert.equal(await sandbox.sha256(completed.file_id), await sha256OfFile(path));
  t.diagnostic(`peak of resident memory: ${memory} KiB; ${completed.seconds} s`);
  assert.ok(memory > 0 && memory < largestMemory, `${memory} KiB`);
});

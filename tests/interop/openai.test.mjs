// The official client against the sandbox. Runs as the command of `longshore sandbox`, whose
// OPENAI_BASE_URL and OPENAI_API_KEY the client finds by itself.

import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import OpenAI, { toFile } from 'openai';

import { digest, newFolder, randomBuffer, startSandbox, timeout, writeRandomFile } from '../support/processes.mjs';

// Debian 12 has Node 18, where it is not global yet.
globalThis.File ??= File;

const maximumPartBytes = 64 * 1024 * 1024;
const maximumUploadBytes = 8 * 1024 ** 3;

/** Its own retries would hide how often the service was asked. */
const client = new OpenAI({ maxRetries: 0 });

const clientOf = ({ url, key }, options) =>
  new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0, ...options });

const newUpload = (bytes, { by = client, ...more } = {}) =>
  by.uploads.create({
    bytes,
    filename: 'numbers.bin',
    mime_type: 'application/octet-stream',
    purpose: 'user_data',
    ...more,
  });

/** A part as the client's users send it: a File, with a Content-Length. */
const addPart = async (upload, data, by = client) =>
  by.uploads.parts.create(upload.id, { data: await toFile(data, 'part') });

const contentOf = async (fileId, by = client) =>
  Buffer.from(await (await by.files.content(fileId)).arrayBuffer());

/** Checks that the promise fails with exactly this class of the client's errors. */
async function assertRefused(promise, type, status, { param = null, code = null, message } = {}) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.constructor, type, `${error}`);
    assert.equal(error.status, status);
    assert.equal(error.param, param);
    assert.equal(error.code, code);
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, message ?? /./);
    assert.ok(error.requestID, 'an answer has an x-request-id');
    return true;
  });
}

test('parts in parallel, completed in another order with md5', { timeout }, async () => {
  const parts = [300_000, 1, 250_000, 65_536, 99_999, 700_001].map((size, i) => randomBuffer(size, i));
  const order = [3, 0, 5, 1, 4, 2];
  const content = Buffer.concat(order.map((i) => parts[i]));

  const upload = await newUpload(content.length);
  assert.equal(upload.object, 'upload');
  assert.equal(upload.status, 'pending');
  assert.equal(upload.bytes, content.length);
  assert.equal(upload.expires_at - upload.created_at, 3600);
  assert.equal(upload.file ?? null, null);

  const confirmed = await Promise.all(parts.map((part) => addPart(upload, part)));
  for (const part of confirmed) {
    assert.equal(part.object, 'upload.part');
    assert.equal(part.upload_id, upload.id);
  }
  assert.equal(new Set(confirmed.map((part) => part.id)).size, parts.length);

  const completed = await client.uploads.complete(upload.id, {
    part_ids: order.map((i) => confirmed[i].id),
    md5: digest('md5', content),
  });
  assert.equal(completed.id, upload.id);
  assert.equal(completed.status, 'completed');
  assert.equal(completed.file.bytes, content.length);
  assert.equal(completed.file.filename, 'numbers.bin');
  assert.equal(
    digest('sha256', await contentOf(completed.file.id)),
    digest('sha256', content),
  );
});

test('a part that hangs does not hold up the others', { timeout }, async (t) => {
  const faults = [{ call: 'part', nth: [1], action: 'stall', when: 'answer' }];
  const sandbox = await startSandbox(t, { faults });
  const own = clientOf(sandbox);
  const parts = [0, 1, 2].map((i) => randomBuffer(100_000, i));
  const upload = await newUpload(300_000, { by: own });
  const leaving = new AbortController();
  const confirmed = [];
  const requests = parts.map(async (part, i) => {
    const body = { data: await toFile(part, 'part') };
    const options = { signal: leaving.signal };
    confirmed[i] = await own.uploads.parts.create(upload.id, body, options);
    // Which one comes first, and so hangs, is not known.
    if (confirmed.flat().length === 2) leaving.abort();
  });
  const outcomes = await Promise.allSettled(requests);
  const hanging = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.equal(hanging.length, 1);
  assert.ok(hanging[0].reason instanceof OpenAI.APIUserAbortError, `${hanging[0].reason}`);
  const late = outcomes.indexOf(hanging[0]);
  confirmed[late] = await addPart(upload, parts[late], own);
  const part_ids = confirmed.map((part) => part.id);
  const { file } = await own.uploads.complete(upload.id, { part_ids });
  assert.equal(await sandbox.sha256(file.id), digest('sha256', Buffer.concat(parts)));
  assert.ok((await sandbox.stop()).peak_parts >= 2);
});

test('a part from a stream goes chunked', { timeout }, async (t) => {
  const path = await writeRandomFile(join(await newFolder(t), 'part'), 3_000_000, 'stream');
  let bodies = 0;
  const streaming = new OpenAI({
    maxRetries: 0,
    fetch(url, init) {
      if (init.body instanceof ReadableStream) {
        assert.equal(new Headers(init.headers).get('content-length'), null);
        ++bodies;
      }
      return fetch(url, init);
    },
  });
  const upload = await newUpload(3_000_000);
  const part = await streaming.uploads.parts.create(upload.id, { data: createReadStream(path) });
  assert.equal(bodies, 1);
  const { file } = await client.uploads.complete(upload.id, { part_ids: [part.id] });
  assert.equal(
    digest('sha256', await contentOf(file.id)),
    digest('sha256', randomBuffer(3_000_000, 'stream')),
  );
});

test('list, retrieve, content, delete', { timeout }, async (t) => {
  const own = clientOf(await startSandbox(t));
  const ids = [];
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    const upload = await newUpload(5, {
      by: own,
      filename: name,
      mime_type: 'text/plain',
      purpose: name === 'b.txt' ? 'assistants' : 'user_data',
      expires_after: { anchor: 'created_at', seconds: 7200 },
    });
    const part = await addPart(upload, Buffer.from('12345'), own);
    const { file } = await own.uploads.complete(upload.id, { part_ids: [part.id] });
    assert.equal(file.filename, name);
    assert.equal(file.expires_at - file.created_at, 7200);
    ids.push(file.id);
  }

  const listed = [];
  // One a page: the client follows has_more by itself.
  for await (const file of own.files.list({ limit: 1 })) listed.push(file.id);
  assert.deepEqual([...listed].sort(), [...ids].sort());
  const assistants = await own.files.list({ purpose: 'assistants' });
  assert.deepEqual(assistants.data.map((file) => file.id), [ids[1]]);

  assert.equal((await own.files.retrieve(ids[0])).filename, 'a.txt');
  assert.equal(`${await contentOf(ids[2], own)}`, '12345');
  const deleted = await own.files.delete(ids[1]);
  assert.deepEqual(deleted, { object: 'file', deleted: true, id: ids[1] });
  await assertRefused(own.files.retrieve(ids[1]), OpenAI.NotFoundError, 404, { param: 'id' });
  await assertRefused(own.files.delete(ids[1]), OpenAI.NotFoundError, 404, { param: 'id' });
  assert.equal((await own.files.list()).data.length, 2);
});

test('nothing goes on after cancel', { timeout }, async () => {
  const upload = await newUpload(10);
  const part = await addPart(upload, Buffer.alloc(10));
  const cancelled = await client.uploads.cancel(upload.id);
  assert.equal(cancelled.status, 'cancelled');
  const { BadRequestError } = OpenAI;
  await assertRefused(addPart(upload, Buffer.alloc(10)), BadRequestError, 400);
  await assertRefused(
    client.uploads.complete(upload.id, { part_ids: [part.id] }),
    BadRequestError,
    400,
  );
  await assertRefused(client.uploads.cancel(upload.id), BadRequestError, 400);
});

test('nothing goes on after complete', { timeout }, async () => {
  const upload = await newUpload(10);
  const part = await addPart(upload, Buffer.alloc(10));
  await client.uploads.complete(upload.id, { part_ids: [part.id] });
  const { BadRequestError } = OpenAI;
  await assertRefused(addPart(upload, Buffer.alloc(10)), BadRequestError, 400);
  await assertRefused(
    client.uploads.complete(upload.id, { part_ids: [part.id] }),
    BadRequestError,
    400,
  );
  await assertRefused(client.uploads.cancel(upload.id), BadRequestError, 400);
});

test('complete refuses what does not fit, and then takes what does', { timeout }, async () => {
  const content = randomBuffer(20, 'complete');
  const upload = await newUpload(20);
  const first = await addPart(upload, content.subarray(0, 12));
  const second = await addPart(upload, content.subarray(12));
  const other = await addPart(await newUpload(8), content.subarray(12));

  const complete = (part_ids, md5) => client.uploads.complete(upload.id, { part_ids, md5 });
  const refusals = [
    ['too few bytes', [first.id], undefined, 'part_ids'],
    ['an unknown part', [first.id, 'part_unknown'], undefined, 'part_ids'],
    ["another upload's part", [first.id, other.id], undefined, 'part_ids'],
    ['a part listed twice', [first.id, second.id, second.id], undefined, 'part_ids'],
    ['no part', [], undefined, 'part_ids'],
    ['another md5', [first.id, second.id], digest('md5', 'other'), 'md5'],
    ['the md5 of another order', [second.id, first.id], digest('md5', content), 'md5'],
  ];
  for (const [what, ids, md5, param] of refusals) {
    await assert.doesNotReject(
      assertRefused(complete(ids, md5), OpenAI.BadRequestError, 400, { param }),
      what,
    );
  }
  const { file } = await complete([first.id, second.id], digest('md5', content).toUpperCase());
  assert.equal(digest('sha256', await contentOf(file.id)), digest('sha256', content));
});

test('a part of 64 MiB is taken, one more byte is not', { timeout }, async () => {
  const data = Buffer.alloc(maximumPartBytes + 1, 'x');
  const upload = await newUpload(maximumPartBytes);
  await assertRefused(addPart(upload, data), OpenAI.APIError, 413, { param: 'data' });
  const part = await addPart(upload, data.subarray(1));
  const { file } = await client.uploads.complete(upload.id, { part_ids: [part.id] });
  assert.equal(file.bytes, maximumPartBytes);
  assert.equal((await client.files.delete(file.id)).deleted, true);
});

test('create refuses what the service does not take', { timeout }, async () => {
  const { BadRequestError } = OpenAI;
  assert.equal((await newUpload(maximumUploadBytes)).bytes, maximumUploadBytes);
  const refusals = [
    [maximumUploadBytes + 1, {}, 'bytes'],
    [0, {}, 'bytes'],
    [1, { purpose: 'holiday' }, 'purpose'],
    [1, { purpose: 'vision', mime_type: 'text/plain' }, 'mime_type'],
    [1, { filename: '' }, 'filename'],
    [1, { expires_after: { anchor: 'created_at', seconds: 3599 } }, 'expires_after.seconds'],
    [1, { colour: 'blue' }, 'colour'],
  ];
  for (const [bytes, more, param] of refusals)
    await assertRefused(newUpload(bytes, more), BadRequestError, 400, { param });
});

test('an unknown upload', { timeout }, async () => {
  const upload = { id: 'upload_unknown' };
  const { NotFoundError } = OpenAI;
  const param = 'upload_id';
  await assertRefused(addPart(upload, Buffer.alloc(1)), NotFoundError, 404, { param });
  const complete = client.uploads.complete(upload.id, { part_ids: ['part_unknown'] });
  await assertRefused(complete, NotFoundError, 404, { param });
  await assertRefused(client.uploads.cancel(upload.id), NotFoundError, 404, { param });
});

test('a wrong key', { timeout }, async () => {
  const stranger = new OpenAI({ apiKey: 'sk-sandbox-another', maxRetries: 0 });
  const upload = await newUpload(1);
  const expected = [OpenAI.AuthenticationError, 401, { code: 'invalid_api_key' }];
  await assertRefused(newUpload(1, { by: stranger }), ...expected);
  await assertRefused(addPart(upload, Buffer.alloc(1), stranger), ...expected);
  await assertRefused(stranger.files.list(), ...expected);
});

test('an upload expires', { timeout }, async (t) => {
  const own = clientOf(await startSandbox(t, { args: ['--lifetime', '1'] }));
  const upload = await newUpload(1, { by: own });
  assert.equal(upload.expires_at - upload.created_at, 1);
  let refused;
  while (!refused) {
    await addPart(upload, Buffer.alloc(1), own).catch((error) => (refused = error));
    await sleep(20);
  }
  const expected = [OpenAI.BadRequestError, 400, { code: 'upload_expired' }];
  await assertRefused(Promise.reject(refused), ...expected);
  await assertRefused(own.uploads.complete(upload.id, { part_ids: ['part_any'] }), ...expected);
  await assertRefused(own.uploads.cancel(upload.id), ...expected);
});

test('errors that only faults bring', { timeout }, async (t) => {
  const statuses = [
    [403, OpenAI.PermissionDeniedError],
    [409, OpenAI.ConflictError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [503, OpenAI.InternalServerError],
  ];
  const body = JSON.stringify({
    error: { message: 'As told.', type: 'invalid_request_error', param: null, code: 'told' },
  });
  const faults = statuses.map(([status], i) => ({
    call: 'create',
    nth: [i + 1],
    action: 'status',
    status,
    headers: { 'content-type': 'application/json' },
    body,
  }));
  const own = clientOf(await startSandbox(t, { faults }));
  for (const [status, type] of statuses)
    await assertRefused(newUpload(1, { by: own }), type, status, { code: 'told', message: /As told/ });
  assert.equal((await newUpload(1, { by: own })).status, 'pending');
});

test('the client asks three times before it gives up', { timeout }, async (t) => {
  const faults = [{ call: 'create', action: 'status', status: 503, body: '{}' }];
  const sandbox = await startSandbox(t, { faults });
  const patient = clientOf(sandbox, { maxRetries: 2 });
  await assert.rejects(newUpload(1, { by: patient }), OpenAI.InternalServerError);
  const { requests } = await sandbox.stop();
  assert.equal(requests.create, 3);
});

for (const every of [false, true]) {
  const outcome = every ? 'refused when every byte counts' : 'harmless where only listed parts count';
  test(`a part whose answer was lost is sent again: ${outcome}`, { timeout }, async (t) => {
    const args = every ? ['--count-every-byte'] : [];
    const faults = [{ call: 'part', nth: [1], action: 'lost' }];
    const sandbox = await startSandbox(t, { args, faults });
    const patient = clientOf(sandbox, { maxRetries: 2 });
    const content = randomBuffer(100_000, 'lost');
    const upload = await newUpload(content.length, { by: patient });
    const part = await addPart(upload, content, patient);
    const complete = patient.uploads.complete(upload.id, { part_ids: [part.id] });
    if (every)
      await assertRefused(complete, OpenAI.BadRequestError, 400, { param: 'part_ids' });
    else
      assert.equal(await sandbox.sha256((await complete).file.id), digest('sha256', content));
    const { requests, files } = await sandbox.stop();
    assert.equal(requests.part, 2);
    assert.equal(files, every ? 0 : 1);
  });
}

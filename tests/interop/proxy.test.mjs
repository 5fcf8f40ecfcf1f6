// The upload command through tinyproxy, which wants a password.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder, sha256OfFile, startSandbox, timeout, upload, writeRandomFile } from '../support/processes.mjs';
import { startProxy } from '../support/tinyproxy.mjs';

test('parts and control calls go through a proxy with password', { timeout }, async (t) => {
  const sandbox = await startSandbox(t);
  const proxy = await startProxy(t, { user: 'someone', password: 'secret' });
  const file = await writeRandomFile(join(await newFolder(t), 'file.bin'), 3_000_000, 'proxy');
  const args = ['--part-size', '300000', file];

  const good = await upload(t, args, { env: { ...sandbox.env, ...proxy('someone:secret@') } });
  assert.equal(good.code, 0, good.stderr);
  const [{ file_id: id }] = good.named('completed');
  assert.equal(await sandbox.sha256(id), await sha256OfFile(file));

  const refused = await upload(t, args, { env: { ...sandbox.env, ...proxy('') } });
  assert.equal(refused.code, 1);
  const [{ error }] = refused.named('failed');
  assert.equal(error.kind, 'network');
  assert.equal(error.status, 407);
  assert.match(error.advice, /proxy/);
  assert.ok(!JSON.stringify(good.events).includes('secret'));

  // The proxy has let through what had the password, and nothing else.
  assert.equal((await sandbox.stop()).requests.create, 1);
});

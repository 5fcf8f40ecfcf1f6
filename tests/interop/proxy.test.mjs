// The upload command through tinyproxy, which wants a password.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder, sha256OfFile, startSandbox, timeout, upload, writeRandomFile } from '../support/processes.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Ends with the first connection that is accepted; without one, the test's own timeout ends it. */
async function accepts(port, proxy) {
  while (proxy.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const opened = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (opened) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('tinyproxy ended at once; tests/run.sh installs what it needs');
}

async function startProxy(t) {
  const port = await freePort();
  const config = join(await newFolder(t), 'tinyproxy.conf');
  await writeFile(
    config,
    `Port ${port}\nListen 127.0.0.1\nTimeout 600\nMaxClients 100\nBasicAuth someone secret\n`,
  );
  const proxy = spawn('tinyproxy', ['-d', '-c', config], { stdio: 'ignore' });
  const ended = once(proxy, 'close');
  t.after(async () => {
    proxy.kill('SIGKILL');
    await ended;
  });
  await accepts(port, proxy);
  return (credentials) => ({ http_proxy: `http://${credentials}127.0.0.1:${port}` });
}

test('parts and control calls go through a proxy with password', { timeout }, async (t) => {
  const sandbox = await startSandbox(t);
  const proxy = await startProxy(t);
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

// An HTTP proxy that wants a password.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { newFolder } from './processes.mjs';

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

/**
 * Starts tinyproxy, which wants this user name and password. Gives a function that makes the program's
 * environment of the credentials in a proxy's address, such as "user:password@".
 */
export async function startProxy(t, { user, password }) {
  const port = await freePort();
  const config = join(await newFolder(t), 'tinyproxy.conf');
  await writeFile(
    config,
    `Port ${port}\nListen 127.0.0.1\nTimeout 600\nMaxClients 100\nBasicAuth ${user} ${password}\n`,
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

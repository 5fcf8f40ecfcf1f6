// Two network namespaces joined by a bad line: the sandbox behind TLS in one of them, and room for
// the upload command in the other.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newFolder, startSandbox } from '../support/processes.mjs';

const run = promisify(execFile);
const device = 'line0';
const serverAddress = '203.0.113.1';
const tlsPort = 8443;
// What loses packets slows cubic down, as the line's losses should; other algorithms hide them.
const route = ['default', 'dev', device, 'congctl', 'cubic'];

/** Starts a command; gives its process and what waits for the next line that it prints. */
function startHelper(t, [command, ...args]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  const nextLine = async () => {
    const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
    assert.ok(line, `${command} ended at once`);
    return line[0];
  };
  return { child, nextLine };
}

/**
 * Two namespaces, `client` and `server`: each is what to put before a command to run it there. The
 * line is set by line({ rate, queue, delay, loss }), see lossylink.cpp, and both ways alike.
 */
export async function startNetwork(t, { seed = 1, ...quality }) {
  assert.ok(process.env.LOSSYLINK, 'LOSSYLINK must name the program that makes the line');
  const link = startHelper(t, [process.env.LOSSYLINK, String(seed)]);
  const [pid, ...spaces] = (await link.nextLine()).split(' ');
  const asRoot =
    process.getuid() === 0 ? [] : [`--user=/proc/${pid}/ns/user`, '--preserve-credentials'];
  // What runs there ends with this process, whatever ends this one.
  const [client, server] = spaces.map((fd) => [
    ...['nsenter', ...asRoot, `--net=/proc/${pid}/fd/${fd}`],
    ...['setpriv', '--pdeathsig', 'KILL'],
  ]);
  const ip = (via, ...args) => run(via[0], [...via.slice(1), 'ip', ...args]);
  const tell = (...command) => link.child.stdin.write(`${command.join(' ')}\n`);

  const setAddress = async (via, address) => {
    await ip(via, 'address', 'add', address, 'dev', device);
    await ip(via, 'route', 'replace', ...route);
  };
  for (const [via, address] of [
    [client, '198.51.100.10/24'],
    [server, `${serverAddress}/24`],
  ]) {
    await ip(via, 'link', 'set', 'lo', 'up');
    await ip(via, 'link', 'set', device, 'up');
    await setAddress(via, address);
  }
  const network = {
    client,
    server,
    line(changes) {
      for (const [name, value] of Object.entries(changes)) tell(name, value);
    },
    cut: () => tell('cut'),
    join: () => tell('join'),
    /** As when a laptop leaves a network: no address, and no route either. */
    leave: () => ip(client, 'address', 'flush', 'dev', device),
    /** As when it enters the next one. */
    enter: (address) => setAddress(client, address),
    /** Packets and bytes that went [up, down]. */
    async counts() {
      tell('count');
      return JSON.parse(await link.nextLine());
    },
  };
  network.line(quality);
  return network;
}

/** A certificate for the server's address that is its own authority. */
async function makeCertificate(t) {
  const folder = await newFolder(t);
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=Longshore test', '-addext', `subjectAltName=IP:${serverAddress}`],
    ...['-days', '2', '-keyout', key, '-out', certificate],
  ]);
  return { key, certificate };
}

/** The sandbox at the far end of the line, behind TLS, as the upload command's options reach it. */
export async function startService(t, network, { args = [] } = {}) {
  const dataDir = await newFolder(t);
  const sandbox = await startSandbox(t, { args, dataDir, via: network.server });
  const { key, certificate } = await makeCertificate(t);
  const forwarder = fileURLToPath(new URL('tlsforwarder.mjs', import.meta.url));
  const target = new URL(sandbox.url).port;
  const { nextLine } = startHelper(t, [
    ...[...network.server, process.execPath, forwarder],
    ...[key, certificate, serverAddress, String(tlsPort), target],
  ]);
  await nextLine();
  return {
    args: ['--base-url', `https://${serverAddress}:${tlsPort}/v1`, '--ca-file', certificate],
    env: { OPENAI_API_KEY: sandbox.key },
    stop: sandbox.stop,
    /** Paths of all files that uploads have become. */
    async files() {
      const folder = join(dataDir, 'files');
      const names = await readdir(folder);
      return names.filter((name) => !name.endsWith('.json')).map((name) => join(folder, name));
    },
  };
}

/** Watches how many parts are in flight. add() takes each event and the time in seconds. */
export function watchLanes() {
  const sending = new Set();
  const samples = [];
  return {
    add({ event, state, index }, at) {
      if (event !== 'part') return;
      if (state === 'sending') sending.add(index);
      else sending.delete(index);
      samples.push({ at, lanes: sending.size });
    },
    /** "second:lanes" where it stayed so for longer than a moment. */
    text: () =>
      samples
        .filter(({ at }, i) => i + 1 === samples.length || samples[i + 1].at - at > 0.2)
        .filter(({ lanes }, i, kept) => i === 0 || kept[i - 1].lanes !== lanes)
        .map(({ at, lanes }) => `${at.toFixed(0)}:${lanes}`)
        .join(' '),
  };
}

// A key and a proxy's password that are easy to recognise, through all that goes wrong: afterwards they
// are in no file, no message and no process list. What services and proxies echo of them is masked.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

import { newFolder, start, startSandbox, timeout, writeRandomFile } from '../support/processes.mjs';
import { startProxy } from '../support/tinyproxy.mjs';
import { Traces } from './traces.mjs';

const key = 'sk-sandbox-CANARY-Zm9vYmFy0123456789qwXYZ';
const user = 'canaryuser';
const password = 'CANARYpassw0rdTINYPROXYxyz';
const traces = new Traces({ key, password });
const authorization = `Authorization: Bearer ${key}`;
const basic = Buffer.from(`${user}:${password}`).toString('base64');
const partSize = 100_000;

/** Folders that belong to one run of the program alone, and what it is started with. */
async function newPlace(t) {
  const root = await newFolder(t);
  const place = { root, data: join(root, 'data') };
  for (const name of ['home', 'tmp', 'work', 'runtime']) {
    place[name] = join(root, name);
    await mkdir(place[name]);
  }
  place.file = await writeRandomFile(join(root, 'file.bin'), 5 * partSize, 'canary');
  place.log = join(place.work, 'longshore.log');
  place.env = {
    HOME: place.home,
    TMPDIR: place.tmp,
    XDG_RUNTIME_DIR: place.runtime,
    XDG_CONFIG_HOME: join(place.home, '.config'),
    XDG_DATA_HOME: join(place.home, '.local/share'),
    XDG_CACHE_HOME: join(place.home, '.cache'),
    OPENAI_API_KEY: key,
    QT_LOGGING_RULES: '*=true',
  };
  place.via = ['sh', '-c', 'ulimit -c unlimited; cd "$0" && exec "$@"', place.work];
  return place;
}

/** Runs the upload command; `onLine` sees each line of stdout. No trace in what it says or is called. */
async function run(t, place, { url, args = [], env = {}, onLine = () => {}, json = true }) {
  let output = '';
  const all = ['upload', '--base-url', url, '--data-dir', place.data, '--part-size', `${partSize}`];
  all.push('--log-file', place.log, '--give-up-after', '10', ...(json ? ['--json'] : []), ...args, place.file);
  const process = start(t, all, {
    env: { ...place.env, ...env },
    via: place.via,
    onLine(line) {
      output += `${line}\n`;
      const commandLine = readCommandLine(process.child.pid);
      assert.deepEqual(traces.in(commandLine), [], 'in the process list');
      onLine(line, process.child);
    },
  });
  const { code, signal, stderr } = await process.end();
  assert.deepEqual(traces.in(output), [], `on stdout: ${output}`);
  assert.deepEqual(traces.in(stderr), [], `on stderr: ${stderr}`);
  return { code: signal ?? code, output, stderr };
}

function readCommandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`);
  } catch {
    return ''; // it has just ended
  }
}

/** No trace on the disk, and what is there is the user's alone: itself, or by a folder that it is in. */
async function checkDisk(place, { saysMasked = false } = {}) {
  const files = [];
  const closed = new Set();
  const found = await traces.below(place.root, (path, status) => {
    const isPrivate = (status.mode & 0o077) === 0;
    if (isPrivate) closed.add(path);
    if (status.isFile() && path !== place.file) files.push(path);
  });
  assert.deepEqual(found, []);
  for (const path of files) {
    const isClosed = [...closed].some((one) => path === one || path.startsWith(`${one}/`));
    assert.ok(isClosed, `${path} can be read by others`);
  }
  assert.ok(files.includes(join(place.data, 'journal.sqlite')), 'no journal was looked at');
  const log = await readFile(place.log, 'utf8');
  assert.ok(log.length > 500, `the log is nearly empty: ${log}`);
  if (saysMasked) assert.match(log, /\*\*\*/, 'nothing was echoed');
}

/** A sandbox with this key; all calls that `rules` name go wrong. */
const service = (t, rules, options = {}) =>
  startSandbox(t, { faults: rules, env: { OPENAI_API_KEY: key }, ...options });

const inJson = { error: { message: `You sent ${authorization}.`, code: key, param: key } };
const status = (number, body = inJson) => ({
  action: 'status',
  status: number,
  body,
  headers: { 'x-request-id': `req-${key}`, 'retry-after-ms': 50, 'x-echo': authorization },
});

test('the search finds each form of a secret', async (t) => {
  const folder = await newFolder(t);
  const forms = [
    key,
    key.toLowerCase(),
    encodeURIComponent(`${user}:${password}`),
    basic,
    Buffer.from(authorization).toString('base64'),
    Buffer.from(` ${key}`).toString('base64'),
    Buffer.from(key, 'utf16le'),
    [...password].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
  ];
  for (const [index, form] of forms.entries()) {
    assert.ok(traces.in(form).length > 0, `form ${index}`);
    await writeFile(join(folder, `file-${index}`), Buffer.concat([Buffer.from('\0ab'), Buffer.from(form)]));
  }
  await writeFile(join(folder, `core-${key}`), 'name');
  assert.equal((await traces.below(folder)).length, forms.length + 1);
  assert.deepEqual(traces.in('an innocent text'), []);
});

test('through transient errors that echo, a proxy with a password, and to the end', { timeout }, async (t) => {
  const sandbox = await service(t, [
    { call: 'create', nth: 1, action: 'body', body: `not JSON, ${authorization}` },
    { call: 'create', nth: 2, ...status(500) },
    { call: 'create', nth: 3, ...status(502, `<html>${authorization}</html>`) },
    { call: 'create', nth: 4, ...status(429, { error: `${key} is too fast` }) },
    { call: 'part', nth: 1, ...status(503, `${'x'.repeat(480)} ${authorization}`) },
    { call: 'part', nth: 2, ...status(500, { detail: [{ msg: authorization }, { msg: basic }] }) },
    { call: 'part', nth: 3, action: 'body', body: { error: { message: authorization } } },
    { call: 'part', nth: 4, action: 'reset' },
    { call: 'part', nth: 5, action: 'truncate', after_bytes: 5 },
    { call: 'complete', nth: 1, ...status(500) },
    { call: 'files', nth: 1, ...status(503) },
    { call: 'complete', nth: 2, action: 'lost' },
  ]);
  const proxy = await startProxy(t, { user, password });
  for (const json of [true, false]) {
    const place = await newPlace(t);
    const env = proxy(`${user}:${password}@`);
    const { code, stderr } = await run(t, place, { url: sandbox.url, env, json });
    assert.equal(code, 0, stderr);
    await checkDisk(place, { saysMasked: json });
  }
});

/** Each ends the upload; the last word is on record. */
const ends = {
  'a wrong key': { rules: [{ call: 'create', ...status(401) }], code: 3 },
  'a redirect': {
    rules: [{ call: 'create', action: 'redirect', to: `http://${key}.example/?key=${key}` }],
    code: 1,
  },
  'a part that is refused': { rules: [{ call: 'part', ...status(400) }], code: 1 },
  'a complete that is refused': { rules: [{ call: 'complete', ...status(403) }], code: 3 },
  'bad answers': { rules: [{ call: 'create', action: 'body', body: { object: authorization } }], code: 1 },
  'ids that hold the key': {
    rules: [{ call: 'part', action: 'body', body: { id: `part_${key}`, object: 'upload.part' } }],
    code: 1,
  },
};

for (const [name, { rules, code: expected }] of Object.entries(ends)) {
  test(`to an end: ${name}`, { timeout }, async (t) => {
    const sandbox = await service(t, rules);
    for (const json of [true, false]) {
      const place = await newPlace(t);
      const { code, stderr } = await run(t, place, { url: sandbox.url, json });
      assert.equal(code, expected, stderr);
      assert.match(stderr, /failed/);
      await checkDisk(place, { saysMasked: rules[0].action !== 'body' });
    }
  });
}

test('a service that has another key', { timeout }, async (t) => {
  const sandbox = await startSandbox(t);
  const place = await newPlace(t);
  assert.equal((await run(t, place, { url: sandbox.url })).code, 3);
  await checkDisk(place);
});

/** A proxy that refuses everything, and says with what it was asked. */
async function startEchoingProxy(t, statusCode) {
  const seen = [];
  const challenge = { 'proxy-authenticate': 'Basic realm="proxy"' };
  const words = (request) => {
    const credentials = request.headers['proxy-authorization'] ?? '';
    seen.push(credentials);
    const decoded = Buffer.from(credentials.replace(/^Basic /, ''), 'base64').toString();
    return `No: ${credentials} (${decoded}), ${request.headers.authorization ?? ''}`;
  };
  const server = createServer((request, response) => {
    request.resume();
    const body = words(request);
    // Credentials are sent when they are asked for.
    const isAsked = seen.at(-1) === '';
    response.writeHead(isAsked ? 407 : statusCode, { ...challenge, 'x-request-id': seen.at(-1) || 'none' });
    response.end(body);
  });
  server.on('connect', (request, socket) => {
    const body = words(request);
    const isAsked = seen.at(-1) === '';
    const lines = [
      `HTTP/1.1 ${isAsked ? 407 : statusCode} ${body}`,
      'Proxy-Authenticate: Basic realm="proxy"',
      'Connection: close',
      `Content-Length: ${body.length}`,
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, address: `http://${user}:${password}@127.0.0.1:${server.address().port}` };
}

for (const statusCode of [407, 502]) {
  test(`a proxy that echoes what it refuses with ${statusCode}`, { timeout }, async (t) => {
    const proxy = await startEchoingProxy(t, statusCode);
    for (const [variable, url] of [
      ['http_proxy', 'http://127.0.0.1:9/v1'],
      ['https_proxy', 'https://127.0.0.1:9/v1'],
    ]) {
      const place = await newPlace(t);
      const { code } = await run(t, place, { url, env: { [variable]: proxy.address } });
      assert.equal(code, 1);
      await checkDisk(place, { saysMasked: variable === 'http_proxy' });
    }
    assert.ok(proxy.seen.includes(`Basic ${basic}`), 'the password was never sent');
  });
}

for (const signal of ['SIGABRT', 'SIGQUIT', 'SIGKILL']) {
  test(`ended by ${signal} in mid-upload, and gone on with`, { timeout }, async (t) => {
    const sandbox = await service(t, [
      { call: 'part', nth: 2, ...status(500) },
      { call: 'part', action: 'slow', rate: 2 * partSize },
    ]);
    const place = await newPlace(t);
    const proxy = await startProxy(t, { user, password });
    const env = proxy(`${user}:${password}@`);
    let sending = 0;
    const ended = await run(t, place, {
      url: sandbox.url,
      env,
      onLine(line, child) {
        const event = JSON.parse(line);
        if (event.event === 'part' && event.state === 'sending' && ++sending === 4) child.kill(signal);
      },
    });
    assert.equal(ended.code, signal, ended.stderr);
    const pattern = await readFile('/proc/sys/kernel/core_pattern', 'utf8');
    const cores = (await readdir(place.work)).filter((name) => name.startsWith('core'));
    t.diagnostic(`core_pattern ${pattern.trim()}; core files: ${cores.join(' ') || 'none'}`);
    await checkDisk(place);
    const again = await run(t, place, { url: sandbox.url, env });
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.output, /"event":"resumed"/);
    await checkDisk(place);
  });
}

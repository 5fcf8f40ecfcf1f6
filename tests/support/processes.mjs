// What tests in Node share: folders, content, the sandbox and the upload command as processes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createCipheriv } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const program = process.env.LONGSHORE;
assert.ok(program, 'LONGSHORE must name the program to test');

/** A hang is a failure, told by the test and not by whoever runs it. In milliseconds. */
export const timeout = 240_000;

/** A folder that goes with the test. */
export async function newFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Pseudo-random bytes, the same for the same seed. */
export function* pseudoRandom(bytes, seed) {
  const block = Buffer.alloc(1024 * 1024);
  const key = createHash('sha256').update(`longshore ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  for (let left = bytes; left > 0; left -= block.length)
    yield cipher.update(block.subarray(0, Math.min(left, block.length)));
}

export function randomBuffer(bytes, seed) {
  return Buffer.concat([...pseudoRandom(bytes, seed)]);
}

export async function writeRandomFile(path, bytes, seed) {
  await writeFile(path, pseudoRandom(bytes, seed));
  return path;
}

/** A file of zeros that takes no space. */
export async function writeSparseFile(path, bytes) {
  const file = await open(path, 'w');
  await file.truncate(bytes);
  await file.close();
  return path;
}

export const digest = (algorithm, data) => createHash(algorithm).update(data).digest('hex');

/** SHA-256 of a stream, such as that of a file or of an answer's body. */
export async function sha256OfStream(stream) {
  const hash = createHash('sha256');
  for await (const block of stream) hash.update(block);
  return hash.digest('hex');
}

export const sha256OfFile = (path) => sha256OfStream(createReadStream(path));

/** The environment without what would lead the program elsewhere. */
function environment(additions) {
  const result = { ...process.env };
  for (const name of Object.keys(result))
    if (/^OPENAI_|^(https?|all|no)_proxy$/i.test(name)) delete result[name];
  return { ...result, ...additions };
}

/**
 * Starts the program; `onLine` is called with each line of stdout. `via`: a command that becomes the
 * program, such as nsenter.
 */
export function start(t, args, { env = {}, onLine, via = [] }) {
  const [command, ...rest] = [...via, program, ...args];
  const child = spawn(command, rest, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  // A failed test leaves no process behind.
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const result = { child, stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text));
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
  lines.on('line', onLine);
  const read = once(lines, 'close');
  result.end = async () => {
    await read;
    const [code, signal] = await ended;
    return { code, signal, stderr: result.stderr };
  };
  return result;
}

/**
 * Starts `longshore sandbox` as a process of its own. `faults` are rules, see --faults, and `seed` is that
 * of their chances.
 * stop() gives the statistics that it prints at its end.
 */
export async function startSandbox(t, { args = [], faults, seed = 1, dataDir, env, via } = {}) {
  const folder = dataDir ?? (await newFolder(t));
  const all = ['sandbox', '--data-dir', folder, ...args];
  if (faults) {
    const path = join(await newFolder(t), 'faults.json');
    await writeFile(path, JSON.stringify({ seed, rules: faults }));
    all.push('--faults', path);
  }
  const said = {};
  let sandbox;
  await new Promise((resolve, reject) => {
    sandbox = start(t, all, {
      env,
      via,
      onLine(line) {
        const [, name, value] = /^(OPENAI_\w+)=(.*)$/.exec(line) ?? [];
        if (name) said[name] = value;
        if (said.OPENAI_BASE_URL && said.OPENAI_API_KEY) resolve();
      },
    });
    sandbox.child.once('close', () => reject(new Error(`No sandbox: ${sandbox.stderr}`)));
  });
  return {
    url: said.OPENAI_BASE_URL,
    key: said.OPENAI_API_KEY,
    env: said,
    /** SHA-256 of a file, fetched from the service. */
    async sha256(fileId) {
      const answer = await fetch(`${said.OPENAI_BASE_URL}/files/${fileId}/content`, {
        headers: { authorization: `Bearer ${said.OPENAI_API_KEY}` },
      });
      assert.equal(answer.status, 200);
      return sha256OfStream(answer.body);
    },
    async stop() {
      sandbox.child.kill('SIGTERM');
      const { stderr } = await sandbox.end();
      return JSON.parse(stderr.trimEnd().split('\n').at(-1));
    },
  };
}

/** Runs `longshore upload --json`. `onEvent` is called with each event and the child process. */
export async function upload(t, args, { dataDir, env, via, onEvent = () => {} } = {}) {
  const events = [];
  const all = ['upload', '--json', '--data-dir', dataDir ?? (await newFolder(t)), ...args];
  const run = start(t, all, {
    env,
    via,
    onLine(line) {
      const event = JSON.parse(line);
      events.push(event);
      onEvent(event, run.child);
    },
  });
  const result = await run.end();
  const named = (name) => events.filter((event) => event.event === name);
  return { ...result, events, named, parts: (state) => named('part').filter((e) => e.state === state) };
}

// Slow lines, for real: what a slow line needs is patience, and what a dead one needs is to be
// noticed. LONGSHORE_FULL=1 adds parts that take minutes, and a line that is cut for good.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder, sha256OfFile, upload, writeRandomFile } from '../support/processes.mjs';
import { startNetwork, startService, watchLanes } from './lossynetwork.mjs';

const full = process.env.LONGSHORE_FULL === '1';
const seed = Number(process.env.LONGSHORE_SEED ?? 1);
const MiB = 1024 * 1024;
const minutes = 60_000;

async function start(t, quality, bytes) {
  const network = await startNetwork(t, { seed, delay: 20, ...quality });
  const service = await startService(t, network);
  const file = await writeRandomFile(join(await newFolder(t), 'file.bin'), bytes, 'slow line');
  return { network, service, file };
}

/** Uploads over a line of this quality; no part may be given up. */
async function uploadsSlowly(t, quality, bytes, args) {
  const { network, service, file } = await start(t, quality, bytes);
  const lanes = watchLanes();
  const confirmedAt = [];
  const began = performance.now();
  const now = () => (performance.now() - began) / 1000;
  const onEvent = (event) => {
    lanes.add(event, now());
    if (event.state === 'confirmed') confirmedAt.push(now().toFixed(0));
  };
  const all = [...service.args, ...args, file];
  const result = await upload(t, all, { env: service.env, via: network.client, onEvent });
  const [up] = await network.counts();
  t.diagnostic(`lanes in flight (second:lanes): ${lanes.text()}`);
  t.diagnostic(`parts confirmed at (s): ${confirmedAt.join(' ')}`);
  t.diagnostic(
    `${now().toFixed(0)} s; ${up.bytes} bytes arrived for ${bytes}; ` +
      `${up.overflowed} packets found the queue full`,
  );

  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.named('completed').length, 1);
  assert.deepEqual(result.named('restarted'), []);
  assert.deepEqual(result.parts('retrying'), []);
  const files = await service.files();
  assert.equal(files.length, 1);
  assert.equal(await sha256OfFile(files[0]), await sha256OfFile(file));
}

const slow = { rate: 32_000, queue: 32_000 };
// A second's worth of packets waits in the modem before the line even starts to move them.
const bloated = { rate: 256_000, queue: 256_000 };
const cases = [
  ['32 kB/s, lanes chosen by the program', slow, 3 * MiB, ['--part-size', '512KiB']],
  ['32 kB/s, 4 lanes', slow, 3 * MiB, ['--part-size', '512KiB', '--lanes', '4']],
  ['256 kB/s after a long queue', bloated, 8 * MiB, ['--part-size', '1MiB', '--lanes', '8']],
];
if (full)
  cases.push(['4 large parts at once', slow, 32 * MiB, ['--part-size', '8MiB', '--lanes', '4']]);

// They wait for their lines and not for the processor.
test('slow lines', { concurrency: true, timeout: (full ? 30 : 3) * minutes }, (t) => {
  const run = ([name, ...how]) => t.test(name, (s) => uploadsSlowly(s, ...how));
  return Promise.all(cases.map(run));
});

// Where the transport doesn't know of acknowledgements, patience is a matter of the lane's rate.
const knowsAcknowledged = process.env.LONGSHORE_CURL !== 'OFF';
if (full && knowsAcknowledged)
  test('a line that is cut for good', { timeout: 3 * minutes }, async (t) => {
    const { network, service, file } = await start(t, slow, 3 * MiB);
    let cutAt;
    let noticed;
    const onEvent = ({ event, state, reason, error }, child) => {
      if (event === 'progress' && cutAt === undefined) {
        network.cut();
        cutAt = performance.now();
      }
      if (noticed || (event !== 'waiting' && state !== 'retrying')) return;
      noticed = { seconds: (performance.now() - cutAt) / 1000, reason: reason ?? error.message };
      child.kill('SIGTERM');
    };
    const args = [...service.args, '--part-size', '512KiB', '--lanes', '1', file];
    const result = await upload(t, args, { env: service.env, via: network.client, onEvent });
    t.diagnostic(`noticed after ${noticed.seconds.toFixed(1)} s: ${noticed.reason}`);
    assert.equal(result.code, 143, result.stderr);
    assert.ok(noticed.seconds >= 60 && noticed.seconds <= 75);
    assert.ok(noticed.reason);
  });

// The network goes away in mid-upload, and when it is back the client has another address: its
// sockets are dead, and nobody tells them. LONGSHORE_FULL=1 tries more ways of losing a network,
// LONGSHORE_SEED=N loses other packets.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { newFolder, sha256OfFile, upload, writeRandomFile } from '../support/processes.mjs';
import { startNetwork, startService, watchLanes } from './lossynetwork.mjs';

const full = process.env.LONGSHORE_FULL === '1';
const seed = Number(process.env.LONGSHORE_SEED ?? 1);
const MB = 1_000_000;
const parts = 24;
const partsBefore = 6;
const outage = 90_000;

/** Counts what is said, and when it was said first and last, in seconds. */
function newLog(t) {
  const kinds = new Map();
  t.after(() => {
    for (const [words, { first, last, count }] of kinds)
      t.diagnostic(`${first.toFixed(1)} to ${last.toFixed(1)} s, ${count} times: ${words}`);
  });
  return (words, at) => {
    const { first = at, count = 0 } = kinds.get(words) ?? {};
    kinds.set(words, { first, last: at, count: count + 1 });
  };
}

/** Uploads; after some parts `lose` happens to the network, which ends with a line that works. */
async function uploadThrough(t, lose) {
  const quality = { delay: 40, loss: 0.5, rate: 2.5 * MB, queue: 250_000 };
  const network = await startNetwork(t, { seed, ...quality });
  const service = await startService(t, network);
  const bytes = parts * MB;
  const file = await writeRandomFile(join(await newFolder(t), 'file.bin'), bytes, 'network');

  const log = newLog(t);
  const lanes = watchLanes();
  const start = performance.now();
  const now = () => (performance.now() - start) / 1000;
  const at = {};
  let confirmed = 0;
  let lost;
  const onEvent = (told) => {
    const { event, state, reason, error } = told;
    lanes.add(told, now());
    if (state === 'confirmed') {
      if (at.back) at.first ??= now();
      if (++confirmed === partsBefore) lost = lose(network).then(() => (at.back = now()));
    }
    if (event === 'waiting' || state === 'retrying')
      log(`${state ?? event}: ${reason ?? error.message}`, now());
  };
  const args = [...service.args, '--part-size', '1MB', file];
  const result = await upload(t, args, { env: service.env, via: network.client, onEvent });
  await lost;
  at.end = now();
  const [up] = await network.counts();
  t.diagnostic(`lanes in flight (second:lanes): ${lanes.text()}`);
  const again = result.parts('sending').length - parts;
  t.diagnostic(
    `seed ${seed}: line back at ${at.back?.toFixed(1)} s, next part confirmed ` +
      `${(at.first - at.back).toFixed(1)} s later, ended at ${at.end.toFixed(1)} s; ` +
      `${again} attempts more than parts, ${up.bytes} bytes arrived for ${bytes}, ` +
      `${up.lost} packets lost`,
  );

  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.named('completed').length, 1);
  assert.deepEqual(result.named('restarted'), []);
  const done = new Set();
  for (const part of result.named('part')) {
    assert.ok(!done.has(part.index), `part ${part.index} was touched after it was confirmed`);
    if (part.state === 'confirmed') done.add(part.index);
  }
  assert.equal(done.size, parts);
  const files = await service.files();
  assert.equal(files.length, 1);
  assert.equal(await sha256OfFile(files[0]), await sha256OfFile(file));
}

async function changeAddress(network) {
  await network.leave();
  await network.enter('192.0.2.20/24');
}

const ways = {
  async 'cut for 90 s, then another address'(network) {
    network.cut();
    await pause(outage);
    await changeAddress(network);
    network.join();
  },
  'another address at once': changeAddress,
};
if (full)
  Object.assign(ways, {
    async 'no address for 90 s, then another one'(network) {
      network.cut();
      await network.leave();
      await pause(outage);
      await network.enter('192.0.2.20/24');
      network.join();
    },
    async 'cut for 90 s, the same address'(network) {
      network.cut();
      await pause(outage);
      network.join();
    },
  });

// They wait for their lines and not for the processor.
test('a network that goes away', { concurrency: true, timeout: 175_000 }, (t) => {
  const run = ([name, lose]) => t.test(name, (s) => uploadThrough(s, lose));
  return Promise.all(Object.entries(ways).map(run));
});

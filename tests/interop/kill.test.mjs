// kill -9 in mid-upload, ten times, and then a run to the end: nothing that the service confirmed is
// sent again, and the content is that of the file.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';

import { newFolder, sha256OfFile, startSandbox, timeout, upload, writeRandomFile } from '../support/processes.mjs';

const kills = 10;
const lanes = 4;
const parts = 120;
const partSize = 64 * 1024;
/** Bytes a second at which the sandbox reads a part: a part takes some 60 ms. */
const rate = 1024 * 1024;
/** Of a run, in parts: more than what ten runs could confirm would leave nothing to kill. */
const mostConfirmed = 6;

/** How many parts a run sees confirmed before it is killed: 0..mostConfirmed, the same for a seed. */
const momentOf = (seed, run) =>
  createHash('sha256').update(`${seed} ${run}`).digest().readUInt32BE() % (mostConfirmed + 1);

for (const seed of [1, 12]) {
  test(`killed ${kills} times, seed ${seed}`, { timeout }, async (t) => {
    const faults = [{ call: 'part', action: 'slow', rate }];
    const sandbox = await startSandbox(t, { faults });
    const path = await writeRandomFile(join(await newFolder(t), 'file.bin'), parts * partSize, seed);
    const dataDir = await newFolder(t);
    const args = ['--part-size', `${partSize}`, '--lanes', `${lanes}`, path];

    const confirmedBefore = new Set();
    const uploadIds = new Set();
    let attempts = 0;

    /** One run, killed once it has seen `moment` parts confirmed; never, if `moment` is infinite. */
    async function run(moment) {
      let seen = 0;
      const result = await upload(t, args, {
        env: sandbox.env,
        dataDir,
        onEvent(event, child) {
          if (event.event === 'part' && event.state === 'confirmed') ++seen;
          const isUnderWay = ['created', 'resumed', 'part'].includes(event.event);
          if (isUnderWay && seen >= moment) child.kill('SIGKILL');
        },
      });
      assert.equal(result.named('restarted').length, 0);
      assert.equal(result.named('failed').length, 0, JSON.stringify(result.named('failed')));
      for (const event of [...result.named('created'), ...result.named('resumed')])
        uploadIds.add(event.upload_id);
      for (const event of result.named('resumed'))
        assert.ok(event.parts_confirmed >= confirmedBefore.size, 'a confirmed part was forgotten');
      for (const { index } of result.parts('sending'))
        assert.ok(!confirmedBefore.has(index), `part ${index} was confirmed and is sent again`);
      attempts += result.parts('sending').length;
      for (const { index } of result.parts('confirmed')) {
        assert.ok(!confirmedBefore.has(index), `part ${index} is confirmed twice`);
        confirmedBefore.add(index);
      }
      return result;
    }

    for (let i = 0; i < kills; ++i) {
      const { signal, stderr } = await run(momentOf(seed, i));
      assert.equal(signal, 'SIGKILL', `run ${i} ended by itself: ${stderr}`);
    }
    assert.ok(confirmedBefore.size > 0, 'nothing was confirmed before the last run');
    const { code, signal, stderr, named } = await run(Infinity);
    assert.equal(signal ?? code, 0, stderr);

    const [completed] = named('completed');
    assert.equal(completed.part_ids.length, parts);
    assert.equal(await sandbox.sha256(completed.file_id), await sha256OfFile(path));
    assert.equal(uploadIds.size, 1);
    const statistics = await sandbox.stop();
    // What is under way at a kill is lost with it, and nothing else.
    const mostAttempts = parts + kills * lanes;
    assert.ok(attempts <= mostAttempts, `${attempts} attempts`);
    const { part } = statistics.requests;
    assert.ok(part >= parts && part <= mostAttempts, `${part} requests`);
    assert.equal(statistics.requests.create, 1);
    assert.equal(statistics.requests.cancel, 0);
    assert.equal(statistics.files, 1);
    assert.deepEqual(statistics.uploads, { pending: 0, completed: 1, cancelled: 0, expired: 0 });
  });
}

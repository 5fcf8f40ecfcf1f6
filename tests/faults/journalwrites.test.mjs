// kill -9 at each write to the journal: before it, half way through it and after it, by a library that is
// preloaded (killwrite.cpp; LONGSHORE_KILLWRITE names it). LONGSHORE_WRITES_EVERY: 1 is the full size.

import assert from 'node:assert/strict';
import { basename, delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';

import { newFolder, sha256OfFile, startSandbox, upload, writeRandomFile } from '../support/processes.mjs';
import { readJournal } from './journal.mjs';
import { Random, seed, setting } from './random.mjs';

const library = process.env.LONGSHORE_KILLWRITE;
assert.ok(library, 'LONGSHORE_KILLWRITE must name the library to preload');

const every = setting('LONGSHORE_WRITES_EVERY', 8);
const parts = 5;
const partSize = 4096;
const args = ['--lanes', '2', '--part-size', `${partSize}`];
/** More writes than one upload makes: a run that is killed later than this never ends. */
const mostWrites = 400;
/** About what a run writes that begins with no journal; making the tables is a third of it. */
const wholeRun = 120;
/** Of one upload that is killed again and again. */
const mostRuns = 60;
const timeout = 900_000;

/** A small upload that is killed and gone on with. */
class Trial {
  #t;
  #sandbox;
  #confirmed = new Set();

  static async prepare(t, sandbox, name) {
    const trial = new Trial();
    trial.#t = t;
    trial.#sandbox = sandbox;
    trial.name = `${name}.bin`;
    trial.path = join(await newFolder(t), trial.name);
    trial.dataDir = await newFolder(t);
    await writeRandomFile(trial.path, parts * partSize - 100, name);
    return trial;
  }

  /** One run; killed if `how` is given. What the service had confirmed is not sent again. */
  async run(how, nth) {
    const killing = how && {
      // A space would end the name in LD_PRELOAD, but does not in the path it is looked for in.
      LD_PRELOAD: basename(library),
      LD_LIBRARY_PATH: [dirname(library), process.env.LD_LIBRARY_PATH ?? ''].filter(Boolean).join(delimiter),
      LONGSHORE_KILL_AT: `${nth}`,
      LONGSHORE_KILL_HOW: how,
    };
    const { dataDir } = this;
    const env = { ...this.#sandbox.env, ...killing };
    const run = await upload(this.#t, [...args, this.path], { dataDir, env });
    const what = `${this.name}: ${run.stderr}`;
    if (run.signal === null) assert.equal(run.code, 0, what);
    else assert.equal(run.signal, 'SIGKILL', what);
    assert.equal(run.named('restarted').length + run.named('failed').length, 0, what);
    for (const { index } of run.parts('sending'))
      assert.ok(!this.#confirmed.has(index), `${what}part ${index} is confirmed and sent again`);
    for (const { index } of run.parts('confirmed')) this.#confirmed.add(index);

    const [completed] = run.named('completed');
    this.fileId ??= completed?.file_id;
    const journal = await readJournal(dataDir);
    assert.ok(
      this.fileId || !journal.some(({ state }) => state === 'completed'),
      `${what}is on record as completed and nobody was told`,
    );
    const record = journal.find(({ state }) => state === 'queued');
    if (record)
      for (const index of this.#confirmed)
        assert.ok(record.confirmed.includes(index), `${what}part ${index} is not on record`);
    return run.signal === 'SIGKILL';
  }

  /** One file of that name, with the content of ours. */
  async check() {
    const list = await fetch(`${this.#sandbox.url}/files?limit=10000`, {
      headers: { authorization: `Bearer ${this.#sandbox.key}` },
    });
    const { data } = await list.json();
    const ids = data.filter(({ filename }) => filename === this.name).map(({ id }) => id);
    assert.deepEqual(ids, [this.fileId], this.name);
    assert.equal(await this.#sandbox.sha256(this.fileId), await sha256OfFile(this.path), this.name);
  }
}

for (const [offset, how] of ['after', 'before', 'half'].entries()) {
  test(`killed ${how} the N-th write to the journal`, { timeout }, async (t) => {
    const sandbox = await startSandbox(t);
    let trials = 0;
    let nth = 1 + (offset % every);
    for (let wasKilled = true; wasKilled; nth += every) {
      assert.ok(nth < mostWrites, 'a run makes ever more writes');
      const trial = await Trial.prepare(t, sandbox, `${how}-${nth}`);
      wasKilled = await trial.run(how, nth);
      if (!trial.fileId) assert.ok(!(await trial.run()));
      await trial.check();
      ++trials;
    }
    assert.ok(trials > 2, 'no write was seen');
    t.diagnostic(`${trials} uploads, the last of fewer than ${nth - every} writes`);
  });
}

test(`killed at one write after another, seed ${seed}`, { timeout }, async (t) => {
  const random = new Random(`writes ${seed}`);
  const sandbox = await startSandbox(t);
  const trial = await Trial.prepare(t, sandbox, 'again-and-again');
  let runs = 0;
  while (!trial.fileId) {
    assert.ok(++runs <= mostRuns, `not completed after ${mostRuns} runs`);
    await trial.run(random.pick(['before', 'half', 'after']), random.between(1, wholeRun));
  }
  await trial.check();
  t.diagnostic(`seed ${seed}: ${runs} runs`);
});

// Two files in one run, and the disk of the first stops answering while that file has all lanes:
// the other file completes, cancel works at once, and nothing keeps the process from ending.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { createInterface } from 'node:readline';
import { newFolder, sha256OfFile, startSandbox } from '../support/processes.mjs';
import { upload, writeRandomFile } from '../support/processes.mjs';

const MB = 1_000_000;
const lanes = 4;
/** By when the other file must be there, in milliseconds: lanes are given back after 30 s. */
const patience = 90_000;
/** Before a command: it ends with this process, whatever ends that. */
const endsWithTest = ['setpriv', '--pdeathsig', 'KILL'];
/** Seconds that the end of the process may take. */
const longestEnd = 5;

/** A disk with one file. `via` is what to put before a command that is to see it. */
async function startDisk(t, source, { via = [] } = {}) {
  assert.ok(process.env.HANGINGDISK, 'HANGINGDISK must name the program that makes the disk');
  const folder = join(await newFolder(t), 'disk');
  await mkdir(folder);
  const [command, ...args] = [...via, process.env.HANGINGDISK, folder, source];
  const disk = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(disk, 'close');
  t.after(async () => {
    disk.kill('SIGKILL');
    await ended;
  });
  const failed = ended.then(() => assert.fail('hangingdisk ended at once'));
  const said = once(createInterface({ input: disk.stdout }), 'line');
  const [pid] = await Promise.race([said, failed]);
  const asRoot =
    process.getuid() === 0 ? [] : [`--user=/proc/${pid}/ns/user`, '--preserve-credentials'];
  return {
    file: join(folder, basename(source)),
    via: ['nsenter', ...asRoot, `--mount=/proc/${pid}/ns/mnt`, ...endsWithTest],
    tell: (command) => disk.stdin.write(`${command}\n`),
  };
}

/**
 * Uploads both files, and sends the signal when the other file is there, or too late. `hang` is
 * told to the first one's disk: before the start, or when its parts have all lanes. The other file
 * can't be looked at before that, so that it has to wait for a lane.
 */
async function uploadBoth(t, { hang, beforeStart = false, signal }) {
  const folder = await newFolder(t);
  const hungSource = await writeRandomFile(join(folder, 'hung.bin'), 32 * MB, 'hung');
  const otherSource = await writeRandomFile(join(folder, 'other.bin'), 8 * MB, 'other');
  const hung = await startDisk(t, hungSource);
  const other = await startDisk(t, otherSource, hung);
  const faults = [{ call: 'part', action: 'slow', rate: 4 * MB }];
  const sandbox = await startSandbox(t, { faults, via: endsWithTest });

  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const at = {};
  let run;
  const end = () => {
    if (at.signal !== undefined) return;
    at.signal = seconds();
    run.kill(signal);
  };
  const late = setTimeout(end, patience);
  t.after(() => clearTimeout(late));
  const hangNow = () => {
    at.hang = seconds();
    hung.tell(hang);
  };
  if (beforeStart) hangNow();
  // A file whose look never comes back takes no lane.
  const takesLanes = !(beforeStart && hang === 'hang all');
  if (takesLanes) other.tell('hang all');
  const paths = {};
  let sending = 0;
  const onEvent = ({ event, state, upload: key, path }, child) => {
    run = child;
    if (event === 'queued') paths[key] = path;
    const isHung = paths[key] === hung.file;
    if (isHung && state === 'sending' && ++sending === lanes) {
      if (!beforeStart) hangNow();
      other.tell('answer');
    }
    if (event === 'completed' && !isHung) {
      at.completed = seconds();
      end();
    }
  };
  const args = ['--part-size', '8MB', '--lanes', String(lanes), hung.file, other.file];
  const result = await upload(t, args, { env: sandbox.env, via: other.via, onEvent });
  const endSeconds = seconds() - at.signal;
  const after = at.completed && `${(at.completed - at.hang).toFixed(1)} s after the hang`;
  t.diagnostic(
    `the other file completed ${after ?? 'never'}; ` +
      `${signal} to end: ${endSeconds.toFixed(1)} s, code ${result.code}`,
  );
  return { ...result, sandbox, otherSource, endSeconds };
}

async function otherFileCompletes({ named, sandbox, otherSource, stderr }) {
  const completed = named('completed');
  assert.equal(completed.length, 1, `the other file did not complete\n${stderr}`);
  assert.equal(await sandbox.sha256(completed[0].file_id), await sha256OfFile(otherSource));
}

async function endsInTime(t, how) {
  const result = await uploadBoth(t, { ...how, signal: 'SIGTERM' });
  assert.ok(result.endSeconds < longestEnd, `SIGTERM took ${result.endSeconds} s`);
  assert.equal(result.code, 143, result.stderr);
  await otherFileCompletes(result);
}

async function cancelsAtOnce(t, how) {
  const result = await uploadBoth(t, { ...how, signal: 'SIGINT' });
  assert.ok(result.endSeconds < longestEnd, `SIGINT took ${result.endSeconds} s`);
  assert.equal(result.code, 130, result.stderr);
  await otherFileCompletes(result);
  assert.equal(result.named('cancelled').length, 1);
  assert.equal((await result.sandbox.stop()).requests.cancel, 1);
}

const noRead = { hang: 'hang reads', beforeStart: true };
const midway = { hang: 'hang all' };
const nothing = { hang: 'hang all', beforeStart: true };

// They wait for their disks and not for the processor.
test('a hung disk', { concurrency: true, timeout: 170_000 }, (t) =>
  Promise.all([
    t.test('no read comes back, then SIGTERM', (s) => endsInTime(s, noRead)),
    t.test('no read comes back, then cancel', (s) => cancelsAtOnce(s, noRead)),
    t.test('all hangs in mid-upload, then SIGTERM', (s) => endsInTime(s, midway)),
    t.test('all hangs in mid-upload, then cancel', (s) => cancelsAtOnce(s, midway)),
    t.test('all hangs before the start, then SIGTERM', (s) => endsInTime(s, nothing)),
  ]),
);

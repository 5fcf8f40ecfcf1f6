// Very many uploads in the window's queue: queuestall, which also prints its own table.

import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { folder, spawnTracked } from './servers.mjs';

/** What a person waits for after dropping a folder: queuestall's first phases. */
const addingPhases = 4;

async function runOnce(bin, row) {
  const home = join(folder, row.id);
  const [stalls, measured] = ['stalls.json', 'measured.json'].map((name) => join(home, name));
  await mkdir(home);
  const args = ['--result', measured, '--timeout', String(row.seconds), '--'];
  args.push(join(bin, 'queuestall'), '--uploads', String(row.queue), '--json', stalls);
  if (row.isShort) args.push('--short');
  const child = spawnTracked(join(bin, 'bench_measured'), args, {
    env: { ...process.env, QT_QPA_PLATFORM: 'offscreen', TMPDIR: home },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await once(child, 'close');
  const figures = JSON.parse(await readFile(measured, 'utf8'));
  let run = { ok: false, ...figures };
  if (figures.exit === 0) {
    const { phases } = JSON.parse(await readFile(stalls, 'utf8'));
    const adding = phases.slice(0, addingPhases).reduce((sum, phase) => sum + phase.total_ms, 0) / 1000;
    const worst = phases.reduce((a, b) => (b.longest_own_ms > a.longest_own_ms ? b : a));
    run = {
      ...run,
      ok: true,
      adding,
      longest_stall: worst.longest_own_ms / 1000,
      longest_while: worst.what,
      phases,
    };
  }
  await rm(home, { recursive: true });
  return run;
}

/** Gives {id, uploads, runs}; seconds are the window's own, without those it waited for a processor. */
export async function runQueue({ bin, rounds }, row, tell) {
  const runs = [];
  for (let round = 1; round <= (row.rounds ?? rounds); ++round) {
    const run = await runOnce(bin, row);
    runs.push(run);
    const said = run.ok
      ? `added in ${run.adding.toFixed(2)} s, longest stall ${(run.longest_stall * 1000).toFixed(1)} ms`
      : `exit ${run.exit}`;
    tell(`${row.id}, round ${round}: ${said}`);
  }
  return { id: row.id, uploads: row.queue, runs };
}

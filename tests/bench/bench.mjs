// The benchmark itself; run.sh builds what it needs and calls it with the options below.

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { resultsOf } from './figures.mjs';
import { runQueue } from './queuerow.mjs';
import { hasPlace, markdownOf, readmeMarkers, textOf, withTable } from './report.mjs';
import { rowsOf } from './rows.mjs';
import { runRow } from './runner.mjs';
import { makeCertificate } from './servers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = join(root, 'README.md');

const { values } = parseArgs({
  options: {
    bin: { type: 'string' },
    'nocurl-bin': { type: 'string' },
    out: { type: 'string' },
    full: { type: 'boolean', default: false },
    rows: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    markdown: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
});
const tell = (line) => process.stderr.write(`${line}\n`);

function refuse(problem) {
  tell(`bench: ${problem}`);
  process.exit(2);
}

const options = {
  full: values.full,
  rounds: Number(values.rounds),
  scale: Number(values.scale),
  rows: values.rows,
};
if (!(options.scale > 0)) refuse(`--scale needs a number over 0, not ${values.scale}`);
const rows = rowsOf({ isFull: options.full, only: new RegExp(options.rows), scale: options.scale });
if (!rows.length) refuse(`no row has a name like ${options.rows}`);

/** Neighbours that say the same `together` make one group; all others are alone. */
function groupsOf(list) {
  const groups = [];
  for (const row of list) {
    const last = groups.at(-1);
    if (row.together && last?.[0].together === row.together) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** What was measured: a commit, with a word if files differ from it. */
async function commitOf(folder) {
  const git = async (...args) => (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const name = await git('rev-parse', '--short=10', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) ? `${name} with changes` : name;
  } catch {
    return null; // not from a clone
  }
}

if (values.list) {
  for (const row of rows) console.log(row.id);
  process.exit(0);
}
if (values.readme && !hasPlace(await readFile(readme, 'utf8')))
  refuse(`README.md has no place for the table: ${Object.values(readmeMarkers).join(' and ')}`);

const setup = {
  bin: values.bin,
  nocurlBin: values['nocurl-bin'],
  rounds: options.rounds,
  ca: await makeCertificate(readFile),
};
const date = new Date().toISOString().slice(0, 10);
const started = performance.now();
const commit = await commitOf(root);
const done = [];
const run = (row) => (row.queue ? runQueue : runRow)(setup, row, tell);
for (const group of groupsOf(rows)) done.push(...(await Promise.all(group.map(run))));

const results = resultsOf({
  rows: done.filter((row) => row.results),
  queues: done.filter((row) => !row.results),
  ...{ options, date, commit },
});
const table = markdownOf(results);
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
await writeFile(join(values.out, 'table.md'), table);
if (values.markdown) await writeFile(values.markdown, table);
if (values.readme) await writeFile(readme, withTable(await readFile(readme, 'utf8'), table));
tell(`Took ${Math.round((performance.now() - started) / 1000)} s; also in ${values.out}.`);
process.stdout.write(`\n${textOf(results)}`);
// A comparison with ours missing is none.
const isOurFailure = (program) => program.failed && program.name.startsWith('longshore');
const failed = [
  ...results.rows.flatMap((row) => row.programs).filter(isOurFailure),
  ...results.queues.filter((queue) => queue.failed),
];
process.exit(failed.length ? 1 : 0);

// Runs the programs of a row in turn: in each round each of them once.

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { contestants } from './contestants.mjs';
import { eventsOf, progressOf, steadyRateOf } from './progress.mjs';
import { folder, spawnTracked, startLine, startSink } from './servers.mjs';

/** Seconds: no run of the fixed list takes so long, unless it hangs. */
const longestRun = 180;
const lastWords = 500;
/** How often the sink is asked, of a program that has to be stopped, whether it has all. */
const askedEveryMs = 50;
/** How often the sink notes what came, where progress is watched. */
const sampledEveryMs = 10;
/** What a shell tells of a program that SIGTERM ended: 128 + 15. Ours ends in good order with it. */
const terminated = 143;

/** Everything a program could be led elsewhere by is left out. */
function environment(additions) {
  const result = { ...process.env };
  for (const name of Object.keys(result))
    if (/^OPENAI_|^(https?|all|no)_proxy$|^NODE_(OPTIONS|EXTRA_CA_CERTS)$|^CURL_/i.test(name))
      delete result[name];
  // Nothing is to be told to the desktop of who measures.
  return { ...result, DBUS_SESSION_BUS_ADDRESS: 'disabled:', OPENAI_API_KEY: 'sk-bench', ...additions };
}

/** A file of zeros that takes no space on the disk, and is in memory if there is enough of it. */
async function makeFile(path, bytes) {
  const file = await open(path, 'w');
  await file.truncate(bytes);
  await file.close();
  if (bytes < freemem() / 2) for await (const _ of createReadStream(path, { highWaterMark: 1 << 20 }));
  return path;
}

/** Gives their names without the folder's: very many are more than a command line may be long otherwise. */
async function makeSmallFiles(path, count, bytes) {
  await mkdir(path);
  const files = Array.from({ length: count }, (_, index) => String(index));
  for (const file of files) await writeFile(join(path, file), file.padEnd(bytes, '.'));
  return files;
}

/** What the row's programs send: {files, parts, cwd}; `parts` are those of the only file, where needed. */
async function makeContent(row, home) {
  const cwd = join(home, 'files');
  if (row.files) return { files: await makeSmallFiles(cwd, row.files, row.bytes), parts: [], cwd };
  await mkdir(cwd);
  const files = [await makeFile(join(cwd, 'file.bin'), row.bytes)];
  const parts = [];
  if (row.programs.some((id) => contestants[id].needsParts)) {
    for (let offset = 0; offset < row.bytes; offset += row.partSize)
      parts.push(
        await makeFile(join(cwd, `part-${parts.length}`), Math.min(row.partSize, row.bytes - offset)),
      );
  }
  return { files, parts, cwd };
}

/** Of what a program said the line that names its error, or the end. */
function lastError(text) {
  const named = text.split('\n').filter((line) => /\w*Error: /.test(line));
  return (named[0] ?? text).trim().slice(-lastWords);
}

/** Stops `child` once `isDone` says so, unless it ends before. */
async function stopWhen(child, isDone) {
  while (child.exitCode === null && child.signalCode === null) {
    if (await isDone()) {
      child.kill('SIGTERM');
      return;
    }
    await pause(askedEveryMs);
  }
}

/** Runs one command under bench_measured; gives its figures, how it ended and what it said. */
async function measure(
  { bin, seconds, data, cwd, isDone },
  { command, args, env, settings, isStopped },
  url,
) {
  const [result, output, log] = ['measured.json', 'output', 'log'].map((name) => join(data, name));
  if (settings) await writeFile(join(data, 'settings.ini'), settings);
  const streams = [output, log].map((path) => createWriteStream(path));
  await Promise.all(streams.map((stream) => once(stream, 'open')));
  const child = spawnTracked(
    join(bin, 'bench_measured'),
    ['--result', result, '--timeout', String(seconds), '--', command, ...args],
    { cwd, env: environment({ ...env, OPENAI_BASE_URL: url }), stdio: ['ignore', ...streams] },
  );
  const closed = once(child, 'close');
  if (isStopped) await stopWhen(child, isDone);
  await closed;
  for (const stream of streams) stream.destroy();
  const figures = JSON.parse(await readFile(result, 'utf8'));
  const said = lastError(await readFile(log, 'utf8'));
  const isEnded = isStopped && figures.exit === terminated;
  return { ...figures, exit: isEnded ? 0 : figures.exit, said, output: await readFile(output, 'utf8') };
}

/** What the sink noted after it had told `before`, counted from there. */
async function historySince(sink, before) {
  const { received, answered } = await sink.history();
  return { received: received.map(([time, bytes]) => [time, bytes - before.bytes]), answered };
}

/** One run of one program; the sink says whether the uploads are there. */
async function runOnce(setup, row, program, sink, content, home) {
  const data = join(home, 'data');
  await mkdir(data);
  const line = row.line && (await startLine(setup.bin, sink.url, row.line));
  const before = await sink.figures();
  const wanted = row.files ?? 1;
  const call = program.call({
    ...setup,
    ...content,
    bytes: row.bytes,
    partSize: row.partSize,
    limit: row.limit,
    ca: row.tls && setup.ca,
    data,
  });
  const seconds = row.seconds ?? longestRun;
  const isDone = async () => (await sink.figures()).completed - before.completed >= wanted;
  const how = { bin: setup.bin, seconds, data, cwd: content.cwd, isDone };
  const run = await measure(how, call, line?.url ?? sink.url);
  const after = await sink.figures();
  const passed = await line?.stop();
  await rm(data, { recursive: true });

  const completed = after.completed - before.completed;
  let problem;
  if (run.signal === 9) problem = `not done after ${seconds} s`;
  else if (run.exit !== 0) problem = `exit ${run.exit ?? `by signal ${run.signal}`}: ${run.said}`;
  else if (completed !== wanted) problem = `${completed} of ${wanted} uploads were completed`;
  const isWatched = program.events && problem === undefined;
  const history = isWatched && (await historySince(sink, before));
  return {
    ok: problem === undefined,
    problem,
    wall: run.wall,
    cpu: run.user + run.system,
    user: run.user,
    system: run.system,
    peak_bytes: run.peak_bytes,
    exit: run.exit,
    server: {
      bytes: after.bytes - before.bytes,
      parts: after.parts - before.parts,
      connections: after.connections - before.connections,
      cpu_seconds: after.cpu_seconds - before.cpu_seconds,
    },
    ...(passed ? { line: passed } : {}),
    ...(isWatched && !row.limit ? { progress: progressOf(eventsOf(run.output), history) } : {}),
    ...(isWatched && row.limit ? { steady_rate: steadyRateOf(history, row.bytes) } : {}),
  };
}

/** Gives {...row, results: [{id, name, runs}]}. `tell` is called with a line for each run. */
export async function runRow(setup, row, tell) {
  const home = join(folder, row.id);
  await mkdir(home);
  const isWatched = row.programs.some((id) => contestants[id].events);
  const sink = await startSink(setup.bin, row.tls ? setup.ca : undefined, isWatched ? sampledEveryMs : 0);
  const content = await makeContent(row, home);
  const results = row.programs.map((id) => ({ id, name: contestants[id].name, runs: [] }));
  for (let round = 1; round <= (row.rounds ?? setup.rounds); ++round) {
    for (const result of results) {
      const run = await runOnce(setup, row, contestants[result.id], sink, content, home);
      result.runs.push(run);
      tell(`${row.id}, round ${round}: ${result.name}: ${run.problem ?? `${run.wall.toFixed(2)} s`}`);
    }
  }
  await sink.stop();
  await rm(home, { recursive: true });
  return { ...row, results };
}

// The benchmark with tiny sizes: uploads complete over its sink and its line, and the results have all
// that they are read for. No figure is looked at. BENCH_BIN is the folder of the programs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { contestants } from './contestants.mjs';
import { resultsOf, slopeOf, spread } from './figures.mjs';
import { progressOf, steadyRateOf } from './progress.mjs';
import { runQueue } from './queuerow.mjs';
import { hasPlace, markdownOf, readmeMarkers, textOf, withTable } from './report.mjs';
import { rowsOf } from './rows.mjs';
import { runRow } from './runner.mjs';
import { folder, makeCertificate, startLine, startSink } from './servers.mjs';

const bin = process.env.BENCH_BIN;
assert.ok(bin, 'BENCH_BIN must name the folder of the programs');

const bytes = 8_000_000;
const partSize = 1_000_000;
const programs = ['lanes4', 'libcurl'];
const line = { mbits: 800, flowMbits: 400, rtt: 2, buffer: 262_144 };

test('uploads complete over plain HTTP, TLS and a line, and are told of', async () => {
  const setup = { bin, nocurlBin: bin, rounds: 2, ca: await makeCertificate(readFile) };
  const rows = [
    { id: 'plain', text: 'plain', bytes, partSize, programs },
    { id: 'tls', text: 'TLS', tls: true, bytes, partSize, programs },
    { id: 'line', text: 'a line', line, bytes, partSize, programs },
    {
      id: 'reset',
      text: 'resets',
      line: { ...line, resetEvery: 3_000_000 },
      bytes,
      partSize,
      programs: ['libcurl'],
    },
    { id: 'files', text: 'files', files: 5, bytes: 1000, partSize, programs },
    { id: 'watched', text: 'watched', line, bytes, partSize, programs: ['lanes4Watched'] },
    { id: 'limit', text: 'a limit', limit: 8_000_000, bytes, partSize, programs: ['limited'] },
    { id: 'window', text: 'window', bytes, partSize, programs: ['window8'] },
  ];
  const done = [];
  for (const row of rows) done.push(await runRow(setup, row, () => {}));
  const options = { full: false, rounds: 2, scale: 1, rows: '' };
  const results = resultsOf({ rows: done, options, date: '2000-01-01', commit: 'abc' });

  for (const name of ['cpu', 'cores', 'memory_bytes', 'kernel']) assert.ok(results.machine[name], name);
  assert.deepEqual(
    results.rows.map((row) => row.id),
    rows.map((row) => row.id),
  );
  for (const row of results.rows) {
    for (const program of row.programs) {
      assert.equal(program.failed, 0, `${row.id}, ${program.name}: ${program.problem}`);
      assert.equal(program.runs.length, 2);
      for (const name of ['wall', 'rate', 'cpu', 'peak_bytes', 'server_load'])
        for (const which of ['median', 'min', 'max'])
          assert.equal(typeof program[name][which], 'number', name);
      assert.ok(program.peak_bytes.min > 0);
      if (row.limit) assert.ok(program.of_limit.median > 0);
      for (const run of program.runs) {
        assert.equal(run.exit, 0);
        assert.ok(run.server.bytes >= (row.files ?? 1) * row.bytes);
        assert.ok(run.server.parts >= (row.files ?? 1));
        if (row.id === 'watched') assert.ok(run.progress.moments > 0 && run.progress.confirmed_ahead <= 0);
        if (row.line) assert.ok(run.line.passed >= row.bytes);
        if (row.id === 'reset') assert.ok(run.line.resets > 0);
      }
    }
  }
  const table = markdownOf(results);
  for (const text of [
    '| plain | longshore --lanes 4 |',
    'libcurl, 4 threads',
    results.machine.kernel,
    'commit abc',
  ])
    assert.ok(table.includes(text), `${text}\n${table}`);
  assert.ok(textOf(results).includes('libcurl, 4 threads'));
});

test('uploads in the window are counted with what they took', async () => {
  const done = await runQueue(
    { bin, rounds: 1 },
    { id: 'queue', queue: 20, isShort: true, seconds: 120 },
    () => {},
  );
  const options = { rounds: 1, scale: 1 };
  const results = resultsOf({ rows: [], queues: [done], options, date: '2000-01-01' });
  const [queue] = results.queues;
  assert.equal(queue.failed, 0);
  for (const name of ['adding', 'longest_stall', 'peak_bytes'])
    assert.equal(typeof queue[name].median, 'number', name);
  assert.match(markdownOf(results), /\| uploads in the window \|[^]*\n\| 20 \|/);
});

test('the rows of a run have programs that there are, and names of their own', () => {
  for (const isFull of [false, true]) {
    const rows = rowsOf({ isFull, only: /./, scale: 0.01 });
    assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
    for (const row of rows) {
      assert.ok(row.queue || row.programs.every((id) => contestants[id]), row.id);
      assert.ok(row.queue || (row.bytes > 0 && row.partSize > 0 && row.partSize <= 64e6), row.id);
    }
  }
});

test('a steady rate leaves out the begin and the end', () => {
  const received = [
    [0, 0],
    [5000, 100],
    [6000, 300],
    [9000, 900],
    [20_000, 1000],
  ];
  assert.equal(steadyRateOf({ received }, 1000), 200);
  assert.ok(Number.isNaN(steadyRateOf({ received: [] }, 1000)));
});

test('progress is compared with what the sink counted at the same time', () => {
  const at = (seconds) => new Date(seconds * 1000).toISOString();
  const progress = (seconds, confirmed, in_flight) => ({
    event: 'progress',
    time: at(seconds),
    confirmed,
    in_flight,
    total: 1000,
    rate: 100,
  });
  const part = (part_id) => ({ event: 'part', state: 'confirmed', part_id, bytes: 500 });
  const history = {
    received: [
      [0, 0],
      [10_000, 1000],
    ],
    answered: [
      [5000, 'a'],
      [10_000, 'b'],
    ],
  };
  const completed = { event: 'completed', time: at(10) };
  const right = [part('a'), progress(4, 0, 400), progress(6, 500, 100), part('b'), completed];
  assert.deepEqual(progressOf(right, history), {
    moments: 2,
    confirmed_ahead: 0,
    sent_error: 0,
    left_seconds: 0,
    left_outside: 0,
  });
  const wrong = progressOf([part('a'), progress(4, 500, 0), part('b'), completed], history);
  assert.equal(wrong.confirmed_ahead, 500);
  assert.equal(wrong.left_seconds, 1);
  assert.ok(Math.abs(wrong.sent_error - 0.1) < 1e-9);
});

test('growth is the slope of the least squares, and a table goes between its markers only', () => {
  assert.deepEqual(
    slopeOf([
      { x: 1, y: 5 },
      { x: 2, y: 7 },
      { x: 3, y: 9 },
    ]),
    { base: 3, slope: 2 },
  );
  assert.equal(slopeOf([{ x: 1, y: 5 }]), null);
  const { begin, end } = readmeMarkers;
  assert.equal(withTable(`a\n${begin}\nold\n${end}\nb\n`, 'new\n'), `a\n${begin}\nnew\n${end}\nb\n`);
  assert.ok(hasPlace(`${begin}${end}`) && !hasPlace(`${end}${begin}`) && !hasPlace(begin));
});

test('what fails is told as failed, and what limits as limiting', async () => {
  const runs = [{ ok: false, problem: 'exit 1: no', server: {} }];
  const row = { id: 'x', text: 'x', bytes, results: [{ id: 'libcurl', name: 'libcurl', runs }] };
  const results = resultsOf({ rows: [row], options: { rounds: 1, scale: 1 }, date: '2000-01-01' });
  assert.match(markdownOf(results), /failed 1 of 1: exit 1: no/);
  const busy = { ok: true, wall: 1, cpu: 0.1, peak_bytes: 1, server: { cpu_seconds: 0.95 * cpus().length } };
  const full = { ...row, results: [{ id: 'libcurl', name: 'libcurl', runs: [busy] }] };
  assert.match(
    markdownOf(resultsOf({ rows: [full], options: { rounds: 1, scale: 1 }, date: '2000-01-01' })),
    /limited by the server/,
  );
  assert.deepEqual(spread([3, 1, 2, 10]), { median: 2.5, min: 1, max: 10 });
});

test('the sink completes nothing of which bytes are missing', async () => {
  const sink = await startSink(bin);
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${sink.url}${path}`, { method: 'POST', headers, body });
    return { status: answer.status, ...(await answer.json()) };
  };
  const upload = await post('/uploads', JSON.stringify({ bytes: 10_000 }));
  assert.equal(upload.status, 'pending');
  const part = await post(`/uploads/${upload.id}/parts`, 'x'.repeat(9_999));
  const refused = await post(`/uploads/${upload.id}/complete`, JSON.stringify({ part_ids: [part.id] }));
  assert.match(refused.error.message, /10000 bytes, its parts 9999/);
  await sink.stop();
});

test('a command is measured with its exit code', async () => {
  const result = join(folder, 'measured.json');
  const child = spawn(join(bin, 'bench_measured'), ['--result', result, '--', 'sh', '-c', 'exit 3']);
  await once(child, 'close');
  const { exit, signal, wall, peak_bytes: peak } = JSON.parse(await readFile(result, 'utf8'));
  assert.deepEqual({ exit, signal }, { exit: 3, signal: null });
  assert.ok(wall > 0 && peak > 0);
});

test('a line passes on both ways what was sent over it', async () => {
  const sink = await startSink(bin);
  const slow = await startLine(bin, sink.url, { mbits: 80, flowMbits: 80, rtt: 10, buffer: 65_536 });
  const answer = await fetch(`${slow.url}/uploads`, { method: 'POST', body: JSON.stringify({ bytes: 5 }) });
  assert.equal((await answer.json()).bytes, 5);
  const { passed, connections } = await slow.stop();
  assert.ok(passed > 0);
  assert.equal(connections, 1);
  await sink.stop();
});

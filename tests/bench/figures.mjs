// What the runs of the rows say together, in numbers.

import { cpus, release, totalmem } from 'node:os';

/** A line that is used so far is what limits. */
const fullLine = 0.97;
/** Of all processors: they are, where they are so busy. */
const fullMachine = 0.9;
/** Of one processor: a program with one thread that is so busy is what limits. */
const busyThread = 0.85;

export function spread(values) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** Seconds that the line needs at the least for the row's bytes. */
function leastSeconds({ line, bytes }) {
  const whole = bytes / ((line.mbits * 1e6) / 8);
  const slowed = line.halveAfter ? (bytes - line.halveAfter) / ((line.mbits * 1e6) / 8) : 0;
  return whole + slowed;
}

/** What kept a program from being faster, where it was not the program alone: {by, text}, or null. */
function limitOf({ of_line: ofLine, line_load: line, server_load: server, own_load: own }) {
  if (!server) return null;
  const percent = (part) => `${Math.round(part * 100)} %`;
  const all = own.median + server.median + (line?.median ?? 0);
  const busy = all / cpus().length;
  if (ofLine?.median >= fullLine) return { by: 'line', text: 'limited by the line' };
  if (line?.median >= busyThread)
    return { by: 'line', text: `limited by the line's program, ${percent(line.median)} busy` };
  if (busy >= fullMachine) {
    const part = server.median / all;
    const text = `processors ${percent(busy)} busy, ${percent(part)} of it the server`;
    return part > 0.5 ? { by: 'server', text: `limited by the server: ${text}` } : { by: 'processors', text };
  }
  if (server.median >= busyThread && server.median > own.median)
    return { by: 'server', text: `limited by the server, ${percent(server.median)} busy` };
  return null;
}

/** Of all moments of all runs that watched progress, the worst. */
function worstProgress(runs) {
  const watched = runs.filter((run) => run.progress).map((run) => run.progress);
  if (!watched.length) return null;
  const worst = (name) => Math.max(...watched.map((one) => one[name]));
  return {
    moments: watched.reduce((sum, one) => sum + one.moments, 0),
    confirmed_ahead: worst('confirmed_ahead'),
    sent_error: worst('sent_error'),
    left_seconds: worst('left_seconds'),
    left_outside: worst('left_outside'),
  };
}

/** What the runs of one program say together. Runs that failed count as failed and for nothing else. */
function summary(row, { id, name, runs }) {
  const good = runs.filter((run) => run.ok);
  const of = (value) => spread(good.map(value));
  const work = row.files ?? row.bytes / 1e6;
  const result = {
    id,
    name,
    failed: runs.length - good.length,
    problem: runs.find((run) => !run.ok)?.problem ?? null,
    wall: of((run) => run.wall),
    rate: of((run) => work / run.wall),
    rate_unit: row.files ? 'files/s' : 'MB/s',
    cpu: of((run) => run.cpu / (work / 1000)),
    cpu_unit: row.files ? 's/1,000 files' : 's/GB',
    peak_bytes: of((run) => run.peak_bytes),
    own_load: of((run) => run.cpu / run.wall),
    server_load: of((run) => run.server.cpu_seconds / run.wall),
    line_load: row.line ? of((run) => run.line.cpu_seconds / run.wall) : null,
    of_line: row.line && !row.files ? of((run) => leastSeconds(row) / run.wall) : null,
    of_limit: row.limit ? of((run) => run.steady_rate / row.limit) : null,
    progress: worstProgress(good),
  };
  return { ...result, limit: limitOf(result), runs };
}

export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory_bytes: totalmem(),
    kernel: release(),
  };
}

/** Least squares: {base, slope} of y over x; null where there is no slope. */
export function slopeOf(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const square = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (!square) return null;
  const slope = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / square;
  return { base: y - slope * x, slope };
}

/** How time and memory grow over the rows that say `growth`, and over the queues. */
function growthOf(rows, queues) {
  const points = rows
    .filter((row) => row.growth && row.programs[0].wall)
    .map(({ growth, programs: [program] }) => ({
      ...growth,
      program: program.name,
      seconds: program.wall.median,
      memory: program.peak_bytes.median,
    }));
  for (const queue of queues.filter((one) => one.adding)) {
    points.push({
      ...{ over: 'length of the queue, adding', unit: '1,000 uploads', program: 'in the window' },
      ...{ x: queue.uploads / 1000, seconds: queue.adding.median, memory: queue.peak_bytes.median },
    });
  }
  const result = [];
  for (const over of new Set(points.map((point) => point.over))) {
    const some = points.filter((point) => point.over === over);
    const slope = (name) => slopeOf(some.map((point) => ({ x: point.x, y: point[name] })));
    const seconds = slope('seconds');
    if (!seconds) continue;
    const { unit, program } = some[0];
    result.push({ over, unit, program, points: some.length, seconds, memory_bytes: slope('memory') });
  }
  return result;
}

function queueSummary({ id, uploads, runs }) {
  const good = runs.filter((run) => run.ok);
  const of = (value) => spread(good.map(value));
  return {
    id,
    uploads,
    failed: runs.length - good.length,
    adding: of((run) => run.adding),
    longest_stall: of((run) => run.longest_stall),
    longest_while: [...new Set(good.map((run) => run.longest_while))],
    peak_bytes: of((run) => run.peak_bytes),
    runs,
  };
}

/** All that is known, for programs. `rows`: of runRow(), `queues`: of runQueue(). */
export function resultsOf({ rows, queues = [], options, date, commit }) {
  const programsOf = ({ results, ...row }) => ({ ...row, programs: results.map((one) => summary(row, one)) });
  const summed = rows.map(programsOf);
  const queued = queues.map(queueSummary);
  return {
    date,
    commit,
    machine: machine(),
    options,
    rows: summed,
    queues: queued,
    growth: growthOf(summed, queued),
  };
}

// What is measured: the fixed list of the quick run, and what the full one adds.
//
// A row: {id, text, bytes, partSize, programs} with optionally `tls`, `line` (see servers.mjs), `files`
// (so many files of `bytes` each), `together` (rows of one such name follow each other and run at the same
// time: they leave the processors idle), `seconds` (how long a run may take), `growth` and `limit` (the
// rate that programs are told to keep, bytes/s). With `queue` it is so many uploads in the window; `isShort`
// does not watch them run. `rounds` is how often at the most.

const MB = 1_000_000;
const GB = 1000 * MB;
const largestUpload = 8 * 1024 ** 3;
const usualPart = 64 * MB;

const ours = ['tuned', 'lanes4', 'lanes4NoMd5', 'nocurl'];
const everybody = [...ours, 'libcurl', 'curl', 'blob1', 'blob4', 'stream1', 'stream4'];
const onLines = ['tuned', 'lanes4', 'libcurl', 'stream4'];

/** Bytes that a flow sends in some milliseconds, or so many at the least. */
const bufferOf = (mbits, ms, least) => Math.max(least, Math.round((mbits * 1000 * ms) / 8));

/** One flow's ceiling is a fifth of the line, and what waits before it is at most 50 ms of a flow. */
const lineOf = (mbits, rtt, more = {}) => ({
  mbits,
  flowMbits: mbits / 5,
  rtt,
  buffer: bufferOf(mbits / 5, 50, 65_536),
  ...more,
});

/** As much as four flows of the line, at a fifth each, send in `seconds`, in six parts for each. */
function sizesFor(mbits, seconds) {
  const bytes = Math.round(((mbits * 1e6) / 8) * 0.8 * seconds);
  return { bytes, partSize: Math.min(usualPart, Math.ceil(bytes / 24)) };
}

function loopback(name, bytes, partSize, programs) {
  return [false, true].map((tls) => ({
    id: `loopback-${tls ? 'tls' : 'plain'}-${name.replace(' ', '')}`,
    text: `loopback, ${tls ? 'TLS' : 'plain'}, ${name}`,
    tls,
    bytes,
    partSize,
    programs,
  }));
}

function onLine(mbits, rtt, seconds) {
  return {
    id: `line-${mbits}M-${rtt}ms`,
    text: `${mbits} Mbit/s, ${rtt} ms`,
    line: lineOf(mbits, rtt),
    ...sizesFor(mbits, seconds),
    // A gigabit needs the processors for itself; what md5 costs shows there, if anywhere.
    ...(mbits <= 200
      ? { programs: onLines, together: 'lines' }
      : { programs: [...onLines, 'lanes4NoMd5'] }),
  };
}

function halving(mbits, rtt, seconds) {
  const { bytes, partSize } = sizesFor(mbits * 0.8, seconds);
  return {
    id: `halving-${mbits}M-${rtt}ms`,
    text: `${mbits} Mbit/s, ${rtt} ms, half of it from the middle on`,
    line: lineOf(mbits, rtt, { halveAfter: Math.round(bytes / 2) }),
    bytes,
    partSize,
    programs: onLines,
    together: 'lines',
  };
}

function resets(mbits, rtt, seconds) {
  return {
    id: `resets-${mbits}M-${rtt}ms`,
    text: `${mbits} Mbit/s, ${rtt} ms, a reset every 50 MB`,
    line: lineOf(mbits, rtt, { resetEvery: 50 * MB }),
    ...sizesFor(mbits, seconds),
    programs: [...onLines, 'blob4'],
    together: 'lines',
  };
}

/** What such a line holds counts as sent, and the server has it later: it holds 5 ms of a flow. */
function watched(mbits, rtt, seconds) {
  const row = onLine(mbits, rtt, seconds);
  return {
    ...row,
    line: { ...row.line, buffer: bufferOf(row.line.flowMbits, 5, 16_384) },
    id: row.id.replace('line', 'progress'),
    text: `progress: ${row.text}`,
    programs: ['tunedWatched', 'lanes4Watched'],
  };
}

const manyFiles = (files, more = {}) => ({
  id: `files-${files}x1KB${more.line ? `-${more.line.rtt}ms` : ''}`,
  text: `${files} files of 1 KB, ${more.line ? `${more.line.mbits} Mbit/s, ${more.line.rtt} ms` : 'loopback'}`,
  files,
  bytes: 1000,
  partSize: usualPart,
  programs: ['tuned', 'stream4'],
  seconds: 240,
  ...more,
});

/** What is sent in the first and the last moment is not looked at: it is bound by requests. */
const limited = (bytesPerSecond, seconds, more = {}) => ({
  id: `limit-${bytesPerSecond / 1000}kBs`,
  text: `loopback, limited to ${bytesPerSecond / MB} MB/s`,
  limit: bytesPerSecond,
  bytes: bytesPerSecond * seconds,
  partSize: usualPart,
  programs: ['limited'],
  // Those that leave the processors idle.
  ...(bytesPerSecond <= 10 * MB ? { together: 'limits' } : {}),
  ...more,
});

const memory = (part, programs) => ({
  id: `memory-8lanes-${part}MB`,
  text: `loopback, 8 GiB, 8 lanes, parts of ${part} MB`,
  bytes: largestUpload,
  partSize: part * MB,
  programs,
});

const queue = (uploads, more = {}) => ({ id: `queue-${uploads}`, queue: uploads, seconds: 300, ...more });

const quick = () => [
  ...loopback('1 GB', GB, usualPart, everybody),
  memory(64, ['lanes8', 'window8']),
  onLine(25, 80, 8),
  onLine(200, 20, 8),
  halving(200, 20, 8),
  resets(200, 20, 8),
  watched(200, 20, 8),
  manyFiles(1000, { line: lineOf(200, 20), together: 'lines' }),
  onLine(1000, 20, 6),
  queue(10_000, { rounds: 1 }),
  ...[MB, 10 * MB, 100 * MB].map((rate) => limited(rate, 8, { rounds: 1 })),
];

const growingSizes = [0.25, 0.5, 1, 2, 4, 8];
const growingQueues = [10, 100, 1000, 10_000, 100_000];
/** As many as take minutes are measured once. */
const manyUploads = 100_000;

const full = () => [
  ...loopback('64 MB', 64 * MB, 4 * MB, everybody),
  ...loopback('2 GB', 2 * GB, usualPart, everybody),
  ...loopback('8 GiB', largestUpload, usualPart, ['tuned', 'lanes4', 'lanes4NoMd5', 'libcurl', 'stream4']),
  memory(64, ['lanes8', 'window8']),
  ...[4, 16].map((part) => memory(part, ['lanes8'])),
  // 30 s of the whole line: that is 37.5 s of four fifths of it.
  ...[25, 200].flatMap((mbits) => [20, 80, 200].map((rtt) => onLine(mbits, rtt, 37.5))),
  halving(200, 20, 37.5),
  resets(200, 20, 37.5),
  ...[25, 200].map((mbits) => watched(mbits, 80, 37.5)),
  manyFiles(1000, { line: lineOf(200, 20), together: 'lines' }),
  ...[20, 80, 200].map((rtt) => onLine(1000, rtt, 37.5)),
  manyFiles(1000),
  ...[MB / 20, MB, 10 * MB, 100 * MB].map((rate) => limited(rate, 20)),
  ...growingSizes.map((size) => ({
    id: `growth-size-${size}GB`,
    text: `growth: one file of ${size} GB`,
    bytes: size * GB,
    partSize: usualPart,
    programs: ['lanes4'],
    growth: { over: 'size of the file', unit: 'GB', x: size },
  })),
  ...growingQueues.map((files) => ({
    ...manyFiles(files),
    id: `growth-files-${files}`,
    text: `growth: ${files} files of 1 KB`,
    programs: ['tuned'],
    seconds: 1800,
    ...(files >= manyUploads ? { rounds: 1 } : {}),
    growth: { over: 'number of files', unit: '1,000 files', x: files / 1000 },
  })),
  ...growingQueues.map((uploads) =>
    queue(uploads, { seconds: 1800, ...(uploads >= manyUploads ? { rounds: 1 } : {}) }),
  ),
];

/** Everything smaller, to see that it works. */
function scaled(row, scale) {
  if (scale === 1) return row;
  const smaller = (value) => Math.max(1, Math.round(value * scale));
  const result = { ...row };
  if (row.queue) return { ...row, queue: smaller(row.queue) };
  if (row.files) result.files = smaller(row.files);
  else Object.assign(result, { bytes: smaller(row.bytes), partSize: smaller(row.partSize) });
  const line = row.line && { ...row.line };
  // Resets stay as they are: of more, no part would get through.
  if (line?.halveAfter) line.halveAfter = smaller(line.halveAfter);
  if (row.growth) result.growth = { ...row.growth, x: row.growth.x * scale };
  return line ? { ...result, line } : result;
}

/** The rows of a run. `only`: a regular expression for their ids. */
export const rowsOf = ({ isFull, only, scale }) =>
  (isFull ? full() : quick()).filter((row) => only.test(row.id)).map((row) => scaled(row, scale));

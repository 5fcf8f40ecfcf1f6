// The programs that are compared, and how each is called. A call gets {bin, nocurlBin, ca, files, bytes,
// partSize, limit, parts, data}: `parts` are files with the parts' content, `data` is an empty folder. It gives
// {command, args} with optionally `env`, `settings` (text for data/settings.ini) and `isStopped`: it does
// not end by itself, but is stopped once the sink has all.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * `args` after those that all runs have; with `parts` the row's part size is asked for. With `events`
 * they are kept and compared with what the sink counted.
 */
function longshore(name, { args = [], nocurl = false, parts = true, events = false } = {}) {
  return {
    name,
    events,
    call({ bin, nocurlBin, ca, files, partSize, data }) {
      const all = ['upload', events ? '--json' : '--quiet', '--data-dir', data, ...args];
      if (parts) all.push('--part-size', String(partSize));
      if (ca) all.push('--ca-file', ca.certificate);
      return { command: join(nocurl ? nocurlBin : bin, 'longshore'), args: [...all, '--', ...files] };
    },
  };
}

/** Keeps the row's limit, and is watched. */
const limitedLongshore = () => ({
  name: 'longshore --limit-rate',
  events: true,
  call: ({ bin, files, limit, data }) => ({
    command: join(bin, 'longshore'),
    args: ['upload', '--json', '--data-dir', data, '--limit-rate', String(limit), '--', ...files],
  }),
});

/** The window, which chooses the part size by itself. It draws, but on no screen. */
const longshoreWindow = (lanes) => ({
  name: `longshore, window, ${lanes} lanes`,
  call: ({ bin, files, data }) => ({
    command: join(bin, 'longshore'),
    args: ['--data-dir', data, '--', ...files],
    env: { QT_QPA_PLATFORM: 'offscreen' },
    settings: `[preferences]\nlanes=${lanes}\naskBeforeAdding=false\n`,
    isStopped: true,
  }),
});

const libcurlThreads = (lanes) => ({
  name: `libcurl, ${lanes} threads`,
  call({ bin, ca, files, partSize }) {
    const args = ['--lanes', String(lanes), '--part-size', String(partSize)];
    if (ca) args.push('--ca-file', ca.certificate);
    return { command: join(bin, 'bench_curlthreads'), args: [...args, ...files] };
  },
});

const curlCommand = (lanes) => ({
  name: `curl --parallel-max ${lanes}`,
  needsParts: true,
  call({ ca, bytes, parts, data }) {
    return {
      command: here('curlcommand.sh'),
      args: [String(lanes), String(bytes), data, ...parts],
      env: ca ? { CURL_CA_BUNDLE: ca.certificate } : {},
    };
  },
});

const nodeClient = (kind, lanes) => ({
  name: `openai (npm), ${kind}, ${lanes} at a time`,
  call({ ca, files, partSize }) {
    return {
      command: process.execPath,
      args: [here('nodeclient.mjs'), kind, String(lanes), String(partSize), ...files],
      env: ca ? { NODE_EXTRA_CA_CERTS: ca.certificate } : {},
    };
  },
});

export const contestants = {
  tuned: longshore('longshore, no option', { parts: false }),
  lanes4: longshore('longshore --lanes 4', { args: ['--lanes', '4'] }),
  lanes4NoMd5: longshore('longshore --lanes 4 --no-md5', { args: ['--lanes', '4', '--no-md5'] }),
  lanes8: longshore('longshore --lanes 8', { args: ['--lanes', '8'] }),
  tunedWatched: longshore('longshore, no option', { parts: false, events: true }),
  lanes4Watched: longshore('longshore --lanes 4', { args: ['--lanes', '4'], events: true }),
  limited: limitedLongshore(),
  window8: longshoreWindow(8),
  nocurl: longshore('longshore without libcurl, --lanes 4', { args: ['--lanes', '4'], nocurl: true }),
  libcurl: libcurlThreads(4),
  curl: curlCommand(4),
  blob1: nodeClient('blob', 1),
  blob4: nodeClient('blob', 4),
  stream1: nodeClient('stream', 1),
  stream4: nodeClient('stream', 4),
};

/** Said once below the tables. */
export const explanations = [
  '`longshore, no option` chooses lanes and part sizes by itself, as the window does; all others of a row use the same part size.',
  'md5 is made where `--no-md5` is not given; the others make none.',
  '`libcurl, 4 threads`: bench_curlthreads, which reads parts with pread.',
  '`curl`: one process sends all parts, which are files split beforehand; splitting is not counted.',
  '`openai (npm)`: blob = a File over a slice of the file, stream = fs.createReadStream of a range.',
  "Memory is the largest resident set of one process; CPU is the client's user and system time. The window is measured with its start and end.",
  'On a line one connection gets at most a fifth of it. Lines up to 200 Mbit/s are measured at the same time.',
  'Progress: what is shown against what the server had at the same moment; time left from a tenth on, where off by over 15 % is also over a second.',
  'Of the limit: what the server received between a tenth and nine tenths of the file, in that time.',
  'A stall is the longest time that the event loop of the window did nothing else.',
];

// The sink and the shaped line as processes, and the folder that all of a run is in.

import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** A folder for files and data, which goes with the process. */
export const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const running = new Set();

function cleanUp() {
  for (const child of running) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.on('exit', cleanUp);
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])
  process.on(signal, () => process.exit(code));

/** spawn(), and the process ends with this one. */
export function spawnTracked(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** A helper that prints a line when it is ready and ends when its stdin does. */
async function startHelper(command, args) {
  const child = spawnTracked(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value, done } = await lines.next();
  if (done) throw new Error(`${command} did not start`);
  return {
    line: value,
    /** Ends it; gives what it says then. */
    async end() {
      const closed = once(child, 'close');
      child.stdin.end();
      const last = await lines.next();
      await closed;
      return last.value;
    },
  };
}

function fetchJson(url, ca) {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https') ? httpsGet : httpGet;
    get(url, { ca: ca?.text, agent: false }, async (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      for await (const piece of answer) text += piece;
      resolve(JSON.parse(text));
    }).once('error', reject);
  });
}

/** A certificate for 127.0.0.1 that is its own authority: {certificate, key, text}. */
export async function makeCertificate(readFile) {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=Longshore bench', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-days', '2', '-keyout', key, '-out', certificate],
  ]);
  return { certificate, key, text: await readFile(certificate, 'utf8') };
}

/**
 * The server that keeps nothing. `ca`: of makeCertificate(), or none for plain HTTP; `sampleMs`: how often
 * it notes for history() what came.
 */
export async function startSink(bin, ca, sampleMs = 0) {
  const args = ca ? ['--certificate', ca.certificate, '--key', ca.key] : [];
  if (sampleMs) args.push('--sample', String(sampleMs));
  const helper = await startHelper(join(bin, 'bench_sink'), args);
  const url = helper.line;
  return {
    url,
    /** What it counted since its start, with its own seconds of processor time. */
    figures: () => fetchJson(`${url}/figures`, ca),
    history: () => fetchJson(`${url}/history`, ca),
    stop: () => helper.end(),
  };
}

/**
 * A line to the sink: {mbits, flowMbits, rtt, buffer, resetEvery, halveAfter}. Its url is used in place of
 * the sink's; stop() tells what passed.
 */
export async function startLine(bin, sinkUrl, line) {
  const target = new URL(sinkUrl);
  const bytesPerSecond = (mbits) => String((mbits * 1e6) / 8);
  const args = ['--to', target.port, '--rate', bytesPerSecond(line.mbits)];
  args.push('--flow-rate', bytesPerSecond(line.flowMbits), '--rtt', String(line.rtt));
  args.push('--buffer', String(line.buffer));
  if (line.resetEvery) args.push('--reset-every', String(line.resetEvery));
  if (line.halveAfter) args.push('--halve-after', String(line.halveAfter));
  const helper = await startHelper(join(bin, 'bench_shapedline'), args);
  target.port = helper.line;
  return { url: target.href, stop: async () => JSON.parse(await helper.end()) };
}

// What the service gets to see of its clients: a forwarder in front of it that notes each request.

import { Agent, createServer, request as httpRequest } from 'node:http';
import { once } from 'node:events';

const calls = [
  [/^\/v1\/uploads$/, 'create'],
  [/^\/v1\/uploads\/([^/]+)\/(?:parts)$/, 'part'],
  [/^\/v1\/uploads\/([^/]+)\/(?:complete)$/, 'complete'],
  [/^\/v1\/uploads\/([^/]+)\/(?:cancel)$/, 'cancel'],
  [/^\/v1\/files(?:\/([^/]+))?$/, 'files'],
];

function classify(url) {
  const [path] = url.split('?');
  for (const [pattern, call] of calls) {
    const match = pattern.exec(path);
    if (match) return { call, id: match[1] };
  }
  throw new Error(`The client asks for ${path}`);
}

/**
 * Forwards to the service at `url`. `requests` has one entry a request, in the order of their arrival:
 *   call, id (of the upload or file, if it is in the path), filename (of create),
 *   bytes (of the body, so far), status (of the answer, from when its head has come),
 *   answered (the whole answer was passed on), cut (the service ended the connection without one).
 * `onRequest(entry, moment)` is called when it has `begun` (create: when its body is read), when it is
 * `answered` and when it is `cut`.
 */
export async function startWire(t, url) {
  const service = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const wire = { requests: [], onRequest: () => {} };

  const server = createServer((request, response) => {
    const entry = { ...classify(request.url), bytes: 0, answered: false, cut: false };
    wire.requests.push(entry);
    const created = [];
    const outgoing = httpRequest({
      host: service.hostname,
      port: service.port,
      agent,
      method: request.method,
      path: request.url,
      headers: request.rawHeaders,
    });
    const asked = [];
    request.on('data', (block) => {
      entry.bytes += block.length;
      if (entry.call === 'create') asked.push(block);
    });
    request.on('end', () => {
      if (entry.call !== 'create') return;
      entry.filename = JSON.parse(Buffer.concat(asked)).filename;
      wire.onRequest(entry, 'begun');
    });
    request.on('error', () => outgoing.destroy());
    request.pipe(outgoing);
    outgoing.on('response', (answer) => {
      entry.status = answer.statusCode;
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.on('data', (block) => {
        if (entry.call === 'create') created.push(block);
        response.write(block);
      });
      answer.on('end', () => {
        if (entry.call === 'create' && entry.status === 200)
          entry.id = JSON.parse(Buffer.concat(created)).id;
        if (response.destroyed) return;
        response.end();
        entry.answered = true;
        wire.onRequest(entry, 'answered');
      });
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => {
      if (!response.destroyed) {
        entry.cut = true;
        wire.onRequest(entry, 'cut');
      }
      response.destroy();
    });
    // The client has left: so does the forwarder.
    response.on('close', () => {
      if (!entry.answered) outgoing.destroy();
    });
    if (entry.call !== 'create') wire.onRequest(entry, 'begun');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
    agent.destroy();
  });
  wire.url = `http://127.0.0.1:${server.address().port}/v1`;
  return wire;
}

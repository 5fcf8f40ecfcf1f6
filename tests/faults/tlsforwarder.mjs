// Ends TLS in front of a port of the loopback. Says when it listens.
// node tlsforwarder.mjs KEY CERTIFICATE ADDRESS PORT TARGET_PORT

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';

const [key, certificate, address, port, target] = process.argv.slice(2);
const options = { key: readFileSync(key), cert: readFileSync(certificate) };
const server = createServer(options, (outer) => {
  const inner = connect(Number(target), '127.0.0.1');
  // An error of either ends both: which one is no matter.
  pipeline(outer, inner, () => {});
  pipeline(inner, outer, () => {});
});
server.on('tlsClientError', () => {});
server.listen(Number(port), address, () => console.log('listening'));

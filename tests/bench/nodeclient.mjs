// Uploads with the official client, as its users would write it:
//
//   nodeclient.mjs blob|stream LANES PART_SIZE FILE…
//
// blob: each part is a File over a slice of the file, as the client's documentation shows; stream: a read
// stream of the part's range, which the client can't send again. Of several files, LANES are uploaded
// at a time. OPENAI_BASE_URL and OPENAI_API_KEY say where to.

import { createReadStream, openAsBlob } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { File } from 'node:buffer';
import { pathToFileURL } from 'node:url';

// Debian 12 has Node 18, where it is not global yet.
globalThis.File ??= File;

// The client is installed for the tests beside this folder.
const { resolve } = createRequire(new URL('../interop/package.json', import.meta.url));
const { default: OpenAI, toFile } = await import(pathToFileURL(resolve('openai')));

const [kind, laneText, partText, ...files] = process.argv.slice(2);
const lanes = Number(laneText);
const partSize = Number(partText);
const client = new OpenAI();

/** Calls `work` with each index below `count`, `lanes` of them at a time. */
async function share(count, atOnce, work) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}

/** Node 18 has no openAsBlob: there a part is read first. */
async function blobOf(path) {
  if (openAsBlob) return openAsBlob(path);
  const file = await open(path);
  return {
    async slice(start, end) {
      const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      return buffer;
    },
  };
}

async function uploadFile(path, atOnce) {
  const { size } = await stat(path);
  const upload = await client.uploads.create({
    bytes: size,
    filename: 'file.bin',
    mime_type: 'application/octet-stream',
    purpose: 'user_data',
  });
  const blob = kind === 'blob' && size > partSize ? await blobOf(path) : undefined;
  const part_ids = [];
  await share(Math.ceil(size / partSize), atOnce, async (index) => {
    const start = index * partSize;
    const end = Math.min(size, start + partSize);
    let data;
    if (kind === 'stream') data = createReadStream(path, { start, end: end - 1 });
    else data = await toFile(blob ? await blob.slice(start, end) : await readFile(path), 'part');
    part_ids[index] = (await client.uploads.parts.create(upload.id, { data })).id;
  });
  await client.uploads.complete(upload.id, { part_ids });
}

if (files.length === 1) await uploadFile(files[0], lanes);
else await share(files.length, lanes, (index) => uploadFile(files[index], 1));

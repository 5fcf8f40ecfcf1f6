// Traces of a secret: in texts, and in the names and contents of files.

import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What of `secret` is the same in the base64 of any text that holds it. */
function base64Cores(secret) {
  return [0, 1, 2].map((behind) => {
    const all = Buffer.concat([Buffer.alloc(behind), Buffer.from(secret)]).toString('base64');
    const first = behind === 0 ? 0 : behind + 1;
    return all.slice(first, Math.floor(((behind + secret.length) * 8) / 6));
  });
}

/** Each way in which a secret can be written down, with its name. Letters' case counts for none. */
function formsOf(secret) {
  const percent = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const forms = new Map([
    ['plain', Buffer.from(secret)],
    ['UTF-16', Buffer.from(secret, 'utf16le')],
    ['percent-encoded', Buffer.from(percent)],
    ['percent-encoded where it must be', Buffer.from(encodeURIComponent(secret))],
    ['hexadecimal', Buffer.from(Buffer.from(secret).toString('hex'))],
  ]);
  for (const [behind, core] of base64Cores(secret).entries())
    forms.set(`base64, ${behind} behind`, Buffer.from(core));
  return forms;
}

const lowered = (bytes) => Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');

export class Traces {
  #forms = [];

  /** `secrets`: {name: secret}. */
  constructor(secrets) {
    for (const [name, secret] of Object.entries(secrets))
      for (const [form, bytes] of formsOf(secret)) this.#forms.push([`${name}, ${form}`, lowered(bytes)]);
  }

  /** What is in a text or in bytes. */
  in(content) {
    const bytes = lowered(Buffer.from(content));
    return this.#forms.filter(([, form]) => bytes.includes(form)).map(([name]) => name);
  }

  /**
   * In the names and contents of all files below a folder: [{path, found}]. Of a core file only the name
   * counts: it is the process's memory. `seen` is called with the path and the status of each.
   */
  async below(folder, seen = () => {}) {
    const traces = [];
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const found = this.in(path.slice(folder.length));
      seen(path, await lstat(path));
      const isCore = /^core(\.|$)/.test(entry.name);
      if (entry.isFile() && !isCore) found.push(...this.in(await readFile(path)));
      if (found.length > 0) traces.push({ path, found });
    }
    return traces;
  }
}

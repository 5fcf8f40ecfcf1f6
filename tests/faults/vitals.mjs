// Memory and descriptors of a process, looked at while it runs.

import { readdir, readFile } from 'node:fs/promises';

/** Between two looks, in milliseconds. */
const distance = 50;

/** {memory: bytes that are resident, descriptors}; undefined once the process is over. */
async function look(pid) {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
    if (!kilobytes) return undefined;
    const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
    return { memory: Number(kilobytes) * 1024, descriptors };
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * Looks at a process until it ends, or until stop() of what is given back; `progress` gives what is kept
 * with each look. `looks` grows by {memory, descriptors, progress}.
 */
export function watchVitals(pid, progress) {
  const looks = [];
  let timer;
  const again = async () => {
    const found = await look(pid);
    if (found) looks.push({ ...found, progress: progress() });
    if (found && timer !== null) timer = setTimeout(again, distance);
  };
  timer = setTimeout(again, distance);
  return {
    looks,
    stop() {
      clearTimeout(timer);
      timer = null;
    },
  };
}

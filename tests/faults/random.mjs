// Chance that comes again: the same numbers for the same seed.

import { createHash } from 'node:crypto';

export class Random {
  #seed;
  #drawn = 0;

  constructor(seed) {
    this.#seed = `${seed}`;
  }

  /** From 0 to below 1. */
  unit() {
    const hash = createHash('sha256').update(`${this.#seed} ${this.#drawn++}`).digest();
    return hash.readUIntBE(0, 6) / 2 ** 48;
  }

  /** A whole number, both ends included. */
  between(least, most) {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  /** Small ones are as likely as large ones: even in the logarithm. */
  magnitude(least, most) {
    return Math.round(Math.exp(Math.log(least) + this.unit() * (Math.log(most) - Math.log(least))));
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  shuffled(list) {
    const result = [...list];
    for (let last = result.length - 1; last > 0; --last) {
      const other = this.between(0, last);
      [result[last], result[other]] = [result[other], result[last]];
    }
    return result;
  }
}

/** Of this run: LONGSHORE_SEED, else always the same one. */
export const seed = process.env.LONGSHORE_SEED ?? '1';

/** A number from the environment that makes a test large. */
export function setting(name, otherwise) {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${name}=${text} is not a number above 0`);
  return number;
}

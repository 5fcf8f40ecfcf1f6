// One run of the upload command that is killed at a chosen moment.

import assert from 'node:assert/strict';

import { start } from '../support/processes.mjs';
import { moments } from './killstates.mjs';

/** What takes longer hangs: some seconds are what a run needs. In milliseconds. */
const patience = 90_000;

/** A line that was cut off by the kill is no event. */
function eventOf(line) {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (line.endsWith('}')) throw error;
    return undefined;
  }
}

/** Whether an event of the target is the one that the moment waits for. */
function isAwaited(moment, event, missing) {
  if (moment.event !== 'confirmed') return event.event === moment.event;
  const isConfirmed = event.event === 'part' && event.state === 'confirmed';
  return isConfirmed && missing() === 0;
}

/**
 * Runs the command; `aim` is undefined, or {state, path, filename, id, confirmed, within, random}: kills
 * when the upload of that file comes to that state. `id()` is what the service calls the upload,
 * `confirmed` the number of its parts on record when the run begins, `within` in place of the moment's own.
 * What comes back: {events, requests, killed, interrupted, code, stderr}.
 */
export async function killedRun(t, args, { wire, env, aim }) {
  const from = wire.requests.length;
  const moment = aim && moments[aim.state];
  const events = [];
  let key;
  let killed = false;
  let interrupted = false;
  let timer;
  let left = moment && aim.random.between(1, moment.nth ?? 1);
  let missing;

  const kill = () => {
    if (run.child.exitCode === null && run.child.signalCode === null) killed = run.child.kill('SIGKILL');
  };
  const killSoon = () => {
    const milliseconds = aim.random.unit() * (aim.within ?? moment.within);
    if (milliseconds < 1) kill();
    else timer ??= setTimeout(kill, milliseconds);
  };
  const strike = () => {
    if (--left > 0) return;
    if (!moment.interrupts) return killSoon();
    interrupted = true;
    run.child.kill('SIGINT');
  };

  wire.onRequest = (request, when) => {
    if (!moment || killed) return;
    if (interrupted) {
      if (request.call === 'cancel' && request.id === aim.id()) killSoon();
    } else if (request.call === moment.request && when === moment.moment) {
      const isCreate = request.call === 'create';
      if (isCreate ? request.filename === aim.filename : request.id === aim.id()) strike();
    }
  };
  const run = start(t, args, {
    env,
    onLine(line) {
      const event = eventOf(line);
      if (!event) return;
      events.push(event);
      if (!moment || killed) return;
      const path = event.paths?.[0] ?? event.path;
      if (event.event === 'queued' && path === aim.path) key = event.upload;
      if (!key || event.upload !== key) return;
      if (event.event === 'queued') missing = event.parts - aim.confirmed;
      if (event.event === 'part' && event.state === 'confirmed') --missing;
      if (moment.event && isAwaited(moment, event, () => missing)) strike();
    },
  });
  if (moment?.start) killSoon();
  let hangs = false;
  const hangTimer = setTimeout(() => {
    hangs = true;
    run.child.kill('SIGKILL');
  }, patience);
  const { code, signal, stderr } = await run.end();
  clearTimeout(timer);
  clearTimeout(hangTimer);
  wire.onRequest = () => {};
  const requests = wire.requests.slice(from);
  if (hangs) {
    const last = [...events.slice(-10), ...requests.filter((request) => !request.answered)];
    assert.fail(`a run hangs, aimed at ${aim?.state}: ${last.map((entry) => JSON.stringify(entry)).join('\n')}`);
  }
  return {
    events,
    requests,
    killed: signal === 'SIGKILL',
    interrupted,
    code: signal ?? code,
    stderr,
  };
}

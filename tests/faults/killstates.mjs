// What an upload was doing when its process was killed, and when to kill it to find it at that.

/**
 * In the order in which an upload goes through them. `looking`: for the file, the answer to complete was
 * lost; `looking again`: so did an earlier run; `all confirmed`: and complete not yet sent.
 */
export const states = [
  'starting',
  'queued',
  'creating',
  'waiting',
  'cancelling',
  'sending',
  'part answered',
  'all confirmed',
  'completing',
  'complete answered',
  'looking',
  'looking again',
  'completed',
];

/**
 * `events`: those of the upload in this run; `requests`: those of its process; `before`: what the journal
 * had of it when the run began; `interrupted`: it was told to cancel.
 */
export function stateAtKill({ filename, events, requests, before, interrupted }) {
  const has = (name) => events.some((event) => event.event === name);
  if (has('completed')) return 'completed';
  if (interrupted) return 'cancelling';
  const begun = [...events].reverse().find((e) => ['created', 'resumed'].includes(e.event));
  const complete = requests.findLast((r) => r.call === 'complete' && r.id === begun?.upload_id);
  if (complete?.answered && complete.status === 200) return 'complete answered';
  if (complete?.cut || complete?.answered) return 'looking';
  if (complete) return 'completing';
  if (!has('queued')) return 'starting';
  if (has('resumed') && before?.completing) return 'looking again';
  const last = events.findLast((event) => event.event !== 'progress');
  if (last.event === 'waiting') return 'waiting';
  if (!begun) {
    const isCreating = requests.some((r) => r.call === 'create' && r.filename === filename);
    return isCreating ? 'creating' : 'queued';
  }
  const [{ parts }] = events;
  const confirmed = new Set(before?.confirmed);
  const answered = requests.filter((r) => r.call === 'part' && r.id === begun.upload_id && r.answered);
  const seen = events.filter((event) => event.event === 'part' && event.state === 'confirmed');
  for (const { index } of seen) confirmed.add(index);
  if (confirmed.size === parts) return 'all confirmed';
  const taken = answered.filter((request) => request.status === 200);
  return taken.length > seen.length ? 'part answered' : 'sending';
}

/**
 * States that an upload with this on record can still come to. `lostNext`: the answer to the next complete
 * will be lost; `hasCompany`: it waits for others.
 */
export function reachable(record, { lostNext, hasCompany }) {
  if (record?.completing) return ['starting', 'looking again', 'completed'];
  const never = new Set(['looking again']);
  if (record?.uploadId) never.add('creating');
  if (record?.uploadId && !hasCompany) never.add('queued');
  for (const state of lostNext ? ['completing', 'complete answered'] : ['looking']) never.add(state);
  return states.filter((state) => !never.has(state));
}

/**
 * When to kill for a state: at once when a run has begun (`start`), or at an event of the upload or at a
 * request, and then `within` so many milliseconds at random. `nth` at random up to that.
 */
export const moments = {
  starting: { start: true, within: 30 },
  queued: { event: 'queued', within: 2 },
  creating: { request: 'create', moment: 'begun', within: 250 },
  waiting: { event: 'waiting', within: 200 },
  cancelling: { request: 'part', moment: 'begun', nth: 3, within: 300, interrupts: true },
  sending: { request: 'part', moment: 'begun', nth: 9, within: 300 },
  'part answered': { request: 'part', moment: 'answered', nth: 4, within: 0 },
  'all confirmed': { event: 'confirmed', last: true, within: 0 },
  completing: { request: 'complete', moment: 'begun', within: 350 },
  'complete answered': { request: 'complete', moment: 'answered', within: 0 },
  looking: { request: 'complete', moment: 'cut', within: 400 },
  'looking again': { event: 'resumed', within: 300 },
  completed: { event: 'completed', within: 0 },
};

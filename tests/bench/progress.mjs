// What our program tells of an upload while it runs (the events of --json), compared with what the sink
// counted at the same time: both read the same clock.

/** Seconds: time left is shown in whole ones. */
const shownStep = 1;
/** What time left may be off by, of itself, from a tenth of the upload on. */
const leftMayDiffer = 0.15;

/** The events of a log; what is no JSON is not ours. */
export const eventsOf = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** The bytes that had come by a time, between the moments that were noted. */
function receivedBy(received, time) {
  let low = 0;
  let high = received.length - 1;
  if (high < 0 || time <= received[0][0]) return 0;
  if (time >= received[high][0]) return received[high][1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (received[middle][0] <= time) low = middle;
    else high = middle;
  }
  const [[t0, bytes0], [t1, bytes1]] = [received[low], received[high]];
  return bytes0 + ((bytes1 - bytes0) * (time - t0)) / (t1 - t0);
}

/** As the window and the terminal show it; null: not shown. */
const timeLeft = ({ total, confirmed, in_flight, rate }) =>
  rate > 0 ? Math.ceil((total - confirmed - in_flight) / rate) : null;

/**
 * Compares the events of one upload with the sink's history {received: [[ms, bytes]…], answered: [[ms,
 * part id]…]}, which begins with the upload:
 *
 * moments          progress events looked at
 * confirmed_ahead  bytes by which `confirmed` was ever ahead of the parts answered by then; 0: never
 * sent_error       the most that confirmed + in_flight was off, of the whole upload
 * left_seconds     the most that time left was off, from a tenth on; not shown is off by all of it
 * left_outside     the part of those moments in which it was off by over 15 % of itself, and more than the
 *                  second that it is shown in
 */
export function progressOf(events, { received, answered }) {
  const end = Date.parse(events.find((event) => event.event === 'completed').time);
  const sizeOf = new Map(
    events
      .filter((event) => event.part_id && event.state === 'confirmed')
      .map((event) => [event.part_id, event.bytes]),
  );
  const answeredBy = (time) =>
    answered.reduce((sum, [ms, part]) => sum + (ms <= time ? (sizeOf.get(part) ?? 0) : 0), 0);
  const result = { moments: 0, confirmed_ahead: 0, sent_error: 0, left_seconds: 0, left_outside: 0 };
  let later = 0;
  for (const event of events.filter((one) => one.event === 'progress')) {
    const time = Date.parse(event.time);
    // What multipart puts around the parts is no part of the upload.
    const got = Math.min(event.total, receivedBy(received, time));
    ++result.moments;
    result.confirmed_ahead = Math.max(result.confirmed_ahead, event.confirmed - answeredBy(time));
    const sent = Math.abs(event.confirmed + event.in_flight - got) / event.total;
    result.sent_error = Math.max(result.sent_error, sent);
    const left = (end - time) / 1000;
    if (got < event.total / 10 || left <= 0) continue;
    ++later;
    const shown = timeLeft(event) ?? 0;
    const off = Math.abs(shown - left);
    result.left_seconds = Math.max(result.left_seconds, off);
    if (off > Math.max(shownStep, left * leftMayDiffer)) ++result.left_outside;
  }
  if (later) result.left_outside /= later;
  return result;
}

/** Bytes/s between a tenth and nine tenths of `bytes`, by the sink's history; NaN without any in between. */
export function steadyRateOf({ received }, bytes) {
  const [[t0, bytes0], [t1, bytes1]] = [
    received.find((moment) => moment[1] >= bytes / 10) ?? [NaN, NaN],
    received.findLast((moment) => moment[1] <= bytes * 0.9) ?? [NaN, NaN],
  ];
  return ((bytes1 - bytes0) * 1000) / (t1 - t0);
}

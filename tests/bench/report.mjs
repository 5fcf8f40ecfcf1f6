// The results as tables: for a terminal and in Markdown.

import { explanations } from './contestants.mjs';

export const readmeMarkers = { begin: '<!-- bench: begin -->', end: '<!-- bench: end -->' };

const digits = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** The median with the least and the most. */
function cell(value, unit = '', scale = 1) {
  if (!value) return '–';
  const [median, min, max] = [value.median, value.min, value.max].map((one) => digits(one * scale));
  return `${median}${unit && ` ${unit}`} (${min}–${max})`;
}

/** With a tenth of a percent, where that much is asked about. */
function percentCell(value) {
  if (!value) return '–';
  const [median, min, max] = [value.median, value.min, value.max].map((one) => (one * 100).toFixed(1));
  return `${median} % (${min}–${max})`;
}

function progressNote({
  confirmed_ahead: ahead,
  sent_error: sent,
  left_seconds: left,
  left_outside: outside,
}) {
  return [
    ahead > 0 ? `confirmed ahead by up to ${ahead} bytes` : 'confirmed never ahead',
    `sent off by ${(sent * 100).toFixed(1)} % of the whole at most`,
    `time left by ${left.toFixed(1)} s at most, by over 15 % in ${(outside * 100).toFixed(0)} % of the moments`,
  ].join(', ');
}

function notesOf(program) {
  const notes = [];
  if (program.failed) {
    const reason = program.problem.replace(/\s+/g, ' ').replaceAll('|', '/').slice(0, 120);
    notes.push(`failed ${program.failed} of ${program.runs.length}: ${reason}`);
  }
  if (program.limit) notes.push(program.limit.text);
  if (program.progress) notes.push(progressNote(program.progress));
  const resets = program.runs.reduce((sum, run) => sum + (run.line?.resets ?? 0), 0);
  if (resets) notes.push(`${digits(resets / program.runs.length)} resets a run`);
  return notes.join('; ');
}

/** Without a column that is empty in all lines. */
function tableOf(head, lines) {
  const isUsed = head.map(
    (_, column) => column === 0 || lines.some((line) => line[column] && line[column] !== '–'),
  );
  return { table: [head, ...lines].map((line) => line.filter((_, column) => isUsed[column])) };
}

function rowsTable(rows) {
  const head = ['what', 'program', 'seconds', 'rate', 'of the line', 'of the limit', 'CPU', 'memory, MB', 'remarks'];
  const lines = rows.flatMap((row) =>
    row.programs.map((program, index) => [
      index ? '' : row.text,
      program.name,
      cell(program.wall),
      cell(program.rate, program.rate_unit),
      cell(program.of_line, '%', 100),
      percentCell(program.of_limit),
      cell(program.cpu, program.cpu_unit),
      cell(program.peak_bytes, '', 1e-6),
      notesOf(program),
    ]),
  );
  return tableOf(head, lines);
}

function queueTable(queues) {
  const head = [
    'uploads in the window',
    'adding, s',
    'longest stall, ms',
    'memory, MB',
    'failed',
    'longest while',
  ];
  const lines = queues.map((queue) => [
    queue.uploads.toLocaleString('en'),
    cell(queue.adding),
    cell(queue.longest_stall, '', 1000),
    cell(queue.peak_bytes, '', 1e-6),
    queue.failed ? `${queue.failed} of ${queue.runs.length}` : '',
    queue.longest_while.join('; '),
  ]);
  return tableOf(head, lines);
}

function growthText({ over, unit, program, points, seconds, memory_bytes: memory }) {
  const sum = ({ base, slope }, scale, name) =>
    `${(base * scale).toFixed(2)} ${name} and ${(slope * scale).toFixed(3)} ${name} more for each ${unit}`;
  return (
    `Growth with ${over} (${program}, ${points} points, least squares): ` +
    `time ${sum(seconds, 1, 's')}; memory ${sum(memory, 1e-6, 'MB')}.`
  );
}

/** What a report consists of: {text}, {table: rows of cells} and {list: sentences}, in order. */
function blocksOf({ date, commit, machine: at, options, rows, queues, growth }) {
  const host = `${at.cpu}, ${at.cores} cores, ${(at.memory_bytes / 1e9).toFixed(0)} GB, Linux ${at.kernel}`;
  const scale = options.scale === 1 ? '' : ` Sizes were multiplied by ${options.scale}: no figures to go by.`;
  const rounds = `Median (least–most) of ${options.rounds} rounds, in each of which every program of a row runs once.`;
  const blocks = [{ text: `${host}; ${date}, commit ${commit ?? 'unknown'}. ${rounds}${scale}` }];
  for (const isOfTable of [(row) => !row.line, (row) => row.line]) {
    const some = rows.filter(isOfTable);
    if (some.length) blocks.push(rowsTable(some));
  }
  if (queues.length) blocks.push(queueTable(queues));
  blocks.push({ list: [...growth.map(growthText), ...explanations] });
  return blocks;
}

function markdownTable([head, ...lines]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...lines.map(line)];
}

/** Columns under each other; the last one is not filled up. */
function textTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (cells) =>
    cells
      .map((one, column) => one.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [text(lines[0]), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1).map(text)];
}

function joined(results, tableLines) {
  const linesOf = ({ text, table, list }) => {
    if (table) return tableLines(table);
    return list ? list.map((sentence) => `- ${sentence}`) : [text];
  };
  return blocksOf(results)
    .map((block) => `${linesOf(block).join('\n')}\n`)
    .join('\n');
}

export const markdownOf = (results) => joined(results, markdownTable);
export const textOf = (results) => joined(results, textTable);

/** True if a text has both markers, in order. */
export function hasPlace(text, { begin, end } = readmeMarkers) {
  return text.includes(begin) && text.indexOf(end) > text.indexOf(begin);
}

/** A text that hasPlace(), with `table` between the markers in place of what is there. */
export function withTable(text, table, { begin, end } = readmeMarkers) {
  return `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table}${text.slice(text.indexOf(end))}`;
}

import type { Layer, ParameterDeclaration } from '../../nn/layer.ts';
import { type Network, type NetworkLayer, nameLayers } from './network.ts';

const BYTES_PER_NUMBER = 4;

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}

const sizeOf = ({ shape }: ParameterDeclaration): number => shape.reduce((a, b) => a * b, 1);

const formatShape = (shape: readonly number[]): string => `(None, ${shape.slice(1).join(', ')})`;

const typeName = (type: string): string => type.slice(0, 1).toUpperCase() + type.slice(1);

/** A table: titles, and rows of as many cells; numbers stand to the right. */
interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The column of numbers. */
  readonly right: number;
}

const PADDING = 2;

const wordsOf = (cell: string): string[] => cell.split(' ');

const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));

/** Break a cell between words into lines of at most `width`, longer words apart. */
function wrap(cell: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of wordsOf(cell)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Give columns their widths: as wide as their cells, but where that is too much, the widest break between words. */
function widthsOf({ header, rows }: Table, width: number): number[] {
  const columns = header.map((title, i) => [title, ...rows.map((row) => row[i])]);
  const widths = columns.map(longest);
  const least = columns.map((cells) => longest(cells.flatMap(wordsOf)));
  const total = (): number => widths.reduce((sum, own) => sum + own + PADDING + 1, 1);
  while (total() > width) {
    const open = widths.map((own, i) => (own > least[i] ? own : 0));
    const widest = open.indexOf(Math.max(...open));
    if (open[widest] === 0) break;
    widths[widest]--;
  }
  return widths;
}

/** Lay a table out in a box. */
function box(table: Table, width: number): string[] {
  const { header, rows, right } = table;
  const widths = widthsOf(table, width);
  const linesOf = (cells: readonly string[], bar: string): string[] => {
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i]));
    const height = Math.max(...wrapped.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const padded = wrapped.map((lines, i) => {
        const text = lines[line] ?? '';
        return ` ${i === right ? text.padStart(widths[i]) : text.padEnd(widths[i])} `;
      });
      return `${bar}${padded.join(bar)}${bar}`;
    });
  };
  const rule = (left: string, middle: string, end: string, dash: string): string =>
    left + widths.map((own) => dash.repeat(own + PADDING)).join(middle) + end;
  return [
    rule('┏', '┳', '┓', '━'),
    ...linesOf(header, '┃'),
    rule('┡', '╇', '┩', '━'),
    ...rows.flatMap((row, i) => [...(i > 0 ? [rule('├', '┼', '┤', '─')] : []), ...linesOf(row, '│')]),
    rule('└', '┴', '┘', '─'),
  ];
}

/** A layer or an input as the summary shows it. */
interface Row {
  readonly layer: string;
  readonly shape: string;
  readonly count: string;
  readonly trainable: string;
  readonly from: string;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** How many characters a line may have. Default 80. */
  readonly width?: number | undefined;
}

const titleOf = (layer: string, type: string): string => `${layer} (${typeName(type)})`;

/** How a layer is trained: Y, N, and the factor of its rate. */
const trainableText = ({ trainable, learningRateFactor }: NetworkLayer): string =>
  trainable ? (learningRateFactor === 1 ? 'Y' : `Y ×${learningRateFactor}`) : 'N';

/** Print layers, shapes and parameter counts as Keras does. No number of the model is looked at. */
export function summarize(
  name: string,
  network: Network,
  isSequential: boolean,
  { width = 80 }: SummaryOptions = {},
): string {
  const { inputs, layers, calls } = network.architecture;
  const valueNames = [...inputs.map((input) => input.name), ...calls.map(({ layer }) => layers[layer].name)];
  const seen = new Set<number>();
  const layerRows = calls.flatMap((call, i): Row[] => {
    if (seen.has(call.layer)) return [];
    seen.add(call.layer);
    const layer = layers[call.layer];
    const own = [...network.parameters].filter(([key]) => key.startsWith(`${layer.name}/`));
    const count = own.reduce((total, [, declaration]) => total + sizeOf(declaration), 0);
    const from = calls
      .filter((other) => other.layer === call.layer)
      .flatMap((other) => other.inputs.map((index) => valueNames[index]));
    return [
      {
        layer: titleOf(layer.name, layer.definition.type),
        shape: formatShape(network.shapes[inputs.length + i]),
        count: grouped(count),
        trainable: own.length === 0 ? '-' : trainableText(layer),
        from: from.join(', '),
      },
    ];
  });
  const inputRows: Row[] = inputs.map((input, i) => ({
    layer: `${input.name} (InputLayer)`,
    shape: formatShape(network.shapes[i]),
    count: '0',
    trainable: '-',
    from: '-',
  }));
  const rows = isSequential ? layerRows : [...inputRows, ...layerRows];
  const isTuned = layers.some((layer) => trainableText(layer) !== 'Y');
  const columns: readonly (readonly [string, keyof Row])[] = [
    ['Layer (type)', 'layer'],
    ['Output Shape', 'shape'],
    ['Param #', 'count'],
    ...(isTuned ? [['Trainable', 'trainable'] as const] : []),
    ...(isSequential ? [] : [['Connected to', 'from'] as const]),
  ];
  const table = {
    header: columns.map(([title]) => title),
    rows: rows.map((row) => columns.map(([, key]) => row[key])),
    right: 2,
  };
  const total = (wanted: (declaration: ParameterDeclaration) => boolean): string => {
    const count = [...network.parameters.values()].filter(wanted).reduce((sum, d) => sum + sizeOf(d), 0);
    return `${grouped(count)} (${formatBytes(count * BYTES_PER_NUMBER)})`;
  };
  return [
    `Model: "${name}"`,
    ...box(table, width),
    ` Total params: ${total(() => true)}`,
    ` Trainable params: ${total(({ trainable = true }) => trainable)}`,
    ` Non-trainable params: ${total(({ trainable = true }) => !trainable)}`,
    '',
  ].join('\n');
}

/** Print the layers of a sequential model that waits for the width of its data. */
export function summarizeWaiting(
  name: string,
  layers: readonly Layer[],
  { width = 80 }: SummaryOptions = {},
): string {
  const named = nameLayers([...new Set(layers)]);
  const rows = named.map((layer) => [titleOf(layer.name, layer.definition.type), '?', '?']);
  const header = ['Layer (type)', 'Output Shape', 'Param #'];
  return [
    `Model: "${name}"`,
    ...box({ header, rows, right: 2 }, width),
    ' Shapes and counts are known once the data is: give the option inputShape, or call fit.',
    '',
  ].join('\n');
}

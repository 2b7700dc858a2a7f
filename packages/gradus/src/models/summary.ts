import type { ParameterDeclaration } from '../nn/layer.ts';
import type { Network } from './network.ts';

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

interface Row {
  readonly layer: string;
  readonly shape: string;
  readonly count: string;
  readonly from: string;
}

/** Lay rows out as a table in a box. */
function box(header: readonly string[], rows: readonly (readonly string[])[], right: number): string[] {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)) + 2);
  const line = (cells: readonly string[], bar: string): string => {
    const padded = cells.map((cell, i) =>
      i === right ? `${cell.padStart(widths[i] - 1)} ` : ` ${cell.padEnd(widths[i] - 1)}`,
    );
    return `${bar}${padded.join(bar)}${bar}`;
  };
  const rule = (left: string, middle: string, end: string, dash: string): string =>
    left + widths.map((width) => dash.repeat(width)).join(middle) + end;
  return [
    rule('┏', '┳', '┓', '━'),
    line(header, '┃'),
    rule('┡', '╇', '┩', '━'),
    ...rows.flatMap((row, i) => [...(i > 0 ? [rule('├', '┼', '┤', '─')] : []), line(row, '│')]),
    rule('└', '┴', '┘', '─'),
  ];
}

/** Print layers, shapes and parameter counts as Keras does. */
export function summarize(name: string, network: Network, isSequential: boolean): string {
  const { inputs, layers, calls } = network.architecture;
  const valueNames = [...inputs.map((input) => input.name), ...calls.map(({ layer }) => layers[layer].name)];
  const seen = new Set<number>();
  const layerRows = calls.flatMap((call, i): Row[] => {
    if (seen.has(call.layer)) return [];
    seen.add(call.layer);
    const { name: layer, definition } = layers[call.layer];
    const own = [...network.parameters].filter(([key]) => key.startsWith(`${layer}/`));
    const count = own.reduce((total, [, declaration]) => total + sizeOf(declaration), 0);
    const from = calls
      .filter((other) => other.layer === call.layer)
      .flatMap((other) => other.inputs.map((index) => valueNames[index]));
    return [
      {
        layer: `${layer} (${typeName(definition.type)})`,
        shape: formatShape(network.shapes[inputs.length + i]),
        count: grouped(count),
        from: from.join(', '),
      },
    ];
  });
  const inputRows: Row[] = inputs.map((input, i) => ({
    layer: `${input.name} (InputLayer)`,
    shape: formatShape(network.shapes[i]),
    count: '0',
    from: '-',
  }));
  const header = ['Layer (type)', 'Output Shape', 'Param #'];
  const table = isSequential
    ? box(
        header,
        layerRows.map(({ layer, shape, count }) => [layer, shape, count]),
        2,
      )
    : box(
        [...header, 'Connected to'],
        [...inputRows, ...layerRows].map(({ layer, shape, count, from }) => [layer, shape, count, from]),
        2,
      );
  const total = (wanted: (declaration: ParameterDeclaration) => boolean): string => {
    const count = [...network.parameters.values()].filter(wanted).reduce((sum, d) => sum + sizeOf(d), 0);
    return `${grouped(count)} (${formatBytes(count * BYTES_PER_NUMBER)})`;
  };
  return [
    `Model: "${name}"`,
    ...table,
    ` Total params: ${total(() => true)}`,
    ` Trainable params: ${total(({ trainable = true }) => trainable)}`,
    ` Non-trainable params: ${total(({ trainable = true }) => !trainable)}`,
    '',
  ].join('\n');
}

import { formatShape } from '../util/shape.ts';
import { type Buffer, bufferBytes, type Instruction, type Program } from './program.ts';

/** What is printed of an instruction's attributes: what its name and its operands do not say already. */
function formatAttributes(attributes: object): string {
  const parts = Object.entries(attributes).flatMap(([key, value]) => {
    const isSilent = ['function', 'input', 'bias'].includes(key);
    const isDefault = value === 0 && ['alpha', 'shift', 'labelSmoothing'].includes(key);
    if (isSilent || isDefault) return [];
    if (typeof value === 'number' || typeof value === 'string') return [`${key}=${value}`];
    if (value === true) return [key];
    if (Array.isArray(value)) return [`${key}=${formatShape(value)}`];
    return [];
  });
  return parts.join(' ');
}

/** The op, with the function that it computes: `binary.add`, `matmulActivation.relu`. */
const formatName = ({ op, attributes }: Instruction): string =>
  'function' in attributes && attributes.function !== 'identity' ? `${op}.${attributes.function}` : op;

function formatOperand(buffers: readonly Buffer[], id: number): string {
  const { values, shape } = buffers[id];
  return values?.length === 1 ? String(values[0]) : formatLabel(buffers, id) + formatShape(shape);
}

function formatLabel(buffers: readonly Buffer[], id: number): string {
  const { kind, name, view } = buffers[id];
  if (view !== undefined) return `${formatLabel(buffers, view.of)}${view.loop === undefined ? '' : '[t]'}`;
  if (kind === 'input' || kind === 'parameter') return name;
  return kind === 'gradient' ? `∂${name}` : `b${id}`;
}

/**
 * Print the instructions of a program, one a line, with their operands, shapes, the bytes that they write and the layer
 * they belong to. A buffer of the workspace is `b7`, a gradient `∂name`, `[t]` the slice of a loop's iteration.
 *
 * @param program - The program.
 * @param rows - The number of rows that the bytes are counted for. Default 1.
 */
export function formatProgram({ buffers, instructions, gradientEnd }: Program, rows = 1): string {
  let depth = 0;
  const lines = instructions.map((instruction) => {
    if (instruction.op === 'loopEnd') depth--;
    const { inputs, outputs, attributes, scope } = instruction;
    const list = (ids: readonly number[]): string => ids.map((id) => formatOperand(buffers, id)).join(', ');
    const left = outputs.length === 0 ? '' : `${list(outputs)} = `;
    const call = `${formatName(instruction)}${inputs.length === 0 ? '' : `(${list(inputs)})`}`;
    const code = `${'  '.repeat(depth)}${left}${call} ${formatAttributes(attributes)}`.trimEnd();
    if (instruction.op === 'loopBegin') depth++;
    const bytes = outputs.reduce((total, id) => total + bufferBytes(buffers[id], rows), 0);
    return { code, note: [bytes > 0 ? `${bytes} B` : '', scope].filter((part) => part !== '').join(', ') };
  });
  const width = Math.min(100, Math.max(0, ...lines.map(({ code }) => code.length)));
  const printed = lines.map(({ code, note }, i) => {
    const line = `${String(i).padStart(4)}  ${note === '' ? code : `${code.padEnd(width)}  ; ${note}`}`;
    return i === gradientEnd && i > 0 ? `update:\n${line}` : line;
  });
  return `value and gradient:\n${printed.join('\n')}\n`;
}

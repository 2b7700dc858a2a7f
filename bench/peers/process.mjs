// @ts-check
// A contestant in a process of its own that lives as long as the run: messages go in, answers come out, one at a time.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Longer than any honest answer takes. */
const TIMEOUT = 180_000;
/** Processor time is told in hundredths of a second. */
const TICKS = 100;

/** @typedef {Record<string, any> & { error?: string }} Reply */

/** What the runner talks to. @typedef {{ ask: (message: object, bytes?: readonly Uint8Array[]) => Promise<Reply>, processorSeconds: () => number | undefined, close: () => void }} Connection */

/** Seconds of processor time that a process has used, where the system tells. */
function processorSeconds(/** @type {number | undefined} */ pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}

/** Seconds of processor time that this process and all that descend from it have used, where the system tells. */
export function familySeconds() {
  /** @type {Map<number, { parent: number, ticks: number }>} */
  const all = new Map();
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text
          .slice(text.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        all.set(Number(name), { parent: fields[1], ticks: fields[11] + fields[12] });
      } catch {
        // It ended meanwhile.
      }
    }
  } catch {
    return undefined;
  }
  const isOurs = (/** @type {number} */ pid) => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === process.pid) return true;
    return false;
  };
  return [...all].reduce((sum, [pid, { ticks }]) => sum + (isOurs(pid) ? ticks : 0), 0) / TICKS;
}

/** Seconds for which any processor of the machine was busy, where the system tells. */
export function busySeconds() {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user, nice, system, , , interrupts, softInterrupts, steal] = line
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + interrupts + softInterrupts + steal) / TICKS;
  } catch {
    return undefined;
  }
}

/**
 * Start a process that answers messages.
 *
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Connection}
 */
export function startProcess([program, ...args], { env = process.env, cwd } = {}) {
  const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let said = '';
  let ended = '';
  /** @type {((reply: Reply) => void) | undefined} */
  let waiting;
  const settle = (/** @type {Reply} */ reply) => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(reply);
  };
  child.stdout.on('data', (chunk) => {
    output += chunk;
    for (let end = output.indexOf('\n'); end >= 0; end = output.indexOf('\n')) {
      const line = output.slice(0, end);
      output = output.slice(end + 1);
      if (line.startsWith('{')) settle(JSON.parse(line));
    }
  });
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const end = (/** @type {string} */ reason) => {
    const [last = ''] = said.trimEnd().split('\n').slice(-1);
    ended = last === '' ? reason : `${reason}: ${last}`;
    settle({ error: ended });
  };
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`the process ended (${signal ?? code})`));
  // A process that is gone is noticed by its end.
  child.stdin.on('error', () => {});
  return {
    ask(message, bytes = []) {
      if (ended !== '') return Promise.resolve({ error: ended });
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL');
          settle({ error: `no answer within ${TIMEOUT / 1000} s` });
        }, TIMEOUT);
        waiting = (reply) => {
          clearTimeout(timer);
          resolve(reply);
        };
        child.stdin.write(`${JSON.stringify(message)}\n`);
        for (const part of bytes) child.stdin.write(part);
      });
    },
    processorSeconds: () => processorSeconds(child.pid),
    close() {
      ended = 'closed';
      child.stdin.end();
      child.kill();
    },
  };
}

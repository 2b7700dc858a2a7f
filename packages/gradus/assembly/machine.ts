import { Context, Opcode, Sharing, Status, Team } from '../src/runtime/wasm/machine/opcodes';
import { context, decode, enterStep } from './operands';
import { settle, share } from './team';
import { runTile } from './tile';

/** Bytes of a RepeatBegin instruction; its body follows at once. */
const REPEAT_BEGIN_BYTES: usize = 40;

/** Move the patched words of the repeat that ends at `end` by `times` strides. */
function movePatches(end: usize, times: i32): void {
  const patches = load<i32>(end, 32);
  let patch = end + 36;
  for (let i = 0; i < patches; i++, patch += 8) {
    const word = load<usize>(patch);
    store<i32>(word, load<i32>(word) + times * decode(load<i32>(patch, 4)));
  }
}

/** Enter a repeat; returns the address to go on at. */
function repeatBegin(pc: usize): usize {
  const count = decode(load<i32>(pc, 28));
  const end = load<usize>(pc, 32);
  if (count <= 0) return end + (load<usize>(end, 4) << 2);
  const depth = load<i32>(context + Context.RepeatDepth);
  store<i32>(context + Context.RepeatIterations + (<usize>depth << 2), 0);
  store<i32>(context + Context.RepeatDepth, depth + 1);
  // A repeat that runs backwards begins at the last slice.
  if (load<i32>(pc, 36) != 0) movePatches(end, count - 1);
  return pc + REPEAT_BEGIN_BYTES;
}

/** Finish an iteration: move the patched words, and go round or on. */
function repeatEnd(pc: usize): usize {
  const body = load<usize>(pc, 28);
  const count = decode(load<i32>(body - 12));
  const reverse = load<i32>(body - 4) != 0;
  const depth = load<i32>(context + Context.RepeatDepth) - 1;
  const slot = context + Context.RepeatIterations + (<usize>depth << 2);
  const finished = load<i32>(slot) + 1;
  store<i32>(slot, finished);
  if (finished < count) {
    movePatches(pc, reverse ? -1 : 1);
    return body;
  }
  if (!reverse) movePatches(pc, 1 - count);
  store<i32>(context + Context.RepeatDepth, depth);
  return pc + (load<usize>(pc, 4) << 2);
}

/** Rows of step `step`: a full batch, or what is left. */
function rowsOf(call: usize, step: i32): i32 {
  const batchSize = load<i32>(call + Context.BatchSize);
  return max(0, min(batchSize, load<i32>(call + Context.OrderLength) - step * batchSize));
}

/**
 * Run a call's steps from where its context stands, until they are done, the budget is used up or a value is not
 * finite. A step whose update has begun is finished whatever the budget. Returns a Status.
 */
export function run(call: usize): i32 {
  const program = load<usize>(call + Context.Program), end = load<usize>(call + Context.ProgramEnd);
  const steps = load<i32>(call + Context.Steps);
  const update = load<usize>(call + Context.Commit);
  const commit = update != 0 ? update : end;
  let pc = load<usize>(call + Context.Instruction);
  let tile = load<i32>(call + Context.Tile);
  let step = load<i32>(call + Context.Step);
  let budget = load<f64>(call + Context.Budget);
  let status = Status.Done;
  const team = load<usize>(call + Context.Team);
  // What an earlier call has left to the team comes first: its tiles may be what this call goes on from.
  if (team != 0 && !settle(team)) {
    return load<i32>(team + Team.Failed) != 0 ? Status.ThreadFailed : Status.Stalled;
  }
  while (step < steps) {
    if (pc == program && tile == 0) store<i32>(call + Context.RepeatDepth, 0);
    const rows = rowsOf(call, step);
    store<i32>(call + Context.Rows, rows);
    enterStep(call, step, rows);
    while (pc < end) {
      const opcode = load<i32>(pc);
      if (opcode >= Opcode.StopUnlessFinite && opcode <= Opcode.RepeatEnd && opcode != Opcode.Record) {
        if (opcode == Opcode.RepeatBegin) pc = repeatBegin(pc);
        else if (opcode == Opcode.RepeatEnd) pc = repeatEnd(pc);
        else if (load<i32>(call + Context.Flag) != 0) {
          status = Status.NotFinite;
          break;
        } else pc += load<usize>(pc, 4) << 2;
        continue;
      }
      const extent0 = decode(load<i32>(pc, 8)), size0 = load<i32>(pc, 12);
      const extent1 = decode(load<i32>(pc, 16)), size1 = load<i32>(pc, 20);
      if (extent0 <= size0 && extent1 <= size1) {
        if (extent0 > 0 && extent1 > 0) {
          if (budget <= 0 && pc < commit) {
            status = Status.Paused;
            break;
          }
          runTile(opcode, pc, 0, extent0, 0, extent1);
          budget -= <f64>load<i32>(pc, 24);
        }
      } else {
        const across = (extent1 + size1 - 1) / size1;
        const tiles = (extent0 + size0 - 1) / size0 * across;
        const work = <f64>load<i32>(pc, 24);
        // As many tiles as the budget allows: at least one while there is any, and all of an update. Threads get as many
        // each, since none should wait at the end of a call while another computes a tile of milliseconds.
        const left = <f64>(tiles - tile), together = team != 0 ? <f64>load<i32>(call + Context.Threads) : 1;
        const allowed = pc >= commit ? left : budget > 0 ? min(left, ceil(budget / work / together) * together) : 0;
        const to = tile + <i32>allowed;
        if (team != 0 && to - tile > 1 && work * allowed >= <f64>Sharing.LeastWork) {
          share(team, call, pc, tile, to, extent0, extent1, across);
          if (!settle(team)) status = load<i32>(team + Team.Failed) != 0 ? Status.ThreadFailed : Status.Stalled;
        } else {
          for (let t = tile; t < to; t++) {
            const i = t / across;
            const from0 = i * size0, from1 = (t - i * across) * size1;
            runTile(opcode, pc, from0, min(extent0, from0 + size0), from1, min(extent1, from1 + size1));
          }
        }
        tile = to;
        budget -= work * allowed;
        if (status != Status.Done) break;
        if (tile < tiles) {
          status = Status.Paused;
          break;
        }
        tile = 0;
      }
      pc += load<usize>(pc, 4) << 2;
    }
    if (status != Status.Done) break;
    pc = program;
    step++;
  }
  store<usize>(call + Context.Instruction, pc);
  store<i32>(call + Context.Tile, tile);
  store<i32>(call + Context.Step, step);
  store<f64>(call + Context.Budget, budget);
  return status;
}

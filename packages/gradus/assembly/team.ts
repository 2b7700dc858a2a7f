import { Context, Team } from '../src/runtime/wasm/machine/opcodes';
import { enterStep, rows, setScratch, step } from './operands';
import { runTile } from './tile';

/** A tile that no job has. */
const CLOSED: u64 = 0x7fffffff;
/** How often a thread looks for a tile before it sleeps: 50 to 200 microseconds. */
const LOOKS: i32 = 40000;
/** How often the caller looks before it sleeps: 15 to 50 microseconds; a thread without a processor needs the caller's. */
const CALLER_LOOKS: i32 = 10000;
/** How long the caller sleeps at a time, in nanoseconds, and how often before it says that nothing moves. */
const NAP: i64 = 1000000;
const NAPS: i32 = 2000;

/** Run one tile of an instruction by its number. */
function runNumbered(pc: usize, tile: i32, extent0: i32, extent1: i32, across: i32): void {
  const size0 = load<i32>(pc, 12), size1 = load<i32>(pc, 20);
  const i = tile / across;
  const from0 = i * size0, from1 = (tile - i * across) * size1;
  runTile(load<i32>(pc), pc, from0, min(extent0, from0 + size0), from1, min(extent1, from1 + size1));
}

/**
 * Take the next tile of the job, for which the ticket has been raised: even threads take from the front, odd ones from
 * the back. So a thread meets what it wrote last time, which its cache still holds; and since no more tickets are given
 * than there are tiles, both ends never meet in the same tile.
 */
function nextTile(team: usize, index: i32): i32 {
  return (index & 1) != 0 ? atomic.sub<i32>(team + Team.Back, 1) - 1 : atomic.add<i32>(team + Team.Front, 1);
}

/**
 * Have tiles [from, to) of the instruction at pc run by all threads of the team, and take part. On return every tile has
 * been claimed; `settle` waits until all are finished.
 */
export function share(team: usize, call: usize, pc: usize, from: i32, to: i32, extent0: i32, extent1: i32, across: i32): void {
  const job = load<u32>(team + Team.Job) + 1;
  // The ticket is closed here: nobody can claim a tile while the job is written down.
  store<u32>(team + Team.Job, job);
  store<i32>(team + Team.End, to);
  const threads = load<i32>(call + Context.Threads);
  if (threads != load<i32>(team + Team.Threads)) {
    atomic.store<i32>(team + Team.Threads, threads);
    atomic.notify(team + Team.Threads, -1);
  }
  store<usize>(team + Team.Instruction, pc);
  store<i32>(team + Team.Extent0, extent0);
  store<i32>(team + Team.Extent1, extent1);
  store<i32>(team + Team.Across, across);
  store<usize>(team + Team.Call, call);
  store<i32>(team + Team.Step, step);
  store<i32>(team + Team.Rows, rows);
  store<i32>(team + Team.Front, from);
  store<i32>(team + Team.Back, to);
  atomic.store<i32>(team + Team.Finished, 0);
  atomic.store<u64>(team + Team.Ticket, (<u64>job << 32) | <u64>from);
  if (atomic.load<i32>(team + Team.Sleepers) > 0) {
    atomic.add<i32>(team + Team.Wake, 1);
    atomic.notify(team + Team.Wake, -1);
  }
  let others = to - from;
  while (true) {
    if (<i32>atomic.add<u64>(team + Team.Ticket, 1) >= to) break;
    runNumbered(pc, nextTile(team, 0), extent0, extent1, across);
    others--;
  }
  atomic.store<u64>(team + Team.Ticket, (<u64>job << 32) | CLOSED);
  store<i32>(team + Team.Expected, others);
}

/** Wait until the tiles of the last job are finished; false when a thread has crashed or nothing moves. */
export function settle(team: usize): bool {
  const expected = load<i32>(team + Team.Expected);
  let looks = 0, naps = 0;
  while (true) {
    const finished = atomic.load<i32>(team + Team.Finished);
    if (finished >= expected) break;
    if (++looks < CALLER_LOOKS) continue;
    if (load<i32>(team + Team.Failed) != 0 || ++naps > NAPS) return false;
    atomic.store<i32>(team + Team.CallerSleeps, 1);
    atomic.wait<i32>(team + Team.Finished, finished, NAP);
    atomic.store<i32>(team + Team.CallerSleeps, 0);
  }
  store<i32>(team + Team.Expected, 0);
  return true;
}

/**
 * Serve a team as its thread number `index`, 1 or more, with scratch memory of its own, until it is told to stop.
 * Looks for tiles for a while, then sleeps until the next job; sleeps through the jobs of fewer threads.
 */
export function assist(team: usize, index: i32, scratch: usize): void {
  setScratch(scratch);
  atomic.add<i32>(team + Team.Ready, 1);
  let looks = 0;
  while (atomic.load<i32>(team + Team.Stop) == 0) {
    const ticket = atomic.load<u64>(team + Team.Ticket);
    const threads = atomic.load<i32>(team + Team.Threads);
    if (index >= threads) {
      // No job asks for this thread: it costs nothing until one does.
      atomic.wait<i32>(team + Team.Threads, threads, -1);
      looks = 0;
      continue;
    }
    // The job may be gone by now, or half written; then the ticket has changed and the claim fails.
    if (<i32>ticket < load<i32>(team + Team.End)) {
      if (atomic.cmpxchg<u64>(team + Team.Ticket, ticket, ticket + 1) == ticket) {
        enterStep(load<usize>(team + Team.Call), load<i32>(team + Team.Step), load<i32>(team + Team.Rows));
        const extent0 = load<i32>(team + Team.Extent0), extent1 = load<i32>(team + Team.Extent1);
        const tile = nextTile(team, index);
        runNumbered(load<usize>(team + Team.Instruction), tile, extent0, extent1, load<i32>(team + Team.Across));
        atomic.add<i32>(team + Team.Finished, 1);
        if (atomic.load<i32>(team + Team.CallerSleeps) != 0) atomic.notify(team + Team.Finished, 1);
      }
      looks = 0;
    } else if (++looks == LOOKS) {
      looks = 0;
      const wake = atomic.load<i32>(team + Team.Wake);
      atomic.add<i32>(team + Team.Sleepers, 1);
      if (atomic.load<u64>(team + Team.Ticket) == ticket && atomic.load<i32>(team + Team.Stop) == 0) {
        atomic.wait<i32>(team + Team.Wake, wake, -1);
      }
      atomic.sub<i32>(team + Team.Sleepers, 1);
    }
  }
  atomic.sub<i32>(team + Team.Ready, 1);
}

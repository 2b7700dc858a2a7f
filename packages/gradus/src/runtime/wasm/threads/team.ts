import { platform } from '#platform';
import { ArgumentError, ThreadError } from '../../../util/errors.ts';
import { describeValue } from '../../../util/options.ts';
import type { Thread } from '../../../util/thread.ts';
import { Team as Field, Scratch, Status } from '../machine/opcodes.ts';
import { compileKernels, type KernelBuild } from '../memory/module.ts';
import type { WasmMemory } from '../memory/webAssembly.ts';
import type { ProductLibrary } from './external.ts';

/** Milliseconds of work that threads could have shared, after which they are worth their start. */
const WORTH_STARTING = 5;

/** Most threads that start by themselves: more would wait for each other on the networks that fit a laptop. */
const MOST_BY_DEFAULT = 8;

/** Most threads that can be asked for. */
const MOST_THREADS = 64;

/** The low word of a ticket while no job is open: a new block's would be taken for the first tile of a job. */
const CLOSED = 0x7fffffff;

/** How often in a row a call may come back, two seconds each, without anything having moved. */
const MOST_STALLS = 15;

/** How many threads take part when nobody says: one for each processor, where memory can be shared. */
export const defaultThreads = (): number => Math.min(platform.threadLimit(), MOST_BY_DEFAULT);

/** Refuse a number of threads that cannot be. */
export function requireThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return;
  throw new ArgumentError({
    received: `threads: ${describeValue(threads)}`,
    expected: `a whole number from 1 to ${MOST_THREADS}`,
  });
}

/** What a team needs of the memory that its threads share. */
export interface TeamMemory {
  readonly memory: WasmMemory;
  readonly build: KernelBuild;
  /** Computes some of the products. */
  readonly library?: ProductLibrary | undefined;
  readonly ints: Int32Array;
  allocate(bytes: number, owner: object): number;
}

/**
 * The threads of one shared memory. They start when there has been work for them, and keep no process alive; until they
 * are there, and wherever they cannot start, the caller computes alone, with the same bits.
 */
export class Team {
  readonly #shared: TeamMemory;
  /** Address of the block by which the threads agree; 0 until some have been started. */
  #block = 0;
  readonly #threads = new Set<Thread>();
  #shareable = 0;
  #asked = 1;
  #ended: unknown;
  #isLost = false;
  /** The call that came back although others still had tiles of it to finish. */
  #stalled: ((team: number) => Status) | undefined;
  #stalls = 0;

  /** @param shared - The memory. */
  constructor(shared: TeamMemory) {
    this.#shared = shared;
  }

  /** Address of the block by which the threads agree; 0 until some have been started. */
  get address(): number {
    return this.#block;
  }

  /** Threads that look for work now, the caller not counted. */
  get ready(): number {
    return this.#block === 0 ? 0 : Atomics.load(this.#shared.ints, (this.#block + Field.Ready) / 4);
  }

  /** Whether some of so many threads, the caller included, have not been asked to start. */
  wants(threads: number): boolean {
    return threads > this.#asked && !this.#isLost;
  }

  /** Take note of milliseconds of work that so many threads could have shared; start them when it has been enough. */
  worked(milliseconds: number, threads: number): void {
    if (!this.wants(threads)) return;
    this.#shareable += milliseconds;
    // Where their memory cannot be had, training goes on with one thread.
    if (this.#shareable >= WORTH_STARTING) this.start(threads).catch((reason) => this.#onEnd(reason));
  }

  /**
   * Start what is missing of so many threads, the caller included.
   *
   * @returns When all that can start look for work.
   */
  async start(threads: number): Promise<void> {
    if (this.#block === 0) {
      this.#block = this.#shared.allocate(Field.Size, this);
      this.#shared.ints[(this.#block + Field.Ticket) / 4] = CLOSED;
    }
    const first = this.#asked;
    this.#asked = Math.max(first, threads);
    const { memory, build, library } = this.#shared;
    const module = compileKernels(build, memory);
    const started: Promise<void>[] = [];
    for (let index = first; index < threads; index++) {
      const scratch = this.#shared.allocate(Scratch.Size, this);
      const failed = this.#block + Field.Failed;
      const product = library?.thread;
      const task = { memory, module, team: this.#block, index, scratch, failed, product };
      started.push(
        new Promise((resolve) => {
          const thread = platform.startThread(task, resolve, (reason) => {
            this.#threads.delete(thread);
            this.#onEnd(reason);
            resolve();
          });
          this.#threads.add(thread);
        }),
      );
    }
    await Promise.all(started);
  }

  /**
   * Run a call with the threads that are ready.
   *
   * @param run Makes the call, given the address of this team or 0, and returns its status; the same function for all
   *   parts of a run.
   * @throws ThreadError when a thread has been lost in the work of this run.
   */
  runWith(run: (team: number) => Status): Status {
    if (this.#isLost) {
      if (run === this.#stalled) this.#refuse();
      return run(0);
    }
    let status: Status;
    try {
      status = run(this.ready > 0 ? this.#block : 0);
    } catch (error) {
      // Its job stays open: nobody must meet it.
      this.abandon();
      throw error;
    }
    if (status !== Status.Stalled && status !== Status.ThreadFailed) {
      this.#stalled = undefined;
      this.#stalls = 0;
      return status;
    }
    // What a run finds unfinished when it begins belongs to another.
    this.#stalled ??= run;
    this.#stalls++;
    if (this.#stalls === MOST_STALLS) this.#ended ??= 'it has not moved for half a minute';
    if (status === Status.ThreadFailed || this.#stalls === MOST_STALLS) this.abandon();
    if (this.#isLost && run === this.#stalled) this.#refuse();
    return status;
  }

  #refuse(): never {
    this.#stalled = undefined;
    throw new ThreadError(
      {
        received: 'a thread that ended while it computed',
        remedy: 'The weights of this step are lost: go on from a checkpoint, or train anew with threads: 1',
      },
      this.#ended,
    );
  }

  /** Give all threads up: the caller computes alone from now on. */
  abandon(): void {
    this.#isLost = true;
    this.#asked = MOST_THREADS;
    const { ints } = this.#shared;
    if (this.#block === 0) return;
    Atomics.store(ints, (this.#block + Field.Stop) / 4, 1);
    Atomics.store(ints, (this.#block + Field.Ready) / 4, 0);
    for (const thread of this.#threads) thread.stop();
  }

  #onEnd(reason: unknown): void {
    if (this.#isLost) return;
    this.#ended = reason;
    this.abandon();
    platform.warn(`A thread of Gradus has ended (${String(reason)}); training goes on with one thread.`);
  }
}

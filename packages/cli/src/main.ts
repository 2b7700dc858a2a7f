#!/usr/bin/env node
import { watchesSignal } from './commands/commands.ts';
import { exitCodes } from './exitCodes.ts';
import { run } from './run.ts';

// A reader that has seen enough, such as `head`, is no error. Neither that nor a full disk stops a training.
let isOutputLost = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isOutputLost) return;
    isOutputLost = true;
    process.exitCode = exitCodes.usage;
    if (stream !== process.stdout) return;
    void import('./files/failure.ts').then(({ outputFailure }) =>
      process.stderr.write(`gradus: ${outputFailure(error).message}\n`),
    );
  });
}

const argv = process.argv.slice(2);
const interruption = new AbortController();
const stop = (): void => {
  if (interruption.signal.aborted || !watchesSignal(argv)) process.exit(exitCodes.interrupted);
  interruption.abort();
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.on('SIGHUP', stop);

/** The folder that relative paths start from; it may have been removed. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write(
      'gradus: the working directory is not there any more. Expected a folder that relative paths start from. Change to another.\n',
    );
    process.exit(exitCodes.usage);
  }
}

const code = await run(argv, {
  stdout: process.stdout,
  stderr: process.stderr,
  readStandardInput: async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  },
  environment: process.env,
  folder: workingFolder(),
  writeFile: async (path, content) => (await import('gradus/node')).writeFileAtomically(path, content),
  signal: interruption.signal,
  onExit: (cleanUp) => {
    process.once('exit', cleanUp);
    return () => process.removeListener('exit', cleanUp);
  },
  today: () => new Date(),
  clock: () => performance.now(),
});
process.exitCode = isOutputLost && code === exitCodes.done ? exitCodes.usage : code;

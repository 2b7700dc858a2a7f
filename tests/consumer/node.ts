import { run } from './run.ts';

process.stdout.write(JSON.stringify(await run()));

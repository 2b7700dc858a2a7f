import { version } from 'gradus';

/** What the library does on any platform: the same in Node, in a page and in a worker. */
export interface Run {
  readonly version: string;
}

/** Use the library as an application would. */
export async function run(): Promise<Run> {
  return { version };
}

/** What the command's exit code says. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  data: 3,
  diverged: 4,
  gateMissed: 5,
  incompatible: 6,
  interrupted: 130,
} as const;

/** The version of this package: the one that package.json names, which help must not have to read. */
export const version = '0.1.0';

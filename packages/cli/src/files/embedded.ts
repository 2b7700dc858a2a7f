import { fileURLToPath } from 'node:url';

/** A data set that comes with the command. */
export interface EmbeddedSet {
  readonly name: string;
  /** The column that is learnt unless another is asked for. */
  readonly target: string;
  /** What a row is. */
  readonly rowNoun: { readonly singular: string; readonly plural: string };
  /** Where its CSV file is. */
  readonly path: string;
}

/** The data sets that come with the command; data/README.md says where they are from. */
export const embeddedSets: readonly EmbeddedSet[] = [
  {
    name: 'penguins',
    target: 'species',
    rowNoun: { singular: 'penguin', plural: 'penguins' },
    path: fileURLToPath(new URL('../../data/penguins.csv', import.meta.url)),
  },
];

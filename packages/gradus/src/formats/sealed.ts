import { IncompatibleError } from '../util/errors.ts';
import { version } from '../version.ts';
import { crc32 } from './crc32.ts';
import { damaged } from './damage.ts';
import {
  bytesOf,
  decodeSafetensors,
  encodeSafetensors,
  headerOf,
  inFileOrder,
  type SafetensorsContent,
} from './safetensors.ts';

/** What a file of ours can be. */
export type SealedKind = 'model' | 'checkpoint';

/** The layout that this release writes, and the newest that it reads. */
export const FORMAT_VERSION = 1;

const keys = {
  kind: 'gradus.format',
  formatVersion: 'gradus.formatVersion',
  version: 'gradus.version',
  checksum: 'gradus.checksum',
} as const;

/**
 * Write a safetensors file that says what it is, by which release, and a checksum over all its content, so that an
 * edited file shows.
 */
export function encodeSealed(kind: SealedKind, content: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const { [keys.checksum]: _, ...given } = content.metadata;
  const metadata: Record<string, string> = {
    ...given,
    [keys.kind]: kind,
    [keys.formatVersion]: String(FORMAT_VERSION),
    [keys.version]: version,
  };
  metadata[keys.checksum] = checksumOf({ tensors: content.tensors, metadata });
  return encodeSafetensors({ tensors: content.tensors, metadata });
}

/**
 * Read a file that encodeSealed wrote.
 *
 * @returns its content, and the release that wrote it
 * @throws IncompatibleError when it is damaged, edited, of another kind, by another program or of a newer layout
 */
export function decodeSealed(
  kind: SealedKind,
  bytes: Uint8Array | ArrayBuffer,
): SafetensorsContent & { readonly gradusVersion: string } {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const text = (key: string): string => {
    if (Object.hasOwn(metadata, key)) return metadata[key];
    throw new IncompatibleError({
      received: `a safetensors file without '${key}'`,
      expected: `a ${kind} saved by gradus`,
      remedy: 'Read the tensors of other programs with decodeSafetensors.',
    });
  };
  const found = text(keys.kind);
  const formatVersion = text(keys.formatVersion);
  if (!/^[1-9]\d{0,8}$/.test(formatVersion)) {
    throw damaged(`the file's '${keys.formatVersion}' is ${JSON.stringify(formatVersion)}`, 'a whole number');
  }
  if (Number(formatVersion) > FORMAT_VERSION) {
    throw new IncompatibleError({
      received: `a ${found} in format ${formatVersion}, written by gradus ${text(keys.version)}`,
      expected: `at most format ${FORMAT_VERSION}, the newest that gradus ${version} reads`,
      remedy: 'Update gradus.',
    });
  }
  const { [keys.checksum]: _, ...sealed } = metadata;
  const promised = text(keys.checksum);
  const computed = checksumOf({ tensors, metadata: sealed });
  if (promised !== computed) {
    throw damaged(`the file was edited or damaged: its content has the checksum ${computed}`, promised);
  }
  if (found !== kind) {
    throw new IncompatibleError({
      received: `a ${found} of gradus`,
      expected: `a ${kind}`,
      remedy: `Give the file that holds the ${kind}.`,
    });
  }
  const rest = Object.entries(sealed).filter(
    ([key]) => key !== keys.kind && key !== keys.formatVersion && key !== keys.version,
  );
  return { tensors, metadata: Object.fromEntries(rest), gradusVersion: text(keys.version) };
}

/** The CRC-32 of the header as we write it, without the checksum and the padding, followed by the data. */
function checksumOf({ tensors, metadata }: SafetensorsContent): string {
  const ordered = inFileOrder(tensors);
  let check = crc32(new TextEncoder().encode(headerOf(ordered, metadata)));
  for (const { data } of ordered) check = crc32(bytesOf(data), check);
  return `crc32:${check.toString(16).padStart(8, '0')}`;
}

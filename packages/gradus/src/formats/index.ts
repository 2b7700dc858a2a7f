export { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
export type { JsonValue } from './json.ts';
export {
  decodeModelFile,
  encodeModelFile,
  type ModelFile,
  type ModelFileInput,
  type WeightTensor,
} from './modelFile.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsArrays,
  type SafetensorsContent,
  type SafetensorsDtype,
  type SafetensorsTensor,
} from './safetensors.ts';
export type { Tree, TreeArray } from './tree.ts';

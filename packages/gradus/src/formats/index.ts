export { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
export {
  decodeModelFile,
  encodeModelFile,
  type ModelFile,
  type ModelFileInput,
} from './modelFile.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsArrays,
  type SafetensorsContent,
  type SafetensorsDtype,
  type SafetensorsTensor,
} from './safetensors.ts';

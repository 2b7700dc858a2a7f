export type { Finding, FindingKind } from './findings.ts';
export {
  inspectLayers,
  type LayerProbe,
  type LayerProbeOptions,
  type LayerReport,
  type LayersReport,
  layerProbe,
  type ParameterReport,
} from './layerProbe.ts';
export {
  type MonitorOptions,
  type MonitorRecord,
  monitorTraining,
  type TrainingMonitor,
} from './monitorTraining.ts';
export {
  type ColumnImportance,
  type PermutationImportanceOptions,
  permutationImportance,
} from './permutationImportance.ts';
export type { Statistics } from './statistics.ts';

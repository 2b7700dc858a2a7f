export type { CommandContext, OutputStream } from './context.ts';
export { renderReport } from './report/renderReport.ts';
export type { ReportData } from './report/reportData.ts';
export { run } from './run.ts';

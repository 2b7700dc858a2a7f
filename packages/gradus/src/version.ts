/**
 * Name the version of Gradus that is running, as model files record it.
 *
 * @example
 * import { version } from 'gradus';
 * version.split('.').length; // 3
 */
export const version: string = '0.1.0';

import { ArgumentError } from 'gradus';
import { hasFlag } from '../arguments/values.ts';
import { conclude } from '../doctor/conclude.ts';
import { type Diagnosis, doctorText } from '../doctor/doctorText.ts';
import { inspectMachine } from '../doctor/inspectMachine.ts';
import { measureExecutors } from '../doctor/measureExecutors.ts';
import { exitCodes } from '../exitCodes.ts';
import type { Command } from './command.ts';

/** Milliseconds that a figure is measured for, and a quick one. */
const lengths = { whole: 240, quick: 30 };

/** `gradus doctor`: what this machine offers. */
export const doctor: Command = {
  usage: '[flags]',
  operands: [],
  flags: [
    { name: 'quick', description: 'Measure for a shorter time, less exactly' },
    { name: 'json', description: 'Print all that was found as JSON' },
  ],
  notes: [
    'It takes about six seconds. Matrix products are computed in WebAssembly by default; a BLAS (OpenBLAS, MKL, BLIS, or Accelerate on macOS) can take them over, which gradus train --executor blas asks for. GRADUS_BLAS names the library or its path, or is off.',
  ],
  examples: [],
  run: async (args, context) => {
    if (args.operands.length > 0) {
      throw new ArgumentError({
        received: `also ${args.operands.join(', ')}`,
        expected: 'gradus doctor, and nothing else',
      });
    }
    const machine = inspectMachine(context.environment);
    const milliseconds = hasFlag(args, 'quick') ? lengths.quick : lengths.whole;
    const measured = await measureExecutors(machine, milliseconds, context);
    const diagnosis: Diagnosis = { machine, measured, conclusion: conclude(machine, measured) };
    context.stdout.write(
      hasFlag(args, 'json') ? `${JSON.stringify(diagnosis, null, 2)}\n` : doctorText(diagnosis),
    );
    return exitCodes.done;
  },
};

import { updateKinds } from '../machine/kinds.ts';
import { type Lowering, sizeOfBuffer } from './lowering.ts';

/** What makes a step of training: rows gathered, losses recorded, loops, checks, the update. */
export const stepLowerings: {
  readonly [K in
    | 'gather'
    | 'record'
    | 'checkFinite'
    | 'stopUnlessFinite'
    | 'update'
    | 'loopBegin'
    | 'loopEnd']: Lowering<K>;
} = {
  gather(context, { attributes, outputs }) {
    const { pointer, kind, width, scale, shift } = context.source(attributes.input);
    const destination = context.pointer(outputs[0]);
    if (kind === 'byte') context.assembler.gatherByte(destination, pointer, width, scale, shift);
    else if (kind === 'int') context.assembler.gatherInt(destination, pointer, width);
    else context.assembler.gatherFloat(destination, pointer, width);
  },
  record(context, { attributes, inputs }) {
    context.assembler.record(context.pointer(inputs[0]), attributes.column);
  },
  checkFinite(context, { attributes, inputs }) {
    if (attributes.gradients)
      context.assembler.checkFinite(context.gradients.pointer, context.gradients.size);
    else
      for (const id of inputs) context.assembler.checkFinite(context.pointer(id), sizeOfBuffer(context, id));
  },
  stopUnlessFinite({ assembler }) {
    assembler.stopUnlessFinite();
  },
  update(context, { attributes: { rule, constants, offset, size: n, column } }) {
    context.assembler.update({
      kind: updateKinds[rule],
      n,
      ...context.trainable(offset),
      column,
      ...constants,
    });
  },
  loopBegin({ assembler }, { attributes }) {
    assembler.repeatBegin(attributes.count, attributes.loop, attributes.reverse);
  },
  loopEnd({ assembler }) {
    assembler.repeatEnd();
  },
};

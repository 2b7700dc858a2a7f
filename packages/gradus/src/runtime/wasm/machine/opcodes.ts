/**
 * The instruction set of the WebAssembly machine, shared by the assembler (TypeScript) and the kernels
 * (AssemblyScript), which is why it stands in the subset that both languages read.
 *
 * An instruction is a run of 32-bit words:
 *
 * | word | meaning |
 * |---|---|
 * | 0 | opcode |
 * | 1 | length in words, this header included |
 * | 2, 3 | extent and tile size along the first tiled axis |
 * | 4, 5 | extent and tile size along the second tiled axis (1, 1 when unused) |
 * | 6 | work of one full tile, in multiply-adds (an integer) |
 * | 7… | operands |
 *
 * An *extent* e is coded: e ≥ 0 stands for e itself, e < 0 for −e × rows of the current step.
 * A *pointer* is a byte address. A *float* operand is the bit pattern of a float32.
 * Tiles are numbered along axis 0 first, fastest along axis 1. Every tile writes a region of its own and
 * sums in an order of its own, so neither threads nor interruptions change a bit.
 */
export enum Opcode {
  /** destination, source, width, stride (elements between the starts of source rows). Rows of a float32 matrix picked by the step's indices. */
  GatherFloat = 1,
  /** destination, source, width, stride, scale, shift (floats). Rows of a uint8 matrix, read as value·scale + shift. */
  GatherByte = 2,
  /** destination, source, width, stride. Rows of an int32 matrix. */
  GatherInt = 3,
  /**
   * flags (1 = A transposed, 2 = B transposed, 4 = add to C, 8 = summed outside of WebAssembly, 16 = one row by blocks of
   * K, of which there are M), M, N, K (extents), A, B, C, bias (pointer or 0),
   * epilogue (an Activation, or 64 + an Activation for its gradient), epilogue reference (pointer or 0), alpha (float).
   * S = op(A)·op(B) + bias, + C where it is added to; C[M×N] = act(S), or S ⊙ act′(reference) with the reference shaped
   * like C. The first tiled axis is M, the second N, which must be fixed. One row by blocks gives
   * the sums of each block, C[M×N].
   */
  Matmul = 4,
  /** kind (Unary), n (extent), x, y, p0, p1 (floats) */
  Unary = 5,
  /** kind (Activation), n (extent), dy, saved (y or x, see Activation), dx, alpha (float) */
  ActivationGradient = 6,
  /** kind (Binary), outer, inner (extents), a, aOuterStride (extent), aInnerStride (0|1), b, bOuterStride, bInnerStride, out, scale (pointer to a factor of the result, or 0) */
  Binary = 7,
  /** rank (1 or more), source, sourceOffset (extent), destination, destinationOffset (extent), then per axis: size, source stride, destination stride (extents); offsets and strides count elements. Tiled along the first axis. */
  StridedCopy = 8,
  /** kind (Reduction), outer, axis, inner (extents), x, y */
  Reduce = 9,
  /** kind (RowWise), outer, axis (extents), x, second (pointer or 0), y */
  RowWise = 10,
  /**
   * rows, classes (extents), logits, targets (int32 [rows], or float [rows×classes] when dense = 1), dense, labelSmoothing (float),
   * losses [rows] (pointer or 0), gradient (pointer or 0), upstream (pointer to a scalar, or 0 for 1), upstreamIsPerRow.
   * gradient = upstream · (softmax·Σ target − target), where Σ target = 1 but for odd dense targets. A label outside
   * [0, classes) makes its row NaN. The gradient may overwrite the logits.
   */
  SoftmaxCrossEntropy = 11,
  /** n (extent), x (pointer), y, rate (float), keyLow, keyHigh. y = x·mask/(1 − rate), the mask drawn by Philox keyed by (stream, step, element). */
  Dropout = 12,
  /** kind (Random), n (extent), y, p0, p1 (floats), keyLow, keyHigh */
  Random = 13,
  /** kind (Update), n, w, g, slot0, slot1, slot2 (pointers or 0), first column of the scalar table, p0…p5 (floats) */
  Update = 14,
  /** x, n. Writes its own address into the context's flag when a value is not finite and the flag is 0. */
  CheckFinite = 15,
  /** Stops the call, before what follows, when the flag is up. */
  StopUnlessFinite = 16,
  /** x (pointer to a float32 scalar), column: outputs[step·outputCount + column] = x */
  Record = 17,
  /** count (extent), address of the matching RepeatEnd, reverse (0 or 1). The body follows at once; count 0 skips it. */
  RepeatBegin = 18,
  /**
   * address of the body, patch count, then per patch: address of a word of the body, stride in bytes (extent).
   * In iteration i every patched word holds its first value plus i strides (count − 1 − i when the repeat is reverse);
   * after the last it has its first value back.
   */
  RepeatEnd = 19,
  /** destination, n (extent), value (float) */
  Fill = 20,
  /** destination, n (extent): the extent itself as a float, into one scalar */
  Count = 21,
  /** labels (int32), rows, classes (extents), destination */
  OneHot = 22,
  /** n (extent), condition, a, b, out (all contiguous): condition ≠ 0 ? a : b */
  Where = 23,
  /** rows, classes (extents), scores, labels (int32), destination (scalar): how many rows have their arg max (the first) at the label */
  CountCorrect = 24,
  /** count, size, width (extents), table, indices, whether they are floats, out: slices of the table at `count` indices; NaN for an index that is no whole number in [0, size) */
  Take = 25,
  /** count, size, width (extents), gradient, indices, whether they are floats, out: zeros, slice i of the gradient added at index i, in order. Tiled along the size. */
  TakeGradient = 26,
  /** rows (extent), units, z [rows×4·units], c, next c, output, gates [rows×4·units]. One step of a long short-term memory; gates: input, forget, candidate, output. */
  LstmCell = 27,
  /** rows (extent), units, gates, c, next c, gradients of the output and of the next c, gradients of z and of c. */
  LstmCellGradient = 28,
  /**
   * x, kernel, y, samples (extent), then H, W, C of x; H′, W′, F of y; the kernel's height and width; strides, dilation
   * (down, across), zeros above and to the left, groups; bias (pointer or 0), epilogue (an Activation), alpha (float), whether a library
   * computes the products. y = act(x ∗ kernel + bias). Tiled along all rows of y: samples·H′.
   */
  Convolution = 29,
  /** as Convolution up to groups, then reference (pointer or 0), an Activation, alpha (float), whether a library computes the products: x ⊙ act′(reference) from kernel and y, both gradients. Tiled along the samples, then along H. */
  ConvolutionInputGradient = 30,
  /**
   * as Convolution up to groups, then spare memory, whether a library computes the products. The kernel's gradient: each tile of the first axis, the samples,
   * makes a sum of its own, the first in its place, the others in the spare memory one after another. Tiled along the
   * rows of the kernel, height·width·C/groups, then.
   */
  ConvolutionKernelGradient = 31,
  /** destination, spare memory, n, samples (extent), samples of a part: adds to the destination what other parts left in the spare memory; zeros where there are no samples */
  AddParts = 32,
  /** as Convolution up to groups, with values for the kernel: y = the value where a window of x is largest. Tiled along all rows of y. */
  MaxPool = 33,
  /** as MaxPool, with x's gradient for the values and dy for y; then y. Tiled along the samples. */
  MaxPoolGradient = 34,
}

/** When an instruction is divided between threads. */
export enum Sharing {
  /** multiply-adds below which an instruction is not worth a fork and a join: about two microseconds */
  LeastWork = 65536,
}

/** How the sums of a product are cut. */
export enum ProductBlock {
  /** the most terms that are summed at once; the sums of such blocks are added in their order */
  Depth = 256,
}

/** Byte offsets in the scratch memory of a thread. */
export enum Scratch {
  /** packed: 128 columns of B, 256 deep, 24 rows of A or 512 of a narrow C, and what packing writes past them */
  Packed = 0,
  /** a part of images, unfolded */
  Unfolded = 155904,
  /** what copying writes past it included */
  Size = 680256,
}

/** Elementwise functions of one operand. */
export enum Unary {
  Copy = 0,
  Negate = 1,
  Absolute = 2,
  Sqrt = 3,
  Square = 4,
  Reciprocal = 5,
  /** p0·x + p1 */
  Affine = 6,
  Exp = 7,
  Log = 8,
  Log1p = 9,
  Sin = 10,
  Cos = 11,
  Erf = 12,
  Sign = 13,
  /** min(max(x, p0), p1) */
  Clip = 14,
  /** 1 where x > 0, else 0 */
  Step = 15,
  /** p0 = exponent: |x|^p0 with the sign rule of pow; integers exact by repeated squaring */
  PowConstant = 16,
  /** 32 + Activation, p0 = alpha */
  FirstActivation = 32,
}

/** Activation functions; the comment names what the gradient kernel reads (y: the output, x: the input). */
export enum Activation {
  Identity = 0,
  /** y */
  Sigmoid = 1,
  /** y */
  Tanh = 2,
  /** y */
  Relu = 3,
  /** y; alpha = slope below zero, ≥ 0 */
  LeakyRelu = 4,
  /** y; alpha > 0 */
  Elu = 5,
  /** y: σ(x) = 1 − e^−y */
  Softplus = 6,
  /** x; exact, by erf */
  Gelu = 7,
  /** x; the tanh form */
  GeluTanh = 8,
  /** x */
  Silu = 9,
  /** x */
  Mish = 10,
}

/** Elementwise functions of two operands, with broadcasting by strides 0. */
export enum Binary {
  Add = 0,
  Subtract = 1,
  Multiply = 2,
  Divide = 3,
  /** logit a, target b: max(a, 0) − a·b + log1p(e^−|a|) */
  LogisticLoss = 4,
  /** σ(a) − b */
  LogisticLossGradient = 5,
  /** (a − b)² */
  SquaredDifference = 6,
  Maximum = 7,
  Minimum = 8,
  Greater = 9,
  GreaterEqual = 10,
  Equal = 11,
  Power = 12,
}

/** Reductions over one axis. */
export enum Reduction {
  Sum = 0,
  Mean = 1,
  Maximum = 2,
}

/** Functions of a whole row. */
export enum RowWise {
  Softmax = 0,
  LogSoftmax = 1,
  /** x = dy, second = y */
  SoftmaxGradient = 2,
  /** x = dy, second = y */
  LogSoftmaxGradient = 3,
  /** log Σ e^x, one value a row */
  LogSumExp = 4,
}

/**
 * Random fills, drawn by Philox 4×32-10: element e takes word e mod 4 of the block with counter (low, high half of
 * ⌊e/4⌋; low, high half of the step's number) and key (keyLow, keyHigh); uniform = (word >>> 8)·2^-24.
 */
export enum Random {
  /** p0 = low, p1 = high */
  Uniform = 0,
  /** p0 = mean, p1 = standard deviation; Box–Muller on words (0, 1) and (2, 3): u = ((word >>> 8) + ½)·2^-24, then r·cos θ, r·sin θ */
  Normal = 1,
}

/**
 * Optimizer updates over a flat segment. `c[k]` is the k-th scalar of the step from the first column on (float64 in the table).
 * `g` first becomes g + p0·w (coupled weight decay, PyTorch's `weight_decay`) in every rule but AdamW.
 */
export enum Update {
  /** c: learning rate. w −= lr·g */
  Sgd = 0,
  /** c: step size lr/(1 − β1^t), √(1 − β2^t). p1 = β1, p2 = β2, p3 = ε, p4 = 1 − β1, p5 = 1 − β2 (rounded once). m = p1·m + p4·g; v = p2·v + p5·g². PyTorch: w −= c0·m/(√v/c1 + ε) */
  Adam = 1,
  /** c: learning rate. c[1]: 1 at the first step, then 1 − dampening. p1 = momentum. v = p1·v + c1·g; w −= lr·v */
  Momentum = 2,
  /** as Momentum; w −= lr·(g + p1·v) */
  Nesterov = 3,
  /** as Adam, c[2] = 1 − lr·decay multiplies w first; p0 unused */
  AdamW = 4,
  /** c: lr·√(1 − β2^t)/(1 − β1^t). ε added to the uncorrected root (scikit-learn, Keras): w −= c0·m/(√v + ε) */
  AdamUncorrectedEpsilon = 5,
  /** v = p1·v − lr·g; w += v (Keras's and scikit-learn's momentum) */
  VelocityMomentum = 6,
  /** v = p1·v − lr·g; w += p1·v − lr·g (their Nesterov form) */
  VelocityNesterov = 7,
  /** The rest: p2 = ρ, p5 = 1 − ρ, R(v) = √(max(v, 0) + p4) + p3. s0 = s0 + g²; w −= lr·g/R(s0) */
  Adagrad = 8,
  /** v = p2·v + p5·g² in slot 0; w −= lr·g/R(v) */
  RmsProp = 9,
  /** a = p2·a + p5·g in slot 1; R(v − a²) for R(v) */
  RmsPropCentered = 10,
  /** c: two factors. p1 = momentum. b = p1·b + c1·g/R(v) in the last slot; w −= c0·b */
  RmsPropMomentum = 11,
  RmsPropCenteredMomentum = 12,
  /** d = g·R(u)/R(v); u = p2·u + p5·d² in slot 1; w −= lr·d */
  Adadelta = 13,
  /** p1…p5 and slots as Adam. c: of g, of m, √(1 − β2^t). w −= (c0·g + c1·m)/(√v/c2 + ε) */
  Nadam = 14,
}

/** Why a call returned. */
export enum Status {
  Done = 0,
  /** The budget is used up: call again to go on. */
  Paused = 1,
  /** A loss or gradient is not finite; the step's update has not been made. */
  NotFinite = 2,
  /** A thread has not finished its tile for two seconds: look after the threads, then call again. */
  Stalled = 3,
  /** A thread has crashed in its tile: the store and the workspace are lost. */
  ThreadFailed = 4,
}

/** Byte offsets in the context block that a call reads and writes. All words are 32 bits unless said otherwise. */
export enum Context {
  /** address of the first instruction */
  Program = 0,
  /** address behind the last instruction */
  ProgramEnd = 4,
  /** address of the instruction to resume at (Program for a fresh step) */
  Instruction = 8,
  /** next tile of that instruction */
  Tile = 12,
  /** steps finished in this call's batch of steps */
  Step = 16,
  /** steps wanted */
  Steps = 20,
  /** rows of the current step; set by the machine at a step's start */
  Rows = 24,
  BatchSize = 28,
  /** int32 row indices, or 0: then row i of step s is first + s·batchSize + i */
  Order = 32,
  /** rows in all; step s covers [s·batchSize, min((s+1)·batchSize, OrderLength)) */
  OrderLength = 36,
  First = 40,
  /** 64-bit number of the first step, for counter-based random numbers */
  StepNumberLow = 44,
  StepNumberHigh = 48,
  /** float64 table, one row of ScalarCount a step */
  Scalars = 52,
  ScalarCount = 56,
  /** float64 table, one row of OutputCount a step */
  Outputs = 60,
  OutputCount = 64,
  /** 0, or the address of the CheckFinite that first found a value that is not finite; the caller clears it */
  Flag = 68,
  /** scratch memory for packing */
  Scratch = 72,
  ScratchBytes = 76,
  /** float64: work left, in multiply-adds; a call returns at the first tile boundary at or below zero */
  Budget = 80,
  /** depth of repeats entered, then for each level (4 at most): iterations done */
  RepeatDepth = 88,
  RepeatIterations = 92,
  /** the team block, or 0: then the caller computes alone */
  Team = 108,
  /** how many threads may take part, the caller included */
  Threads = 112,
  /**
   * address from which on a step is not left any more: its update, whose weights nobody should meet half changed; 0 for
   * none
   */
  Commit = 116,
  /** 1 where products are best summed in blocks of 6×8: see probe.ts */
  TallBlocks = 120,
  /** size of the block */
  Size = 128,
}

/**
 * Byte offsets in the block by which the caller and the other threads of a memory agree. The caller opens one job at a
 * time: the tiles [from, to) of an instruction. Whoever is free claims the next one by raising the ticket. What is written
 * by different threads, or at different times, lies 64 bytes apart.
 */
export enum Team {
  /** 64 bits: the job's number above; below the first tile plus those that have been claimed, the largest number while no job is open */
  Ticket = 0,
  /** tiles that other threads have finished */
  Finished = 64,
  /** 1 while the caller sleeps until Finished changes */
  CallerSleeps = 68,
  /** tiles that the caller waits for */
  Expected = 72,
  /** threads that have begun to look for tiles */
  Ready = 128,
  /** threads that sleep until Wake changes */
  Sleepers = 132,
  Wake = 136,
  /** 1: go home */
  Stop = 140,
  /** 1: a thread has crashed */
  Failed = 144,
  /** number of the job */
  Job = 192,
  /** the job: the tile to stop at, threads that may take part (those above sleep until it changes), address of the instruction, its decoded extents, tiles along axis 1 */
  End = 196,
  Threads = 200,
  Instruction = 204,
  Extent0 = 208,
  Extent1 = 212,
  Across = 216,
  /** the call, its step and that step's rows */
  Call = 220,
  Step = 224,
  Rows = 228,
  /** the next tile from the front, and the one behind the next from the back */
  Front = 256,
  Back = 320,
  Size = 384,
}

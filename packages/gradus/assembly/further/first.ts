// What the further kernels use of the first ones: exported there, and handed over by whoever binds them to a memory.

/** See matmul.ts. */
@external('env', 'sum')
export declare function sum(
  transposedA: bool, transposedB: bool, rowCount: i32, columnCount: i32, k: i32, a: usize, lda: usize, b: usize,
  ldb: usize, c: usize, ldc: usize, mode: i32, reference: usize, bias: usize,
): void;

/** See activation.ts. */
@external('env', 'activate')
export declare function activate(kind: i32, count: i32, x: usize, y: usize, alpha: f32): void;

/** See activation.ts. */
@external('env', 'activationGradient')
export declare function activationGradient(kind: i32, count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void;

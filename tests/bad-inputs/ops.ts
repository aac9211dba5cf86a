/** Operations given shapes, data types, axes and values that do not fit. */
import type { ErrorCode } from '../../src/core/errors.js'
import { placeholder } from '../../src/core/index.js'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as ops from '../../src/ops/index.js'
import { Tensor, tensor } from '../../src/ops/index.js'

const zeros = (...shape: number[]): Tensor => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape })
const ints = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' })
const bytes = tensor([1, 2], { dtype: 'uint8' })
const double = tensor([1, 2, 3], { dtype: 'float64' })
const computed = (t: Tensor): Promise<unknown> => t.data({ backend: referenceBackend })
/** What JavaScript callers pass where the types forbid it. */
const untyped = (value: unknown): never => value as never

export const cases: { name: string; run: () => unknown; code: ErrorCode; message: string }[] = [
  {
    name: 'matmul of sizes that do not meet',
    run: () => ops.matmul(zeros(2, 3), zeros(4, 5)),
    code: 'shape',
    message: 'matmul: inner sizes differ: [2, 3] x [4, 5]',
  },
  {
    name: 'matmul of batches that do not broadcast',
    run: () => ops.matmul(zeros(2, 3, 4), zeros(5, 4, 6)),
    code: 'shape',
    message: 'matmul: [2, 3, 4] x [5, 4, 6]: shapes do not broadcast: [2] and [5]; ' +
      'aligned at the right, each pair of sizes must be equal or contain 1',
  },
  {
    name: 'matmul of a scalar',
    run: () => ops.matmul(tensor(2), zeros(2, 2)),
    code: 'shape',
    message: 'matmul: expected at least one axis on both sides, received [] x [2, 2]; use mul for numbers',
  },
  {
    name: 'matmul of ints',
    run: () => ops.matmul(ints(1, 2), ints(3, 4)),
    code: 'dtype',
    message: "matmul: expected float32 or float64, received int32; convert it first with cast(x, 'float32')",
  },
  {
    name: 'matmul of two precisions',
    run: () => ops.matmul(zeros(2, 3), double),
    code: 'dtype',
    message: "matmul: data types differ: float32 and float64; convert one of them, for example with cast(x, 'float32')",
  },
  {
    name: 'adding shapes that do not broadcast',
    run: () => ops.add(zeros(2, 3), zeros(4)),
    code: 'shape',
    message: 'add: shapes do not broadcast: [2, 3] and [4]; ' +
      'aligned at the right, each pair of sizes must be equal or contain 1',
  },
  {
    name: 'adding two precisions',
    run: () => zeros(3).add(double),
    code: 'dtype',
    message: "add: data types differ: float32 and float64; convert one of them, for example with cast(x, 'float32')",
  },
  {
    name: 'a fraction beside ints',
    run: () => ints(1, 2).mul(0.5),
    code: 'dtype',
    message: "mul: 0.5 is no int32 like the tensor [2] beside it; convert that with cast(x, 'float32')",
  },
  {
    name: 'computing with bytes',
    run: () => bytes.add(1),
    code: 'dtype',
    message: "add: uint8 is for storage only; convert it first with cast(x, 'float32')",
  },
  {
    name: 'adding a list',
    run: () => zeros(3).add(untyped([1, 2, 3])),
    code: 'argument',
    message: 'add: expected a tensor or a number, received an array; make one with tensor(...)',
  },
  {
    name: 'an activation of a list',
    run: () => ops.relu(untyped([1, 2])),
    code: 'argument',
    message: 'relu: expected a tensor, received an array; make one with tensor(...)',
  },
  {
    name: 'the logarithm of ints',
    run: () => ops.log(ints(1)),
    code: 'dtype',
    message: "log: expected float32 or float64, received int32; convert it first with cast(x, 'float32')",
  },
  {
    name: 'select by floats',
    run: () => ops.select(zeros(2), 1, 0),
    code: 'dtype',
    message: "select: the condition must be int32, received float32; convert it with cast(x, 'int32')",
  },
  {
    name: 'clip with limits in the wrong order',
    run: () => ops.clip(zeros(2), 1, 0),
    code: 'argument',
    message: 'clip: the lower limit 1 is above the upper limit 0',
  },
  {
    name: 'a sum along an axis that is not there',
    run: () => zeros(2, 3).sum({ axis: 2 }),
    code: 'argument',
    message: 'sum: axis 2 does not exist in shape [2, 3]; expected -2 to 1',
  },
  {
    name: 'a sum along one axis twice',
    run: () => zeros(2, 3).sum({ axis: [1, -1] }),
    code: 'argument',
    message: 'sum: axes [1, -1] name an axis of [2, 3] twice',
  },
  {
    name: 'the mean of nothing',
    run: () => zeros(0, 3).mean({ axis: 0 }),
    code: 'shape',
    message: 'mean: axis 0 of [0, 3] is empty, and an empty axis has no mean',
  },
  {
    name: 'the position of the maximum of nothing',
    run: () => ops.argMax(zeros(2, 0), { axis: 1 }),
    code: 'shape',
    message: 'argMax: axis 1 of [2, 0] is empty, and an empty axis has no argMax',
  },
  {
    name: 'the mean of ints',
    run: () => ints(1, 2).mean(),
    code: 'dtype',
    message: "mean: expected float32 or float64, received int32; convert it first with cast(x, 'float32')",
  },
  {
    name: 'the variance of one element as a sample',
    run: () => ops.variance(zeros(1), { ddof: 1 }),
    code: 'argument',
    message: 'variance: ddof 1 must be below the number of elements combined, which is 1 in [1]',
  },
  {
    name: 'reshape to another number of elements',
    run: () => zeros(2, 3).reshape([4, 2]),
    code: 'shape',
    message: 'reshape: [2, 3] has 6 elements, [4, 2] has 8',
  },
  {
    name: 'reshape to rows that do not come out even',
    run: () => zeros(2, 3).reshape([-1, 4]),
    code: 'shape',
    message: 'reshape: [2, 3] has 6 elements, which no single size in place of -1 makes of [-1, 4]',
  },
  {
    name: 'reshape with two open sizes',
    run: () => zeros(2, 3).reshape([-1, -1]),
    code: 'argument',
    message: 'reshape: expected whole numbers and at most one -1, received [-1, -1]',
  },
  {
    name: 'transpose naming an axis twice',
    run: () => zeros(2, 3).transpose([0, 0]),
    code: 'argument',
    message: 'transpose: expected every axis of [2, 3] once, received [0, 0]',
  },
  {
    name: 'broadcastTo a size that does not stretch',
    run: () => ops.broadcastTo(zeros(2), [3]),
    code: 'shape',
    message: 'broadcast: [2] does not stretch to [3]; aligned at the right, each size must be equal or 1',
  },
  {
    name: 'slice with a step of 0',
    run: () => zeros(5).slice(0, 3, 0),
    code: 'argument',
    message: 'slice: step must be a whole number other than 0, received 0',
  },
  {
    name: 'slice of more axes than there are',
    run: () => zeros(5).slice([0, 1]),
    code: 'argument',
    message: 'slice: 2 values of start for the 1 axes of [5]',
  },
  {
    name: 'pad with too few pairs',
    run: () => ops.pad(zeros(2, 3), [[1, 1]]),
    code: 'argument',
    message: 'pad: expected 2 pairs [before, after] for [2, 3], received 1',
  },
  {
    name: 'pad by less than nothing',
    run: () => ops.pad(zeros(3), [[-1, 0]]),
    code: 'argument',
    message: 'pad: the padding must be a whole number of at least 0, received -1',
  },
  {
    name: 'concat of shapes that differ elsewhere',
    run: () => ops.concat([zeros(2, 3), zeros(2, 4)]),
    code: 'shape',
    message: 'concat: shapes differ outside of axis 0: [2, 3] and [2, 4]',
  },
  {
    name: 'concat of nothing',
    run: () => ops.concat([]),
    code: 'argument',
    message: 'concat: expected at least one tensor, received an empty list',
  },
  {
    name: 'stack of different shapes',
    run: () => ops.stack([zeros(2), zeros(3)]),
    code: 'shape',
    message: 'stack: shapes differ: [2] and [3]',
  },
  {
    name: 'squeeze of a long axis',
    run: () => ops.squeeze(zeros(2, 1), 0),
    code: 'shape',
    message: 'squeeze: axis 0 of [2, 1] has size 2, not 1',
  },
  {
    name: 'tile with too few repeats',
    run: () => ops.tile(zeros(2, 3), [2]),
    code: 'argument',
    message: 'tile: expected 2 repeats for [2, 3], received 1',
  },
  {
    name: 'gather by floats',
    run: () => ops.gather(zeros(3), zeros(2)),
    code: 'dtype',
    message: "gather: the indices must be int32, received float32; convert it with cast(x, 'int32')",
  },
  {
    name: 'gather beyond the last row',
    run: () => computed(ops.gather(zeros(5, 2), ints(0, 7))),
    code: 'data',
    message: 'gather: index 7 at position 1 is out of range for 5 rows; indices go from 0 to 4',
  },
  {
    name: 'scatterAdd to a negative row',
    run: () => computed(ops.scatterAdd(ints(-1), zeros(1, 2), 3)),
    code: 'data',
    message: 'scatterAdd: index -1 at position 0 is out of range for 3 rows',
  },
  {
    name: 'scatterAdd of updates that do not match the indices',
    run: () => ops.scatterAdd(ints(0, 1), zeros(3, 2), 3),
    code: 'shape',
    message: 'scatterAdd: the updates [3, 2] must begin with the shape of the indices [2]',
  },
  {
    name: 'oneHot without a depth',
    run: () => ops.oneHot(ints(0), 0),
    code: 'argument',
    message: 'oneHot: the depth must be a whole number of at least 1, received 0',
  },
  {
    name: 'random numbers from nowhere',
    run: () => ops.randomUniform([2], {}),
    code: 'argument',
    message: 'randomUniform: expected either a seed or a key, received neither',
  },
  {
    name: 'a fraction as a seed',
    run: () => ops.randomNormal([2], { seed: 0.5 }),
    code: 'argument',
    message: 'randomNormal: the seed must be a whole number, received 0.5',
  },
  {
    name: 'a probability above 1',
    run: () => ops.randomBernoulli([2], { seed: 0, probability: 1.5 }),
    code: 'argument',
    message: 'randomBernoulli: expected a probability between 0 and 1, received 1.5',
  },
  {
    name: 'a permutation too long to sort by comparing',
    run: () => ops.randomPermutation(70_000, { seed: 0 }),
    code: 'argument',
    message: 'randomPermutation: expected at most 65536 elements, received 70000; ' +
      'shuffle that many on the host, with RandomSource.permutation',
  },
  {
    name: 'ragged lists',
    run: () => tensor([[1, 2], [3]]),
    code: 'shape',
    message: 'tensor: ragged lists: expected 2 items at [1], received 1',
  },
  {
    name: 'a text among numbers',
    run: () => tensor([[1, 2], [3, untyped('4')]]),
    code: 'data',
    message: 'tensor: expected a number at [1][1], received string',
  },
  {
    name: 'values that do not fill the shape',
    run: () => tensor([1, 2, 3], { shape: [2, 2] }),
    code: 'shape',
    message: 'tensor: shape [2, 2] does not hold 3 values',
  },
  {
    name: 'NaN as an int',
    run: () => tensor([1, NaN], { dtype: 'int32' }),
    code: 'data',
    message: 'tensor: NaN at position 1 is no int32; expected whole numbers from -2147483648 to 2147483647',
  },
  {
    name: 'the gradient of an array',
    run: () => ops.grad(zeros(2), zeros(2)),
    code: 'shape',
    message: 'grad: expected a scalar, received [2]; take its sum or mean first',
  },
  {
    name: 'training through a threshold',
    run: () => {
      const x = zeros(2)
      return ops.grad(ops.step(x).sum(), x)
    },
    code: 'unsupported',
    message: 'grad: step has no gradient: it is flat everywhere and jumps at 0; train with a sigmoid instead',
  },
  {
    name: 'training through hardmax',
    run: () => {
      const x = zeros(2, 3)
      return ops.grad(ops.hardmax(x).sum(), x)
    },
    code: 'unsupported',
    message: 'grad: hardmax has no gradient: it picks the greatest and jumps between picks; train with softmax instead',
  },
  {
    name: 'the value of a placeholder',
    run: () => computed(new Tensor(placeholder('x', [2], 'float32')).add(1)),
    code: 'state',
    message: 'evaluate: placeholder "x" has no value; ' +
      'compile a program with it as an input, and run that with its value',
  },
  {
    name: 'an axis in place of options',
    run: () => ops.mean(zeros(2, 3), untyped(0)),
    code: 'argument',
    message: 'mean: expected an object of options, received 0; write mean(x, { axis: 0 })',
  },
  {
    name: "an option in NumPy's or TensorFlow's spelling",
    run: () => ops.sum(zeros(2, 3), untyped({ axes: 0 })),
    code: 'argument',
    message: 'sum: unknown option "axes"; did you mean "axis"?',
  },
  {
    name: 'an unknown option of a deviation',
    run: () => ops.std(zeros(2, 3), untyped({ keepdims: true })),
    code: 'argument',
    message: 'std: unknown option "keepdims"; did you mean "keepDims"?',
  },
  {
    name: 'a reduction of a list',
    run: () => ops.mean(untyped([1, 2])),
    code: 'argument',
    message: 'mean: expected a tensor, received an array; make one with tensor(...)',
  },
  {
    name: 'unknown options of random numbers',
    run: () => ops.randomUniform([2], untyped({ seed: 1, min: 0, max: 2 })),
    code: 'argument',
    message: 'randomUniform: unknown option "min"; known are: low, high, dtype, seed, key, step, path',
  },
  {
    name: 'random numbers without options',
    run: () => ops.randomNormal([2], untyped(undefined)),
    code: 'argument',
    message: 'randomNormal: expected an object of options, received undefined; write randomNormal(shape, { seed: 0 })',
  },
  {
    name: 'a number in place of a shape of random numbers',
    run: () => ops.randomNormal(untyped(2), { seed: 0 }),
    code: 'argument',
    message: 'randomNormal: expected a shape such as [2, 3], received number',
  },
  {
    name: 'an unknown option of an activation',
    run: () => ops.leakyRelu(zeros(2), untyped({ alpha: 0.2 })),
    code: 'argument',
    message: 'leakyRelu: unknown option "alpha"; known are: negativeSlope',
  },
  {
    name: 'an unknown option of softmax',
    run: () => ops.softmax(zeros(2), untyped({ dim: 1 })),
    code: 'argument',
    message: 'softmax: unknown option "dim"',
  },
  {
    name: 'an axis in place of the options of gather',
    run: () => ops.gather(zeros(2, 3), ints(0), untyped(1)),
    code: 'argument',
    message: 'gather: expected an object of options, received 1; write gather(x, indices, { axis: 1 })',
  },
  {
    name: 'slice with an object',
    run: () => ops.slice(zeros(2, 3), untyped({ start: 0, stop: 1 })),
    code: 'argument',
    message: 'slice: start must be a number, a list of numbers or null, received object; write slice(x, start, stop',
  },
  {
    name: 'evaluating one tensor without a list',
    run: () => ops.evaluate(untyped(double)),
    code: 'argument',
    message: 'evaluate: expected a list of tensors: write const [a, b] = await evaluate([x, y])',
  },
  {
    name: 'evaluating nothing',
    run: () => ops.evaluate(untyped(undefined)),
    code: 'argument',
    message: 'evaluate: expected a list of tensors',
  },
  {
    name: 'adding ints and floats',
    run: () => ops.add(ints(1, 2, 3), double),
    code: 'dtype',
    message: "add: data types differ: int32 and float64; convert one of them, for example with cast(x, 'float64')",
  },
]

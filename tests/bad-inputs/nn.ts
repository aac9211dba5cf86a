/** Wrong networks, options, data and targets. */
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import {
  adam,
  bidirectional,
  categoricalCrossentropy,
  dense,
  dropout,
  exponentialDecay,
  flatten,
  input,
  lambda,
  lstm,
  randomFlip,
  randomRotation,
  sparseCategoricalCrossentropy,
  timeDistributed,
} from '../../src/nn/index.js'
import type { CompileOptions } from '../../src/train/index.js'
import {
  earlyStopping,
  errorGrowth,
  errorThreshold,
  lambdaCallback,
  learningRateScheduler,
  Model,
  model as functional,
  reduceLrOnPlateau,
  sequential,
  swapEmaWeights,
} from '../../src/train/index.js'
import { layersFromJson, readNetworkJson } from '../../src/nn/network-json.js'
import { readRun } from '../../src/run/index.js'
import { matmul, mean, tensor } from '../../src/ops/index.js'
import type { BadInput } from './bad-input.js'

const decay = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }

/** What a caller without types could write. */
const untyped = (value: unknown): never => value as never

const x = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y = [0, 1, 1, 0]
const model = (units = 1, options: Partial<CompileOptions> = {}): Model =>
  sequential([dense({ units: 3, activation: 'tanh' }), dense({ units })]).compile({
    loss: 'mse',
    optimizer: 'sgd',
    ...options,
  })

export const cases: BadInput[] = [
  {
    name: 'two directions of a layer that has none',
    run: () => bidirectional({ forwardLayer: dense({ units: 1 }) }),
    code: 'argument',
    message: 'bidirectional: forwardLayer must be a recurrent layer, such as lstm({ units: 32 }), received dense',
  },
  {
    name: 'an inner layer that is not there',
    run: () => layersFromJson([{ layer: 'timeDistributed', innerLayer: { layer: 'denes', units: 1 } }]),
    code: 'argument',
    message: /^timeDistributed: innerLayer: unknown layer "denes"; did you mean "dense"/,
  },
  {
    name: 'an inner layer that is no layer',
    run: () => timeDistributed({ innerLayer: untyped({ units: 3 }) }),
    code: 'argument',
    message: /^timeDistributed: innerLayer must be a layer, such as .*, received an object$/,
  },
  {
    name: 'a batch of another size than a stateful layer has',
    run: () => sequential([lstm({ units: 1, stateful: true, batchSize: 4 })], { inputShape: [2, 1] }).predict([[[1], [2]]], { backend }),
    code: 'shape',
    message: 'lstm: stateful with batches of 4 rows, received 1; give fit, evaluate and predict a batchSize of 4 and a multiple of so ' +
      "many rows, or set the layer's batchSize",
  },
  {
    name: 'a long name of an option',
    run: () => dense(untyped({ units: 1, [`${'x'.repeat(63)}\n${'y'.repeat(20_000)}`]: 3 })),
    code: 'argument',
    message: /^dense: unknown option "x{63} \.\.\."; known are: /,
  },
  {
    name: 'a long name of a layer',
    run: () => layersFromJson([{ layer: 'x'.repeat(20_000) }]),
    code: 'argument',
    message: /^layers: unknown layer "x{64}\.\.\."; known are: /,
  },
  {
    name: 'a long name of an activation',
    run: () => dense(untyped({ units: 1, activation: 'x'.repeat(20_000) })),
    code: 'argument',
    message: /unknown name "x{64}\.\.\."; known are: /,
  },
  {
    name: 'a long name of a tensor',
    run: () =>
      readNetworkJson({
        layers: [{ layer: 'flatten', name: 'f' }],
        inputs: [{ name: 'a', shape: [2] }],
        calls: [{ layer: 'f', inputs: ['x'.repeat(20_000)] }],
        outputs: ['f'],
      }),
    code: 'argument',
    message: /^architecture: there is no tensor "x{64}\.\.\." where it is read$/,
  },
  {
    name: 'a run with a layer that is null',
    run: () => readRun({ data: { source: 'a.csv', target: 'y' }, network: [null] }),
    code: 'argument',
    message: 'layers: entry 1 must be an object with the key "layer"',
  },
  {
    name: 'an option that is misspelt',
    run: () => dense(untyped({ unit: 3 })),
    code: 'argument',
    message: 'dense: unknown option "unit"; did you mean "units"?',
  },
  {
    name: "an option in Python's spelling",
    run: () => dense(untyped({ units: 3, use_bias: false })),
    code: 'argument',
    message: 'dense: unknown option "use_bias"; did you mean "useBias"?',
  },
  {
    name: 'a missing option',
    run: () => dense(untyped({})),
    code: 'argument',
    message: 'dense: the option "units" is missing: the number of outputs; expected an integer, at least 1',
  },
  {
    name: 'a plain number in place of options',
    run: () => dense(untyped(10)),
    code: 'argument',
    message: 'dense: expected an object of options, received 10; write dense({ units: ... })',
  },
  {
    name: 'half a unit',
    run: () => dense({ units: 2.5 }),
    code: 'argument',
    message: 'dense: units must be an integer, at least 1, received 2.5',
  },
  {
    name: 'an unknown activation',
    run: () => dense({ units: 1, activation: 'rellu' }),
    code: 'argument',
    message: 'dense: activation: unknown name "rellu"; did you mean "relu"?',
  },
  {
    name: 'an unknown initialiser',
    run: () => dense({ units: 1, kernelInitializer: 'glorot_uniform' }),
    code: 'argument',
    message: 'dense: kernelInitializer: unknown name "glorot_uniform"; did you mean "glorotUniform"?',
  },
  {
    name: 'a negative regulariser',
    run: () => dense({ units: 1, kernelRegularizer: { name: 'l2', l2: -1 } }),
    code: 'argument',
    message: 'l2: l2 must be a number, at least 0, received -1',
  },
  {
    name: 'dropout of everything',
    run: () => dropout({ rate: 1 }),
    code: 'argument',
    message: 'dropout: rate must be a number, at least 0, below 1, received 1',
  },
  {
    name: 'a turn by degrees',
    run: () => randomRotation({ factor: 15 }),
    code: 'argument',
    message: 'randomRotation: factor must be a number from -1 to 1, or two of them: [lower, upper], received 15',
  },
  {
    name: 'a change of pictures without an axis of channels',
    run: () => sequential([randomFlip()], { inputShape: [28, 28] }),
    code: 'shape',
    message: /^randomFlip: expected rows of two axes and channels, .*; add the axis of channels with reshape; in layer "randomFlip_1"$/,
  },
  {
    name: 'a function of one\'s own that is to be saved',
    run: () => sequential([lambda({ function: (h) => h.square() })], { inputShape: [2] }).save(),
    code: 'unsupported',
    message: 'lambda: its function is code, which neither files nor JSON hold; declare the layer by defineLayer',
  },
  {
    name: 'a function of one\'s own that waits for numbers',
    run: () => sequential([lambda({ function: untyped(async () => 1) })], { inputShape: [2] }),
    code: 'argument',
    message: 'lambda: its function must give a tensor, received a promise',
  },
  {
    name: 'a trained network up to a layer that it has not',
    run: () => sequential([dense({ units: 1, name: 'head' })], { inputShape: [2] })
      .apply(input({ shape: [2] }), { output: 'haed' }),
    code: 'argument',
    message: 'model "sequential": there is no tensor "haed"; did you mean "head"?',
  },
  {
    name: 'a trained network on inputs of another shape',
    run: () => {
      const wide = input({ shape: [3] })
      return functional({ inputs: wide, outputs: sequential([dense({ units: 1 })], { inputShape: [2] }).apply(wide) })
    },
    code: 'shape',
    message: 'dense: its trained weight "kernel" has shape [2, 1], and [3, 1] is needed here; apply the network to inputs of the',
  },
  {
    name: 'a layer name that is no word',
    run: () => flatten({ name: 'a/b' }),
    code: 'argument',
    message: 'flatten: name must be a word of letters, digits, _ and -, received "a/b"',
  },
  {
    name: 'no layers',
    run: () => sequential([]),
    code: 'argument',
    message: 'sequential: expected a list of layers with at least one',
  },
  {
    name: 'a factory in place of a layer',
    run: () => sequential([untyped(dense)]),
    code: 'argument',
    message: 'expected a layer at position 1, received a function (call it: dense({ ... }))',
  },
  {
    name: 'two layers of one name',
    run: () => sequential([dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })]),
    code: 'argument',
    message: 'two layers have the name "a"',
  },
  {
    name: 'an unknown data type',
    run: () => sequential([dense({ units: 1 })], untyped({ dtype: 'float16' })),
    code: 'argument',
    message: 'sequential: dtype must be "float32" or "float64", received "float16"',
  },
  {
    name: 'an initialiser of the wrong size',
    run: () => sequential([dense({ units: 2, kernelInitializer: () => [1] })], { inputShape: [3] }),
    code: 'shape',
    message: 'initializer of "dense_1/kernel": expected 6 values for shape [3, 2], received 1',
  },
  {
    name: 'a layer that fails inside',
    run: () =>
      sequential([dense({ units: 2, activation: (t) => matmul(t, tensor([[1], [1], [1]])) })], { inputShape: [2] }),
    code: 'shape',
    message: '; in layer "dense_1"',
  },
  {
    name: 'a network beyond all memory',
    run: () => sequential([dense({ units: 1_000_000 }), dense({ units: 100_000 })], { inputShape: [1000] }),
    code: 'memory',
    message: /needs 376\.3 GiB .* make "dense_2" or its input smaller/,
  },
  {
    name: 'weights before there are any',
    run: () => sequential([dense({ units: 1 })]).getWeights(),
    code: 'state',
    message: 'getWeights: model "sequential" has no weights yet; give inputShape',
  },
  {
    name: 'a weight that is missing',
    run: () => sequential([dense({ units: 1 })], { inputShape: [1] }).setWeights([]),
    code: 'argument',
    message: 'setWeights: "dense_1/kernel" is missing',
  },
  {
    name: 'a weight of another shape',
    run: () =>
      sequential([dense({ units: 1, useBias: false })], { inputShape: [1] }).setWeights([
        { name: 'dense_1/kernel', shape: [2, 1], data: Float32Array.of(1, 2) },
      ]),
    code: 'shape',
    message: 'setWeights: "dense_1/kernel" has shape [1, 1], received [2, 1]',
  },
  {
    name: 'a weight that is NaN',
    run: () =>
      sequential([dense({ units: 1, useBias: false })], { inputShape: [1] }).setWeights([
        { name: 'dense_1/kernel', shape: [1, 1], data: Float32Array.of(NaN) },
      ]),
    code: 'data',
    message: 'setWeights: "dense_1/kernel" holds NaN at position 0',
  },
  {
    name: 'a function as JSON',
    run: () => JSON.stringify(sequential([dense({ units: 1, activation: (t) => t })])),
    code: 'unsupported',
    message: 'dense: activation is a function of your own, which JSON cannot hold',
  },
  {
    name: 'an architecture with an unknown layer',
    run: () => Model.fromJSON({ layers: [{ layer: 'lambda', code: 'process.exit()' }] }),
    code: 'argument',
    message: 'layers: unknown layer "lambda"',
  },
  {
    name: 'an architecture with an unknown key',
    run: () => Model.fromJSON({ layers: [{ layer: 'dense', units: 1 }], onLoad: 'x' }),
    code: 'argument',
    message: 'architecture: unknown option "onLoad"',
  },
  {
    name: 'an architecture that reaches into prototypes',
    run: () => Model.fromJSON(JSON.parse('{"layers":[{"layer":"__proto__"}]}')),
    code: 'argument',
    message: 'layers: unknown layer "__proto__"',
  },
  {
    name: 'an unknown loss',
    run: () => model(1, { loss: 'binary_crossentropy' }),
    code: 'argument',
    message: 'loss: unknown name "binary_crossentropy"; did you mean "binaryCrossentropy"?',
  },
  {
    name: 'no loss',
    run: () => sequential([dense({ units: 1 })]).compile(untyped({ optimizer: 'adam' })),
    code: 'argument',
    message: 'compile: the option "loss" is missing, such as "meanSquaredError"',
  },
  {
    name: 'an unknown optimiser',
    run: () => model(1, { optimizer: 'Adma' }),
    code: 'argument',
    message: 'optimizer: unknown name "Adma"; did you mean "adam"?',
  },
  {
    name: 'an optimiser with a negative rate',
    run: () => adam({ learningRate: -1 }),
    code: 'argument',
    message: 'adam: learningRate must be a number, at least 0, a schedule, or a function of the step, received -1',
  },
  {
    name: 'an unknown metric',
    run: () => model(1, { metrics: ['acuracy'] }),
    code: 'argument',
    message: 'metrics: unknown metric "acuracy"; did you mean "accuracy"?',
  },
  {
    name: 'fit before compile',
    run: () => sequential([dense({ units: 1 })]).fit(x, y, { backend }),
    code: 'state',
    message: 'fit: say how to train first: model.compile(',
  },
  {
    name: 'half an epoch',
    run: () => model().fit(x, y, { backend, epochs: 1.5 }),
    code: 'argument',
    message: 'fit: epochs must be an integer, at least 0, received 1.5',
  },
  {
    name: 'an unknown option of fit',
    run: () => model().fit(x, y, untyped({ backend, batch_size: 3 })),
    code: 'argument',
    message: 'fit: unknown option "batch_size"; did you mean "batchSize"?',
  },
  {
    name: 'NaN in the data',
    run: () =>
      model().fit(
        [
          [0, 0],
          [0, NaN],
        ],
        [0, 1],
        { backend },
      ),
    code: 'data',
    message: 'fit: x: row 2, column 2 is NaN; fill in or leave out missing values first',
  },
  {
    name: 'a number too large for float32',
    run: () =>
      model().fit(
        [
          [0, 0],
          [1e300, 0],
        ],
        [0, 1],
        { backend },
      ),
    code: 'data',
    message: 'fit: x, as float32: row 2, column 1 is Infinity',
  },
  {
    name: 'Infinity in the targets',
    run: () => model().fit(x, [0, 1, Infinity, 0], { backend }),
    code: 'data',
    message: 'fit: y: row 3 is Infinity',
  },
  {
    name: 'rows of different lengths',
    run: () => model().fit([[0, 0], [0]], [0, 1], { backend }),
    code: 'data',
    message: 'fit: x: row 2 has 1 values where row 1 has 2',
  },
  {
    name: 'text among the numbers',
    run: () => model().fit(untyped([[0, 'one']]), [0], { backend }),
    code: 'data',
    message: 'fit: x: row 1 holds string where a number was expected',
  },
  {
    name: 'data that does not fill its shape',
    run: () => model().fit({ data: new Uint8Array(5), shape: [2, 3] }, [0, 1], { backend }),
    code: 'shape',
    message: 'fit: x: shape [2, 3] has 6 elements, received 5 values',
  },
  {
    name: 'fewer targets than rows',
    run: () => model().fit(x, [0, 1], { backend }),
    code: 'shape',
    message: 'fit: x has 4 rows and y has 2; each row of x needs its target',
  },
  {
    name: 'no rows',
    run: () => model().fit({ data: new Float32Array(0), shape: [0, 2] }, new Float32Array(0), { backend }),
    code: 'data',
    message: 'fit: x has no rows',
  },
  {
    name: 'rows of another width than the model was built for',
    run: () => sequential([dense({ units: 1 })], { inputShape: [4] }).predict(x, { backend }),
    code: 'shape',
    message: 'predict: x: rows have shape [2], but the model takes [4]',
  },
  {
    name: 'class numbers for categorical cross-entropy',
    run: () => model(2, { loss: categoricalCrossentropy() }).fit(x, y, { backend }),
    code: 'shape',
    message: 'received [4]; targets must be one-hot; class numbers go with sparseCategoricalCrossentropy',
  },
  {
    name: 'one-hot targets for sparse categorical cross-entropy',
    run: () =>
      model(2, { loss: sparseCategoricalCrossentropy() }).fit(
        x,
        [
          [1, 0],
          [0, 1],
          [0, 1],
          [1, 0],
        ],
        { backend },
      ),
    code: 'shape',
    message: 'received [4, 2]; one-hot targets go with categoricalCrossentropy',
  },
  {
    name: 'a class that the network has no output for',
    run: () => model(2, { loss: 'sparseCategoricalCrossentropy' }).fit(x, [0, 1, 2, 0], { backend }),
    code: 'data',
    message: 'fit: y: row 3 is 2, but the last layer has 2 outputs, so classes are whole numbers from 0 to 1',
  },
  {
    name: 'class numbers with one output',
    run: () => model(1, { loss: 'sparseCategoricalCrossentropy' }).fit(x, [0, 0, 0, 0], { backend }),
    code: 'shape',
    message: 'sparseCategoricalCrossentropy: one output cannot tell classes apart',
  },
  {
    name: 'class numbers for the squared error of several outputs',
    run: () => model(2).fit(x, y, { backend }),
    code: 'shape',
    message: 'class numbers have to be made one-hot first',
  },
  {
    name: 'a validation part that leaves nothing',
    run: () => model().fit(x, y, { backend, validationSplit: 0.8 }),
    code: 'argument',
    message: 'fit: validationSplit 0.8 of 4 rows leaves 0 to train on and 4',
  },
  {
    name: 'sample weights of the wrong number',
    run: () => model().fit(x, y, { backend, sampleWeight: [1, 2] }),
    code: 'shape',
    message: 'sampleWeight: expected one weight for each of the 4 rows, received [2]',
  },
  {
    name: 'a negative class weight',
    run: () => model().fit(x, y, { backend, classWeight: { 0: 1, 1: -1 } }),
    code: 'argument',
    message: 'classWeight: expected class numbers with weights from 0 up',
  },
  {
    name: 'class weights with a loss that is one number',
    run: () => model(1, { loss: (p, t) => mean(p.sub(t).square()) }).fit(x, y, { backend, classWeight: { 1: 2 } }),
    code: 'argument',
    message: 'loss: weights of rows or classes need a loss for each row',
  },
  {
    name: 'a loss function that returns a number',
    run: () => model(1, { loss: untyped(() => 3) }).fit(x, y, { backend }),
    code: 'argument',
    message: 'loss: the function must return a tensor, received number',
  },
  {
    name: 'training through a step function',
    run: () =>
      sequential([dense({ units: 1, activation: 'step' })])
        .compile({ loss: 'mse' })
        .fit(x, y, { backend }),
    code: 'unsupported',
    message: 'grad: step in "dense_1" has no gradient',
  },
  {
    name: 'early stopping on validation that is not there',
    run: () => model().fit(x, y, { backend, callbacks: [earlyStopping()] }),
    code: 'argument',
    message: 'earlyStopping: there is no "valLoss" to watch, only loss; give fit a validationSplit or validationData',
  },
  {
    name: 'early stopping with negative patience',
    run: () => earlyStopping({ patience: -1 }),
    code: 'argument',
    message: 'earlyStopping: patience must be an integer, at least 0, received -1',
  },
  {
    name: 'training that diverges',
    run: () => model(1, { optimizer: { name: 'sgd', learningRate: 1e6 } }).fit(x, y, { backend, epochs: 500 }),
    code: 'nan',
    message:
      /fit: .* at epoch \d+, step 1: the first value that is not finite came from .* a lower learning rate/,
  },
  {
    name: 'training data beyond all memory',
    run: () =>
      sequential([dense({ units: 400_000 })])
        .compile({ loss: 'mse', optimizer: 'adam' })
        .fit(
          { data: new Uint8Array(1000), shape: [1, 1000] },
          { data: new Uint8Array(400_000), shape: [1, 400_000] },
          { backend },
        ),
    code: 'memory',
    message:
      /fit needs .* GiB \(weights 1\.5 GiB, gradients 1\.5 GiB, optimiser memory 3\.0 GiB.*with less memory/,
  },
  {
    name: 'a tensor that has to be computed, as data',
    run: () => model().fit(tensor([[1, 2]]).add(1), [1], { backend }),
    code: 'data',
    message: 'fit: x: expected data, received a tensor that has to be computed',
  },
  {
    name: 'class numbers for a binary cross-entropy',
    run: () => model(1, { loss: 'binaryCrossentropy' }).fit(x, [0, 1, 5, 2], { backend }),
    code: 'data',
    message: 'fit: y: row 3 is 5, but binaryCrossentropy takes targets from 0 to 1; for class numbers use',
  },
  {
    name: 'a target below 0 in a column, evaluated',
    run: () =>
      model(2, { loss: 'categoricalCrossentropy' }).evaluate(x, [[0, 1], [1, -1], [0, 1], [1, 0]], { backend }),
    code: 'data',
    message: 'evaluate: y: row 2, column 2 is -1, but categoricalCrossentropy takes targets from 0 to 1',
  },
  {
    name: 'a weight for a class that does not occur',
    run: () => model().fit(x, y, { backend, classWeight: { 0: 1, 7: 2 } }),
    code: 'argument',
    message: 'classWeight: no row has class 7; there are 0, 1',
  },
  {
    name: 'class weights for numbers',
    run: () => model().fit(x, [0.5, 1, 2, 3], { backend, classWeight: 'balanced' }),
    code: 'argument',
    message: 'classWeight: row 1 of the targets is 0.5, which is no class; for numbers use sampleWeight',
  },
  {
    name: 'class weights by an unknown word',
    run: () => model().fit(x, y, { backend, classWeight: untyped('auto') }),
    code: 'argument',
    message: "classWeight: expected class numbers with weights, such as { 0: 1, 1: 5 }, or 'balanced', received \"auto\"",
  },
  {
    name: 'an initial epoch beyond the last',
    run: () => model().fit(x, y, { backend, initialEpoch: 5, epochs: 3 }),
    code: 'argument',
    message: 'fit: initialEpoch 5 is beyond epochs 3; epochs is the number of the last epoch, so write epochs: 8 for 3 more',
  },
  {
    name: 'a callback that gives a state and takes none',
    run: () =>
      model().fit(x, y, { backend, callbacks: [{ onEpochEnd: () => undefined, getState: () => ({ values: {} }) }] }),
    code: 'argument',
    message: 'fit: callback 1 has getState alone; what is saved must also be read: write getState and setState',
  },
  {
    name: 'a state that no callback gave',
    run: () => earlyStopping().setState!({ values: { best: null, bestEpoch: 0, wait: -1 } }),
    code: 'data',
    message:
      'earlyStopping: the state to go on from holds wait = -1, expected best: number or null, bestEpoch: count, ' +
      'wait: count; give what getState gave',
  },
  {
    name: 'a state with more than a callback gave',
    run: () => earlyStopping().setState!({ values: { best: 1, bestEpoch: 0, wait: 0, cooldown: 2 } }),
    code: 'data',
    message: 'earlyStopping: the state to go on from holds cooldown = 2, expected best: number or null',
  },
  {
    name: 'a callback that sets the rate of a schedule',
    run: () =>
      model(1, { optimizer: adam({ learningRate: exponentialDecay(decay) }) }).fit(x, y, {
        backend,
        callbacks: [reduceLrOnPlateau({ monitor: 'loss' })],
      }),
    code: 'argument',
    message:
      'fit: the learning rate is set by the schedule of the optimiser (exponentialDecay) and by reduceLrOnPlateau; ' +
      'give the optimiser a number, or leave out the callback',
  },
  {
    name: 'two callbacks of which one overrides the rate of the other',
    run: () =>
      model().fit(x, y, {
        backend,
        callbacks: [
          reduceLrOnPlateau({ monitor: 'loss' }),
          learningRateScheduler({ schedule: { name: 'exponentialDecay', ...decay } }),
        ],
      }),
    code: 'argument',
    message: 'fit: the learning rate is set by reduceLrOnPlateau and by learningRateScheduler, of which one overrides',
  },
  {
    name: 'a callback of its own that sets the rate of a schedule',
    run: () =>
      model(1, { optimizer: adam({ learningRate: exponentialDecay(decay) }) }).fit(x, y, {
        backend,
        callbacks: [{ onEpochEnd: (_, __, control) => void (control.learningRate = 1) }],
      }),
    code: 'state',
    message: 'learningRate cannot be set: the optimiser has a schedule (exponentialDecay); give it a number',
  },
  {
    name: 'a function that gives no learning rate',
    run: () =>
      model().fit(x, y, { backend, callbacks: [learningRateScheduler({ schedule: untyped(() => undefined) })] }),
    code: 'argument',
    message: 'learningRate must be a number, at least 0, received undefined',
  },
  {
    name: 'a schedule of epochs that there is none of',
    run: () => learningRateScheduler({ schedule: untyped('exponentialDecai') }),
    code: 'argument',
    message: 'learningRateScheduler: schedule: unknown name "exponentialDecai"; did you mean "exponentialDecay"?',
  },
  {
    name: 'a function of epochs as JSON',
    run: () => learningRateScheduler({ schedule: () => 1 }).config,
    code: 'unsupported',
    message: 'learningRateScheduler: schedule is a function of your own, which JSON cannot hold; use one of',
  },
  {
    name: 'a factor that reduces nothing',
    run: () => reduceLrOnPlateau({ factor: 1 }),
    code: 'argument',
    message: 'reduceLrOnPlateau: factor must be a number, above 0, below 1, received 1',
  },
  {
    name: 'averages that the optimiser does not keep',
    run: () => model().fit(x, y, { backend, callbacks: [swapEmaWeights()] }),
    code: 'argument',
    message: "swapEmaWeights: the optimiser keeps no averages of the weights; give it useEma: true, such as { name: 'adam'",
  },
  {
    name: 'an error threshold without a threshold',
    run: () => errorThreshold(untyped({})),
    code: 'argument',
    message: 'errorThreshold: the option "threshold" is missing: the value that is good enough; expected a number',
  },
  {
    name: 'a growing error without validation rows',
    run: () => model().fit(x, y, { backend, callbacks: [errorGrowth()] }),
    code: 'argument',
    message: 'errorGrowth: there is no "valLoss" to watch, only loss; give fit a validationSplit or validationData',
  },
  {
    name: 'a lambda callback with a misspelt function',
    run: () => lambdaCallback(untyped({ onEpochEnded: () => undefined })),
    code: 'argument',
    message: 'lambdaCallback: the callback has the unknown method "onEpochEnded"; did you mean "onEpochEnd"?',
  },
  {
    name: 'one callback without a list',
    run: () => model().fit(x, y, { backend, callbacks: untyped(earlyStopping()) }),
    code: 'argument',
    message: 'fit: callbacks must be a list, received object; write callbacks: [earlyStopping()]',
  },
  {
    name: 'a callback that was not called',
    run: () => model().fit(x, y, { backend, callbacks: untyped([earlyStopping]) }),
    code: 'argument',
    message: 'fit: callback 1 is a function; call it, such as earlyStopping(), or write { onEpochEnd }',
  },
  {
    name: 'a callback with a misspelt method',
    run: () => model().fit(x, y, { backend, callbacks: untyped([{ onEpochEnded: () => undefined }]) }),
    code: 'argument',
    message: 'fit: callback 1 has the unknown method "onEpochEnded"; did you mean "onEpochEnd"?',
  },
  {
    name: 'a callback without methods',
    run: () => model().fit(x, y, { backend, callbacks: untyped([{ epochEnd: () => undefined }]) }),
    code: 'argument',
    message: 'fit: callback 1 has none of the methods onTrainBegin, onEpochBegin, onEpochEnd, onTestBegin, onTestEnd, onBatchEnd',
  },
  {
    name: 'a callback whose method is no function',
    run: () => model().fit(x, y, { backend, callbacks: untyped([{ onEpochEnd: 3 }]) }),
    code: 'argument',
    message: 'fit: callback 1 has "onEpochEnd", which is no function',
  },
  {
    name: "earlyStopping of a value in Python's spelling",
    run: () =>
      model().fit(x, y, { backend, validationSplit: 0.5, callbacks: [earlyStopping({ monitor: 'val_loss' })] }),
    code: 'argument',
    message: 'earlyStopping: there is no "val_loss" to watch, only loss, valLoss; did you mean "valLoss"?',
  },
  {
    name: "an option of fit in Python's spelling",
    run: () => model().fit(x, y, untyped({ backend, validation_data: [x, y] })),
    code: 'argument',
    message: 'fit: unknown option "validation_data"; did you mean "validationData"?',
  },
  {
    name: 'an option of fit that is like none',
    run: () => model().fit(x, y, untyped({ backend, workers: 3 })),
    code: 'argument',
    message: /known are: epochs, initialEpoch, stepsPerEpoch, .*, batchSize, .*validationData, .*callbacks, signal, backend, sampleWeight/,
  },
  {
    name: "Keras's verbose",
    run: () => model().fit(x, y, untyped({ backend, verbose: 0 })),
    code: 'argument',
    message: 'fit: unknown option "verbose"; fit prints nothing: show what callbacks are told',
  },
  {
    name: 'weights as plain arrays',
    run: () => sequential([dense({ units: 1 })], { inputShape: [1] }).setWeights(untyped([[[1]], [0]])),
    code: 'argument',
    message: 'setWeights: expected what getWeights gives, a list of { name, shape, data } with typed arrays; entry 1 is a list',
  },
  {
    name: 'weights whose data are a list',
    run: () =>
      sequential([dense({ units: 1, name: 'a' })], { inputShape: [1] }).setWeights(
        untyped([{ name: 'a/kernel', shape: [1, 1], data: [1] }]),
      ),
    code: 'argument',
    message: 'entry 1 is data of "a/kernel" that are no typed array',
  },
  {
    name: 'no weights at all',
    run: () => sequential([dense({ units: 1 })], { inputShape: [1] }).setWeights(untyped(undefined)),
    code: 'argument',
    message: 'setWeights: expected what getWeights gives, a list of { name, shape, data } with typed arrays, received undefined',
  },
  {
    name: 'validation rows of another width',
    run: () => model().fit(x, y, { backend, validationData: [[[1, 2, 3]], [1]] }),
    code: 'shape',
    message: 'validationData: x: rows have shape [3], but those to train on [2]',
  },
  {
    name: 'evaluating no rows of a model that knows its width',
    run: () =>
      sequential([dense({ units: 1 })], { inputShape: [4] }).compile({ loss: 'mse' }).evaluate([], [], { backend }),
    code: 'data',
    message: 'evaluate: x has no rows',
  },
  {
    name: 'a loss that ignores the prediction',
    run: () => model(1, { loss: (_, target) => target.square() }).fit(x, y, { backend }),
    code: 'argument',
    message: 'loss: the function does not use the prediction, so that the loss does not depend on any weight',
  },
  {
    name: 'a softmax over one unit',
    run: () =>
      sequential([dense({ units: 1, activation: 'softmax' })])
        .compile({ loss: 'binaryCrossentropy' })
        .fit(x, y, { backend }),
    code: 'argument',
    message: 'loss: a softmax over one unit is always 1, so that there is nothing to learn; for two classes use one unit',
  },
]

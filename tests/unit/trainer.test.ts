/** Training several networks together. */
import { describe, expect, it } from 'vitest'
import type { Model, TrainerStep } from '../../src/index.js'
import { abs, batchNormalization, dense, div, dropout, log, mean, mul, sequential, sgd, square, sub, trainer } from '../../src/index.js'

const line = (seed: number, value?: number): Model =>
  sequential([dense({ units: 1, useBias: false, ...(value !== undefined && { kernelInitializer: { name: 'constant', value } }) })],
    { inputShape: [1], dtype: 'float64', seed })
const weightOf = (network: Model): number => network.getWeights()[0]!.data[0]!

describe('trainer', () => {
  it('with one network and one loss trains as fit does, to the bit', async () => {
    const make = (): Model =>
      sequential([dense({ units: 5, activation: 'tanh', kernelRegularizer: 'l2' }), dense({ units: 1 })], { inputShape: [2], seed: 3 })
    const x = [[0, 1], [1, 1], [2, -1], [0.5, 0], [1, 2]]
    const y = [1, 0, 2, 1, 3]
    const [fitted, trained] = [make(), make()]
    fitted.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    const history = await fitted.fit(x, y, { epochs: 3, batchSize: 2, seed: 5 })
    const result = await trainer({
      networks: { net: trained },
      steps: [{ trains: 'net', loss: ({ networks, batch }) => mean(square(sub(networks.net(batch('x')), batch('y')))) }],
    }).fit({ x, y }, { epochs: 3, batchSize: 2, seed: 5 })
    expect(trained.getWeights()).toEqual(fitted.getWeights())
    expect(result.epoch).toEqual([0, 1, 2])
    expect(result.stopped).toBe('completed')
    // fit's loss holds the penalty, the trainer's does not
    expect(result.history['net']![2]).toBeLessThan(history.history['loss']![2]!)
  })

  it('lets a later step see what an earlier one changed, and changes no other network', async () => {
    const [a, b, other] = [line(0, 2), line(0, 5), line(0, 7)]
    const distance = (from: 'a' | 'b', to: number | 'a'): TrainerStep<'a' | 'b' | 'other'>['loss'] =>
      ({ networks, batch }) => mean(square(sub(networks[from](batch('x')), typeof to === 'number' ? mul(batch('x'), to) : networks[to](batch('x')))))
    const { history } = await trainer({
      networks: { a, b, other },
      steps: [
        { trains: 'a', optimizer: sgd({ learningRate: 0.25 }), loss: distance('a', 1) },
        { trains: ['b'], optimizer: sgd({ learningRate: 0.25 }), loss: distance('b', 'a') },
      ],
    }).fit({ x: [[1]] })
    // the gradient of (w - t)^2 is 2 (w - t): half the way each
    expect(weightOf(a)).toBe(1.5)
    expect(weightOf(b)).toBe(3.25)
    expect(weightOf(other)).toBe(7)
    expect(history).toEqual({ a: [1], b: [3.5 ** 2] })
  })

  it('weighs a smaller last batch by its rows, and shows more values', async () => {
    const net = line(0, 2)
    const steps = [{
      name: 'still', trains: 'net' as const, optimizer: { name: 'sgd', learningRate: 1e-300 },
      loss: ({ networks, batch }: Parameters<TrainerStep<'net'>['loss']>[0]) =>
        ({ loss: mean(square(networks.net(batch('x')))), size: mean(abs(networks.net(batch('x')))) }),
    }]
    const { history } = await trainer({ networks: { net }, steps }).fit({ x: [[1], [2], [4]] }, { batchSize: 2, epochs: 2 })
    for (const [name, value] of [['still', 4 * (1 + 4 + 16) / 3], ['still_size', 2 * 7 / 3]] as const) {
      for (const shown of history[name]!) expect(shown).toBeCloseTo(value, 12)
    }
  })

  it('draws new random numbers in each step, each call and each purpose, and the same with the same seed', async () => {
    const drawn = async (seed: number): Promise<Readonly<Record<string, readonly number[]>>> => {
      const { history } = await trainer({
        networks: { net: sequential([dropout({ rate: 0.5 })], { inputShape: [64] }), line: sequential([dense({ units: 1 })], { inputShape: [1] }) },
        steps: [{
          trains: 'line',
          loss: ({ networks, batch, normal, uniform, rows }) => ({
            loss: mean(networks.line(normal('z', [rows, 1]))),
            first: mean(networks.net(batch('x'))), second: mean(networks.net(batch('x'))),
            normal: mean(normal('z', [rows, 3])), other: mean(normal('y', [rows, 3])), uniform: mean(uniform('u', [rows, 3])),
          }),
        }],
      }).fit({ x: [new Array<number>(64).fill(1)] }, { epochs: 3, seed })
      return history
    }
    const history = await drawn(1)
    const { line: losses, ...values } = history
    expect(losses).toHaveLength(3)
    const all = Object.values(values).flat()
    expect(new Set(all).size).toBeGreaterThan(all.length - 3) // dropout's means are multiples of 1/32
    expect(values['line_first']).not.toEqual(values['line_second'])
    expect(await drawn(1)).toEqual(history)
    expect((await drawn(2))['line_normal']).not.toEqual(values['line_normal'])
  })

  it('stops at the end of a batch and keeps the weights reached', async () => {
    const net = line(0, 0)
    const controller = new AbortController()
    const epochs: number[] = []
    const steps = [{ trains: 'net' as const, optimizer: sgd({ learningRate: 0.25 }),
      loss: ({ networks, batch }: Parameters<TrainerStep<'net'>['loss']>[0]) => mean(square(sub(networks.net(batch('x')), 1))) }]
    const result = await trainer({ networks: { net }, steps }).fit({ x: [[1]] }, {
      epochs: 100, signal: controller.signal, onEpoch: (epoch, logs) => {
        epochs.push(logs['net']!)
        if (epoch === 2) controller.abort()
      },
    })
    expect(result).toEqual({ epoch: [0, 1, 2], history: { net: [1, 0.25, 0.0625] }, stopped: 'aborted' })
    expect(epochs).toEqual([1, 0.25, 0.0625])
    expect(weightOf(net)).toBe(0.875)
  })

  it('goes on with the memory of its optimisers where it is called again', async () => {
    const make = (net: Model) => trainer({ networks: { net }, steps: [{
      trains: 'net', optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9 },
      loss: ({ networks, batch }) => mean(square(sub(networks.net(batch('x')), 1))),
    }] })
    const [once, twice] = [line(0, 0), line(0, 0)]
    await make(once).fit({ x: [[1]] }, { epochs: 4 })
    const again = make(twice)
    await again.fit({ x: [[1]] }, { epochs: 3 })
    await again.fit({ x: [[1]] })
    expect(weightOf(twice)).toBe(weightOf(once))
  })

  it('moves the statistics of the networks that it trains, not those of others', async () => {
    const normalized = (): Model => sequential([batchNormalization(), dense({ units: 1 })], { inputShape: [1] })
    const [net, other] = [normalized(), normalized()]
    await trainer({ networks: { net, other }, steps: [{
      trains: 'net', loss: ({ networks, batch }) => mean(square(sub(networks.net(batch('x')), networks.other(batch('x'))))),
    }] }).fit({ x: [[3], [5]] })
    const mean1 = (one: Model): number => one.getWeights().find(({ name }) => name.endsWith('movingMean'))!.data[0]!
    expect(mean1(net)).toBeCloseTo(0.04, 6)
    expect(mean1(other)).toBe(0)
  })

  describe('refuses', () => {
    const networks = { net: line(0, 1) }
    const loss: TrainerStep<'net'>['loss'] = ({ networks: { net }, batch }) => mean(net(batch('x')))
    it.each([
      ['no steps', { networks, steps: [] }, /trainer: expected steps with at least one/],
      ['an unknown network', { networks, steps: [{ trains: 'nett' as 'net', loss }] }, /"trains" must name networks among net, received "nett"/],
      ['no loss', { networks, steps: [{ trains: 'net' as const } as never] }, /a step needs "loss"/],
      ['L-BFGS', { networks, steps: [{ trains: 'net' as const, loss, optimizer: 'lbfgs' }] }, /lbfgs takes all rows in each step/],
      ['two steps of one name', { networks, steps: [{ trains: 'net' as const, loss }, { trains: 'net' as const, loss }] }, /two steps have the name "net"/],
      ['two types', { networks: { ...networks, other: sequential([dense({ units: 1 })]) }, steps: [{ trains: 'net' as const, loss }] },
        /"other" is float32, others float64/],
    ] as const)('%s', (_, options, message) => {
      expect(() => trainer(options as never)).toThrow(message)
    })

    it.each([
      ['no data', {}, /expected at least one array of rows/],
      ['different rows', { x: [[1]], y: [1, 2] }, /x has 1 rows, y 2/],
      ['no rows', { x: { data: new Float64Array(0), shape: [0, 1] } }, /there are no rows/],
      ['NaN', { x: [[NaN]] }, /row 1, column 1 is NaN/],
    ])('%s', async (_, data, message) => {
      await expect(trainer({ networks, steps: [{ trains: 'net', loss }] }).fit(data as never)).rejects.toThrow(message)
    })

    it('rows that it was not given', async () => {
      const steps = [{ trains: 'net' as const, loss: ({ networks: { net }, batch }: Parameters<typeof loss>[0]) => mean(net(batch('real'))) }]
      await expect(trainer({ networks, steps }).fit({ x: [[1]] })).rejects.toThrow(/step "net": there are no rows named "real"; fit was given x/)
    })

    it('a loss that is no scalar', async () => {
      const steps = [{ trains: 'net' as const, loss: ({ networks: { net }, batch }: Parameters<typeof loss>[0]) => net(batch('x')) }]
      await expect(trainer({ networks, steps }).fit({ x: [[1], [2]] })).rejects.toThrow(/loss must be a scalar tensor of float64, received \[2, 1\]/)
    })

    it('to go on with NaN, names the operation, and keeps the weights of the epoch before', async () => {
      const net = line(0, 1)
      const made = trainer({ networks: { net }, steps: [{
        trains: 'net', optimizer: sgd({ learningRate: 1 }), loss: ({ networks: { net: own }, batch }) => mean(log(own(batch('x')))),
      }] })
      await expect(made.fit({ x: [[1], [1], [1]] }, { epochs: 5, batchSize: 1 })).rejects.toThrow(/in epoch \d net became .*"log".* gives NaN or Infinity/)
      expect(Number.isFinite(weightOf(net))).toBe(true)
    })

    it('a network without weights', async () => {
      const net = sequential([dense({ units: 1 })])
      await expect(trainer({ networks: { net }, steps: [{ trains: 'net', loss: ({ networks: n, batch }) => mean(div(n.net(batch('x')), 1)) }] })
        .fit({ x: [[1]] })).rejects.toThrow(/"net" has no weights yet/)
    })
  })
})

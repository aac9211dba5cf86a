/** Random programs out of every kind of body, to hunt mistakes of compilers: fusion, aliasing, state in place. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../../../src/core/index.js'
import {
  broadcastTo, constantArray, grad, isFloat, map, placeholder, RandomSource, reduce, reshape, sameShape, scalar as s, sizeOf,
  typedArray, variable,
} from '../../../src/core/index.js'
import type { InputValues } from '../../../src/backends/reference/index.js'
import * as ops from '../../../src/ops/index.js'
import { Tensor } from '../../../src/ops/index.js'

export interface RandomProgram {
  readonly outputs: readonly Node[]
  readonly updates: readonly (readonly [Variable, Node])[]
  readonly inputs: readonly Node[]
  readonly variables: readonly Variable[]
  readonly values: InputValues
}

const sizes = [0, 1, 1, 2, 3, 3, 4, 5, 5, 7, 8, 9, 16, 17]
const tensor = (node: Node): Tensor => new Tensor(node)

/** The program of a number: the same one each time. `depth` operations are applied one after another. */
export function randomProgram(seed: number, depth: number, float: FloatType): RandomProgram {
  return new Builder(seed, float).build(depth)
}

class Builder {
  private readonly random: RandomSource
  /** Floats to build on; later ones are picked more often. */
  private readonly pool: Node[] = []
  private readonly inputs: Node[] = []
  private readonly variables: Variable[] = []
  private readonly values = new Map<Node, TypedArray>()

  constructor(seed: number, private readonly float: FloatType) {
    this.random = new RandomSource(seed, 'random graphs')
  }

  build(depth: number): RandomProgram {
    const shapes = Array.from({ length: 2 }, () => this.shape())
    for (let i = 0; i < 4; i++) this.leaf(this.pick([...shapes, ...shapes, this.shape()]))
    if (this.variables.length === 0) this.addVariable(this.pick(shapes))
    if (this.chance(0.7)) this.addVariable(this.pick(this.variables).shape)
    for (let i = 0; i < depth; i++) this.pool.push(this.grow(this.node()))
    const outputs = Array.from({ length: 1 + this.random.integer(3) }, () => this.node())
    if (this.chance(0.5)) outputs.push(...this.gradients())
    return { outputs, updates: this.updates(), inputs: this.inputs, variables: this.variables, values: this.values }
  }

  private chance(probability: number): boolean {
    return this.random.uniform() < probability
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.integer(from.length)]!
  }

  private shape(): number[] {
    return Array.from({ length: this.pick([0, 1, 1, 2, 2, 2, 2, 3]) }, () => this.pick(sizes))
  }

  private draw(shape: Shape): TypedArray {
    return typedArray(this.float, Array.from({ length: sizeOf(shape) }, () => Math.fround(4 * this.random.uniform() - 2)))
  }

  private ints(shape: Shape, below: number): Node {
    return constantArray(shape, Int32Array.from({ length: sizeOf(shape) }, () => this.random.integer(below)))
  }

  private leaf(shape: Shape): void {
    const kind = this.random.integer(4)
    if (kind < 2) {
      this.addVariable(shape)
    } else if (kind === 2) {
      const node = placeholder(`x${this.inputs.length}`, shape, this.float)
      this.inputs.push(node)
      this.values.set(node, this.draw(shape))
      this.pool.push(node)
    } else {
      this.pool.push(constantArray(shape, this.draw(shape)))
    }
  }

  private addVariable(shape: Shape): void {
    const made = variable(`v${this.variables.length}`, shape, this.draw(shape))
    this.variables.push(made)
    this.pool.push(made)
  }

  private node(): Node {
    const recent = this.chance(0.6) ? Math.max(0, this.pool.length - 3) : 0
    return this.pool[recent + this.random.integer(this.pool.length - recent)]!
  }

  /** A node made to have a shape: broadcast where it stretches, else its elements repeated, cut or summed. */
  private fit(node: Node, shape: Shape): Node {
    if (sameShape(node.shape, shape)) return node
    if (sizeOf(node.shape) === sizeOf(shape)) return reshape(node, shape)
    const lead = shape.length - node.shape.length
    if (lead >= 0 && node.shape.every((n, i) => n === 1 || n === shape[lead + i])) return broadcastTo(node, shape)
    const total = reduce('add', node, node.shape.map((_, i) => i))
    return broadcastTo(map(s.tanh(s.arg(0)), [total], total), shape)
  }

  private grow(x: Node): Node {
    const kinds = [
      () => this.unary(x), () => this.unary(x), () => this.binary(x), () => this.binary(x), () => this.several(x),
      () => this.positioned(x), () => this.viewed(x), () => this.viewed(x), () => this.placed(x), () => this.reduced(x),
      () => this.reduced(x), () => this.product(x), () => this.product(x), () => this.indexed(x), () => this.composed(x),
    ]
    const grown = this.pick(kinds)()
    return sizeOf(grown.shape) > 4000 ? reduce('add', grown, [0]) : grown
  }

  private unary(x: Node): Node {
    const a = s.arg(0)
    return map(this.pick([
      s.neg(a), s.mul(0.5, a), s.add(a, 1), s.tanh(a), s.exp(s.neg(s.mul(a, a))), s.sqrt(s.add(1, s.mul(a, a))), s.sin(a),
      s.div(a, s.add(1, s.abs(a))), s.log1p(s.abs(a)), s.erf(a),
    ]), [x], x)
  }

  private binary(x: Node): Node {
    const y = this.fit(this.node(), x.shape)
    const a = s.arg(0), b = s.arg(1)
    const expr = this.pick([s.add(a, b), s.sub(a, b), s.sub(b, a), s.mul(a, b), s.div(a, s.add(1, s.mul(b, b)))])
    return map(expr, [x, y], x)
  }

  private several(x: Node): Node {
    const y = this.fit(this.node(), x.shape), z = this.fit(this.node(), x.shape)
    return map(s.add(s.mul(s.tanh(s.arg(0)), s.arg(1)), s.mul(0.25, s.arg(2))), [x, y, z], x)
  }

  /** Positions, ints, random bits. */
  private positioned(x: Node): Node {
    const axis = x.shape.length - 1
    if (axis < 0) return this.unary(x)
    const even = s.eq(s.and(s.coordinate(this.random.integer(axis + 1)), 1), 0)
    const bits = s.scalar('bits', [1, 2, 3, 4].map((n) => s.constant(n, 'int')))
    const ints = map(this.pick([s.coordinate(axis), s.and(bits, 255), s.toInt(s.constant(2.5))]), [],
      { shape: x.shape, dtype: 'int32' })
    const number = s.mul(0.01, s.toFloat(s.arg(1, 'int')))
    return map(this.pick([s.select(even, s.arg(0), number), s.add(s.arg(0), number)]), [x, ints], x)
  }

  private viewed(x: Node): Node {
    const rank = x.shape.length
    if (rank === 0) return broadcastTo(x, this.shape())
    const axis = this.random.integer(rank)
    const others = x.shape.filter((_, i) => i !== axis)
    return this.pick([
      () => ops.transpose(tensor(x), [...this.random.permutation(rank)]).node,
      () => ops.flip(tensor(x), axis).node,
      () => ops.slice(tensor(x), x.shape.map((n) => this.random.integer(Math.max(1, n))), null,
        x.shape.map(() => this.pick([1, 1, 2, -1]))).node,
      () => reshape(x, [sizeOf(x.shape)]),
      () => reshape(ops.transpose(tensor(x)).node, [...others, x.shape[axis]!]),
      () => broadcastTo(x, [this.pick([1, 2, 3]), ...x.shape]),
    ])()
  }

  private placed(x: Node): Node {
    if (x.shape.length === 0) return this.unary(x)
    const axis = this.random.integer(x.shape.length)
    const other = this.fit(this.node(), x.shape)
    return this.pick([
      () => ops.pad(tensor(x), x.shape.map(() => [this.random.integer(2), this.random.integer(3)] as const),
        this.pick([0, 1.5])).node,
      () => ops.concat([tensor(x), tensor(other)], axis).node,
      () => ops.concat([tensor(x), tensor(x), tensor(other)], axis).node,
      () => ops.stack([tensor(other), tensor(x)], axis).node,
    ])()
  }

  private reduced(x: Node): Node {
    const axes = x.shape.flatMap((n, i) => (n > 0 && this.chance(0.5) ? [i] : []))
    const smaller = reduce(this.pick(['add', 'add', 'max', 'min'] as const), x, axes)
    if (this.chance(0.5)) return smaller
    const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n))
    return map(s.sub(s.arg(0), s.mul(0.5, s.arg(1))), [x, broadcastTo(reshape(smaller, kept), x.shape)], x)
  }

  private product(x: Node): Node {
    const rank = x.shape.length
    if (rank < 2) return rank === 0 ? this.unary(x) : this.product(reshape(x, this.pick([[1, sizeOf(x.shape)], [sizeOf(x.shape), 1]])))
    const inner = x.shape.at(-1)!
    const y = this.fit(this.node(), this.pick([[inner, this.pick(sizes)], [inner, inner], [...x.shape.slice(0, -2), inner, 3]]))
    const right = this.chance(0.4) && y.shape.length === 2 ? ops.transpose(tensor(this.fit(y, [y.shape[1]!, inner]))) : tensor(y)
    const product = ops.matmul(tensor(x), right).node
    // bias and activation, for epilogues
    if (this.chance(0.5)) return product
    const bias = broadcastTo(this.fit(this.node(), [product.shape.at(-1)!]), product.shape)
    return map(s.tanh(s.add(s.arg(0), s.arg(1))), [product, bias], product)
  }

  private indexed(x: Node): Node {
    const rows = x.shape[0] ?? 0
    if (rows === 0) return this.unary(x)
    const indices = tensor(this.ints(this.pick([[3], [5], [rows], [2, 2], [17]]), rows))
    if (this.chance(0.6)) return ops.gather(tensor(x), indices).node
    return ops.scatterAdd(tensor(this.ints([rows], 4)), tensor(x), this.pick([4, 9])).node
  }

  private composed(x: Node): Node {
    const axis = x.shape.length - 1
    if (axis < 0 || x.shape[axis] === 0) return this.unary(x)
    return this.pick([
      () => ops.softmax(tensor(x), { axis }), () => ops.logsumexp(tensor(x), { axis }), () => ops.variance(tensor(x), { axis }),
      () => ops.gelu(tensor(x)), () => ops.sigmoid(tensor(x)),
    ])().node
  }

  private gradients(): Node[] {
    const of = this.node()
    const loss = reduce('add', map(s.tanh(s.arg(0)), [of], of), of.shape.map((_, i) => i))
    return grad(loss, this.variables)
  }

  /** New values of variables: results, each other's values, rearrangements of their own. */
  private updates(): [Variable, Node][] {
    const updates = new Map<Variable, Node>()
    for (const v of this.variables) {
      const twin = this.variables.find((other) => other !== v && sameShape(other.shape, v.shape))
      if (twin && this.chance(0.3) && !updates.has(twin)) {
        updates.set(v, twin)
        updates.set(twin, v)
      }
      if (updates.has(v) || this.chance(0.2)) continue
      const fitted = this.fit(this.node(), v.shape)
      updates.set(v, this.pick([
        () => map(s.sub(s.arg(0), s.mul(0.1, s.arg(1))), [v, fitted], v),
        () => fitted,
        () => this.fit(ops.transpose(tensor(v)).node, v.shape),
        () => (v.shape.length > 0 ? ops.flip(tensor(v), 0).node : v),
        () => map(s.add(s.arg(0), s.mul(0.5, s.arg(1))),
          [v, v.shape.length > 0 ? ops.flip(tensor(v)).node : fitted], v),
        () => map(s.mul(0.5, s.arg(0)), [this.fit(this.product(v), v.shape)], v),
        () => (twin ? map(s.sub(s.arg(0), s.arg(1)), [twin, v], v) : v),
      ])())
    }
    return [...updates].filter(([, node]) => isFloat(node.dtype))
  }
}

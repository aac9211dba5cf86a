/** Options that several kinds of things have: a name, and a shape of rows. */
import type { Shape } from '../core/index.js'
import type { Parameter } from './parameters.js'

export const nameParameter: Parameter<string, string, false> = {
  type: 'name',
  help: 'the name in messages and of the weights; default: the kind and a number, such as dense_1',
  required: false,
  allowed: 'a word of letters, digits, _ and -',
  read: (value) => (typeof value === 'string' && /^[A-Za-z][\w-]*$/.test(value) ? value : undefined),
  write: (value) => value,
}

export const shapeParameter: Parameter<Shape, Shape, true> = {
  type: 'list',
  help: 'the shape of one row of input',
  required: true,
  allowed: 'a list of sizes, such as [784] or [28, 28]',
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((n) => Number.isSafeInteger(n) && (n as number) > 0)
      ? (value as number[])
      : undefined,
  write: (value) => value,
}

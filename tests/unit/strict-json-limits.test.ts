/** What becomes of JSON beyond the limits, which are made small here. */
import { expect, it, vi } from 'vitest'
import { parseStrictJson, writeStrictJson } from '../../src/formats/strict-json.js'

vi.mock('../../src/formats/json-limits.js', () => ({ maxJsonKeys: 3, maxJsonValues: 6 }))

const parse = (text: string) => () => parseStrictJson(text, 'test')
const refusal = (message: string): Error =>
  expect.objectContaining({ code: 'file', message: expect.stringContaining(message) as string }) as Error

it('reads up to the limits', () => {
  expect(parse('{"a":{"b":1},"c":[2,3]}')()).toEqual({ a: { b: 1 }, c: [2, 3] })
})

it('writes up to the limits', () => {
  const document = { a: { b: 1 }, c: [2, 3], left: undefined }
  expect(parse(writeStrictJson(document, 'test'))()).toEqual({ a: { b: 1 }, c: [2, 3] })
})

it.each([
  [{ a: { b: 1, c: 2 }, d: 3 }, 'test.d is key 4 of the document; at most 3 keys are written, as no more are read'],
  [[1, [], {}, '', null, 2, 3], 'test[5] is value 7 of the document; at most 6 values are written'],
])('refuses to write %j', (value, message) => {
  expect(() => writeStrictJson(value, 'test'))
    .toThrow(expect.objectContaining({ code: 'argument', message: expect.stringContaining(message) as string }) as Error)
})

// what follows is no JSON, which shows that nothing behind the limit is read
it.each([
  ['{"a":{"b":1,"c":2},"d"?', 'test: more than 3 keys'],
  ['[1,[],{},"",null,?', 'test: more than 6 values'],
])('%s', (text, message) => expect(parse(text)).toThrow(refusal(message)))

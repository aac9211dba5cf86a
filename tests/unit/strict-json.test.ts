import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson, writeStrictJson } from '../../src/formats/strict-json.js'

const parse = (text: string): unknown => parseStrictJson(text, 'test')

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      if (/"(__proto__|constructor|prototype)":/.test(text)) return
      expect(parse(text)).toEqual(JSON.parse(text))
    }))
    expect(parse(' {"a" : [ ] , "b":{ },"c":[1.5e-3,-0,true,false,null,"\\u00e4\\n\\ud83d\\ude00"]}\r\n')).toEqual(
      { a: [], b: {}, c: [1.5e-3, -0, true, false, null, 'ä\n😀'] })
  })

  it('refuses what JSON.parse refuses', () => {
    const texts = ['', ' ', '{', '[', '"', '"\\', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '[1', '[1,', '[1,]',
      '{a:1}', "{'a':1}", '01', '+1', '.5', '1.', '1e', 'nul', 'NaN', 'Infinity', 'undefined', '1 2', '[1]]', '"\n"',
      '"\\x41"', '"\\u12g4"', '\ufeff{}', '// {}', '{"a" 1}', '[1 2]', 'truefalse']
    for (const text of texts) expect(() => parse(text), text).toThrow(/^test: /)
  })

  it('refuses what JSON.parse would take in silence', () => {
    expect(() => parse('{"a":1,"\\u0061":2}')).toThrow('test: the key "a" occurs twice')
    expect(() => parse('{"__proto__":{"admin":true}}')).toThrow('the key "__proto__" is not allowed')
    expect(() => parse('{"a":[{"\\u0063onstructor":1}]}')).toThrow('the key "constructor" is not allowed')
    expect(() => parse('{"prototype":1}')).toThrow('the key "prototype" is not allowed')
    expect(() => parse('[1e999]')).toThrow('the number 1e999 does not fit in float64')
    expect(() => parse('['.repeat(65) + ']'.repeat(65))).toThrow('nested deeper than 64 levels')
    expect(() => parse('['.repeat(1e6))).toThrow('nested deeper than 64 levels')
    expect(parse('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array)
  })

  it('takes a string of millions of escapes', () => {
    expect(parse(JSON.stringify('"\n'.repeat(2e6)))).toHaveLength(4e6)
  })
})

describe('writeStrictJson', () => {
  it('writes plain values and leaves out undefined properties', () => {
    expect(writeStrictJson({ a: [1, 'x', null, true], b: undefined, c: Object.create(null) }, 'run')).toBe(
      '{"a":[1,"x",null,true],"c":{}}')
  })

  it('refuses, with its path, what JSON would lose', () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const cases: [unknown, string | RegExp][] = [
      [{ train: { rates: [1, NaN] } }, 'run.train.rates[1] is NaN: JSON holds'],
      [Infinity, 'run is Infinity'], [undefined, 'run is undefined'], [[undefined], 'run[0] is undefined'],
      [{ f: () => 1 }, 'run.f is a function'], [{ n: 1n }, 'run.n is a bigint'],
      [{ s: Symbol('s') }, 'run.s is a symbol'],
      [{ w: new Float32Array(1) }, 'run.w is an instance of Float32Array'], [{ d: new Date(0) }, 'an instance of Date'],
      [{ m: new Map() }, 'an instance of Map'], [JSON.parse('{"__proto__":1}'), 'run has the key "__proto__"'],
      [circular, /^run(\.self){64} is nested deeper than 64 levels/],
    ]
    for (const [value, message] of cases) expect(() => writeStrictJson(value, 'run')).toThrow(message)
  })
})

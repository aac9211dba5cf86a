/** JSON lines: objects become rows, keys become columns. */
import { describe, expect, it } from 'vitest'
import { makeTable, parseJsonLines } from '../../src/data/index.js'

const lines = [
  '{"age": 42, "sex": "f", "smokes": true}', '', '{"sex": null, "age": -1.5e3, "__proto__": "x"}',
  '{"smokes": false, "constructor": 1}',
]

describe('parseJsonLines', () => {
  it('makes columns of keys, in order of appearance; what is lacking is missing', () => {
    expect(parseJsonLines(`\ufeff${lines.join('\r\n')}`, { source: 'a' })).toEqual(makeTable([
      ['age', [42, -1500, NaN]], ['sex', ['f', null, null]], ['smokes', ['true', null, 'false']],
      ['__proto__', [null, 'x', null]], ['constructor', [NaN, NaN, 1]],
    ], { source: 'a' }))
  })

  it('makes texts of the numbers of a column that is known to hold categories', () => {
    const { columns } = parseJsonLines('{"code": 7}\n{"code": 10}', { kinds: new Map([['code', 'categorical']]) })
    expect(columns[0]).toMatchObject({ kind: 'categorical', categories: ['7', '10'] })
  })
})

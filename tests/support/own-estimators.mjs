/** Estimators and a scorer of one's own, for searches in threads: this module is read by all of them. */
import { existsSync, writeFileSync } from 'node:fs'
import { Estimator } from '../../dist/estimators/index.js'

const any = (help, usual) => ({
  type: 'name', help, required: false, default: usual, allowed: 'anything', read: (value) => value, write: (value) => value,
})
const parameters = { level: any('what it predicts', 0), trouble: any('what goes wrong', 'none'), file: any('a file', '') }

/** Predicts a constant, if nothing goes wrong. */
export class Constant extends Estimator {
  estimatorType = 'regressor'

  constructor(options) {
    super('Constant', parameters, options)
  }

  async fit(X) {
    const { trouble, file } = this.params
    this.learnFeatures(X)
    if (trouble === 'throws') throw new Error('this one cannot be fitted')
    if (trouble === 'dies once' && !existsSync(file)) {
      writeFileSync(file, '')
      process.exit(3)
    }
    if (trouble === 'dies') process.exit(4)
    if (trouble === 'eats') for (const eaten = [[]]; ; eaten.push(new Array(1e6).fill(eaten.length)));
    if (trouble === 'slow') await new Promise((done) => setTimeout(done, 60_000))
    return this
  }

  async predict(X) {
    return Array.from(X.data ?? X, () => this.params.level).slice(0, X.shape?.[0] ?? X.length)
  }
}

/** Greater is better. */
export async function nearness(estimator, X, y) {
  const values = await estimator.predict(X)
  return -values.reduce((sum, value, i) => sum + Math.abs(value - y[i]), 0)
}

/** A plan as text: what is computed where, in the order in which it runs. */
import type { Scalar } from '../core/index.js'
import { scalar, shapeText } from '../core/index.js'
import { inputName } from '../core/index.js'
import type { Arena } from './memory.js'
import { bytesFor } from './memory.js'
import type { Access, Buffer, Plan, Step, Store } from './plan.js'

const nameOf = (buffer: Buffer): string =>
  buffer.home === 'scratch' ? `%${buffer.id}` : buffer.home === 'constant' ? `const%${buffer.id}` : inputName(buffer.node)

function accessText({ buffer, layout, index }: Access): string {
  const at = layout.strides.map((stride, axis) => (stride === 0 ? '' : stride === 1 ? `i${axis}` : `${stride}*i${axis}`))
  const terms = [...at.filter(Boolean), ...(layout.offset ? [String(layout.offset)] : [])]
  if (index) terms.unshift(`${index.step}*${accessText(index.access)}`)
  return `${nameOf(buffer)}[${terms.join('+') || '0'}]`
}

function stepText(step: Step, number: number): string {
  const names = step.accesses.map(accessText)
  const text = (value: Scalar): string => {
    const full = scalar.scalarText(value, [...names, ...(step.kind === 'loop' ? step.reductions.map((_, i) => `r${i}`) : ['result'])])
    return full.length > 160 ? `${full.slice(0, 157)}...` : full
  }
  const storeText = ({ access, value }: Store): string => `    ${accessText(access)} = ${text(value)}`
  const lines = [`${String(number).padStart(3)} ${step.kind} ${shapeText(step.domain)} ${step.label}`]
  if (step.kind === 'kernel') lines.push(`    result = ${step.op.name}(${step.operands.map(operandText).join(', ')})`)
  lines.push(...step.stores.map(storeText))
  if (step.kind === 'loop') {
    const axes = step.reduced.flatMap((r, i) => (r ? [i] : []))
    step.reductions.forEach(({ combine, value }, i) => lines.push(`    r${i} = ${combine} over ${shapeText(axes)} of ${text(value)}`))
    lines.push(...step.after.map(storeText))
  }
  return lines.join('\n')
}

const operandText = ({ buffer, layout }: Access): string => `${nameOf(buffer)} ${shapeText(layout.shape)} strides ${shapeText(layout.strides)}`

export function explainPlan(plan: Plan, arena: Arena): string {
  const buffers = plan.buffers.map((buffer) => {
    const at = arena.offsets.get(buffer)
    return `  ${nameOf(buffer)}: ${buffer.dtype} x ${buffer.size}, ${buffer.home}, ${bytesFor(buffer)} bytes` +
      `${at === undefined ? '' : ` at ${at}`}`
  })
  return [
    `${plan.steps.length} steps, ${plan.buffers.length} buffers, arena ${arena.bytes} bytes`,
    ...plan.steps.map(stepText), 'buffers', ...buffers,
  ].join('\n')
}

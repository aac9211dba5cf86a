/**
 * The line search of Moré and Thuente (1994, "Line search algorithms with guaranteed sufficient decrease"), in the form
 * of MINPACK-2's dcsrch with the numbers that L-BFGS-B gives it: sufficient decrease 1e-3, curvature 0.9, interval 0.1.
 */

/** A value and a slope along the line. */
export interface LinePoint {
  readonly step: number
  readonly value: number
  readonly slope: number
}

const sufficientDecrease = 1e-3
const curvature = 0.9
const smallestInterval = 0.1
const longest = 1e10

/**
 * A search for a step that satisfies the strong Wolfe conditions. `next` tells what came out at the step that is being
 * tried, and gives the next step to try, or null when the present one is to be taken.
 */
export class LineSearch {
  private bracketed = false
  /** Until a point with a sufficient decrease and a rising slope is seen, a changed function is searched. */
  private early = true
  private width = longest
  private widthBefore = 2 * longest
  private least = 0
  private most: number
  private best: LinePoint
  private other: LinePoint

  /** @param start the point at step 0, whose slope is below 0 */
  constructor(
    private readonly start: LinePoint,
    step: number,
  ) {
    this.best = this.other = start
    this.most = 5 * step
  }

  next(tried: LinePoint): number | null {
    const { start, best, other } = this
    const { step, value, slope } = tried
    const line = sufficientDecrease * start.slope
    const enough = start.value + step * line
    if (this.early && value <= enough && slope >= 0) this.early = false
    const stuck = this.bracketed && (step <= this.least || step >= this.most)
    const narrow = this.bracketed && this.most - this.least <= smallestInterval * this.most
    const farthest = step === longest && value <= enough && slope <= line
    const nearest = step === 0 && (value > enough || slope >= line)
    const found = value <= enough && Math.abs(slope) <= curvature * -start.slope
    if (stuck || narrow || farthest || nearest || found) return null

    // while no point is low enough, lines of the least decrease asked for are taken off
    const tilt = this.early && value <= best.value && value > enough ? line : 0
    const tilted = (p: LinePoint): LinePoint => ({ step: p.step, value: p.value - p.step * tilt, slope: p.slope - tilt })
    const straight = (p: LinePoint): LinePoint => ({ step: p.step, value: p.value + p.step * tilt, slope: p.slope + tilt })
    const cubic = trialStep(tilted(best), tilted(other), tilted(tried), this.bracketed, this.least, this.most)
    this.bracketed = cubic.bracketed
    this.best = straight(cubic.best)
    this.other = straight(cubic.other)
    let next = cubic.step

    const near = this.best.step, far = this.other.step
    if (this.bracketed) {
      if (Math.abs(far - near) >= 0.66 * this.widthBefore) next = near + 0.5 * (far - near)
      this.widthBefore = this.width
      this.width = Math.abs(far - near)
      this.least = Math.min(near, far)
      this.most = Math.max(near, far)
    } else {
      this.least = next + 1.1 * (next - near)
      this.most = next + 4 * (next - near)
    }
    next = Math.min(Math.max(next, 0), longest)
    const hopeless = this.bracketed &&
      (next <= this.least || next >= this.most || this.most - this.least <= smallestInterval * this.most)
    return hopeless ? near : next
  }
}

/** MINPACK-2's dcstep: a safeguarded step by cubic and quadratic interpolation, and the interval that holds a minimum. */
function trialStep(
  best: LinePoint,
  other: LinePoint,
  tried: LinePoint,
  bracketed: boolean,
  least: number,
  most: number,
): { step: number, best: LinePoint, other: LinePoint, bracketed: boolean } {
  const { step: sx, value: fx, slope: dx } = best
  const { step: sy, value: fy, slope: dy } = other
  const { step: sp, value: fp, slope: dp } = tried
  const turned = dp * (dx / Math.abs(dx)) < 0
  const secant = sp + (dp / (dp - dx)) * (sx - sp)
  const cubicThrough = (s: number, f: number, d: number, sign: boolean, atLeast: number) => {
    const theta = 3 * (f - fp) / (sp - s) + d + dp
    const scale = Math.max(Math.abs(theta), Math.abs(d), Math.abs(dp))
    const ratio = theta / scale
    const root = scale * Math.sqrt(Math.max(atLeast, ratio * ratio - (d / scale) * (dp / scale)))
    return { theta, gamma: sign ? -root : root }
  }
  let step: number
  if (fp > fx) {
    // higher: the minimum lies between
    const { theta, gamma } = cubicThrough(sx, fx, dx, sp < sx, -Infinity)
    const cubic = sx + ((gamma - dx + theta) / (gamma - dx + gamma + dp)) * (sp - sx)
    const quadratic = sx + (dx / ((fx - fp) / (sp - sx) + dx) / 2) * (sp - sx)
    step = Math.abs(cubic - sx) < Math.abs(quadratic - sx) ? cubic : cubic + (quadratic - cubic) / 2
    bracketed = true
  } else if (turned) {
    // lower, and the slope has turned: the minimum lies between
    const { theta, gamma } = cubicThrough(sx, fx, dx, sp > sx, -Infinity)
    const cubic = sp + ((gamma - dp + theta) / (gamma - dp + gamma + dx)) * (sx - sp)
    step = Math.abs(cubic - sp) > Math.abs(secant - sp) ? cubic : secant
    bracketed = true
  } else if (Math.abs(dp) < Math.abs(dx)) {
    // lower, and flatter: the cubic may have its minimum beyond, or none
    const { theta, gamma } = cubicThrough(sx, fx, dx, sp > sx, 0)
    const ratio = (gamma - dp + theta) / (gamma + (dx - dp) + gamma)
    const cubic = ratio < 0 && gamma !== 0 ? sp + ratio * (sx - sp) : sp > sx ? most : least
    const cubicIsNearer = Math.abs(cubic - sp) < Math.abs(secant - sp)
    if (bracketed) {
      step = cubicIsNearer ? cubic : secant
      const limit = sp + 0.66 * (sy - sp)
      step = sp > sx ? Math.min(limit, step) : Math.max(limit, step)
    } else {
      const farther = Math.abs(cubic - sp) > Math.abs(secant - sp) ? cubic : secant
      step = Math.max(least, Math.min(most, farther))
    }
  } else if (bracketed) {
    // lower, and no flatter
    const { theta, gamma } = cubicThrough(sy, fy, dy, sp > sy, -Infinity)
    step = sp + ((gamma - dp + theta) / (gamma - dp + gamma + dy)) * (sy - sp)
  } else {
    step = sp > sx ? most : least
  }
  if (fp > fx) return { step, best, other: tried, bracketed }
  return { step, best: tried, other: turned ? best : other, bracketed }
}

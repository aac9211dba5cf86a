/** What tests take out of Markdown pages: code blocks, tables, links, and what a block says that it prints. */
import { inspect } from 'node:util'

export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** Of the opening fence, from 1. */
  readonly line: number
}

/** The fenced code blocks of a page. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { language: string; line: number; lines: string[] } | undefined
  page.split('\n').forEach((line, i) => {
    const fence = /^```(\w*)$/.exec(line)
    if (!fence) open?.lines.push(line)
    else if (open) {
      blocks.push({ language: open.language, text: open.lines.join('\n'), line: open.line })
      open = undefined
    } else open = { language: fence[1]!, line: i + 1, lines: [] }
  })
  if (open) throw new Error(`the code block of line ${open.line} has no end`)
  return blocks
}

/** The rows of all tables, as cells without the rules below their heads. */
export const tableRows = (page: string): string[][] => page.split('\n')
  .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
  .map((line) => line.slice(1, line.lastIndexOf('|')).split('|').map((cell) => cell.trim()))

/** What stands in backticks outside of code blocks. */
export function inlineCode(text: string): string[] {
  return [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!)
}

/** The targets of links that stay in the repository. */
export const localLinks = (page: string): string[] =>
  [...page.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!).filter((target) => !/^[a-z]+:/.test(target))

/** What a block says that each of its `console.log(...)` prints: the comment at the end of that line. */
export function expectedPrints({ text, line }: CodeBlock): string[] {
  return text.split('\n').flatMap((code, i) => {
    if (!/^\s*console\.log\(/.test(code)) return []
    const comment = /\) \/\/ (.+)$/.exec(code)
    if (!comment) throw new Error(`line ${line + 1 + i}: a console.log without a comment that says what it prints`)
    return [comment[1]!]
  })
}

/** What `console.log` prints, in one line and without the spaces inside of brackets. */
export const printed = (values: readonly unknown[]): string => values
  .map((value) => (typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: null })))
  .join(' ').replace(/([[{]) /g, '$1').replace(/ ([\]}])/g, '$1')

/** A line of output without what differs from run to run and from machine to machine. */
const shape = (line: string): string => line
  .replace(/[·]/g, '0').replace(/\d[\d,.]*(e[+-]?\d+)?/g, '#').replace(/# (ms|s|min|h)\b/g, '# time')
  .replace(/[─-]{2,}/g, '-').replace(/\s+/g, ' ').trim()

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Compares the shape of an output with what a page shows: numbers, times and widths may differ, empty lines do not
 * count, `...` stands for any lines, and inside of a line for any text.
 *
 * @returns the first line of the page that is not there, or what there is beyond its last one; undefined if all is well
 */
export function outputProblem(shown: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(shape).filter((line) => line !== '')
  let at = 0
  let anywhere = false
  for (const line of shown) {
    if (line.trim() === '') continue
    if (line.trim() === '...') {
      anywhere = true
      continue
    }
    const pattern = new RegExp(`^${line.split('...').map((part) => escaped(shape(part))).join('.*')}$`)
    const found = lines.findIndex((actual, i) => i >= at && pattern.test(actual))
    if (found < 0 || (!anywhere && found !== at)) return `"${line}" is not there; the next line is "${lines[at] ?? ''}"`
    at = found + 1
    anywhere = false
  }
  return anywhere || at === lines.length ? undefined : `there is more: "${lines[at]}"`
}

/** Files that a page shows: a fenced block below a line that ends in the name of the file and a colon. */
export const shownFiles = (page: string): { name: string; text: string }[] =>
  [...page.matchAll(/`([\w.-]+)`:\n\n```\w+\n([^]*?\n)```/g)].map(([, name, text]) => ({ name: name!, text: text! }))

export interface Command {
  /** Without the `$ ` before it. */
  readonly command: string
  /** Of the page, from 1. */
  readonly line: number
  /** What the page shows of its output. */
  readonly shown: string[]
}

/** The commands of a page's `console` blocks. */
export function commandsOf(page: string): Command[] {
  const commands: Command[] = []
  for (const { text, line } of codeBlocks(page).filter(({ language }) => language === 'console')) {
    text.split('\n').forEach((shown, i) => {
      if (shown.startsWith('$ ')) commands.push({ command: shown.slice(2), line: line + 1 + i, shown: [] })
      else commands.at(-1)!.shown.push(shown)
    })
  }
  return commands
}

/**
 * An output without times and speeds, and without the lines of progress between the first and the last epoch, which
 * come when a second has passed. Everything else is the same on every machine.
 */
export const timeless = (output: string): string => output.trimEnd().split('\n')
  .filter((line) => !/^epoch +(?!1\/)\d+\/\d+ .* left$/.test(line))
  .map((line) => line
    .replace(/^(epoch .*?)(  [\d,]+ samples\/s)?(  \S+( \S+)* left)?$/, '$1')
    .replace(/ in .*?, [\d,]+ samples\/s/, ' in TIME').trimEnd())
  .join('\n')

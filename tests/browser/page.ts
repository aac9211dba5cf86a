/** A page in a real Chromium on which tests run functions of the built library. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, extname, join, normalize } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/usr/bin/chromium', '/snap/bin/chromium', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The browser of `$CHROMIUM_PATH`, of `$PATH`, or of the usual places; undefined when there is none. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const onPath = (process.env.PATH ?? '').split(delimiter)
    .flatMap((folder) => commands.map((command) => join(folder, command)))
  return [...onPath, ...places].find((file) => existsSync(file))
}

/** Why browser tests cannot run here, for `test.skip`; undefined when they can. In CI they must, so it never skips. */
export function whyNoBrowser(): string | undefined {
  if (process.env.CI || findChromium() !== undefined) return undefined
  return 'no Chromium found: install chromium, or set CHROMIUM_PATH'
}

/** The main entry, data and runs in one. */
export type Library = typeof import('../../src/index.js') & typeof import('../../src/data/index.js') &
  typeof import('../../src/run/index.js')

export interface OpenPage {
  readonly page: Page
  /**
   * Runs a function in the page with the built library and returns its result, which has to be JSON, as the argument
   * has. The function is sent as source text: it may use nothing from around it.
   */
  run<R, A = undefined>(task: (library: Library, argument: A) => R | Promise<R>, argument?: A): Promise<R>
  /** Everything that went wrong on the page so far: uncaught errors, console errors, requests that failed. */
  readonly problems: readonly string[]
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.map': 'application/json', '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** Serves dist/ and an empty page on 127.0.0.1, isolated, so that shared memory is allowed. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    response.setHeader('Cache-Control', 'no-store')
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Myelin</title>')
    } else if (path.startsWith('/dist/') && existsSync(`.${path}`)) {
      response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream')
      response.end(readFileSync(`.${path}`))
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('no Chromium found: install chromium, or set CHROMIUM_PATH')
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  })
}

/** What a task in a page has: the exports of these. */
const entries = ['index.js', 'data/index.js', 'run/index.js']

/** Opens an empty, cross-origin isolated page beside the built library at `/dist/`. */
export async function openPage(): Promise<OpenPage> {
  if (!existsSync('dist/index.js')) throw new Error('dist/index.js is missing: npm run build')
  const server = await serve()
  const stopServing = (): void => {
    server.closeAllConnections()
    server.close()
  }
  const browser = await launch().catch((error: unknown) => {
    stopServing()
    throw error
  })
  const problems: string[] = []
  const page = await browser.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()) })
  page.on('response', (response) => { if (!response.ok()) problems.push(`${response.status()} ${response.url()}`) })
  page.on('requestfailed', (request) => problems.push(`${request.failure()?.errorText} ${request.url()}`))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    page,
    problems,
    // A string, because vitest rewrites `import()` in functions.
    run: (task, argument) => page.evaluate(
      `Promise.all([${entries.map((file) => `import('/dist/${file}')`).join()}]).then((entries) => ` +
        `(${task.toString()})(Object.assign({}, ...entries), ${JSON.stringify(argument)}))`),
    async close() {
      await browser.close()
      stopServing()
    },
  }
}

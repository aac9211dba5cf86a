/** MNIST: from a folder, from the cache, from a mirror, and the messages when all of them fail. */
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadMnist } from '../../src/node/mnist.js'

const shared = resolve(process.env.MYELIN_SHARED ?? '../shared', 'data')
const without = !existsSync(join(shared, 'mnist')) && !process.env.CI // in CI the data must be there
const official = join(shared, 'mnist')

let cache: string
let servers: Server[]

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'myelin-mnist-'))
  servers = []
})
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(cache, { recursive: true })
})

/** A mirror on this computer; returns its address. */
async function mirror(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist/`
}

const serveOfficial: RequestListener = (request, response) => {
  const bytes = readFileSync(join(official, request.url!.replace('/mnist/', '')))
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
}

/** No folder of data, whatever the environment says. */
const nowhere = { data: join(tmpdir(), 'myelin-no-such-folder') }

describe.skipIf(without)('loadMnist (needs the shared data)', () => {
  it('reads the data folder', async () => {
    const { train, test } = await loadMnist({ data: shared, cache, mirrors: [] })
    expect(train).toMatchObject({ count: 60_000, rows: 28, columns: 28 })
    expect(test.count).toBe(10_000)
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
    expect([train.images[0], Math.max(...train.images.subarray(0, 784))]).toEqual([0, 255])
    expect(await readdir(cache)).toEqual([])
  })

  it('downloads what is missing, tells the progress, and then reads the cache', async () => {
    await mkdir(join(cache, 'mnist'))
    for (const name of await readdir(official)) {
      if (name !== 't10k-labels-idx1-ubyte.gz') await symlink(join(official, name), join(cache, 'mnist', name))
    }
    const progress: unknown[] = []
    const broken = await mirror((_, response) => response.writeHead(503).end())
    const mirrors = [broken, await mirror(serveOfficial)]
    const { test } = await loadMnist({ ...nowhere, cache, mirrors, onProgress: (step) => progress.push(step) })
    expect(test.labels[0]).toBe(7)
    const total = readFileSync(join(official, 't10k-labels-idx1-ubyte.gz')).length
    expect(progress.at(-1)).toEqual({ file: 't10k-labels-idx1-ubyte.gz', received: total, total })
    expect((await readdir(join(cache, 'mnist'))).sort()).toEqual((await readdir(official)).sort())
    expect((await loadMnist({ ...nowhere, cache, mirrors: [] })).test.count).toBe(10_000)
  })

  it('downloads a damaged file of the cache again', async () => {
    await cp(official, join(cache, 'mnist'), { recursive: true })
    const name = 't10k-labels-idx1-ubyte.gz'
    await rm(join(cache, 'mnist', name), { force: true })
    await writeFile(join(cache, 'mnist', name), readFileSync(join(official, name)).subarray(0, 1000))
    await loadMnist({ ...nowhere, cache, mirrors: [await mirror(serveOfficial)] })
    expect(readFileSync(join(cache, 'mnist', name))).toEqual(readFileSync(join(official, name)))
  })

  it('says when the cache cannot be made', async () => {
    const blocked = join(cache, 'file')
    await writeFile(blocked, '')
    await expect(loadMnist({ ...nowhere, cache: join(blocked, 'below'), mirrors: [await mirror(serveOfficial)] }))
      .rejects.toMatchObject({ code: 'file', message: expect.stringMatching(/^cannot make the cache folder .*XDG_/) })
  })
})

describe('loadMnist', () => {
  it('refuses a wrong file of the data folder', async () => {
    await mkdir(join(cache, 'mnist'))
    const path = join(cache, 'mnist', 'train-images-idx3-ubyte')
    await writeFile(path, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0))
    await expect(loadMnist({ data: cache })).rejects.toMatchObject({
      code: 'file',
      message: `${path}: not the official file of MNIST (its SHA-256 differs); remove it, then it is downloaded`,
    })
  })

  it('says what to do when no mirror has the right file', async () => {
    const mirrors = [
      await mirror((_, response) => response.writeHead(404).end()),
      await mirror((_, response) => response.end(gzipSync('something else'))),
      await mirror((_, response) => response.end(Buffer.alloc(50_000_000))),
      await mirror((request) => request.socket.destroy()),
      'http://127.0.0.1:1/mnist/',
    ]
    await expect(loadMnist({ ...nowhere, cache, mirrors })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(new RegExp('^mnist: could not download train-images-idx3-ubyte.gz \\('
        + '127.0.0.1:\\d+: HTTP status 404; 127.0.0.1:\\d+: not the official file \\(its SHA-256 differs\\); '
        + '127.0.0.1:\\d+: sends more than the file has; 127.0.0.1:\\d+: other side closed; 127.0.0.1:1: .*\\); '
        + 'check the network, or put train-images-idx3-ubyte.gz, .*, t10k-labels-idx1-ubyte.gz into .*mnist, '
        + 'or into a folder "mnist" of the folder that MYELIN_DATA names$')),
    })
    expect(await readdir(cache)).toEqual([])
  })

  it('stops at once when it is told to', async () => {
    const stop = new AbortController()
    const endless = await mirror((_, response) => { response.write('x') })
    const loading = loadMnist({
      ...nowhere, cache, mirrors: [endless], signal: stop.signal, onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(loading).rejects.toThrow('enough')
    await expect(loadMnist({ ...nowhere, cache, mirrors: [endless], signal: stop.signal })).rejects.toThrow('enough')
  })
})

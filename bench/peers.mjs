/** The programs that are compared, how each is started, and what has to be installed first. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const folder = dirname(fileURLToPath(import.meta.url))
const venv = join(folder, '.venv')
const venvPython = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

/** One thread each, and OpenBLAS left to choose its own kernels: presets for another processor halve its speed. */
export function childEnvironment() {
  const environment = {
    ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NODE_OPTIONS: '',
  }
  delete environment.OPENBLAS_CORETYPE
  delete environment.OPENBLAS_L2_SIZE
  return environment
}

function succeeds(command, args, options = {}) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], env: childEnvironment(), ...options }).status === 0
}

const silently = { stdio: 'ignore' }

/** Installs the JavaScript peers into bench/node_modules, without running their install scripts. */
function installJavaScript() {
  const installed = join(folder, 'node_modules', '.package-lock.json')
  const locked = join(folder, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return undefined
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done = npm ? succeeds(process.execPath, [npm, ...args], { cwd: folder })
    : succeeds('npm', args, { cwd: folder, shell: process.platform === 'win32' })
  return done ? undefined : 'npm could not install the JavaScript peers'
}

function python() {
  return ['python3', 'python', '/usr/bin/python3'].find((command) => succeeds(command, ['-c', 'import venv'], silently))
}

/** Makes bench/.venv with scikit-learn. */
function installScikitLearn() {
  const imports = ['-c', 'import sklearn, threadpoolctl']
  if (existsSync(venvPython) && succeeds(venvPython, imports, silently)) return undefined
  const command = python()
  if (command === undefined) return 'no Python 3 with venv found'
  if (!succeeds(command, ['-m', 'venv', venv])) return `${command} -m venv failed`
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'scikit-learn', 'threadpoolctl']
  return succeeds(venvPython, pip) ? undefined : 'pip could not install scikit-learn'
}

/** A Python that has PyTorch: the virtual environment's, or the system's (Debian's python3-torch). */
function torchPython() {
  return [process.env.MYELIN_BENCH_TORCH_PYTHON, venvPython, 'python3', '/usr/bin/python3']
    .find((command) => command && succeeds(command, ['-c', 'import torch, numpy'], silently))
}

function installPyTorch() {
  if (torchPython() !== undefined) return undefined
  // The wheels for Linux on x64 carry gigabytes of CUDA files; elsewhere pip finds a build for the processor alone.
  if (process.platform === 'linux' && process.arch === 'x64') {
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'python3-torch']
    const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    if (process.getuid?.() === 0 && succeeds('apt-get', ['update', '-qq'], environment)
      && succeeds('apt-get', install, environment) && torchPython() !== undefined) return undefined
    return 'no PyTorch found: install python3-torch, or name a Python that has it in MYELIN_BENCH_TORCH_PYTHON'
  }
  const missing = installScikitLearn()
  if (missing !== undefined) return missing
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'torch', 'numpy']
  return succeeds(venvPython, pip) ? undefined : 'pip could not install torch'
}

function needBuild() {
  return existsSync(join(folder, '..', 'dist', 'index.js')) ? undefined : 'dist/index.js is missing: npm run build'
}

const node = () => process.execPath

/** The Node that joins vectors: this one, or one that MYELIN_BENCH_NODE names. */
const joiningNode = () => process.env.MYELIN_BENCH_NODE ?? process.execPath
function needJoiningNode() {
  const missing = needBuild()
  if (missing !== undefined) return missing
  const asked = spawnSync(joiningNode(), ['-p', 'process.versions.node'], { encoding: 'utf8' })
  if (Number.parseInt(asked.stdout, 10) === 24) return undefined
  return `${joiningNode()} is ${asked.stdout?.trim() || 'no Node'}: name a Node 24 in MYELIN_BENCH_NODE`
}

/**
 * `file` is the adapter in peers/ (contract: peers/contract.mjs) and, where there is one, the cold start in cold/.
 * `prepare` installs what is missing and returns a reason when it cannot. Myelin is first: ratios are against it.
 */
export const peers = {
  myelin: { file: 'myelin.mjs', command: node, prepare: needBuild },
  'myelin-float32': { file: 'myelin-float32.mjs', command: node, prepare: needBuild },
  'myelin-wide': { file: 'myelin-wide.mjs', command: joiningNode, prepare: needJoiningNode },
  'myelin-fused': { file: 'myelin-fused.mjs', command: joiningNode, prepare: needJoiningNode },
  'scikit-learn': { file: 'scikit-learn.py', command: () => venvPython, prepare: installScikitLearn },
  pytorch: { file: 'pytorch.py', command: torchPython, prepare: installPyTorch },
  'jax-js': { file: 'jax-js.mjs', command: node, prepare: installJavaScript },
  tfjs: { file: 'tfjs.mjs', command: node, prepare: installJavaScript },
  convnetjs: { file: 'convnetjs.mjs', command: node, prepare: installJavaScript },
  brainjs: { file: 'brainjs.mjs', command: node, prepare: installJavaScript },
}

const aliases = { sklearn: 'scikit-learn', torch: 'pytorch', 'brain.js': 'brainjs' }

/** The names of `--peers`, or all; throws on a name that is none. */
export function chosenPeers(list) {
  if (list === undefined) return Object.keys(peers)
  return list.split(',').map((word) => {
    const name = aliases[word.trim()] ?? word.trim()
    if (!(name in peers)) throw new Error(`--peers: there is no "${word}"; there are ${Object.keys(peers).join(', ')}`)
    return name
  })
}

/** Of the peers that have an adapter in a folder, those that can run here, and why the others cannot. */
export function preparePeers(names, adapters) {
  const ready = []
  const missing = {}
  for (const name of names.filter((one) => existsSync(join(folder, adapters, peers[one].file)))) {
    const reason = peers[name].prepare()
    if (reason === undefined) ready.push(name)
    else missing[name] = reason
  }
  return { ready, missing }
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

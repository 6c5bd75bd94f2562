/**
 * Gets a fresh clone ready to run TypeScript: installs what the lockfile names, then runs a script on the
 * Node.js that the project pins. Plain JavaScript for Node.js 20 that needs no package, because it runs
 * before there are any.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const modules = join(root, 'node_modules')
const pinnedNode = join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node')

/**
 * Installs if needed and runs a TypeScript file until it ends; this process then ends with the same code.
 *
 * @param {string} script path from the root
 * @param {string[]} args
 */
export function bootstrapAndRun(script, args) {
  install()
  run(script, args)
}

function install() {
  if (isInstalled()) return
  console.log('Installing packages (npm ci) …')
  // Development packages too, whatever NODE_ENV says: the build needs them.
  // Warnings are about the Node.js that runs npm; the packages run on the pinned one.
  npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
  // With `ignore-scripts` in the user's npm configuration the runtime itself is still missing.
  if (!existsSync(pinnedNode)) npm(['rebuild', 'node', '--ignore-scripts=false'])
  if (isInstalled()) return
  console.error('The installation is not complete. Remove node_modules and try again.')
  process.exit(1)
}

/** npm notes in node_modules what it installed; that has to be what the lockfile names now. */
function isInstalled() {
  const installed = readLock(join(modules, '.package-lock.json'))
  const wanted = readLock(join(root, 'package-lock.json'))
  if (!installed || !wanted || !existsSync(pinnedNode)) return false
  return Object.entries(wanted.packages).every(([path, { version, integrity, optional }]) => {
    const found = installed.packages[path]
    // Packages for other platforms are optional, and absent here.
    if (path === '' || (!found && optional)) return true
    return found?.version === version && found.integrity === integrity
  })
}

/** @param {string} file */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {string[]} args */
function npm(args) {
  const cli = process.env.npm_execpath
  const [command, prefix] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []]
  const { status, error } = spawnSync(command, [...prefix, ...args], { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  console.error(`npm ${args[0]} failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}

/**
 * @param {string} script
 * @param {string[]} args
 */
function run(script, args) {
  const preload = ['tsx', pathToFileURL(join(root, 'bin', 'follow-parent.mjs')).href]
  const child = spawn(
    pinnedNode,
    [...preload.map((module) => `--import=${module}`), join(root, script), ...args],
    {
      cwd: root,
      // The fourth is a channel that closes when this process dies, so that the child can follow.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${join(modules, '.bin')}:${process.env.PATH}` },
    },
  )
  // npm passes on the signals that it gets, to this process only. (After Ctrl-C the child gets two SIGINT.)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  endWithNpm(child)
  child.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}

/**
 * npm passes signals on, but cannot when it is killed with -9; then this process gets another parent.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 500).unref()
}

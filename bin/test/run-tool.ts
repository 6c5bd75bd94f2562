import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../root'

/** Runs a package.json script; its output is shown. @returns its exit code */
export async function runScript(name: string): Promise<number> {
  return run(['--run', name])
}

/** Runs vitest on one suite; its output is shown. @returns its exit code */
export async function runVitest(args: readonly string[], env: Record<string, string>): Promise<number> {
  return run([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], env)
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, [`--import=${followParent}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'test', ...env },
  })
  const interrupt = () => {
    child.kill('SIGTERM')
    void once(child, 'exit').then(() => process.exit(130))
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  const [code] = (await once(child, 'exit')) as [number | null]
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  return code ?? 1
}

const followParent = pathToFileURL(join(root, 'bin', 'follow-parent.mjs')).href

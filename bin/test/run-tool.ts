import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../root'

/** Runs a package.json script; its output is shown. @returns its exit code */
export async function runScript(name: string): Promise<number> {
  // No channel to the parent: a script's second program would inherit it after the first has closed it, and abort.
  return run(['--run', name], { stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Runs vitest on one suite; its output is shown. @returns its exit code */
export async function runVitest(args: readonly string[], env: Record<string, string>): Promise<number> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  return run([`--import=${followParent}`, vitest, 'run', ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
  })
}

async function run(
  args: readonly string[],
  { stdio, env }: { stdio: StdioOptions; env?: Record<string, string> },
): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio,
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

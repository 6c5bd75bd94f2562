import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { docsFiles, docsPackage } from '@/app/web/docs-files'
import { root } from '../root'
import { compressFiles } from './compress-files'
import { digestInputs, markBuilt, markUnfinished } from './stamp'

/** What runs in production, and the Stripe stand-in beside it, which never does. */
const entryPoints = {
  web: 'app/server.ts',
  worker: 'worker/main.ts',
  release: 'bin/release.ts',
  'stripe-stand-in': 'tests/support/stripe-stand-in/main.ts',
}

/**
 * Builds pages with Remix and processes with esbuild into `build/`.
 *
 * @param signal ends the build early
 * @throws Error with the tool's output when the code does not build
 */
export async function build(signal?: AbortSignal): Promise<void> {
  const digest = await digestInputs()
  await markUnfinished()
  await buildPages(signal)
  await copyDocumentation()
  await compressFiles(join(root, 'build', 'client'))
  await compressFiles(join(root, 'build', 'docs'))
  await bundle({
    absWorkingDir: root,
    entryPoints,
    outdir: 'build',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
  })
  await markBuilt(digest)
}

async function buildPages(signal: AbortSignal | undefined): Promise<void> {
  const cli = join(root, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js')
  const child = spawn(process.execPath, [cli, 'vite:build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`)
}

async function copyDocumentation(): Promise<void> {
  const folder = join(root, 'build', 'docs')
  await mkdir(folder, { recursive: true })
  for (const file of docsFiles) await copyFile(join(docsPackage(), file), join(folder, file))
}

import { copyFile, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { root } from '@/bin/root'
import { type ProcessEnvironment, type RunningWeb, startWeb } from '@/tests/support/processes'

const folder = join(root, 'build', 'bench')

/**
 * Starts the product's `web.js`, byte for byte, over its Remix build plus the constant routes. The product itself
 * never has them.
 */
export async function startWebWithConstants(env: ProcessEnvironment): Promise<RunningWeb> {
  await bundleServed()
  await copyFile(join(root, 'build', 'web.js'), join(folder, 'web.js'))
  for (const files of ['client', 'docs']) {
    await rm(join(folder, files), { force: true })
    await symlink(`../${files}`, join(folder, files))
  }
  return startWeb(env, 'build/bench/web.js')
}

export async function startBareExpress(env: ProcessEnvironment): Promise<RunningWeb> {
  await bundleServed()
  return startWeb(env, 'build/bench/express.js')
}

async function bundleServed(): Promise<void> {
  await mkdir(folder, { recursive: true })
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      'server/index': 'tests/bench/served/remix-build.ts',
      express: 'tests/bench/served/express.ts',
    },
    outdir: folder,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
  })
}

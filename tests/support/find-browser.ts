import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Found once for all files: the packaged one is unpacked meanwhile, which two at once would do into one another. */
export default async function setUp(project: TestProject): Promise<void> {
  project.provide('browser', await findBrowser())
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of the browser's program. */
    browser: string
  }
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

async function findBrowser(): Promise<string> {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM_PATH: there is no file ${wanted}`)
    return wanted
  }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const installed = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
  return installed ?? macApplications.find(existsSync) ?? packaged()
}

/** For Linux on x64 alone; the package unpacks it into the temporary folder on first use. */
async function packaged(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chromium or Chrome found. Install one, or set CHROMIUM_PATH.')
  }
  const { default: bundled } = await import('@sparticuz/chromium')
  return bundled.executablePath()
}

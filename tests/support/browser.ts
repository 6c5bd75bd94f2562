import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright'

/**
 * Starts a headless Chromium: the one that `CHROMIUM_PATH` names, an installed Chromium or Chrome, else the one
 * inside the package `@sparticuz/chromium`. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), args: flags })
}

const flags = [
  // Chromium's sandbox does not work for root, which tests in containers often are.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  // No calls home: tests also run on closed networks.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

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

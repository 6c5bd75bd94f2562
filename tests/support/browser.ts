import { chromium, type Browser } from 'playwright'
import { inject } from 'vitest'
import './find-browser'

/**
 * Starts a headless Chromium: the one that `CHROMIUM_PATH` names, an installed Chromium or Chrome, else the one
 * inside the package `@sparticuz/chromium`. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: inject('browser'), args: flags })
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

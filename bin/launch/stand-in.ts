import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, isPortFree } from '@/db/embedded-port'
import { writeKept } from '@/db/kept-file'

/** A port for the Stripe stand-in: the same every time if it can be, because open checkouts link to it. */
export async function standInPort(dataDir: string): Promise<number> {
  const file = join(dataDir, 'stripe-stand-in-port')
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''))
  if (remembered > 0 && (await isPortFree(remembered))) return remembered
  const port = await freePort()
  await writeKept(file, `${port}\n`)
  return port
}

/** What the stand-in is told: where to listen and to keep its state, and how to deliver its webhooks. */
export function standInEnvironment(
  processEnv: NodeJS.ProcessEnv,
  { port, webUrl, dataDir }: { port: number; webUrl: string; dataDir: string },
): NodeJS.ProcessEnv {
  return {
    PATH: processEnv.PATH,
    NODE_ENV: processEnv.NODE_ENV,
    // The production build runs locally, too: without this it would be taken for production.
    APP_MODE: processEnv.APP_MODE,
    PORT: String(port),
    STATE_FILE: join(dataDir, 'stripe-stand-in.json'),
    WEBHOOK_URLS: `${webUrl}/api/webhooks/stripe`,
    // With several the stand-in signs with the first, the current one.
    WEBHOOK_SECRET: processEnv.STRIPE_WEBHOOK_SECRET,
  }
}

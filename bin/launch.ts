import { ConfigError, loadConfig } from '@/lib/config'
import { errorText } from '@/lib/error-text'
import { build } from './build/build'
import { isBuildStale } from './build/stamp'
import { openDatabase } from './launch/database'
import {
  checkEnvironment,
  dataDirOf,
  presentVariables,
  processEnvironment,
  usesStandIn,
} from './launch/environment'
import { prepareDataDir, takeLock } from './launch/lock'
import { progress, say } from './launch/output'
import { builtCommands, watchedCommands } from './launch/processes'
import { runRelease } from './launch/release'
import { localSecrets } from './launch/secrets'
import { standInEnvironment, standInPort } from './launch/stand-in'
import { summary } from './launch/summary'
import { supervise, type ProcessOrder, type Supervised } from './launch/supervise'
import { waitForWeb } from './launch/wait-for-web'
import { webAddress } from './launch/web-address'
import { chooseWebPort } from './launch/web-port'

/** `npm start`, and with `--dev` `npm run dev`: everything that the product needs on one machine, until Ctrl-C. */

const isDevelopment = process.argv.includes('--dev')
const env = presentVariables(process.env)
const ending = new AbortController()
const running: Supervised[] = []
/** What ends the run, in reverse order of its start. */
const closers: (() => Promise<void>)[] = []

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
// The terminal or npm may be gone before we are; there is nobody left to tell.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const started = start()
started.catch((error: unknown) => {
  if (!ending.signal.aborted) void end(explain(error))
})

async function start(): Promise<void> {
  const checked = checkEnvironment(env)
  const dataDir = dataDirOf(env)
  await prepareDataDir(dataDir)
  const lock = await takeLock(dataDir)
  if (!lock) throw new Error(`Another npm start is running on ${dataDir}. End it first, or set DATA_DIR.`)
  closers.push(lock.release)
  ending.signal.addEventListener('abort', () => void lock.markStopping())

  // A web process whose launcher was killed may take ten seconds to finish its answers.
  const port = await chooseWebPort(env.PORT, lock.tookOver ? 12_000 : 0)
  const webUrl = await webAddress(checked.listenHost, port)
  if (!isDevelopment && (await isBuildStale())) {
    progress('Building')
    await build(ending.signal)
  }
  ending.signal.throwIfAborted()

  const database = await openDatabase(env, dataDir)
  closers.push(database.stop)
  void database.lost.then((error) => end({ message: error.message, code: 1 }))
  ending.signal.throwIfAborted()

  const standIn = usesStandIn(env) ? await standInPort(dataDir) : undefined
  const standInUrl = standIn === undefined ? undefined : `http://127.0.0.1:${standIn}`
  const secrets = await localSecrets(env, dataDir)
  const nodeEnv = isDevelopment ? 'development' : 'production'
  const processEnv = processEnvironment(env, { nodeEnv, appUrl: database.appUrl, port, standInUrl, secrets })
  const commands = isDevelopment ? watchedCommands() : await builtCommands()
  const order = (
    name: string,
    command: readonly string[],
    extra: Record<string, string> = {},
  ): ProcessOrder => ({
    name,
    command,
    env: { ...processEnv, ...extra },
    logStyle: checked.mode === 'production' ? 'raw' : 'readable',
  })

  progress('Updating the database')
  const { firstOwner } = await runRelease(
    order('release', [...commands.release, '--first-owner'], database.ownerVariables),
  )
  ending.signal.throwIfAborted()

  if (standIn !== undefined) {
    const standInEnv = standInEnvironment(processEnv, { port: standIn, webUrl, dataDir })
    run({ ...order('stripe', commands.standIn), env: standInEnv })
  }
  run(order('worker', commands.worker))
  run(order('web', commands.web))
  progress('Starting')
  await waitForWeb(webUrl, ending.signal)
  say(summary({ config: loadConfig(processEnv), database: database.description, standInUrl, firstOwner }))
}

function run(order: ProcessOrder): void {
  if (running.length === 0) closers.push(async () => void (await Promise.all(running.map((p) => p.stop()))))
  const child = supervise(order)
  running.push(child)
  void child.gaveUp.then(() =>
    end({ message: `${order.name} cannot run with this configuration.`, code: 78 }),
  )
}

let firstSignalAt: number | undefined

function onSignal(): void {
  if (firstSignalAt === undefined) {
    firstSignalAt = Date.now()
    say('Stopping …')
    void end({ code: 0 })
    return
  }
  // Ctrl-C arrives twice, from the terminal and from npm; only a later one means impatience.
  if (Date.now() - firstSignalAt > 1_000) for (const child of running) child.kill()
}

interface Ending {
  message?: string
  code: number
}

async function end({ message, code }: Ending): Promise<void> {
  if (ending.signal.aborted) return
  ending.abort()
  if (message) process.stderr.write(`${message}\n`)
  // A step of the start that is under way finishes first, so that what it opened is closed too.
  await started.catch(() => undefined)
  for (const close of closers.reverse()) await close().catch((error: unknown) => say(String(error)))
  process.exit(code)
}

function explain(error: unknown): Ending {
  if (error instanceof ConfigError) return { message: error.message, code: 78 }
  return { message: errorText(error), code: 1 }
}

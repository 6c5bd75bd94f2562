import { accountOf, faultsOf, jsonOf } from '@/tests/chaos/account'
import { type ChaosOptions, readOptions } from '@/tests/chaos/options'
import { startProgress } from '@/tests/chaos/progress'
import { runChaos } from '@/tests/chaos/run-chaos'
import { errorText } from '@/lib/error-text'
import { build } from './build/build'
import { isBuildStale } from './build/stamp'

/**
 * `npm run chaos`: everything that can go wrong does, on a database of its own, while people buy. Ends with 1 when
 * a seat was sold twice, a payment was forgotten, or anything else does not add up; docs/proofs.md.
 */
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who is in the middle of something finds the ground gone.
    process.on('unhandledRejection', () => undefined)
    stopping.abort()
  })
}
try {
  process.exitCode = await chaos(readOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`)
  process.exitCode = 1
}
// Whatever still listens belongs to a world that has been taken down.
process.exit()

async function chaos(options: ChaosOptions): Promise<number> {
  const progress = startProgress()
  const { seed, seconds, json } = options
  progress.say(`seed ${seed}; the same again: npm run chaos -- --seed ${seed} --seconds ${seconds}`)
  if (await isBuildStale()) {
    progress.say('building')
    await build(stopping.signal)
  }
  const result = await runChaos(options, progress, stopping.signal)
  process.stdout.write(json ? `${jsonOf(result)}\n` : accountOf(result))
  if (json) process.stderr.write(faultsOf(result))
  return result.faults.length === 0 ? 0 : 1
}

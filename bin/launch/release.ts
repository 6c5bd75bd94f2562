import { z } from 'zod'
import { runOnce, type ProcessOrder } from './supervise'

const releaseReport = z.object({
  firstOwner: z.object({ email: z.string(), password: z.string() }).optional(),
})

export type ReleaseReport = z.output<typeof releaseReport>

/**
 * Runs the release step as a process of its own, as a host would.
 *
 * @returns what it reported over its channel
 * @throws Error when it failed; its output has been shown
 */
export async function runRelease(order: ProcessOrder): Promise<ReleaseReport> {
  let report: ReleaseReport = {}
  const outcome = await runOnce(order, (message) => (report = releaseReport.parse(message)))
  if (outcome !== 0) throw new Error(`The database could not be brought to this version (${outcome}).`)
  return report
}

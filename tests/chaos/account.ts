import type { ChaosResult } from './run-chaos'

/** The result as one JSON object on one line. */
export function jsonOf(result: ChaosResult): string {
  const { seed, seconds, kills, payments, sold, exceptions, oversold, lost, doubled } = result
  return JSON.stringify({ seed, seconds, kills, payments, sold, exceptions, oversold, lost, doubled })
}

/** The result in words. */
export function accountOf(result: ChaosResult): string {
  const { tickets } = result
  return [
    '',
    `${result.payments} payments: ${result.sold} sold, ${result.exceptions} exceptions, ${result.lost} lost, ${result.doubled} doubled; ${result.oversold} seats oversold`,
    `${tickets.paid} tickets paid: ${tickets.sold} sold, ${tickets.returned} returned, ${tickets.inExceptions} in exceptions`,
    `${result.kills} processes killed in ${result.seconds} s, seed ${result.seed}`,
    faultsIn(result),
    '',
  ].join('\n')
}

/** What is wrong, and how to see it again. */
export function faultsOf(result: ChaosResult): string {
  return result.faults.length === 0 ? '' : `${faultsIn(result)}\n`
}

function faultsIn({ faults, stories, seed, seconds }: ChaosResult): string {
  if (faults.length === 0) return 'Everything is accounted for.'
  return [
    ...stories,
    `${faults.length} things are not as they should be:`,
    ...faults.map((fault) => `- ${fault}`),
    `Run it again with --seed ${seed} --seconds ${seconds}`,
  ].join('\n')
}

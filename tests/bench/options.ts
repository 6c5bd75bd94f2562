import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { ClusterAddress } from '@/tests/support/template'

export interface BenchOptions {
  json: boolean
  /** Groups to run; all by default. */
  only: readonly string[]
  /** Ten million ledger rows as well: for a quiet evening. */
  full: boolean
  /** A folder in which the peer was installed by hand. */
  peer?: string | undefined
  rounds: number
  /** Where to make further databases. The command adds it. */
  cluster: ClusterAddress
}

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      peer: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      cluster: { type: 'string', default: '' },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number above 0')
  return { ...values, rounds, cluster: clusterAddress.parse(JSON.parse(values.cluster)) }
}

const clusterAddress = z.object({ superuser: z.string(), owner: z.string(), app: z.string() })

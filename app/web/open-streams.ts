import type { Response } from 'express'
import { networkOf } from '@/lib/network-of'
import { countStream } from './metrics'

/** The event streams that callers have open. One per process. */
export interface OpenStreams {
  /** Takes one of the address's streams until the answer ends. @returns false when it has them all */
  take(address: string | undefined, response: Response): boolean
}

/** @param mostPerAddress how many an address may have open at a time */
export function createOpenStreams(mostPerAddress: number): OpenStreams {
  const streams = new Map<string, number>()
  return {
    take(address, response) {
      const network = networkOf(address ?? '')
      const open = streams.get(network) ?? 0
      if (open >= mostPerAddress || response.closed) return false
      streams.set(network, open + 1)
      countStream(1)
      response.on('close', () => {
        countStream(-1)
        const left = (streams.get(network) ?? 1) - 1
        if (left > 0) streams.set(network, left)
        else streams.delete(network)
      })
      return true
    },
  }
}

import { runOnOwnCluster } from './command/on-own-cluster'

/** `npm run bench`: measures on a database of its own, durable settings on. */
await runOnOwnCluster({
  file: 'tests/bench/main.ts',
  say: 'Starting a database to measure on',
  args: (address) => ['--cluster', JSON.stringify(address)],
})

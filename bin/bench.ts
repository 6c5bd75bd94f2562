import { runOnOwnCluster } from './command/on-own-cluster'
import { nodeOptionsOf } from './launch/procfile'

/** `npm run bench`: measures on a database of its own, durable settings on, and in the worker's memory. */
await runOnOwnCluster({
  file: 'tests/bench/main.ts',
  say: 'Starting a database to measure on',
  nodeOptions: await nodeOptionsOf('worker'),
  args: (address) => ['--cluster', JSON.stringify(address)],
})

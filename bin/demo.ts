import { runOnOwnCluster } from './command/on-own-cluster'

/** `npm run demo`: what the product promises, on a database of its own. Ends with 1 when a promise is broken. */
await runOnOwnCluster({ file: 'tests/demo/main.ts', say: 'Starting a database for the demonstration' })

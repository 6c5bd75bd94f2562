/** `node bin/run.mjs script.ts …`: any script of ours from a fresh clone, on the pinned Node.js. */
import { bootstrapAndRun } from './bootstrap.mjs'

const [script = '', ...args] = process.argv.slice(2)
bootstrapAndRun(script, args)

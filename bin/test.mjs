import { bootstrapAndRun } from './bootstrap.mjs'

bootstrapAndRun('bin/test-stages.ts', process.argv.slice(2))

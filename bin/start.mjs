import { bootstrapAndRun } from './bootstrap.mjs'

bootstrapAndRun('bin/launch.ts', process.argv.slice(2))

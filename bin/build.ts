import { build } from './build/build'
import { isBuildStale } from './build/stamp'

/** `npm run build`; without `--force` it builds only what is out of date. */
if (process.argv.includes('--force') || (await isBuildStale())) await build()

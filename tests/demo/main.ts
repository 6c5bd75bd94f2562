import { config } from '@/lib/config'
import { closeDatabase } from '@/lib/database'
import { stopQueueSender } from '@/lib/queues/send'
import { showBasics } from './basics'
import { showCheckout } from './checkout'
import { verdict } from './promise'
import { showRace } from './race'
import { showThresholds } from './thresholds'

/** What the product promises, shown with the product's own code. Ends with 1 when a promise is broken. */
await showBasics()
await showRace()
await showThresholds()
await showCheckout(config().database.url)
await stopQueueSender()
await closeDatabase()
process.exitCode = verdict()

import { workAllQueues } from './queues'
import { runWorker } from './run-worker'

await runWorker(workAllQueues)

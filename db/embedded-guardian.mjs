/**
 * Runs one PostgreSQL server and stops it when standard input closes, which happens when the process that
 * started us stops it or dies. Its one argument is JSON: { command, args, logFile, uid?, gid? }.
 */
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'

const order = JSON.parse(process.argv[2] ?? '{}')
const log = openSync(order.logFile, 'a')
const postgres = spawn(order.command, order.args, {
  cwd: '/',
  stdio: ['ignore', log, log],
  ...(order.uid === undefined ? {} : { uid: order.uid, gid: order.gid }),
})

postgres.on('error', () => process.exit(1))
postgres.on('exit', (code) => process.exit(code ?? 1))

/** SIGINT ends sessions and writes a checkpoint; SIGQUIT ends at once and leaves recovery to the next start. */
function stop() {
  postgres.kill('SIGINT')
  setTimeout(() => postgres.kill('SIGQUIT'), 30_000).unref()
}

process.stdin.on('close', stop)
process.stdin.resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)

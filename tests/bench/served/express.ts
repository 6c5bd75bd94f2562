import type { AddressInfo } from 'node:net'
import express from 'express'
import { constantAnswer, constantPaths } from './constants'

/** A constant JSON route of bare Express, in a process of its own. */

const app = express()
app.get(constantPaths.json, (_request, response) => void response.json(constantAnswer))
app.get('/readyz', (_request, response) => void response.json(constantAnswer))

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port })
})
process.on('SIGTERM', () => process.exit())

import type { TestProject } from 'vitest/node'
import { startCluster } from './cluster'
import './database'

/** One cluster for a whole suite, also when a single file of it runs. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster('none')
  project.provide('cluster', cluster.address)
  return cluster.remove
}

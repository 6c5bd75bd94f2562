import { inject } from 'vitest'
import { copyTemplate, type ClusterAddress, type TestDatabase } from './template'

export type { TestDatabase } from './template'

/**
 * A released database for one test file, copied from the template. Keep pools small (5 or fewer):
 * files run side by side and share 200 connections.
 *
 * @param address defaults to the cluster of the suite
 *
 * @example
 * const database = await createTestDatabase()
 * afterAll(() => database.drop())
 */
export async function createTestDatabase(address: ClusterAddress = inject('cluster')): Promise<TestDatabase> {
  const database = await copyTemplate(address)
  // Product code that uses its own pool, `database()`, meets the first database of the file.
  process.env.DATABASE_URL ??= database.appUrl
  return database
}

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: ClusterAddress
  }
}

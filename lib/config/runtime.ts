/** Built for it (`bin/build`): an older one lacks what our code uses, and notices that job by job. */
const oldestMajor = 24

/**
 * What is wrong with the Node.js of this process, in one line; null where it will do. Pure.
 *
 * @param version as `process.versions.node` has it
 */
export function runtimeProblem(version: string): string | null {
  if (Number.parseInt(version, 10) >= oldestMajor) return null
  return `Node.js ${oldestMajor} or later is needed, and this is ${version}: start it as the Procfile does.`
}

import { mutations } from './list'
import type { Mutation } from './mutation'
import { runTestFile } from './run-tests'
import { copyTree, type Tree } from './tree'

/**
 * `npm run mutations`: takes the guards of the stock away, one at a time and in a copy, and sees that a test notices.
 * Ends with 1 when nothing notices one. A word after `--` picks the mutations whose names contain it.
 */
const chosen = mutations.filter(({ name }) => process.argv.slice(2).every((word) => name.includes(word)))
const tree = await copyTree()
const lines: string[] = []
let isGood = chosen.length > 0
try {
  for (const file of [...new Set(chosen.flatMap(({ tests }) => tests))]) await checkBefore(tree, file)
  for (const mutation of chosen) {
    const began = performance.now()
    const caughtBy = await catcherOf(tree, mutation)
    isGood &&= caughtBy !== null
    const seconds = Math.round((performance.now() - began) / 1_000)
    lines.push(`| ${mutation.name} | ${caughtBy?.test ?? '**nothing**'} | ${seconds} s |`)
    process.stderr.write(
      `${mutation.name}: ${caughtBy ? `${caughtBy.test}: ${caughtBy.message}` : 'NOTHING'}\n`,
    )
  }
} finally {
  await tree.remove()
}
process.stdout.write(`| what was taken away | noticed by | after |\n|---|---|---|\n${lines.join('\n')}\n`)
process.exitCode = isGood ? 0 : 1

/** A test that fails anyway proves nothing. */
async function checkBefore({ folder }: Tree, file: string): Promise<void> {
  const run = await runTestFile(folder, file)
  if (run.kind === 'passed') return
  const why = run.kind === 'failed' ? `${run.test}: ${run.message}` : run.output
  throw new Error(`${file} fails before anything is taken away.\n${why}`)
}

/** The test that notices, or null. */
async function catcherOf(tree: Tree, mutation: Mutation): Promise<{ test: string; message: string } | null> {
  try {
    await tree.apply(mutation)
    for (const file of mutation.tests) {
      const run = await runTestFile(tree.folder, file)
      if (run.kind === 'broken')
        throw new Error(`With ${mutation.name}, ${file} does not run:\n${run.output}`)
      if (run.kind === 'failed') {
        const test = `${file.replace(/^tests\/(?:integration\/)?|\.test\.ts$/g, '')}: ${run.test}`
        return { test, message: run.message }
      }
    }
    return null
  } finally {
    await tree.restore()
  }
}

/** One guard taken away. Each `from` stands in its file exactly once. */
export interface Mutation {
  name: string
  edits: { file: string; from: string; to: string }[]
  /** Test files that should notice, the likeliest first. */
  tests: string[]
}

/** Names the test files of a folder of `tests`. */
export function testsIn(folder: string): (name: string) => string {
  return (name) => `tests/${folder}/${name}.test.ts`
}

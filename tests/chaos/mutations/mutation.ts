/** One guard taken away. Each `from` stands in its file exactly once. */
export interface Mutation {
  name: string
  edits: { file: string; from: string; to: string }[]
  /** Test files that should notice, the likeliest first. */
  tests: string[]
}

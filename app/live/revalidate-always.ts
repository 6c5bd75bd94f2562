/**
 * A page's `shouldRevalidate`: its data is loaded again after each answer to a form. By itself Remix does not after a
 * refusal (4xx). Then what a refusal tells of, such as numbers that moved, would not be on the page beside it, and a form
 * would keep a key that was used for other content, and be refused for ever.
 */
export function revalidateAlways(): boolean {
  return true
}

/**
 * What the product's routes are measured against, answered by the same server: a constant, a constant after one
 * insert, and a page without data.
 */
export const constantPaths = {
  json: '/api/bench/constant',
  insert: '/api/bench/insert',
  page: (paragraphs: number) => `/bench/page/${paragraphs}`,
}

export const constantAnswer = { success: true, data: 'constant' }

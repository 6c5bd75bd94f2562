import { expect, test } from 'vitest'
import { runtimeProblem } from '@/lib/config/runtime'

test.each(['18.20.8', '20.20.2', '22.21.1', '23.11.1'])(
  'Node.js %s is refused in one line, which says what to do',
  (version) => {
    const problem = runtimeProblem(version) ?? ''
    expect(problem).toContain(version)
    expect(problem).toContain('Procfile')
    expect(problem).not.toContain('\n')
  },
)

test.each(['24.0.0', '24.21.0', '26.1.0', process.versions.node])('Node.js %s will do', (version) => {
  expect(runtimeProblem(version)).toBeNull()
})

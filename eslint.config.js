import js from '@eslint/js'
import globals from 'globals'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * The house rule: imports run one way, app → lib → db and worker → lib → db. A folder is named together
 * with the folders it must not import; both `@/folder/…` and relative paths that lead out into it count.
 */
const forbiddenImports = {
  app: ['worker', 'tests', 'bin'],
  worker: ['app', 'tests', 'bin'],
  lib: ['app', 'worker', 'tests', 'bin'],
  db: ['app', 'worker', 'lib', 'tests', 'bin'],
}

/** Inside lib as well: a folder imports those before it alone. */
const orderInLib = [
  'config',
  'queues',
  'accounts',
  'idempotency',
  'alerts',
  'inventory',
  'cities',
  'links',
  'payment-records',
  'stripe',
  'payments',
  'checkout',
  'audit',
  'analytics',
  'housekeeping',
]

const noSpreadLiterals = ['SpreadElement', 'JSXSpreadAttribute'].map((spread) => ({
  selector: `${spread} > ObjectExpression`,
  message: 'Write the properties where they belong: a literal needs no spread.',
}))

const betweenFolders = Object.entries(forbiddenImports).map(([folder, forbidden]) =>
  refuseImports({ files: [`${folder}/**/*.{ts,tsx,js,mjs}`] }, [outOf(folder, forbidden)]),
)

const insideLib = orderInLib.slice(0, -1).map((folder, place) =>
  refuseImports(
    {
      files: [`lib/${folder}/**/*.ts`],
      // The face of the documented library for other code; nothing in lib imports it.
      ignores: ['lib/inventory/index.ts'],
    },
    [
      outOf('lib', forbiddenImports.lib),
      {
        regex: `^(@/lib/|(\\.\\./)+(lib/)?)(${orderInLib.slice(place + 1).join('|')})(/|$)`,
        message: `Folders of lib import one way (orderInLib). lib/${folder}/ must not import this.`,
      },
    ],
  ),
)

/**
 * @param {string} folder
 * @param {string[]} forbidden
 */
function outOf(folder, forbidden) {
  return {
    regex: `^(@/|(\\.\\./)+)(${forbidden.join('|')})(/|$)`,
    message: `Imports run one way: app → lib → db, worker → lib → db. ${folder}/ must not import this.`,
  }
}

/**
 * @param {{ files: string[], ignores?: string[] }} where
 * @param {{ regex: string, message: string }[]} patterns
 * @returns {import('eslint').Linter.Config}
 */
function refuseImports(where, patterns) {
  return {
    ...where,
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      // A dynamic import would walk around the rule above.
      'no-restricted-syntax': [
        'error',
        ...noSpreadLiterals,
        ...patterns.map(({ regex, message }) => ({
          selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`,
          message,
        })),
      ],
    },
  }
}

export default defineConfig(
  { ignores: ['build/**', '.data/**', 'test-results/**', 'db/types.generated.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, allowDefaultCaseForExhaustiveSwitch: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': ['error', { allow: ['Response'] }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is parsed once, in lib/config. Import config() from there.',
        },
      ],
      'no-restricted-syntax': ['error', ...noSpreadLiterals],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...betweenFolders,
  ...insideLib,
  {
    // Start-up code, tests and configuration meet the raw environment and the terminal.
    files: ['lib/config/**', 'bin/**', 'tests/**', '*.config.{js,ts}', 'vite.config.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: ['app/**/*.tsx'],
    languageOptions: { globals: globals.browser },
  },
  {
    // Plain JavaScript is there only to run before anything is installed; it has no type information.
    files: ['**/*.{js,mjs}'],
    ...tseslint.configs.disableTypeChecked,
  },
)

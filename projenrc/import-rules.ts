import { awscdk, Component } from 'projen';

/** One row per room: what it may not import, and why. */
const ZONES = [
  { target: './src/runtime', from: except('.', 'runtime'), message: 'The runtime knows nothing of infrastructure.' },
  { target: './src/runtime/contract', from: except('runtime', 'contract'), message: 'The contract imports nothing outside itself.' },
  { target: './src/runtime/domain', from: except('runtime', 'domain', 'contract'), message: 'The domain is pure.' },
  { target: './src/runtime/ports', from: except('runtime', 'ports', 'domain', 'contract'), message: 'Ports speak of the domain only.' },
  {
    target: './src/runtime/adapters',
    from: except('runtime', 'adapters', 'ports', 'domain', 'contract'),
    message: 'Adapters implement ports; they know no use case.',
  },
  {
    target: './src/runtime/console',
    from: except('runtime', 'console', 'upload-client', 'contract', 'domain', 'ports', 'analytics', 'uploader'),
    message: 'The console takes constants from the contract and the domain, and from the services nothing but types.',
  },
  {
    target: './src/runtime/upload-client',
    from: except('runtime', 'upload-client', 'contract'),
    message: 'The upload client speaks to the API: it knows the contract only.',
  },
  { target: './src/runtime/!(console)/**/*', from: ['./src/runtime/console/**/*'], message: 'Nothing imports the console.' },
  { target: './src/constructs', from: except('runtime', 'contract'), message: 'Constructs import the runtime contract only.' },
  { target: './src/constructs', from: except('.', 'constructs', 'runtime'), message: 'Constructs know no stack.' },
  ...floors(),
  { target: './src/cli', from: [...except('.', 'cli', 'runtime'), ...except('runtime', 'contract', 'upload-client')], message: 'The CLI is a client: it knows the contract and the upload client only.' },
  { target: './src/stacks', from: except('.', 'stacks', 'constructs'), message: 'Stacks compose constructs.' },
  { target: './src', from: ['./local/**/*', './bench/**/*', './test/**/*', './examples/**/*'], message: 'What ships imports nothing that does not.' },
  { target: './local', from: except('.', 'runtime'), message: 'The local platform boots from the template, not from constructs.' },
  { target: './local/aws', from: ['./src/**/*', ...exceptLocal('aws')], message: 'The AWS emulator imports nothing but itself.' },
  {
    target: './local/!(demo|dev)/**/*',
    from: ['./src/**/*', './local/demo/**/*', './local/dev/**/*'],
    message: 'Only the demo, the development server and the boot import the runtime.',
  },
];

/** The rooms of `src/constructs`, from the ground up: each may import those of the floors below, and no other of its own floor. */
function floors() {
  const FLOORS = [
    ['shared'], ['storage', 'queue'], ['functions'], ['secrets'], ['services'], ['network'], ['processing', 'access', 'delivery'], ['observability'],
  ];
  return FLOORS.flatMap((rooms, floor) => rooms.map(room => ({
    target: `./src/constructs/${room}`,
    from: [...except('constructs', room, ...FLOORS.slice(0, floor).flat()), './src/constructs/*.ts'],
    message: `The constructs of ${room}/ import lower floors only.`,
  })));
}

/** Every folder below `local/` but these. */
function exceptLocal(...allowed: string[]): string[] {
  return [`./local/!(${allowed.join('|')})/**/*`, './local/*.ts'];
}

/** Every folder below `src/{parent}` but these. The rule wants globs or plain paths in one row, never both. */
function except(parent: string, ...allowed: string[]): string[] {
  return [`./src/${parent === '.' ? '' : `${parent}/`}!(${allowed.join('|')})/**/*`];
}

/** Packages that only one room may touch. */
const OWNED_PACKAGES: Array<{ files: string[]; patterns: Array<{ group: string[]; message: string }> }> = [
  {
    files: ['src/runtime/**/*.{ts,tsx}', 'local/**/*.ts'],
    patterns: [{ group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: 'aws-cdk-lib never enters the runtime.' }],
  },
  {
    files: ['src/runtime/{contract,domain,ports,uploader,scaler,worker,analytics}/**/*.ts'],
    patterns: [
      { group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: 'aws-cdk-lib never enters the runtime.' },
      { group: ['@aws-sdk/*', 'fluent-ffmpeg', 'sharp'], message: 'Only adapters touch the SDK, fluent-ffmpeg and sharp.' },
    ],
  },
];

/** Imports run one way (`docs/decisions/0001-import-directions.md`); ESLint holds the line. */
export class ImportRules extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    project.eslint?.addRules({
      'import/no-restricted-paths': ['error', { basePath: '.', zones: ZONES.map(zone => ({ ...zone })) }],
      'import/no-cycle': 'error',
      '@stylistic/quote-props': ['error', 'as-needed'],
      '@stylistic/max-len': 'off',
      'max-len': ['error', { code: 160, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreStrings: true }],
    });
    // The console has its own globals and its own settings for JSX.
    project.tryFindObjectFile('.eslintrc.json')?.addOverride('parserOptions.project', ['./tsconfig.dev.json', './src/runtime/console/tsconfig.json']);
    for (const { files, patterns } of OWNED_PACKAGES) {
      project.eslint?.addOverride({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });
    }
  }
}

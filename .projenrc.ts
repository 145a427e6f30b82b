import { awscdk } from 'projen';
import { NodePackageManager, TypescriptConfig, TypescriptConfigExtends, UpdateSnapshot } from 'projen/lib/javascript';
import { Commands } from './projenrc/commands';
import { ImportRules } from './projenrc/import-rules';
import { RuntimeBundles } from './projenrc/runtime-bundles';

/** Oldest aws-cdk-lib that lets us acknowledge single findings of IAM rules: 2.268 refuses the colons in their ids. */
const LOWEST_CDK = '2.269.0';
/** The aws-cdk-lib everything here is tested against. */
const TESTED_CDK = '2.276.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-video-platform',
  description: 'AWS CDK L3 constructs for a video platform, with the runtime code that runs inside them',
  author: 'cdk-video-platform maintainers',
  authorAddress: 'maintainers@cdk-video-platform.example',
  repositoryUrl: 'https://github.com/cdk-video-platform/cdk-video-platform.git',
  keywords: ['aws', 'aws-cdk', 'cdk', 'video', 'hls', 'ffmpeg', 'fargate', 'cloudfront', 'transcoding'],
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  cdkVersion: LOWEST_CDK,
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.3',
  // What the tools of the checkout need (vite, knip); the worker would run from 20.3.
  minNodeVersion: '20.19.0',
  packageManager: NodePackageManager.NPM,
  projenrcTs: true,
  peerDependencyOptions: { pinnedDevDependency: false },
  projenVersion: '^0.103.0',
  github: false,
  release: false,
  depsUpgrade: false,
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  sampleCode: false,
  // Handlers are not part of the jsii API; `typecheck` compiles them.
  excludeTypescript: ['src/runtime/**', 'src/cli/**'],
  eslintOptions: { dirs: ['src'], devdirs: ['local', 'test', 'examples', 'bench', 'projenrc'], prettier: false, projectService: false, fileExtensions: ['.ts', '.tsx'], commandOptions: { fix: false }, tsconfigPath: './tsconfig.dev.json' },
  devDeps: [
    '@types/node@^20',
    '@types/fluent-ffmpeg',
    '@types/aws-lambda',
    '@aws-cdk/aws-service-spec',
    '@aws-sdk/client-cloudfront@~3.1162.0',
    '@aws-sdk/client-cloudfront-keyvaluestore',
    '@aws-sdk/client-api-gateway@^3.1138.0',
    '@aws-sdk/client-cloudformation@~3.1162.0',
    '@aws-sdk/client-cognito-identity-provider@~3.1162.0',
    '@aws-sdk/client-dynamodb@~3.1162.0',
    '@aws-sdk/client-ecs@~3.1162.0',
    '@aws-sdk/client-iam@~3.1162.0',
    '@aws-sdk/client-s3@~3.1162.0',
    '@aws-sdk/client-service-quotas@^3.1138.0',
    '@aws-sdk/client-secrets-manager@~3.1162.0',
    '@aws-sdk/client-sqs@~3.1162.0',
    '@aws-sdk/client-ssm@~3.1162.0',
    '@aws-sdk/client-sts@~3.1162.0',
    '@aws-sdk/cloudfront-signer',
    '@aws-sdk/credential-provider-node',
    '@aws-sdk/lib-storage@~3.1162.0',
    '@aws-sdk/s3-presigned-post@~3.1162.0',
    '@aws-sdk/s3-request-presigner@~3.1162.0',
    '@aws-sdk/signature-v4a',
    '@aws-sdk/util-dynamodb',
    '@aws-crypto/sha256-js',
    '@smithy/protocol-http',
    '@smithy/signature-v4',
    '@cdklabs/cdk-validator-cfnguard@^0.0.62',
    'aws-cdk@^2.1148.1',
    'aws-sdk-client-mock',
    'busboy',
    '@types/busboy',
    'cdk-nag@^3.0.2',
    'commander@^14',
    'dockerfile-utils',
    'dynalite@^4',
    'esbuild',
    'fast-xml-parser',
    'fluent-ffmpeg@^2.1.3',
    'jose',
    'knip@^6',
    'madge@^8',
    '@types/madge',
    'playwright-core',
    'sharp@^0.35.5',
    'tsx',
    'valibot',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/metrics',
    'hls.js',
    // The console: bundled into assets/console, so none of it is a dependency of the package.
    '@fontsource-variable/inter',
    '@preact/signals',
    '@tailwindcss/vite',
    '@tanstack/preact-query',
    'axe-core',
    'idb-keyval',
    'lucide-preact',
    'oauth4webapi',
    'preact@^10',
    'tailwindcss',
    'uplot',
    'vite',
    'wouter-preact',
  ],
  jestOptions: {
    updateSnapshot: UpdateSnapshot.NEVER,
    coverageText: false,
    jestConfig: {
      // Generous: a loaded machine is slow, not wrong.
      testTimeout: 120_000,
      // Two cores: a third worker only adds contention with ffmpeg.
      maxWorkers: 2,
      collectCoverage: false,
      // Removes the cloud assemblies that tests synthesize.
      setupFilesAfterEnv: ['aws-cdk-lib/testhelpers/jest-autoclean'],
      moduleNameMapper: {
        '^cdk-video-platform$': '<rootDir>/src',
        // Every template that a test looks at is held against the deployment rules.
        '^aws-cdk-lib/assertions$': '<rootDir>/test/support/checked-assertions',
      },
      globalSetup: '<rootDir>/test/support/before-all-tests.ts',
      globalTeardown: '<rootDir>/test/support/after-all-tests.ts',
      watchPathIgnorePatterns: ['/\\.local/', '/cdk\\.out/', '/assets/'],
    },
  },
  bundlerOptions: { assetsDir: 'assets' },
  gitignore: ['.local/', 'cdk.out/', 'cdk.context.json', '*.tgz', '.DS_Store', 'lib/'],
});

project.package.addField('version', '0.1.0');
project.package.addBin({ 'cdk-video-platform': 'assets/cli/main.js' });

// The peer range starts at the oldest version that works; development uses the newest we have tested.
project.addDevDeps(`aws-cdk-lib@${TESTED_CDK}`, 'constructs@^10.5.1');

// unrs-resolver 1.13.0 publishes a lock that `npm ci` refuses.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.addGitIgnore('!/.ci/');

// jsii compiles the constructs alone; this one checks every TypeScript file there is, and gives examples their import name.
new TypescriptConfig(project, {
  fileName: 'tsconfig.dev.json',
  extends: TypescriptConfigExtends.fromPaths(['./tsconfig.json']),
  include: ['src/**/*.ts', 'local/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts'],
  exclude: ['node_modules', '**/cdk.out', 'assets', 'lib', 'src/runtime/console'],
  compilerOptions: {
    rootDir: '.',
    noEmit: true,
    isolatedModules: true,
    declaration: false,
    paths: { 'cdk-video-platform': ['./src/index.ts'] },
  },
});

const NOT_SHIPPED = [
  '.ci/', '.local/', 'local/', 'bench/', 'docs/', 'examples/', 'projenrc/', '.npmrc', 'CONTRIBUTING.md', 'knip.json',
  // Handlers are shipped bundled in assets/; only the contract is imported by the constructs.
  'lib/runtime/**', '!lib/runtime/contract/**', 'tsconfig*.json', 'rosetta.tabl.json',
];
NOT_SHIPPED.forEach(pattern => project.addPackageIgnore(pattern));

// jsii and the SDK say on every run that Node 20 nears or is past its end; we support it while users' CI is on it.
project.testTask.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

new RuntimeBundles(project);
new ImportRules(project);
new Commands(project);

project.synth();

import { awscdk, Component } from 'projen';

/** Folders of tests that run in this process alone. */
const FAST_TESTS = ['test/runtime/contract', 'test/docs', 'test/runtime/domain', 'test/runtime/http', 'test/runtime/uploader', 'test/runtime/analytics'];

/** The commands a newcomer types: demo, test, synth, bench, faults. */
export class Commands extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    const prerequisites = 'tsx --tsconfig tsconfig.dev.json local/prerequisites.ts';
    project.addTask('prerequisites', {
      description: 'Install ffmpeg (and Chromium, with --browser) if the machine has none, or say how to',
      exec: prerequisites,
      receiveArgs: true,
    });
    const typecheck = project.addTask('typecheck', {
      description: 'Type-check source, runtime, local platform, tests, examples and benchmarks',
      exec: 'tsc --noEmit -p tsconfig.dev.json',
    });
    // Its globals are a browser's, not Node's.
    typecheck.exec('tsc -p src/runtime/console');
    project.testTask.prependSpawn(typecheck);
    project.testTask.prependSpawn(project.tasks.tryFind('bundle')!);
    project.testTask.prependExec(`${prerequisites} --browser`);
    this.lint(project);
    this.fastTests(project);
    // Scripts, not tasks: arguments are handed on (`npm run demo -- --once`), signals reach the program, and its last line stays the last,
    // where a task that fails adds one of its own.
    const scripts = {
      synth: 'projenrc/synth-examples.ts',
      bench: 'bench/main.ts',
      faults: 'test/faults/main.ts',
    };
    for (const [name, file] of Object.entries(scripts)) {
      project.setScript(name, `projen bundle && tsx --tsconfig tsconfig.dev.json ${file}`);
    }
    // These bundle for themselves, after a look at their options.
    // Without tsx's own process in between, which would leave a pipe in the temporary folder when it is killed.
    project.setScript('demo', 'TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx local/demo.ts');
    // Builds and runs the worker's image, as root; minutes, so not part of the tests.
    project.setScript('test:image', 'projen bundle && TEST_IMAGE=yes jest --ci --runInBand test/image');
    project.setScript('dev', 'TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx local/dev.ts');
    project.setScript('structure', 'tsx --tsconfig tsconfig.dev.json projenrc/structure.ts');
  }

  /** ESLint for each file, knip for the whole: no export, file or dependency that nothing uses. */
  private lint(project: awscdk.AwsCdkConstructLibrary): void {
    project.tasks.tryFind('eslint')!.exec('knip');
  }

  /** The inner loop: types, lint and every test that needs no media tool, browser or second process. Under 90 s on two cores. */
  private fastTests(project: awscdk.AwsCdkConstructLibrary): void {
    const task = project.addTask('test:fast', { description: 'Types, lint and unit tests: the inner loop' });
    task.spawn(project.tasks.tryFind('typecheck')!);
    task.exec(`jest --ci ${FAST_TESTS.join(' ')}`, { receiveArgs: true });
    task.spawn(project.tasks.tryFind('eslint')!);
  }
}

import { awscdk, Component } from 'projen';

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
    project.testTask.prependSpawn(typecheck);
    project.testTask.prependSpawn(project.tasks.tryFind('bundle')!);
    project.testTask.prependExec(`${prerequisites} --browser`);
    // Scripts, not tasks: arguments are handed on (`npm run demo -- --once`), signals reach the program, and its last line stays the last,
    // where a task that fails adds one of its own.
    const scripts = {
      demo: 'local/demo.ts',
      synth: 'projenrc/synth-examples.ts',
      bench: 'bench/main.ts',
      faults: 'test/faults/main.ts',
    };
    for (const [name, file] of Object.entries(scripts)) {
      project.setScript(name, `projen bundle && tsx --tsconfig tsconfig.dev.json ${file}`);
    }
  }
}

import { awscdk, Component } from 'projen';

/** The commands a newcomer types: demo, test, synth, bench, faults. */
export class Commands extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    const prerequisites = 'tsx --tsconfig tsconfig.dev.json src/local/prerequisites.ts';
    project.addTask('prerequisites', {
      description: 'Install ffmpeg (and Chromium, with --browser) if the machine has none, or say how to',
      exec: prerequisites,
      receiveArgs: true,
    });
    const typecheck = project.addTask('typecheck', {
      description: 'Type-check source, runtime, local platform, tests, examples and benchmarks',
      exec: 'tsc --noEmit -p tsconfig.dev.json',
    });
    const demo = project.addTask('demo', { description: 'Run the whole platform on this machine and process a video' });
    demo.spawn(project.tasks.tryFind('bundle')!);
    demo.exec('tsx --tsconfig tsconfig.dev.json src/local/demo.ts', { receiveArgs: true });

    const synth = project.addTask('synth', { description: 'Synthesize every example into its own cdk.out' });
    synth.spawn(project.tasks.tryFind('bundle')!);
    synth.exec('tsx projenrc/synth-examples.ts');

    const bench = project.addTask('bench', { description: 'Benchmarks: ratios measured side by side in one run' });
    bench.spawn(project.tasks.tryFind('bundle')!);
    bench.exec('tsx --tsconfig tsconfig.dev.json bench/main.ts', { receiveArgs: true });

    const faults = project.addTask('faults', { description: 'Drive the real worker through random fault schedules' });
    faults.spawn(project.tasks.tryFind('bundle')!);
    faults.exec('tsx --tsconfig tsconfig.dev.json test/faults/main.ts', { receiveArgs: true });

    project.testTask.prependSpawn(typecheck);
    project.testTask.prependSpawn(project.tasks.tryFind('bundle')!);
    project.testTask.prependExec(`${prerequisites} --browser`);
    for (const name of ['demo', 'synth', 'bench', 'faults']) {
      // `npm run demo -- --once` hands its arguments on.
      project.setScript(name, `npx projen ${name}`);
    }
  }
}

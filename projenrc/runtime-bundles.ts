import { awscdk, Component } from 'projen';
import { LAMBDAS } from './runtime-builds';


/**
 * Bundles the runtime with esbuild into `assets/`, which is shipped with the package and ignored by git.
 *
 * The processor is a container: its bundle stands beside the Dockerfile, and sharp stays external because it is
 * a native module that the image installs for its own architecture.
 */
export class RuntimeBundles extends Component {
  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    const script = 'projenrc/bundle-runtime.ts';
    const bundle = project.addTask('bundle', {
      description: 'Bundle the runtime code into assets/',
      exec: `tsx ${script} ${LAMBDAS.join(' ')}`,
    });
    project.preCompileTask.spawn(bundle);
    project.addGitIgnore('/assets/');
    project.addGitIgnore('/assets.next/');
    project.addPackageIgnore('!/assets/');
    project.eslint?.allowDevDeps('src/runtime/**');
    project.eslint?.allowDevDeps('src/cli/**');
  }
}

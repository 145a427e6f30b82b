import { spawnSync } from 'node:child_process';

/** Bundles the runtime into `assets/`, as `npx projen bundle` does. @throws when the build fails; why stands above, in the build's words */
export function bundleRuntime(repository: string): void {
  const { status, signal, error } = spawnSync(process.execPath, [require.resolve('projen/bin/projen'), 'bundle'], { cwd: repository, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`The runtime could not be bundled (${error?.message ?? signal ?? `exit status ${status}`}); its output is above`);
}

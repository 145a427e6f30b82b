import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

/** Synthesizes an example into a folder, as `npm run synth` does; no account, network or Docker. */
export function synthesizeExample(repository: string, example: string, outdir: string): void {
  const args = ['--import', 'tsx', path.join('examples', example, 'app.ts')];
  // CDK's validation takes seconds to start and is for those who change the template: `npm run synth` and the tests.
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false', TSX_TSCONFIG_PATH: 'tsconfig.dev.json' };
  // Standard output belongs to the demo's own result.
  const { status, signal } = spawnSync(process.execPath, args, { cwd: repository, stdio: ['ignore', 2, 2], env });
  if (status !== 0) throw new Error(`examples/${example} could not be synthesized (${signal ?? `exit status ${status}`}); its output is above`);
}

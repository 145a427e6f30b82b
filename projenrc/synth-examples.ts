/** Synthesizes every example into `examples/NAME/cdk.out`: no Docker, network or account. Run by `npm run synth`. */
import '../local/require-node';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const EXAMPLES = path.resolve(__dirname, '..', 'examples');

for (const name of fs.readdirSync(EXAMPLES)) {
  const directory = path.join(EXAMPLES, name);
  if (!fs.existsSync(path.join(directory, 'app.ts'))) continue;
  const outdir = path.join(directory, 'cdk.out');
  fs.rmSync(outdir, { recursive: true, force: true });
  execFileSync(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', 'tsconfig.dev.json', path.join(directory, 'app.ts')], {
    cwd: path.resolve(__dirname, '..'),
    stdio: 'inherit',
    env: { ...process.env, CDK_OUTDIR: outdir },
  });
  process.stdout.write(`synthesized examples/${name}/cdk.out\n`);
}

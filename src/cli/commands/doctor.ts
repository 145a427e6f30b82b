import { checkApiLogRole, checkBootstrap, checkFargateQuotas, checkServiceLinkedRole, whoAmI } from '../doctor/account-checks';
import { checkBuilder } from '../doctor/builder-check';
import { CheckResult, missing, ok, warning } from '../doctor/check';
import { localChecks } from '../doctor/local-checks';
import { EXIT, explain } from '../errors';
import { PlatformOptions } from '../platform/platform';
import { Output } from '../terminal/output';

export interface DoctorOptions extends PlatformOptions {
  readonly architecture: string;
  readonly qualifier: string;
  readonly vcpus: number;
}

/** @returns the exit status: 5 when something is missing */
export async function doctor(options: DoctorOptions, output: Output): Promise<number> {
  const local = options.local || options.state !== undefined;
  const results = local ? await localChecks(options.state) : await accountChecks(options);
  const lacking = results.filter(({ status }) => status === 'missing').length;
  const summary = lacking === 0 ? `Ready${local ? '' : ' to deploy'}.` : `${lacking} of ${results.length} to fix before ${local ? 'it works' : 'a deployment'}.`;
  output.result({ ready: lacking === 0, checks: results }, [...results.map(result => line(result, output)), '', summary].join('\n'));
  return lacking === 0 ? EXIT.ok : EXIT.notReady;
}

async function accountChecks(options: DoctorOptions): Promise<CheckResult[]> {
  const builder = checkBuilder(options.architecture);
  let account;
  try {
    account = await whoAmI(options);
  } catch (error) {
    // Nothing else can be asked.
    const { message, fix } = explain(error);
    return [missing('Credentials', message, fix), builder];
  }
  const checks = await Promise.all([
    attempt('CDK bootstrap', () => checkBootstrap(account, options.qualifier)),
    attempt('Service-linked role of ECS', () => checkServiceLinkedRole(account)),
    attempt('Log role of API Gateway', () => checkApiLogRole(account)),
    attempt('Fargate quotas', () => checkFargateQuotas(account, options.vcpus)),
  ]);
  return [ok('Credentials', `account ${account.account}, ${account.region}, as ${account.arn.split('/').at(-1)}`), ...checks.flat(), builder];
}

/** Somebody who may deploy may still not ask everything. */
async function attempt(name: string, check: () => Promise<CheckResult | CheckResult[]>): Promise<CheckResult[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const { message, fix } = explain(error);
    return [warning(name, `could not be checked: ${message}`, fix)];
  }
}

function line({ name, status, detail, fix }: CheckResult, output: Output): string {
  const mark = { ok: output.style('✓', 'green'), warning: output.style('!', 'yellow'), missing: output.style('✗', 'red') }[status];
  return `${mark} ${name.padEnd(28)} ${detail}${fix === undefined ? '' : `\n    ${output.style('fix:', 'cyan')} ${fix}`}`;
}

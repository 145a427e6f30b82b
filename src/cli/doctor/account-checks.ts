/** What an account must have before the first deployment. Each check says where AWS documents it. */
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CheckResult, isAbsent, missing, ok, warning } from './check';
import { AWS_LIMITS, AWS_NAMES } from '../../runtime/contract';
import { clientOptions } from '../platform/deployed-stack';

export interface Account {
  readonly account: string;
  readonly region: string;
  readonly profile?: string;
}

const BOOTSTRAP_VERSION = AWS_LIMITS.minBootstrapVersion.value;
const EDGE_REGION = AWS_NAMES.edgeRegion.value;

export async function whoAmI(options: { region?: string; profile?: string }): Promise<Account & { readonly arn: string }> {
  const client = new STSClient(clientOptions(options));
  const region = await client.config.region();
  const { Account: account, Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
  return { account: account!, arn: arn!, region, profile: options.profile };
}

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping.html */
export async function checkBootstrap({ account, region, profile }: Account, qualifier: string): Promise<CheckResult[]> {
  const check = async (where: string, needed: boolean): Promise<CheckResult> => {
    const name = `CDK bootstrap in ${where}`;
    const fix = `npx cdk bootstrap aws://${account}/${where}`;
    try {
      const client = new SSMClient({ ...clientOptions({ profile }), region: where });
      const { Parameter } = await client.send(new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` }));
      const version = Number(Parameter?.Value);
      if (version >= BOOTSTRAP_VERSION) return ok(name, `version ${version}`);
      return (needed ? missing : warning)(name, `version ${version}, and templates ask for ${BOOTSTRAP_VERSION}`, fix);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return needed ? missing(name, 'not there', fix) : warning(name, 'not there; VideoEdgeStack needs it', fix);
    }
  };
  return Promise.all([check(region, true), ...region === EDGE_REGION ? [] : [check(EDGE_REGION, false)]]);
}

/** The first cluster of an account makes the role, too late for its capacity providers (ECS developer guide, "Service-linked role"). */
export async function checkServiceLinkedRole(account: Account): Promise<CheckResult> {
  const name = 'Service-linked role of ECS';
  try {
    await new IAMClient(clientOptions(account)).send(new GetRoleCommand({ RoleName: AWS_NAMES.ecsServiceLinkedRole.value }));
    return ok(name, AWS_NAMES.ecsServiceLinkedRole.value);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return missing(name, 'not there', 'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com');
  }
}

/** One setting per account and region (API Gateway developer guide, "Set up CloudWatch logging for REST APIs"). */
export async function checkApiLogRole(account: Account): Promise<CheckResult> {
  const name = 'Log role of API Gateway';
  const { cloudwatchRoleArn } = await new APIGatewayClient(clientOptions(account)).send(new GetAccountCommand({}));
  if (cloudwatchRoleArn) return ok(name, cloudwatchRoleArn);
  return warning(name, `not set in ${account.region}; a stage that logs cannot be created without it`,
    'let the stack set it, or: aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN');
}

/** Fargate's own quotas (Service Quotas, "AWS Fargate"): new accounts begin with few vCPUs. */
const QUOTAS = [
  { code: AWS_NAMES.fargateOnDemandQuota.value, name: 'Fargate quota, on demand' },
  { code: AWS_NAMES.fargateSpotQuota.value, name: 'Fargate quota, Spot' },
];

/** @param vcpus what the workers need at once: a rolling deployment runs two side by side */
export async function checkFargateQuotas(account: Account, vcpus: number): Promise<CheckResult[]> {
  const client = new ServiceQuotasClient(clientOptions(account));
  return Promise.all(QUOTAS.map(async ({ code, name }) => {
    const value = await quotaOf(client, code);
    if (value >= vcpus) return ok(name, `${value} vCPUs`);
    return warning(name, `${value} vCPUs, of ${vcpus} that two workers side by side take`,
      `aws service-quotas request-service-quota-increase --service-code fargate --quota-code ${code} --desired-value ${vcpus} --region ${account.region}`);
  }));
}

/** Accounts that never asked for more have the default, which is another call. */
async function quotaOf(client: ServiceQuotasClient, QuotaCode: string): Promise<number> {
  const question = { ServiceCode: 'fargate', QuotaCode };
  const { Quota } = await client.send(new GetServiceQuotaCommand(question)).catch(error => {
    if (!isAbsent(error)) throw error;
    return client.send(new GetAWSDefaultServiceQuotaCommand(question));
  });
  return Quota?.Value ?? 0;
}

import { DeployedTemplate, StackFacts, TemplateJson } from './deployed-template';
import { DeploymentRule } from './rule';
import { capacityComesLate, noServiceLinkedRoles, servicesWaitForCapacity } from './rules/cold-account';
import { endpointsAreOpenToTasks, endpointsMatchCalls, servicesWaitForTheirWay } from './rules/endpoints';
import { limitsHold, templateFits } from './rules/limits';
import { apiStagesMayLog, bucketsTakeLogs, distributionLogsArrive, firewallLogsArrive, logKeysLetLogsIn, writersMayWrite } from './rules/log-destinations';
import { namesAreUnique, nothingRetainedIsInTheWay, protectedIsRetained } from './rules/names';
import { nothingWaitsForItself, referencesExist } from './rules/references';
import { rolesAreComplete } from './rules/roles';

/** What a template must hold to so that its first deployment, in an account that never saw any of this, succeeds. */
export const DEPLOYMENT_RULES: readonly DeploymentRule[] = [
  rolesAreComplete,
  namesAreUnique, nothingRetainedIsInTheWay, protectedIsRetained,
  firewallLogsArrive, apiStagesMayLog, bucketsTakeLogs, distributionLogsArrive, logKeysLetLogsIn, writersMayWrite,
  endpointsMatchCalls, servicesWaitForTheirWay, endpointsAreOpenToTasks,
  capacityComesLate, noServiceLinkedRoles, servicesWaitForCapacity,
  referencesExist, nothingWaitsForItself,
  limitsHold, templateFits,
];

/** One line for each thing that would fail, with the id of the rule. */
export function deploymentFaults(json: TemplateJson, stack: StackFacts = {}): string[] {
  const template = new DeployedTemplate(json, stack);
  return DEPLOYMENT_RULES.flatMap(({ id, check }) => check(template).map(fault => `${id}: ${fault}`));
}

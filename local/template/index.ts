import { LocalEndpoints } from './attributes';
import { CloudAssembly } from './cloud-assembly';
import { TemplateEnvironment } from './template-environment';

export { type LocalEndpoints } from './attributes';
export { TemplateError } from './errors';
export { TemplateEnvironment } from './template-environment';
export { readBuckets } from './extract/buckets';
export { readQueues } from './extract/queues';
export { readTables } from './extract/tables';
export { readRules } from './extract/rules';
export { readPrincipal, readResourcePolicies } from './extract/policies';
export { type FunctionDefinition, readFunction } from './extract/functions';
export { type WorkerDefinition, readWorker } from './extract/worker';
export { type UserPoolDefinition, readUserPool } from './extract/user-pool';
export {
  type GatewayResponse, type Integration, type MethodDefinition, type MockIntegration, type RestApiDefinition, type Throttle, readRestApi,
} from './extract/rest-api';
export { type Behavior, type DistributionDefinition, readApiWebAcl, readDistribution, readDistributionOrigins } from './extract/distribution';
export { type CustomResourceDefinition, readCustomResources } from './extract/custom-resources';
export { readKeyValueStores, readSecrets } from './extract/secrets';
export { type ResponseHeaders } from './extract/response-headers';

/** Reads a `cdk.out` folder; values are resolved as the readers ask for them. */
export function readEnvironmentTemplate(assemblyDirectory: string, endpoints: LocalEndpoints): TemplateEnvironment {
  return new TemplateEnvironment(CloudAssembly.read(assemblyDirectory), endpoints);
}

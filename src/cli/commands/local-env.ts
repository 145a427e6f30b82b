import { toolEnvironment } from '../../runtime/contract';
import { findLocal } from '../platform/local-platform';
import { Output } from '../terminal/output';

/** What the AWS CLI needs to look into a local platform, as shell commands to `eval`. */
export function localEnvironment(options: { readonly state?: string }, output: Output): void {
  const connection = findLocal(options.state);
  const { url, logDirectory } = connection;
  const variables = toolEnvironment(connection);
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  output.result({ url, logDirectory, ...variables }, [`# Platform: ${url}`, `# Logs:     ${logDirectory}`, ...lines].join('\n'));
}

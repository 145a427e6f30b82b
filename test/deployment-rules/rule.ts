import { DeployedTemplate } from './deployed-template';

/** Something that CloudFormation or a service checks only once a template is deployed. */
export interface DeploymentRule {
  readonly id: string;
  /** Where AWS says so. */
  readonly source: string;
  /** One line for each thing that would fail. */
  readonly check: (template: DeployedTemplate) => string[];
}

import { DeployedTemplate, referencesIn, Values } from '../deployed-template';
import { DeploymentRule } from '../rule';

/** CloudFormation refuses a template before it begins: "Unresolved resource dependencies … in the Resources block of the template". */
export const referencesExist: DeploymentRule = {
  id: 'references-exist',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html',
  check: template => {
    const { Resources = {}, Outputs = {}, Parameters = {}, Conditions = {} } = template.json;
    const parts: Array<[string, Values]> = [...Object.entries(Resources), ...Object.entries(Outputs)];
    return parts.flatMap(([id, part]) => [
      ...referencesIn(part).filter(reference => !(reference.id in Resources) && !(reference.attribute === undefined && reference.id in Parameters))
        .map(reference => `${id} refers to ${reference.id}, which is not in the template`),
      ...[part.DependsOn ?? []].flat().filter((each: string) => !(each in Resources)).map((each: string) => `${id} waits for ${each}, which is not in the template`),
      ...typeof part.Condition === 'string' && !(part.Condition in Conditions) ? [`${id} has the condition ${part.Condition}, which is not in the template`] : [],
    ]);
  },
};

/** "Circular dependency between resources": refused before anything is created. */
export const nothingWaitsForItself: DeploymentRule = {
  id: 'nothing-waits-for-itself',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html',
  check: template => {
    const circle = inCircles(template);
    return circle.length ? [`these wait for one another: ${circle.join(', ')}`] : [];
  },
};

function inCircles(template: DeployedTemplate): string[] {
  return template.resources.map(({ id }) => id).filter(id => template.waitsFor(id).has(id));
}
